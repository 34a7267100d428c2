"""Everything that can be killed, frozen, cut or taken away, under a steady load; then an audit of what clients were
told.

One round is run by default: a fault of every kind. `FAULT_ROUNDS=1000 make test ARGS="tests/faults"` goes on for as
long as one likes, with all of them, in an order that the number of the round decides; `FAULTS="outreach frozen, the
broker away"` chooses some.
"""

import asyncio
import copy
import os
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg
import pytest
import pytest_asyncio

from rapport.testing import PostgresForTests
from rapport.testing.databases import Templates
from rapport.testing.stack import ALL_SERVICES, ORGANISATION, Stack, running_stack
from tests.support.audit import audit
from tests.support.faults import AWAY, FAULTS, FREEZE, REPRESENTATIVE
from tests.support.harness import Harness
from tests.support.load import Accepted, Load

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "0"))
CHOSEN = [name.strip() for name in os.environ.get("FAULTS", "").split(",") if name.strip()]
_WORK = 1.5
"""Seconds of work between two faults."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(database_templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """All services, with claims that run out soon, and without the caps that keep people from writing all day."""
    folder = tmp_path_factory.mktemp("stack")
    settings = {"SEND_LEASE_SECONDS": "8"}
    async with running_stack(
        database_templates, folder, people=300, services=ALL_SERVICES, settings=settings, fault_proxies=True
    ) as stack:
        await stack.synced()
        await _lift_caps(stack)
        yield stack


async def _lift_caps(stack: Stack) -> None:
    connection = await asyncpg.connect(stack.databases["outreach"].owner_url)
    try:
        await connection.execute("ALTER TABLE limits NO FORCE ROW LEVEL SECURITY")
        await connection.execute(
            "INSERT INTO limits VALUES ($1, 100000, 0, 100000, 100000) ON CONFLICT DO NOTHING", ORGANISATION
        )
        await connection.execute("ALTER TABLE limits FORCE ROW LEVEL SECURITY")
    finally:
        await connection.close()


@pytest.fixture(scope="module")
def harness(stack: Stack, postgres_server: PostgresForTests) -> Harness:
    return Harness(stack, postgres_server)


@pytest.fixture(scope="module")
def accepted() -> Accepted:
    """What clients were told in all rounds so far."""
    return Accepted()


@asynccontextmanager
async def working(stack: Stack, accepted: Accepted, seed: int) -> AsyncIterator[Load]:
    """People at work during the block."""
    load = Load(stack, accepted, seed)
    await load.prepare()
    async with asyncio.TaskGroup() as group:
        group.create_task(load.run())
        try:
            yield load
        finally:
            load.stop()


def _faults_of(seed: int) -> Sequence[str]:
    """Round 0 is the short one; any other has everything, in an order of its own. Or those that are asked for."""
    if CHOSEN:
        return CHOSEN
    return random.Random(seed).sample(list(FAULTS), len(FAULTS)) if seed else REPRESENTATIVE


@pytest.mark.parametrize("seed", range(1, ROUNDS + 1) if ROUNDS else [0])
async def test_every_acknowledged_write_survives_faults_exactly_once(
    stack: Stack, harness: Harness, accepted: Accepted, seed: int
) -> None:
    before = copy.deepcopy(accepted)
    async with working(stack, accepted, seed):
        for name in _faults_of(seed):
            await asyncio.sleep(_WORK)
            try:
                async with asyncio.timeout(180 + FREEZE + AWAY):
                    await FAULTS[name](harness)
            except Exception as problem:
                raise AssertionError(f"after: {name}") from problem
        await asyncio.sleep(_WORK)
    assert len(accepted.moves) > len(before.moves) + 20
    assert len(accepted.reviews) > len(before.reviews) + 10
    assert len(accepted.messages) > len(before.messages) + 20
    await audit(stack, accepted, copies=harness.copies, parked=harness.parked)
