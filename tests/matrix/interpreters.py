"""The Python interpreters of this machine, by their line."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys

LINES = ("3.10", "3.11", "3.12", "3.13", "3.14")
#: Prints the line of an interpreter.
LINE = "import sys; print('%d.%d' % sys.version_info[:2])"
#: Succeeds in an interpreter that can build the package and make environments.
SUITABLE = """
import ensurepip, os, pip, sysconfig, venv
os.stat(os.path.join(sysconfig.get_path("include"), "Python.h"))
"""


def present(line: str) -> list[str]:
    """Paths of all interpreters of this line: those on PATH, pyenv's newest first, and this one.

    A shim that leads to no interpreter is none.
    """
    on_path = [*_on_path(f"python{line}"), *_on_path("python3")]
    candidates = dict.fromkeys([*on_path, *_of_pyenv(line), sys.executable])
    return [path for path in candidates if _answer([path, "-c", LINE]) == line]


def find(line: str) -> str | None:
    """The first of those in which the package can be built; None if there is none."""
    for candidate in present(line):
        if _answer([candidate, "-c", SUITABLE]) is not None:
            return candidate
    return None


def _on_path(name: str) -> list[str]:
    folders = os.environ.get("PATH", "").split(os.pathsep)
    programs = [pathlib.Path(folder, name) for folder in folders if folder]
    return [str(program) for program in programs if os.access(program, os.X_OK)]


def _of_pyenv(line: str) -> list[str]:
    root = os.environ.get("PYENV_ROOT") or _answer(["pyenv", "root"])
    if not root:
        return []
    found = map(str, pathlib.Path(root, "versions").glob(f"*/bin/python{line}"))
    return sorted(found, key=lambda path: [int(n) for n in re.findall(r"\d+", path)], reverse=True)


def _answer(command: list[str]) -> str | None:
    """What a program prints when it ends with 0."""
    try:
        result = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return result.stdout.strip() if result.returncode == 0 else None
