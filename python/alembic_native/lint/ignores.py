"""Which findings count: by the comments ``# lint: ignore[rule] reason``, and the configuration."""

from __future__ import annotations

from alembic_native.lint.findings import Finding
from alembic_native.lint.rules import RULES, SQUAWK, is_rule, names_rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from alembic_native._lint import ScriptReport
    from alembic_native.lint.settings import LintSettings

UNUSED = "unused-ignore"

_OF_OLD_SERVERS = ("server-default-rewrite", "enum-value-in-transaction")
#: Not judged where the header of a script is not certain.
_OF_WHOLE_HISTORIES = ("multiple-heads", "missing-parent", "heads-file")


def counted(
    found: list[Finding],
    judged: Mapping[str, ScriptReport],
    others: Mapping[str, ScriptReport],
    settings: LintSettings,
    judged_rules: Container[str],
) -> list[Finding]:
    """The findings that are left, with the severity that the configuration gives them.

    ``judged`` and ``others`` are reports on scripts by path. In one of ``judged`` a comment that
    ignores nothing is a finding, if its rule is one of ``judged_rules``, or none at all.
    """
    by_place: dict[tuple[str, int], list[Finding]] = {}
    for one in found:
        for line in one.comment_lines:
            by_place.setdefault((one.path, line), []).append(one)
    ignored: set[int] = set()
    unused = []
    for path, report in (*judged.items(), *others.items()):
        for comment in report.ignores:
            here = by_place.get((path, comment.applies_to), [])
            for rule in comment.rules or ("",):
                matching = [one for one in here if names_rule((rule,), one.rule)]
                ignored.update(map(id, matching))
                if matching or path not in judged:
                    continue
                if not is_rule(rule) or rule in judged_rules:
                    subject = _subject(rule)
                    unused.append(Finding(UNUSED, path, comment.line, comment.column, subject))
    left = [one for one in found if id(one) not in ignored] + unused
    left = [one for one in left if not settings.ignores(one.rule, one.path)]
    for one in left:
        one.severity = settings.severity(one.rule) or one.severity
    return left


def rules_that_are_judged(
    settings: LintSettings,
    dialect: str,
    *,
    is_version_known: bool,
    is_history_known: bool,
    has_base: bool,
    has_squawk: bool,
) -> set[str]:
    """Those of which a finding was possible in a run."""
    names = {
        rule.name
        for rule in RULES.values()
        if (not rule.dialects or dialect in rule.dialects)
        and (has_base or not rule.needs_base)
        and (is_version_known or rule.name not in _OF_OLD_SERVERS)
        and (is_history_known or rule.name not in _OF_WHOLE_HISTORIES)
        and not settings.ignores(rule.name)
    }
    return names | ({SQUAWK} if has_squawk else set())


def _subject(rule: str) -> str:
    if not rule:
        return "it names no rule"
    return rule if is_rule(rule) else f"there is no rule {rule}"
