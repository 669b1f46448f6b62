"""A shared library that is in memory before it is imported."""

from __future__ import annotations

import os
import subprocess
import sys

from alembic_native import _core, _lint

#: Ends when the library is there; the test's own limit ends it otherwise.
SCRIPT = """
import os, sys
from alembic_native import _core
path = sys.argv[1]
_core.load_early(os.fsencode(path))
while path not in open("/proc/self/maps").read():
    pass
from alembic_native import _lint
"""


def test_a_library_is_loaded_by_a_thread() -> None:
    subprocess.run([sys.executable, "-c", SCRIPT, _lint.__file__], check=True)


def test_what_cannot_be_loaded_is_left_to_the_import() -> None:
    _core.load_early(os.fsencode(f"{_core.__file__}.not"))
    _core.load_early(os.fsencode(__file__))
