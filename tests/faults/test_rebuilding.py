"""Read models are rebuilt from the stream by command, under load, and equal the stored ones, row by row."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
import pytest_asyncio

from rapport.kit.events.relay import STREAM
from rapport.testing.databases import Templates
from rapport.testing.stack import ALL_SERVICES, Stack, running_stack
from tests.support.load import Accepted, Load
from tests.support.stream import operating

pytestmark = pytest.mark.asyncio(loop_scope="module")

_REBUILT_WITHIN = 60.0
_WORKED_WITHIN = 300.0
_CORRECTED = re.compile(r"(\d+) events read in .* s; rows corrected: (.+)$", re.MULTILINE)
_DAMAGE = {
    "analytics": (
        "UPDATE application SET entered = 0 WHERE entered <> 0",
        "DELETE FROM entered WHERE version = 1",
        "INSERT INTO job SELECT org_id, gen_random_uuid(), 1, '{}', '{}' FROM job",
    ),
    "pipeline": (
        "DELETE FROM activity WHERE id IN (SELECT id FROM activity ORDER BY id LIMIT 7)",
        "UPDATE activity SET entry = '{}' WHERE id IN (SELECT id FROM activity ORDER BY id DESC LIMIT 5)",
    ),
    "reviews": ("UPDATE job_team SET team = '{}' WHERE team <> '{}'",),
    "outreach": ("DELETE FROM job",),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(database_templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """All services, filled."""
    folder = tmp_path_factory.mktemp("stack")
    async with running_stack(database_templates, folder, people=400, services=ALL_SERVICES) as stack:
        await stack.synced()
        yield stack


@asynccontextmanager
async def working(stack: Stack) -> AsyncIterator[Load]:
    """People at work, and the ATS changing, during the block."""
    load = Load(stack, Accepted(), seed=1)
    await load.prepare()
    async with asyncio.TaskGroup() as group:
        group.create_task(load.run())
        changing = group.create_task(_change_the_ats(stack))
        try:
            yield load
        finally:
            load.stop()
            changing.cancel()


async def _change_the_ats(stack: Stack) -> None:
    while True:
        await stack.control("trickle", steps=5)
        await asyncio.sleep(0.5)


async def _rebuild(stack: Stack, service: str) -> tuple[int, dict[str, int]]:
    """Run the command; answers how many events it read, and how many rows of each table it had to correct."""
    command = await stack.start_program(
        f"rapport.{service}", "rebuild", env=stack.environments[service], wait_ready=False
    )
    assert await command.ended(within=_REBUILT_WITHIN) == 0, command.log
    found = _CORRECTED.search(command.log)
    assert found, command.log
    rows = dict(part.rsplit(" ", 1) for part in found.group(2).split(", "))
    return int(found.group(1)), {table: int(number) for table, number in rows.items()}


@pytest.mark.parametrize("service", ALL_SERVICES)
async def test_a_rebuild_under_load_equals_the_stored_read_model(stack: Stack, service: str) -> None:
    async with working(stack) as load, asyncio.timeout(_WORKED_WITHIN):
        rebuilt = 0
        while rebuilt < 2 or len(load.accepted.moves) <= 5:
            events, corrected = await _rebuild(stack, service)
            assert events > 0
            assert set(corrected.values()) == {0}
            rebuilt += 1


@pytest.mark.parametrize("service", ALL_SERVICES)
async def test_a_rebuild_repairs_differences(stack: Stack, service: str) -> None:
    damaged = 0
    connection = await asyncpg.connect(stack.superuser_url.replace("/postgres?", f"/{stack.databases[service].name}?"))
    async with working(stack):
        for statement in _DAMAGE[service]:
            damaged += int((await connection.execute(statement)).rsplit(" ", 1)[1])
        await connection.close()
        _, corrected = await _rebuild(stack, service)
        # Events that arrived between the damage and the rebuild may have mended a row already, or missed one.
        assert sum(corrected.values()) > damaged / 2 > 0
        _, corrected = await _rebuild(stack, service)
        assert set(corrected.values()) == {0}


async def test_a_stream_that_lacks_applied_events_removes_nothing(stack: Stack) -> None:
    [(before,)] = await stack.rows("analytics", "SELECT count(*) FROM application")
    async with operating(stack) as stream:
        await stream.purge_stream(STREAM, keep=100)
    command = await stack.start_program(
        "rapport.analytics", "rebuild", env=stack.environments["analytics"], wait_ready=False
    )
    assert await command.ended(within=_REBUILT_WITHIN) == 1
    assert "nothing was changed: the stream lacks" in command.log
    [(after,)] = await stack.rows("analytics", "SELECT count(*) FROM application")
    assert after >= before > 0
