"""Windows x86_64: mingw-w64 builds, wine runs; extension modules are linked and not run."""

from __future__ import annotations

import shutil

from cross_build import FOLDER, PROJECT, Failed, Platform, run
from python_library import make_python_library

NAME = "windows-x86_64"
#: The threads of C++ need the variant with POSIX threads. Nothing of mingw-w64 has to lie beside
#: what is built.
SETTINGS = (
    "-DCMAKE_SYSTEM_NAME=Windows",
    "-DCMAKE_SYSTEM_PROCESSOR=AMD64",
    "-DCMAKE_C_COMPILER=x86_64-w64-mingw32-gcc-posix",
    "-DCMAKE_CXX_COMPILER=x86_64-w64-mingw32-g++-posix",
    "-DCMAKE_RC_COMPILER=x86_64-w64-mingw32-windres",
    f"-DCMAKE_FIND_ROOT_PATH=/usr/x86_64-w64-mingw32;{FOLDER / NAME / 'installed'}",
    *(f"-DCMAKE_{kind}_LINKER_FLAGS_INIT=-static" for kind in ("EXE", "SHARED", "MODULE")),
)
#: Debian's release and source package with the headers of Python, and what Python for Windows calls
#: its extension modules.
PYTHON_SOURCE = ("trixie", "python3.13")
SUFFIX = ".cp313-win_amd64.pyd"


def platform() -> Platform:
    """Raises `Failed`."""
    wine = shutil.which("wine64", path="/usr/lib/wine") or shutil.which("wine64")
    if wine is None:
        raise Failed("there is no wine64: .ci/install-system-packages platforms")
    source = FOLDER / "python-source"
    if not source.exists():
        run("python-source", PROJECT / ".ci" / "debian-source", *PYTHON_SOURCE, source)
    include, library = make_python_library(source, FOLDER / NAME / "python")
    modules = (
        f"-DPython_INCLUDE_DIR={include}",
        f"-DPython_LIBRARY={library}",
        "-DPYBIND11_USE_CROSSCOMPILING=ON",
        f"-DPYTHON_MODULE_EXTENSION={SUFFIX}",
        "-DPYTHON_MODULE_DEBUG_POSTFIX=",
        "-DPYTHON_IS_DEBUG=OFF",
    )
    return Platform(
        NAME,
        SETTINGS,
        emulator=(wine,),
        modules=modules,
        suffix=".exe",
        environment=(("WINEPREFIX", str(FOLDER / "wine")), ("WINEDEBUG", "-all")),
    )
