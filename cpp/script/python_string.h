// What a Python string literal stands for.
#ifndef ALEMBIC_NATIVE_SCRIPT_PYTHON_STRING_H
#define ALEMBIC_NATIVE_SCRIPT_PYTHON_STRING_H

#include <string>
#include <string_view>

namespace alembic_native {

// The letters in front of the opening quote.
struct StringPrefix {
  bool valid = false;      // Python 3 knows this combination
  bool raw = false;        // r: escapes stay as written
  bool bytes = false;      // b: not a str
  bool formatted = false;  // f, and t from Python 3.14 on: holds replacement fields
};

// `letters` in any case, may be empty; `minor_version` of Python 3.
StringPrefix read_string_prefix(std::string_view letters, int minor_version);

// Python warns about an escape it does not know ("\d") and about octal escapes above \377, and
// uses them all the same. A header value refuses them, so that the warning appears by import; a
// docstring, where they are common, takes them.
enum class DubiousEscapes { refuse, accept };

// Appends to `text` the UTF-8 value of one whole literal (prefix, quotes and all), as the lexer
// found it. Line ends inside it become "\n". Returns false, with `text` in an unspecified state,
// when the literal is bytes or formatted, when it is malformed, holds a surrogate or `\N{...}`,
// or holds a dubious escape that is refused. Linear.
bool append_string_literal(std::string_view literal, DubiousEscapes dubious, std::string& text);

// A docstring as the compiler of Python 3.13 and later stores it: tabs expanded to columns of
// eight, the first line without leading spaces, every other line without the indentation that all
// non-blank ones share. Blank lines and trailing spaces stay. Linear in the result.
std::string strip_docstring_indentation(std::string_view docstring);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_SCRIPT_PYTHON_STRING_H
