"""A conflict with the ATS is settled for either side; beside a sandbox ATS that others use, and that fails."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from rapport.activity import entries_of
from rapport.contracts.events import MoveSettled, SyncChanged
from rapport.contracts.identity import Viewer
from rapport.contracts.pipeline import ActivityKind, GetSync, MoveResult
from rapport.contracts.refusals import InputProblemCode, Invalid, StageConflict
from rapport.contracts.vocabulary import SyncState
from rapport.kit.rpc.envelope import RequestContext
from rapport.testing.databases import Templates
from services.pipeline.tests.support.two_way import Card, TwoWay, served

pytestmark = pytest.mark.asyncio(loop_scope="module")

PENDING, SYNCED, CONFLICTED = SyncState.PENDING, SyncState.SYNCED, SyncState.CONFLICTED


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def both(database_templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TwoWay]:
    async with served(database_templates, tmp_path_factory.mktemp("two_way")) as it:
        yield it


async def _settlements(both: TwoWay, card: Card) -> list[bool]:
    """Whether the refused move counted, as one event after the other says."""
    return [e.data.effective for e in await both.published(card) if isinstance(e.data, MoveSettled)]


async def _syncs(both: TwoWay, card: Card) -> list[tuple[SyncState, SyncState]]:
    return [(e.data.previous, e.data.current) for e in await both.published(card) if isinstance(e.data, SyncChanged)]


async def _entries(both: TwoWay, card: Card) -> list[tuple[ActivityKind, str]]:
    """What its feed says of the conflict, and who did it."""
    return [
        (entry.kind, entry.actor)
        for event in await both.published(card)
        for entry in entries_of(event)
        if entry.kind in (ActivityKind.MOVE_REFUSED, ActivityKind.STAGE_KEPT)
    ]


async def test_keeping_ours_moves_it_in_the_ats_and_nobody_moved_it_here(both: TwoWay) -> None:
    card, ours, theirs = await both.conflict()
    assert await both.state(card) == (CONFLICTED, ours, theirs)
    moves = await both.transitions(card)
    result = await both.move(card, ours, ours, ats=theirs)
    assert isinstance(result, MoveResult)
    assert (result.application.sync, result.application.stage_id) == (PENDING, ours)
    assert await both.state(card) == (PENDING, ours, None)
    await both.written()
    assert await both.state(card) == (SYNCED, ours, None)
    assert await both.stage_in_ats(card) == ours
    assert await both.transitions(card) == moves == [(card.stage, ours, "user", False)]
    assert await _settlements(both, card) == [False, True]
    assert await _entries(both, card) == [
        (ActivityKind.MOVE_REFUSED, "ats"),
        (ActivityKind.STAGE_KEPT, f"user:{both.user()}"),
    ]
    kept = next(
        e.data for e in await both.published(card) if isinstance(e.data, SyncChanged) and e.data.overruled_stage_id
    )
    assert (kept.previous, kept.current, kept.stage_id, kept.overruled_stage_id) == (CONFLICTED, PENDING, ours, theirs)


async def test_taking_the_ats_stage_writes_nothing(both: TwoWay) -> None:
    card, ours, theirs = await both.conflict()
    writes = "SELECT count(*) FROM ats_write WHERE application_id = $1"
    before = await both.rows(writes, card.application)
    assert isinstance(await both.move(card, ours, theirs, ats=theirs), MoveResult)
    assert await both.state(card) == (SYNCED, theirs, None)
    assert await both.rows(writes, card.application) == before
    await both.history_read()
    assert await both.stage_in_ats(card) == theirs
    assert await _settlements(both, card) == [False]
    assert (await both.transitions(card))[-1] == (ours, theirs, "user", False)


@pytest.mark.parametrize("lagging", [False, True])
async def test_what_the_ats_did_during_a_conflict_is_read_as_history(both: TwoWay, lagging: bool) -> None:
    card, ours, theirs = await both.conflict()
    later = card.others[2]
    await both.move_in_ats(card, theirs, later)
    await both.polled(card)
    [(before,)] = await both.rows("SELECT now()")
    assert isinstance(await both.move(card, ours, ours, ats=later), MoveResult)
    await both.written()
    # The list of the ATS may not show yet what we wrote, and later does.
    await both.history_read(until=before + timedelta(milliseconds=1) if lagging else None)
    await both.polled(card)
    await both.history_read()
    moved = await both.transitions(card)
    assert moved[0] == (card.stage, ours, "user", False)
    assert sorted(moved[1:]) == sorted([(card.stage, theirs, "ats", True), (theirs, later, "ats", True)])
    assert await both.state(card) == (SYNCED, ours, None)
    assert await both.stage_in_ats(card) == ours


@pytest.mark.parametrize("fault", [{"drop_after_write": 1}, {"outage_requests": 1}, {"rate_limit_requests": 1}])
async def test_a_kept_stage_is_written_once_whatever_happens_to_the_answer(
    both: TwoWay, fault: dict[str, float]
) -> None:
    card, ours, theirs = await both.conflict()
    assert isinstance(await both.move(card, ours, ours, ats=theirs), MoveResult)
    await both.fault(**fault)
    await both.written()
    assert await both.state(card) == (SYNCED, ours, None)
    assert await both.stage_in_ats(card) == ours
    await both.history_read()
    assert await both.transitions(card) == [(card.stage, ours, "user", False), (card.stage, theirs, "ats", True)]
    assert await _settlements(both, card) == [False, True]


async def test_a_repetition_under_its_key_is_the_same_decision(both: TwoWay) -> None:
    card, ours, theirs = await both.conflict()
    assert isinstance(await both.move(card, ours, ours, ats=theirs, key="keep-1"), MoveResult)
    published = await both.published(card)
    again = await both.move(card, ours, ours, ats=theirs, key="keep-1")
    assert isinstance(again, MoveResult)
    assert again.application.sync is PENDING
    await both.written()
    late = await both.move(card, ours, ours, ats=theirs, key="keep-1")
    assert isinstance(late, MoveResult)
    assert late.application.sync is SYNCED
    other = await both.move(card, ours, theirs, key="keep-1")
    assert isinstance(other, Invalid)
    assert other.problems[0].code is InputProblemCode.KEY_REUSED
    assert (await both.published(card))[: len(published)] == published
    written = await both.rows("SELECT 1 FROM ats_write WHERE application_id = $1 AND state = 'done'", card.application)
    assert len(written) == 1


async def test_a_second_click_and_a_colleague_who_is_late_change_nothing(both: TwoWay) -> None:
    card, ours, theirs = await both.conflict()
    assert isinstance(await both.move(card, ours, ours, ats=theirs), MoveResult)
    published = len(await both.published(card))
    for to in (ours, theirs):
        late = await both.move(card, ours, to, ats=theirs, user=1)
        assert isinstance(late, StageConflict)
        assert (late.reason, late.current.sync, late.current.stage_id) == ("ats_changed", PENDING, ours)
    assert len(await both.published(card)) == published
    await both.written()
    assert await both.stage_in_ats(card) == ours


async def test_who_keeps_what_a_colleague_gave_up_is_told_where_it_is(both: TwoWay) -> None:
    card, ours, theirs = await both.conflict()
    assert isinstance(await both.move(card, ours, theirs, ats=theirs, user=1), MoveResult)
    late = await both.move(card, ours, ours, ats=theirs)
    assert isinstance(late, StageConflict)
    assert (late.reason, late.current.stage_id) == ("moved", theirs)
    assert await both.stage_in_ats(card) == theirs


async def test_of_two_opposite_decisions_at_once_one_is_made(both: TwoWay) -> None:
    card, ours, theirs = await both.conflict()
    results = await asyncio.gather(
        both.move(card, ours, ours, ats=theirs), both.move(card, ours, theirs, ats=theirs, user=1)
    )
    assert {type(result) for result in results} == {MoveResult, StageConflict}
    await both.written()
    await both.history_read()
    state, here, _ = await both.state(card)
    assert state == SYNCED
    assert here == await both.stage_in_ats(card)
    assert here == (ours if isinstance(results[0], MoveResult) else theirs)


async def test_an_ats_that_moved_on_before_it_was_told_is_a_conflict_again(both: TwoWay) -> None:
    card, ours, theirs = await both.conflict()
    assert isinstance(await both.move(card, ours, ours, ats=theirs), MoveResult)
    later = card.others[2]
    await both.move_in_ats(card, theirs, later)
    await both.polled(card)
    # Our write waits: what the ATS did is for it to meet.
    assert await both.state(card) == (PENDING, ours, None)
    await both.written()
    assert await both.state(card) == (CONFLICTED, ours, later)
    assert await _settlements(both, card) == [False]
    assert [kind for kind, _ in await _entries(both, card)] == [
        ActivityKind.MOVE_REFUSED,
        ActivityKind.STAGE_KEPT,
        ActivityKind.MOVE_REFUSED,
    ]
    assert isinstance(await both.move(card, ours, ours, ats=later), MoveResult)
    await both.written()
    assert await both.state(card) == (SYNCED, ours, None)
    assert await both.stage_in_ats(card) == ours
    assert await _settlements(both, card) == [False, True]


async def test_a_conflict_follows_the_ats_and_is_settled_only_as_it_was_seen(both: TwoWay) -> None:
    card, ours, theirs = await both.conflict()
    later = card.others[2]
    await both.move_in_ats(card, theirs, later)
    await both.polled(card)
    await both.polled(card)
    assert await both.state(card) == (CONFLICTED, ours, later)
    assert await _syncs(both, card) == [(SYNCED, PENDING), (PENDING, CONFLICTED), (CONFLICTED, CONFLICTED)]
    assert [kind for kind, _ in await _entries(both, card)] == [ActivityKind.MOVE_REFUSED]
    for to in (ours, theirs):
        late = await both.move(card, ours, to, ats=theirs)
        assert isinstance(late, StageConflict)
        assert (late.reason, late.current.ats_stage_id) == ("ats_changed", later)
    assert await both.state(card) == (CONFLICTED, ours, later)
    assert isinstance(await both.move(card, ours, later, ats=later), MoveResult)
    assert await both.state(card) == (SYNCED, later, None)


async def test_an_ats_that_comes_to_our_stage_by_itself_needs_no_write(both: TwoWay) -> None:
    card, ours, theirs = await both.conflict()
    assert isinstance(await both.move(card, ours, ours, ats=theirs), MoveResult)
    await both.polled(card)
    assert await both.state(card) == (PENDING, ours, None)
    await both.move_in_ats(card, theirs, ours)
    await both.polled(card)
    assert await both.state(card) == (SYNCED, ours, None)
    await both.written()
    await both.history_read()
    assert await both.transitions(card) == [(card.stage, ours, "user", False), (card.stage, theirs, "ats", True)]
    assert await _settlements(both, card) == [False, True]


async def test_a_move_behind_a_kept_stage_is_written_after_it(both: TwoWay) -> None:
    card, ours, theirs = await both.conflict()
    onward = card.others[2]
    assert isinstance(await both.move(card, ours, ours, ats=theirs), MoveResult)
    assert isinstance(await both.move(card, ours, onward), MoveResult)
    await both.written()
    assert await both.state(card) == (SYNCED, onward, None)
    assert await both.stage_in_ats(card) == onward
    assert await _settlements(both, card) == [False, True]
    await both.history_read()
    moved = await both.transitions(card)
    assert moved == [
        (card.stage, ours, "user", False),
        (ours, onward, "user", False),
        (card.stage, theirs, "ats", True),
    ]


async def test_a_stage_that_was_kept_in_vain_does_not_count(both: TwoWay) -> None:
    card, ours, theirs = await both.conflict()
    later = card.others[2]
    assert isinstance(await both.move(card, ours, ours, ats=theirs), MoveResult)
    await both.move_in_ats(card, theirs, later)
    await both.written()
    assert isinstance(await both.move(card, ours, later, ats=later), MoveResult)
    await both.written()
    await both.history_read()
    assert await both.state(card) == (SYNCED, later, None)
    assert await both.stage_in_ats(card) == later
    assert await _settlements(both, card) == [False]


async def test_the_health_of_the_sync_counts_a_kept_stage_as_pending(both: TwoWay) -> None:
    async def counts() -> tuple[int, int]:
        viewer = Viewer(org_id="acme", user_id=both.user(), roles=frozenset())
        status = json.loads(await both.requests.get_sync(GetSync(), RequestContext(viewer, "key")))
        [connection] = status["connections"]
        return connection["conflicts"], connection["pending_writes"]

    conflicts, pending = await counts()
    card, ours, theirs = await both.conflict()
    assert await counts() == (conflicts + 1, pending)
    await both.move(card, ours, ours, ats=theirs)
    assert await counts() == (conflicts, pending + 1)
    await both.written()
    assert await counts() == (conflicts, pending)
