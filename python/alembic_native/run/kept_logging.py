"""The logging of a program outlives what ``env.py`` configures for its own run.

``fileConfig`` at the top of ``env.py`` disables every logger that it does not name, takes away the
handlers of the root logger, and closes all handlers. Within :func:`keeping_logging` its
configuration holds until the run ends. Then each logger and handler gets back what such a call has
changed; the handlers of the program were never closed, and those of the run are.

Undone are calls of ``logging.config.fileConfig``, ``logging.config.dictConfig`` and
``logging.basicConfig`` that belong to the run: they were made in its context (``contextvars``), so
not in another thread, and not by a module that was being imported, which configures the logging of
the program for good. What somebody else has changed since then stays.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import logging.config
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from types import FrameType
from typing import Any, NamedTuple, TypeVar

Result = TypeVar("Result")

#: What a configuration may change, and what it is in a new logger or handler.
_OF_LOGGERS: dict[str, Any] = {
    "disabled": False,
    "level": 0,
    "propagate": True,
    "filters": (),
    "handlers": (),
}
_OF_HANDLERS: dict[str, Any] = {"level": 0, "formatter": None, "filters": ()}
_LISTS = ("filters", "handlers")

#: The values of attributes, by the identity of a logger or handler and the attribute's name.
_State = dict[tuple[int, str], tuple[Any, Any]]


class _Change(NamedTuple):
    """What a configuration has made of an attribute of a logger or handler."""

    owner: Any
    name: str
    before: Any
    after: Any


class _Run:
    """What the configurations of one run have changed."""

    def __init__(self) -> None:
        self.changes: list[_Change] = []
        self.made: list[logging.Handler] = []
        #: Handlers of the program that have lost their name to the run.
        self.named: dict[str, logging.Handler] = {}

    def undo(self) -> None:
        with _logging_lock():
            for change in reversed(self.changes):
                _undo(change)
            self._close_handlers()
            for name, handler in self.named.items():
                _names().setdefault(name, handler)

    def _close_handlers(self) -> None:
        # Somebody may have taken one over, and with it those it writes to.
        if any(handler in logger.handlers for logger in _loggers() for handler in self.made):
            return
        for handler in self.made:
            # As logging itself, for what they write to may be closed.
            with contextlib.suppress(OSError, ValueError):
                handler.flush()
                handler.close()


_current: ContextVar[_Run | None] = ContextVar("_current", default=None)
_observing = threading.Lock()
_runs_under_way = 0
#: What is replaced while there are any: module, name, original, replacement.
_replaced: list[tuple[Any, str, Any, Any]] = []


def keeping_logging(run: Callable[[], Result]) -> Result:
    """Call ``run``, and undo what it has configured, however it ends."""
    ours = _Run()
    token = _current.set(ours)
    _observe()
    try:
        return run()
    finally:
        _stop_observing()
        _current.reset(token)
        ours.undo()


def _observe() -> None:
    global _runs_under_way
    with _observing:
        _runs_under_way += 1
        if _runs_under_way > 1:
            return
        _replace(logging, "basicConfig", _observed(logging.basicConfig, _root_handlers_hidden))
        _replace(logging.config, "fileConfig", _observed(logging.config.fileConfig, _hidden))
        # dictConfig() looks it up here, and so whoever has imported that earlier is observed, too.
        configurator = logging.config.dictConfigClass
        if isinstance(configurator, type):
            configure = _observed(configurator.configure, _hidden_from_configurator)
            replacement = type(configurator.__name__, (configurator,), {"configure": configure})
            _replace(logging.config, "dictConfigClass", replacement)


def _replace(module: Any, name: str, replacement: Any) -> None:
    _replaced.append((module, name, getattr(module, name), replacement))
    setattr(module, name, replacement)


def _stop_observing() -> None:
    global _runs_under_way
    with _observing:
        _runs_under_way -= 1
        if _runs_under_way:
            return
        for module, name, original, replacement in _replaced:
            # Else somebody has replaced it since. What he calls passes every call on.
            if getattr(module, name) is replacement:
                setattr(module, name, original)
        _replaced.clear()


def _observed(
    original: Callable[..., Any],
    hidden: Callable[..., contextlib.AbstractContextManager[None]],
) -> Callable[..., Any]:
    """A function that configures logging. What it does for a run is noted there.

    ``hidden`` takes the same arguments, and keeps the program's handlers from being closed.
    """

    @functools.wraps(original)
    def configure(*args: Any, **kw: Any) -> Any:
        run = _current.get()
        if run is None or _is_in_an_import(sys._getframe(1)):
            return original(*args, **kw)
        with _logging_lock():
            handlers, names = _handlers(), dict(_names())
            before = _state(handlers)
            try:
                with hidden(*args, **kw):
                    return original(*args, **kw)
            finally:
                run.changes += _differences(before, _state(handlers))
                run.made += [one for one in _handlers() if one not in handlers]
                for name, handler in names.items():
                    if _names().setdefault(name, handler) is not handler:
                        run.named.setdefault(name, handler)

    return configure


def _is_in_an_import(frame: FrameType | None) -> bool:
    """Whether the run is importing a module; ``env.py`` and scripts are loaded another way."""
    while frame is not None and frame.f_code is not keeping_logging.__code__:
        code = frame.f_code
        if code.co_name == "_find_and_load" and code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


@contextlib.contextmanager
def _hidden(*_: Any, **__: Any) -> Iterator[None]:
    """Hide all handlers from a configuration that closes and forgets those that are listed."""
    listed: list[Any] = logging._handlerList  # type: ignore[attr-defined]
    hidden = listed[:]
    listed.clear()
    try:
        yield
    finally:
        # When the process ends the newest are closed first.
        listed[:0] = hidden


def _hidden_from_configurator(
    configurator: logging.config.DictConfigurator,
) -> contextlib.AbstractContextManager[None]:
    is_incremental = configurator.config.get("incremental", False)
    return contextlib.nullcontext() if is_incremental else _hidden()


@contextlib.contextmanager
def _root_handlers_hidden(*_: Any, force: bool = False, **__: Any) -> Iterator[None]:
    """Hide those of the root logger from a configuration that removes and closes them."""
    if force:
        logging.root.handlers = []
    yield


def _state(handlers: Sequence[logging.Handler]) -> _State:
    """Of all loggers, and of these handlers."""
    state: _State = {}
    for owners, attributes in ((_loggers(), _OF_LOGGERS), (handlers, _OF_HANDLERS)):
        for owner in owners:
            for name, default in attributes.items():
                value = getattr(owner, name, default)
                state[id(owner), name] = (owner, tuple(value) if name in _LISTS else value)
    return state


def _differences(before: _State, after: _State) -> list[_Change]:
    changes = []
    for key, (owner, value) in after.items():
        name = key[1]
        # A logger that was not there is left as one that nobody has configured.
        earlier = before[key][1] if key in before else _OF_LOGGERS[name]
        if earlier != value:
            changes.append(_Change(owner, name, earlier, value))
    return changes


def _undo(change: _Change) -> None:
    owner, name, before, after = change
    current = getattr(owner, name)
    if name in _LISTS:
        added = [one for one in after if one not in before]
        if added and not any(one in current for one in added):
            # Configured anew by somebody else.
            return
        kept = [one for one in before if one in current or one not in after]
        setattr(owner, name, kept + [one for one in current if one not in (*before, *after)])
    elif current == after and name == "level":
        # Which levels are enabled is cached.
        owner.setLevel(before)
    elif current == after:
        setattr(owner, name, before)


def _loggers() -> list[logging.Logger]:
    named = logging.root.manager.loggerDict.values()
    return [logging.root, *(one for one in named if isinstance(one, logging.Logger))]


def _handlers() -> list[logging.Handler]:
    listed = [reference() for reference in logging._handlerList]  # type: ignore[attr-defined]
    return [one for one in listed if one is not None]


def _names() -> Any:
    """Handlers by their names, as far as they are in use."""
    return logging._handlers  # type: ignore[attr-defined]


def _logging_lock() -> contextlib.AbstractContextManager[Any]:
    """What logging itself holds while it is configured."""
    lock: contextlib.AbstractContextManager[Any] = logging._lock  # type: ignore[attr-defined]
    return lock
