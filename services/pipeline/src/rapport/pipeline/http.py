"""The pipeline's HTTP side: webhooks of the ATS, answered once they are stored."""

import hashlib
import hmac
import re
from collections.abc import Callable
from typing import Any

from aiohttp import web

from rapport.kit.database.unit_of_work import Database
from rapport.kit.json_text import loads
from rapport.kit.telemetry import traceparent
from rapport.kit.web.bodies import Bodies
from rapport.pipeline.connectors.connection import Connection
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper
from rapport.pipeline.connectors.greenhouse.webhooks import Meaning, application_named, kind_of, person_named
from rapport.pipeline.store import SQL

_NAME = re.compile(r"[\x21-\x7e]{1,200}")
"""What an action or an event id may look like: they are stored as keys."""
_SIGNATURE = re.compile(r"sha256 [0-9a-fA-F]{64}")
MAX_DELIVERY = 5 * 1024 * 1024
"""Bytes a delivery may have; a candidate with every attachment listed stays far below."""


class WebhookReceiver:
    """Takes webhook deliveries: checks the signature over the raw body, stores, then answers."""

    def __init__(
        self, connections: dict[tuple[str, str], Connection], database: Database, stored: Callable[[Connection], None]
    ) -> None:
        """``stored`` is told of each new delivery."""
        self._connections = connections
        self._database = database
        self._stored = stored
        self._bodies = Bodies(limit=MAX_DELIVERY)

    def routes(self) -> list[web.RouteDef]:
        """Where the ATS delivers to."""
        return [web.post("/hooks/greenhouse/{org}/{connection}", self.receive)]

    async def receive(self, request: web.Request) -> web.Response:
        """200 once stored, also for a copy; 401 for a wrong signature; 400 for a body that is not a delivery.

        Nothing is read of whoever names no connection or no signature; of others, within limits.
        """
        connection = self._connections.get((request.match_info["org"], request.match_info["connection"]))
        signature = request.headers.get("Signature", "")
        if connection is None or not _SIGNATURE.fullmatch(signature):
            return _unsigned()
        sent, body = await self._bodies.receive(request)
        # The ATS signs the text; something on the way may have compressed it.
        if not (_is_signed(connection, signature, body) or _is_signed(connection, signature, sent)):
            return _unsigned()
        said = _said(body)
        if said is None:
            return web.json_response({"error": "the body is not a delivery: JSON with an action"}, status=400)
        delivery_id = request.headers.get("Greenhouse-Event-ID") or hashlib.sha256(body).hexdigest()
        if not _NAME.fullmatch(delivery_id):
            return web.json_response({"error": "the event id is not a short name"}, status=400)
        new = await self._store(connection, delivery_id, said, body)
        if new:
            self._stored(connection)
        return web.json_response({"stored": new})

    async def _store(self, connection: Connection, delivery_id: str, said: dict[str, Any], body: bytes) -> bool:
        state = "unknown" if kind_of(said["action"]).meaning is Meaning.UNKNOWN else "waiting"
        person, application = person_named(said.get("payload")), application_named(said.get("payload"))
        mapper = GreenhouseMapper(connection)
        async with self._database.work(connection.org_id, actor="ats", cause=f"delivery:{delivery_id}") as unit:
            stored = await unit.fetchval(
                SQL["store_delivery"],
                connection.name,
                delivery_id,
                said["action"],
                body,
                unit.now,
                state,
                traceparent(),
                mapper.id("candidates", person) if person else None,
            )
            if stored and application and not person:
                about = mapper.id("applications", application)
                await unit.execute(SQL["attribute_delivery"], connection.name, delivery_id, about)
        return stored is not None


def _unsigned() -> web.Response:
    # An unknown connection looks like a wrong signature: nobody learns which ones exist.
    return web.json_response({"error": "the signature does not fit"}, status=401)


def _is_signed(connection: Connection, signature: str, body: bytes) -> bool:
    secret = connection.webhook_secret.get_secret_value().encode()
    expected = "sha256 " + hmac.new(secret, body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, signature.lower())


def _said(body: bytes) -> dict[str, Any] | None:
    """The delivery, if it is one."""
    try:
        said = loads(body)
    except ValueError:
        return None
    action = said.get("action") if isinstance(said, dict) else None
    return said if isinstance(action, str) and _NAME.fullmatch(action) else None
