"""Two runs of upstream's suite side by side: what differs, and whether they prove anything."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Sequence
from typing import Any

from tests.conformance.suite import Outcome, Record

NOT_RUN = Outcome("not run")

# Upstream alone fails some tests of its own with other versions of what it needs; that is a few.
MOST_FAILED_IN_BOTH = 5

# What the core must have been asked for, at least once each, in a run of the whole suite.
SERVED = (
    "headers_read",
    "graph_builds",
    "identifiers_resolved",
    "ranges_ordered",
    "row_operations",
)

# A warning of docs/where-it-differs.md that upstream's suite meets: a script that no command will
# find, which upstream writes in silence.
DOCUMENTED_WARNINGS = ("lies where no script is looked for",)


@dataclasses.dataclass(frozen=True)
class Difference:
    test: str
    off: Outcome
    on: Outcome


@dataclasses.dataclass
class Comparison:
    """A release on a database, with the overlay off and on.

    `environment` is the folder that `alembic` must have come from, `whole` says that no test was
    deselected.
    """

    version: str
    database: str
    off: Record
    on: Record
    environment: pathlib.Path
    whole: bool = True

    @property
    def tests(self) -> list[str]:
        """Ids of all tests of both runs, in their order."""
        return list({**self.off.outcomes, **self.on.outcomes})

    @property
    def differences(self) -> list[Difference]:
        """Tests that ended differently, and those in which only the overlay led to a warning."""
        warned = {test: text for text, test in self._new_warnings()}
        found = []
        for test in dict.fromkeys([*self.tests, *warned]):
            off = self.off.outcomes.get(test, NOT_RUN)
            on = self.on.outcomes.get(test, NOT_RUN)
            if off.name == on.name and test in warned:
                on = Outcome(f"{on.name} with a warning", warned[test])
            if off.name != on.name:
                found.append(Difference(test, off, on))
        return found

    @property
    def not_passed(self) -> list[Difference]:
        """Tests that ended alike in both runs, and not well."""
        return [
            Difference(test, off, self.on.outcomes[test])
            for test, off in self.off.outcomes.items()
            if off.name in ("failed", "error") and self._same(test)
        ]

    @property
    def objections(self) -> list[str]:
        """Why the two runs prove nothing, whatever their outcomes; empty if they do."""
        found = []
        for name, record in (("off", self.off), ("on", self.on)):
            if record.ending:
                during = f" during {record.unfinished}" if record.unfinished else ""
                found.append(f"the run with the overlay {name} {record.ending}{during}")
            elif not record.outcomes:
                found.append(f"the run with the overlay {name} ran no test")
            found += self._wrong_upstream(name, record)
        if len(self.not_passed) > MOST_FAILED_IN_BOTH:
            found.append(f"{len(self.not_passed)} tests failed in both: the environment is broken")
        if self.off.native and (self.off.native["core_loaded"] or self.off.native["active"]):
            found.append("ALEMBIC_NATIVE=0 did not keep the overlay out of the first run")
        if self.on.native:
            found += self._not_served(self.on.native)
        return found

    @property
    def failed(self) -> int:
        """Tests that differ; all of them where the runs prove nothing."""
        return max(len(self.tests), 1) if self.objections else len(self.differences)

    @property
    def passed(self) -> int:
        """Tests that ended alike in runs that prove something."""
        differing = {difference.test for difference in self.differences}
        return 0 if self.objections else len(set(self.tests) - differing)

    def _new_warnings(self) -> list[tuple[str, str]]:
        """Texts of warnings that only the second run showed, and the tests that did.

        Without those that are documented.
        """
        return [
            (text, test)
            for text, test in self.on.warnings.items()
            if text not in self.off.warnings
            and not any(documented in text for documented in DOCUMENTED_WARNINGS)
        ]

    def _same(self, test: str) -> bool:
        return self.on.outcomes.get(test, NOT_RUN).name == self.off.outcomes[test].name

    def _wrong_upstream(self, name: str, record: Record) -> list[str]:
        session = record.session
        if not session:
            return []
        found = []
        if not pathlib.Path(session["alembic_file"]).is_relative_to(self.environment):
            found.append(f"the run with the overlay {name} tested {session['alembic_file']}")
        if session["alembic"] != self.version:
            found.append(f"the run with the overlay {name} tested alembic {session['alembic']}")
        return found

    def _not_served(self, native: dict[str, Any]) -> list[str]:
        if not native["active"]:
            return [f"the overlay was not active in the second run: {native['reason']}"]
        counts = native["call_counts"]
        if not self.whole:
            return [] if any(counts.values()) else ["the native core was never called"]
        idle = [name for name in SERVED if not counts.get(name)]
        return [f"the native core was never called for {', '.join(idle)}"] if idle else []


def describe(comparison: Comparison) -> str:
    """Everything worth reading about one comparison, without the table."""
    lines = [f"objection: {text}" for text in comparison.objections]
    for difference in comparison.differences:
        lines.append(f"different: {difference.test}")
        lines.append(f"    off  {_outcome(difference.off)}")
        lines.append(f"    on   {_outcome(difference.on)}")
    for both in comparison.not_passed:
        lines.append(f"{both.off.name} in both: {both.test}")
        lines.append(f"    {both.off.first_line}")
        if both.on.first_line != both.off.first_line:
            lines.append(f"    on   {both.on.first_line}")
    counts = comparison.on.native.get("call_counts", {})
    calls = ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "unknown"
    lines.append(f"native core in the second run: {calls}")
    return "\n".join(lines)


def table(comparisons: Sequence[Comparison]) -> str:
    """One row a comparison; passed, skipped and failed are those of both runs alike."""
    head = [
        "alembic",
        "sqlalchemy",
        "database",
        "tests",
        "passed",
        "skipped",
        "failed",
        "different",
    ]
    rows = [head, *(_row(comparison) for comparison in comparisons)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < 3 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _row(comparison: Comparison) -> list[str]:
    differing = {difference.test for difference in comparison.differences}
    alike = [
        outcome.name for test, outcome in comparison.off.outcomes.items() if test not in differing
    ]
    numbers = [
        len(comparison.tests),
        sum(name in ("passed", "xpassed") for name in alike),
        sum(name in ("skipped", "xfailed") for name in alike),
        sum(name in ("failed", "error") for name in alike),
        len(differing),
    ]
    sqlalchemy = comparison.off.session.get("sqlalchemy", "?")
    return [comparison.version, sqlalchemy, comparison.database, *map(str, numbers)]


def _outcome(outcome: Outcome) -> str:
    message = outcome.message.replace("\n", "\n         ")
    return f"{outcome.name}: {message}" if message else outcome.name
