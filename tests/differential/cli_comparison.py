"""One command line through upstream and through the overlay: same output, same files.

Revision ids made at random and dates are the only things that may differ.
"""

from __future__ import annotations

import pathlib
import re
import shutil
from collections.abc import Callable, Mapping, Sequence

from tests.differential.cli_processes import Result, Server, Upstreams, run_process
from tests.differential.cli_projects import Files, lay_out


class Comparer:
    """Lays a project out and runs a command line in it: first the overlay, then upstream."""

    def __init__(self) -> None:
        self._upstreams = Upstreams()
        # What upstream takes from elsewhere, and nothing of Alembic itself.
        self._overlay = Server("sqlalchemy", "sqlalchemy.dialects.postgresql", "mako.template")
        self.folder = pathlib.Path()

    def answered(
        self, files: Files, *lines: str | Sequence[str], env: Mapping[str, str] | None = None
    ) -> None:
        """Equal, and answered without upstream."""
        for line in lines:
            assert self._run(files, line, env)[0], f"{line}: left to upstream"

    def left(
        self, files: Files, *lines: str | Sequence[str], env: Mapping[str, str] | None = None
    ) -> None:
        """Equal, and done by upstream."""
        for line in lines:
            assert not self._run(files, line, env)[0], f"{line}: answered without upstream"

    def answered_or_refused(self, files: Files, *lines: str | Sequence[str]) -> None:
        """Equal, and answered without upstream unless it fails, which is left to upstream."""
        for line in lines:
            is_answered, exit_code = self._run(files, line, None)
            assert is_answered == (exit_code == 0), f"{line}: ended with {exit_code}"

    def equal_in_processes(self, files: Files, *lines: str) -> None:
        """Equal, each time in a process of its own, which is not asked who answered."""
        for line in lines:
            words = line.split()
            self._lay_out(files)
            ours = comparable(run_process(self.folder, words, {}), files)

            def upstream(order: int, words: list[str] = words) -> Result:
                off = {"ALEMBIC_NATIVE": "0", "PYTHONHASHSEED": str(order)}
                return run_process(self.folder, words, off)

            self._expect(ours, upstream, files, line)

    def _run(
        self, files: Files, line: str | Sequence[str], env: Mapping[str, str] | None
    ) -> tuple[bool, int]:
        """Whether a line, which must be equal, was answered without upstream's command line, and
        its exit code."""
        words = line.split() if isinstance(line, str) else list(line)
        environment = {
            name: value.format(folder=self.folder) for name, value in (env or {}).items()
        }
        self._lay_out(files)
        overlay, modules = self._overlay.run(self.folder, words, environment)
        self._expect(
            comparable(overlay, files),
            lambda order: self._upstreams.run(self.folder, words, environment, order),
            files,
            line,
        )
        return "alembic.command" not in modules, overlay.exit_code

    def _expect(
        self,
        ours: Result,
        upstream: Callable[[int], Result],
        files: Files,
        line: str | Sequence[str],
    ) -> None:
        """``upstream`` runs it with its sets in the order of that number; one must be as ours."""
        theirs = []
        for order in range(Upstreams.ORDERS):
            self._lay_out(files)
            theirs.append(comparable(upstream(order), files))
            if theirs[-1] == ours:
                return
        assert ours == theirs[0], f"alembic {line}"

    def stop(self) -> None:
        self._upstreams.stop()
        self._overlay.stop()

    def _lay_out(self, files: Files) -> None:
        # The same folder both times: its name is part of what is printed.
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        lay_out(files, self.folder)


def comparable(result: Result, files: Files) -> Result:
    """A result without what is random and without hints, and of an exception no more than it is."""
    known = "".join(
        content if isinstance(content, str) else content.decode("latin-1")
        for content in files.values()
    )

    def replace(text: bytes) -> bytes:
        text = re.sub(
            rb"\b[0-9a-f]{12}(?=\b|_)",
            lambda found: found[0] if found[0].decode() in known else b"<random>",
            text,
        )
        text = re.sub(rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d)?", _zone_only, text)
        text = re.sub(rb"/tmp\w+\.txt", b"<temporary file>", text)
        text = without_our_commands(text)
        # Upstream keeps revisions in a set whose order is that of their addresses.
        label_twice = rb"(?<= in revision )(\w+) already used by revision (\w+)"
        text = re.sub(label_twice, lambda found: b" and ".join(sorted(found.groups())), text)
        return re.sub(rb"date(_\d+)+", b"<date>", text)

    # Warnings name the line of code that gave them.
    stderr = re.sub(rb"(?m)^/\S+:\d+: (\w*Warning: .*)\n  .*\n", rb"\1\n", result.stderr)
    stderr = without_advice(stderr)
    return Result(
        replace(result.stdout),
        replace(stderr),
        result.exit_code,
        {
            replace(name.encode()).decode(): replace(content)
            for name, content in result.files.items()
        },
    )


def without_advice(stderr: bytes) -> bytes:
    """What a command said of an error, without what the overlay alone says of it."""
    stderr = re.sub(rb"(?m)^\S*UserWarning: target_metadata has no table.*\n(  .*\n)?", b"", stderr)
    # SQLAlchemy names a class of its own for asyncpg's; the overlay names asyncpg's.
    stderr = re.sub(rb"\((sqlalchemy\.dialects|asyncpg)\.\S+\) ", b"(<class>) ", stderr)
    return exception_alone(re.sub(rb"(?m)^Hint: .*\n?( {6}.*\n)*", b"", stderr))


def exception_alone(stderr: bytes) -> bytes:
    """The same without the frames of a traceback, and without what is said of it and of causes."""
    if b"\nTraceback:  `alembic --raiseerr " in stderr:
        said = stderr.rpartition(b"\n\n")[0] + b"\n"
        return re.sub(rb"(?m)^(  .*|\t.*|(Caused by|While this was handled:) .*|)\n", b"", said)
    before, begin, after = stderr.partition(b"Traceback (most recent call last):\n")
    if not begin:
        return stderr
    after = after.rpartition(b"Traceback (most recent call last):\n")[2]
    after = re.sub(rb"(?ms)^(\[SQL: .*?^)?\(Background on this error.*?\n", b"", after)
    return before + re.sub(rb"(?m)^(  .*|\t.*|)\n", b"", after)


def without_our_commands(text: bytes) -> bytes:
    """Usage and help as they are without the commands that upstream does not have."""
    if b"usage: " not in text:
        return text
    text = re.sub(rb",? ?'?\b(status|wait|lint|rebase)\b'?(?=[,})])", b"", text)
    return re.sub(rb"(?m)^    (status|wait|lint|rebase)( +.*)?\n( {6,}.*\n)*", b"", text)


def _zone_only(found: re.Match[bytes]) -> bytes:
    return b"<date>" + (found[2] or b"")
