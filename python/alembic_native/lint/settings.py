"""``[alembic:lint]`` of alembic.ini, or ``[tool.alembic.lint]`` of pyproject.toml."""

from __future__ import annotations

import fnmatch
import os
import re

from alembic_native.lint.dialects import JUDGED, version_number
from alembic_native.lint.errors import LintFailed
from alembic_native.lint.rules import ERROR, WARNING, is_rule, names_rule
from alembic_native.relative_path import relative_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

#: As an error names it.
SECTION = "[alembic:lint] (in pyproject.toml [tool.alembic.lint])"

_NAMES = ("ignore", "warn", "error", "per-file", "heads", "base", "dialect", "server-version")


class LintSettings:
    """``expected_heads`` is a number, or the branch labels that have a head each."""

    def __init__(self, table: Mapping[str, Any], folder: str) -> None:
        """``folder`` is that of the configuration file. Raises ``LintFailed``.

        Names may be written with ``_`` for ``-``.
        """
        given = {name.replace("_", "-"): value for name, value in table.items()}
        for name in given:
            if name not in _NAMES:
                raise LintFailed(f"{SECTION} has no setting {name}, only {', '.join(_NAMES)}.")
        self._folder = folder
        self._ignored = _rules("ignore", given.get("ignore"))
        self._severities = {
            rule: severity
            for name, severity in (("warn", WARNING), ("error", ERROR))
            for rule in _rules(name, given.get(name))
        }
        self._ignored_by_pattern = _per_file(given.get("per-file"))
        self.expected_heads = _heads(given.get("heads"))
        self.base = _text("base", given.get("base"))
        self.dialect = _text("dialect", given.get("dialect"))
        if self.dialect is not None and self.dialect not in JUDGED:
            raise LintFailed(
                f"dialect in {SECTION} is {self.dialect!r}, and has to be one of "
                f"{', '.join(JUDGED)}."
            )
        try:
            self.server_version = version_number(given.get("server-version"))
        except LintFailed as error:
            raise LintFailed(f"server-version in {SECTION}: {error}") from error

    def severity(self, rule: str) -> str | None:
        """What the configuration makes of a rule; None where it says nothing."""
        for names, severity in self._severities.items():
            if names_rule((names,), rule):
                return severity
        return None

    def ignores(self, rule: str, path: str | None = None) -> bool:
        """Whether findings of a rule are left out, in one file or, without ``path``, everywhere."""
        if names_rule(self._ignored, rule):
            return True
        if path is None or not self._ignored_by_pattern:
            return False
        below = relative_path(path, self._folder).replace(os.sep, "/")
        name = os.path.basename(path)
        return any(
            names_rule(rules, rule)
            and (fnmatch.fnmatchcase(below, pattern) or fnmatch.fnmatchcase(name, pattern))
            for pattern, rules in self._ignored_by_pattern
        )


def _rules(name: str, value: object) -> tuple[str, ...]:
    """Names of rules: a list, or a text with commas or white space between them."""
    rules = _words(value)
    if rules is None:
        raise LintFailed(f"{name} in {SECTION} is not a list of rules: {value!r}.")
    for rule in rules:
        if not is_rule(rule):
            raise LintFailed(
                f"{name} in {SECTION} names {rule}, and there is no such rule. "
                "docs/lint.md lists them."
            )
    return rules


def _words(value: object) -> tuple[str, ...] | None:
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(re.findall(r"[^\s,]+", value))
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    return None


def _per_file(value: object) -> list[tuple[str, tuple[str, ...]]]:
    """A table of patterns; in the .ini file a line each, as ``old/*.py: drop-table``."""
    if value is None:
        return []
    if isinstance(value, str):
        lines = [line.strip() for line in value.splitlines() if line.strip()]
        pairs: list[tuple[str, object]] = [
            (pattern.strip(), rules)
            for pattern, _, rules in (line.rpartition(":") for line in lines)
        ]
    elif isinstance(value, dict):
        pairs = list(value.items())
    else:
        pairs = [("", None)]
    if not all(pattern for pattern, _ in pairs):
        raise LintFailed(f"per-file in {SECTION} needs lines of the form `pattern: rule, rule`.")
    return [(pattern, _rules("per-file", rules)) for pattern, rules in pairs]


def _heads(value: object) -> int | tuple[str, ...]:
    if value is None:
        return 1
    if isinstance(value, int) and not isinstance(value, bool):
        return _at_least_one(value)
    words = _words(value)
    if not words:
        raise LintFailed(
            f"heads in {SECTION} is {value!r}, and has to be how many heads there are, or the "
            "labels of the branches."
        )
    if len(words) == 1 and re.fullmatch("-?[0-9]{1,9}", words[0]):
        return _at_least_one(int(words[0]))
    return words


def _at_least_one(heads: int) -> int:
    if heads < 1:
        raise LintFailed(f"heads in {SECTION} is {heads}, and has to be 1 or more.")
    return heads


def _text(name: str, value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    raise LintFailed(f"{name} in {SECTION} is not a string: {value!r}.")
