#include <windows.h>

#include "bindings/library_loading.h"
#include "script/file_path.h"

namespace alembic_native {

void load_library(const std::string& path) {
  // Where Python's import looks for what the library needs.
  ::LoadLibraryExW(path_from_text(path).c_str(), nullptr,
                   LOAD_LIBRARY_SEARCH_DEFAULT_DIRS | LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR);
}

}  // namespace alembic_native
