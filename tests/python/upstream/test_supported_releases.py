"""Which releases of Alembic are supported stands in one place, and everything else agrees."""

from __future__ import annotations

import pathlib
import re
import sys

import pytest

from alembic_native.upstream.contract import ALL_PARTS
from alembic_native.upstream.fingerprints import FINGERPRINTS, NEWEST, OLDEST
from alembic_native.upstream.known_files import CONTRACT, KNOWN_FILES
from tests.conformance.fingerprints import contract_fingerprint
from tests.conformance.upstream import LINES, OLDEST_RELEASE

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = pathlib.Path(__file__).resolve().parents[3]


def test_the_fingerprints_are_of_the_supported_lines() -> None:
    assert OLDEST == OLDEST_RELEASE
    assert OLDEST.startswith(LINES[0] + ".")
    assert NEWEST.startswith(LINES[-1] + ".")


def test_every_replaced_name_has_fingerprints() -> None:
    names = {
        f"{module}.{name}" if name else module
        for part in ALL_PARTS
        for module, replaced in part.replaced.items()
        for name in replaced
    }
    assert names == set(FINGERPRINTS)


def test_the_known_files_are_known_for_the_contract() -> None:
    """A name that the contract has since is not looked for in them: `make contract`."""
    assert contract_fingerprint() == CONTRACT
    assert set(KNOWN_FILES) == {module for part in ALL_PARTS for module in part.names()}


def test_the_dependency_is_the_oldest_line_and_has_no_upper_end() -> None:
    """A newer Alembic whose contract holds is served; an upper end would only keep it out."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert f"alembic>={LINES[0]}" in project["project"]["dependencies"]


@pytest.mark.parametrize("document", ["README.md", "docs/troubleshooting.md"])
def test_documents_name_the_same_range(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    for oldest, newest in re.findall(r"Alembic (1\.\d+) to (1\.\d+)", text):
        assert (oldest, newest) == (LINES[0], LINES[-1])


def test_a_document_says_what_each_part_is_for() -> None:
    text = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    for part in ALL_PARTS:
        assert f"| `{part.name}` | " in text
