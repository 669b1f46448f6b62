"""What is bound into ``alembic.script.base`` for new scripts: one that cannot be used is not kept.

A script that ``revision`` or ``merge`` has written stays only if the command succeeds: a script
that cannot be read would stop every later command. A file that was there before is never removed.
What can be known before anything is written is warned of then. The file that the setting
``heads_file`` names is made to hold the heads.

Bound: ``ScriptDirectory.generate_revision`` and ``_rev_path``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from importlib.util import cache_from_source
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from alembic_native.upstream.binding import Assignment
from alembic_native.upstream.id_length import USUAL_LENGTH

if TYPE_CHECKING:
    from alembic.script.base import Script, ScriptDirectory

BOUND_MODULES = ("alembic.script.base", "alembic.util")

#: ``heads_file.SETTING``; that module is imported only where the setting is there.
_HEADS_FILE = "heads_file"

#: The new files of the command that is at work.
_new_files: ContextVar[list[Path] | None] = ContextVar("_new_files", default=None)


def assignments(base: ModuleType, util: ModuleType) -> list[Assignment]:
    """What takes the place of methods in ``base``."""
    directory = base.ScriptDirectory
    upstream_generate_revision = directory.generate_revision
    upstream_rev_path = directory._rev_path

    def generate_revision(
        self: ScriptDirectory, revid: str, message: str | None, *arguments: Any, **kw: Any
    ) -> Script | None:
        if len(revid) > USUAL_LENGTH:
            util.warn(
                f"The id {revid} has {len(revid)} characters. The column of the version table has "
                f"room for {USUAL_LENGTH}, unless it was made wider: PostgreSQL and MySQL refuse a "
                "longer id when the script has run. Give a shorter --rev-id."
            )
        with _kept_if_it_succeeds():
            script: Script | None = upstream_generate_revision(
                self, revid, message, *arguments, **kw
            )
            # Commands give it to the template of the script.
            option = getattr(kw.get("config"), "get_alembic_option", None)
            setting = option(_HEADS_FILE) if option is not None else None
            if setting is not None:
                _keep_heads_file(setting, self, util.CommandError)
            return script

    def _rev_path(self: ScriptDirectory, *arguments: Any, **kw: Any) -> Path:
        path: Path = upstream_rev_path(self, *arguments, **kw)
        new_files = _new_files.get()
        if new_files is None:
            return path
        if not _is_listed(self, path):
            util.warn(
                f"{path} lies where no script is looked for, so that no command will see it: "
                "file_template, or the id, names a folder. Set recursive_version_locations = "
                "true, or take the folder out."
            )
        if not os.path.lexists(path):
            new_files.append(path)
        return path

    generate_revision.__doc__ = upstream_generate_revision.__doc__
    return [
        (directory, "generate_revision", generate_revision),
        (directory, "_rev_path", _rev_path),
    ]


def _keep_heads_file(
    setting: object, directory: ScriptDirectory, command_error: type[Exception]
) -> None:
    from alembic_native.heads_file import HeadsFileFailed, heads_file_path, write_heads_file

    try:
        path = heads_file_path(setting)
        if path is not None:
            write_heads_file(path, directory.get_heads())
    except HeadsFileFailed as error:
        raise command_error(str(error)) from error


@contextmanager
def _kept_if_it_succeeds() -> Iterator[None]:
    """Remove the new files of the block if it fails, by an interrupt as well."""
    new_files: list[Path] = []
    token = _new_files.set(new_files)
    try:
        yield
    except BaseException as error:
        for path in new_files:
            _remove(path)
        if isinstance(error, SyntaxError) and error.filename in {str(path) for path in new_files}:
            error.msg = (
                f"{error.msg}. The new script is not kept: what script.py.mako makes of this "
                "message, label and id is no Python. Quotes and backslashes are the usual cause"
            )
        raise
    finally:
        _new_files.reset(token)


def _remove(path: Path) -> None:
    # With its byte code, which is read as a script where sourceless = true.
    for name in (os.fspath(path), cache_from_source(path)):
        with suppress(OSError):
            os.unlink(name)


def _is_listed(directory: ScriptDirectory, path: Path) -> bool:
    """Whether a script of that name is found when scripts are read."""
    folder = Path(os.path.abspath(path.parent))
    locations = [Path(os.path.abspath(one)) for one in directory._version_locations]
    return folder in locations or (
        directory.recursive_version_locations and any(one in folder.parents for one in locations)
    )
