"""Random scripts through the header reader and through execution in this interpreter."""

from __future__ import annotations

import random
import sys

import pytest

from alembic_native import _core
from tests.differential.conftest import PARTS, cases_of
from tests.differential.executed_header import (
    HEADER_NAMES,
    agrees,
    doc_agrees,
    executed_header,
)
from tests.differential.hostile_headers import random_header
from tests.differential.ordinary_headers import ordinary_header

_MINOR = sys.version_info.minor
_STRIPS_DOCSTRINGS = sys.flags.optimize >= 2


def read(source: bytes) -> _core.ScriptHeader | _core.ImportNeeded:
    return _core.read_script_header(source, _MINOR, _STRIPS_DOCSTRINGS)


def disagreement(source: bytes) -> str | None:
    """What a certain header says otherwise than the executed one; None when nothing."""
    header = read(source)
    if isinstance(header, _core.ImportNeeded):
        return None
    executed = executed_header(source)
    if executed is None:
        # The script cannot be run here, and whoever imports it will see why.
        return None
    for name in HEADER_NAMES:
        value = getattr(header, name)
        if value is None:
            same = any(agrees(executed, name, shape, ()) for shape in ("none", "absent"))
        elif isinstance(value, str):
            same = agrees(executed, name, "text", (value,))
        else:
            same = agrees(executed, name, "sequence", value)
        if not same:
            return f"{name} was read as {value!r} and is {executed[name]!r}"
    if executed["revision"] == ("absent",) or executed["down_revision"] == ("absent",):
        return "a name that upstream cannot do without is absent, and the reader was certain"
    if not doc_agrees(executed, header.doc):
        return f"the docstring was read as {header.doc!r} and is {executed['__doc__']!r}"
    return None


@pytest.mark.parametrize("part", range(PARTS))
def test_random_scripts_are_read_as_they_run(part: int) -> None:
    asked = 0
    for seed in cases_of(part, usual=20_000):
        source = random_header(random.Random(seed))
        found = disagreement(source)
        assert found is None, f"case {seed}: {found}\n{source.decode('utf-8', 'backslashreplace')}"
        asked += 1
    assert asked


@pytest.mark.parametrize("part", range(PARTS))
def test_ordinary_scripts_are_read_without_running_them(part: int) -> None:
    for seed in cases_of(part, usual=4_000):
        source = ordinary_header(random.Random(seed))
        header = read(source)
        assert isinstance(header, _core.ScriptHeader), f"case {seed}: {header}\n{source.decode()}"
        assert disagreement(source) is None, f"case {seed}: {disagreement(source)}"
