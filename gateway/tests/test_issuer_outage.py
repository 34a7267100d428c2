"""An issuer that accepts connections and never answers: what is known stays good, and nobody queues for the rest."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.typedefs import Handler

from gateway.tests.support.gateway_client import RECRUITER, Acme, eventually, relays
from gateway.tests.support.gateway_peer import Peer
from rapport.gateway.app import open_gateway
from rapport.gateway.settings import GatewaySettings
from rapport.sandbox.issuer import Issuer
from rapport.testing import NatsForTests
from rapport.testing.identity import serving_issuer

ME = "{ me { email } }"


@dataclass
class Line:
    """What lies between the gateway and its issuer."""

    open: asyncio.Event = field(default_factory=asyncio.Event)
    requests: int = 0
    hides_keys: bool = False


@pytest.fixture
def line() -> Line:
    return Line()


@pytest_asyncio.fixture
async def issuer(tmp_path: Path, line: Line) -> AsyncIterator[Issuer]:
    """Answers while the line is open."""

    @web.middleware
    async def held(request: web.Request, handler: Handler) -> web.StreamResponse:
        line.requests += 1
        await line.open.wait()
        if line.hides_keys and not request.path.endswith("/openid-configuration"):
            return web.json_response({"keys": []})
        return await handler(request)

    async with serving_issuer(tmp_path, middlewares=[held]) as issuer:
        yield issuer
        line.open.set()


@pytest_asyncio.fixture
async def acme(
    settings: GatewaySettings, services: None, jetstream: NatsForTests, peer: Peer, issuer: Issuer
) -> AsyncIterator[Acme]:
    """A gateway that may not be ready yet."""
    async with (
        relays(jetstream) as brokers,
        open_gateway(settings, on_broker_closed=lambda: None) as gateway,
        aiohttp.ClientSession() as http,
    ):
        yield Acme(f"http://127.0.0.1:{gateway.port}", http, gateway, peer, brokers, issuer.token(RECRUITER))


async def identity_provider(acme: Acme) -> str:
    """What readiness says of it."""
    async with acme.http.get(f"{acme.url}/readyz") as response:
        checks: dict[str, str] = (await response.json())["checks"]
        assert (response.status == 503) >= (checks["identity provider"] != "ok")
        return checks["identity provider"]


async def test_requests_while_the_issuer_hangs_share_one_wait_and_then_none(acme: Acme, line: Line) -> None:
    assert await identity_provider(acme) == "no keys (not fetched yet)"
    responses = await asyncio.gather(*(acme.execute(ME) for _ in range(30)))
    assert {(response.status, response.error["extensions"]["service"]) for response in responses} == {
        (503, "the identity provider")
    }
    assert line.requests <= 2  # the fetch that thirty requests waited for, and perhaps the next try
    assert await identity_provider(acme) == "no keys (TimeoutError)"
    line.open.set()

    async def known() -> bool:
        return await identity_provider(acme) == "ok"

    await eventually(known)
    assert (await acme.execute(ME)).data["me"] == {"email": RECRUITER}


async def test_known_keys_stay_good_while_the_issuer_hangs(acme: Acme, line: Line, issuer: Issuer) -> None:
    line.open.set()
    assert (await acme.execute(ME)).status == 200
    line.open.clear()
    for _ in range(2):
        issuer.keys.rotate()
    strangers = issuer.token(RECRUITER)
    waiting = asyncio.create_task(acme.execute(ME, token=strangers))
    # One request waits for the new key; those with a known one do not.
    assert (await acme.execute(ME)).status == 200
    assert (await waiting).status == 503
    before = line.requests
    assert {(await acme.execute(ME, token=strangers)).status for _ in range(10)} == {503}
    assert line.requests - before <= 1  # a try of its own accord
    assert (await acme.execute(ME)).status == 200
    assert await identity_provider(acme) == "ok"
    line.open.set()

    async def found() -> bool:
        return (await acme.execute(ME, token=strangers)).status == 200

    await eventually(found)


async def test_an_issuer_without_keys_is_retried_soon_and_delays_no_request(acme: Acme, line: Line) -> None:
    line.hides_keys = True
    line.open.set()

    async def empty() -> bool:
        return await identity_provider(acme) == "no keys (ValueError)"

    await eventually(empty)
    assert (await acme.execute(ME)).error["extensions"]["service"] == "the identity provider"
    line.hides_keys = False

    async def found() -> bool:
        return (await acme.execute(ME)).status == 200

    await eventually(found)
