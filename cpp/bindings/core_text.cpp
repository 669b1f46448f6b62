#include <fmt/format.h>

#include <utility>

#include "bindings/text.h"

namespace alembic_native {

std::string text_from(py::handle text) {
  if (!PyUnicode_Check(text.ptr())) {
    throw py::type_error("a str is needed, not " + std::string(py::str(py::repr(text))));
  }
  Py_ssize_t length = 0;
  const char* const data = PyUnicode_AsUTF8AndSize(text.ptr(), &length);
  if (data != nullptr) return {data, static_cast<std::size_t>(length)};
  PyErr_Clear();
  const auto encoded = py::reinterpret_steal<py::bytes>(
      PyUnicode_AsEncodedString(text.ptr(), "utf-8", "surrogatepass"));
  if (!encoded) throw py::error_already_set();
  return encoded;
}

py::str text_to(std::string_view text) {
  auto result = py::reinterpret_steal<py::str>(
      PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "surrogatepass"));
  if (!result) throw py::error_already_set();
  return result;
}

py::object optional_text_to(const std::optional<std::string>& text) {
  return text ? py::object(text_to(*text)) : py::object(py::none());
}

std::vector<std::string> texts_from(py::handle texts) {
  std::vector<std::string> result;
  if (texts.is_none()) return result;
  if (PyUnicode_Check(texts.ptr())) {
    result.push_back(text_from(texts));
    return result;
  }
  for (const py::handle text : texts) result.push_back(text_from(text));
  return result;
}

py::tuple texts_to(const std::vector<std::string>& texts) {
  py::tuple result(texts.size());
  for (std::size_t index = 0; index < texts.size(); ++index) result[index] = text_to(texts[index]);
  return result;
}

py::str path_to(const std::string& path) {
  auto result = py::reinterpret_steal<py::str>(
      PyUnicode_DecodeFSDefaultAndSize(path.data(), static_cast<Py_ssize_t>(path.size())));
  if (!result) throw py::error_already_set();
  return result;
}

std::string path_from(py::handle path) {
  PyObject* bytes = nullptr;
  if (PyUnicode_FSConverter(path.ptr(), static_cast<void*>(&bytes)) == 0)
    throw py::error_already_set();
  return py::reinterpret_steal<py::bytes>(bytes);
}

namespace {

std::string name_from(py::handle name) {
  if (PyUnicode_Check(name.ptr())) return text_from(name);
  throw Error(ErrorKind::revision,
              fmt::format("revision identifier {} is not a string; ensure database driver settings "
                          "are correct",
                          std::string(py::str(py::repr(name)))));
}

}  // namespace

Identifier identifier_from(py::handle identifier) {
  if (identifier.is_none()) return Identifier::nothing();
  PyObject* const object = identifier.ptr();
  const bool is_collection =
      PyTuple_Check(object) || PyList_Check(object) || PyAnySet_Check(object);
  if (!is_collection) return Identifier::single(name_from(identifier));
  std::vector<std::string> names;
  for (const py::handle name : identifier) {
    if (!name.is_none()) names.push_back(name_from(name));
  }
  return Identifier::several(std::move(names));
}

py::object identifier_to(const Identifier& identifier) {
  switch (identifier.shape) {
    case Identifier::Shape::nothing:
      return py::none();
    case Identifier::Shape::single:
      return text_to(identifier.names[0]);
    case Identifier::Shape::several:
      return texts_to(identifier.names);
  }
  return py::none();
}

}  // namespace alembic_native
