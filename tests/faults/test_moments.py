"""Processes killed at critical moments: a fault proxy holds what is in flight while the process dies."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from functools import partial

import pytest
import pytest_asyncio

from rapport.gateway.graph.ids import Kind, global_id, parse_id
from rapport.kit.events.pull import PULL_EXPIRES
from rapport.kit.events.relay import STREAM
from rapport.local.waiting import eventually
from rapport.testing import PostgresForTests
from rapport.testing.databases import Templates
from rapport.testing.fault_proxy import FaultProxy
from rapport.testing.stack import BOARD_SERVICES, Stack, running_stack
from tests.support.agreement import (
    assert_agreement_with_the_ats,
    assert_events_are_in_the_stream_once,
    assert_funnels_are_true,
    ours,
    truth,
)
from tests.support.harness import Harness
from tests.support.load import Accepted, Load
from tests.support.stream import operating

pytestmark = pytest.mark.asyncio(loop_scope="module")

_UNPUBLISHED = "SELECT count(*) FROM publication WHERE stream_sequence IS NULL"
_RECORDED = "SELECT count(*) FROM outbox WHERE subject NOT LIKE '%.attention_changed.v1'"
"""Events of what somebody did: those about flags may be published at any time."""
_APPLIED = "SELECT count(*) FROM inbox"
_DELIVERED_AGAIN = 45.0
"""Seconds: what was not acknowledged is delivered again after half a minute."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(database_templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """Pipeline and analytics, over fault proxies."""
    folder = tmp_path_factory.mktemp("stack")
    async with running_stack(
        database_templates, folder, people=200, services=BOARD_SERVICES, fault_proxies=True
    ) as stack:
        await stack.synced()
        yield stack


@pytest.fixture
def harness(stack: Stack, postgres_server: PostgresForTests) -> Harness:
    return Harness(stack, postgres_server)


async def _count(stack: Stack, service: str, question: str) -> int:
    [row] = await stack.rows(service, question)
    return int(row[0])


async def _streamed(stack: Stack) -> int:
    async with operating(stack) as stream:
        return (await stream.stream_info(STREAM)).state.messages


async def _all_is_well(stack: Stack) -> None:
    """Once what changed while a process was dead has been written, and read as well."""

    async def written() -> bool:
        found = await stack.data("{ sync { pendingWrites } }")
        return all(connection["pendingWrites"] == 0 for connection in found["sync"])

    # What was claimed by a process that died is tried again after a minute. What the ATS makes of it is in its lists
    # from then on, and here they are read on request only.
    await eventually(written, within=120, what="the moves at the ATS")
    await stack.data('mutation { startSync(input: {connection: "greenhouse"}) { __typename } }')

    async def agreed() -> bool:
        return await ours(stack) == truth(stack)

    await eventually(agreed, within=60, what="agreement with the ATS")
    await assert_events_are_in_the_stream_once(stack)
    await assert_agreement_with_the_ats(stack)
    await assert_funnels_are_true(stack)


async def test_killed_between_the_commit_and_the_publication(stack: Stack, harness: Harness) -> None:
    recorded = await _count(stack, "pipeline", _RECORDED)
    load = Load(stack, Accepted(), seed=1)
    await load.learn_the_boards()
    harness.fault_proxy("pipeline", "broker").hold(towards_server=True, towards_client=False)
    moving = asyncio.create_task(load.move_one())

    async def committed() -> bool:
        return await _count(stack, "pipeline", _RECORDED) > recorded

    await eventually(committed, within=60, what="a commit")
    assert await _count(stack, "pipeline", _UNPUBLISHED) > 0
    stack.programs["pipeline"].kill()
    harness.fault_proxy("pipeline", "broker").cut()
    await stack.start("pipeline")
    # The client got no response, repeats the request under the same key, and gets the original result.
    await moving
    assert len(load.accepted.moves) == 1
    await _all_is_well(stack)


_CHANGE = (
    "mutation($input: ChangeApplicationsInput!) { changeApplications(input: $input) { ... on BulkAction { id } } }"
)
_FAR = "query($id: ID!) { node(id: $id) { ... on BulkAction { state outcomes { outcome people } } } }"
_UNDER_WAY = """
SELECT a.id, a.stage_id FROM application a JOIN job j ON j.id = a.job_id
WHERE a.status = 'active' AND a.removed_at IS NULL AND a.version > 0 AND j.status = 'open' ORDER BY a.id
"""
_REJECTED = """
SELECT count(*) FILTER (WHERE t.kind = 'rejected') AS rejected, count(DISTINCT t.application_id) AS applications
FROM transition t WHERE t.cause = $1
"""


async def test_killed_in_the_middle_of_many(stack: Stack) -> None:
    cards = (await stack.rows("pipeline", _UNDER_WAY))[:6]
    assert len(cards) == 6
    [reason] = await stack.rows("pipeline", "SELECT id FROM rejection_reason WHERE NOT by_candidate LIMIT 1")
    seen = [
        {"applicationId": global_id(Kind.APPLICATION, id_), "stageId": global_id(Kind.STAGE, stage)}
        for id_, stage in cards
    ]
    action = {"kind": "REJECT_APPLICATIONS", "rejection": {"reasonId": global_id(Kind.CLOSE_REASON, reason["id"])}}
    async with stack.locked("pipeline", "SELECT FROM application WHERE id = $1 FOR UPDATE", cards[3]["id"]):
        # The fourth waits, and with it the worker: three are rejected, and that is not written down yet.
        started = await stack.data(_CHANGE, role="recruiter", input={"applications": seen, "action": action})
        id_ = started["changeApplications"]["id"]
        cause = f"bulk:{parse_id(id_, '')[1]}"

        async def half_done() -> bool:
            return tuple((await stack.rows("pipeline", _REJECTED, cause))[0]) == (3, 3)

        await eventually(half_done, within=60, what="the first half")
        stack.programs["pipeline"].kill()
    await stack.start("pipeline")

    async def done() -> bool:
        found = (await stack.data(_FAR, role="recruiter", id=id_))["node"]
        return bool(found == {"state": "DONE", "outcomes": [{"outcome": "DONE", "people": 6}]})

    await eventually(done, within=60, what="the rest")
    assert tuple((await stack.rows("pipeline", _REJECTED, cause))[0]) == (6, 6)
    await _all_is_well(stack)


async def _caught(stack: Stack, proxy: FaultProxy, progress: Callable[[], Awaitable[int]], *held: str) -> None:
    """Hold what goes these ways, let the ATS change, and wait for the progress of that; on a busy machine, again.

    An idle relay asks the broker after some seconds whether all is well, and a reader asks for more messages: whatever
    takes longer than that waits for an answer that is held.
    """

    async def tried() -> bool:
        before = await progress()

        async def progressed() -> bool:
            return await progress() > before

        proxy.hold(towards_server="towards_server" in held, towards_client="towards_client" in held)
        await stack.control("trickle", steps=10)
        with suppress(TimeoutError):
            await eventually(progressed, within=PULL_EXPIRES, what="what was to be caught")
            return True
        proxy.release()
        # Before it is held again, it has to be as it was: what came too late for this time arrives.
        await eventually(progressed, within=60, what="what was held")
        return False

    await eventually(tried, within=240, what="what was to be caught")


async def test_a_relay_killed_after_the_publication_and_before_it_knew(stack: Stack, harness: Harness) -> None:
    await _caught(stack, harness.fault_proxy("pipeline", "broker"), partial(_streamed, stack), "towards_client")
    assert await _count(stack, "pipeline", _UNPUBLISHED) > 0
    stack.programs["pipeline"].kill()
    harness.fault_proxy("pipeline", "broker").cut()
    await stack.start("pipeline")
    await _all_is_well(stack)


async def test_a_consumer_killed_between_the_effect_and_the_acknowledgement(stack: Stack, harness: Harness) -> None:
    applied = partial(_count, stack, "analytics", _APPLIED)
    await _caught(stack, harness.fault_proxy("analytics", "broker"), applied, "towards_server")
    assert await _unacknowledged(stack) > 0
    stack.programs["analytics"].kill()
    harness.fault_proxy("analytics", "broker").cut()
    await stack.start("analytics")

    async def acknowledged() -> bool:
        return await _unacknowledged(stack) == 0

    await eventually(acknowledged, within=_DELIVERED_AGAIN, what="the acknowledgement of what was delivered again")
    await _all_is_well(stack)


async def _unacknowledged(stack: Stack) -> int:
    async with operating(stack) as stream:
        found = await stream.consumer_info(STREAM, "analytics-funnel")
    return int(found.num_ack_pending or 0)
