"""Whoever watches goes on to see what they may see, and no service is asked at every event."""

import asyncio
from typing import Any

import pytest
from gateway_client import Acme, id_of
from gateway_peer import Peer

from rapport.contracts import pipeline
from rapport.gateway.events import sight
from rapport.gateway.events.sight import Sight
from rapport.kit.errors import ServiceUnavailableError

WATCH = "subscription ($job: ID!) { boardChanged(jobId: $job) { applicationId } }"


class Looking:
    """What a look finds, and how often somebody looked."""

    def __init__(self) -> None:
        self.times = 0
        self.found: object = "a job"

    async def __call__(self) -> object:
        self.times += 1
        await asyncio.sleep(0)
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


async def test_a_thousand_subscriptions_of_a_viewer_cost_one_look() -> None:
    seeing, look = Sight(), Looking()
    assert all(await asyncio.gather(*(seeing.sees("me", look) for _ in range(1000))))
    assert await seeing.sees("me", look)
    assert look.times == 1
    assert await seeing.sees("another", look)
    assert look.times == 2


async def test_what_is_no_longer_seen_is_not_believed() -> None:
    now = [0.0]
    seeing, look = Sight(lambda: now[0]), Looking()
    assert await seeing.sees("me", look)
    now[0] = 31
    look.found = None
    assert not await seeing.sees("me", look)
    assert not await seeing.sees("me", look)


async def test_nobody_is_sent_away_because_a_service_is_for_a_moment() -> None:
    now = [0.0]
    seeing, look = Sight(lambda: now[0]), Looking()
    look.found = ServiceUnavailableError("pipeline")
    with pytest.raises(ServiceUnavailableError):
        await seeing.sees("me", look)
    look.found = "a job"
    assert await seeing.sees("me", look)
    look.found = ServiceUnavailableError("pipeline")
    now[0] = 60
    assert await seeing.sees("me", look)
    now[0] = 400
    with pytest.raises(ServiceUnavailableError):
        await seeing.sees("me", look)


async def test_a_subscription_ends_when_its_viewer_no_longer_sees_the_job(
    acme: Acme, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sight, "_BELIEVED", 0.0)
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
        message = await client.heard()
    assert "any more" in str(message["payload"]), message
    assert id_of(second) not in str(message)
