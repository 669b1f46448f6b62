// Loading a shared library, on POSIX systems and on Windows.
#ifndef ALEMBIC_NATIVE_BINDINGS_LIBRARY_LOADING_H
#define ALEMBIC_NATIVE_BINDINGS_LIBRARY_LOADING_H

#include <string>

namespace alembic_native {

// Loads a library for the rest of the process. What cannot be loaded is left alone. `path` as in
// script/file_path.h.
void load_library(const std::string& path);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_BINDINGS_LIBRARY_LOADING_H
