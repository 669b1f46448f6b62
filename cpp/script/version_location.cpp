#include "script/version_location.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <string_view>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "script/file_path.h"
#include "text/affixes.h"

namespace alembic_native {

namespace {

namespace fs = std::filesystem;

bool is_script_name(std::string_view name) {
  return ends_with(name, ".py") && !starts_with(name, ".#") && !starts_with(name, "__init__") &&
         name.find('\n') == std::string_view::npos;
}

struct Folder {
  std::vector<std::pair<std::string, bool>> files;  // name, and whether it is a link
  std::vector<std::string> subfolders;
};

Folder read_folder(const fs::path& path, const ListingRules& rules) {
  Folder folder;
  std::error_code error;
  fs::directory_iterator entry(path, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    std::error_code unknown;
    const bool is_link = entry->is_symlink(unknown);
    const bool is_folder = entry->is_directory(unknown);
    std::string name = text_of_path(entry->path().filename());
    if (is_folder && !is_link) {
      folder.subfolders.push_back(std::move(name));
    } else if (!is_folder || rules.lists_links_to_folders) {
      folder.files.emplace_back(std::move(name), is_link);
    }
  }
  std::sort(folder.files.begin(), folder.files.end());
  std::sort(folder.subfolders.begin(), folder.subfolders.end());
  return folder;
}

// Where a path leads; for a link to nowhere, the path that does not exist.
fs::path resolved(fs::path path) {
  constexpr int longest_chain = 40;
  std::error_code error;
  for (int links = 0; links < longest_chain && fs::is_symlink(path, error); ++links) {
    const fs::path target = fs::read_symlink(path, error);
    if (error) break;
    path = path.parent_path() / target;
  }
  fs::path real = fs::weakly_canonical(path, error);
  return error ? path : real;
}

}  // namespace

std::vector<ListedFile> list_scripts(const std::vector<std::string>& locations,
                                     const ListingRules& rules) {
  std::vector<ListedFile> listed;
  std::unordered_set<std::string> met;
  std::vector<fs::path> pending;
  std::transform(locations.rbegin(), locations.rend(), std::back_inserter(pending), path_from_text);
  while (!pending.empty()) {
    const fs::path path = std::move(pending.back());
    pending.pop_back();
    const Folder folder = read_folder(path, rules);
    if (!ends_with(text_of_path(path.filename()), "__pycache__") && !folder.files.empty()) {
      const fs::path real_folder = resolved(path);
      for (const auto& [name, is_link] : folder.files) {
        const fs::path file = path_from_text(name);
        const fs::path real = is_link ? resolved(path / file) : real_folder / file;
        const bool is_script = is_script_name(text_of_path(real.filename()));
        std::string text = text_of_path(real);
        const bool is_duplicate = !met.insert(text).second;
        if (is_duplicate || is_script) listed.push_back({std::move(text), is_duplicate});
      }
    }
    if (!rules.recursive) continue;
    for (auto name = folder.subfolders.rbegin(); name != folder.subfolders.rend(); ++name) {
      pending.push_back(path / path_from_text(*name));
    }
  }
  return listed;
}

}  // namespace alembic_native
