"""The headers of the Pythons for which extension modules are built.

For arm64 with glibc they are Debian's, for all others those of a Python that is built here for musl
on this processor: what they ask `pyconfig.h` for is the same for musl on arm64, and their
`pymacconfig.h` says what is different on macOS.
"""

from __future__ import annotations

import pathlib
import shutil

from arm64_debian import arm64_debian
from cross_build import FOLDER, run

MUSL_PYTHON = FOLDER / "musl-python"
#: Of Debian's release.
DEBIAN_PYTHON = "python3.11"


def musl_headers(programs: pathlib.Path) -> pathlib.Path:
    """`programs` has the compiler for musl on this processor. Raises `Failed`."""
    recipe = pathlib.Path(__file__).with_name("build-musl-python")
    run("musl-python-build", recipe, MUSL_PYTHON, programs)
    [include] = MUSL_PYTHON.glob("include/python3.*")
    return include


def debian_headers() -> pathlib.Path:
    """Raises `Failed`."""
    include = arm64_debian().folder / "usr" / "include"
    copy = FOLDER / "debian-headers"
    shutil.copytree(include / DEBIAN_PYTHON, copy, dirs_exist_ok=True)
    # That one leads to the one of the processor, which lies beside the headers of Debian's glibc.
    shutil.copy(include / "aarch64-linux-gnu" / DEBIAN_PYTHON / "pyconfig.h", copy)
    return copy
