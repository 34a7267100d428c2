"""Watching again after a break: what happened in between comes first, without a gap or a repeat."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from gateway.tests.support.gateway_client import JSON, Acme, Socket, eventually, id_of
from rapport.contracts import pipeline
from rapport.gateway.settings import GatewaySettings
from rapport.gateway.subscriptions.replay import cursor_of
from rapport.kit.events.stream import StreamPosition
from rapport.local.provision import declared_jetstream, provision_jetstream
from rapport.testing import NatsForTests
from rapport.testing.fault_proxy import FaultProxy, cable_to

WATCH = "subscription ($job: ID!, $after: String) { boardChanged(jobId: $job, after: $after) { applicationId cursor } }"


@pytest.fixture
def job(acme: Acme) -> pipeline.Job:
    return acme.peer.job(cards=12)


@pytest.fixture
def applications(acme: Acme, job: pipeline.Job) -> list[pipeline.Application]:
    return list(acme.peer.applications.values())


async def watch(client: Socket, job: pipeline.Job, after: str | None = None) -> None:
    await client.acknowledged()
    await client.subscribe(WATCH, {"job": id_of(job), "after": after})


async def first_cursor(acme: Acme, job: pipeline.Job, application: pipeline.Application) -> str:
    """The cursor of a change that a client has seen before it left."""
    async with acme.socket() as client:
        await watch(client, job)
        await acme.watched(job)
        await acme.move(job, application)
        cursor: str = (await client.change())["cursor"]
    await acme.watched(job, by=0)
    return cursor


async def test_what_was_missed_comes_first_then_what_happens(
    acme: Acme, job: pipeline.Job, applications: list[pipeline.Application]
) -> None:
    after = await first_cursor(acme, job, applications[0])
    elsewhere = acme.peer.job(cards=1)
    stranger = next(a for a in acme.peer.applications.values() if a.job_id == elsewhere.id)
    await acme.move(job, applications[1])
    await acme.move(elsewhere, stranger)
    await acme.move(job, applications[2])
    async with acme.socket() as client:
        await watch(client, job, after)
        received = [await client.change() for _ in range(2)]
        await acme.move(job, applications[3])
        received.append(await client.change())
    assert [change["applicationId"] for change in received] == [id_of(a) for a in applications[1:4]]


async def test_a_client_that_reconnects_receives_everything_once_and_in_order(
    acme: Acme, job: pipeline.Job, applications: list[pipeline.Application]
) -> None:
    after = await first_cursor(acme, job, applications[0])
    expected_changes = [applications[n % len(applications)] for n in range(300)]

    async def go_on() -> None:
        for application in expected_changes:
            await acme.move(job, application)

    received: list[str] = []
    moving = asyncio.create_task(go_on())
    while len(received) < len(expected_changes):
        async with acme.socket() as client:
            await watch(client, job, after)
            for _ in range(min(17, len(expected_changes) - len(received))):
                change = await client.change()
                received.append(change["applicationId"])
                after = change["cursor"]
    await moving
    assert received == [id_of(application) for application in expected_changes]


async def test_an_event_stream_over_http_is_resumed_as_well(
    acme: Acme, job: pipeline.Job, applications: list[pipeline.Application]
) -> None:
    after = await first_cursor(acme, job, applications[0])
    await acme.move(job, applications[1])
    body = {"query": WATCH, "variables": {"job": id_of(job), "after": after}}
    headers = acme.headers() | {"Accept": "text/event-stream", "Content-Type": JSON}
    async with acme.http.post(f"{acme.url}/graphql", json=body, headers=headers) as response, asyncio.timeout(60):
        assert await response.content.readline() == b"event: next\r\n"
        received = json.loads((await response.content.readline()).removeprefix(b"data: "))
    assert received["data"]["boardChanged"]["applicationId"] == id_of(applications[1])


async def refused(acme: Acme, job: pipeline.Job, after: str) -> dict[str, Any]:
    async with acme.socket() as client:
        await watch(client, job, after)
        message = await client.receive()
    payload = message["payload"]
    (error,) = payload if isinstance(payload, list) else payload["errors"]
    found: dict[str, Any] = error
    return found


@pytest.mark.parametrize("cursor", ["", "nonsense", "MQ", "MUB4!", "é"])
async def test_what_is_not_a_cursor_is_refused(acme: Acme, job: pipeline.Job, cursor: str) -> None:
    error = await refused(acme, job, cursor)
    assert error["extensions"] == {"code": "INVALID_CURSOR", "argument": "after"}


async def test_a_cursor_of_another_stream_has_expired(acme: Acme, job: pipeline.Job) -> None:
    error = await refused(acme, job, cursor_of(StreamPosition("2020-01-01T00:00:00Z", 1)))
    assert error["extensions"] == {"code": "CURSOR_EXPIRED", "argument": "after"}


async def test_a_cursor_that_another_gateway_gave_out_before_this_one_heard_of_it_is_good(
    acme: Acme, job: pipeline.Job, applications: list[pipeline.Application]
) -> None:
    received = acme.gateway.hub.position
    assert received
    async with acme.socket() as client:
        await watch(client, job, cursor_of(StreamPosition(received.stream, received.sequence + 1)))
        await acme.watched(job)
        for application in applications[:2]:
            await acme.move(job, application)
        assert (await client.change())["applicationId"] == id_of(applications[1])


async def test_subscribers_are_told_to_reload_when_the_stream_is_recreated(
    acme: Acme, job: pipeline.Job, applications: list[pipeline.Application], jetstream: NatsForTests
) -> None:
    async with acme.socket() as client:
        await watch(client, job)
        await acme.watched(job)
        operator = await jetstream.connect("operator")
        await operator.jetstream().delete_stream("HIRING")
        await operator.close()
        await provision_jetstream(jetstream.url_for("operator"), declared_jetstream(), lambda _: None)
        ended = await client.receive(within=20)
        assert ended["payload"]["errors"][0]["extensions"]["code"] == "CURSOR_EXPIRED"
        hears = acme.gateway.listener.check()

        async def again() -> bool:
            return await hears() is None

        await eventually(again)
        await client.receive()
        await client.subscribe(WATCH, {"job": id_of(job)}, id="2")
        await acme.watched(job)
        # What the relays republish has happened before: it is in every board that was loaded.
        await acme.move(job, applications[0], recordedat="2026-01-01T00:00:00Z")
        await acme.move(job, applications[1])
        assert (await client.change())["applicationId"] == id_of(applications[1])


class TestOverACableThatCanBeCut:
    """The gateway's connection to the broker breaks, and the broker lives on."""

    @pytest_asyncio.fixture
    async def fault_proxy(self, jetstream: NatsForTests) -> AsyncIterator[tuple[FaultProxy, int]]:
        address = urlsplit(jetstream.url)
        async with cable_to(str(address.hostname), address.port or 0) as fault_proxy:
            yield fault_proxy

    @pytest.fixture
    def settings(self, settings: GatewaySettings, fault_proxy: tuple[FaultProxy, int]) -> GatewaySettings:
        address = urlsplit(settings.nats_url)
        through = f"{address.username}:{address.password}@127.0.0.1:{fault_proxy[1]}"
        return settings.model_copy(update={"nats_url": f"nats://{through}"})

    async def test_what_was_in_flight_when_the_connection_broke_is_delivered(
        self,
        acme: Acme,
        job: pipeline.Job,
        applications: list[pipeline.Application],
        fault_proxy: tuple[FaultProxy, int],
    ) -> None:
        async with acme.socket() as client:
            await watch(client, job)
            await acme.watched(job)
            await acme.move(job, applications[0])
            received = [(await client.change())["applicationId"]]
            fault_proxy[0].hold()
            for application in applications[1:4]:
                await acme.move(job, application)
            fault_proxy[0].cut()
            for application in applications[4:6]:
                await acme.move(job, application)
            for _ in range(5):
                change = await client.receive(within=20)
                received.append(change["payload"]["data"]["boardChanged"]["applicationId"])
        assert received == [id_of(application) for application in applications[:6]]
