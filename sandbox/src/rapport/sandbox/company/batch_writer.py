"""Writes generated records into the company's file in batches, so that a million people need little memory."""

import sqlite3
from collections.abc import Mapping

import orjson

from rapport.sandbox.vendors.greenhouse.collections import COLLECTIONS

_BATCH = 20_000


class Sheets:
    """One sheet per collection, each numbering its own records; full sheets go to the file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._rows: dict[str, list[tuple[object, ...]]] = {name: [] for name in COLLECTIONS}
        self._columns = {name: collection.stored for name, collection in COLLECTIONS.items()}
        self._next = {name: 1_000 * place + 1 for place, name in enumerate(COLLECTIONS, 1)}
        self._touched: list[tuple[int, int, int]] = []
        self._waiting = 0

    def number_from(self, collection: str, first: int) -> None:
        """Set the number of a collection's next record."""
        self._next[collection] = first

    def add(self, collection: str, values: Mapping[str, object], *, at: int, changed: int | None = None) -> int:
        """Write a record, leaving the fields it does not name empty; return its number."""
        given = values.get("id")
        number = given if isinstance(given, int) else self.number(collection)
        complete = {**values, "id": number, "created_at": at, "updated_at": at if changed is None else changed}
        self._rows[collection].append(tuple(map(complete.get, self._columns[collection])))
        self._waiting += 1
        if self._waiting >= _BATCH:
            self.flush()
        return number

    def touch_candidate(self, candidate: int, at: int) -> None:
        """Note a later activity of a candidate who has been written already."""
        self._touched.append((at, at, candidate))

    def flush(self) -> None:
        """Write everything down."""
        for name, rows in self._rows.items():
            if rows:
                places = ", ".join("?" * len(self._columns[name]))
                self._connection.executemany(f'INSERT INTO "{name}" VALUES ({places})', rows)  # noqa: S608 - our names
                rows.clear()
        self._connection.executemany(_TOUCH, self._touched)
        self._touched.clear()
        self._waiting = 0
        self._connection.commit()

    def number(self, collection: str) -> int:
        """Reserve the number of a record that will be written."""
        number = self._next[collection]
        self._next[collection] = number + 1
        return number


_TOUCH = """
UPDATE candidates SET last_activity_at = max(last_activity_at, ?), updated_at = max(updated_at, ?) WHERE id = ?
"""


def structure(value: object) -> str:
    """Return a nested value as a column keeps it."""
    return orjson.dumps(value).decode()
