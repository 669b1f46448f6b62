"""The headers of the Pythons for which extension modules are built.

For Linux with musl they are those of a Python that is built here, for arm64 with glibc Debian's.
For macOS they are the first ones, with what `pyconfig.h` says of that system instead.
"""

from __future__ import annotations

import pathlib
import re
import shutil
from collections.abc import Mapping

from arm64_debian import arm64_debian
from cross_build import FOLDER, run

#: The folder with the Python of musl; that of Debian 12 is PYTHON_OF_DEBIAN.
MUSL_PYTHON = FOLDER / "musl-python"
MUSL_VERSION = "3.13"
PYTHON_OF_DEBIAN = "python3.11"
#: What the headers ask `pyconfig.h` for and is different on macOS; None where it is not defined.
MACOS: Mapping[str, str | None] = {"HAVE_STD_ATOMIC": "1", "_GNU_SOURCE": None}


def build_musl_python(programs: pathlib.Path) -> pathlib.Path:
    """Its folder. `programs` has the compiler for musl and this processor. Raises `Failed`."""
    recipe = pathlib.Path(__file__).with_name("build-musl-python")
    run("musl-python-build", recipe, MUSL_PYTHON, programs)
    return MUSL_PYTHON


def musl_headers(programs: pathlib.Path) -> pathlib.Path:
    """Raises `Failed`."""
    return build_musl_python(programs) / "include" / f"python{MUSL_VERSION}"


def debian_headers() -> pathlib.Path:
    """Raises `Failed`."""
    include = arm64_debian().folder / "usr" / "include"
    copy = FOLDER / "debian-headers"
    shutil.copytree(include / PYTHON_OF_DEBIAN, copy, dirs_exist_ok=True)
    # That one leads to the one of the processor, beside the headers of Debian's glibc.
    configuration = include / "aarch64-linux-gnu" / PYTHON_OF_DEBIAN / "pyconfig.h"
    shutil.copy(configuration, copy / "pyconfig.h")
    return copy


def macos_headers(programs: pathlib.Path) -> pathlib.Path:
    """Raises `Failed`."""
    copy = FOLDER / "macos-headers"
    shutil.copytree(musl_headers(programs), copy, dirs_exist_ok=True)
    configuration = copy / "pyconfig.h"
    text = configuration.read_text(encoding="utf-8")
    for name, value in MACOS.items():
        line = f"#define {name} {value}" if value else f"/* #undef {name} */"
        text = re.sub(rf"^(#define|/\* #undef) {name}\b.*$", line, text, flags=re.MULTILINE)
    configuration.write_text(text, encoding="utf-8")
    return copy
