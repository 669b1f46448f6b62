"""The native core, three extension modules: what to say where one of them cannot be loaded."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.machinery import EXTENSION_SUFFIXES

CORE, LINT, POSTGRES = "_core", "_lint", "_postgres"
#: What is refused where one of the others is missing: the end of a sentence.
REFUSED = {
    LINT: "lint is refused",
    POSTGRES: "the URL of a PostgreSQL database is refused and check_first_url does nothing",
}
#: The interpreters and systems that have a wheel with the core; all others have one without it.
WHEELS = (
    "CPython 3.10 to 3.14 on Linux (x86_64 and arm64, with glibc 2.28 or musl 1.2 and newer), "
    "macOS 11 and newer, and Windows (x86_64)"
)
#: What `lint` and `rebase` end with where it is missing.
EXIT_CODE = 2

_PROCESSORS = {
    "linux": ("x86_64", "aarch64"),
    "macosx": ("x86_64", "arm64", "universal2"),
    "win": ("amd64",),
}
_OLDEST_GLIBC = (2, 28)


class NativeCoreMissing(Exception):
    """What was asked for is done by the native core; the message says why it is not there."""


def has_native_core() -> bool:
    """Whether ``_core`` can be imported."""
    return error_of(CORE) is None


def require_native_core(what: str, *modules: str) -> None:
    """Raise ``NativeCoreMissing`` unless ``_core`` and ``modules`` can be imported.

    ``what`` needs them, for people.
    """
    for name in (CORE, *modules):
        error = error_of(name)
        if error is not None:
            reason = f"{what} needs the native core: {why_missing(error, name)}."
            text = " ".join(filter(None, (reason, advice(error, name))))
            raise NativeCoreMissing(text) from error


def error_of(name: str) -> ImportError | None:
    """What importing an extension module raises."""
    try:
        import_module(f"alembic_native.{name}")
    except ImportError as error:
        return error
    return None


def is_installed() -> bool:
    """Whether this installation has extension modules, which this Python may not be able to load.

    Else it is the one for every Python and every system, and nothing is wrong with it.
    """
    try:
        return _files(CORE, LINT, POSTGRES) != []
    except OSError:
        # In an archive.
        return True


def is_built(name: str) -> bool:
    """Whether the build of this installation has made a module. Imports ``_core``."""
    if name != POSTGRES or not has_native_core():
        return True
    from alembic_native import _core

    return _core.has_postgres_store()


def why_missing(error: ImportError, name: str = CORE) -> str:
    """Why a module could not be imported: the end of a sentence."""
    if not is_installed():
        return "this installation has no native core"
    there = _files(name) if os.path.isdir(_folder()) else []
    loaded_here = [f"{name}{suffix}" for suffix in EXTENSION_SUFFIXES]
    if os.path.isdir(_folder()) and not there:
        if is_built(name):
            return f"its extension module {name} is missing"
        return "it was built without the PostgreSQL store"
    if there and not {*there} & {*loaded_here}:
        return (
            f"its extension module {there[0]} is for another Python or system: Python "
            f"{sys.version.split()[0]} loads {loaded_here[0]} here"
        )
    return (
        f"its extension module {name} cannot be loaded ({error}) in Python "
        f"{sys.version.split()[0]} on {sys.platform}"
    )


def advice(error: ImportError, name: str = CORE) -> str:
    """What can be done: a sentence, or nothing."""
    pip = _reinstall()
    if not is_installed():
        builds = f"`{pip} --no-binary alembic-native alembic-native` builds it, which takes a C++17"
        if _has_wheel():
            return (
                "A release has a wheel with it for this Python and system: "
                f"`{pip} alembic-native` installs it from an index that has the release, and "
                f"{builds} compiler."
            )
        return f"There are wheels with it for {WHEELS}; elsewhere {builds} compiler."
    if not is_built(name):
        return (
            "Install libpqxx 6.4 to 7 and libpq (Debian and Ubuntu: apt-get install libpqxx-dev "
            f"libpq-dev) and build it again: `{pip} --no-cache-dir --no-binary alembic-native "
            "alembic-native`."
        )
    if not os.path.isdir(_folder()):
        return "Python loads no extension module from inside an archive: unpack it into a folder."
    if "sub-interpreter" in str(error):
        # Of the module itself, which this interpreter refuses: installing it anew mends nothing.
        return ""
    if "cannot open shared object file" in str(error):
        return (
            "It was built with libraries of its system: install the one that is named where it "
            "runs, too (Debian: libpq5 and the libpqxx of the build), or a wheel that has them "
            "in it."
        )
    reinstall = f"{pip} alembic-native"
    if "GLIBC" in str(error):
        return (
            "It was installed on a system with a newer glibc or C++ library: install it on the one "
            f"where it runs ({reinstall}), or build images from one base."
        )
    return (
        "Most often the package was installed by another interpreter, or its files were copied, "
        f"not all of them or from another system: reinstall it for this one ({reinstall})."
    )


def faults() -> dict[str, ImportError]:
    """What importing ``_lint`` and ``_postgres`` raises, where this build has made them.

    Empty where ``_core`` cannot be loaded: nothing works without it.
    """
    if not has_native_core():
        return {}
    errors = {name: error_of(name) for name in REFUSED if is_built(name)}
    return {name: error for name, error in errors.items() if error is not None}


def faults_text(found: dict[str, ImportError]) -> str:
    """What faults mean and what to do, for people."""
    reasons = (f"{why_missing(error, name)}, so {REFUSED[name]}" for name, error in found.items())
    first = next(iter(found))
    return " ".join(filter(None, (f"{'; '.join(reasons)}.", advice(found[first], first))))


def _reinstall() -> str:
    """The beginning of a command; an environment that uv has made has no pip."""
    from importlib.util import find_spec

    if find_spec("pip") is None:
        return f"uv pip install --python {sys.executable} --reinstall --no-deps"
    return f"{sys.executable} -m pip install --force-reinstall --no-deps"


def _has_wheel() -> bool:
    """Whether ``WHEELS`` names this interpreter and system."""
    import sysconfig

    oldest = (3, 14) if sysconfig.get_config_var("Py_GIL_DISABLED") else (3, 10)
    system, _, rest = sysconfig.get_platform().partition("-")
    if (
        sys.implementation.name != "cpython"
        # The name of the system may be that of a kernel with 64 bits, and Python have 32.
        or sys.maxsize < 2**32
        or not oldest <= sys.version_info[:2] <= (3, 14)
        or rest.rpartition("-")[2] not in _PROCESSORS.get(system, ())
    ):
        return False
    if system == "macosx":
        import platform

        return int(platform.mac_ver()[0].partition(".")[0] or 0) >= 11
    return system != "linux" or _has_c_library_of_a_wheel()


def _has_c_library_of_a_wheel() -> bool:
    try:
        name, _, version = (os.confstr("CS_GNU_LIBC_VERSION") or "").partition(" ")
    except (OSError, ValueError):
        # musl has no answer. Its wheels are for each of its versions that is in use.
        return True
    return name != "glibc" or tuple(map(int, version.split(".")[:2])) >= _OLDEST_GLIBC


def _folder() -> str:
    """Where the extension modules are: with the package, but for an editable installation."""
    core = sys.modules.get(f"{__package__}.{CORE}")
    return os.path.dirname(getattr(core, "__file__", None) or __file__)


def _files(*modules: str) -> list[str]:
    """Those of extension modules that are there, by name. Raises ``OSError``."""
    beginnings = tuple(f"{name}." for name in modules)
    names = sorted(os.listdir(_folder()))
    return [name for name in names if name.startswith(beginnings) and "pyi" not in name]
