"""When something fails, the rest of the answer still arrives, and nothing from the inside gets out."""

import asyncio
import time

import aiohttp
import pytest

from gateway.tests.support.gateway_client import RECRUITER, Acme, eventually, id_of, serving
from gateway.tests.support.gateway_peer import Peer
from rapport.contracts import analytics, pipeline
from rapport.gateway.settings import GatewaySettings
from rapport.kit.rpc.broker import open_broker
from rapport.kit.rpc.envelope import HandlerResult, RequestContext
from rapport.kit.rpc.server import RequestServer
from rapport.sandbox.issuer import Issuer
from rapport.testing import NatsForTests

FUNNEL = "query ($id: ID!) { job(id: $id) { title funnel { applications } } }"


async def hang(_: object, __: RequestContext | None) -> HandlerResult:
    await asyncio.Event().wait()
    raise AssertionError


async def fail(_: object, __: RequestContext | None) -> HandlerResult:
    raise RuntimeError("the password is hunter2")


@pytest.fixture
def settings(settings: GatewaySettings) -> GatewaySettings:
    """With less patience."""
    return settings.model_copy(update={"operation_deadline": 0.5})


async def test_a_service_that_does_not_answer_costs_only_its_own_part(acme: Acme) -> None:
    acme.peer.answering[analytics.GetFunnels] = hang
    begun = time.monotonic()

    response = await acme.execute(FUNNEL, {"id": id_of(acme.peer.job())})

    assert time.monotonic() - begun < 2
    assert response.status == 200
    assert response.body["data"]["job"] == {"title": "Engineer", "funnel": None}
    assert response.error["message"] == "analytics is not available"
    assert response.error["path"] == ["job", "funnel"]
    assert response.error["extensions"] == {"code": "UNAVAILABLE", "service": "analytics"}


async def test_an_unexpected_failure_is_masked(acme: Acme) -> None:
    acme.peer.answering[analytics.GetFunnels] = fail

    response = await acme.execute(FUNNEL, {"id": id_of(acme.peer.job())})

    assert response.body["data"]["job"] == {"title": "Engineer", "funnel": None}
    assert (response.code, response.error["message"]) == ("INTERNAL", "internal error")
    assert "hunter2" not in str(response.body)


async def test_a_reply_that_breaks_the_contract_is_masked(acme: Acme) -> None:
    async def other(_: object, __: RequestContext | None) -> HandlerResult:
        return pipeline.Jobs(items=())

    acme.peer.answering[pipeline.GetSync] = other
    response = await acme.execute("{ sync { state } }")

    assert (response.code, response.error["message"], response.body["data"]) == (
        "INTERNAL",
        "internal error",
        {"sync": None},
    )


async def test_it_is_ready_only_while_it_receives_from_the_broker(acme: Acme, jetstream: NatsForTests) -> None:
    async def ready() -> int:
        async with acme.http.get(f"{acme.url}/readyz", timeout=aiohttp.ClientTimeout(5)) as response:
            return response.status

    async def says(status: int) -> bool:
        return await ready() == status

    assert await ready() == 200
    jetstream.kill()
    await eventually(lambda: says(503))
    async with acme.http.get(f"{acme.url}/livez") as response:
        assert response.status == 200
    jetstream.start()
    await eventually(lambda: says(200))


async def test_with_the_broker_away_clients_get_an_error_in_time(acme: Acme, jetstream: NatsForTests) -> None:
    await acme.execute("{ me { name } }")
    jetstream.kill()

    response = await acme.execute("{ me { name } jobs { nodes { id } } }")

    assert (response.status, response.code, response.error["extensions"]["service"]) == (200, "UNAVAILABLE", "pipeline")


async def test_a_service_that_is_not_there_costs_only_its_own_part(
    settings: GatewaySettings, jetstream: NatsForTests, peer: Peer, issuer: Issuer
) -> None:
    async with (
        open_broker(jetstream.url_for("pipeline"), "pipeline", on_closed=lambda: None) as broker,
        serving(settings) as gateway,
        aiohttp.ClientSession() as http,
    ):
        peer.serve(RequestServer(broker, "pipeline"), "pipeline")
        await broker.requests.start()
        await broker.settle()
        acme = Acme(f"http://127.0.0.1:{gateway.port}", http, gateway, peer, {}, issuer.token(RECRUITER))
        response = await acme.execute(FUNNEL, {"id": id_of(peer.job())})

    assert response.body["data"]["job"] == {"title": "Engineer", "funnel": None}
    assert response.error["extensions"] == {"code": "UNAVAILABLE", "service": "analytics"}
