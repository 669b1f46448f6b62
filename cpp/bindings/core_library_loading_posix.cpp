#include <dlfcn.h>

#include "bindings/library_loading.h"

namespace alembic_native {

void load_library(const std::string& path) { ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL); }

}  // namespace alembic_native
