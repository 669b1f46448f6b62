"""The native core, the extension module ``_core``: what to say where it is not there."""

from __future__ import annotations

import os
import sys

#: The interpreters and systems that have a wheel with the core; all others have one without it.
WHEELS = "CPython 3.10 to 3.13 on Linux (x86_64, glibc 2.34 or newer)"


class NativeCoreMissing(Exception):
    """What was asked for is done by the native core; the message says why it is not there."""


def has_native_core() -> bool:
    """Whether ``_core`` can be imported."""
    try:
        require_native_core("")
    except NativeCoreMissing:
        return False
    return True


def require_native_core(what: str) -> None:
    """Raise ``NativeCoreMissing`` where there is none; ``what`` needs it, for people."""
    try:
        from alembic_native import _core  # noqa: F401
    except ImportError as error:
        raise NativeCoreMissing(
            f"{what} needs the native core: {why_missing(error)}. {advice(error)}"
        ) from error


def why_missing(error: ImportError) -> str:
    """Why ``_core`` could not be imported: the end of a sentence."""
    if _is_not_installed():
        return "this installation has no native core"
    return (
        f"its extension module _core cannot be loaded ({error}) in Python "
        f"{sys.version.split()[0]} on {sys.platform}"
    )


def advice(error: ImportError) -> str:
    """What can be done: a sentence, or nothing."""
    if _is_not_installed():
        return (
            f"It is in the wheels for {WHEELS}; elsewhere `{sys.executable} -m pip install "
            "--force-reinstall --no-deps --no-binary alembic-native alembic-native` builds it, "
            "which takes a C++17 compiler."
        )
    if "sub-interpreter" in str(error):
        # Of the module itself, which this interpreter refuses: installing it anew mends nothing.
        return ""
    return (
        "Most often the package was installed by another interpreter: reinstall it with the one "
        f"that runs here ({sys.executable} -m pip install --force-reinstall --no-deps "
        "alembic-native)."
    )


def _is_not_installed() -> bool:
    """Whether it is the wheel without extension modules, and not one whose module does not load."""
    folder = os.path.dirname(__file__)
    try:
        names = os.listdir(folder)
    except OSError:
        # In an archive, from which Python loads no extension module.
        return False
    return not any(name.startswith(("_core.", "_lint.")) and "pyi" not in name for name in names)
