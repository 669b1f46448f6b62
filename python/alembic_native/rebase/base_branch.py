"""Which revisions the base branch has, as git knows it."""

from __future__ import annotations

import os

from alembic_native.git_repository import GitFailed, GitRepository
from alembic_native.history.headers import is_script_name, read_header
from alembic_native.history.scripts import as_tuple
from alembic_native.rebase.errors import WrongUse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from alembic_native.history.scripts import Scripts


class BaseBranch:
    """The revisions of the base branch.

    ``followers`` are those that a revision has there: id of the revision, their ids.
    """

    def __init__(self, name: str, headers: Mapping[str, tuple[str, ...]]) -> None:
        """``headers``: the ids of its revisions, each with its down revisions."""
        self.name = name
        self.revisions = frozenset(headers)
        self.followers: dict[str, list[str]] = {}
        for revision, parents in headers.items():
            for parent in parents:
                self.followers.setdefault(parent, []).append(revision)


def read_base_branch(
    repositories: Sequence[tuple[GitRepository, list[str]]],
    reference: str | None,
    scripts: Scripts,
    version_locations: Iterable[str],
    is_recursive: bool,
) -> BaseBranch:
    """The revisions at the tip of a branch, in each repository. Raises ``WrongUse``.

    ``reference`` is None for the default branch of the remote ``origin``. Of ``scripts``, those
    here, what lies in a version location of no repository is of every branch.
    """
    names: dict[str, None] = {}
    tracked = {folder for _, folders in repositories for folder in folders}
    headers = _below(scripts, [one for one in version_locations if one not in tracked])
    uncertain = {
        os.path.basename(scripts.path(node)): scripts.graph.id(node)
        for node in range(len(scripts.graph))
        if not scripts.is_certain(node)
    }
    try:
        for repository, folders in repositories:
            name = reference or repository.default_base()
            if name is None:
                cut_off = " (this clone is shallow, and may lack it)" * repository.is_shallow
                raise WrongUse(
                    f"The repository {repository.root} does not say which branch is its base"
                    f"{cut_off}: name it, as --base origin/main, set base in [alembic:lint], or "
                    "run git remote set-head origin --auto."
                )
            names[name] = None
            found = repository.files(repository.commit(name), folders, is_recursive)
            for path, content in found.items():
                if not is_script_name(os.path.basename(path)):
                    continue
                header = read_header(content)
                if header is not None:
                    headers[header.revision] = as_tuple(header.down_revision)
                elif os.path.basename(path) in uncertain:
                    # Its revision was found by importing the script that is here.
                    headers[uncertain[os.path.basename(path)]] = ()
    except GitFailed as error:
        raise WrongUse(str(error)) from error
    return BaseBranch(" and ".join(names), headers)


def _below(scripts: Scripts, folders: Iterable[str]) -> dict[str, tuple[str, ...]]:
    starts = tuple(os.path.join(os.path.realpath(folder), "") for folder in folders)
    return {
        scripts.graph.id(node): ()
        for node in range(len(scripts.graph))
        if scripts.path(node).startswith(starts)
    }
