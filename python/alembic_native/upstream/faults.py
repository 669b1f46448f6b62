"""Faults of this package itself: told in one line that asks for a report, and then survived.

Alembic goes on without the part that failed. In the tests of this package the fault is raised.
"""

from __future__ import annotations

import os

#: Set by the tests: a fault ends the process with its traceback.
RAISED = "ALEMBIC_NATIVE_RAISE_FAULTS"


def report(error: Exception, consequence: str) -> None:
    """Warn of an exception that only a mistake in this package explains.

    ``consequence`` says what goes on without what.
    """
    if os.environ.get(RAISED):
        raise error
    import sys
    import warnings

    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    where = ""
    if traceback is not None:
        file = os.path.basename(traceback.tb_frame.f_code.co_filename)
        where = f" at {file}:{traceback.tb_lineno}"
    warnings.warn(
        f"alembic-native met a fault of its own ({type(error).__name__}: {error}{where}). "
        f"{consequence} Please report it, with what `{sys.executable} -m alembic_native` prints.",
        RuntimeWarning,
        stacklevel=2,
    )
