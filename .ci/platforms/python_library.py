"""What extension modules for Windows are compiled and linked with, made of Python's sources.

That is their headers, with the configuration that they have for Windows, and an import library: the
names that the headers declare as the library's, under the name that it has on Windows.
"""

from __future__ import annotations

import pathlib
import re
import shutil
import subprocess

DLLTOOL = "x86_64-w64-mingw32-dlltool"
#: `PyAPI_FUNC(PyObject *) PyObject_Str(` and `PyAPI_DATA(PyTypeObject) PyType_Type;`
_DECLARED = re.compile(
    r"PyAPI_(?P<kind>FUNC|DATA)\([^;{]*?\)\s*\**\s*(?:\w+\s+)*?(?P<name>_?Py\w+)\s*[(\[;]"
)


def make_python_library(
    source: pathlib.Path, folder: pathlib.Path
) -> tuple[pathlib.Path, pathlib.Path]:
    """The folder of the headers and the import library, made below `folder`."""
    include = folder / "include"
    shutil.copytree(source / "Include", include, dirs_exist_ok=True)
    shutil.copyfile(source / "PC" / "pyconfig.h.in", include / "pyconfig.h")
    headers = [
        path.read_text(encoding="utf-8", errors="replace") for path in sorted(include.rglob("*.h"))
    ]
    name = f"python{_version(headers)}"
    exported = {
        found["name"]: found["kind"] for text in headers for found in _DECLARED.finditer(text)
    }
    lines = [f"LIBRARY {name}.dll", "EXPORTS"]
    for one, kind in sorted(exported.items()):
        lines.append(f"{one} DATA" if kind == "DATA" else one)
    definition = folder / f"{name}.def"
    definition.write_text("\n".join(lines) + "\n", encoding="ascii")
    library = folder / f"lib{name}.dll.a"
    subprocess.run([DLLTOOL, "-d", str(definition), "-l", str(library)], check=True)
    return include, library


def _version(headers: list[str]) -> str:
    """`313` for Python 3.13."""
    text = "\n".join(headers)
    numbers = re.findall(r"^#define PY_(?:MAJOR|MINOR)_VERSION\s+(\d+)", text, re.MULTILINE)
    return "".join(numbers)
