#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "bindings/core_module.h"
#include "bindings/text.h"
#include "script/python_definitions.h"
#include "text/fnv1a.h"

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

// Each step of a hash waits for the one before it: four side by side take a third of the time.
std::string fingerprint_of(const std::string& text) {
  std::array<Fnv1a, 4> hashes;
  Fnv1a whole;
  std::size_t index = 0;
  for (; index + hashes.size() <= text.size(); index += hashes.size()) {
    for (std::size_t each = 0; each < hashes.size(); ++each) hashes[each].add(text[index + each]);
  }
  for (; index < text.size(); ++index) whole.add(text[index]);
  for (const Fnv1a& hash : hashes) {
    for (const char digit : hash.hex()) whole.add(digit);
  }
  return whole.hex();
}

std::string source_fingerprint(const py::bytes& source) {
  const std::string text = source;
  return without_gil([&] { return fingerprint_of(text); });
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
  module.def("source_fingerprint", &source_fingerprint, py::arg("source"));
}

}  // namespace alembic_native
