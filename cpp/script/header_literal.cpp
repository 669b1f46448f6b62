#include "script/header_literal.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "script/python_string.h"

namespace alembic_native {
namespace {

using Shape = HeaderValue::Shape;

void remove_repetitions(std::vector<std::string>& items) {
  std::unordered_set<std::string> seen;
  items.erase(std::remove_if(items.begin(), items.end(),
                             [&](const std::string& item) { return !seen.insert(item).second; }),
              items.end());
}

}  // namespace

HeaderLiteral::Step HeaderLiteral::take(const Token& token) {
  const bool after_string = std::exchange(after_string_, token.kind == Token::Kind::string);
  switch (token.kind) {
    case Token::Kind::string:
      return take_string(token, after_string);
    case Token::Kind::name:
      if (token.text != "None" || has_operand()) return Step::not_literal;
      level().operand.shape = Shape::none;
      return Step::more;
    case Token::Kind::op:
      return token.text.size() == 1 ? take_operator(token.text[0]) : Step::not_literal;
    case Token::Kind::newline:
      return end_statement();
    default:
      return Step::not_literal;
  }
}

HeaderLiteral::Step HeaderLiteral::take_string(const Token& token, bool after_string) {
  if (has_operand() && !after_string) return Step::not_literal;
  HeaderValue& operand = level().operand;
  if (operand.shape == Shape::absent) {
    operand.shape = Shape::text;
    operand.items.emplace_back();
  }
  const bool readable =
      append_string_literal(token.text, DubiousEscapes::refuse, operand.items.back());
  return readable ? Step::more : Step::unreadable_string;
}

HeaderLiteral::Step HeaderLiteral::take_operator(char op) {
  switch (op) {
    case '(':
    case '[':
    case '{':
      return open_bracket(op);
    case ')':
    case ']':
    case '}':
      return close_bracket();
    case ',':
      level().has_comma = true;
      return move_operand_to_items() ? Step::more : Step::not_literal;
    case ';':
      return end_statement();
    default:
      return Step::not_literal;
  }
}

HeaderLiteral::Step HeaderLiteral::open_bracket(char bracket) {
  if (has_operand()) return Step::not_literal;
  levels_.emplace_back();
  level().bracket = bracket;
  return Step::more;
}

HeaderLiteral::Step HeaderLiteral::close_bracket() {
  if (levels_.size() == 1 || !close_level()) return Step::not_literal;
  HeaderValue closed = std::move(level().operand);
  levels_.pop_back();
  level().operand = std::move(closed);
  return Step::more;
}

HeaderLiteral::Step HeaderLiteral::end_statement() {
  return levels_.size() == 1 && close_level() ? Step::complete : Step::not_literal;
}

// False for None and for collections: a collection holds only str.
bool HeaderLiteral::move_operand_to_items() {
  HeaderValue& operand = level().operand;
  if (operand.shape != Shape::text) return false;
  level().items.push_back(std::move(operand.items[0]));
  operand = {};
  return true;
}

// Turns all that stands in the level into its operand; false when that is no value of a header.
bool HeaderLiteral::close_level() {
  const char bracket = level().bracket;
  const bool nothing = !has_operand() && !level().has_comma;
  if (nothing && (bracket == '\0' || bracket == '{')) return false;  // `{}` is a dict
  const bool groups = bracket == '\0' || bracket == '(';
  if (groups && has_operand() && !level().has_comma) return true;
  if (has_operand() && !move_operand_to_items()) return false;
  if (bracket == '{') remove_repetitions(level().items);
  level().operand.shape = Shape::sequence;
  level().operand.items = std::move(level().items);
  return true;
}

}  // namespace alembic_native
