"""The composition root: the only place that constructs."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from aiohttp import web

from rapport.gateway.execution.response_cache import ResponseCache
from rapport.gateway.graph.context import Dependencies
from rapport.gateway.schema import GatewaySchema
from rapport.gateway.server.cors import Cors
from rapport.gateway.server.endpoint import MAX_BODY, GraphQLEndpoint
from rapport.gateway.server.identity import Identity, TokenVerifier, ViewerDirectory
from rapport.gateway.server.import_files import ImportFiles
from rapport.gateway.server.issuer_keys import IssuerKeys
from rapport.gateway.server.persisted_documents import AutomaticPersistedQueries, trusted_documents
from rapport.gateway.server.web_app import WebApp
from rapport.gateway.settings import GatewaySettings
from rapport.gateway.subscriptions.hub import SubscriptionHub
from rapport.gateway.subscriptions.listener import EventListener
from rapport.gateway.subscriptions.replay import EventReplay
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
    """A running gateway."""

    port: int
    hub: SubscriptionHub
    response_cache: ResponseCache
    listener: EventListener
    viewers: ViewerDirectory


@asynccontextmanager
async def open_gateway(settings: GatewaySettings, *, on_broker_closed: Callable[[], None]) -> AsyncIterator[Gateway]:
    """Serve HTTP until the end of the block; events are delivered while ``listener.run()`` runs.

    Args:
        settings: of this process.
        on_broker_closed: called if the connection to the broker is lost for good.
    """
    async with (
        aiohttp.ClientSession() as http,
        open_broker(settings.nats_url, "gateway", on_closed=on_broker_closed) as broker,
    ):
        services = RequestClient(broker.client)
        hub, stream = SubscriptionHub(), StreamReader(broker, lambda: f"gateway-{new_id().hex}")
        response_cache = ResponseCache(settings.response_cache_seconds)
        listener = EventListener(stream, hub, on_event=response_cache.invalidate)
        keys = IssuerKeys(http, settings.oidc_issuer)
        viewers = ViewerDirectory(services, settings.operation_deadline)
        identity = Identity(TokenVerifier(keys, settings.oidc_issuer, settings.oidc_audience), viewers)
        dependencies = Dependencies(services, hub, response_cache, EventReplay(stream), settings.operation_deadline)
        schema = GatewaySchema(introspection=settings.graphql_introspection, max_cost=settings.operation_cost)
        file = settings.trusted_documents_file
        documents = (
            trusted_documents(file, lambda text: schema.document(text).problems)
            if file
            else AutomaticPersistedQueries()
        )
        cors = Cors("/graphql", settings.client_origins)
        endpoint = GraphQLEndpoint(
            schema,
            identity,
            dependencies,
            documents,
            heartbeat=settings.client_heartbeat,
            origins=settings.client_origins,
        )
        checks = {"broker": broker_answers(broker), "events": listener.check(), "identity provider": keys.check()}
        application = http_application(checks, max_body=MAX_BODY)

        async def graphql(request: web.Request) -> web.StreamResponse:
            return cors.preflight(request) or await endpoint(request)

        application.router.add_route("*", cors.path, graphql)
        application.add_routes(ImportFiles(identity, services, settings.operation_deadline).routes())
        if settings.web_app_folder:
            app = WebApp(
                settings.web_app_folder,
                settings.oidc_issuer,
                settings.oidc_web_client,
                lambda: keys.sign_in_endpoints,
            )
            application.add_routes(app.routes())
        application.on_response_prepare.append(cors.add_headers)
        application.on_shutdown.append(endpoint.close_sockets)
        async with (
            keys.refreshing(),
            listening(application, settings.http_host, settings.http_port, drop_when_gone=True) as port,
        ):
            yield Gateway(port, hub, response_cache, listener, viewers)


async def serve() -> None:
    """Serve until the process is stopped."""
    settings = from_environment(GatewaySettings)
    stop = Stop()
    sampled = settings.otel_traces_sampler_arg
    with telemetry("gateway", settings.otel_exporter_otlp_endpoint, sampled=sampled):
        async with open_gateway(settings, on_broker_closed=stop.fail) as gateway:
            await run_until(stop, gateway.listener.run())
