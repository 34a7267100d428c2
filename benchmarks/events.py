"""Events on their way: from the commit to the projection, through the relay, into a rebuild, out to those who watch.

The servers are as durable as in production: every commit and every batch of events is on the disk before it counts.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import aiohttp
import asyncpg
import orjson
from measuring import Report, numbers

from rapport.contracts.events import ApplicationReceived, JobChanged, JobStage, JobState, StageChanged, StagePoint
from rapport.contracts.vocabulary import JobStatus, Origin, StageKind
from rapport.gateway.graph.ids import Kind, global_id, uuid_of
from rapport.kit.database.unit_of_work import Database, open_database
from rapport.kit.events.relay import STREAM
from rapport.kit.identity import new_id
from rapport.local.waiting import eventually
from rapport.testing.databases import Templates
from rapport.testing.folders import temporary_folder
from rapport.testing.servers import PostgresForTests
from rapport.testing.stack import ORGANISATION, Stack, running_stack

_KINDS = (StageKind.APPLIED, StageKind.SCREEN, StageKind.ONSITE, StageKind.OFFER)
_STAGES = tuple(JobStage(stage_id=new_id(), kind=kind, position=n, active=True) for n, kind in enumerate(_KINDS))
_POINTS = tuple(StagePoint(stage_id=stage.stage_id, kind=stage.kind, position=stage.position) for stage in _STAGES)
_JOBS = [new_id() for _ in range(50)]
_TOGETHER = 1000
_IDLE_EVENTS = 200
_RATE = 1000
_RATE_SECONDS = 10
_CLIENTS = 1000
_SINGLE = 20
_BURST = 100
Question = Callable[[], Awaitable[bool]]

_WATCH = "subscription ($id: ID!) { boardChanged(jobId: $id) { __typename cursor applicationId } }"


async def _record(database: Database, applications: Sequence[UUID], *, move: int = 0) -> list[UUID]:
    """An event about each application, in one transaction: received, or moved to a later stage."""
    async with database.work(ORGANISATION, actor="ats", cause="benchmark", traced=False) as unit:
        for number, application in enumerate(applications):
            job, person = _JOBS[number % len(_JOBS)], application
            unit.record(
                StageChanged(
                    person_id=person, job_id=job, current_job_id=job, previous=_POINTS[move - 1], current=_POINTS[move]
                )
                if move
                else ApplicationReceived(person_id=person, job_id=job, origin=Origin.APPLIED, current=_POINTS[0]),
                aggregate_id=application,
                version=move + 1,
                occurred_at=datetime.now(UTC),
            )
        return [event.id for event in unit._events]  # noqa: SLF001 - to recognise them where they are projected


async def _record_jobs(database: Database) -> None:
    opened = JobChanged(current=JobState(status=JobStatus.OPEN, stages=_STAGES))
    async with database.work(ORGANISATION, actor="ats", cause="benchmark") as unit:
        for job in _JOBS:
            unit.record(opened, aggregate_id=job, version=1, occurred_at=unit.now)


class Projected:
    """Hears when an event's effect has been committed in analytics."""

    def __init__(self) -> None:
        self.at: dict[str, float] = {}

    def received(self, _: object, __: int, ___: str, event_id: object) -> None:
        self.at[str(event_id)] = time.monotonic()


@asynccontextmanager
async def _hearing(stack: Stack) -> AsyncIterator[Projected]:
    """A trigger notifies of every event that analytics has applied, at its commit."""
    address = urlsplit(stack.superuser_url)._replace(path=f"/{stack.databases['analytics'].name}")
    connection = await asyncpg.connect(urlunsplit(address))
    await connection.execute(
        "CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_notify('projected', NEW.event_id::text); RETURN NULL; END $$"
    )
    await connection.execute("CREATE TRIGGER tell AFTER INSERT ON inbox FOR EACH ROW EXECUTE FUNCTION tell()")
    projected = Projected()
    await connection.add_listener("projected", projected.received)
    try:
        yield projected
    finally:
        await connection.execute("DROP TRIGGER tell ON inbox")
        await connection.execute("DROP FUNCTION tell")
        await connection.close()


