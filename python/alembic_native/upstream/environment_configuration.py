"""The configuration of the environment that is entered."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.config import Config


def configuration_of_environment() -> Config | None:
    """What ``env.py`` sees as ``context.config``; None where no environment is entered."""
    from alembic import context
    from alembic.config import Config

    found = getattr(context, "config", None)
    return found if isinstance(found, Config) else None
