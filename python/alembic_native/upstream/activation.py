"""Taking over ``alembic`` where no ``.pth`` file is read."""

from __future__ import annotations

import sys
from importlib import import_module

from alembic_native.upstream import decision, finder


def activate() -> None:
    """See :func:`alembic_native.activate`."""
    if finder.PACKAGE in sys.modules and finder.current_decision() is None:
        if decision.is_switched_off():
            return
        raise RuntimeError(
            "alembic_native.activate() comes too late: alembic is already imported. Call it at the "
            "start of the program, before the first import of alembic."
        )
    import_module("_alembic_native_hook").start()
