// Text between Python and C++: UTF-8 inside, with lone surrogates passed through, so that no id a
// script may hold is refused at the seam.
#ifndef ALEMBIC_NATIVE_BINDINGS_TEXT_H
#define ALEMBIC_NATIVE_BINDINGS_TEXT_H

#include <pybind11/pybind11.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "error.h"

namespace alembic_native {

namespace py = pybind11;

// Errors: TypeError for anything but a str.
std::string text_from(py::handle text);
py::str text_to(std::string_view text);
py::object optional_text_to(const std::optional<std::string>& text);

// A str, list, tuple or set of str, or None (nothing in it).
std::vector<std::string> texts_from(py::handle texts);
py::tuple texts_to(const std::vector<std::string>& texts);

// A path as Python decodes it (surrogateescape).
py::str path_to(const std::string& path);
std::string path_from(py::handle path);

// None, a str, or a collection of those. Errors: revision, for anything that is not a string.
Identifier identifier_from(py::handle identifier);
py::object identifier_to(const Identifier& identifier);

}  // namespace alembic_native

#endif  // ALEMBIC_NATIVE_BINDINGS_TEXT_H
