"""The company's file while the sandbox runs: one connection, used by one thread, away from the event loop."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

_T = TypeVar("_T")


class CompanyFile:
    """Runs functions over the connection, one at a time and each in a transaction of its own."""

    def __init__(self, path: Path) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sandbox-ats")
        self._connection = self._thread.submit(_connect, path).result()

    async def run(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Do the work; what it changed is kept unless it raises."""
        # A cancelled request must not leave half its work behind, so the transaction ends inside the thread.
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._in_transaction, work)

    def _in_transaction(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        with self._connection:
            return work(self._connection)

    def close(self) -> None:
        """Finish the work that has begun and close the file."""
        self._thread.submit(self._connection.close).result()
        self._thread.shutdown()


def _connect(path: Path) -> sqlite3.Connection:
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: generate the company first")
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    # A change survives the end of the process; only a loss of power could take the last ones.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -65536")
    return connection
