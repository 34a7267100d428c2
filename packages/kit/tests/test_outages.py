"""The database or the broker goes away and comes back: nothing is lost, nothing applied twice, nobody spins."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, ClassVar

import aiohttp
import asyncpg

from packages.kit.tests.support.kit_events import Counting, record_jobs, running
from rapport.kit.database.unit_of_work import Database
from rapport.kit.events.consumer import Consumer
from rapport.kit.events.relay import Relay
from rapport.kit.rpc.broker import Broker, open_broker
from rapport.kit.runtime.health import broker_answers, consumers_exist, database_is_migrated
from rapport.kit.runtime.leadership import run_as_leader
from rapport.kit.web.http import http_application, listening
from rapport.local import ports
from rapport.local.waiting import eventually
from rapport.testing import NatsForTests, PostgresForTests


@asynccontextmanager
async def ready_at(broker: Broker, database: Database, consumer: Consumer) -> AsyncIterator[str]:
    """A process's readiness, as an orchestrator asks for it."""
    checks = {
        "broker": broker_answers(broker),
        "database": database_is_migrated(database, "rapport.pipeline"),
        "consumers": consumers_exist([consumer]),
    }
    async with listening(http_application(checks), ports.LOOPBACK, 0) as port:
        yield f"http://{ports.LOOPBACK}:{port}/readyz"


async def readiness(url: str) -> tuple[int, dict[str, str]]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, (await response.json())["checks"]


async def wrong(url: str, *names: str) -> bool:
    """Whether just these checks fail."""
    status, checks = await readiness(url)
    return status == (503 if names else 200) and {n for n, said in checks.items() if said != "ok"} == set(names)


async def test_a_database_that_is_away_for_two_seconds_costs_nothing_but_time(
    stored: Any,
    service_database: Database,
    broker: Broker,
    opened: AsyncExitStack,
    postgres_server: PostgresForTests,
) -> None:
    reaction = Counting()
    consumer = Consumer(broker, service_database, reaction)
    jobs = await record_jobs(service_database, 300)
    await opened.enter_async_context(running(Relay(stored.system_url, broker, "pipeline"), consumer))
    url = await opened.enter_async_context(ready_at(broker, service_database, consumer))
    await eventually(lambda: reaction.has_applied(300), within=60, what="the first events")
    assert await wrong(url)

    postgres_server.kill()
    worked = time.process_time()
    try:
        await eventually(lambda: wrong(url, "database"), within=60, what="an honest readiness")
        # Events that arrive meanwhile: published before, delivered again now.
        await broker.client.jetstream().publish(
            "hiring.acme.pipeline.job.changed.v1", reaction.bodies[0], stream="HIRING"
        )
        await asyncio.sleep(2)  # the outage itself
    finally:
        postgres_server.start()
    assert time.process_time() - worked < 1.5
    await eventually(lambda: wrong(url), within=60, what="readiness after the outage")
    jobs += await record_jobs(service_database, 50)
    await eventually(lambda: reaction.has_applied(350), within=60, what="the rest")
    assert sorted(await reaction.committed(service_database)) == sorted(jobs)
    assert await _left(stored) == (0, 0)


async def test_a_broker_that_is_away_for_five_seconds_costs_nothing_but_time(
    stored: Any, service_database: Database, broker: Broker, opened: AsyncExitStack, nats_server: NatsForTests
) -> None:
    reaction = Counting()
    consumer = Consumer(broker, service_database, reaction)
    jobs = await record_jobs(service_database, 300)
    await opened.enter_async_context(running(Relay(stored.system_url, broker, "pipeline"), consumer))
    url = await opened.enter_async_context(ready_at(broker, service_database, consumer))
    await eventually(lambda: reaction.has_applied(100), within=60, what="the first events")

    nats_server.kill()
    worked = time.process_time()
    try:
        await eventually(lambda: wrong(url, "broker"), within=60, what="an honest readiness")
        jobs += await record_jobs(service_database, 200)  # recording is not affected
        await asyncio.sleep(5)  # the outage itself
    finally:
        nats_server.start()
    assert time.process_time() - worked < 1.5
    await eventually(lambda: reaction.has_applied(500), within=60, what="every event")
    await eventually(lambda: wrong(url), within=60, what="readiness after the outage")
    assert sorted(await reaction.committed(service_database)) == sorted(jobs)
    assert await _left(stored) == (0, 0)


