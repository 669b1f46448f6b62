"""The native core: script headers, the revision graph, the version table's rows.

A node is an int: the number of a revision in its graph, counted in scan order. A target is a node,
None, or the string "base". An identifier is None, a string, or a collection of strings. Every call
may raise what ``alembic_native.errors`` lists; none holds the GIL while it works.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Never, final

_Identifier = str | Iterable[str | None] | None
_Target = int | str | None
_Names = Iterable[str] | str | None

def build_versions() -> dict[str, str]:
    """Versions of this build by name: alembic-native, compiler, fmt, pybind11."""

def has_postgres_store() -> bool:
    """Whether ``_postgres`` was built beside this module; it may be gone since then."""

def call_counts() -> dict[str, int]:
    """How often each part of the core has served in this process."""

def error_kinds() -> tuple[str, ...]:
    """The stable names of all kinds of errors."""

def read_script_header(
    source: bytes, python_minor: int, strips_docstrings: bool
) -> ScriptHeader | ImportNeeded:
    """The header of one script, or why it has to be imported to know it."""

def read_version_locations(
    locations: Iterable[str], recursive: bool, python_minor: int, strips_docstrings: bool
) -> ScriptTable:
    """List and read the scripts of some folders, on several threads."""

def read_definitions(source: bytes, names: Sequence[str]) -> list[Definition | None]:
    """What a module's source defines under dotted names; None where it defines nothing.

    ``"function"``, ``"Class.method"``, ``"Class.attribute"`` (bound by the class body, or assigned
    to ``self`` by a method); ``""`` is the whole module. ValueError, with line and reason: the
    source cannot be split into tokens.
    """

def load_early(path: bytes) -> None:
    """Have a thread load a shared library, so that it is in memory by the time it is imported.

    Returns at once. What is wrong with the library is left to the import to say.
    """

def stamp_row_operations(
    from_: Iterable[str],
    to: Iterable[str],
    is_upgrade: bool,
    is_branch_move: bool,
    heads: Iterable[str],
) -> StepOperations:
    """What a step of ``stamp`` does to the version table; see ``RevisionGraph.row_operations``."""

@final
class Definition:
    """The bindings of one name; a value, made by :func:`read_definitions` alone."""

    def __init__(self, *args: Never, **kwargs: Never) -> None: ...
    @property
    def kind(self) -> str:
        """Of the last binding: function, class, assignment, import, attribute, module."""

    @property
    def line(self) -> int:
        """Of the last binding, from 1."""

    @property
    def count(self) -> int:
        """How often the name is bound in its scope."""

    @property
    def parameters(self) -> str:
        """Of a function, ``"self, heads=, *, key=, **kw"``; of a class, its bases."""

    @property
    def fingerprint(self) -> str:
        """16 hex digits over the tokens of all bindings, with decorators, without comments,
        docstrings and white space. The same on every platform and Python."""

@final
class ScriptHeader:
    """What a script holds in its header names after import. Values are None, a str or a tuple."""

    def __init__(self, *args: Never, **kwargs: Never) -> None: ...
    @property
    def revision(self) -> str: ...
    @property
    def down_revision(self) -> str | tuple[str, ...] | None: ...
    @property
    def branch_labels(self) -> str | tuple[str, ...] | None: ...
    @property
    def depends_on(self) -> str | tuple[str, ...] | None: ...
    @property
    def doc(self) -> str | None:
        """The script's ``__doc__``."""

@final
class ImportNeeded:
    """Why the header of a script is not certain."""

    def __init__(self, *args: Never, **kwargs: Never) -> None: ...
    @property
    def reason(self) -> str:
        """For people; never parsed."""

    @property
    def line(self) -> int:
        """Counted from 1; 0 when it concerns the whole file."""

@final
class RevisionRecord:
    """One revision as its script declares it. ``path`` is for messages."""

    def __init__(
        self,
        id: str,
        down_revisions: _Names,
        dependencies: Any,
        branch_labels: _Names,
        path: str | None,
    ) -> None: ...

