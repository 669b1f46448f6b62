"""Typed code of an application that uses the package; `make types` checks it."""

from __future__ import annotations

import alembic_native


class ApplicationLock(alembic_native.MigrationLock):
    """As docs/several-containers.md shows it."""


VERSION: str = alembic_native.__version__
