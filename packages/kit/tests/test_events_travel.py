"""From a unit of work through outbox, relay and stream to a reaction: nothing lost, nothing applied twice."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from rapport.contracts.events import Event, JobChanged, JobState
from rapport.contracts.vocabulary import JobStatus
from rapport.kit.database.outbox import EventMetadata, to_outbox_row
from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.kit.errors import Reject, RetryLater
from rapport.kit.events.consumer import Consumer, replay_parked
from rapport.kit.events.relay import Relay
from rapport.kit.identity import new_id
from rapport.kit.rpc.broker import Broker, open_broker
from rapport.local.provision import declared_jetstream, provision_jetstream


def job_opened() -> JobChanged:
    return JobChanged(current=JobState(status=JobStatus.OPEN))


async def eventually(true: Callable[[], Awaitable[bool]], *, within: float = 10.0) -> None:
    """Wait for a condition, with a deadline."""
    async with asyncio.timeout(within):
        while not await true():  # noqa: ASYNC110 - what is waited for is outside this process
            await asyncio.sleep(0.01)


async def record_jobs(database: Database, *versions: int, org_id: str = "acme", job: UUID | None = None) -> list[UUID]:
    """Record one event per version, in one unit of work; answers the jobs."""
    jobs = []
    async with database.work(org_id, actor="system:test", cause="test") as unit:
        for version in versions:
            aggregate = job or new_id()
            jobs.append(aggregate)
            unit.record(job_opened(), aggregate_id=aggregate, version=version, occurred_at=unit.now)
    return jobs


class Remembering:
    """A reaction that remembers, and fails as it is told."""

    consumer = "analytics-funnel"

    def __init__(self) -> None:
        self.applied: list[UUID] = []
        self.fail: Callable[[Event[Any]], None] = lambda event: None

    async def apply(self, unit: UnitOfWork, events: Sequence[Event[Any]]) -> None:
        for event in events:
            self.fail(event)
        self.applied += [event.subject for event in events]


@pytest.fixture
def reaction() -> Remembering:
    return Remembering()


async def _run(opened: AsyncExitStack, *parts: Any) -> None:
    """Run the parts until the end of the test."""

    async def stop(tasks: list[asyncio.Task[None]]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    opened.push_async_callback(stop, [asyncio.create_task(part.run()) for part in parts])


async def _waiting(stored: Any) -> int:
    connection = await asyncpg.connect(stored.system_url)
    try:
        return await connection.fetchval("SELECT count(*) FROM publication WHERE stream_sequence IS NULL")
    finally:
        await connection.close()


async def test_every_recorded_event_reaches_the_reaction_once(stored, service_database, broker, opened, reaction):
    jobs = await record_jobs(service_database, *[1] * 1500)
    await _run(opened, Relay(stored.system_url, broker, "pipeline"), Consumer(broker, service_database, reaction))
    jobs += await record_jobs(service_database, 1)
    await eventually(lambda: _is(len(reaction.applied) >= 1501))
    assert sorted(reaction.applied) == sorted(jobs)
    # A consumer can be done with a batch before the relay has marked it.
    await eventually(lambda: _is_zero(stored))


async def test_events_of_one_aggregate_arrive_in_the_order_of_their_versions(
    stored, service_database, broker, opened, reaction
):
    job = new_id()
    seen: list[int] = []
    reaction.fail = lambda event: seen.append(event.aggregateversion)
    for version in range(1, 30):
        await record_jobs(service_database, version, job=job)
    await _run(opened, Relay(stored.system_url, broker, "pipeline"), Consumer(broker, service_database, reaction))
    await eventually(lambda: _is(len(seen) == 29))
    assert seen == list(range(1, 30))


async def test_a_event_recorded_again_is_published_once(stored, service_database, broker, opened, reaction):
    job = new_id()
    await record_jobs(service_database, 1, job=job)
    await record_jobs(service_database, 1, job=job)
    await _run(opened, Relay(stored.system_url, broker, "pipeline"), Consumer(broker, service_database, reaction))
    await record_jobs(service_database, 2, job=job)
    await eventually(lambda: _is(len(reaction.applied) >= 2))
    assert reaction.applied == [job, job]
    assert (await broker.client.jetstream().stream_info("HIRING")).state.messages == 2


async def test_a_rolled_back_unit_of_work_leaves_no_event(stored, service_database):
    async def fail_after_recording() -> None:
        async with service_database.work("acme", actor="system:test", cause="test") as unit:
            unit.record(job_opened(), aggregate_id=new_id(), version=1, occurred_at=unit.now)
            await unit.flush_events()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_after_recording()
    assert await _waiting(stored) == 0


async def test_a_batch_with_a_message_the_stream_already_holds_is_published_all_the_same(
    stored, service_database, broker, opened, reaction
):
    await _run(opened, Relay(stored.system_url, broker, "pipeline"))
    await record_jobs(service_database, 1, 1, 1)
    await eventually(lambda: _is_zero(stored))
    connection = await asyncpg.connect(stored.system_url)
    await connection.execute("UPDATE publication SET stream_sequence = NULL")  # died before marking
    await connection.close()
    await record_jobs(service_database, 1, 1)
    await eventually(lambda: _is_zero(stored))
    assert (await broker.client.jetstream().stream_info("HIRING")).state.messages == 5


async def test_a_relay_that_died_before_marking_leaves_no_doubles_even_when_the_broker_has_forgotten(
    stored, service_database, broker, opened, reaction
):
    stream = broker.client.jetstream()
    config = (await stream.stream_info("HIRING")).config
    await stream.update_stream(config, duplicate_window=0.1)
    relay = asyncio.create_task(Relay(stored.system_url, broker, "pipeline").run())
    await record_jobs(service_database, 1, 1, 1, 1, 1)
    await eventually(lambda: _is_zero(stored))
    relay.cancel()
    await asyncio.gather(relay, return_exceptions=True)
    system = await asyncpg.connect(stored.system_url)
    await system.execute("UPDATE publication SET stream_sequence = NULL WHERE stream_sequence > 2")
    await system.close()
    await asyncio.sleep(0.3)  # what is waited for is the broker's forgetting, which nothing tells of

    await _run(opened, Relay(stored.system_url, broker, "pipeline"))
    await record_jobs(service_database, 1)
    await eventually(lambda: _is_zero(stored))
    assert (await stream.stream_info("HIRING")).state.messages == 6


async def test_a_recreated_stream_is_refilled_and_nothing_is_applied_twice(
    stored, service_database, nats_server, jetstream_url, opened, reaction
):
    broker = await opened.enter_async_context(open_broker(jetstream_url, "test", on_closed=lambda: None))
    await _run(opened, Relay(stored.system_url, broker, "pipeline"), Consumer(broker, service_database, reaction))
    jobs = await record_jobs(service_database, 1, 1, 1)
    await eventually(lambda: _is(len(reaction.applied) == 3))
    await broker.client.jetstream().delete_stream("HIRING")
    await provision_jetstream(jetstream_url, declared_jetstream(), lambda _: None)
    nats_server.kill()
    nats_server.start()
    jobs += await record_jobs(service_database, 1)
    await eventually(lambda: _is(len(reaction.applied) >= 4), within=20)
    await eventually(lambda: _stream_holds(broker, 4), within=20)
    assert sorted(reaction.applied) == sorted(jobs)


async def test_a_failing_event_is_tried_again_while_the_others_pass(stored, service_database, broker, opened, reaction):
    jobs = await record_jobs(service_database, 1, 1, 1)
    tries: list[int] = []

    def fail(event: Event[Any]) -> None:
        if event.subject == jobs[1]:
            tries.append(1)
            if len(tries) < 4:
                raise RetryLater("not yet", delay=0.01)

    reaction.fail = fail
    await _run(opened, Relay(stored.system_url, broker, "pipeline"), Consumer(broker, service_database, reaction))
    await eventually(lambda: _is(len(reaction.applied) == 3))
    assert sorted(reaction.applied) == sorted(jobs)
    assert reaction.applied[-1] == jobs[1]


async def test_a_event_that_can_never_succeed_is_parked_with_its_reason_and_replayed_by_command(
    stored, service_database: Database, broker: Broker, opened, reaction
):
    jobs = await record_jobs(service_database, 1, 1)

    def fail(event: Event[Any]) -> None:
        if event.subject == jobs[0]:
            raise Reject("no such thing")

    reaction.fail = fail
    await _run(opened, Relay(stored.system_url, broker, "pipeline"), Consumer(broker, service_database, reaction))
    system = await asyncpg.connect(stored.system_url)
    opened.push_async_callback(system.close)
    await eventually(lambda: _parked(system, 1))
    assert await system.fetchval("SELECT reason FROM parked") == "no such thing"
    await eventually(lambda: _is(reaction.applied == [jobs[1]]))

    assert await replay_parked(system, service_database, reaction) == 0
    reaction.fail = lambda event: None
    assert await replay_parked(system, service_database, reaction) == 1
    assert reaction.applied == [jobs[1], jobs[0]]
    assert await replay_parked(system, service_database, reaction) == 0


async def test_a_message_that_is_not_the_event_it_claims_to_be_is_parked_and_holds_up_nothing(
    stored, service_database, broker, opened, reaction
):
    await broker.client.jetstream().publish("hiring.acme.pipeline.job.changed.v1", b'{"truncated', stream="HIRING")
    await broker.client.jetstream().publish("hiring.acme.pipeline.future.thing.v1", b"{}", stream="HIRING")
    jobs = await record_jobs(service_database, 1)
    await _run(opened, Relay(stored.system_url, broker, "pipeline"), Consumer(broker, service_database, reaction))
    system = await asyncpg.connect(stored.system_url)
    opened.push_async_callback(system.close)
    await eventually(lambda: _parked(system, 1))
    await eventually(lambda: _is(reaction.applied == jobs))
    assert "truncated" not in await system.fetchval("SELECT reason FROM parked")


async def test_a_event_on_the_subject_of_another_organisation_is_parked_there_and_applied_nowhere(
    stored, service_database, broker, opened, reaction
):
    now = datetime.now(UTC)
    stamp = EventMetadata("globex", "rapport/pipeline", "system:test", "test", now, None)
    body = to_outbox_row(job_opened(), stamp, aggregate_id=new_id(), version=1, occurred_at=now).body.encode()
    stream = broker.client.jetstream()
    await stream.publish("hiring.acme.pipeline.job.changed.v1", body, stream="HIRING")
    await stream.publish("hiring.globex.pipeline.job.changed.v1", body.replace(b"job.changed", b"job.gone"))
    jobs = await record_jobs(service_database, 1)
    system = await asyncpg.connect(stored.system_url)
    opened.push_async_callback(system.close)

    await _run(opened, Relay(stored.system_url, broker, "pipeline"), Consumer(broker, service_database, reaction))

    await eventually(lambda: _parked(system, 2))
    await eventually(lambda: _is(reaction.applied == jobs))
    parked = await system.fetch("SELECT org_id, reason FROM parked ORDER BY org_id")
    assert [tuple(row) for row in parked] == [
        ("acme", "not a pipeline.job.changed.v1: orgid: is not that of the subject"),
        ("globex", "not a pipeline.job.changed.v1: type: is not that of the subject"),
    ]
    assert await replay_parked(system, service_database, reaction) == 0
    assert reaction.applied == jobs


async def test_of_two_relays_one_leads_and_the_other_takes_over(
    stored, service_database, broker, opened, reaction, monkeypatch
):
    monkeypatch.setattr("rapport.kit.runtime.leadership._POLL_INTERVAL", 0.1)
    first, second = Relay(stored.system_url, broker, "pipeline"), Relay(stored.system_url, broker, "pipeline")
    leader = asyncio.create_task(first.run())
    await eventually(lambda: _is(first.leading))
    await _run(opened, second, Consumer(broker, service_database, reaction))
    await record_jobs(service_database, 1)
    await eventually(lambda: _is(len(reaction.applied) == 1))
    assert not second.leading
    leader.cancel()
    await asyncio.gather(leader, return_exceptions=True)
    await record_jobs(service_database, 1)
    await eventually(lambda: _is(len(reaction.applied) == 2))
    await eventually(lambda: _is(second.leading))


async def _is(value: bool) -> bool:
    return value


async def _stream_holds(broker: Broker, count: int) -> bool:
    return (await broker.client.jetstream().stream_info("HIRING")).state.messages == count


async def _is_zero(stored: Any) -> bool:
    return await _waiting(stored) == 0


async def _parked(system: asyncpg.Connection, count: int) -> bool:
    return await system.fetchval("SELECT count(*) FROM parked") == count
