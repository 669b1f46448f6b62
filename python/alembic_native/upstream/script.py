"""What is bound into ``alembic.script.base``: reading scripts without running them.

Bound: ``ScriptDirectory._load_revisions``, ``_stamp_revs`` and ``_catch_revision_errors``, and of
``Script`` its ``module``, ``longdoc`` and ``_from_path``. A script whose header is certain is
imported when its ``module`` is first asked for; the steps of an upgrade or downgrade ask for it
when they are planned, so a script that cannot be imported stops a run before it has touched the
database.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from alembic import util

from alembic_native.errors import MultipleHeads, RevisionError
from alembic_native.upstream.binding import Assignment

if TYPE_CHECKING:
    from alembic.runtime.migration import StampStep
    from alembic.script.base import Script, ScriptDirectory

# Two threads that ask for the module of a script get the same one.
_one_import_at_a_time = RLock()


BOUND_MODULES = ("alembic.script.base",)


def assignments(base: ModuleType) -> list[Assignment]:
    """What takes the place of methods in ``base``."""
    directory, script = base.ScriptDirectory, base.Script
    upstream_load = directory._load_revisions
    upstream_catch = directory._catch_revision_errors
    upstream_longdoc = script.longdoc
    upstream_list = script._list_py_dir.__func__
    upstream_from_path = script._from_path.__func__

    def is_replaced(name: str, ours: Any) -> bool:
        return getattr(getattr(base.Script, name), "__func__", None) is not ours

    def _load_revisions(self: ScriptDirectory) -> Iterable[Script]:
        # Byte code without a source, and listings that somebody has replaced, are upstream's.
        if (
            self.sourceless
            or is_replaced("_list_py_dir", upstream_list)
            or is_replaced("_from_path", _from_path)
        ):
            return cast("Iterable[Script]", upstream_load(self))
        from alembic_native.upstream.script_source import ScriptSource

        used = base.Script
        return ScriptSource(self, used, lambda path: upstream_from_path(used, self, path))

    def _stamp_revs(self: ScriptDirectory, revision: Any, heads: Any) -> list[StampStep]:
        revision_map: Any = self.revision_map
        with self._catch_revision_errors(
            multiple_heads="Multiple heads are present; please specify a single target revision"
        ):
            return [
                base.migration.StampStep(
                    step.from_, step.to, step.is_upgrade, step.is_branch_move, revision_map
                )
                for step in revision_map._stamp_steps(revision, heads)
            ]

    @contextmanager
    def _catch_revision_errors(self: ScriptDirectory, *arguments: Any, **kw: Any) -> Iterator[None]:
        revision_map: Any = self.revision_map
        with upstream_catch(self, *arguments, **kw):
            try:
                yield
            except MultipleHeads as error:
                message = revision_map._claimed_twice(error)
                if message is None:
                    raise
                raise RevisionError(message) from error

    def get_module(self: Any) -> ModuleType:
        if "_imported_module" not in self.__dict__:
            with _one_import_at_a_time:
                if "_imported_module" not in self.__dict__:
                    self.__dict__["_imported_module"] = import_script(self.path)
        return cast(ModuleType, self.__dict__["_imported_module"])

    def set_module(self: Any, module: ModuleType) -> None:
        self.__dict__["_imported_module"] = module

    def longdoc(self: Any) -> str:
        if "_imported_module" in self.__dict__ or "_header_doc" not in self.__dict__:
            return cast(str, upstream_longdoc.__get__(self))
        doc: str | None = self.__dict__["_header_doc"]
        return doc.strip() if doc else ""

    def _from_path(
        cls: type[Script], scriptdir: ScriptDirectory, path: str | os.PathLike[str]
    ) -> Script | None:
        from alembic_native.upstream.script_source import certain_header, script_from_header

        is_source = base._only_source_rev_file.match(Path(path).name)
        header = certain_header(Path(path)) if is_source else None
        if header is None:
            return cast("Script | None", upstream_from_path(cls, scriptdir, path))
        return script_from_header(cls, os.fspath(path), header)

    module = property(get_module, set_module, doc="The script as a module, imported.")
    return [
        (directory, "_load_revisions", _load_revisions),
        (directory, "_stamp_revs", _stamp_revs),
        (directory, "_catch_revision_errors", _catch_revision_errors),
        (script, "module", module),
        (script, "longdoc", property(longdoc, doc="The docstring of the script.")),
        (script, "_from_path", classmethod(_from_path)),
    ]


def import_script(path: str) -> ModuleType:
    """Import a script as upstream does."""
    folder, name = os.path.split(path)
    return util.load_python_file(folder, name)
