"""Settings of a project that switch a part of a run on or off."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.config import Config


def is_on(config: Config, name: str) -> bool:
    """Whether a setting is on, which it is unless it says off. Raises a ``CommandError``."""
    from alembic_native import settings
    from alembic_native.upstream.errors import as_command_errors

    with as_command_errors():
        return bool(settings.as_switch(settings.read(config.get_alembic_option, name), True))
