// Errors of the version store become Python exceptions.
#ifndef ALEMBIC_NATIVE_BINDINGS_POSTGRES_ERROR_TRANSLATION_H
#define ALEMBIC_NATIVE_BINDINGS_POSTGRES_ERROR_TRANSLATION_H

#include <pybind11/pybind11.h>

#include "error.h"

namespace alembic_native {

// The exception that `alembic_native.database_errors.exception_from_database` makes of an error.
// Needs the GIL.
pybind11::object exception_from(const Error& error);

// Makes this extension module's functions raise it. A wait that a signal handler ended raises what
// the handler raised: KeyboardInterrupt for Ctrl-C.
void register_database_error_translation();

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_BINDINGS_POSTGRES_ERROR_TRANSLATION_H
