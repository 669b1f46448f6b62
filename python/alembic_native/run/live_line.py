"""One line on the terminal that says how far a run is. Needs tqdm.

It is cleared before a log record is written to the same terminal and drawn again after it, and it
is gone when the run has ended. Until then a thread draws it twice a second; not while a script
or its debugger waits for an answer (``input``).
"""

from __future__ import annotations

import builtins
import functools
import logging
import os
import sys
import threading
import time
from collections.abc import Iterable
from typing import Any

from tqdm import tqdm

from alembic_native.printable import printable
from alembic_native.run.paragraphs import columns_of

_PAUSE = 0.5
_WITH_BAR = "{percentage:3.0f}%|{bar:10}| {desc}"
_WITHOUT_BAR = "{desc}"
#: Characters of a line that has room for the bar, beside the words.
_WIDE = 100


class _Line(tqdm):  # type: ignore[misc]
    #: tqdm's own thread would outlive the run.
    monitor_interval = 0


# Without tqdm's own, which is a semaphore between processes.
_Line.set_lock(threading.RLock())


class LiveLine:
    """The line of a run of ``count`` steps, None where that is not known, after ``done`` others."""

    def __init__(self, count: int | None, done: int = 0) -> None:
        self._count = done + count if count else None
        self._number = done
        self._step = ""
        self._began = self._step_began = time.monotonic()
        self._is_over = threading.Event()
        self._line: Any = None
        self._thread = threading.Thread(target=self._draw_again, name="live line", daemon=True)
        self._handlers: list[logging.Handler] = []
        self._is_hidden = False
        self._asking: Any = None
        self._input: Any = None

    def begins(self, step: str) -> None:
        """A step is about to run; the line is there from the first one on."""
        self._number += 1
        self._step = printable(step)
        self._step_began = time.monotonic()
        if self._line is None:
            self._appear()
        self._draw()

    def vanish(self) -> None:
        """Take the line away, for good."""
        self._is_over.set()
        if self._thread.ident is not None:
            self._thread.join()
        for handler in self._handlers:
            del handler.emit
        self._handlers.clear()
        if self._input is not None and builtins.input is self._input:
            builtins.input = self._asking
        if self._line is not None:
            self._line.close()

    def _appear(self) -> None:
        self._line = _Line(
            total=self._count,
            file=sys.stderr,
            leave=False,
            ncols=_width(),
            # Enough for one line; a terminal that does not tell its size would have none.
            nrows=3,
            desc=self._description(),
            bar_format=_WITH_BAR if self._count and _width() >= _WIDE else _WITHOUT_BAR,
        )
        self._handlers = [one for one in _handlers() if _writes_to_terminal(one)]
        for handler in self._handlers:
            handler.emit = self._around(handler.emit)  # type: ignore[method-assign]
        self._asking = builtins.input
        self._input = self._hiding(self._asking)
        builtins.input = self._input
        self._thread.start()

    def _draw_again(self) -> None:
        while not self._is_over.wait(_PAUSE):
            self._draw()

    def _draw(self) -> None:
        with self._line.get_lock():
            if self._is_hidden:
                return
            self._line.ncols = _width()
            self._line.n = self._number - 1
            self._line.set_description_str(self._description(), refresh=False)
            self._line.refresh(nolock=True)

    def _description(self) -> str:
        now = time.monotonic()
        number = f"{self._number} of {self._count}" if self._count else str(self._number)
        step, whole = now - self._step_began, now - self._began
        return f"{number}, {step:.0f} s, {whole:.0f} s in all: {self._step}"

    def _around(self, emit: Any) -> Any:
        process = os.getpid()

        def emit_between(record: logging.LogRecord) -> None:
            if os.getpid() != process:
                # The lock may have been held when a script forked.
                emit(record)
                return
            with self._line.get_lock():
                self._line.clear(nolock=True)
                emit(record)
                if not self._is_hidden:
                    self._line.refresh(nolock=True)

        return emit_between

    def _hiding(self, function: Any) -> Any:
        @functools.wraps(function)
        def without_line(*arguments: Any, **kw: Any) -> Any:
            with self._line.get_lock():
                self._line.clear(nolock=True)
                was_hidden, self._is_hidden = self._is_hidden, True
            try:
                return function(*arguments, **kw)
            finally:
                self._is_hidden = was_hidden

        return without_line


def _width() -> int:
    """How many characters the line may have: the last column stays free."""
    return (columns_of(sys.stderr) or 80) - 1


def _handlers() -> Iterable[logging.Handler]:
    """Those of every logger there is, each once."""
    loggers = [logging.getLogger(), *logging.getLogger().manager.loggerDict.values()]
    found = {
        id(handler): handler
        for logger in loggers
        if isinstance(logger, logging.Logger)
        for handler in logger.handlers
    }
    return found.values()


def _writes_to_terminal(handler: logging.Handler) -> bool:
    stream = getattr(handler, "stream", None)
    try:
        return stream is not None and bool(stream.isatty())
    except (AttributeError, ValueError):
        # Something of somebody's own, or closed.
        return False
