"""A superuser's session next to the code under test: holds locks, sees and ends sessions."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import Any

import psycopg2  # type: ignore[import-untyped]

NATIVE_SESSIONS = "FROM pg_stat_activity WHERE application_name = 'alembic-native'"


class Administrator:
    """Every statement is committed at once, except inside `transaction()`. One thread."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg2.connect(url.replace("+psycopg2", ""))
        self._connection.autocommit = True

    def execute(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a statement, if it has any."""
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []

    @contextlib.contextmanager
    def transaction(self, sql: str) -> Iterator[None]:
        """Runs `sql` in a transaction that is committed when the block ends."""
        self.execute(f"BEGIN; {sql}")
        try:
            yield
        finally:
            self.execute("COMMIT")

    def native_sessions(self, condition: str = "true") -> int:
        """How many sessions of the native store there are at this moment."""
        # A transaction sees pg_stat_activity as it was when it first looked.
        self.execute("SELECT pg_stat_clear_snapshot()")
        ((count,),) = self.execute(f"SELECT count(*) {NATIVE_SESSIONS} AND {condition}")
        return int(count)

    def wait_for_a_native_session_that_waits(self) -> None:
        """Returns when one of them waits for a lock."""
        while not self.native_sessions("wait_event_type = 'Lock'"):
            time.sleep(0.01)

    def wait_for_the_end_of_native_sessions(self) -> None:
        while self.native_sessions():
            time.sleep(0.01)

    def end_native_sessions(self) -> None:
        """Kills them and returns when they are gone."""
        self.execute(f"SELECT pg_terminate_backend(pid) {NATIVE_SESSIONS}")
        self.wait_for_the_end_of_native_sessions()

    def close(self) -> None:
        self._connection.close()


def create_tenants(
    administrator: Administrator, first: int, last: int, revision: str = "'r' || i"
) -> None:
    """Schemas `tenant_00001`..., each at `revision`, an expression of SQL with the number `i`.

    In steps that fit the lock table.
    """
    for start in range(first, last + 1, 500):
        end = min(start + 499, last)
        administrator.execute(
            f"""
            DO $$ DECLARE s text; BEGIN
            FOR i IN {start}..{end} LOOP
              s := 'tenant_' || lpad(i::text, 5, '0');
              EXECUTE format('CREATE SCHEMA %I', s);
              EXECUTE format('CREATE TABLE %I.alembic_version (version_num varchar(32) NOT NULL, '
                             'CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))', s);
              EXECUTE format('INSERT INTO %I.alembic_version VALUES (%L)', s, {revision});
            END LOOP; END $$
            """
        )
