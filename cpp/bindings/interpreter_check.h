// Which interpreters an extension module can be imported into.
#ifndef ALEMBIC_NATIVE_BINDINGS_INTERPRETER_CHECK_H
#define ALEMBIC_NATIVE_BINDINGS_INTERPRETER_CHECK_H

#include <Python.h>

namespace alembic_native {

// False, with ImportError set, in a sub-interpreter of Python 3.11 or older: there pybind11 asks
// for the GIL with the thread state of the main interpreter, and so waits for its own thread.
// To be called before anything of pybind11 is.
inline bool may_be_imported_here() {
#if PY_VERSION_HEX < 0x030C0000
  if (PyInterpreterState_Get() != PyInterpreterState_Main()) {
    PyErr_SetString(PyExc_ImportError,
                    "the extension modules of alembic-native can be imported in a sub-interpreter "
                    "from Python 3.12 on; before that only in the main interpreter");
    return false;
  }
#endif
  return true;
}

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_BINDINGS_INTERPRETER_CHECK_H
