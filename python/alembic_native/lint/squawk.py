"""What squawk, a linter of SQL for PostgreSQL, finds in the literal SQL of scripts.

squawk is a program of its own (``squawk-cli`` on PyPI). Where it is installed it is asked once,
about all scripts. As always it reads ``.squawk.toml`` of the current folder, or else of the nearest
folder above; rules that are excluded there are not applied. A comment
``-- squawk-ignore rule`` in front of a statement holds, too.
"""

from __future__ import annotations

import bisect
import os
import re
import sys

from alembic_native.lint.findings import Finding
from alembic_native.lint.rules import SQUAWK_PREFIX
from alembic_native.printable import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from alembic_native._lint import SqlText

_PROGRAM = "squawk.exe" if os.name == "nt" else "squawk"
_TIMEOUT = 60.0
#: What stands between two texts of one script.
_SEPARATOR = "\n;\n"
#: Whether a text runs in a transaction is not known here. ``concurrently-in-transaction`` is the
#: rule that knows.
_NOT_CERTAIN = "ban-concurrent-index-creation-in-transaction"
#: What SQLAlchemy's text() does not send as it is: escaped colons, and names of parameters.
_COLONS = re.compile(r"(?:\\:)+|(?<![:\w\\]):\w+(?!:)")
_OPENING = re.compile(r"""[A-Za-z]{0,2}(?:'''|\"""|'|")(?:\\\n)?""")


class _SquawkFailed(Exception):
    """Why there is no answer; follows on the name of the program."""


def findings(
    texts: list[tuple[str, SqlText]], server_version: int, timeout: float = _TIMEOUT
) -> tuple[list[Finding], str]:
    """The findings, and a warning where the program gives none because it fails; else ``''``.

    ``texts`` has the path of a script beside each text that its ``upgrade()`` runs, in the order
    they run in. ``server_version`` is the major version times 100 plus the minor one; 0 leaves it
    to squawk's configuration. ``timeout`` is in seconds. Without the program nothing is found.
    """
    program = installed_program() if texts else None
    if program is None:
        return [], ""
    of_scripts: dict[str, list[SqlText]] = {}
    for path, text in texts:
        of_scripts.setdefault(path, []).append(text)
    scripts = [_Script(path, its) for path, its in of_scripts.items()]
    try:
        answer = _answer(program, [one.sql for one in scripts], server_version, timeout)
        return [_finding(one, scripts) for one in answer if one["rule_name"] != _NOT_CERTAIN], ""
    except _SquawkFailed as failed:
        reason = str(failed)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        reason = (
            "answers in a way that is not known here. Install a newer one: pip install --upgrade "
            "squawk-cli"
        )
    except OSError as error:
        reason = f"could not be run: {error}"
    return [], f"Nothing was found in SQL texts: {program} {printable(reason).rstrip('.')}."


class _Script:
    """The texts of a script as one file for squawk.

    Together, since what an earlier text has set or made counts for a later one. What is behind a
    quote that is not closed is not judged; the quote is a finding.
    """

    def __init__(self, path: str, texts: list[SqlText]) -> None:
        self.path = path
        self.texts = texts
        self.sql = "".join(_sent(one.text) + _SEPARATOR for one in texts)
        self._source: list[str] | None = None
        #: The line of ``sql``, from 0, at which each text begins.
        self._starts = [0]
        for one in texts:
            lines = one.text.count("\n") + _SEPARATOR.count("\n")
            self._starts.append(self._starts[-1] + lines)

    def place(self, line: int, column: int) -> tuple[int, int, int]:
        """Line and column of the script, from 1, for those of ``sql``: from 0, and in bytes; and
        the line in which the literal begins.

        Where the literal is not written as the text is, with escapes or in several pieces, that is
        where the literal begins.
        """
        index = bisect.bisect_right(self._starts, line, hi=len(self.texts)) - 1
        text = self.texts[index]
        offset = _offset(text.text, line - self._starts[index], column)
        if self._source is None:
            self._source = _source(self.path).split("\n")
        from_literal = "\n".join(self._source[text.line - 1 :])[text.column - 1 :]
        opening = _OPENING.match(from_literal)
        # With the character that was found: behind a first piece comes a quote, not the second one.
        if not opening or not from_literal.startswith(text.text[: offset + 1], opening.end()):
            return text.line, text.column, text.line
        before = from_literal[: opening.end() + offset]
        lines = before.count("\n")
        in_line = len(before) - (before.rfind("\n") + 1)
        return text.line + lines, (1 if lines else text.column) + in_line, text.line


