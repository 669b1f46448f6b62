"""What a git repository knows of a project's files, by the program ``git``.

Nothing is changed. ``git`` is run without a shell, never asks for anything, takes no lock and runs
no program that the repository's configuration names for showing files.
"""

from __future__ import annotations

import os
import subprocess

from alembic_native.relative_path import relative_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_PAGER": "cat",
}
#: What a hook of git may find set, for the repository that it is run in. With it another folder
#: would be taken for the top of that repository.
_OF_HOOKS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR")
_REGULAR_FILES = (b"100644", b"100755")


class GitFailed(Exception):
    """The repository cannot answer; the message is a sentence that says why and what to do."""


def tracked_folders(folders: Iterable[str]) -> list[tuple[GitRepository, list[str]]]:
    """The repositories that folders lie in, each with its folders. Raises ``GitFailed``.

    A folder that lies in none, or is not tracked, is left out: what it holds came with a package.
    """
    found: dict[str, tuple[GitRepository, list[str]]] = {}
    for folder in folders:
        repository = GitRepository.containing(folder)
        if repository is not None and not repository.ignores(folder):
            found.setdefault(repository.root, (repository, []))[1].append(folder)
    return list(found.values())


class GitRepository:
    """The repository whose working tree a folder lies in: of a submodule its own.

    Paths go in and out absolute, links resolved.
    """

    def __init__(self, root: str, is_shallow: bool) -> None:
        """``root`` is the top of the working tree. Made by :meth:`containing`."""
        self.root = root
        #: Whether the history was cut off when it was cloned, as CI systems do.
        self.is_shallow = is_shallow

    @staticmethod
    def containing(folder: str) -> GitRepository | None:
        """None where there is no program ``git``, no repository, or one without a working tree.

        Raises ``GitFailed`` where there is one that git refuses to read.
        """
        words = ("rev-parse", "--is-shallow-repository", "--show-toplevel")
        try:
            done = _run(folder, words)
        except FileNotFoundError:
            return None
        if done.returncode:
            reason = _reason(done.stderr)
            if "not a git repository" in reason or "must be run in a work tree" in reason:
                return None
            raise GitFailed(f"git cannot read the repository of {folder}. It says: {reason}")
        shallow, _, root = done.stdout.partition(b"\n")
        return GitRepository(
            os.path.realpath(os.fsdecode(root.rstrip(b"\r\n"))), shallow == b"true"
        )

    def commit(self, reference: str) -> str:
        """The full id of the commit that a branch, tag or id names. Raises ``GitFailed``."""
        # What begins with a dash is an option, and no name that git allows.
        found = None
        if reference and not reference.startswith("-"):
            found = self._answer("rev-parse", "--verify", "--quiet", f"{reference}^{{commit}}")
        if not found:
            cut_off = (
                " This clone is shallow and may lack it: fetch it, or clone with the whole history "
                "(actions/checkout: fetch-depth: 0; GitLab: GIT_DEPTH: 0)."
                if self.is_shallow
                else " Check the name, or fetch it."
            )
            raise GitFailed(
                f"There is no commit {reference!r} in the repository {self.root}.{cut_off}"
            )
        return found.strip().decode("ascii")

    def merge_base(self, reference: str) -> str:
        """The commit at which the current commit and ``reference`` parted. Raises ``GitFailed``."""
        commit = self.commit(reference)
        if self._answer("rev-parse", "--verify", "--quiet", "HEAD") is None:
            raise GitFailed(f"The current branch of {self.root} has no commit yet: commit first.")
        found = self._answer("merge-base", "HEAD", commit)
        if found is None or not found.split():
            why = (
                "this clone is shallow, and where they parted was cut off. Clone with the whole "
                "history (git fetch --unshallow; actions/checkout: fetch-depth: 0; GitLab: "
                "GIT_DEPTH: 0)"
                if self.is_shallow
                else "they have no commit in common"
            )
            raise GitFailed(f"HEAD and {reference} cannot be compared in {self.root}: {why}.")
        return found.split()[0].decode("ascii")

    def default_base(self) -> str | None:
        """The default branch of the remote ``origin``, as ``origin/main``; None if not known."""
        found = self._answer("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
        return os.fsdecode(found.strip()) if found else None

    def files(self, commit: str, folders: Iterable[str], is_recursive: bool) -> dict[str, bytes]:
        """The files named ``*.py`` in some folders at a commit: path, contents.

        ``is_recursive``: those in folders below them, too. A folder that was somewhere else then
        is looked for there: where files now below it, or files like them, were then. Raises
        ``GitFailed``.
        """
        wanted = [self._relative(folder) for folder in folders]
        found = self._listed(commit, wanted, is_recursive)
        moved = [one for one in wanted if not any(_is_below(path, one) for path in found)]
        if moved:
            former = self._former_folders(commit, moved, "100%")
            # Git finds equal contents at once, others by comparing every file with every other.
            former = former or self._former_folders(commit, moved, "50%")
            found.update(self._listed(commit, former, is_recursive))
        contents = self._contents(list(found.values()))
        return {
            self._absolute(path): content for path, content in zip(found, contents, strict=True)
        }

    def ignores(self, path: str) -> bool:
        """Whether git is told to track nothing there, as in a virtual environment, and does not."""
        if self._answer("check-ignore", "--quiet", path) is None:
            return False
        return not self._answer("ls-files", "-z", "--", path)

    def in_conflict(self) -> set[str]:
        """The files that a merge left for people to resolve. Raises ``GitFailed``."""
        # Run at the top of the working tree: below it only that folder would be listed.
        listed = self._output("ls-files", "--unmerged", "-z")
        return {self._absolute(entry.partition(b"\t")[2]) for entry in listed.split(b"\0") if entry}

    def _absolute(self, path: bytes) -> str:
        """The path of a file that git names."""
        return os.path.join(self.root, os.fsdecode(path).replace("/", os.sep))

    def _relative(self, folder: str) -> bytes:
        """A folder below the top, without a slash at the end; empty for the top itself."""
        relative = relative_path(os.path.realpath(folder), self.root)
        if os.path.isabs(relative) or relative.split(os.sep)[0] == os.pardir:
            raise GitFailed(f"{folder} does not lie in the repository {self.root}.")
        return b"" if relative == os.curdir else os.fsencode(relative.replace(os.sep, "/"))

    def _listed(
        self, commit: str, folders: Sequence[bytes], is_recursive: bool
    ) -> dict[bytes, bytes]:
        """The files ``*.py`` in some folders at a commit, each with the id of its contents."""
        listed: dict[bytes, bytes] = {}
        depth = ["-r"] if is_recursive else []
        for folder in folders:
            # Without a path it is the top.
            paths = [os.fsdecode(folder) + "/"] if folder else []
            output = self._output("ls-tree", *depth, "-z", "--full-tree", commit, "--", *paths)
            for entry in output.split(b"\0"):
                about, _, path = entry.partition(b"\t")
                if path.endswith(b".py"):
                    mode, _, blob = about.split()
                    if mode in _REGULAR_FILES:
                        listed[path] = blob
        return listed

    def _former_folders(self, commit: str, folders: Sequence[bytes], likeness: str) -> list[bytes]:
        """Where, at a commit, files lay that lie below these folders now, as they were or alike."""
        listed = self._output(
            "diff-index",
            "--name-status",
            f"--find-renames={likeness}",
            "--diff-filter=R",
            "--ignore-submodules",
            "-z",
            commit,
        )
        words = listed.split(b"\0")
        found: dict[bytes, None] = {}
        for former, now in zip(words[1::3], words[2::3], strict=False):
            if any(_is_below(now, folder) for folder in folders):
                found[former.rpartition(b"/")[0]] = None
        return list(found)

    def _contents(self, blobs: Sequence[bytes]) -> list[bytes]:
        """The contents of blobs in their order, read by one process."""
        if not blobs:
            return []
        output = self._output("cat-file", "--batch", sent=b"\n".join(blobs) + b"\n")
        contents = []
        start = 0
        for blob in blobs:
            end = output.find(b"\n", start)
            words = output[start:end].split()
            if end < 0 or len(words) != 3:
                raise GitFailed(
                    f"The repository {self.root} lacks {blob.decode('ascii')}, which one of its "
                    "files is to hold: it was cloned without its contents. Run git fetch --refetch."
                )
            size = int(words[2])
            contents.append(output[end + 1 : end + 1 + size])
            start = end + 1 + size + 1
        return contents

    def _output(self, *words: str, sent: bytes = b"") -> bytes:
        """What git prints. Raises ``GitFailed`` where it fails."""
        done = _run(self.root, words, sent)
        if done.returncode:
            raise GitFailed(f"git {words[0]} failed in {self.root}: {_reason(done.stderr)}.")
        return done.stdout

    def _answer(self, *words: str) -> bytes | None:
        """The same; None where it fails, as it does where there is no such thing."""
        done = _run(self.root, words)
        return None if done.returncode else done.stdout


def _run(
    folder: str, words: Sequence[str], sent: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run git. Raises ``FileNotFoundError`` where there is none, else ``GitFailed``."""
    environment = {name: value for name, value in os.environ.items() if name not in _OF_HOOKS}
    environment.update(_ENVIRONMENT)
    try:
        return subprocess.run(
            ["git", "-C", folder, "-c", "core.fsmonitor=false", *words],
            input=sent,
            capture_output=True,
            check=False,
            env=environment,
        )
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        raise GitFailed(f"git cannot be run for {folder}: {error}.") from error


def _is_below(path: bytes, folder: bytes) -> bool:
    return not folder or path.startswith(folder + b"/")


def _reason(stderr: bytes) -> str:
    """Why git failed, on one line."""
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    text = " ".join(" ".join(lines).split()) if lines else "it does not say why"
    return text.removeprefix("fatal: ").rstrip(".")
