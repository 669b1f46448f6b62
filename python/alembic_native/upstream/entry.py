"""How the process was started: as the command ``alembic``, or as a program that uses Alembic.

Only what is certain counts as the command: the console script that an installer has written, at its
import of ``alembic.config``, and ``python -m alembic``. Whatever else imports Alembic is a program,
a console script that was changed by hand included, and one under a tool that wraps its imports.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

_ANSWERED = ("heads", "history", "show", "branches", "status", "wait", "lint")
_LARGEST_CONSOLE_SCRIPT = 2_000

#: How the modules of finders are called that leave Alembic alone: Python's own, ours, and those of
#: virtual environments and of editable installations.
_PLAIN_FINDERS = (
    "_frozen_importlib",
    "_alembic_native_hook",
    "_distutils_hack",
    "_editable_impl_",
    "_virtualenv",
    "__editable__",
)

#: What a console script consists of, whichever installer wrote it; comments and blank lines aside.
_CONSOLE_SCRIPT_LINES = (
    "import re",
    "import sys",
    "from alembic.config import main",
    'if __name__ == "__main__":',
    "sys.argv[0] = ",
    "if sys.argv[0].endswith(",
    "elif sys.argv[0].endswith(",
    "sys.exit(main())",
)

_is_command = False


def command_arguments() -> list[str] | None:
    """The words after the program's name where the import that is under way is the command's.

    None in every other program.
    """
    global _is_command
    arguments = _arguments_of_command()
    _is_command = _is_command or arguments is not None
    return arguments


def _arguments_of_command() -> list[str] | None:
    importer = _importing_frame()
    if importer is None:
        return None
    if importer.f_globals.get("__name__") == "runpy":
        return _arguments_of_module()
    if importer.f_globals is sys.modules["__main__"].__dict__ and _is_console_script(
        importer.f_code.co_filename
    ):
        return sys.argv[1:]
    return None


def is_command() -> bool:
    """Whether ``command_arguments``, which Alembic's import asks, has found the command."""
    return _is_command


def is_outermost() -> bool:
    """Whether the import that is under way is of what Python itself was told to run.

    Else a program around it, a profiler of memory for one, may have something to do afterwards.
    """
    importer = _importing_frame()
    frame = None if importer is None else importer.f_back
    while frame is not None and frame.f_globals.get("__name__") == "runpy":
        frame = frame.f_back
    return importer is not None and frame is None


def may_be_answered(arguments: Sequence[str]) -> bool:
    """Whether the command may be one that is answered before Alembic is loaded: a quick test."""
    if any(word in _ANSWERED for word in arguments):
        return True
    return "upgrade" in arguments and _may_check_first(arguments)


def are_imports_plain() -> bool:
    """Whether no tool has put a finder there, which may want to see or change Alembic's modules."""
    return all(
        getattr(finder, "__module__", "").startswith(_PLAIN_FINDERS) for finder in sys.meta_path
    )


def is_traced() -> bool:
    """Whether a debugger, profiler or measurement of coverage watches what runs."""
    if sys.gettrace() is not None or sys.getprofile() is not None:
        return True
    monitoring = getattr(sys, "monitoring", None)
    # Identifiers of tools are 0 to 5.
    return monitoring is not None and any(map(monitoring.get_tool, range(6)))


def runs_configuration_module() -> bool:
    """Whether this is ``python -m alembic.config``, which Python runs as a second copy."""
    return "alembic.config" in sys.orig_argv and sys.argv[0] == "-m"


def _may_check_first(arguments: Sequence[str]) -> bool:
    """Whether the project may have a setting that lets an ``upgrade`` be answered."""
    if any(f"ALEMBIC_{name}" in os.environ for name in ("CHECK_FIRST_URL", "CHECK_FIRST_URL_ENV")):
        return True
    files = ["alembic.ini", "pyproject.toml", os.environ.get("ALEMBIC_CONFIG", "")]
    for word, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if word in ("-c", "--config"):
            files.append(following)
        elif word.startswith("--config="):
            files.append(word.partition("=")[2])
    return any(map(_names_first_check, filter(None, files)))


def _names_first_check(file: str) -> bool:
    try:
        with open(file, "rb") as opened:
            return b"check_first_url" in opened.read()
    except OSError:
        # Upstream says what it makes of that.
        return False


def _importing_frame() -> FrameType | None:
    """The code whose import statement is under way: the first that is not the import system's."""
    frame: FrameType | None = sys._getframe(1)
    ours = ("importlib", "_frozen_importlib", "_alembic_native_hook", "alembic_native.")
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if not name.startswith(ours):
            return frame
        frame = frame.f_back
    return None


def _arguments_of_module() -> list[str] | None:
    """Those of ``python -m alembic``."""
    if not sys.argv or sys.argv[0] != "-m":
        return None
    arguments = sys.argv[1:]
    before = sys.orig_argv[: len(sys.orig_argv) - len(arguments)]
    if before[-1:] != ["alembic"] or not before[-2].startswith("-") or before[-2][-1] != "m":
        return None
    return arguments


def _is_console_script(path: str) -> bool:
    if os.path.basename(path) != "alembic":
        return False
    try:
        with open(path, encoding="utf-8") as file:
            source = file.read(_LARGEST_CONSOLE_SCRIPT + 1)
    except (OSError, UnicodeDecodeError):
        # A program that is no file, as one in an archive.
        return False
    lines = [line.strip() for line in source.splitlines()]
    code = [line.replace("'", '"') for line in lines if line and not line.startswith("#")]
    return (
        len(source) <= _LARGEST_CONSOLE_SCRIPT
        and code[-1:] == ["sys.exit(main())"]
        and all(line.startswith(_CONSOLE_SCRIPT_LINES) for line in code)
    )
