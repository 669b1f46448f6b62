"""Giving a file new contents at once: a reader sees the old ones or the new ones, never a part."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress


def replace_file(path: str, content: bytes) -> None:
    """Write a file whole, and keep its permissions and its owner; a link stays a link.

    A file that is not there yet gets the permissions that any new file gets. Raises ``OSError``;
    the file is as it was then.
    """
    target = os.path.realpath(path)
    try:
        before = os.stat(target)
    except FileNotFoundError:
        before = None
    # The name of a script ends otherwise: none is taken for one, should it be left behind.
    handle, written = tempfile.mkstemp(
        dir=os.path.dirname(target), prefix=f".{os.path.basename(target)}.", suffix=".tmp"
    )
    try:
        with open(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if before is not None and hasattr(os, "chown"):
            # Only root may give a file away; on Windows the folder says who may do what.
            with suppress(PermissionError):
                os.chown(written, before.st_uid, before.st_gid)
        os.chmod(written, _usual_mode() if before is None else stat.S_IMODE(before.st_mode))
        os.replace(written, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(written)
        raise


def _usual_mode() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
