#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "bindings/call_counts.h"
#include "bindings/core_module.h"
#include "bindings/targets.h"
#include "bindings/text.h"
#include "script/script_table.h"

namespace alembic_native {

namespace {

py::object result_to(const HeaderResult& result) {
  return std::visit([](const auto& one) { return py::cast(one); }, result);
}

std::unique_ptr<ScriptTable> read_version_locations(const py::iterable& locations, bool recursive,
                                                    int python_minor, bool strips_docstrings) {
  std::vector<std::string> folders;
  for (const py::handle location : locations) folders.push_back(path_from(location));
  auto table = without_gil([&] {
    return ScriptTable::read(folders, recursive, {python_minor, strips_docstrings});
  });
  count_call(Call::header_read, table->size());
  return table;
}

py::object read_header(const py::bytes& source, int python_minor, bool strips_docstrings) {
  const std::string text = source;
  count_call(Call::header_read);
  return result_to(without_gil([&] {
    return read_script_header(text, {python_minor, strips_docstrings});
  }));
}

py::list duplicate_paths(const ScriptTable& table) {
  py::list result;
  for (const std::string& path : table.duplicates()) result.append(path_to(path));
  return result;
}

py::list exceptions(const ScriptTable& table, const py::str& illegal_characters) {
  const std::string characters = text_from(illegal_characters);
  return indices_to(without_gil([&] { return table.exceptions(characters); }));
}

std::unique_ptr<GrowingGraph> graph_of(const ScriptTable& table) {
  count_call(Call::graph_build);
  return without_gil([&] { return std::make_unique<GrowingGraph>(table.graph()); });
}

}  // namespace

void bind_scripts(py::module_& module) {
  py::class_<ScriptTable>(module, "ScriptTable")
      .def("__len__", &ScriptTable::size)
      .def("duplicates", &duplicate_paths)
      .def(
          "path",
          [](const ScriptTable& table, std::size_t index) { return path_to(table.path(index)); },
          py::arg("index"))
      .def(
          "header",
          [](const ScriptTable& table, std::size_t index) {
            return result_to(table.header(index));
          },
          py::arg("index"))
      .def("exceptions", &exceptions, py::arg("illegal_characters"))
      .def("supply", &ScriptTable::supply, py::arg("index"), py::arg("record"))
      .def("graph", &graph_of)
      .def(
          "__deepcopy__",
          [](const ScriptTable& table, const py::dict& /*memo*/) {
            return std::make_unique<ScriptTable>(table);
          },
          py::arg("memo"));
  module.def("read_version_locations", &read_version_locations, py::arg("locations"),
             py::arg("recursive"), py::arg("python_minor"), py::arg("strips_docstrings"));
  module.def("read_script_header", &read_header, py::arg("source"), py::arg("python_minor"),
             py::arg("strips_docstrings"));
}

}  // namespace alembic_native
