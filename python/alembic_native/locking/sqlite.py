"""SQLite: a lock file per database file, in the user's own folder for such files.

``flock`` ends with the process, however that ends. The file lies in ``alembic-native`` beneath
``XDG_RUNTIME_DIR`` if that is the user's, else in ``alembic-native-<uid>`` beneath the folder for
temporary files: it keeps the processes of one user on one machine apart, and is not removed. Where
it cannot be made, a warning says so and the run goes on without it. Databases in memory have no
lock. A run within another one has that one's lock.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from alembic_native.locking.environments import Participant, is_within, participant
from alembic_native.locking.errors import MigrationLockError, run_again
from alembic_native.locking.key import effective_schema
from alembic_native.locking.lock import MigrationLock, log
from alembic_native.locking.statements import end_driver_transaction, one_row

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext
    from sqlalchemy.engine import Connection
    from sqlalchemy.exc import DBAPIError


def make_lock(context: MigrationContext) -> MigrationLock | None:
    """The lock of the file that the version table lies in; None for a database in memory."""
    connection = context.connection
    assert connection is not None
    schema = effective_schema(
        context.version_table_schema,
        connection.get_execution_options().get("schema_translate_map"),
    )
    path = _database_file(connection, schema or "main")
    return SQLiteLock(context, path) if path else None


def lock_file(database: str) -> Path:
    """The lock file for a database file. Makes its folder.

    Raises ``OSError`` where that cannot be made, and ``MigrationLockError`` where it is not this
    user's alone.
    """
    folder = _own_runtime_folder()
    folder = (
        folder / "alembic-native"
        if folder
        else Path(tempfile.gettempdir(), f"alembic-native-{os.getuid()}")
    )
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
        raise MigrationLockError(
            f"{folder}, where the lock files for SQLite belong, is not a folder of this user. "
            "Remove it, or set TMPDIR or XDG_RUNTIME_DIR to a folder of yours."
        )
    name = hashlib.sha256(os.fsencode(os.path.realpath(database))).hexdigest()[:32]
    return folder / f"{name}.lock"


def _own_runtime_folder() -> Path | None:
    # After `sudo -E` it is another user's, to whom nothing of ours must be left there.
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    try:
        is_own = os.stat(folder).st_uid == os.getuid() and os.access(folder, os.W_OK | os.X_OK)
    except OSError:
        return None
    return Path(folder) if is_own else None


#: Who has the lock of which database file; with the process, because a fork has none of them.
_holders: dict[str, tuple[int, Participant]] = {}


class SQLiteLock(MigrationLock):
    """The lock for the database file at ``path``."""

    def __init__(self, context: MigrationContext, path: str) -> None:
        super().__init__(context)
        self._database = os.path.realpath(path)
        self._path_of_lock: Path | None = None
        self._descriptor: int | None = None
        process, holder = _holders.get(self._database, (None, None))
        self._is_within_another = (
            process == os.getpid() and holder is not None and is_within(participant(), holder)
        )
        self._goes_without = False
        self._begin_again = False
        self._had_to_wait = False

    def prepare(self) -> None:
        # A transaction that has read hinders the holder's commit, and sees what it has read.
        if self._is_in_transaction() and not self.is_in_transaction_of_caller:
            end_driver_transaction(self.connection, commit=not self.owns_transaction)
            self._begin_again = not self._is_in_transaction()

    def try_acquire(self, patience: float) -> bool:  # noqa: ARG002
        if self._is_within_another:
            return True
        if self._descriptor is None and not self._goes_without:
            self._take_file_if_possible()
        is_taken = self._has_file and self._nobody_writes()
        self._had_to_wait = self._had_to_wait or not is_taken
        return is_taken

    def holder(self) -> str | None:
        if self._has_file:
            return f"a transaction that has written to {self._database} and is still open"
        try:
            assert self._path_of_lock is not None
            note = self._path_of_lock.read_text(encoding="utf-8")
        except OSError:
            return None
        # Who has just taken it writes the note next.
        return f"{note or 'it has just begun'} ({self._database})"

    def current_heads(self) -> tuple[str, ...]:
        if self._had_to_wait and self.is_in_transaction_of_caller and self._is_in_transaction():
            raise run_again("Another migration run had the lock until now")
        if self._begin_again:
            self._execute("BEGIN")
        return self.context.get_current_heads()

    def release(self, succeeded: bool) -> None:  # noqa: ARG002
        self.abandon()

    def abandon(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            import fcntl

            _holders.pop(self._database, None)
            # Closing alone would leave it to a process that a script has forked and left behind.
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            os.close(descriptor)

    def is_busy(self, error: DBAPIError) -> bool:
        return _is_locked(error.orig)

    def _is_in_transaction(self) -> bool:
        """Whether SQLite itself is in a transaction: Python's driver begins them late."""
        driver = self.connection.connection.driver_connection
        return bool(getattr(driver, "in_transaction", False))

    @property
    def _has_file(self) -> bool:
        return self._descriptor is not None or self._goes_without

    def _take_file_if_possible(self) -> None:
        try:
            self._path_of_lock = lock_file(self._database)
            self._descriptor = self._take_file(self._path_of_lock)
        except OSError as error:
            self._goes_without = True
            log.warning(
                "There is no place for the lock file of %s (%s), and two runs at once may "
                "collide. Set TMPDIR or XDG_RUNTIME_DIR to a folder of yours in which files can "
                "be made.",
                self._database,
                error,
            )
        if self._descriptor is not None:
            _holders[self._database] = (os.getpid(), participant())

    @staticmethod
    def _take_file(path: Path) -> int | None:
        import fcntl

        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        while True:
            descriptor = os.open(path, flags, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if _is_file_at(descriptor, path):
                    # Not every full disk is one for the database, too.
                    with contextlib.suppress(OSError):
                        _write_holder(descriptor)
                    return descriptor
            except BlockingIOError:
                os.close(descriptor)
                return None
            except BaseException:
                os.close(descriptor)
                raise
            # Somebody cleaned up the folder in between.
            os.close(descriptor)

    def _nobody_writes(self) -> bool:
        """Whether the last run's transaction, which may outlive its lock, is committed, too."""
        if self._is_in_transaction():
            return True
        try:
            self._execute("BEGIN IMMEDIATE")
        except Exception as error:
            # What else there is against writing, the run itself will meet.
            return not _is_locked(error)
        self._execute("ROLLBACK")
        return True

    def _execute(self, sql: str) -> None:
        # Beneath SQLAlchemy, which has its own idea of where transactions begin.
        cursor = self.connection.connection.cursor()
        try:
            cursor.execute(sql)
        finally:
            cursor.close()


def _database_file(connection: Connection, schema: str) -> str | None:
    row = one_row(
        connection, "SELECT file FROM pragma_database_list WHERE name = :name", name=schema
    )
    path: str | None = row[0] if row else None
    return path if path and os.path.exists(path) else None


def _write_holder(descriptor: int) -> None:
    since = time.strftime("%Y-%m-%d %H:%M:%S %z")
    program = os.path.basename(sys.argv[0]) if sys.argv else ""
    note = f"pid {os.getpid()}, application {program}, since {since}"
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, note.encode("utf-8", "replace"), 0)


def _is_file_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _is_locked(error: BaseException | None) -> bool:
    # Not by number: Python has them from 3.11 on.
    return "database is locked" in str(error) or "table is locked" in str(error)
