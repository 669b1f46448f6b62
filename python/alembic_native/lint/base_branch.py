"""What has changed since the base branch: the scripts of a project against those that git knows.

A script is unchanged where its bytes, the ends of its lines aside, are those of a script at the
merge base: whatever its path was there.
"""

from __future__ import annotations

import os

from alembic_native._core import ScriptHeader
from alembic_native.git_repository import GitFailed, tracked_folders
from alembic_native.history.headers import read_header
from alembic_native.lint.errors import LintFailed
from alembic_native.lint.scripts import Script, source_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class BaseScript(Script):
    """A script at a commit; ``source`` are its bytes."""

    __slots__ = ("source",)

    def __init__(self, path: str, header: ScriptHeader, source: bytes) -> None:
        super().__init__(path, header)
        self.source = source


class BaseBranch:
    """The scripts at the merge base and at the tip of the base branch, by id.

    A script whose header is not certain is in neither; ``uncertain`` are the names of their files.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.parted: dict[str, BaseScript] = {}
        self.tip: dict[str, BaseScript] = {}
        self.uncertain: set[str] = set()
        self._contents: set[bytes] = set()

    def add(self, files: dict[str, bytes], is_tip: bool) -> None:
        """The files of one commit, of one repository."""
        scripts = self.tip if is_tip else self.parted
        for path, source in files.items():
            source = _with_plain_line_ends(source)
            if not is_tip:
                self._contents.add(source)
            header = read_header(source)
            if header is None:
                self.uncertain.add(os.path.basename(path))
            else:
                scripts[header.revision] = BaseScript(path, header, source)

    def changed(self, paths: Iterable[str]) -> set[str]:
        """Which of the scripts here are new or changed; what cannot be read is."""
        found = set()
        for path in paths:
            source = source_of(path)
            if source is None or _with_plain_line_ends(source) not in self._contents:
                found.add(path)
        return found


def read_base_branch(
    reference: str, version_locations: Sequence[str], is_recursive: bool
) -> BaseBranch:
    """Raises ``LintFailed``. ``reference`` is a branch, a tag or a commit."""
    base = BaseBranch(reference)
    try:
        repositories = tracked_folders(version_locations)
        if not repositories:
            raise LintFailed(
                f"There is no git repository around {' and '.join(version_locations)}, or no git, "
                f"so it is not known what has changed since {reference}. Run it in a checkout that "
                "has its .git, or without a base."
            )
        for repository, folders in repositories:
            tip = repository.commit(reference)
            parted = repository.merge_base(reference)
            base.add(repository.files(parted, folders, is_recursive), is_tip=False)
            if tip == parted:
                base.tip.update(base.parted)
            else:
                base.add(repository.files(tip, folders, is_recursive), is_tip=True)
    except GitFailed as error:
        raise LintFailed(str(error)) from error
    return base


def _with_plain_line_ends(source: bytes) -> bytes:
    return source.replace(b"\r\n", b"\n")