@final
class Surroundings:
    """What the graph knows of one revision. Made by :meth:`RevisionGraph.surroundings`."""

    def __init__(self, *args: Never, **kwargs: Never) -> None: ...
    @property
    def next_revisions(self) -> tuple[str, ...]: ...
    @property
    def all_next_revisions(self) -> tuple[str, ...]: ...
    @property
    def resolved_dependencies(self) -> tuple[str, ...]:
        """Ids that depends_on names, in declared order."""

    @property
    def normalized_dependencies(self) -> tuple[str, ...]:
        """Those of them that no ancestor by down_revision depends on as well."""

    @property
    def branch_labels(self) -> tuple[str, ...]: ...

@final
class Addition:
    """What an addition to a graph has done."""

    def __init__(self, *args: Never, **kwargs: Never) -> None: ...
    @property
    def is_rebuilt(self) -> bool:
        """Whether any revision may have changed, not only followers of the parents and labels."""

    @property
    def is_left_out(self) -> bool:
        """Whether the revision is no node: its id was there, and would have become its own
        ancestor. It has only become a head."""

    @property
    def changed(self) -> list[int]:
        """Nodes that were there before and whose followers or labels may have changed."""

@final
class RowOperation:
    """One change to the version table: an insert has no ``from_``, a delete has no ``to``."""

    def __init__(self, *args: Never, **kwargs: Never) -> None: ...
    @property
    def from_(self) -> str | None: ...
    @property
    def to(self) -> str | None: ...

@final
class StepOperations:
    """What one step does to the rows of the version table."""

    def __init__(self, *args: Never, **kwargs: Never) -> None: ...
    @property
    def kind(self) -> str:
        """``branch_delete``, ``branch_insert``, ``merge``, ``unmerge`` or ``update``."""

    @property
    def operations(self) -> list[RowOperation]:
        """In the order in which they are to be run."""

@final
class StampStep:
    """One step of a stamp."""

    def __init__(self, *args: Never, **kwargs: Never) -> None: ...
    @property
    def from_(self) -> tuple[str, ...]: ...
    @property
    def to(self) -> tuple[str, ...]: ...
    @property
    def is_upgrade(self) -> bool: ...
    @property
    def is_branch_move(self) -> bool:
        """Whether a branch appears in, or vanishes from, the version table."""

@final
class ScriptTable:
    """The scripts of version locations, in scan order. To be filled in by one thread.

    Made by :func:`read_version_locations` alone.
    """

    def __init__(self, *args: Never, **kwargs: Never) -> None: ...
    def __len__(self) -> int: ...
    def duplicates(self) -> list[str]:
        """Paths of files met a second time."""

    def path(self, index: int) -> str:
        """Absolute path of a script, links resolved."""

    def header(self, index: int) -> ScriptHeader | ImportNeeded: ...
    def exceptions(self, illegal_characters: str) -> list[int]:
        """Ascending indices of the scripts whose header is not certain, or would be refused by
        ``Revision``."""

    def supply(self, index: int, record: RevisionRecord) -> None:
        """Say what importing the script has shown."""

    def graph(self) -> RevisionGraph:
        """The graph of all scripts; node numbers are indices."""

    def __deepcopy__(self, memo: dict[Any, Any]) -> ScriptTable: ...

