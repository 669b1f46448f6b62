// Short scripts for the tests of the rules.
#ifndef ALEMBIC_NATIVE_TESTS_LINT_SCRIPT_H
#define ALEMBIC_NATIVE_TESTS_LINT_SCRIPT_H

#include <string>
#include <string_view>
#include <vector>

#include "lint/script_report.h"

namespace alembic_native::lint {

inline const Dialect postgresql{Dialect::Kind::postgresql, 1600};
inline const Dialect mysql{Dialect::Kind::mysql, 802};
inline const Dialect mariadb{Dialect::Kind::mariadb, 1011};
inline const Dialect sqlite{Dialect::Kind::sqlite, 345};

// A script; each line of the bodies without its indentation of four.
inline std::string script(std::string_view upgrade, std::string_view downgrade = "raise OSError") {
  std::string source =
      "import sqlalchemy as sa\n"
      "from alembic import op\n"
      "from sqlalchemy.dialects import postgresql\n\n\n";
  const auto add = [&](std::string_view name, std::string_view body) {
    source += "def " + std::string(name) + "():\n    ";
    for (const char c : body) {
      source += c;
      if (c == '\n') source += "    ";
    }
    source += "\n\n\n";
  };
  add("upgrade", upgrade);
  add("downgrade", downgrade);
  return source;
}

using Told = std::vector<std::string>;

// `rule: subject` of each finding, or the rule alone.
inline Told told(const std::string& source, const Dialect& dialect = postgresql,
                 bool is_merge = false) {
  Told result;
  for (const Finding& finding : judge_script(source, dialect, is_merge).findings) {
    result.push_back(finding.rule + (finding.subject.empty() ? "" : ": " + finding.subject));
  }
  return result;
}

inline Told upgrade_told(std::string_view upgrade, const Dialect& dialect = postgresql) {
  return told(script(upgrade), dialect);
}

inline Told downgrade_told(std::string_view downgrade, const Dialect& dialect = postgresql) {
  return told(script("op.execute('SELECT 1')", downgrade), dialect);
}

}  // namespace alembic_native::lint

#endif  // ALEMBIC_NATIVE_TESTS_LINT_SCRIPT_H
