"""The tests that need neither a server nor a driver: what is run with a wheel of another system.

They need pytest, pytest-timeout, and the checkout as the current folder.
"""

from __future__ import annotations

import re

FILES = tuple(
    f"tests/python/upstream/{name}.py"
    for name in (
        "test_threads",
        "test_revision_map",
        "test_bad_histories",
        "test_lazy_scripts",
        "test_definitions",
    )
)
NEEDED = ("pytest", "pytest-timeout")
#: Arguments of Python. The conftest.py of all tests asks for drivers.
ARGUMENTS = ("-m", "pytest", "-q", "--noconftest", "--timeout", "600", *FILES)


#: The line that pytest ends with.
PASSED = re.compile(r"^(?:=+ )?(?:\d+ failed, )?(\d+) passed", re.MULTILINE)


def passed(output: str) -> str:
    """How many tests passed, as pytest says at its end; "-" where it does not."""
    found = PASSED.findall(output)
    return found[-1] if found else "-"