async def test_a_deleted_consumer_makes_the_process_unready_without_spinning(
    service_database: Database, broker: Broker, opened: AsyncExitStack
) -> None:
    consumer = Consumer(broker, service_database, Counting())
    await opened.enter_async_context(running(consumer))
    url = await opened.enter_async_context(ready_at(broker, service_database, consumer))
    await eventually(lambda: wrong(url), within=60, what="readiness")
    await broker.client.jetstream().delete_consumer("HIRING", Counting.consumer)
    worked, asked = time.process_time(), broker.client.stats["out_msgs"]
    await eventually(lambda: wrong(url, "consumers"), within=60, what="an honest readiness")
    await asyncio.sleep(1.5)  # the time in which a loop would spin
    assert time.process_time() - worked < 1
    assert broker.client.stats["out_msgs"] - asked < 20


async def test_a_event_whose_transaction_commits_late_is_not_lost(
    stored: Any, service_database: Database, broker: Broker, opened: AsyncExitStack
) -> None:
    reaction = Counting()
    await opened.enter_async_context(
        running(Relay(stored.system_url, broker, "pipeline"), Consumer(broker, service_database, reaction))
    )
    async with service_database.work("acme", actor="system:test", cause="test") as late:
        [late_job] = await record_jobs(service_database, 1, within=late)
        await late.flush_events()  # its place in the order is taken now
        early_jobs = await record_jobs(service_database, 3)
        await eventually(lambda: reaction.has_applied(3), within=60, what="the events committed first")
        assert sorted(reaction.seen) == sorted(early_jobs)
    await eventually(lambda: reaction.has_applied(4), within=60, what="the event committed late")
    assert reaction.seen[-1] == late_job


async def test_with_the_connection_goes_the_lead_and_another_takes_over_from_a_relay_and_a_worker(
    stored: Any, service_database: Database, jetstream_url: str, opened: AsyncExitStack, postgres_server: Any
) -> None:
    brokers = [
        await opened.enter_async_context(open_broker(jetstream_url, name, on_closed=lambda: None))
        for name in ("one", "two")
    ]
    relays = [Relay(stored.system_url, broker, "pipeline") for broker in brokers]
    workers = [Working(), Working()]

    class Worker:
        def __init__(self, working: Working) -> None:
            self._working = working

        async def run(self) -> None:
            await run_as_leader(stored.system_url, 4711, self._working.work)

    for relay, working in zip(relays, workers, strict=True):
        await opened.enter_async_context(running(relay, Worker(working)))
        await asyncio.sleep(0)
    await eventually(lambda: _one_leads(relays, workers), within=60, what="a leader of each kind")
    worker = next(working for working in workers if working.busy)

    await _end_system_connections(postgres_server, stored)
    await eventually(lambda: _idle(worker), within=60, what="the end of the work of who lost the run_as_leader")
    jobs = await record_jobs(service_database, 20)
    await eventually(lambda: _left_is_zero(stored), within=60, what="the relay of what was recorded")
    await eventually(lambda: _one_leads(relays, workers), within=60, what="a leader of each kind again")
    assert not any(working.met_another for working in workers)
    info = await brokers[0].client.jetstream().stream_info("HIRING")
    assert info.state.messages == len(jobs)


class Working:
    """Work that only the leader may do, and that notices another who does it too."""

    _busy: ClassVar[set["Working"]] = set()

    def __init__(self) -> None:
        self.busy = False
        self.met_another = False

    async def work(self) -> None:
        self.met_another |= bool(Working._busy)
        self.busy = True
        Working._busy.add(self)
        try:
            await asyncio.Event().wait()
        finally:
            self.busy = False
            Working._busy.discard(self)


async def _idle(working: Working) -> bool:
    return not working.busy


async def _one_leads(relays: list[Relay], workers: list[Working]) -> bool:
    return sum(r.leading for r in relays) == 1 and sum(w.busy for w in workers) == 1


async def _end_system_connections(postgres_server: PostgresForTests, stored: Any) -> None:
    connection = await asyncpg.connect(postgres_server.url)
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND usename LIKE '%system'",
            stored.name,
        )
    finally:
        await connection.close()


async def _left(stored: Any) -> tuple[int, int]:
    """Events not published, and messages parked."""
    connection = await asyncpg.connect(stored.system_url)
    try:
        waiting = await connection.fetchval("SELECT count(*) FROM publication WHERE stream_sequence IS NULL")
        return waiting, await connection.fetchval("SELECT count(*) FROM parked WHERE consumer <> 'applied'")
    finally:
        await connection.close()


async def _left_is_zero(stored: Any) -> bool:
    return await _left(stored) == (0, 0)
