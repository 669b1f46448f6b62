"""``rebase`` as a command, from its options to the exit code.

Whatever can go wrong is looked for before anything is written: the one script, then the file of
heads.
"""

from __future__ import annotations

import os
import sys

from alembic_native.file_replacement import replace_file
from alembic_native.git_repository import GitFailed, GitRepository, tracked_folders
from alembic_native.heads_file import HeadsFileFailed, check_heads_file, write_heads_file
from alembic_native.printable import path_from_here, printable
from alembic_native.rebase import drawing
from alembic_native.rebase.base_branch import BaseBranch, read_base_branch
from alembic_native.rebase.databases import advice
from alembic_native.rebase.diff import heads_file_diff, script_diff
from alembic_native.rebase.errors import RebaseFailed, RebaseRefused, WrongOptions, WrongUse
from alembic_native.rebase.plan import History, Plan, make_plan
from alembic_native.rebase.rewriting import NotLiteral, rewritten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from alembic_native.history.scripts import Scripts
    from alembic_native.rebase.project import Project

    Tell = Callable[[str], None]
    Repositories = Sequence[tuple[GitRepository, list[str]]]

DONE, NOT_DONE, INTERRUPTED = 0, 1, 130


def run(options: Mapping[str, Any], opened: Callable[[], Project], tell: Tell) -> int:
    """Do it as the command of this process; the exit code.

    What stops it is said on stderr. Raises ``WrongOptions``.
    """
    try:
        return rebase(options, opened, tell)
    except WrongOptions:
        raise
    except (RebaseFailed, HeadsFileFailed) as failed:
        print(f"FAILED: {printable(failed)}", file=sys.stderr)
        return getattr(failed, "exit_code", NOT_DONE)
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED


def rebase(options: Mapping[str, Any], opened: Callable[[], Project], tell: Tell) -> int:
    """Do it; whether it was done, as the exit code.

    ``options`` are by the names in ``options.py``, ``opened`` gives the project, and ``tell``
    writes a text to the standard output. Raises ``RebaseFailed`` and ``HeadsFileFailed``.
    """
    say = _printable(tell)
    given = {name: value for name, value in options.items() if value is not None}
    if given.get("dry_run") and given.get("yes"):
        raise WrongOptions("--dry-run changes nothing, so that --yes says nothing: leave one out.")
    project = opened()
    if project.heads_file is not None:
        check_heads_file(project.heads_file)
    try:
        repositories = tracked_folders(project.version_locations)
    except GitFailed as error:
        raise WrongUse(str(error)) from error
    _refuse_conflicts(repositories, project)
    scripts = project.scripts()
    history = History(scripts)
    base = _base_branch(given, project, repositories, scripts)
    plan = make_plan(history, base, given.get("revisions") or (), given.get("onto"))
    if isinstance(plan, str):
        say(plan)
        return DONE
    path = history.path(plan.moved[0])
    before, after = _sources(path, history, plan)
    say(_graphs(history, plan))
    if base is None:
        say("No base branch is known, so whether these revisions are yours was not checked.\n")
    say(advice(history, plan, given))
    heads = history.heads_after(plan)
    if given.get("dry_run"):
        say("")
        say(script_diff(path, before, after))
        if project.heads_file is not None:
            say(heads_file_diff(project.heads_file, heads))
        return DONE
    question = printable(f"Rewrite {path_from_here(path)}? [y/N] ")
    if not given.get("yes") and not _is_agreed(question):
        say("Nothing was changed.")
        return NOT_DONE
    _write(path, before, after)
    say(f"Rewritten: {path_from_here(path)}")
    if project.heads_file is not None:
        _keep_heads(project.heads_file, heads, say)
    return DONE


def _printable(tell: Tell) -> Tell:
    """``tell``, to which only line breaks and tabs of a text go as they are."""

    def say(text: str) -> None:
        lines = (line.split("\t") for line in text.split("\n"))
        tell("\n".join("\t".join(map(printable, parts)) for parts in lines))

    return say


def _refuse_conflicts(repositories: Repositories, project: Project) -> None:
    folders = tuple(
        os.path.join(os.path.realpath(folder), "") for folder in project.version_locations
    )
    try:
        found = sorted(
            path
            for repository, _ in repositories
            for path in repository.in_conflict()
            if path.startswith(folders)
        )
    except GitFailed as error:
        raise WrongUse(str(error)) from error
    if found:
        raise RebaseRefused(
            f"{' and '.join(map(path_from_here, found))}: git has this file in conflict. Resolve "
            "it, git add it, and run alembic rebase again."
        )


def _base_branch(
    given: Mapping[str, Any], project: Project, repositories: Repositories, scripts: Scripts
) -> BaseBranch | None:
    """None where it is not known, and not needed, either."""
    reference = given.get("base") or project.base
    is_needed = not (given.get("revisions") and given.get("onto"))
    if not repositories:
        if is_needed or given.get("base"):
            raise WrongUse(
                "There is no git repository around "
                f"{' and '.join(project.version_locations)}, or no git, so nobody knows which "
                "revisions are yours: name them, and what to put them onto with --onto."
            )
        return None
    if reference is None and not is_needed and not _have_default_base(repositories):
        return None
    return read_base_branch(
        repositories, reference, scripts, project.version_locations, project.is_recursive
    )


def _have_default_base(repositories: Repositories) -> bool:
    return all(repository.default_base() is not None for repository, _ in repositories)


def _sources(path: str, history: History, plan: Plan) -> tuple[bytes, bytes]:
    """The script that changes, as it is and as it is to be."""
    try:
        with open(path, "rb") as file:
            before = file.read()
        return before, rewritten(before, history.id(plan.onto))
    except OSError as error:
        raise RebaseRefused(f"{path} cannot be read: {error.strerror}.") from error
    except NotLiteral as reason:
        raise RebaseRefused(
            f"{path_from_here(path)} cannot be rewritten: {reason}. Write down_revision = "
            f"{history.id(plan.onto)!r} into it by hand."
        ) from reason


def _graphs(history: History, plan: Plan) -> str:
    lines = ["Before", *drawing.before(history, plan), "", "After", *drawing.after(history, plan)]
    return "\n".join(f"  {line}".rstrip() if line[:1] in "*|:" else line for line in lines) + "\n"


def _is_agreed(question: str) -> bool:
    if sys.stdin is None or not sys.stdin.isatty():
        raise WrongUse(
            "There is no terminal to ask on, so nothing was changed. Give --yes to do it, or "
            "--dry-run to see what would change."
        )
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:
        # Ctrl-D leaves the line of the question open.
        print()
        return False


def _write(path: str, before: bytes, after: bytes) -> None:
    try:
        with open(path, "rb") as file:
            is_same = file.read() == before
        if is_same:
            replace_file(path, after)
            return
    except OSError as error:
        raise RebaseRefused(
            f"{path} cannot be written: {error.strerror}. Nothing was changed."
        ) from error
    raise RebaseRefused(f"{path} has changed meanwhile. Nothing was changed: run it again.")


def _keep_heads(path: str, heads: Iterable[str], tell: Tell) -> None:
    try:
        is_changed = write_heads_file(path, heads)
    except HeadsFileFailed as error:
        raise RebaseRefused(
            f"The script was rewritten, and then: {error} Write it with alembic lint --write-heads."
        ) from error
    if is_changed:
        tell(f"Rewritten: {path_from_here(path)}")
