// Which functions of a script may run while it is imported.
#ifndef ALEMBIC_NATIVE_SCRIPT_IMPORT_TIME_CALLS_H
#define ALEMBIC_NATIVE_SCRIPT_IMPORT_TIME_CALLS_H

#include <string_view>
#include <unordered_map>
#include <vector>

namespace alembic_native {

// The names that a script's functions and its module level use. To use a function's name counts as
// calling it, whatever the name stands for there. Views: the source must outlive it. Linear.
class ImportTimeCalls {
 public:
  // `function`: in whose body `name` is used; empty for code that runs on import.
  void add_use(std::string_view function, std::string_view name) {
    uses_[function].push_back(name);
  }

  // `function` does what must not happen on import.
  void add_suspect(std::string_view function) { suspects_.push_back(function); }

  // Whether a suspect may run on import.
  bool reach_suspect() const;

 private:
  std::unordered_map<std::string_view, std::vector<std::string_view>> uses_;
  std::vector<std::string_view> suspects_;
};

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_SCRIPT_IMPORT_TIME_CALLS_H
