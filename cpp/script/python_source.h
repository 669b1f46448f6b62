// The text of a Python source file, before any token is read.
//
// Python decodes a script by its byte order mark and its encoding cookie (PEP 263); this reader
// knows UTF-8 and its subset ASCII and leaves everything else to Python.
#ifndef ALEMBIC_NATIVE_SCRIPT_PYTHON_SOURCE_H
#define ALEMBIC_NATIVE_SCRIPT_PYTHON_SOURCE_H

#include <string_view>

namespace alembic_native {

// A view into the bytes given to check_python_source(), which must outlive it.
struct PythonSource {
  std::string_view text;     // without the byte order mark; valid UTF-8 without NUL if no problem
  std::string_view problem;  // static text; empty when `text` is what Python would read
  int line = 0;              // of the problem, from 1; 0 when it concerns the whole file
};

// The bytes behind a byte order mark of UTF-8, all where there is none.
std::string_view without_byte_order_mark(std::string_view bytes);

// Finds NUL bytes, bytes that are not UTF-8 and encoding cookies that name another encoding.
// Linear, one pass.
PythonSource check_python_source(std::string_view bytes);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_SCRIPT_PYTHON_SOURCE_H
