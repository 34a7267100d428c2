"""The pipeline's HTTP side: webhooks of the ATS, acknowledged once they are stored."""

from collections.abc import Callable, Sequence

from aiohttp import web

from rapport.kit.database.unit_of_work import Database
from rapport.kit.telemetry import traceparent
from rapport.kit.web.bodies import Bodies
from rapport.pipeline.connectors.connection import Connection
from rapport.pipeline.connectors.connector import AtsConnector, MalformedRecordError, WebhookDelivery
from rapport.pipeline.store import SQL

MAX_DELIVERY = 5 * 1024 * 1024
"""Bytes of a delivery; a candidate with every attachment listed stays far below."""


class WebhookReceiver:
    """Verifies, stores, then acknowledges webhooks."""

    def __init__(
        self, connectors: Sequence[AtsConnector], database: Database, stored: Callable[[Connection], None]
    ) -> None:
        """``stored`` is called for each new delivery."""
        self._connectors = {
            (str(c.connection.kind), str(c.connection.org_id), c.connection.name): c for c in connectors
        }
        self._database = database
        self._stored = stored
        self._bodies = Bodies(limit=MAX_DELIVERY)

    def routes(self) -> list[web.RouteDef]:
        """Where an ATS sends its webhooks."""
        return [web.post("/hooks/{kind}/{org}/{connection}", self.receive)]

    async def receive(self, request: web.Request) -> web.Response:
        """200 once stored, also for a duplicate; 401 for a wrong signature; 400 for a body that is no webhook.

        Without a known connection and a signature the body is not read at all; otherwise within limits.
        """
        match = request.match_info
        connector = self._connectors.get((match["kind"], match["org"], match["connection"]))
        if connector is None or not connector.may_be_webhook(request.headers):
            return _unsigned()
        sent, body = await self._bodies.receive(request)
        try:
            delivery = connector.parse_webhook(request.headers, body, sent=sent)
        except MalformedRecordError as problem:
            return web.json_response({"error": str(problem)}, status=400)
        if delivery is None:
            return _unsigned()
        new = await self._store(connector, delivery, body)
        if new:
            self._stored(connector.connection)
        return web.json_response({"stored": new})

    async def _store(self, connector: AtsConnector, delivery: WebhookDelivery, body: bytes) -> bool:
        name = connector.connection.name
        cause = f"delivery:{delivery.id}"
        async with self._database.work(connector.connection.org_id, actor="ats", cause=cause) as unit:
            stored = await unit.fetchval(
                SQL["store_delivery"],
                name,
                delivery.id,
                delivery.action,
                body,
                unit.now,
                "waiting",
                traceparent(),
                delivery.person_id,
                delivery.application_id,
            )
        return stored is not None


def _unsigned() -> web.Response:
    # An unknown connection looks like a wrong signature, so that connections cannot be probed.
    return web.json_response({"error": "the signature does not fit"}, status=401)
