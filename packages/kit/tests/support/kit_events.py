"""Events to record, a reaction that keeps what it applies, and parts that run until the end of a block."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from rapport.contracts.events import Event, JobChanged, JobState
from rapport.contracts.vocabulary import JobStatus
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.kit.identity import new_id


async def record_jobs(database: Database, count: int, *, within: UnitOfWork | None = None) -> list[UUID]:
    """Record an event about each of so many new jobs, in one unit of work; answers the jobs."""
    jobs = [new_id() for _ in range(count)]
    opened = JobChanged(current=JobState(status=JobStatus.OPEN))
    if within:
        for job in jobs:
            within.record(opened, aggregate_id=job, version=1, occurred_at=within.now)
        return jobs
    async with database.work("acme", actor="system:test", cause="test") as unit:
        return await record_jobs(database, count, within=unit)


class Counting:
    """A reaction that writes each event it applies into the database, where a second time would show."""

    consumer = "analytics-funnel"
    _applied = Statement(
        "INSERT INTO parked (org_id, consumer, message_id, subject, body, reason, attempts, replayed_at)"
        " VALUES ($1, 'applied', $2, '', '', '', 1, now())"
    )
    _all = Statement("SELECT message_id FROM parked WHERE consumer = 'applied'")

    def __init__(self) -> None:
        self.seen: list[UUID] = []
        self.bodies: list[bytes] = []

    async def apply(self, unit: UnitOfWork, events: Sequence[Event[Any]]) -> None:
        for event in events:
            await unit.execute(self._applied, unit.org_id, str(event.subject))
        self.seen += [event.subject for event in events]
        self.bodies += [event.model_dump_json().encode() for event in events]

    async def has_applied(self, count: int) -> bool:
        return len(self.seen) >= count

    async def committed(self, database: Database) -> list[UUID]:
        """The jobs whose events were applied in a transaction that committed."""
        async with database.read_session("acme") as reading:
            return [UUID(row["message_id"]) for row in await reading.fetch(self._all)]


@asynccontextmanager
async def running(*parts: Any) -> AsyncIterator[None]:
    """Run the parts until the end of the block."""
    tasks = [asyncio.create_task(part.run()) for part in parts]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
