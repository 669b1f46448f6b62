"""The native core, the extension module ``_core``: what to say where it is not there."""

from __future__ import annotations

import os
import sys
from importlib.machinery import EXTENSION_SUFFIXES

#: The interpreters and systems that have a wheel with the core; all others have one without it.
WHEELS = (
    "CPython 3.10 to 3.14 on Linux (x86_64 and arm64, with glibc 2.28 or musl 1.2 and newer), "
    "macOS 11 and newer, and Windows (x86_64)"
)
#: What `lint` and `rebase` end with where it is missing.
EXIT_CODE = 2

_FOLDER = os.path.dirname(__file__)


class NativeCoreMissing(Exception):
    """What was asked for is done by the native core; the message says why it is not there."""


def has_native_core() -> bool:
    """Whether ``_core`` can be imported."""
    return _error() is None


def require_native_core(what: str) -> None:
    """Raise ``NativeCoreMissing`` where there is none; ``what`` needs it, for people."""
    error = _error()
    if error is not None:
        sentences = (f"{what} needs the native core: {why_missing(error)}.", advice(error))
        raise NativeCoreMissing(" ".join(filter(None, sentences))) from error


def is_installed() -> bool:
    """Whether this installation has extension modules, which this Python may not be able to load.

    Else it is the one for every Python and every system, and nothing is wrong with it.
    """
    try:
        return _modules("_core.", "_lint.") != []
    except OSError:
        # In an archive.
        return True


def why_missing(error: ImportError) -> str:
    """Why ``_core`` could not be imported: the end of a sentence."""
    if not is_installed():
        return "this installation has no native core"
    there = _modules("_core.") if os.path.isdir(_FOLDER) else []
    loaded_here = [f"_core{suffix}" for suffix in EXTENSION_SUFFIXES]
    if there and not {*there} & {*loaded_here}:
        return (
            f"its extension module {there[0]} is for another Python or system: Python "
            f"{sys.version.split()[0]} loads {loaded_here[0]} here"
        )
    return (
        f"its extension module _core cannot be loaded ({error}) in Python "
        f"{sys.version.split()[0]} on {sys.platform}"
    )


def advice(error: ImportError) -> str:
    """What can be done: a sentence, or nothing."""
    if not is_installed():
        return (
            f"There are wheels with it for {WHEELS}; elsewhere `{sys.executable} -m pip install "
            "--force-reinstall --no-deps --no-binary alembic-native alembic-native` builds it, "
            "which takes a C++17 compiler."
        )
    if not os.path.isdir(_FOLDER):
        return "Python loads no extension module from inside an archive: unpack it into a folder."
    if "sub-interpreter" in str(error):
        # Of the module itself, which this interpreter refuses: installing it anew mends nothing.
        return ""
    reinstall = f"{sys.executable} -m pip install --force-reinstall --no-deps alembic-native"
    if "GLIBC" in str(error):
        return (
            "It was installed on a system with a newer glibc or C++ library: install it on the one "
            f"where it runs ({reinstall}), or build images from one base."
        )
    return (
        "Most often the package was installed by another interpreter, or copied from another "
        f"system: reinstall it with the one that runs here ({reinstall})."
    )


def _modules(*beginnings: str) -> list[str]:
    """The files of extension modules in the package's folder. Raises ``OSError``."""
    names = sorted(os.listdir(_FOLDER))
    return [name for name in names if name.startswith(beginnings) and "pyi" not in name]


def _error() -> ImportError | None:
    try:
        from alembic_native import _core  # noqa: F401
    except ImportError as error:
        return error
    return None
