#include "script/import_time_calls.h"

#include <algorithm>
#include <unordered_set>

namespace alembic_native {

bool ImportTimeCalls::reach_suspect() const {
  std::unordered_set<std::string_view> reached{{}};
  std::vector<std::string_view> pending{{}};
  while (!pending.empty()) {
    const auto uses = uses_.find(pending.back());
    pending.pop_back();
    if (uses == uses_.end()) continue;
    for (const std::string_view name : uses->second) {
      if (reached.insert(name).second) pending.push_back(name);
    }
  }
  return std::any_of(suspects_.begin(), suspects_.end(),
                     [&](std::string_view suspect) { return reached.count(suspect) != 0; });
}

}  // namespace alembic_native
