"""A gateway over a real broker, with real tokens; its services are a peer that speaks their protocol."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import aiohttp
import pytest
import pytest_asyncio

from gateway.tests.support.gateway_client import RECRUITER, Acme, relays, serving
from gateway.tests.support.gateway_peer import Peer
from rapport.contracts.identity import Role
from rapport.gateway.settings import GatewaySettings
from rapport.kit.rpc.broker import open_broker
from rapport.kit.rpc.server import RequestServer
from rapport.sandbox.issuer import Issuer
from rapport.testing import NatsForTests


@pytest.fixture
def peer() -> Peer:
    """The services' answers."""
    peer = Peer()
    peer.user(RECRUITER, Role.RECRUITER, Role.ADMIN)
    return peer


@pytest_asyncio.fixture
async def services(jetstream: NatsForTests, peer: Peer) -> AsyncIterator[None]:
    """The services, answering."""
    async with AsyncExitStack() as stack:
        for service in ("pipeline", "analytics", "reviews", "outreach"):
            broker = await stack.enter_async_context(
                open_broker(jetstream.url_for(service), service, on_closed=lambda: None)
            )
            peer.serve(RequestServer(broker, service), service)
            await broker.requests.start()
            await broker.settle()
        yield


@pytest.fixture
def settings(jetstream: NatsForTests, issuer: Issuer) -> GatewaySettings:
    """The gateway's; a test may change them."""
    return GatewaySettings(
        nats_url=jetstream.url_for("gateway"),
        http_port=0,
        oidc_issuer=issuer.url,
        oidc_audience=issuer.audience,
        graphql_introspection=True,
        response_cache_seconds=0,
    )


@pytest_asyncio.fixture
async def acme(
    settings: GatewaySettings, services: None, jetstream: NatsForTests, peer: Peer, issuer: Issuer
) -> AsyncIterator[Acme]:
    """An organisation with a recruiter, a gateway and its services."""
    async with relays(jetstream) as brokers, serving(settings) as gateway, aiohttp.ClientSession() as http:
        yield Acme(f"http://127.0.0.1:{gateway.port}", http, gateway, peer, brokers, issuer.token(RECRUITER))
