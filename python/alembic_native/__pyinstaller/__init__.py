"""What PyInstaller is told about this package; it finds it by the entry point ``pyinstaller40``."""

from __future__ import annotations

import os


def get_hook_dirs() -> list[str]:
    """The folders with hooks."""
    return [os.path.dirname(__file__)]
