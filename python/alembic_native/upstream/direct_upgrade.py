"""``upgrade head`` and ``upgrade heads`` before Alembic is loaded, where there is nothing to do.

For projects with the setting ``check_first_url_env`` or ``check_first_url``. Declined is all that
the version table of that database alone does not answer.
"""

from __future__ import annotations

import os

from alembic_native import _core
from alembic_native.history.declined import Declined
from alembic_native.upstream.decision import beside_core

TYPE_CHECKING = False
if TYPE_CHECKING:
    from alembic_native.upstream.command_words import CommandLine

#: In an env.py that works on another table.
_OTHER_TABLE = b"version_table"


class DirectUpgrade:
    """Asks the database while the rest of the project is read: it answers last."""

    def __init__(self, command_line: CommandLine) -> None:
        """Begins to ask. Raises ``Declined``."""
        options = command_line.options
        self._target: str = options["revision"]
        if (
            self._target not in ("head", "heads")
            or options.get("x")
            or options["name"] != "alembic"
        ):
            raise Declined("env.py may look at this")
        # Its libraries take as long to load as what follows takes to read the settings.
        _core.load_early(os.fsencode(beside_core(_core, "_postgres")))
        from alembic_native.history.configuration import Configuration, configuration_files
        from alembic_native.run.nothing_to_do import reading_of, url_to_check

        self._configuration = Configuration(
            options["name"], *configuration_files(options.get("config"))
        )
        url = url_to_check(self._configuration.get)
        if url is None:
            raise Declined("there is no URL to check")
        if self._configuration.get("databases"):
            raise Declined("there are several databases, as in Alembic's template for that")
        reading = reading_of(url)
        if reading is None:
            raise Declined("the database cannot be asked")
        self._reading = reading

    def refuse_unless_nothing_to_do(self, illegal_characters: str) -> None:
        """Raise ``Declined`` unless the database is at the target of the command.

        ``illegal_characters``: which ones this version of Alembic refuses in the id of a revision.
        """
        from alembic_native.history.configuration import Settings
        from alembic_native.history.scripts import Scripts
        from alembic_native.run.nothing_to_do import is_at_target

        settings = Settings(self._configuration)
        if _names_other_table(os.path.join(settings.folder, "env.py")):
            raise Declined("env.py names another version table")
        scripts = Scripts(settings.version_locations, settings.is_recursive, illegal_characters)
        if not is_at_target(self._reading, self._target, scripts):
            raise Declined("there may be something to do")


def _names_other_table(env_py: str) -> bool:
    try:
        with open(env_py, "rb") as file:
            return _OTHER_TABLE in file.read()
    except OSError:
        # Without an env.py the command fails.
        return True
