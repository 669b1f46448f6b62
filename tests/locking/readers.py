"""Readers that hold a table in turns, while a migration needs it for itself.

with Readers(url, "orders", [0.02] * 20) as readers:
    ...
print(readers.longest_wait)
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from types import TracebackType

from tests.locking.database import engine_for


class Readers:
    """Each reads a table again and again, keeps its transaction open for a moment, and then rests.

    `pauses` are the seconds of those moments, and of the rests, one for each reader.
    """

    def __init__(self, url: str, table: str, pauses: Sequence[float]) -> None:
        self._url = url
        self._table = table
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(pause,)) for pause in pauses]
        self._waits: list[float] = []

    @property
    def longest_wait(self) -> float:
        """Seconds that a reader waited for its rows."""
        return max(self._waits)

    def _read(self, pause: float) -> None:
        with engine_for(self._url).connect() as connection:
            while not self._ended.is_set():
                begun = time.perf_counter()
                with connection.begin():
                    connection.exec_driver_sql(f"SELECT * FROM {self._table}").all()
                    self._waits.append(time.perf_counter() - begun)
                    self._ended.wait(pause)
                self._ended.wait(pause)

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        while len(self._waits) < len(self._threads):
            time.sleep(0.01)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()
