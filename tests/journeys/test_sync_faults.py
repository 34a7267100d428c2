"""The first synchronisation, killed repeatedly over a failing ATS; then changes whose webhooks are lost."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from typing import Any

import pytest
import pytest_asyncio

from rapport.local.waiting import eventually
from rapport.pipeline.connectors.greenhouse.records import PATHS
from rapport.pipeline.domain.records import Collection
from rapport.testing.databases import Templates
from rapport.testing.stack import Stack, running_stack
from tests.support.agreement import (
    assert_agreement_with_the_ats,
    assert_events_are_in_the_stream_once,
    assert_funnels_are_true,
    ours,
    truth,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

PEOPLE = 1500
_SLOW = {"slow_requests": 100_000, "slow_seconds": 0.7}
"""Until the whole stack has started."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(database_templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """A stack over an ATS that answers slowly, so that its first synchronisation can be met in the middle."""
    folder = tmp_path_factory.mktemp("stack")
    async with running_stack(database_templates, folder, people=PEOPLE, faults=_SLOW) as stack:
        yield stack


async def _progress(stack: Stack) -> dict[str, tuple[int, bool]]:
    rows = await stack.rows("pipeline", "SELECT collection, records, done FROM sync_collection")
    return {row["collection"]: (row["records"], row["done"]) for row in rows}


async def _run(stack: Stack) -> Any:
    [run] = await stack.rows("pipeline", "SELECT phase, started_at, error FROM sync_run")
    return run


async def _in_the_middle_of(stack: Stack, collection: str) -> None:
    async def reading() -> bool:
        records, done = (await _progress(stack)).get(collection, (0, False))
        return done or records > 0

    await eventually(reading, within=60, what=f"the reading of {collection}")


async def _killed_and_started_again(stack: Stack) -> None:
    """Kill the pipeline and start it again; nothing it had written may be gone."""
    stack.programs["pipeline"].kill()
    before, run = await _progress(stack), await _run(stack)
    assert run["phase"] != "idle"
    await stack.start("pipeline")
    after = await _progress(stack)
    assert {name: after[name] for name in before if after[name][0] < before[name][0]} == {}
    assert {name for name, (_, done) in before.items() if done} <= {name for name, (_, done) in after.items() if done}
    assert (await _run(stack))["started_at"] == run["started_at"]


async def _idle(stack: Stack) -> bool:
    return bool((await _run(stack))["phase"] == "idle")


def _count(stack: Stack, collection: str) -> int:
    with closing(sqlite3.connect(f"file:{stack.company}?mode=ro", uri=True)) as company:
        count: int = company.execute(f"SELECT count(*) FROM {PATHS[Collection(collection)]}").fetchone()[0]
        return count


async def test_a_first_synchronisation_killed_again_and_again_goes_on_where_it_stopped(stack: Stack) -> None:
    await stack.control("faults", slow_seconds=0.1)
    await _in_the_middle_of(stack, "job_stages")
    await stack.control("faults", outage_requests=2)
    await _killed_and_started_again(stack)
    await _in_the_middle_of(stack, "people")
    await stack.control("faults", rate_limit_requests=2)
    await _killed_and_started_again(stack)
    await _in_the_middle_of(stack, "applications")
    await stack.control("tokens/expire")
    await _in_the_middle_of(stack, "stage_entries")
    await _killed_and_started_again(stack)
    await stack.control("faults", slow_requests=0, outage_requests=1, rate_limit_requests=1)

    async def telling() -> bool:
        events = await stack.rows("pipeline", "SELECT 1 FROM transition LIMIT 1")
        return bool(events)

    await eventually(telling, within=60, what="the telling of applications")
    await _killed_and_started_again(stack)
    started_at = (await _run(stack))["started_at"]
    await eventually(lambda: _idle(stack), within=60, what="the end of the first synchronisation")

    assert (await _run(stack))["started_at"] == started_at
    # A page that was read again, or left out, would be counted twice or not at all.
    progress = await _progress(stack)
    assert progress == {name: (_count(stack, name), True) for name in progress}
    assert len(progress) == len(Collection)


async def test_the_synchronised_state_equals_the_ats(stack: Stack) -> None:
    await assert_agreement_with_the_ats(stack)
    late = await stack.rows("pipeline", "SELECT 1 FROM transition WHERE backfilled")
    assert late == []


async def test_after_it_every_event_is_in_the_stream_once_without_gaps(stack: Stack) -> None:
    await assert_events_are_in_the_stream_once(stack)


async def test_after_it_every_jobs_funnel_equals_the_ats(stack: Stack) -> None:
    await assert_funnels_are_true(stack)


async def test_changes_delivered_twice_out_of_order_or_never_converge(stack: Stack) -> None:
    for _ in range(3):
        await stack.control("faults", webhook_duplicates=15, webhook_reorder=8, webhook_losses=10)
        await stack.control("trickle", steps=40)
        await stack.control("faults", outage_requests=1, rate_limit_requests=1)
        await stack.data('mutation { startSync(input: {connection: "greenhouse"}) { __typename } }')
    await stack.control("faults", webhook_duplicates=0, webhook_reorder=0, webhook_losses=0)

    async def settled() -> bool:
        waiting = await stack.rows("pipeline", "SELECT count(*) AS n FROM delivery WHERE state = 'waiting'")
        pending = await stack.rows("pipeline", "SELECT 1 FROM application WHERE unreconciled")
        return waiting[0]["n"] == 0 and not pending and await _idle(stack)

    # Its limit is two hundred requests in ten seconds, and a run needs twenty.
    await eventually(settled, within=90, what="the handling of what was delivered")
    await stack.data('mutation { startSync(input: {connection: "greenhouse"}) { __typename } }')

    async def agreed() -> bool:
        return await _idle(stack) and await ours(stack) == truth(stack)

    await eventually(agreed, within=60, what="agreement with the ATS")
    await assert_agreement_with_the_ats(stack)
    await assert_events_are_in_the_stream_once(stack)
    await assert_funnels_are_true(stack)
