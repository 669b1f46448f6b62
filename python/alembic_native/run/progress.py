"""Says on the terminal which step of how many is run, where tqdm is installed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from alembic_native.run.counted_steps import CountedSteps, count_of
from alembic_native.run.step_text import text_of

if TYPE_CHECKING:
    from alembic_native.run.live_line import LiveLine


class Progress:
    """The live line of one run, if it has steps; to be entered before, and left when it is over.

    ``done`` steps were committed before, by earlier tries of the command.
    """

    def __init__(self, done: int = 0) -> None:
        self._done = done
        self._line: LiveLine | None = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._line is not None:
            self._line.vanish()

    def of(self, steps: Iterable[Any]) -> CountedSteps:
        """The same steps. The line says of each when it is taken."""
        count = count_of(steps)
        return CountedSteps(self._told(steps, count), count)

    def _told(self, steps: Iterable[Any], count: int | None) -> Iterator[Any]:
        is_possible = True
        for step in steps:
            if self._line is None and is_possible:
                try:
                    from alembic_native.run.live_line import LiveLine
                except ImportError:
                    # tqdm is not there.
                    is_possible = False
                else:
                    self._line = LiveLine(count, self._done)
            if self._line is not None:
                self._line.begins(text_of(step))
            yield step
