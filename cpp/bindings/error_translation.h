// Errors of the core become Python exceptions.
#ifndef ALEMBIC_NATIVE_BINDINGS_ERROR_TRANSLATION_H
#define ALEMBIC_NATIVE_BINDINGS_ERROR_TRANSLATION_H

#include <pybind11/pybind11.h>

namespace alembic_native {

// Makes functions of `module` raise what `alembic_native.errors.exception_from_core` returns for
// the kind, message and fields of an Error.
void register_error_translation(pybind11::module_& module);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_BINDINGS_ERROR_TRANSLATION_H
