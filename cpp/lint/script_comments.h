// What the comments of a script, and what git left in it, say to a reader of it.
#ifndef ALEMBIC_NATIVE_LINT_SCRIPT_COMMENTS_H
#define ALEMBIC_NATIVE_LINT_SCRIPT_COMMENTS_H

#include <string>
#include <string_view>
#include <vector>

#include "script/python_lexer.h"

namespace alembic_native::lint {

// A comment `# lint: ignore[rule, rule] reason`; also behind another comment in the same line.
struct Ignore {
  int line = 0;        // from 1
  int column = 0;      // of its "#", from 1, in characters
  int applies_to = 0;  // its line; where it stands alone, the next that holds more than a comment
  std::vector<std::string> rules;  // as written, empty where it names none
  std::string reason;
};

// In the order of `comments`, which are those of `source`. Linear.
std::vector<Ignore> read_ignores(std::string_view source, const std::vector<Comment>& comments);

// The first line, from 1, that begins with a conflict marker of git: "<<<<<<<" or ">>>>>>>", alone
// or with a space behind it; 0 where there is none. Line ends are those of Python.
int find_conflict_marker(std::string_view source);

}  // namespace alembic_native::lint

#endif  // ALEMBIC_NATIVE_LINT_SCRIPT_COMMENTS_H
