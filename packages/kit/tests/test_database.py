"""Units of work: bound to one organisation whatever happened on the connection before, all or nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from random import Random
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from rapport.contracts.events import JobChanged, JobState
from rapport.contracts.vocabulary import JobStatus
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database, open_database
from rapport.kit.identity import new_id

_ORG = Statement("SELECT current_org()")
_EVENTS = Statement("SELECT count(*) FROM outbox")
_ALL_ORGS = Statement("SELECT DISTINCT org_id FROM outbox")
_SLEEP = Statement("SELECT pg_sleep(30)")
_NONSENSE = Statement("SELECT 1 / 0")


@pytest_asyncio.fixture
async def narrow(stored: Any) -> AsyncIterator[Database]:
    """A database with a pool of two connections, so that everybody uses what others used before."""
    async with open_database(stored.url, service="pipeline", size=2) as opened:
        yield opened


async def record(database: Database, org_id: str = "acme") -> None:
    async with database.work(org_id, actor="system:test", cause="test") as unit:
        opened = JobChanged(current=JobState(status=JobStatus.OPEN))
        unit.record(opened, aggregate_id=new_id(), version=1, occurred_at=unit.now)


async def count(database: Database, org_id: str = "acme") -> int:
    async with database.read_session(org_id) as reading:
        found: int = await reading.fetchval(_EVENTS)
        return found


async def use(database: Database, org_id: str, how: str) -> None:
    """Use a connection in a way that may end badly, and see only the organisation's own all the while."""
    async with database.work(org_id, actor="system:test", cause="test") as unit:
        assert await unit.fetchval(_ORG) == org_id
        if how == "fails in SQL":
            await unit.fetchval(_NONSENSE)
        if how == "fails":
            raise ZeroDivisionError
        if how == "is cancelled":
            await unit.fetchval(_SLEEP)
        assert {row["org_id"] for row in await unit.fetch(_ALL_ORGS)} <= {org_id}
    async with database.read_session(org_id) as reading:
        assert await reading.fetchval(_ORG) == org_id
        if how == "fails while reading":
            await reading.fetchval(_NONSENSE)
        if how == "is cancelled while reading":
            await reading.fetchval(_SLEEP)
        assert {row["org_id"] for row in await reading.fetch(_ALL_ORGS)} == {org_id}


async def test_no_use_of_a_connection_sees_the_organisation_of_the_one_before(narrow: Database) -> None:
    orgs = [f"org-{n}" for n in range(5)]
    for org_id in orgs:
        await record(narrow, org_id)
    random = Random(7)
    ways = ["well", "fails", "fails in SQL", "fails while reading", "is cancelled", "is cancelled while reading"]

    async def one() -> None:
        how = random.choice(ways)
        using = asyncio.create_task(use(narrow, random.choice(orgs), how))
        if "cancelled" in how:
            await asyncio.wait([using], timeout=random.random() / 20)
            using.cancel()
        [outcome] = await asyncio.gather(using, return_exceptions=True)
        assert outcome is None or isinstance(
            outcome, ZeroDivisionError | asyncpg.DivisionByZeroError | asyncio.CancelledError
        ), outcome

    async with asyncio.timeout(30):
        await asyncio.gather(*(one() for _ in range(150)))
        assert [await count(narrow, org_id) for org_id in orgs] == [1] * 5


async def test_nothing_is_visible_without_an_organisation(narrow: Database) -> None:
    await record(narrow)
    assert [await count(narrow, org_id) for org_id in ("acme", "globex", "")] == [1, 0, 0]


async def test_another_organisations_rows_cannot_be_written(narrow: Database) -> None:
    park = Statement("INSERT INTO parked VALUES ($1, 'c', 'm', 's', '', 'r', 1)")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with narrow.work("acme", actor="system:test", cause="test") as unit:
            await unit.execute(park, "globex")


@pytest.mark.parametrize("cancellations", [1, 2])
async def test_a_cancelled_unit_of_work_commits_nothing(narrow: Database, cancellations: int) -> None:
    waiting = asyncio.Event()

    async def never_ends() -> None:
        async with narrow.work("acme", actor="system:test", cause="test") as unit:
            opened = JobChanged(current=JobState(status=JobStatus.OPEN))
            unit.record(opened, aggregate_id=new_id(), version=1, occurred_at=unit.now)
            await unit.flush_events()
            waiting.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(never_ends())
    await waiting.wait()
    for _ in range(cancellations):
        task.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await count(narrow) == 0
    await record(narrow)
    await record(narrow)
    assert await count(narrow) == 2


async def test_a_part_that_fails_is_undone_alone_with_the_events_it_recorded(narrow: Database) -> None:
    opened = JobChanged(current=JobState(status=JobStatus.OPEN))
    async with narrow.work("acme", actor="system:test", cause="test") as unit:
        kept = new_id()
        unit.record(opened, aggregate_id=kept, version=1, occurred_at=unit.now)
        with suppress(asyncpg.DivisionByZeroError):
            async with unit.attempt():
                unit.record(opened, aggregate_id=new_id(), version=1, occurred_at=unit.now)
                await unit.fetchval(_NONSENSE)
        async with unit.attempt():
            pass
    async with narrow.read_session("acme") as reading:
        rows = await reading.fetch(Statement("SELECT aggregate_id FROM outbox"))
    assert [row["aggregate_id"] for row in rows] == [kept]


async def test_events_recorded_in_a_part_that_succeeds_are_kept(narrow: Database) -> None:
    async with narrow.work("acme", actor="system:test", cause="test") as unit, unit.attempt():
        opened = JobChanged(current=JobState(status=JobStatus.OPEN))
        unit.record(opened, aggregate_id=new_id(), version=1, occurred_at=unit.now)
    assert await count(narrow) == 1
