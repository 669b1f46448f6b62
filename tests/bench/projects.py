"""Alembic projects of any number of scripts, made in a temporary folder.

A project is what `alembic init` of the installed Alembic makes, filled with one line of scripts
rendered from that project's own template, each of which creates a table.
"""

from __future__ import annotations

import compileall
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from mako.template import Template  # type: ignore[import-untyped]

from tests.bench.processes import ALEMBIC, environment, run

#: Of the scripts and `env.py`: there before a run; absent before every run, and written by it as
#: Python does by default; absent and not written (PYTHONDONTWRITEBYTECODE).
ByteCode = Literal["cached", "not cached", "not written"]

_CREATE_TABLE = """op.create_table(
        "t{number}",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(50), nullable=False),
    )"""


def revision_id(number: int) -> str:
    """The id of the script with this number; the first one is 0."""
    return f"{number:012x}"


@dataclass(frozen=True)
class Project:
    """A folder with `alembic.ini`, and its scripts `versions/<id>_change_<number>.py`."""

    folder: Path
    size: int
    byte_code: ByteCode
    _written: frozenset[str] = field(repr=False)

    @property
    def scripts(self) -> Path:
        """The script location."""
        return self.folder / "scripts"

    def environment(self, *, upstream: bool = False) -> dict[str, str]:
        """What to run its processes with."""
        return environment(writes_byte_code=self.byte_code != "not written", upstream=upstream)

    def remove_byte_code(self) -> None:
        """Take away what the last run has written, unless byte code is to be there."""
        if self.byte_code == "not cached":
            for folder in (self.scripts, self.scripts / "versions"):
                shutil.rmtree(folder / "__pycache__", ignore_errors=True)

    def remove_database(self) -> None:
        """Take away the SQLite file of `alembic.ini`, if there is one."""
        (self.folder / "bench.db").unlink(missing_ok=True)

    def stamp_head(self) -> None:
        """Make the SQLite file of `alembic.ini` say that every script was run."""
        run([*ALEMBIC, "stamp", "head"], cwd=self.folder, env=self.environment())

    def remove_new_scripts(self) -> None:
        """Take away scripts that a command has added, with their byte code."""
        versions = self.scripts / "versions"
        for folder in (versions, versions / "__pycache__"):
            for path in folder.glob("*.py*"):
                if path.name.split(".")[0] not in self._written:
                    path.unlink()


class Projects:
    """Makes each project once, when it is first asked for, below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple[int, ByteCode], Project] = {}

    def linear(self, size: int, byte_code: ByteCode) -> Project:
        """One line of `size` scripts."""
        key = (size, byte_code)
        if key not in self._made:
            folder = self._folder / f"{size}-{byte_code.replace(' ', '-')}"
            twin = next((one for one in self._made.values() if one.size == size), None)
            self._made[key] = _make(folder, size, byte_code, twin)
        return self._made[key]


def _make(folder: Path, size: int, byte_code: ByteCode, twin: Project | None) -> Project:
    if twin is not None:
        shutil.copytree(twin.folder, folder, ignore=shutil.ignore_patterns("__pycache__", "*.db"))
    else:
        folder.mkdir(parents=True)
        _initialise(folder)
        _write_scripts(folder / "scripts", size)
    if byte_code == "cached":
        compiled = compileall.compile_dir(folder / "scripts", quiet=2, workers=0)
        if not compiled:
            raise OSError(f"{folder / 'scripts'}: some scripts could not be compiled")
    written = frozenset(path.stem for path in (folder / "scripts" / "versions").glob("*.py"))
    return Project(folder, size, byte_code, written)


def _initialise(folder: Path) -> None:
    run([*ALEMBIC, "init", "scripts"], cwd=folder, env=environment(writes_byte_code=False))
    ini = folder / "alembic.ini"
    text, found = re.subn(
        r"(?m)^sqlalchemy\.url = .*$",
        "sqlalchemy.url = sqlite:///%(here)s/bench.db",
        ini.read_text(encoding="utf-8"),
    )
    if found != 1:
        raise OSError(f"{ini}: expected one line 'sqlalchemy.url = ...', found {found}")
    ini.write_text(text, encoding="utf-8")


def _write_scripts(location: Path, size: int) -> None:
    template = Template(filename=str(location / "script.py.mako"))
    for number in range(size):
        down_revision = revision_id(number - 1) if number else None
        text: str = template.render(
            message=f"change {number}",
            up_revision=revision_id(number),
            down_revision=down_revision,
            branch_labels=None,
            depends_on=None,
            create_date="2026-01-01 00:00:00.000000",
            comma=lambda value: value or "",
            imports="",
            upgrades=_CREATE_TABLE.format(number=number),
            downgrades=f'op.drop_table("t{number}")',
        )
        path = location / "versions" / f"{revision_id(number)}_change_{number}.py"
        path.write_text(text, encoding="utf-8")
