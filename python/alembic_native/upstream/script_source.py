"""The scripts of a directory as objects of Alembic's, made from headers that were read natively."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import util

from alembic_native import _core
from alembic_native.history.headers import read_header, read_version_locations

if TYPE_CHECKING:
    from alembic.script.base import Script, ScriptDirectory


def script_from_header(cls: type[Script], path: str, header: _core.ScriptHeader) -> Script:
    """A script that is not imported yet. Raises what ``Revision`` raises for its header."""
    from alembic.script.revision import Revision

    script = cls.__new__(cls)
    script.path = path
    script.__dict__["_header_doc"] = header.doc
    Revision.__init__(
        script,
        header.revision,
        header.down_revision,
        dependencies=util.to_tuple(header.depends_on, default=()),
        branch_labels=util.to_tuple(header.branch_labels, default=()),
    )
    return script


def _refuse_other_types(script: Script) -> None:
    """Raise ``TypeError`` where a header holds something else than text."""
    values = {
        "revision": script.revision,
        "down_revision": script.down_revision,
        "branch_labels": script._orig_branch_labels,
        "depends_on": script.dependencies,
    }
    for name, value in values.items():
        items = (value,) if name == "revision" else util.to_tuple(value, default=())
        for item in items:
            if not isinstance(item, str):
                raise TypeError(
                    f"{name} in {script.path} holds {item!r}, and has to be text or a collection "
                    "of texts"
                )


def certain_header(path: Path) -> _core.ScriptHeader | None:
    """The header of one script that compiles; None where it has to be imported to know."""
    try:
        source = path.read_bytes()
    except OSError:
        # Importing it says what is wrong with the file.
        return None
    header = read_header(source)
    if header is None:
        return None
    # One script is asked for when it has just been written; a mistake in it shows now.
    compile(source, str(path), "exec", dont_inherit=True)
    return header


class ScriptSource:
    """The scripts of a directory's version locations, read natively at first use.

    Iterating gives all of them as :class:`Script` objects, in scan order.
    """

    def __init__(
        self,
        directory: ScriptDirectory,
        script_class: type[Script],
        imported: Callable[[str], Script | None],
    ) -> None:
        """``imported``: upstream's way from a path to a script, which imports it."""
        self._directory = directory
        self._script_class = script_class
        self._from_import = imported
        self._imported: dict[int, Script] = {}
        self._table: _core.ScriptTable | None = None

    def read(self) -> None:
        """Read all headers, import the scripts whose headers are not certain."""
        from alembic.script.revision import _revision_illegal_chars

        table = read_version_locations(
            [str(location) for location in self._directory._version_locations],
            self._directory.recursive_version_locations,
        )
        for path in table.duplicates():
            util.warn(
                f"File {path} loaded twice! ignoring. Please ensure version_locations is unique."
            )
        for index in table.exceptions("".join(_revision_illegal_chars)):
            script = self._import(table, index)
            self._imported[index] = script
            _refuse_other_types(script)
            table.supply(
                index,
                _core.RevisionRecord(
                    script.revision,
                    script._versioned_down_revisions,
                    util.to_tuple(script.dependencies, default=()),
                    script._orig_branch_labels,
                    script.path,
                ),
            )
        self._table = table

    def graph(self) -> _core.RevisionGraph:
        """Build the graph of the scripts."""
        assert self._table is not None
        return self._table.graph()

    def revision_at(self, node: int) -> Script:
        """The script of a node; a new object, but for those that had to be imported."""
        assert self._table is not None
        if node in self._imported:
            return self._imported[node]
        header = self._table.header(node)
        assert isinstance(header, _core.ScriptHeader)
        return script_from_header(self._script_class, self._table.path(node), header)

    def __iter__(self) -> Iterator[Script]:
        if self._table is None:
            self.read()
        assert self._table is not None
        for node in range(len(self._table)):
            yield self.revision_at(node)

    def _import(self, table: _core.ScriptTable, index: int) -> Script:
        header = table.header(index)
        if isinstance(header, _core.ScriptHeader):
            # But refused: raises why.
            return script_from_header(self._script_class, table.path(index), header)
        script = self._from_import(table.path(index))
        assert script is not None
        return script
