"""Loads the overlay when ``alembic`` is first imported, and nothing before.

A line in ``alembic_native.pth`` imports this module at every start of the interpreter, so it
imports nothing itself and only puts one finder in front of the others. Where the overlay or the
extension module is missing or broken, ``import alembic`` finds upstream.
"""

import sys


class AlembicWatcher:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != "alembic":
            return None
        sys.meta_path.remove(AlembicWatcher)
        try:
            from alembic_native import overlay

            overlay.install()
            # The import system is in the middle of the list that has just changed.
            return overlay.find_spec(name, path, target)
        except Warning:
            # Where warnings are errors, the one with which the overlay stepped aside.
            raise
        except Exception as error:
            step_aside(error)
            return None


def step_aside(error):
    import os
    import warnings

    sys.meta_path[:] = [
        finder for finder in sys.meta_path if type(finder).__module__ != "alembic_native.overlay"
    ]
    if os.environ.get("ALEMBIC_NATIVE") == "0":
        return
    folder = os.path.dirname(os.path.abspath(__file__))
    warnings.warn(
        "alembic-native steps aside: its own package cannot be loaded "
        f"({type(error).__name__}: {error}). Alembic runs without the native core. Install it anew "
        f"({sys.executable} -m pip install --force-reinstall --no-deps alembic-native), or, if it "
        "was uninstalled, delete what is left of it: _alembic_native_hook.py, alembic_native.pth "
        f"and alembic_native in {folder}.",
        RuntimeWarning,
        stacklevel=3,
    )


sys.meta_path.insert(0, AlembicWatcher)
