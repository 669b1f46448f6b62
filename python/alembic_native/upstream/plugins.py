"""Whether an installed distribution brings a plugin for Alembic.

From 1.18 on, importing Alembic imports the modules that distributions name in the entry-point
group ``alembic.plugins``, and those may do anything: register a command, print. Asking
``importlib.metadata`` takes longer than everything else a command does here, so the files it would
read are looked through for the group's name.
"""

from __future__ import annotations

import os
import sys

_GROUP = b"alembic.plugins"


def may_have_plugins() -> bool:
    """False only if no distribution on the path for imports names the group."""
    for finder in sys.meta_path:
        if hasattr(finder, "find_distributions") and getattr(finder, "__module__", "") != (
            "_frozen_importlib_external"
        ):
            return True
    return any(_names_group(folder) for folder in dict.fromkeys(sys.path))


def _names_group(folder: str) -> bool:
    try:
        names = os.listdir(folder or ".")
    except FileNotFoundError:
        # Import passes over a folder on its path that is not there, too.
        return False
    except OSError:
        # An archive, or a folder that cannot be listed.
        return True
    for name in names:
        if not name.lower().endswith((".dist-info", ".egg-info")) and name.lower() != "egg-info":
            continue
        try:
            with open(os.path.join(folder, name, "entry_points.txt"), "rb") as file:
                if _GROUP in file.read():
                    return True
        except (FileNotFoundError, NotADirectoryError):
            # It names no group at all, or is a file of the older kind of metadata.
            continue
        except OSError:
            # What cannot be read may name it.
            return True
    return False
