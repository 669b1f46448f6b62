"""``upgrade head`` and ``upgrade heads`` before Alembic is loaded, where there is nothing to do.

For projects with the setting ``check_first_url_env`` or ``check_first_url``. Declined is all that
the version table of that database alone does not answer.
"""

from __future__ import annotations

import os

from alembic_native.history.configuration import Configuration, Settings, configuration_files
from alembic_native.history.declined import Declined
from alembic_native.history.scripts import Scripts
from alembic_native.run.nothing_to_do import is_at_target, url_to_check

TYPE_CHECKING = False
if TYPE_CHECKING:
    from alembic_native.upstream.command_words import CommandLine

#: In an env.py that works on another table.
_OTHER_TABLE = b"version_table"


def refuse_unless_nothing_to_do(command_line: CommandLine, illegal_characters: str) -> None:
    """Raise ``Declined`` unless the database is at the target of the command.

    ``illegal_characters``: which ones this version of Alembic refuses in the id of a revision.
    """
    options = command_line.options
    target = options["revision"]
    if target not in ("head", "heads") or options.get("x") or options["name"] != "alembic":
        raise Declined("env.py may look at this")
    configuration = Configuration(options["name"], *configuration_files(options.get("config")))
    url = url_to_check(configuration.get)
    if url is None:
        raise Declined("there is no URL to check")
    if configuration.get("databases"):
        raise Declined("there are several databases, as in Alembic's template for that")
    settings = Settings(configuration)
    if _names_other_table(os.path.join(settings.folder, "env.py")):
        raise Declined("env.py names another version table")
    scripts = Scripts(settings.version_locations, settings.is_recursive, illegal_characters)
    if not is_at_target(url, target, scripts):
        raise Declined("there may be something to do")


def _names_other_table(env_py: str) -> bool:
    try:
        with open(env_py, "rb") as file:
            return _OTHER_TABLE in file.read()
    except OSError:
        # Without an env.py the command fails.
        return True
