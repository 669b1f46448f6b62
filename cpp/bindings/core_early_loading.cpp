// Having a shared library in memory by the time it is imported.
#include <string>
#include <system_error>
#include <thread>

#include "bindings/core_module.h"
#include "bindings/library_loading.h"

namespace alembic_native {

namespace py = pybind11;

namespace {

// Loads a library in a thread, and keeps it. The import that follows says what is wrong with it.
void load_early(const std::string& path) {
  try {
    std::thread([path] { load_library(path); }).detach();
  } catch (const std::system_error&) {
    // Where no thread can be started, the import loads it.
    return;
  }
}

}  // namespace

void bind_early_loading(py::module_& module) {
  module.def(
      "load_early", [](const py::bytes& path) { load_early(path); }, py::arg("path"));
}

}  // namespace alembic_native