async def _latency(report: Report, stack: Stack, database: Database) -> None:
    async with _hearing(stack) as projected:
        committed: dict[str, float] = {}
        for _ in range(_IDLE_EVENTS):
            [event] = await _record(database, [new_id()])
            committed[str(event)] = time.monotonic()
            await asyncio.sleep(0.02)
        await _say_latency(report, "commit to projected, one at a time", committed, projected)
        committed.clear()
        begin = time.monotonic()
        for tick in range(_RATE_SECONDS * 50):
            await asyncio.sleep(max(0.0, begin + tick / 50 - time.monotonic()))
            events = await _record(database, [new_id() for _ in range(_RATE // 50)])
            now = time.monotonic()
            committed |= {str(event): now for event in events}
        took = time.monotonic() - begin
        await _say_latency(
            report, f"the same at {len(committed) / took:.0f} events/s, 20 a commit", committed, projected
        )


async def _say_latency(report: Report, what: str, committed: dict[str, float], projected: Projected) -> None:
    await eventually(_all_in(committed, projected), within=60, what="every projection")
    cuts = quantiles([(projected.at[event] - at) * 1000 for event, at in committed.items()], n=100)
    report.say(f"{what:48}p50 {cuts[49]:6.1f} ms   p99 {cuts[98]:6.1f} ms")


def _all_in(committed: dict[str, float], projected: Projected) -> Question:
    async def so() -> bool:
        return committed.keys() <= projected.at.keys()

    return so


async def _throughput(report: Report, stack: Stack, database: Database, events: int) -> None:
    """With nobody relaying, then relaying; with nobody projecting, then projecting; then everything rebuilt."""
    programs = stack.programs
    programs["pipeline"].terminate()
    programs["analytics"].terminate()
    before = await _places(stack)
    began = time.monotonic()
    for _ in range(events // (_TOGETHER * len(_POINTS))):
        applications = [new_id() for _ in range(_TOGETHER)]
        for move in range(len(_POINTS)):
            await _record(database, applications, move=move)
    recorded = events // (_TOGETHER * len(_POINTS)) * _TOGETHER * len(_POINTS)
    _say_rate(report, "recorded, a thousand a commit", recorded, time.monotonic() - began)

    await stack.start("pipeline")
    began = time.monotonic()
    already = await _places(stack) - before
    await eventually(_reached(stack, before + recorded), within=600, what="every publication")
    _say_rate(report, "relayed, onto the disk", recorded - already, time.monotonic() - began)

    await stack.start("analytics")
    began = time.monotonic()
    await eventually(_consumed(stack), within=1200, what="every projection")
    _say_rate(report, "projected", recorded, time.monotonic() - began)

    began = time.monotonic()
    serving = asyncio.create_task(_served_meanwhile(stack))
    rebuild = await stack.start_program(
        "rapport.analytics", "rebuild", env=stack.environments["analytics"], wait_ready=False
    )
    if await rebuild.ended(within=1200) != 0:
        raise RuntimeError(rebuild.log)
    serving.cancel()
    _say_rate(report, "rebuilt while serving", before + recorded, time.monotonic() - began)
    report.say(f"    {rebuild.log.strip().splitlines()[-1]}")


def _say_rate(report: Report, what: str, number: int, took: float, *, what_of: str = "events") -> None:
    report.say(f"{what:48}{number:9} {what_of} in {took:6.1f} s   {number / took:8.0f}/s")


async def _served_meanwhile(stack: Stack) -> None:
    while True:
        await stack.data("{ jobs(first: 5) { nodes { id funnel { applications } } } }")
        await asyncio.sleep(0.05)


async def _places(stack: Stack) -> int:
    async with stack.nats.client("operator") as client:
        return (await client.jetstream().stream_info(STREAM)).state.messages


def _reached(stack: Stack, place: int) -> Question:
    async def so() -> bool:
        return await _places(stack) >= place

    return so


def _consumed(stack: Stack) -> Question:
    async def so() -> bool:
        async with stack.nats.client("operator") as client:
            found = await client.jetstream().consumer_info(STREAM, "analytics-funnel")
        return not found.num_pending and not found.num_ack_pending

    return so


async def _fan_out(report: Report, stack: Stack, database: Database) -> None:
    """Events about one job, delivered to all subscribers of its board."""
    job = (await stack.data("{ jobs(first: 1, filter: {status: OPEN}) { nodes { id } } }"))["jobs"]["nodes"][0]["id"]
    received: dict[str, list[float]] = {}
    async with AsyncExitStack() as opened, aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        began = time.monotonic()
        clients = [await opened.enter_async_context(_watching(stack, session, job)) for _ in range(_CLIENTS)]
        report.say(f"{_CLIENTS} clients watch after {time.monotonic() - began:.1f} s")
        await asyncio.sleep(1)
        listening = [asyncio.create_task(_listen(client, received)) for client in clients]
        took: list[float] = []
        for _ in range(_SINGLE):
            [application], committed = await _move_on(database, job, 1)
            await eventually(_received_by_all(received, application), within=30, what="a delivery to everybody")
            took += [at - committed for at in received[application]]
        cuts = quantiles([each * 1000 for each in took], n=100)
        report.say(f"{'commit to client':48}p50 {cuts[49]:6.1f} ms   p99 {cuts[98]:6.1f} ms")
        applications, committed = await _move_on(database, job, _BURST)
        for application in applications:
            await eventually(_received_by_all(received, application), within=60, what="a delivery to everybody")
        last = max(max(received[application]) for application in applications)
        _say_rate(report, "delivered in a burst", _BURST * _CLIENTS, last - committed, what_of="deliveries")
        for task in listening:
            task.cancel()


async def _move_on(database: Database, job_id: str, number: int) -> tuple[list[str], float]:
    """Record that applications of a job moved; their ids as clients have them, and when it was committed."""
    job = uuid_of(Kind.JOB, job_id, "id")
    applications = [new_id() for _ in range(number)]
    async with database.work(ORGANISATION, actor="ats", cause="benchmark") as unit:
        for application in applications:
            moved = StageChanged(
                person_id=application, job_id=job, current_job_id=job, previous=_POINTS[0], current=_POINTS[1]
            )
            unit.record(moved, aggregate_id=application, version=2, occurred_at=unit.now)
    return [global_id(Kind.APPLICATION, application) for application in applications], time.monotonic()


@asynccontextmanager
async def _watching(
    stack: Stack, session: aiohttp.ClientSession, job: str
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with session.ws_connect(stack.graphql_url, protocols=["graphql-transport-ws"]) as socket:
        await socket.send_json(
            {"type": "connection_init", "payload": {"authorization": f"Bearer {stack.token('admin')}"}}
        )
        await socket.receive_json()
        await socket.send_json({"id": "1", "type": "subscribe", "payload": {"query": _WATCH, "variables": {"id": job}}})
        yield socket


async def _listen(socket: aiohttp.ClientWebSocketResponse, received: dict[str, list[float]]) -> None:
    async for message in socket:
        at = time.monotonic()
        message_body = orjson.loads(message.data)
        if message_body["type"] == "next" and message_body["payload"].get("errors"):
            raise RuntimeError(message_body["payload"]["errors"])
        if message_body["type"] == "next":
            received.setdefault(message_body["payload"]["data"]["boardChanged"]["applicationId"], []).append(at)


def _received_by_all(received: dict[str, list[float]], application: str) -> Question:
    async def so() -> bool:
        return len(received.get(application, ())) >= _CLIENTS

    return so


async def main() -> None:
    """Measure all of it; its argument is how many events are relayed, projected and rebuilt."""
    report = Report("events")
    [events] = numbers(1_000_000)
    with temporary_folder() as servers, tempfile.TemporaryDirectory() as folder:
        postgres = PostgresForTests.at(servers / "postgres", durable=True)
        postgres.start()
        try:
            async with (
                running_stack(Templates(postgres), Path(folder), people=300, durable=True) as stack,
                open_database(stack.databases["pipeline"].url, service="pipeline") as database,
            ):
                await stack.synced()
                await _record_jobs(database)
                await _latency(report, stack, database)
                await _fan_out(report, stack, database)
                await _throughput(report, stack, database, int(events))
        finally:
            postgres.kill()
    report.end()


if __name__ == "__main__":
    asyncio.run(main())
