// All that there is to say of migration scripts.
#ifndef ALEMBIC_NATIVE_LINT_SCRIPT_REPORT_H
#define ALEMBIC_NATIVE_LINT_SCRIPT_REPORT_H

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lint/dialect.h"
#include "lint/rules.h"
#include "lint/script_comments.h"

namespace alembic_native::lint {

// SQL that upgrade() sends, where all of it is literal.
struct SqlText {
  int line = 0;    // of the literal, from 1
  int column = 0;  // from 1, in characters
  std::string text;
};

struct ScriptReport {
  std::vector<Finding> findings;  // by line, column and rule
  std::vector<Ignore> ignores;
  std::vector<SqlText> sql;
  std::string upgrade;  // fingerprints of the functions; empty where there is none
  std::string downgrade;
  int conflict_line = 0;  // of a conflict marker of git; 0 where there is none
  // Why the source cannot be read as Python; empty where it can. Nothing but the conflict marker
  // and the comments in front of the place are told then.
  std::string unreadable;

  // Whether there is none of all this but the fingerprints.
  bool has_nothing_to_tell() const {
    return findings.empty() && ignores.empty() && sql.empty() && conflict_line == 0 &&
           unreadable.empty();
  }
};

// `source`: the bytes of a script. `is_merge`: the revision has several parents. Pure; linear.
ScriptReport judge_script(std::string_view source, const Dialect& dialect, bool is_merge);

struct UnreadableFile {
  std::string reason;
};

struct ScriptFile {
  std::string path;  // as in script/file_path.h
  bool is_merge = false;
};

// One answer a file, in their order. Works on several threads, as script/parallel_files.h says.
// Errors: bad_alloc.
std::vector<std::variant<ScriptReport, UnreadableFile>> judge_files(
    const std::vector<ScriptFile>& files, const Dialect& dialect);

}  // namespace alembic_native::lint

#endif  // ALEMBIC_NATIVE_LINT_SCRIPT_REPORT_H
