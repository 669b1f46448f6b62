"""The rule on the tracked file of heads, and the command that makes it."""

from __future__ import annotations

from alembic_native.heads_file import (
    IN_CONFLICT,
    SETTING,
    HeadsFileFailed,
    heads_file_fault,
    write_heads_file,
)
from alembic_native.lint.errors import LintFailed
from alembic_native.lint.findings import Finding
from alembic_native.lint.graph_rules import heads_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from alembic_native.lint.scripts import Scripts


def findings(path: str | None, scripts: Scripts) -> list[Finding]:
    """One or none. ``path`` is None where the project has no such file. Raises ``LintFailed``."""
    # With a script whose header is not certain it is not known what the heads are.
    if path is None or scripts.uncertain:
        return []
    try:
        fault = heads_file_fault(path, _heads(scripts))
    except HeadsFileFailed as error:
        raise LintFailed(str(error)) from error
    if not fault:
        return []
    if fault == IN_CONFLICT:
        happens = "Two branches have each added a revision; after the merge there are two heads."
        instead = "Run `alembic rebase` or `alembic merge heads`, which write the file; git add it."
        return [Finding("heads-file", path, 1, 1, fault, happens=happens, instead=instead)]
    return [Finding("heads-file", path, 1, 1, fault)]


def write(path: str | None, scripts: Scripts) -> str:
    """Make the file; what was done, as a sentence. Raises ``LintFailed``."""
    if path is None:
        raise LintFailed(
            f"No file of heads is configured: set {SETTING} = %(here)s/heads.txt in [alembic]."
        )
    if scripts.uncertain:
        script, reason = scripts.uncertain[0]
        raise LintFailed(
            f"{script}:{reason.line}: the header cannot be read ({reason.reason}), so the heads "
            "are not known. Write revision and down_revision as plain literals."
        )
    if scripts.sound_graph() is None:
        raise LintFailed(
            "Something is wrong with the history, so its heads are not those that it is to have. "
            "Mend first what alembic lint finds."
        )
    try:
        is_changed = write_heads_file(path, _heads(scripts))
    except HeadsFileFailed as error:
        raise LintFailed(str(error)) from error
    return f"Written: {path}" if is_changed else f"{path} holds the heads already."


def _heads(scripts: Scripts) -> list[str]:
    return [one.revision for one in heads_of({one.revision: one for one in scripts.certain})]
