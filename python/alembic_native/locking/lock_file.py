"""A file that one process at a time has locked, in a folder of the user's own.

The folder is the first of these that can be made and that nobody else can write to:

1. ``alembic-native`` beneath ``XDG_RUNTIME_DIR``, where that is the user's;
2. ``alembic-native-<uid>`` beneath the folder for temporary files;
3. ``alembic-native`` beneath ``XDG_STATE_HOME`` or ``~/.local/state``.

A folder or file that another user owns or can write to, a link, or a file with a second name is
neither followed nor written. The lock is ``flock``, on Windows ``msvcrt.locking``; it ends with the
process. Files are not removed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from alembic_native.locking.lock import log
from alembic_native.printable import printable

#: What Windows or a POSIX system does not have is 0.
_OPEN_FLAGS = os.O_RDWR
for _name in ("O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_NOINHERIT"):
    _OPEN_FLAGS |= getattr(os, _name, 0)

#: Windows keeps others from reading what is locked: a byte beyond every note.
_LOCKED_BYTE = 1 << 30
_LONGEST_NOTE = 1000


def lock_file(database: str) -> Path:
    """The lock file for a database file. Makes its folder.

    Raises ``OSError`` where there is no folder for it.
    """
    obstacles = []
    for folder in _folders():
        try:
            if isinstance(folder, OSError):
                raise folder
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            status = folder.lstat()
            if not stat.S_ISDIR(status.st_mode) or not _is_private(status):
                raise PermissionError(f"others than this user can write to {folder}, or own it")
        except OSError as error:
            # Read-only, full, missing, or somebody else's: the next one may do.
            obstacles.append(str(error))
            continue
        if obstacles:
            log.warning(
                "The lock files for SQLite are in %s (%s). Runs that use another folder are not "
                "kept out.",
                printable(str(folder)),
                printable("; ".join(obstacles)),
            )
        name = hashlib.sha256(os.fsencode(os.path.realpath(database))).hexdigest()[:32]
        return folder / f"{name}.lock"
    raise OSError("; ".join(obstacles))


def take(path: Path, note: str) -> int | None:
    """Lock the file, made if need be, and write the note into it; None if another process has it.

    Returns a descriptor for ``give_up``. Raises ``OSError`` where the file cannot be opened, or is
    not this user's alone.
    """
    while True:
        descriptor = os.open(path, _OPEN_FLAGS | os.O_CREAT, 0o600)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1 or not _is_private(status):
                raise PermissionError(f"{path} is not a file of this user alone")
            if not _lock(descriptor):
                os.close(descriptor)
                return None
            if _is_at(descriptor, path):
                # Not every full disk is one for the database, too.
                with contextlib.suppress(OSError):
                    _write(descriptor, note)
                return descriptor
        except BaseException:
            # An interrupt, too, must not leave it locked.
            os.close(descriptor)
            raise
        # Somebody cleaned up the folder in between.
        os.close(descriptor)


def give_up(descriptor: int) -> None:
    """Undo ``take``."""
    # Closing alone would leave it to a process that a script has forked and left behind.
    _unlock(descriptor)
    os.close(descriptor)


def read_note(path: Path) -> str | None:
    """What whoever has locked the file wrote into it; None where that cannot be read as text."""
    try:
        descriptor = os.open(path, _OPEN_FLAGS)
        try:
            return os.read(descriptor, _LONGEST_NOTE).decode("utf-8")
        finally:
            os.close(descriptor)
    except (OSError, UnicodeDecodeError):
        # Removed in between, or written by something else.
        return None


def _folders() -> Iterator[Path | OSError]:
    """The folders in their order, and in the place of one that is not there the reason."""
    runtime = _own_runtime_folder()
    if runtime is not None:
        yield runtime / "alembic-native"
    else:
        # Windows has a folder for temporary files for each user.
        user = f"-{os.geteuid()}" if hasattr(os, "geteuid") else ""
        temporary = _folder_for_temporary_files()
        if temporary is None:
            yield OSError("no folder for temporary files can be written to")
        else:
            yield Path(temporary, f"alembic-native{user}")
    state = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    if os.path.isabs(state):
        yield Path(state, "alembic-native")


def _folder_for_temporary_files() -> str | None:
    try:
        folder = tempfile.gettempdir()
    except FileNotFoundError:
        return None
    named = (os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP"))
    if folder in ("/tmp", "/var/tmp", "/usr/tmp", *named):
        return folder
    # The last one that Python tries is the current folder, of which each run may have another.
    return None if folder == os.getcwd() else folder


def _own_runtime_folder() -> Path | None:
    # After `sudo -E` it is another user's, to whom nothing of ours must be left there.
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    try:
        is_own = _is_private(os.stat(folder)) and os.access(folder, os.W_OK | os.X_OK)
    except OSError:
        # Unset, or no folder.
        return None
    return Path(folder) if is_own else None


def _is_private(status: os.stat_result) -> bool:
    """Whether only this user can write to what it is the status of. Always on Windows."""
    if not hasattr(os, "geteuid"):
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _lock(descriptor: int) -> bool:
    try:
        import fcntl
    except ImportError:
        # Windows.
        return _lock_byte(descriptor)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        # Another process has it.
        return False
    return True


def _lock_byte(descriptor: int) -> bool:
    msvcrt = import_module("msvcrt")
    os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
    try:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    except PermissionError:
        # Another process has it.
        return False
    return True


def _unlock(descriptor: int) -> None:
    try:
        import fcntl
    except ImportError:
        # Windows.
        msvcrt = import_module("msvcrt")
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
        return
    fcntl.flock(descriptor, fcntl.LOCK_UN)


def _write(descriptor: int, note: str) -> None:
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, note.encode("utf-8", "replace")[:_LONGEST_NOTE])


def _is_at(descriptor: int, path: Path) -> bool:
    if os.name == "nt":
        # What is open there can be neither removed nor renamed.
        return True
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        # Removed in between.
        return False
