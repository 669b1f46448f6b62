"""What ``env.py`` and scripts print while a command of ours runs them.

For the command line alone: the standard output, logging and warnings are those of the process,
and in a program other threads use them.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import warnings
from collections.abc import Iterator


@contextlib.contextmanager
def to_stderr() -> Iterator[None]:
    """Leave the standard output to a document that programs read."""
    with contextlib.redirect_stdout(sys.stderr):
        yield


@contextlib.contextmanager
def silenced() -> Iterator[None]:
    """Leave out the standard output, warnings, and log lines that are not about an error."""
    # Not closed in the end: a log handler that env.py has made may hold it.
    nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    before = logging.root.manager.disable
    logging.disable(max(before, logging.WARNING))
    try:
        with contextlib.redirect_stdout(nowhere), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
