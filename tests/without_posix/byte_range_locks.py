"""`msvcrt.locking` on Linux, by locks that belong to an open file as those of Windows do."""

from __future__ import annotations

import errno
import fcntl
import os
import struct

LK_UNLCK, LK_LOCK, LK_NBLCK = range(3)


def locking(descriptor: int, mode: int, count: int) -> None:
    """Lock or unlock `count` bytes from the position on. LK_LOCK, which waits, is not there."""
    kind = {LK_UNLCK: fcntl.F_UNLCK, LK_NBLCK: fcntl.F_WRLCK}[mode]
    start = os.lseek(descriptor, 0, os.SEEK_CUR)
    if mode == LK_UNLCK and (descriptor, start, count) not in _locked:
        raise PermissionError(errno.EACCES, "The bytes are not locked")
    request = struct.pack("hhqqi4x", kind, os.SEEK_SET, start, count, 0)
    try:
        fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, request)
    except BlockingIOError as error:
        raise PermissionError(errno.EACCES, "The bytes are locked") from error
    (_locked.discard if mode == LK_UNLCK else _locked.add)((descriptor, start, count))


_locked: set[tuple[int, int, int]] = set()
