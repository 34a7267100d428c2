"""What processes need: time to start, and memory at rest and after very many events.

    benchmarks/footprint.py [--keep] [events]

The events are written into pipeline's outbox, and go the usual way: relay, stream, and everybody who listens. They are
moves of applications that exist, there and back.
"""

import asyncio
import time
from collections import defaultdict
from itertools import cycle, islice
from statistics import median
from typing import Any

import psutil
from measuring import Report, a_stack, numbers
from nats.aio.client import Client

from rapport.contracts.events import StageChanged
from rapport.contracts.events.application import StagePoint
from rapport.kit.database.unit_of_work import open_database
from rapport.kit.events.relay import STREAM
from rapport.testing.stack import ORGANISATION, Stack

_PEOPLE = 1000
_STARTS = 3
_AT_REST = 5.0
"""Seconds after a start; by then everything that is loaded late has been."""
_IN_ONE_UNIT = 2000
_WITHIN = 150.0
"""Seconds for the events; those that are not through by then are left."""
_LOOK_EVERY = 1.0
_MOVES = """SELECT a.id, a.person_id, a.job_id, a.version, f.id AS one, f.kind AS one_kind, f.position AS one_position,
  t.id AS other, t.kind AS other_kind, t.position AS other_position
FROM application a
JOIN job_stage f ON f.org_id = a.org_id AND f.id = a.stage_id
JOIN LATERAL (SELECT * FROM job_stage s WHERE s.org_id = a.org_id AND s.job_id = a.job_id AND s.id <> a.stage_id
              ORDER BY s.position LIMIT 1) t ON true
WHERE a.version > 0 AND a.status = 'active' ORDER BY a.id"""
_WAITING = "SELECT count(*) AS n FROM publication WHERE stream_sequence IS NULL"


async def _starts(stack: Stack) -> dict[str, float]:
    """Seconds from the start of each process until it says that it is ready."""
    took: dict[str, list[float]] = defaultdict(list)
    for _ in range(_STARTS):
        for name in stack.programs:
            await asyncio.to_thread(stack.programs[name].terminate)
            began = time.monotonic()
            await stack.start(name)
            took[name].append(time.monotonic() - began)
    return {name: median(each) for name, each in took.items()}


def _megabytes(stack: Stack) -> dict[str, float]:
    """Resident memory of each process."""
    pids = {name: program.pid for name, program in stack.programs.items()} | {"sandbox": stack.sandbox.pid}
    return {name: psutil.Process(pid).memory_info().rss / 2**20 for name, pid in pids.items()}


async def _record(stack: Stack, events: int, ends: float) -> int:
    """Write so many events, or as many as there is time for."""
    turn, recorded = cycle([dict(row) for row in await stack.rows("pipeline", _MOVES)]), 0
    async with open_database(stack.databases["pipeline"].url, service="pipeline") as database:
        while recorded < events and time.monotonic() < ends:
            async with database.work(ORGANISATION, actor="system:benchmark", cause="benchmark", traced=False) as unit:
                for move in islice(turn, min(_IN_ONE_UNIT, events - recorded)):
                    unit.record(_moved(move), aggregate_id=move["id"], version=move["version"], occurred_at=unit.now)
                    recorded += 1
    return recorded


def _moved(move: dict[str, Any]) -> StageChanged:
    """The next move of an application, there and back."""
    move["version"] += 1
    points = [
        StagePoint(stage_id=move[end], kind=move[f"{end}_kind"], position=move[f"{end}_position"])
        for end in ("one", "other")
    ]
    previous, current = points if move["version"] % 2 else points[::-1]
    return StageChanged(
        person_id=move["person_id"],
        job_id=move["job_id"],
        current_job_id=move["job_id"],
        previous=previous,
        current=current,
    )


async def _behind(stack: Stack, broker: Client) -> dict[str, int]:
    """How many events the relay, and each listener, have still before them."""
    [waiting] = await stack.rows("pipeline", _WAITING)
    listeners = {c.name: c.num_pending + c.num_ack_pending for c in await broker.jetstream().consumers_info(STREAM)}
    return {name: number for name, number in ({"relay": waiting["n"]} | listeners).items() if number}


async def _carried(
    stack: Stack, broker: Client, events: int, most: dict[str, float]
) -> tuple[int, float, dict[str, int]]:
    """Let the events run through; how many were written, in how many seconds, and who was behind at the end."""
    began = time.monotonic()
    recording = asyncio.create_task(_record(stack, events, began + _WITHIN))
    behind: dict[str, int] = {}
    while time.monotonic() < began + _WITHIN:
        await asyncio.sleep(_LOOK_EVERY)
        for name, found in _megabytes(stack).items():
            most[name] = max(most.get(name, 0.0), found)
        behind = await _behind(stack, broker) if recording.done() else {}
        if recording.done() and not behind:
            break
    return await recording, time.monotonic() - began, behind


async def main() -> None:
    """Fill a stack, restart everything, measure its memory, and let events run through it."""
    report = Report("footprint")
    [events] = numbers(1_000_000)
    async with a_stack(_PEOPLE, MAIL_POLL_SECONDS="30") as stack:
        await stack.synced()
        started = await _starts(stack)
        await asyncio.sleep(_AT_REST)
        at_rest, most = _megabytes(stack), {}
        broker = await stack.nats.connect("operator")
        written, took, behind = await _carried(stack, broker, int(events), most)
        await broker.close()
        after = _megabytes(stack)
        report.say(f"\n{written} events written into the outbox; after {took:.0f} s, with relay and listeners at work:")
        report.say(
            "\n".join(f"{name} is {number} events behind" for name, number in behind.items()) or "nobody is behind"
        )
        report.say(f"\n{'':12}{'ready after s':>14}{'MB at rest':>12}{'MB at most':>12}{'MB after':>10}")
        for name in at_rest:
            ready = f"{started[name]:14.2f}" if name in started else f"{'':14}"
            report.say(f"{name:12}{ready}{at_rest[name]:12.0f}{most[name]:12.0f}{after[name]:10.0f}")
    report.end()


if __name__ == "__main__":
    asyncio.run(main())
