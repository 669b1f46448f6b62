// What a function of a script makes itself: nobody uses it yet, and so nobody waits for its locks.
#ifndef ALEMBIC_NATIVE_LINT_MADE_HERE_H
#define ALEMBIC_NATIVE_LINT_MADE_HERE_H

#include <cstddef>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "lint/operations.h"

namespace alembic_native::lint {

class MadeHere {
 public:
  // `calls` of the function; `elsewhere`: of those that it may call.
  MadeHere(const std::vector<Operation>& calls, const std::vector<Operation>& elsewhere);

  // Whether a table surely was there before. Schemas are not told apart.
  bool is_older_table(const std::string& name) const {
    return !makes_unknown_tables_ && tables_.count(name) == 0;
  }
  // The same, as of one of the calls.
  bool is_older_table(const std::string& name, const Operation& as_of) const;
  bool is_older_index(const std::string& name) const {
    return !makes_unknown_tables_ && indexes_.count(name) == 0;
  }
  bool is_older_type(const std::string& name) const {
    return !makes_unknown_types_ && types_.count(name) == 0;
  }
  // Any table may be the one that an expression names.
  bool makes_tables() const { return makes_unknown_tables_ || !tables_.empty(); }

 private:
  void take(const Operation& operation);
  void take_sql(const Operation& operation);
  void take_other_call(const Operation& operation);
  void take_create(const Operation& operation);
  void add_table(const std::string& name, const Operation& operation) {
    tables_.try_emplace(name, operation.begin);
  }

  std::unordered_map<std::string, const char*> tables_;  // with the place that makes them
  std::unordered_set<std::string> indexes_;
  std::unordered_set<std::string> types_;
  bool makes_unknown_tables_ = false;
  bool makes_unknown_types_ = false;
};

}  // namespace alembic_native::lint

#endif  // ALEMBIC_NATIVE_LINT_MADE_HERE_H