@final
class RevisionGraph:
    """A revision graph. Any thread may ask it, also while another one adds to it."""

    def __init__(self, records: Iterable[RevisionRecord]) -> None:
        """From records in scan order."""

    @staticmethod
    def amended(
        records: Iterable[RevisionRecord],
        names: Iterable[tuple[Any, int]],
        resolved_dependencies: Iterable[Iterable[str]],
        normalized_dependencies: Iterable[Iterable[str]],
    ) -> RevisionGraph:
        """From records, further names for them, and dependencies resolved by somebody else."""

    def add(self, record: RevisionRecord) -> Addition:
        """Add a revision at the end of the scan order. Costs what it adds.

        It takes its own id and its parents' from the heads. Where its id is there already, or
        something is wrong with it, the graph is built again; after an error it is as before.
        """

    def replace(self, record: RevisionRecord) -> Addition:
        """Put another revision at the node of the same id. Builds the graph again."""

    def __deepcopy__(self, memo: dict[Any, Any]) -> RevisionGraph: ...
    def __len__(self) -> int: ...
    def names(self) -> list[tuple[str, int]]:
        """Ids in scan order, then labels, each with its node."""

    @property
    def has_branch_labels(self) -> bool:
        """Whether any revision declares a branch label."""

    def duplicates(self) -> list[tuple[int, int]]:
        """``(shadowed node, node that counts)`` for each id claimed twice."""

    def check(self) -> tuple[str, ...]:
        """Every inconsistency of the graph's own arrays; empty for a sound graph."""

    def find(self, name: str) -> int | None:
        """The node of a full id or label."""

    def id(self, node: int) -> str: ...
    def heads(self) -> tuple[str, ...]: ...
    def bases(self) -> tuple[str, ...]: ...
    def real_heads(self) -> tuple[str, ...]: ...
    def real_bases(self) -> tuple[str, ...]: ...
    def next_revisions(self, node: int) -> tuple[str, ...]:
        """Ids that have this one as a down_revision, in scan order."""

    def all_next_revisions(self, node: int) -> tuple[str, ...]:
        """Ids that have this one as a down_revision or dependency, in scan order."""

    def branch_labels(self, node: int) -> tuple[str, ...]:
        """Labels of the branches the revision belongs to, in the order of declaration."""

    def surroundings(self, node: int) -> Surroundings: ...
    def resolve_names(self, identifier: _Identifier) -> tuple[tuple[str, ...], str | None]:
        """Names still to be looked up, and the branch label before the ``@``."""

    def get_revisions(self, identifier: _Identifier) -> tuple[_Target, ...]: ...
    def get_revision(self, identifier: _Identifier) -> int | None: ...
    def resolve_branch(self, branch_label: str) -> int | None: ...
    def revision_for_name(self, name: str | None, branch_label: str | None) -> int | None: ...
    def current_head(self, branch_label: str | None) -> str | None: ...
    def filter_for_lineage(
        self,
        targets: Iterable[int | str],
        check_against: _Identifier,
        include_dependencies: bool,
    ) -> list[int]:
        """Indices of the targets that lie on one line with a revision that is named."""

    def shares_lineage(
        self, target: int | str, others: Iterable[int | str], include_dependencies: bool
    ) -> bool: ...
    def walk_steps(
        self, start: _Target, steps: int, branch_label: str | None, stop_at_end: bool
    ) -> _Target: ...
    def all_current(self, identifier: _Identifier) -> list[int]: ...
    def ancestors(
        self, targets: Iterable[int], include_dependencies: bool, check: bool
    ) -> list[int]: ...
    def descendants(
        self,
        targets: Iterable[int],
        include_dependencies: bool,
        omit_immediate_dependencies: bool,
        check: bool,
    ) -> list[int]: ...
    def branch_heads(self, targets: Iterable[int]) -> list[int]: ...
    def parse_upgrade_target(
        self, current_revisions: _Identifier, target: _Identifier, assert_relative_length: bool
    ) -> tuple[_Target, ...]: ...
    def parse_downgrade_target(
        self,
        current_revisions: _Identifier,
        target: _Identifier,
        assert_relative_length: bool,
        warn: Callable[[str], object],
    ) -> tuple[str | None, _Target]: ...
    def collect(
        self,
        upper: _Identifier,
        lower: _Identifier,
        inclusive: bool,
        implicit_base: bool,
        assert_relative_length: bool,
        select_for_downgrade: bool,
        warn: Callable[[str], object],
    ) -> tuple[list[int], list[int]]:
        """The revisions of a range (ascending) and the heads it is walked down from."""

    def iterate(
        self,
        upper: _Identifier,
        lower: _Identifier,
        inclusive: bool,
        implicit_base: bool,
        assert_relative_length: bool,
        select_for_downgrade: bool,
        warn: Callable[[str], object],
    ) -> list[int]:
        """The revisions of a range, each before all it is built upon."""

    def topological_order(self, revisions: Iterable[int], heads: Iterable[int]) -> list[int]: ...
    def stamp_steps(self, revision: _Identifier, heads: _Identifier) -> list[StampStep]: ...
    def row_operations(
        self, revision: int, is_upgrade: bool, heads: Iterable[str]
    ) -> StepOperations:
        """What running a revision does to the rows of the version table."""
