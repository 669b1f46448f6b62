#include <exception>
#include <string>

#include "bindings/error_translation.h"
#include "bindings/text.h"
#include "error.h"

namespace alembic_native {

namespace {

py::dict fields_to(const ErrorFields& fields) {
  py::dict result;
  result["revision"] = text_to(fields.revision);
  result["revisions"] = texts_to(fields.revisions);
  result["argument"] = text_to(fields.argument);
  result["path"] = path_to(fields.path);
  result["line"] = fields.line;
  result["is_dependency"] = fields.is_dependency;
  result["lower"] = fields.lower ? identifier_to(*fields.lower) : py::none();
  result["upper"] = fields.upper ? identifier_to(*fields.upper) : py::none();
  return result;
}

// A message may name a path, whose bytes need not be UTF-8.
py::str message_to(const std::string& message) {
  try {
    return text_to(message);
  } catch (const py::error_already_set&) {
    return path_to(message);
  }
}

void raise_in_python(const Error& error) {
  const py::object exception_from_core =
      py::module_::import("alembic_native.errors").attr("exception_from_core");
  const py::object exception =
      exception_from_core(text_to(error_kind_name(error.kind())), message_to(error.message()),
                          fields_to(error.fields()));
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception.ptr())), exception.ptr());
}

}  // namespace

void register_error_translation(py::module_& /*module*/) {
  // NOLINTNEXTLINE(performance-unnecessary-value-param): the signature is pybind11's
  py::register_local_exception_translator([](std::exception_ptr pointer) {
    try {
      if (pointer) std::rethrow_exception(pointer);
    } catch (const Error& error) {
      try {
        raise_in_python(error);
      } catch (py::error_already_set& failure) {
        failure.restore();
      }
    }
  });
}

}  // namespace alembic_native
