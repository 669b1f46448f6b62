// The values a script header may hold: None, a str, or a tuple, list or set of str, as Python
// writes them: implicit concatenation, parentheses, trailing commas, tuples without parentheses.
#ifndef ALEMBIC_NATIVE_SCRIPT_HEADER_LITERAL_H
#define ALEMBIC_NATIVE_SCRIPT_HEADER_LITERAL_H

#include <string>
#include <utility>
#include <vector>

#include "script/python_lexer.h"
#include "script/script_header.h"

namespace alembic_native {

// A value put together from the tokens behind "=", one after the other. Constant cost per token,
// but for the text it holds. An owner; for one thread.
class HeaderLiteral {
 public:
  enum class Step {
    more,               // a part of the value
    complete,           // the end of the statement, and of the value
    not_literal,        // no value of a header, or none that is written as a literal
    unreadable_string,  // a string that append_string_literal() refuses
  };

  HeaderLiteral() : levels_(1) {}

  // To be called until it returns something other than `more`, and no more after that.
  Step take(const Token& token);

  // Once, after `complete`. A set comes in declared order without repetitions. The line is 0.
  HeaderValue value() { return std::move(level().operand); }

 private:
  // What was read since a bracket was opened, or since "=".
  struct Level {
    char bracket = '\0';
    HeaderValue operand;  // absent: none read since the bracket or the last comma
    bool has_comma = false;
    std::vector<std::string> items;  // in front of the last comma
  };

  Level& level() { return levels_.back(); }
  bool has_operand() { return level().operand.shape != HeaderValue::Shape::absent; }

  Step take_string(const Token& token, bool after_string);
  Step take_operator(char op);
  Step open_bracket(char bracket);
  Step close_bracket();
  Step end_statement();
  bool move_operand_to_items();
  bool close_level();

  std::vector<Level> levels_;  // of open brackets: the lexer bounds how many
  bool after_string_ = false;
};

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_SCRIPT_HEADER_LITERAL_H
