// What the tests of version locations compare.
#ifndef ALEMBIC_NATIVE_TESTS_LISTED_SCRIPTS_H
#define ALEMBIC_NATIVE_TESTS_LISTED_SCRIPTS_H

#include <string>
#include <vector>

#include "script/file_path.h"
#include "script/version_location.h"
#include "temporary_folder.h"

namespace alembic_native {

using Names = std::vector<std::string>;

// Paths below the folder, with slashes, and with "twice: " before those met again.
inline Names listed_scripts(const TemporaryFolder& folder, const Names& locations,
                            const ListingRules& rules = {}) {
  Names absolute;
  for (const std::string& location : locations) absolute.push_back(folder.path() + "/" + location);
  Names result;
  for (const ListedFile& file : list_scripts(absolute, rules)) {
    const auto name = path_from_text(file.path).lexically_relative(path_from_text(folder.path()));
    result.push_back((file.is_duplicate ? "twice: " : "") + name.generic_u8string());
  }
  return result;
}

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_TESTS_LISTED_SCRIPTS_H
