"""Log records that a user has asked for, or that stand in for an output of the command."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def shown(log: logging.Logger) -> Iterator[None]:
    """Records at level INFO are seen, also where ``env.py`` logs less or nothing at all."""
    level, is_disabled = log.level, log.disabled
    log.setLevel(logging.INFO)
    log.disabled = False
    handler = None
    if not _has_handler(log):
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(levelname)-5.5s [%(name)s] %(message)s"))
        log.addHandler(handler)
    try:
        yield
    finally:
        if handler is not None:
            log.removeHandler(handler)
        log.setLevel(level)
        log.disabled = is_disabled


def _has_handler(log: logging.Logger) -> bool:
    """Whether records go anywhere: Alembic gives its logger a handler that drops them."""
    logger: logging.Logger | None = log
    while logger is not None:
        if any(not isinstance(handler, logging.NullHandler) for handler in logger.handlers):
            return True
        logger = logger.parent if logger.propagate else None
    return False
