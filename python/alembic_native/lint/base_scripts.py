"""What has changed since the base branch: the scripts of a project against those that git knows.

A script is unchanged where its bytes, the ends of its lines aside, are those of a script of the
base branch, at its tip or where the current branch parted from it: whatever its path is there. What
lies in no repository, or is not tracked, came with a package, and is of every branch.
"""

from __future__ import annotations

import os

from alembic_native._core import ScriptHeader
from alembic_native.git_repository import GitFailed, GitRepository, tracked_folders
from alembic_native.history.headers import is_script_name, read_header
from alembic_native.lint.errors import LintFailed
from alembic_native.lint.scripts import Script, source_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class BaseScript(Script):
    """A script at a commit; ``source`` are its bytes."""

    __slots__ = ("source",)

    def __init__(self, path: str, header: ScriptHeader, source: bytes) -> None:
        super().__init__(path, header)
        self.source = source


class BaseScripts:
    """The scripts of the base branch by id: where it and HEAD parted, and at its tip.

    A script whose header is not certain is in neither; ``uncertain`` are the names of their files.
    """

    def __init__(self, name: str, folders: Iterable[str]) -> None:
        """``folders`` are those that git tracks."""
        self.name = name
        self.parted: dict[str, BaseScript] = {}
        self.tip: dict[str, BaseScript] = {}
        self.uncertain: set[str] = set()
        self._contents: set[bytes] = set()
        self._folders = tuple(os.path.join(os.path.realpath(one), "") for one in folders)

    def add(self, files: Mapping[str, bytes], *places: dict[str, BaseScript]) -> None:
        """The files of one commit, of one repository, to ``parted``, ``tip`` or both."""
        for path, source in files.items():
            if not is_script_name(os.path.basename(path)):
                continue
            source = _with_plain_line_ends(source)
            self._contents.add(source)
            header = read_header(source)
            if header is None:
                self.uncertain.add(os.path.basename(path))
                continue
            for scripts in places:
                scripts[header.revision] = BaseScript(path, header, source)

    def is_tracked(self, path: str) -> bool:
        """Whether a script lies where git says what is new."""
        return path.startswith(self._folders)

    def changed(self, paths: Iterable[str]) -> set[str]:
        """Which of the scripts here are new or changed; what cannot be read is."""
        found = set()
        for path in paths:
            if not self.is_tracked(path):
                continue
            source = source_of(path)
            if source is None or _with_plain_line_ends(source) not in self._contents:
                found.add(path)
        return found


def read_base_scripts(
    reference: str, version_locations: Sequence[str], is_recursive: bool
) -> BaseScripts:
    """Raises ``LintFailed``. ``reference`` is a branch, a tag or a commit."""
    try:
        repositories = tracked_folders(version_locations)
        if not repositories:
            raise LintFailed(
                f"There is no git repository around {' and '.join(version_locations)}, or no git, "
                f"so it is not known what has changed since {reference}. Run it in a checkout that "
                "has its .git, or without a base."
            )
        base = BaseScripts(reference, [one for _, folders in repositories for one in folders])
        for repository, folders in repositories:
            _read(base, repository, folders, is_recursive)
    except GitFailed as error:
        raise LintFailed(str(error)) from error
    return base


def _read(
    base: BaseScripts, repository: GitRepository, folders: Sequence[str], is_recursive: bool
) -> None:
    tip = repository.commit(base.name)
    parted = repository.merge_base(base.name)
    files = repository.files(parted, folders, is_recursive)
    if tip == parted:
        base.add(files, base.parted, base.tip)
        return
    base.add(files, base.parted)
    base.add(repository.files(tip, folders, is_recursive), base.tip)


def _with_plain_line_ends(source: bytes) -> bytes:
    return source.replace(b"\r\n", b"\n")
