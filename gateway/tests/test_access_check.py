"""Subscriptions go on while their user may see their subject, and few events cost a check."""

import asyncio
from typing import Any

import pytest

from gateway.tests.support.gateway_client import RECRUITER, Acme, id_of
from gateway.tests.support.gateway_peer import Peer
from rapport.contracts import pipeline
from rapport.contracts.identity import Role
from rapport.gateway.cache import TtlCache
from rapport.gateway.subscriptions.access_check import AccessCheck
from rapport.kit.errors import ServiceUnavailableError

WATCH = "subscription ($job: ID!) { boardChanged(jobId: $job) { applicationId } }"


class FakeProbe:
    """Returns ``found``, and counts its calls."""

    def __init__(self) -> None:
        self.times = 0
        self.found: object = "a job"

    async def __call__(self) -> object:
        self.times += 1
        await asyncio.sleep(0)
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


async def test_a_thousand_subscriptions_of_a_viewer_cost_one_check() -> None:
    check, probe = AccessCheck(), FakeProbe()
    assert all(await asyncio.gather(*(check.is_visible("me", probe) for _ in range(1000))))
    assert await check.is_visible("me", probe)
    assert probe.times == 1
    assert await check.is_visible("another", probe)
    assert probe.times == 2


async def test_a_negative_check_is_not_cached() -> None:
    now = [0.0]
    check, probe = AccessCheck(lambda: now[0]), FakeProbe()
    assert await check.is_visible("me", probe)
    now[0] = 31
    probe.found = None
    assert not await check.is_visible("me", probe)
    assert not await check.is_visible("me", probe)


async def test_subscriptions_survive_a_short_outage_of_the_service_that_decides() -> None:
    now = [0.0]
    check, probe = AccessCheck(lambda: now[0]), FakeProbe()
    probe.found = ServiceUnavailableError("pipeline")
    with pytest.raises(ServiceUnavailableError):
        await check.is_visible("me", probe)
    probe.found = "a job"
    assert await check.is_visible("me", probe)
    probe.found = ServiceUnavailableError("pipeline")
    now[0] = 60
    assert await check.is_visible("me", probe)
    now[0] = 400
    with pytest.raises(ServiceUnavailableError):
        await check.is_visible("me", probe)


async def test_a_subscription_ends_when_its_viewer_may_no_longer_see_the_job(acme: Acme, peer: Peer) -> None:
    acme.gateway.hub.access_check = AccessCheck(trusted_for=0)
    job = peer.job()
    first, second = (peer.application(job, job.stages[0], number) for number in range(2))

    async def nothing(_: Any, __: Any) -> pipeline.Jobs:
        return pipeline.Jobs(items=())

    async with acme.socket() as client:
        await client.acknowledged()
        await client.subscribe(WATCH, {"job": id_of(job)})
        await acme.watched(job)
        await acme.move(job, first)
        assert (await client.change())["applicationId"] == id_of(first)
        peer.answering[pipeline.GetJobsByIds] = nothing
        await acme.move(job, second)
        message = await client.receive()
    assert "any more" in str(message["payload"]), message
    assert id_of(second) not in str(message)


async def test_what_a_user_may_do_is_found_out_again_for_each_operation_over_an_open_socket(
    acme: Acme, peer: Peer
) -> None:
    acme.gateway.viewers.identities = TtlCache(0, 1)
    identity = peer.users["acme", RECRUITER]

    async def may_import(number: str) -> bool:
        await client.subscribe("{ me { can { importPeople } } }", id=number)
        answer = (await client.receive())["payload"]["data"]["me"]["can"]["importPeople"]
        assert (await client.receive())["type"] == "complete"
        return bool(answer)

    async with acme.socket() as client:
        await client.acknowledged()
        assert await may_import("1")
        viewer = identity.viewer.model_copy(update={"roles": frozenset({Role.EXECUTIVE})})
        peer.users["acme", RECRUITER] = identity.model_copy(update={"viewer": viewer})
        assert not await may_import("2")
        del peer.users["acme", RECRUITER]
        await client.subscribe("{ me { email } }", id="3")
        assert (await client.closed())[0] == 4403


async def test_a_subscription_ends_when_the_organisation_has_its_user_no_more(acme: Acme, peer: Peer) -> None:
    acme.gateway.viewers.identities = TtlCache(0, 1)
    job = peer.job()
    first, second = (peer.application(job, job.stages[0], number) for number in range(2))
    async with acme.socket() as client:
        await client.acknowledged()
        await client.subscribe(WATCH, {"job": id_of(job)})
        await acme.watched(job)
        await acme.move(job, first)
        assert (await client.change())["applicationId"] == id_of(first)
        del peer.users["acme", RECRUITER]
        await acme.move(job, second)
        message = await client.receive()
    assert "any more" in str(message["payload"]), message
    assert id_of(second) not in str(message)
