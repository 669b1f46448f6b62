#include "bindings/core_module.h"

#include <fmt/format.h>

#include <string>

#include "bindings/call_counts.h"
#include "bindings/error_translation.h"
#include "bindings/interpreter_check.h"
#include "error.h"

namespace py = pybind11;

namespace alembic_native {

namespace {

py::dict build_versions() {
  py::dict versions;
  versions["alembic-native"] = ALEMBIC_NATIVE_VERSION;
#if defined(__clang__)
  versions["compiler"] = "clang " __clang_version__;
#elif defined(_MSC_VER)
  versions["compiler"] = fmt::format("MSVC {}", _MSC_FULL_VER);
#else
  versions["compiler"] = "gcc " __VERSION__;
#endif
  versions["fmt"] =
      fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100);
  versions["pybind11"] = fmt::format("{}.{}.{}", PYBIND11_VERSION_MAJOR, PYBIND11_VERSION_MINOR,
                                     PYBIND11_VERSION_HEX >> 8 & 0xFF);
  return versions;
}

constexpr bool has_postgres_store() {
#if defined(ALEMBIC_NATIVE_WITH_POSTGRES)
  return true;
#else
  return false;
#endif
}

py::dict counts() {
  py::dict result;
  for (std::size_t index = 0; index < call_names.size(); ++index) {
    result[call_names[index]] = call_counts()[index].load(std::memory_order_relaxed);
  }
  return result;
}

py::tuple kinds() {
  py::list result;
  for (const ErrorKind kind : all_error_kinds()) {
    result.append(py::str(std::string(error_kind_name(kind))));
  }
  return py::tuple(result);
}

}  // namespace

}  // namespace alembic_native

PYBIND11_MODULE(_core_content, module, py::mod_gil_not_used(),
                py::multiple_interpreters::per_interpreter_gil()) {
  using namespace alembic_native;
  module.doc() = "The native core: script headers, the revision graph, the version table's rows.";
  register_error_translation(module);
  module.def("build_versions", &build_versions);
  module.def("has_postgres_store", &has_postgres_store);
  module.def("call_counts", &counts);
  module.def("error_kinds", &kinds);
  bind_records(module);
  GraphClass graph_class(module, "RevisionGraph");
  bind_graph(graph_class);
  bind_identifiers(graph_class);
  bind_ranges(graph_class);
  bind_row_operations(module, graph_class);
  bind_scripts(module);
  bind_definitions(module);
  bind_early_loading(module);
}

// What Python calls for `_core`, and so the name is Python's.
// NOLINTNEXTLINE(bugprone-reserved-identifier)
extern "C" PYBIND11_EXPORT PyObject* PyInit__core() {
  return alembic_native::may_be_imported_here() ? PyInit__core_content() : nullptr;
}
