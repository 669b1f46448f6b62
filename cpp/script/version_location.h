// Which files of the version locations are migration scripts, and in which order they count.
//
// The rules are upstream's: the files of a folder in the order of their names, then, if asked for,
// its subfolders likewise; links are followed to the file they lead to, whose own name decides; a
// file that is met again by any way is named once more as a duplicate; `__pycache__`, `__init__*`
// and editors' `.#*` files are none. A folder that is missing or cannot be read holds nothing.
#ifndef ALEMBIC_NATIVE_SCRIPT_VERSION_LOCATION_H
#define ALEMBIC_NATIVE_SCRIPT_VERSION_LOCATION_H

#include <string>
#include <vector>

namespace alembic_native {

struct ListingRules {
  bool recursive = false;
  // From Python 3.12 on a link to a folder is listed like a file, before that not at all.
  bool lists_links_to_folders = false;
};

struct ListedFile {
  std::string path;  // absolute, links resolved; as in file_path.h
  bool is_duplicate = false;
};

// Scripts and duplicates, in the order in which they are met. `locations`: absolute folders.
// One pass over the folders; safe from any thread.
std::vector<ListedFile> list_scripts(const std::vector<std::string>& locations,
                                     const ListingRules& rules);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_SCRIPT_VERSION_LOCATION_H
