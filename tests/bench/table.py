"""What was measured against what was promised, as a table for people or for Markdown."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tests.bench.processes import Sample, best, median

HEAD = ("work", "byte code", "against", "that", "ours", "ratio", "promised", "holds", "processor")
_LEFT = 3  # columns of words; the others are figures


@dataclass(frozen=True)
class Promise:
    """A bound of the ratio between the best runs, or the medians: `that / ours` at least,
    `ours / that` at most, or of the difference `ours - that` in milliseconds at most."""

    at_least: float | None = None
    at_most: float | None = None
    milliseconds_above: float | None = None


NONE = Promise()


@dataclass(frozen=True)
class Comparison:
    """One row. `that` is what ours is compared with, named by `against`."""

    work: str
    byte_code: str
    against: str
    that: Sample
    ours: Sample
    promise: Promise = NONE
    is_memory: bool = False
    #: What the column `ratio` shows: `that / ours`, `ours / that` or `ours - that`.
    shows: Literal["gain", "growth", "difference"] = "gain"
    #: Which runs are compared: the best ones, or the usual ones where there are many.
    figure: Callable[[Sequence[float]], float] = best

    def above_the_floor(self, floor: Sample, milliseconds: float | None) -> Comparison:
        """The same beside an interpreter that does nothing; at most so much is promised."""
        promise = NONE if milliseconds is None else Promise(milliseconds_above=milliseconds)
        return replace(
            self, against="python -c pass", that=floor, promise=promise, shows="difference"
        )

    @property
    def gain(self) -> float:
        """How many times as much `that` takes."""
        return self.figure(self._figures(self.that)) / self.figure(self._figures(self.ours))

    @property
    def growth(self) -> float:
        """How many times as much ours takes."""
        return 1 / self.gain

    @property
    def milliseconds_above(self) -> float:
        return 1000 * (self.figure(self.ours.seconds) - self.figure(self.that.seconds))

    @property
    def holds(self) -> bool | None:
        """Whether the promise holds; None without one."""
        promise = self.promise
        if promise.at_least is not None:
            return self.gain >= promise.at_least
        if promise.at_most is not None:
            return self.growth <= promise.at_most
        if promise.milliseconds_above is not None:
            return self.milliseconds_above <= promise.milliseconds_above
        return None

    def cells(self) -> tuple[str, ...]:
        """The row as text, in the order of `HEAD`."""
        return (
            self.work,
            self.byte_code,
            self.against,
            self._written(self.that),
            self._written(self.ours),
            self._ratio(),
            self._promised(),
            {True: "yes", False: "NO", None: "-"}[self.holds],
            self._processor(),
        )

    def _figures(self, sample: Sample) -> Sequence[float]:
        return sample.peak_bytes if self.is_memory else sample.seconds

    def _written(self, sample: Sample) -> str:
        figures = self._figures(sample)
        amounts = f"{self._amount(best(figures))} ({self._amount(median(figures))})"
        return f"{amounts} {'MB' if self.is_memory else 'ms'}"

    def _amount(self, figure: float) -> str:
        amount = figure / 1e6 if self.is_memory else figure * 1000
        return f"{amount:,.0f}" if amount >= 100 else f"{amount:.3g}"

    def _ratio(self) -> str:
        if self.shows == "difference":
            return f"{self.milliseconds_above:+.0f} ms"
        return self._times(self.growth if self.shows == "growth" else self.gain)

    def _processor(self) -> str:
        """The same ratio of processor time, which other work on the machine disturbs less."""
        that = self.figure(self.that.processor_seconds)
        ours = self.figure(self.ours.processor_seconds)
        if self.is_memory or self.shows == "difference" or not that or not ours:
            return "-"
        return self._times(ours / that if self.shows == "growth" else that / ours)

    def _times(self, ratio: float) -> str:
        # Rounded down (growth: up), so that no row reads better than it is.
        digits = 1 if ratio < 100 else 0
        rounded = math.ceil if self.shows == "growth" else math.floor
        return f"{rounded(ratio * 10**digits) / 10**digits:,.{digits}f} x"

    def _promised(self) -> str:
        promise = self.promise
        if promise.at_least is not None:
            return f">= {promise.at_least:g} x"
        if promise.at_most is not None:
            return f"<= {promise.at_most:g} x"
        if promise.milliseconds_above is not None:
            return f"<= +{promise.milliseconds_above:g} ms"
        return "-"


def plain(comparisons: Sequence[Comparison]) -> str:
    """The table for a terminal. Figures are the best run, and in brackets the median."""
    rows = [HEAD, *(one.cells() for one in comparisons)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < _LEFT else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def markdown(comparisons: Sequence[Comparison]) -> str:
    """The same for Markdown."""
    rule = ["---" if column < _LEFT else "--:" for column in range(len(HEAD))]
    rows = [HEAD, rule, *(one.cells() for one in comparisons)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
