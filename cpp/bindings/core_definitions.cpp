#include <fmt/format.h>

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "bindings/core_module.h"
#include "bindings/text.h"
#include "script/python_definitions.h"

namespace alembic_native {

namespace {

py::list definitions_of(const py::bytes& source, const py::iterable& names) {
  const std::string text = source;
  std::vector<std::string> dotted_names;
  for (const py::handle name : names) dotted_names.push_back(text_from(name));
  const auto result = without_gil([&] { return read_definitions(text, dotted_names); });
  if (const auto* unreadable = std::get_if<UnreadableSource>(&result)) {
    throw py::value_error(fmt::format("the source cannot be read as Python: line {}: {}",
                                      unreadable->line, unreadable->reason));
  }
  py::list definitions;
  for (const auto& definition : std::get<std::vector<std::optional<Definition>>>(result)) {
    definitions.append(definition ? py::cast(*definition) : py::none());
  }
  return definitions;
}

}  // namespace

void bind_definitions(py::module_& module) {
  py::class_<Definition>(module, "Definition")
      .def_property_readonly("kind",
                             [](const Definition& definition) {
                               return text_to(definition_kind_name(definition.kind));
                             })
      .def_readonly("line", &Definition::line)
      .def_readonly("count", &Definition::count)
      .def_readonly("parameters", &Definition::parameters)
      .def_readonly("fingerprint", &Definition::fingerprint);
  module.def("read_definitions", &definitions_of, py::arg("source"), py::arg("names"));
}

}  // namespace alembic_native
