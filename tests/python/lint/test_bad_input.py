"""Scripts that are no scripts: never a traceback, and what can be told is told."""

from __future__ import annotations

import json
import os
import pathlib
from collections.abc import Callable

import pytest

from alembic_native.__main__ import main
from tests.differential.cli_projects import LINEAR, lay_out, project

#: Adds a file to a sound history of three scripts; gives the findings, as "rule line" of that file.
Found = Callable[[bytes], list[str]]

HEADER = b"revision = 'dddd4444'\ndown_revision = 'cccc3333'\n"
DROPS = b"from alembic import op\n\ndef upgrade():\n    op.drop_table('a')\n"


@pytest.fixture
def found(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Found:
    lay_out(project(*LINEAR), tmp_path)
    monkeypatch.chdir(tmp_path)

    def found_in(source: bytes) -> list[str]:
        (tmp_path / "migrations" / "versions" / "odd.py").write_bytes(source)
        code = main(["lint", "--format", "json"])
        said = capsys.readouterr()
        assert said.err == ""
        findings = json.loads(said.out)["findings"]
        assert code == any(one["severity"] == "error" for one in findings)
        of_file = [one for one in findings if one["path"].endswith("odd.py")]
        return [f"{one['rule']} {one['line']}" for one in of_file]

    return found_in


MARKERS = b"<<<<<<< HEAD\ndef upgrade(): pass\n=======\ndef upgrade(): ...\n>>>>>>> main\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b"", ["missing-revision 1"]),
        (b"\xff\xfe\x00", ["syntax-error 1"]),
        (b"\xff\xfe\n" + HEADER, ["syntax-error 1"]),
        (HEADER + MARKERS, ["conflict-markers 3"]),
        (HEADER.replace(b"'cccc3333'", b"<<<<<<<"), ["syntax-error 2"]),
        (HEADER + b"def upgrade(:\n", ["syntax-error 3"]),
        (HEADER + b"x = '''\n" + MARKERS + b"'''\n" + DROPS, ["conflict-markers 4"]),
        (HEADER + b"x = " + b"(" * 10_000 + b")" * 10_000 + b"\n", ["syntax-error 3"]),
        (HEADER + b"x = " + b"-" * 10_000 + b"1\n" + DROPS, ["drop-table 7"]),
        (HEADER.replace(b"\n", b"\r") + DROPS.replace(b"\n", b"\r"), ["drop-table 6"]),
        (b"\xef\xbb\xbf" + HEADER + DROPS, ["drop-table 6"]),
        (b"# coding: latin-1\n" + HEADER + b"# \xe4\n" + DROPS, ["unreadable-header 4"]),
        (b"# coding: klingon\n" + HEADER, ["syntax-error 1"]),
    ],
)
def test_one_odd_script(found: Found, source: bytes, expected: list[str]) -> None:
    assert found(source) == expected


def test_a_script_of_a_hundred_megabytes(found: Found) -> None:
    rows = b"ROWS = [\n" + b"    ('a line of data that is long', 123456789012345),\n" * 2_000_000
    source = HEADER + rows + b"]\n" + DROPS
    assert len(source) > 100_000_000
    assert found(source) == ["unjudged-script 1"]


def test_files_that_cannot_be_read(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], found: Found
) -> None:
    versions = tmp_path / "migrations" / "versions"
    (versions / "lost.py").symlink_to(versions / "nowhere")
    (versions / "folder.py").mkdir()
    os.mkfifo(versions / "pipe.py")
    assert found(HEADER + DROPS) == ["drop-table 6"]
    main(["lint", "--format", "json"])
    told = json.loads(capsys.readouterr().out)["findings"]
    # Alembic passes over the folder and the broken link, too.
    assert [one["path"] for one in told if one["rule"] == "unreadable-file"] == [
        "migrations/versions/pipe.py"
    ]
