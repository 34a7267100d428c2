"""The composition root: the only place that constructs."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from aiohttp import web

from rapport.gateway.context import Surroundings
from rapport.gateway.cors import Cors
from rapport.gateway.events.changes import Changes
from rapport.gateway.events.listening import Listening
from rapport.gateway.events.past import Past
from rapport.gateway.identity import Directory, Identity, TokenVerifier
from rapport.gateway.issuer_keys import IssuerKeys
from rapport.gateway.kept import Kept
from rapport.gateway.persisted import Remembered, trusted
from rapport.gateway.schema import GatewaySchema
from rapport.gateway.settings import GatewaySettings
from rapport.gateway.view import MAX_BODY, Endpoint
from rapport.kit.events.stream import StreamReader
from rapport.kit.identity import new_id
from rapport.kit.rpc.broker import open_broker
from rapport.kit.rpc.client import RequestClient
from rapport.kit.runtime.health import broker_answers
from rapport.kit.runtime.process import Stop, run_until
from rapport.kit.runtime.settings import from_environment
from rapport.kit.telemetry import telemetry
from rapport.kit.web.http import http_application, listening


@dataclass(frozen=True)
class Gateway:
    """A gateway that serves."""

    port: int
    changes: Changes
    kept: Kept
    listening: Listening


@asynccontextmanager
async def open_gateway(settings: GatewaySettings, *, on_broker_closed: Callable[[], None]) -> AsyncIterator[Gateway]:
    """Serve HTTP until the end of the block; what happens is heard while ``listening.run()`` runs.

    Args:
        settings: of this process.
        on_broker_closed: called if the broker's connection ends for good.
    """
    async with (
        aiohttp.ClientSession() as http,
        open_broker(settings.nats_url, "gateway", on_closed=on_broker_closed) as broker,
    ):
        services = RequestClient(broker.client)
        changes, stream = Changes(), StreamReader(broker, lambda: f"gateway-{new_id().hex}")
        kept = Kept(settings.answers_kept)
        heard = Listening(stream, changes, kept)
        keys = IssuerKeys(http, settings.oidc_issuer)
        identity = Identity(
            TokenVerifier(keys, settings.oidc_issuer, settings.oidc_audience),
            Directory(services, settings.operation_deadline),
        )
        surroundings = Surroundings(services, changes, kept, Past(stream), settings.operation_deadline)
        schema = GatewaySchema(introspection=settings.graphql_introspection, most=settings.operation_cost)
        file = settings.trusted_documents_file
        documents = trusted(file, lambda text: schema.document(text).problems) if file else Remembered()
        cors = Cors("/graphql", settings.client_origins)
        endpoint = Endpoint(
            schema,
            identity,
            surroundings,
            documents,
            heartbeat=settings.client_heartbeat,
            origins=settings.client_origins,
        )
        checks = {"broker": broker_answers(broker), "events": heard.check(), "identity provider": keys.check()}
        application = http_application(checks, max_body=MAX_BODY)

        async def graphql(request: web.Request) -> web.StreamResponse:
            return cors.preflight(request) or await endpoint(request)

        application.router.add_route("*", cors.path, graphql)
        application.on_response_prepare.append(cors.add_headers)
        application.on_shutdown.append(endpoint.close_sockets)
        async with (
            keys.refreshing(),
            listening(application, settings.http_host, settings.http_port, drop_when_gone=True) as port,
        ):
            yield Gateway(port, changes, kept, heard)


async def serve() -> None:
    """Serve until told to stop."""
    settings = from_environment(GatewaySettings)
    stop = Stop()
    kept = settings.otel_traces_sampler_arg
    with telemetry("gateway", settings.otel_exporter_otlp_endpoint, sampled=kept):
        async with open_gateway(settings, on_broker_closed=stop.fail) as gateway:
            await run_until(stop, gateway.listening.run())
