"""Waits for ``import alembic``. This is all that runs at the start of an interpreter.

``alembic_native.pth`` imports this module, and ``alembic_native.start`` names :func:`start`. It
imports nothing and puts one finder in front of the others, which answers for four names. Where the
package is missing or broken, ``import alembic`` finds Alembic as if nothing had been installed.
"""

import sys


class AlembicFinder:
    """A finder for ``alembic`` and modules of it; see ``upstream/finder.py``."""

    names = ("alembic", "alembic.command", "alembic.config", "alembic.script.revision")

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name not in AlembicFinder.names:
            return None
        try:
            from alembic_native.upstream import finder
        except Exception as error:
            step_aside(error)
            return None
        return finder.find_spec(name, path, target)


def start():
    """Put the finder in front of the others; called again, it changes nothing."""
    if not any(getattr(one, "__name__", "") == "AlembicFinder" for one in sys.meta_path):
        sys.meta_path.insert(0, AlembicFinder)


def step_aside(error):
    import os
    import warnings

    if AlembicFinder in sys.meta_path:
        sys.meta_path.remove(AlembicFinder)
    if os.environ.get("ALEMBIC_NATIVE", "").strip().lower() in ("0", "off", "false", "no"):
        return
    folder = os.path.dirname(os.path.abspath(__file__))
    warnings.warn(
        "alembic-native steps aside: its own package cannot be loaded "
        f"({type(error).__name__}: {error}). Alembic runs without the native core. Install it anew "
        f"({sys.executable} -m pip install --force-reinstall --no-deps alembic-native), or, if it "
        "was uninstalled, delete what is left of it: _alembic_native_hook.py, alembic_native.pth, "
        f"alembic_native.start and alembic_native in {folder}.",
        RuntimeWarning,
        stacklevel=3,
    )


start()
