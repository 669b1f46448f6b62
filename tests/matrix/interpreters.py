"""The Python interpreters of this machine, by their line."""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import subprocess

LINES = ("3.10", "3.11", "3.12", "3.13")
#: Runs in an interpreter that can build the package and make environments.
SUITABLE = """
import ensurepip, os, sys, sysconfig, venv
os.stat(os.path.join(sysconfig.get_path("include"), "Python.h"))
print("%d.%d" % sys.version_info[:2])
"""


def find(line: str) -> str | None:
    """The path of an interpreter of this line: `python3.X` on PATH, else pyenv's newest."""
    for candidate in [shutil.which(f"python{line}"), *_of_pyenv(line)]:
        if candidate and _answer([candidate, "-c", SUITABLE]) == line:
            return candidate
    return None


def _of_pyenv(line: str) -> list[str]:
    root = os.environ.get("PYENV_ROOT") or _answer(["pyenv", "root"])
    if not root:
        return []
    found = pathlib.Path(root, "versions").glob(f"{line}.*/bin/python{line}")
    return sorted(map(str, found), key=lambda path: [int(n) for n in re.findall(r"\d+", path)])[
        ::-1
    ]


def _answer(command: list[str]) -> str:
    try:
        result = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return result.stdout.strip() if result.returncode == 0 else ""
