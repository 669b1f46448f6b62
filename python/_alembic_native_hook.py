"""Loads the overlay when ``alembic`` is first imported, and nothing before.

A line in ``alembic_native.pth`` imports this module at every start of the interpreter, so it
imports nothing itself and only puts one finder in front of the others.
"""

import sys


class AlembicWatcher:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "alembic":
            sys.meta_path.remove(AlembicWatcher)
            from alembic_native import overlay

            overlay.install()
            # The import system is in the middle of the list that has just changed.
            return overlay.find_spec(name, path, target)
        return None


sys.meta_path.insert(0, AlembicWatcher)
