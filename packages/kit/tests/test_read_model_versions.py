"""A read model whose code has a newer version is rebuilt by itself; meanwhile and afterwards its service answers."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from uuid import UUID

import aiohttp
import asyncpg
import nats
import pytest
import pytest_asyncio

from packages.kit.tests.support.kit_events import record_jobs, running
from packages.kit.tests.support.versioned_service import HOLD, GetVersions, Jobs, JobVersions
from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.requests import Header
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database, open_database
from rapport.kit.events.consumer import Consumer
from rapport.kit.events.rebuild import Rebuilt, rebuild, rebuild_stream, right_to_rebuild, stored_version
from rapport.kit.events.relay import STREAM, Relay
from rapport.kit.events.stream import StreamNotReadyError
from rapport.kit.events.upgrade import ReadModelUpgrade
from rapport.kit.rpc.broker import Broker
from rapport.local.provision import declared_jetstream, provision_jetstream
from rapport.local.waiting import eventually
from rapport.testing import DatabaseFactory, NatsForTests, ProgramFactory, RunningProgram, TestDatabase

VIEWER = Viewer(org_id="acme", user_id=UserId(UUID(int=1)), roles=frozenset({Role.RECRUITER}))
MODEL = JobVersions.consumer
MARKED = 99


class Service:
    """Processes of one service, each with its own version of the read model, and what they share."""

    def __init__(self, stored: TestDatabase, database: Database, nats_url: str, start_program: ProgramFactory) -> None:
        self.stored = stored
        self.database = database
        self._nats_url = nats_url
        self._start_program = start_program

    async def start(self, version: int, *, ready: bool = True, command: str = "serve") -> RunningProgram:
        environment = {
            "DATABASE_URL": self.stored.url,
            "SYSTEM_DATABASE_URL": self.stored.system_url,
            "NATS_URL": self._nats_url,
            "MODEL_VERSION": str(version),
            "PYTHONPATH": str(Path(__file__).parent / "support"),
        }
        return await self._start_program("versioned_service", command, env=environment, wait_ready=ready)

    async def rebuild(self, version: int) -> str:
        program = await self.start(version, ready=False, command="rebuild")
        assert await program.ended() == 0, program.log
        return program.log

    async def rows(self) -> Counter[int]:
        """How many rows there are of each version."""
        async with self.database.read_session("acme") as session:
            return Counter(row["version"] for row in await session.fetch(Statement("SELECT version FROM job")))

    async def answer(self) -> Counter[int]:
        """The same, as a process of the service answers."""
        client = await nats.connect(self._nats_url)
        try:
            headers = {Header.VIEWER: VIEWER.model_dump_json()}
            reply = await client.request(GetVersions.address(), b"{}", headers=headers, timeout=5)
            return Counter(Jobs.model_validate_json(reply.data).versions)
        finally:
            await client.close()

    async def recorded_version(self) -> int | None:
        return await stored_version(self.database, JobVersions(0))

    async def has(self, *, version: int, rows: dict[int, int]) -> None:
        """Wait until this version is recorded and there are these numbers of rows of each version."""

        async def true() -> bool:
            return await self.recorded_version() == version and await self.rows() == rows

        await eventually(true, within=60, what=f"version {version} with rows {rows}")

    async def fill(self, jobs: int) -> None:
        """Record events, and have them applied by a process of version 1, which ends."""
        await record_jobs(self.database, jobs)
        program = await self.start(1)
        await self.has(version=1, rows={1: jobs})
        program.terminate()

    async def mark_rows(self) -> None:
        """Write what no version of the model writes."""
        async with self.database.work("acme", actor="system:test", cause="test") as unit:
            await unit.execute(Statement("UPDATE job SET version = $1"), MARKED)

    @asynccontextmanager
    async def held(self) -> AsyncIterator[asyncpg.Connection]:
        """No rebuild applies an event during the block."""
        connection = await asyncpg.connect(self.stored.owner_url)
        try:
            await connection.execute("SELECT pg_advisory_lock($1)", HOLD)
            yield connection
        finally:
            await connection.close()


async def in_rebuild(holder: asyncpg.Connection) -> None:
    """Wait until a rebuild waits for the holder."""

    async def true() -> bool:
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND NOT granted"
        return bool(await holder.fetchval(waiting, HOLD))

    await eventually(true, within=60, what="a rebuild that has begun")


async def both_wait(holder: asyncpg.Connection) -> bool:
    """Whether each of two replicas has its connections for the relay and for the rebuild."""
    sessions = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename LIKE '%_system'"
    return bool(await holder.fetchval(sessions) == 4)


async def logged(program: RunningProgram, text: str) -> None:
    async def true() -> bool:
        return text in program.log

    await eventually(true, within=60, what=text)


def logs(*programs: RunningProgram, level: str = "") -> list[str]:
    lines = [json.loads(line) for program in programs for line in program.log.splitlines()]
    return [line["message"] for line in lines if line["message"].startswith(MODEL) and level in line["level"]]


@pytest_asyncio.fixture
async def stored(database: DatabaseFactory) -> TestDatabase:
    return await database("analytics")


@pytest_asyncio.fixture
async def analytics(stored: TestDatabase, opened: AsyncExitStack) -> Database:
    return await opened.enter_async_context(open_database(stored.url, service="analytics"))


@pytest.fixture
def service(stored: TestDatabase, analytics: Database, jetstream_url: str, start_program: ProgramFactory) -> Service:
    return Service(stored, analytics, jetstream_url, start_program)


async def test_a_raised_version_is_rebuilt_in_the_background_while_the_service_answers(service: Service) -> None:
    await service.fill(30)
    async with service.held() as holder:
        program = await service.start(2)
        await in_rebuild(holder)
        assert await service.answer() == {1: 30}
        async with aiohttp.ClientSession() as session, session.get(f"{program.url}/readyz") as response:
            assert response.status == 200
        assert await service.recorded_version() == 1
        await record_jobs(service.database, 5)
    await service.has(version=2, rows={2: 35})
    assert await service.answer() == {2: 35}
    await logged(program, "its rows are of version 2")
    started, done = logs(program)
    assert started == f"{MODEL}: rebuilding its rows as version 2"
    assert "version 2: 30 events read in" in done
    assert done.endswith("of which 0 could not be applied; corrected: job 30")


@pytest.mark.parametrize("end", [RunningProgram.kill, RunningProgram.terminate])
async def test_a_rebuild_whose_process_ended_is_finished_by_the_next_start(
    service: Service, end: Callable[[RunningProgram], object]
) -> None:
    await service.fill(30)
    async with service.held() as holder:
        program = await service.start(2)
        await in_rebuild(holder)
        end(program)
    assert await service.recorded_version() == 1
    await service.start(2)
    await service.has(version=2, rows={2: 30})


async def test_of_two_replicas_one_rebuilds(service: Service) -> None:
    await service.fill(30)
    async with service.held() as holder:
        replicas = [await service.start(2), await service.start(2)]
        await in_rebuild(holder)
        await eventually(lambda: both_wait(holder), within=60, what="a second replica that wants to rebuild")
    await service.has(version=2, rows={2: 30})

    async def settled() -> bool:
        return len(logs(*replicas)) == 3

    await eventually(settled, within=60, what="what both have to say")
    assert sum("30 events read" in line for line in logs(*replicas)) == 1
    assert sum(line.endswith("another process has rebuilt its rows") for line in logs(*replicas)) == 1


async def test_the_command_records_the_version_so_that_nothing_is_left_to_rebuild(
    service: Service, broker: Broker
) -> None:
    await service.fill(30)
    assert "30 events read" in await service.rebuild(2)
    await service.has(version=2, rows={2: 30})
    await service.mark_rows()
    await ReadModelUpgrade(
        [JobVersions(2)], broker, dsn=service.stored.url, system_dsn=service.stored.system_url, service="analytics"
    ).run()
    assert await service.rows() == {MARKED: 30}


async def test_rows_of_a_newer_version_are_left_alone_until_the_command_takes_them_back(service: Service) -> None:
    await service.fill(30)
    await service.rebuild(2)
    older = await service.start(1)
    await logged(older, "are of version 2, newer than this process's 1; they are left as they are")
    await record_jobs(service.database, 5)
    await logged(older, "leaves events to newer processes")
    await service.has(version=2, rows={2: 30})

    newer = await service.start(2)
    await service.has(version=2, rows={2: 35})
    newer.terminate()

    await record_jobs(service.database, 5)
    await service.rebuild(1)
    await service.has(version=1, rows={1: 40})
    assert logs(older, level="ERROR") == []


async def test_a_process_that_was_superseded_while_it_ran_hands_its_events_over(service: Service) -> None:
    await service.fill(30)
    older = await service.start(1)
    newer = await service.start(2)
    await service.has(version=2, rows={2: 30})
    for total in range(31, 41):
        await record_jobs(service.database, 1)
        await service.has(version=2, rows={2: total})
    assert logs(older, newer, level="ERROR") == []


async def test_a_rebuild_that_cannot_be_done_yet_is_tried_again(
    service: Service, broker: Broker, jetstream_url: str
) -> None:
    await service.fill(30)
    await broker.client.jetstream().delete_consumer(STREAM, MODEL)
    program = await service.start(2, ready=False)
    await logged(program, "cannot be rebuilt now (consumer not found)")
    await provision_jetstream(jetstream_url, declared_jetstream(), lambda _: None)
    await service.has(version=2, rows={2: 30})


async def test_a_broker_that_was_restarted_during_a_rebuild_costs_nothing_but_time(
    service: Service, nats_server: NatsForTests
) -> None:
    jobs = 10_000
    await service.fill(jobs)
    async with service.held() as holder:
        program = await service.start(2)
        # It applies the first events and reads the next ones; most of them have not been sent yet.
        await in_rebuild(holder)
        nats_server.kill()
        nats_server.start()
    await logged(program, "cannot be rebuilt now (")
    await service.has(version=2, rows={2: jobs})


@pytest_asyncio.fixture
async def filled(
    stored: TestDatabase, analytics: Database, broker: Broker, opened: AsyncExitStack
) -> AsyncIterator[Database]:
    """Rows of version 1 of two organisations, 30 each."""
    model, relay = JobVersions(1), Relay(stored.system_url, broker, "analytics")
    await opened.enter_async_context(running(relay, Consumer(broker, analytics, model)))
    for org_id in ("acme", "globex"):
        async with analytics.work(org_id, actor="system:test", cause="test") as unit:
            await record_jobs(analytics, 30, within=unit)
    info = broker.client.jetstream().consumer_info

    async def acknowledged() -> bool:
        return (await info(STREAM, MODEL)).ack_floor.stream_seq == 60  # type: ignore[union-attr]

    await eventually(acknowledged, within=60, what="the events to be applied")
    return analytics


async def rebuild_as(version: int, stored: TestDatabase, broker: Broker) -> Rebuilt:
    async with (
        open_database(stored.url, service="analytics", size=1) as database,
        right_to_rebuild(stored.system_url) as system,
    ):
        stream = rebuild_stream(broker, "analytics")
        return await rebuild(database, system, stream, JobVersions(version), lambda *_: None)


async def test_a_stream_that_lacks_a_whole_organisation_is_no_ground_for_a_version(
    filled: Database, stored: TestDatabase, broker: Broker
) -> None:
    await broker.client.jetstream().purge_stream(STREAM, subject="hiring.globex.>")
    with pytest.raises(StreamNotReadyError, match="lacks 30 events"):
        await rebuild_as(2, stored, broker)
    assert await stored_version(filled, JobVersions(2)) is None
    async with filled.read_session("acme") as session:
        assert {row["version"] for row in await session.fetch(Statement("SELECT version FROM job"))} == {1}


async def test_a_consumer_that_a_killed_rebuild_left_behind_hides_no_event(
    filled: Database, stored: TestDatabase, broker: Broker
) -> None:
    stream = rebuild_stream(broker, "analytics")
    subjects, *_ = await stream.durable(MODEL)
    name, left = await stream.consumer(subjects, after=0)
    async with stream.pull(name) as pull:
        while left > 0:
            left -= len(await pull.next())
    assert (await rebuild_as(2, stored, broker)).events == 60
    assert await stored_version(filled, JobVersions(2)) == 2
