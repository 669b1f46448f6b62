#include "script/python_lexer.h"

#include "script/python_chars.h"
#include "script/python_string.h"

namespace alembic_native {
namespace {

using namespace python_chars;
using Kind = Token::Kind;

// How many characters the operator at the start of `text` has; 0 when there is none. Brackets
// and a lone "!" are not among them.
std::size_t operator_length(std::string_view text) {
  const auto at = [&](std::size_t offset) { return offset < text.size() ? text[offset] : '\0'; };
  const char c = at(0);
  switch (c) {
    case '.':
      return at(1) == '.' && at(2) == '.' ? 3 : 1;
    case '*':
    case '/':
    case '<':
    case '>':
      if (at(1) == c) return at(2) == '=' ? 3 : 2;
      return at(1) == '=' ? 2 : 1;
    case '-':
      return at(1) == '=' || at(1) == '>' ? 2 : 1;
    case '+':
    case '%':
    case '&':
    case '|':
    case '^':
    case '@':
    case ':':
    case '=':
      return at(1) == '=' ? 2 : 1;
    case '!':
      return at(1) == '=' ? 2 : 0;
    case '~':
    case ',':
    case ';':
      return 1;
    default:
      return 0;
  }
}

}  // namespace

Token PythonLexer::fail(std::string_view reason) {
  error_ = reason;
  return {Kind::error, error_, line_};
}

Token PythonLexer::next() {
  if (!error_.empty()) return {Kind::error, error_, line_};
  if (in_fstring_text_) return next_in_fstring_text();
  if (line_start_ && !read_indentation()) return fail(error_);
  if (pending_indents_ > 0) {
    --pending_indents_;
    return {Kind::indent, {}, line_};
  }
  if (pending_indents_ < 0) {
    ++pending_indents_;
    return {Kind::dedent, {}, line_};
  }
  if (!skip_space()) return fail(error_);
  if (at_end()) return next_at_end();

  const char c = peek();
  if (is_line_end(c)) {
    const Token newline{Kind::newline, {}, line_};
    skip_line_end();
    line_start_ = true;
    line_has_tokens_ = false;
    return newline;
  }
  line_has_tokens_ = true;
  if (is(c, name_start)) return next_name_or_string();
  if (is(c, digit) || (c == '.' && is(peek(1), digit))) return next_number();
  switch (c) {
    case '\'':
    case '"':
      return next_string(position_, {});
    case '(':
    case '[':
    case '{':
      return open_bracket();
    case ')':
    case ']':
    case '}':
      return close_bracket();
    default:
      return next_operator();
  }
}

Token PythonLexer::next_at_end() {
  if (!brackets_.empty()) return fail("a bracket is not closed");
  if (line_has_tokens_) {
    line_has_tokens_ = false;
    return {Kind::newline, {}, line_};
  }
  if (!indentations_.empty()) {
    indentations_.pop_back();
    return {Kind::dedent, {}, line_};
  }
  return {Kind::end, {}, line_};
}

void PythonLexer::skip_line_end() {
  position_ += peek() == '\r' && peek(1) == '\n' ? 2 : 1;
  ++line_;
}

void PythonLexer::skip_comment() {
  const std::size_t begin = position_;
  while (!at_end() && !is_line_end(peek())) ++position_;
  if (comments_ != nullptr) {
    comments_->push_back({source_.substr(begin, position_ - begin), line_});
  }
}

// White space, comments and joined lines within a logical line.
bool PythonLexer::skip_space() {
  while (!at_end()) {
    const char c = peek();
    if (c == ' ' || c == '\t' || c == '\f') {
      ++position_;
    } else if (c == '#') {
      skip_comment();
    } else if (is_line_end(c) && !brackets_.empty()) {
      skip_line_end();
    } else if (c == '\\') {
      ++position_;
      if (at_end() || !is_line_end(peek())) {
        error_ = "a backslash does not end its line";
        return false;
      }
      skip_line_end();
      if (at_end()) {
        error_ = "the file ends behind a backslash";
        return false;
      }
    } else {
      return true;
    }
  }
  return true;
}

// Skips blank lines and comment lines, then measures the indentation of the line that follows and
// compares it with the open blocks.
bool PythonLexer::read_indentation() {
  line_start_ = false;
  Indentation indentation;
  for (; !at_end(); ++position_) {
    const char c = peek();
    if (c == ' ') {
      ++indentation.column;
      ++indentation.alternative;
    } else if (c == '\t') {
      indentation.column = (indentation.column / 8 + 1) * 8;
      ++indentation.alternative;
    } else if (c == '\f') {
      indentation = {};
    } else if (c == '#') {
      skip_comment();
      --position_;
    } else if (is_line_end(c)) {
      skip_line_end();
      --position_;
      indentation = {};
    } else {
      break;
    }
  }
  if (at_end()) return true;
  if (peek() == '\\') {
    // CPython's versions differ in what counts as the indentation of such a line.
    error_ = "a line begins with a backslash";
    return false;
  }

  const auto top = [&] { return indentations_.empty() ? Indentation{} : indentations_.back(); };
  if (indentation.column > top().column) {
    if (indentation.alternative <= top().alternative) {
      error_ = "tabs and spaces are mixed in the indentation";
      return false;
    }
    if (indentations_.size() == max_blocks) {
      error_ = "blocks are nested too deeply";
      return false;
    }
    indentations_.push_back(indentation);
    pending_indents_ = 1;
    return true;
  }
  while (indentation.column < top().column) {
    indentations_.pop_back();
    --pending_indents_;
  }
  if (indentation.column != top().column) {
    error_ = "a line is indented less than its block, but no outer block has its indentation";
    return false;
  }
  if (indentation.alternative != top().alternative) {
    error_ = "tabs and spaces are mixed in the indentation";
    return false;
  }
  return true;
}

Token PythonLexer::next_name_or_string() {
  const std::size_t begin = position_;
  do {
    ++position_;
  } while (is_name_part(peek()));
  const std::string_view name = source_.substr(begin, position_ - begin);
  const bool before_quote = peek() == '\'' || peek() == '"';
  if (before_quote && read_string_prefix(name, minor_version_).valid) {
    return next_string(begin, name);
  }
  return {Kind::name, name, line_};
}

// `begin`: of the prefix; the position is that of the opening quote.
Token PythonLexer::next_string(std::size_t begin, std::string_view prefix_letters) {
  const StringPrefix prefix = read_string_prefix(prefix_letters, minor_version_);
  const int line = line_;
  const char quote = peek();
  const bool triple = peek(1) == quote && peek(2) == quote;
  position_ += triple ? 3 : 1;
  if (!prefix.formatted) {
    if (!skip_string_body(quote, triple)) return fail(error_);
    return token(Kind::string, begin, line);
  }

  const Token start = token(Kind::fstring_start, begin, line);
  if (fstrings_.size() == max_nested_fstrings) return fail("f-strings are nested too deeply");
  fstrings_.push_back({quote, triple, prefix.raw, brackets_.size()});
  in_fstring_text_ = true;
  return start;
}

// From behind the opening quotes to behind the closing ones.
bool PythonLexer::skip_string_body(char quote, bool triple) {
  while (!at_end()) {
    const char c = peek();
    if (c == quote) {
      if (!triple) {
        ++position_;
        return true;
      }
      if (peek(1) == quote && peek(2) == quote) {
        position_ += 3;
        return true;
      }
      ++position_;
    } else if (c == '\\') {
      ++position_;
      if (at_end()) break;
      if (is_line_end(peek())) {
        skip_line_end();
      } else {
        ++position_;
      }
    } else if (is_line_end(c)) {
      if (!triple) break;
      skip_line_end();
    } else {
      ++position_;
    }
  }
  error_ = "a string is not closed";
  return false;
}

Token PythonLexer::next_number() {
  const std::size_t begin = position_;
  const auto skip = [&](unsigned classes) {
    while (is(peek(), classes) || peek() == '_') ++position_;
  };
  const auto is_either = [](char c, char lower, char upper) { return c == lower || c == upper; };
  const char second = peek(1);
  if (peek() == '0' && is_either(second, 'x', 'X')) {
    position_ += 2;
    skip(hex);
  } else if (peek() == '0' && (is_either(second, 'o', 'O') || is_either(second, 'b', 'B'))) {
    position_ += 2;
    skip(digit);
  } else {
    skip(digit);
    if (peek() == '.') {
      ++position_;
      skip(digit);
    }
    const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
    if (is_either(peek(), 'e', 'E') && is(peek(1 + sign), digit)) {
      position_ += 1 + sign;
      skip(digit);
    }
    if (is_either(peek(), 'j', 'J')) ++position_;
  }
  return token(Kind::number, begin, line_);
}

Token PythonLexer::next_operator() {
  const std::size_t begin = position_;
  const char c = peek();
  if (innermost_bracket() == 'f') {
    if (c == ':') {
      ++position_;
      in_fstring_text_ = true;  // a format specification
      return token(Kind::op, begin, line_);
    }
    if (c == '!' && peek(1) != '=') {
      ++position_;
      return token(Kind::op, begin, line_);
    }
  }
  const std::size_t length = operator_length(source_.substr(position_, 3));
  if (length == 0) {
    return fail(is_ascii(c) ? "a character begins no Python token"
                            : "an identifier goes beyond ASCII");
  }
  position_ += length;
  return token(Kind::op, begin, line_);
}

Token PythonLexer::open_bracket() {
  if (brackets_.size() == max_brackets) return fail("brackets are nested too deeply");
  brackets_.push_back(peek());
  ++position_;
  return token(Kind::op, position_ - 1, line_);
}

Token PythonLexer::close_bracket() {
  const char c = peek();
  const char open = innermost_bracket();
  const bool field = open == 'f' && c == '}';
  const bool matches =
      field || (open == '(' && c == ')') || (open == '[' && c == ']') || (open == '{' && c == '}');
  if (!matches) return fail("a closing bracket does not match");
  brackets_.pop_back();
  in_fstring_text_ = field;
  ++position_;
  return token(Kind::op, position_ - 1, line_);
}

// Text of a formatted literal, or the format specification of one of its fields, up to where the
// next field begins or the literal ends.
Token PythonLexer::next_in_fstring_text() {
  const FormattedString fstring = fstrings_.back();
  const std::size_t begin = position_;
  const int line = line_;
  while (!at_end()) {
    const bool in_field = brackets_.size() > fstring.outer_brackets;
    const char c = peek();
    if (c == fstring.quote) {
      const bool closes = !fstring.triple || (peek(1) == c && peek(2) == c);
      if (!closes) {
        ++position_;
        continue;
      }
      if (in_field) return fail("a field of an f-string is not closed");
      position_ += fstring.triple ? 3 : 1;
      fstrings_.pop_back();
      in_fstring_text_ = false;
      return token(Kind::fstring_end, begin, line);
    }
    if (is_line_end(c)) {
      if (in_field) return fail("a format specification holds a line end");
      if (!fstring.triple) return fail("a string is not closed");
      skip_line_end();
    } else if (c == '\\') {
      if (!skip_fstring_escape(fstring.raw)) return fail(error_);
    } else if (c == '{') {
      if (peek(1) == '{') {
        // CPython's versions differ in what this means behind a nested field.
        if (in_field) return fail("a format specification holds double braces");
        position_ += 2;
        continue;
      }
      if (brackets_.size() == max_brackets) return fail("brackets are nested too deeply");
      brackets_.push_back('f');
      in_fstring_text_ = false;
      ++position_;
      return token(Kind::op, position_ - 1, line_);
    } else if (c == '}') {
      if (in_field) {
        brackets_.pop_back();
        ++position_;
      } else if (peek(1) == '}') {
        position_ += 2;
      } else {
        return fail("an f-string holds a single closing brace");
      }
    } else {
      ++position_;
    }
  }
  return fail("a string is not closed");
}

// A backslash and what belongs to it. A brace does not: it begins or ends a field all the same.
bool PythonLexer::skip_fstring_escape(bool raw) {
  ++position_;
  if (!raw && peek() == 'N' && peek(1) == '{') {
    position_ += 2;
    while (is_name_part(peek()) || peek() == ' ' || peek() == '-') ++position_;
    if (peek() != '}') {
      error_ = "a character name in an f-string is malformed";
      return false;
    }
    ++position_;
  } else if (is_line_end(peek())) {
    skip_line_end();
  } else if (!at_end() && peek() != '{' && peek() != '}') {
    ++position_;
  }
  return true;
}

}  // namespace alembic_native
