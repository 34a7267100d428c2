"""One change in the making: the rows it touches and the events it causes share its time and its transaction."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from rapport.sandbox.vendors.greenhouse.refusals import Refused
from rapport.sandbox.vendors.greenhouse.webhooks.deliveries import enqueue

Row = sqlite3.Row


@dataclass(frozen=True)
class Change:
    """A change by a user at a moment."""

    connection: sqlite3.Connection
    at: int
    user: int | None

    def find(self, collection: str, number: int) -> Row:
        """Return a row, or refuse because there is none."""
        row = self.one(f'SELECT * FROM "{collection}" WHERE id = ?', number)  # noqa: S608 - our own names
        if row is None:
            raise Refused(404, f"Resource not found: {collection} {number}")
        return row

    def one(self, statement: str, *values: object) -> Row | None:
        """Return the first row of a question."""
        row: Row | None = self.connection.execute(statement, values).fetchone()
        return row

    def all(self, statement: str, *values: object) -> list[Row]:
        """Return the rows of a question."""
        return self.connection.execute(statement, values).fetchall()

    def update(self, collection: str, number: int, **values: object) -> None:
        """Change a record; its `updated_at` becomes the time of the change."""
        values["updated_at"] = self.at
        fields = ", ".join(f'"{name}" = ?' for name in values)
        self.connection.execute(
            f'UPDATE "{collection}" SET {fields} WHERE id = ?',  # noqa: S608 - our own names
            (*values.values(), number),
        )

    def insert(self, collection: str, **values: object) -> int:
        """Create a record; return its number."""
        values = {"created_at": self.at, "updated_at": self.at} | values
        names, places = ", ".join(f'"{name}"' for name in values), ", ".join("?" * len(values))
        cursor = self.connection.execute(
            f'INSERT INTO "{collection}" ({names}) VALUES ({places})',  # noqa: S608 - our own names
            tuple(values.values()),
        )
        return int(cursor.lastrowid or 0)

    def remove(self, collection: str, number: int) -> None:
        """Delete a record."""
        self.connection.execute(f'DELETE FROM "{collection}" WHERE id = ?', (number,))  # noqa: S608

    def remove_all(self, collection: str, column: str, number: int) -> None:
        """Delete the records that refer to one."""
        for row in self.all(f'SELECT id FROM "{collection}" WHERE "{column}" = ?', number):  # noqa: S608 - our own names
            self.remove(collection, row["id"])

    def tell(self, action: str, payload: dict[str, Any]) -> None:
        """Queue an event for every webhook; it is sent when the change is committed."""
        enqueue(self.connection, action, payload, at=self.at)

    def note_write(self, summary: str, application: int | None = None) -> None:
        """Remember what was done, for the page that people read."""
        self.connection.execute(
            "INSERT INTO performed_write (at, user_id, application_id, summary) VALUES (?, ?, ?, ?)",
            (self.at, self.user, application, summary),
        )