def _offset(text: str, line: int, column: int) -> int:
    """In characters, of a line (from 0) and a column (from 0, in bytes)."""
    lines = text.split("\n")[: line + 1]
    lines[-1] = _encoded(lines[-1])[:column].decode("utf-8", "ignore")
    return len("\n".join(lines))


def installed_program() -> str | None:
    """Beside the interpreter, as in a virtual environment, or else on the path."""
    for folder in (os.path.dirname(sys.executable), *os.get_exec_path()):
        program = os.path.join(folder, _PROGRAM)
        if folder and os.path.isfile(program) and os.access(program, os.X_OK):
            return program
    return None


def _answer(
    program: str, contents: Iterable[str], server_version: int, timeout: float
) -> list[dict[str, Any]]:
    """What it tells of files with these contents, which are called 0, 1 and so on."""
    import glob
    import json
    import subprocess
    import tempfile

    words = [program, "--reporter=json", "--assume-in-transaction"]
    if server_version:
        words.append("--pg-version={}.{}".format(*divmod(server_version, 100)))
    # Within GitHub Actions it would print annotations of the temporary files.
    environment = {**os.environ, "SQUAWK_DISABLE_GITHUB_ANNOTATIONS": "1"}
    with tempfile.TemporaryDirectory(prefix="alembic-native-lint-") as folder:
        for number, content in enumerate(contents):
            with open(os.path.join(folder, str(number)), "wb") as file:
                file.write(_encoded(content))
        try:
            done = subprocess.run(
                [*words, os.path.join(glob.escape(folder), "*")],
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired as expired:
            raise _SquawkFailed(f"was stopped after {timeout:g} seconds") from expired
    # 1 is a finding, and also a configuration that it cannot read; then it prints no JSON.
    if done.returncode not in (0, 1) or (done.returncode and not done.stdout.strip()):
        told = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise _SquawkFailed(
            f"failed (exit code {done.returncode}): {told or 'it does not say why'}"
        )
    answer: list[dict[str, Any]] = json.loads(done.stdout)
    return answer


def _finding(told: dict[str, Any], scripts: list[_Script]) -> Finding:
    script = scripts[int(os.path.basename(told["file"]))]
    line, column, literal_line = script.place(told["line"], told["column"])
    rule = printable(told["rule_name"])
    severity = told["level"].lower()
    return Finding(
        SQUAWK_PREFIX + rule,
        script.path,
        line,
        column,
        severity=severity if severity in ("error", "warning") else "warning",
        happens=printable(told["message"]),
        instead=printable(told["help"] or _without_help(rule)),
        literal_line=literal_line,
    )


def _without_help(rule: str) -> str:
    if rule == "syntax-error":
        return (
            "Correct the SQL; if PostgreSQL accepts it as it is, ignore this rule of squawk's here."
        )
    return f"See https://squawkhq.com/docs/{rule}."


def _sent(text: str) -> str:
    """The text as PostgreSQL gets it; each line as many bytes long, and so are its beginnings."""

    def as_sent(found: re.Match[str]) -> str:
        if found[0].startswith("\\"):
            colons = len(found[0]) // 2
            return ":" * colons + " " * colons
        return "$1".ljust(len(_encoded(found[0])))

    return _COLONS.sub(as_sent, text)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _source(path: str) -> str:
    """The text of a script, its line ends as Python reads them; empty where it cannot be read."""
    import tokenize

    try:
        with tokenize.open(path) as file:
            return file.read()
    except (OSError, SyntaxError, UnicodeDecodeError):
        return ""
