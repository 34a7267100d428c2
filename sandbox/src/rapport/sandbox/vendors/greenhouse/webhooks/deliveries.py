"""The queue of deliveries, in the company's file: a restart loses none."""

import hashlib
import hmac
import json
import sqlite3
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rapport.sandbox.vendors.greenhouse.settings import WebhookEndpoint

TRY_AGAIN_AFTER_MINUTES = (1, 15, 60, 120, 240, 480)
"""After a first try that failed there are six more, over about fifteen hours."""

_MOST_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one endpoint."""

    id: int
    url: str
    secret: str
    event_id: str
    action: str
    body: bytes
    tries: int
    due_at: int

    @property
    def signature(self) -> str:
        """Return the header that proves who sent the body."""
        return "sha256 " + hmac.new(self.secret.encode(), self.body, hashlib.sha256).hexdigest()


def enqueue(connection: sqlite3.Connection, action: str, payload: dict[str, Any], *, at: int) -> None:
    """Queue an event for every endpoint there is."""
    for endpoint in connection.execute("SELECT id FROM webhook_endpoint ORDER BY id").fetchall():
        _queue(connection, endpoint["id"], action, payload, at)


def register(connection: sqlite3.Connection, url: str, secret: str, *, at: int) -> None:
    """Add an endpoint, whose first delivery is a ping; one that is known only gets its secret renewed."""
    known = connection.execute("SELECT id FROM webhook_endpoint WHERE url = ?", (url,)).fetchone()
    if known is not None:
        connection.execute("UPDATE webhook_endpoint SET secret = ? WHERE id = ?", (secret, known["id"]))
        return
    cursor = connection.execute(
        "INSERT INTO webhook_endpoint (url, secret, created_at) VALUES (?, ?, ?)", (url, secret, at)
    )
    _queue(connection, int(cursor.lastrowid or 0), "ping", {"url": url}, at)


def configure(connection: sqlite3.Connection, wanted: Sequence[WebhookEndpoint], *, at: int) -> None:
    """Make the endpoints of the settings the ones that were configured; those added by a control stay.

    Where one is gone and another has come, it has moved, to another port perhaps, and what it was owed goes with it.
    """
    rows = connection.execute("SELECT url FROM webhook_endpoint WHERE configured ORDER BY id").fetchall()
    urls = {endpoint.url for endpoint in wanted}
    gone = [row["url"] for row in rows if row["url"] not in urls]
    known = {row["url"] for row in rows}
    for endpoint in wanted:
        if gone and endpoint.url not in known:
            connection.execute("UPDATE webhook_endpoint SET url = ? WHERE url = ?", (endpoint.url, gone.pop(0)))
        register(connection, endpoint.url, endpoint.secret, at=at)
        connection.execute("UPDATE webhook_endpoint SET configured = 1 WHERE url = ?", (endpoint.url,))
    for url in gone:
        unregister(connection, url)


def unregister(connection: sqlite3.Connection, url: str) -> None:
    """Forget an endpoint and what it was still owed."""
    connection.execute(
        "DELETE FROM webhook_delivery WHERE endpoint_id IN (SELECT id FROM webhook_endpoint WHERE url = ?)", (url,)
    )
    connection.execute("DELETE FROM webhook_endpoint WHERE url = ?", (url,))


def _queue(connection: sqlite3.Connection, endpoint: int, action: str, payload: dict[str, Any], at: int) -> None:
    # The vendor escapes what is not ASCII before it signs; decoding and encoding again gives other bytes.
    body = json.dumps({"action": action, "payload": payload}, ensure_ascii=True, separators=(",", ":")).encode()
    connection.execute(
        "INSERT INTO webhook_delivery (endpoint_id, event_id, action, body, created_at, due_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (endpoint, str(uuid.uuid4()), action, body, at, at),
    )


def endpoints(connection: sqlite3.Connection) -> list[int]:
    """Return the endpoints that have something due at some time."""
    rows = connection.execute("SELECT DISTINCT endpoint_id FROM webhook_delivery WHERE due_at IS NOT NULL")
    return [row["endpoint_id"] for row in rows]


def due(connection: sqlite3.Connection, endpoint: int, *, now: int) -> list[Delivery]:
    """Return what is due at an endpoint, oldest first."""
    rows = connection.execute(
        "SELECT d.id, e.url, e.secret, d.event_id, d.action, d.body, d.tries, d.due_at"
        " FROM webhook_delivery d JOIN webhook_endpoint e ON e.id = d.endpoint_id"
        " WHERE d.endpoint_id = ? AND d.due_at <= ? ORDER BY d.id LIMIT ?",
        (endpoint, now, _MOST_AT_ONCE),
    )
    return [Delivery(*tuple(row)) for row in rows]


def next_due(connection: sqlite3.Connection) -> int | None:
    """Return when the next delivery is due."""
    (moment,) = connection.execute("SELECT min(due_at) FROM webhook_delivery WHERE due_at IS NOT NULL").fetchone()
    return None if moment is None else int(moment)


def settle(connection: sqlite3.Connection, delivery: Delivery, outcome: str, *, now: int) -> None:
    """Note that a delivery was answered as it should be."""
    connection.execute(
        "UPDATE webhook_delivery SET tries = ?, due_at = NULL, delivered_at = ?, outcome = ? WHERE id = ?",
        (delivery.tries + 1, now, outcome, delivery.id),
    )


def postpone(connection: sqlite3.Connection, delivery: Delivery, outcome: str, *, now: int, scale: float) -> None:
    """Note that a try failed, and when the next one is; after the last there is none."""
    later = None
    if delivery.tries < len(TRY_AGAIN_AFTER_MINUTES):
        later = now + round(TRY_AGAIN_AFTER_MINUTES[delivery.tries] * 60_000 * scale)
    connection.execute(
        "UPDATE webhook_delivery SET tries = ?, due_at = ?, outcome = ? WHERE id = ?",
        (delivery.tries + 1, later, outcome, delivery.id),
    )
