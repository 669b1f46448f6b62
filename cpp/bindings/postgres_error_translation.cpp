#include "bindings/postgres_error_translation.h"

#include <exception>
#include <string>

namespace alembic_native {

namespace py = pybind11;

py::object exception_from(const Error& error) {
  py::dict fields;
  fields["host"] = error.fields().host;
  fields["port"] = error.fields().port;
  fields["database"] = error.fields().database;
  fields["user"] = error.fields().user;
  fields["sqlstate"] = error.fields().sqlstate;
  return py::module_::import("alembic_native.database_errors")
      .attr("exception_from_database")(std::string(error_kind_name(error.kind())), error.message(),
                                       fields);
}

void register_database_error_translation() {
  // pybind11 fixes the signature.
  // NOLINTNEXTLINE(performance-unnecessary-value-param)
  py::register_local_exception_translator([](std::exception_ptr pointer) {
    try {
      if (pointer) std::rethrow_exception(pointer);
    } catch (const Error& error) {
      // The signal handler's exception is waiting to be raised.
      if (error.kind() == ErrorKind::interrupted && PyErr_Occurred() != nullptr) return;
      try {
        const py::object exception = exception_from(error);
        PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception.ptr())), exception.ptr());
      } catch (py::error_already_set& failure) {
        failure.restore();
      }
    }
  });
}

}  // namespace alembic_native
