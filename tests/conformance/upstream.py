"""Upstream's releases: which lines are supported, their source distributions and what these need.

A line is the first two numbers of a version ("1.18"). What stands here about a line is a fact of
its test suite alone, without this project: see `SQLALCHEMY`.
"""

from __future__ import annotations

import dataclasses
import pathlib
import re
import sys
import tarfile

from tests.programs import run_quietly

LINES = ("1.16", "1.17", "1.18", "1.19", "1.20")
#: The first release of the first line.
OLDEST_RELEASE = "1.16.0"

# The newest SQLAlchemy that the suite of a line passes on by itself; lines that are not named
# here pass on the newest there is.
SQLALCHEMY = {
    # From 2.0.45 on SQLite's foreign keys are reflected with the case of their names, which
    # test_casing_convention_changed_so_put_drops_first does not expect.
    "1.16": "SQLAlchemy<2.0.45",
    # 2.1 words bulk inserts on PostgreSQL differently, which test_bulk_insert.py does not expect.
    "1.17": "SQLAlchemy<2.1",
}

# What the suite of 1.16 needs, from its tox.ini; later ones say it in a dependency group.
REQUIREMENTS_BEFORE_GROUPS = (
    "pytest>4.6,<8.4",
    "black==25.1.0",
    "zimports",
    "tzdata",
    "greenlet>=1",
)


@dataclasses.dataclass(frozen=True)
class Release:
    """A release whose source distribution lies unpacked in `source`."""

    version: str
    source: pathlib.Path
    is_published: bool = True

    @property
    def line(self) -> str:
        return ".".join(self.version.split(".")[:2])

    def requirements(self) -> list[str]:
        """Arguments of `pip install` for this release and everything its suite needs."""
        database = [SQLALCHEMY.get(self.line, "SQLAlchemy"), "psycopg2-binary"]
        # The group of 1.17 lacks zimports, without which test_stubs.py is skipped.
        project = self.source / "pyproject.toml"
        if "[dependency-groups]" in project.read_text(encoding="utf-8"):
            tests = ["zimports", "--group", f"{project}:tests"]
        else:
            tests = list(REQUIREMENTS_BEFORE_GROUPS)
        alembic = f"alembic=={self.version}" if self.is_published else str(self.source)
        return [alembic, *database, *tests]


def newest_release(line: str, cache: pathlib.Path) -> Release:
    """The newest release of `line`, downloaded by pip unless `cache` already holds one of it."""
    archives = cache / "sdist"
    found = _archives(line, archives)
    if not found:
        download = [sys.executable, "-m", "pip", "download", "--no-deps"]
        download += ["--no-binary", "alembic", "--dest", str(archives), f"alembic=={line}.*"]
        run_quietly(download, log=cache / f"download-{line}.log")
        found = _archives(line, archives)
    if not found:
        raise FileNotFoundError(f"pip downloaded no alembic-{line}.*.tar.gz into {archives}")
    archive = max(found, key=_numbers)
    source = cache / "source" / archive.name.removesuffix(".tar.gz")
    if not source.exists():
        unpack(archive, source)
    return Release(version=source.name.removeprefix("alembic-"), source=source)


def given_release(what: str, cache: pathlib.Path) -> Release:
    """The release of a version, downloaded by pip, or of a folder that holds its sources."""
    folder = pathlib.Path(what)
    if folder.is_dir():
        init = (folder / "alembic" / "__init__.py").read_text(encoding="utf-8")
        found = re.search(r"""__version__ = ["']([^"']+)["']""", init)
        if found is None:
            raise FileNotFoundError(f"{folder} holds no sources of Alembic")
        return Release(version=found.group(1), source=folder.resolve(), is_published=False)
    return Release(version=what, source=download(what, cache))


def download(version: str, cache: pathlib.Path) -> pathlib.Path:
    """The folder of an unpacked source distribution, which `cache` keeps."""
    source = cache / "source" / f"alembic-{version}"
    if not source.exists():
        archives = cache / "sdist"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--no-binary", "alembic", "--dest", str(archives), f"alembic=={version}"]
        run_quietly(command, log=cache / f"download-{version}.log")
        unpack(archives / f"alembic-{version}.tar.gz", source)
    return source


def _archives(line: str, folder: pathlib.Path) -> list[pathlib.Path]:
    return list(folder.glob(f"alembic-{line}.*.tar.gz"))


def _numbers(archive: pathlib.Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", archive.name)]


def unpack(archive: pathlib.Path, source: pathlib.Path) -> None:
    """Unpack by way of a second folder, so that `source` is complete as soon as it exists."""
    partial = source.with_name(source.name + ".partial")
    with tarfile.open(archive) as tar:
        tar.extractall(partial, filter="data")
    (partial / source.name).rename(source)
    partial.rmdir()
