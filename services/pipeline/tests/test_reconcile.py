"""What there is to tell when the ATS says something: every entry of its history once, and its present state."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.contracts.vocabulary import ApplicationStatus, SyncState, TransitionKind
from rapport.pipeline.domain.application import Application, AtsState
from rapport.pipeline.domain.reconcile import (
    DetectedTransition,
    PendingWrite,
    Reconciled,
    RecordedTransition,
    StageEntry,
    reconcile,
)

RECEIVED, MOVED = TransitionKind.RECEIVED, TransitionKind.MOVED
ACTIVE, REJECTED = ApplicationStatus.ACTIVE, ApplicationStatus.REJECTED
HIRED, WITHDRAWN = ApplicationStatus.HIRED, ApplicationStatus.WITHDRAWN
JOB = UUID(int=1)
A, B, C, D = (UUID(int=10 + n) for n in range(4))
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=number)


def entry(stage: UUID, at: float) -> StageEntry:
    """The ATS's entry into a stage on a day; the day names it."""
    return StageEntry(UUID(int=1000 + round(at * 10)), stage, day(at))


def said(stage: UUID, at: float, *, kind: TransitionKind = MOVED, entry_id: UUID | None = None) -> RecordedTransition:
    """A recorded transition; the day names it."""
    return RecordedTransition(UUID(int=5000 + round(at * 10)), kind, stage, day(at), entry_id)


def ours(stage: UUID, at: float) -> RecordedTransition:
    """A move made here."""
    return replace(said(stage, at), ours=True)


def known(one: StageEntry, kind: TransitionKind = MOVED) -> RecordedTransition:
    """An entry recorded under its own id."""
    return RecordedTransition(UUID(int=one.id.int + 4000), kind, one.stage_id, one.entered_at, one.id)


def application(
    stage: UUID = A,
    *,
    ats: UUID | None = None,
    since: float | None = None,
    status: ApplicationStatus = ACTIVE,
    ats_status: ApplicationStatus | None = None,
    closed: float | None = None,
    sync: SyncState = SyncState.SYNCED,
    version: int = 1,
) -> Application:
    """An application recorded in `stage`, which the ATS has in `ats`."""
    return Application(
        id=UUID(int=2),
        person_id=UUID(int=3),
        job_id=JOB,
        stage_id=stage,
        status=status,
        version=version,
        sync=sync,
        ats=AtsState(
            JOB,
            ats or stage,
            ats_status or status,
            None if since is None else day(since),
            None if closed is None else day(closed),
        ),
        applied_at=day(0),
    )


def new(stage: UUID = A, **more: object) -> Application:
    """An application of which nothing was recorded."""
    return application(stage, version=0, **more)  # type: ignore[arg-type]


def line(transition: DetectedTransition) -> tuple[object, ...]:
    return (
        transition.kind,
        transition.from_stage_id,
        transition.to_stage_id,
        transition.occurred_at,
        transition.backfilled,
    )


def lines(found: Reconciled) -> list[tuple[object, ...]]:
    return [line(transition) for transition in found.transitions]


# The first telling -----------------------------------------------------------------------------------------


def test_an_application_without_history_is_received_in_its_current_stage_at_application_time() -> None:
    found = reconcile(new(B, since=4), [], [], [], at=NOW)
    assert lines(found) == [(RECEIVED, None, B, day(0), False)]
    assert found.transitions[0].entry_id is None
    assert found.sync is SyncState.SYNCED


def test_a_complete_history_is_recorded_entry_by_entry() -> None:
    entries = [entry(A, 0), entry(B, 2), entry(C, 5)]
    found = reconcile(new(C, since=5), entries, [], [], at=NOW)
    assert lines(found) == [
        (RECEIVED, None, A, day(0), False),
        (MOVED, A, B, day(2), False),
        (MOVED, B, C, day(5), False),
    ]
    assert [t.entry_id for t in found.transitions] == [e.id for e in entries]


def test_a_stage_entry_before_the_application_date_sets_the_time_of_receipt() -> None:
    found = reconcile(new(A), [entry(A, -3)], [], [], at=NOW)
    assert lines(found) == [(RECEIVED, None, A, day(-3), False)]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(REJECTED, "rejected"), (WITHDRAWN, "withdrawn"), (HIRED, "hired")],
)
def test_an_application_first_seen_closed_is_received_and_closed(status: ApplicationStatus, kind: str) -> None:
    found = reconcile(new(B, status=ACTIVE, ats_status=status, closed=9), [entry(B, 0)], [], [], at=NOW)
    assert lines(found) == [
        (RECEIVED, None, B, day(0), False),
        (TransitionKind(kind), B, B, day(9), False),
    ]
    assert [t.status for t in found.transitions] == [ACTIVE, status]


# Moves in the ATS ------------------------------------------------------------------------------------------


def test_a_new_entry_is_a_move() -> None:
    first, second = entry(A, 0), entry(B, 2)
    found = reconcile(application(A, ats=B, since=2), [first, second], [known(first, RECEIVED)], [], at=NOW)
    assert lines(found) == [(MOVED, A, B, day(2), False)]
    assert found.transitions[0].entry_id == second.id


def test_a_move_seen_before_its_entry_is_recorded_once() -> None:
    first, second = entry(A, 0), entry(B, 2)
    recorded = [known(first, RECEIVED)]
    reconciled = reconcile(application(A, ats=B, since=2), [first], recorded, [], at=NOW)
    assert lines(reconciled) == [(MOVED, A, B, day(2), False)]
    assert reconciled.transitions[0].entry_id is None
    move = said(B, 2)
    read = reconcile(application(B, since=2), [first, second], [*recorded, move], [], at=NOW)
    assert read.transitions == ()
    assert read.same == ((second.id, move.id),)


def test_a_move_without_a_time_happened_when_it_was_first_seen() -> None:
    first = entry(A, 0)
    found = reconcile(application(A, ats=B), [first], [known(first, RECEIVED)], [], at=NOW)
    assert lines(found) == [(MOVED, A, B, NOW, False)]


def test_a_skipped_stage_is_not_recorded() -> None:
    first, third = entry(A, 0), entry(C, 2)
    found = reconcile(application(A, ats=C, since=2), [first, third], [known(first, RECEIVED)], [], at=NOW)
    assert lines(found) == [(MOVED, A, C, day(2), False)]


def test_a_move_backwards_and_a_re_entry_are_ordinary_moves() -> None:
    entries = [entry(A, 0), entry(B, 2), entry(A, 3), entry(B, 6)]
    recorded = [known(entries[0], RECEIVED), known(entries[1])]
    found = reconcile(application(B, since=6), entries, recorded, [], at=NOW)
    assert lines(found) == [(MOVED, B, A, day(3), False), (MOVED, A, B, day(6), False)]


def test_earlier_moves_may_be_read_after_the_newest_one() -> None:
    entries = [entry(A, 0), entry(B, 2), entry(C, 5)]
    reconciled = [known(entries[0], RECEIVED), said(C, 5)]
    found = reconcile(application(C, since=5), entries, reconciled, [], at=NOW)
    assert lines(found) == [(MOVED, A, B, day(2), True)]
    assert found.same == ((entries[2].id, reconciled[1].id),)


def test_history_newer_than_the_state_read_with_it_is_not_reverted() -> None:
    entries = [entry(A, 0), entry(B, 2), entry(C, 5)]
    recorded = [known(entries[0], RECEIVED), known(entries[1])]
    found = reconcile(application(B, ats=B, since=2), entries, recorded, [], at=NOW)
    assert lines(found) == [(MOVED, B, C, day(5), False)]


def test_an_unseen_re_entry_is_matched_to_the_right_entry() -> None:
    entries = [entry(A, 0), entry(B, 2), entry(A, 3), entry(B, 6)]
    recorded = [known(entries[0], RECEIVED), said(B, 6)]
    found = reconcile(application(B, since=6), entries, recorded, [], at=NOW)
    assert found.same == ((entries[3].id, recorded[1].id),)
    assert lines(found) == [(MOVED, A, B, day(2), True), (MOVED, B, A, day(3), True)]


def test_the_beginning_of_an_application_first_seen_late_is_backfilled() -> None:
    entries = [entry(A, 0), entry(B, 4)]
    recorded = [said(B, 0, kind=RECEIVED)]
    only_first = reconcile(application(B, since=4), entries[:1], recorded, [], at=NOW)
    assert lines(only_first) == [(MOVED, None, A, day(0), True)]
    both = reconcile(application(B, since=4), entries, recorded, [], at=NOW)
    assert lines(both) == [(MOVED, None, A, day(0), True)]
    assert both.same == ((entries[1].id, recorded[0].id),)


def test_recorded_history_is_not_recorded_again() -> None:
    entries = [entry(A, 0), entry(B, 2)]
    recorded = [known(entries[0], RECEIVED), known(entries[1])]
    found = reconcile(application(B, since=2), entries, recorded, [], at=NOW)
    assert (found.transitions, found.same, found.echo) == ((), (), False)


# Moves of ours ---------------------------------------------------------------------------------------------

PENDING = SyncState.PENDING
ONWARD = [PendingWrite(A, B)]


def test_the_echo_of_our_own_move_adds_nothing() -> None:
    first, second = entry(A, 0), entry(B, 3)
    recorded = [known(first, RECEIVED), ours(B, 2.9)]
    found = reconcile(application(B, sync=PENDING, since=3), [first, second], recorded, ONWARD, at=NOW)
    assert (found.transitions, found.echo, found.sync) == ((), True, SyncState.SYNCED)
    assert found.same == ((second.id, recorded[1].id),)


def test_an_old_state_changes_nothing_while_our_move_is_pending() -> None:
    first = entry(A, 0)
    recorded = [known(first, RECEIVED), ours(B, 2.9)]
    found = reconcile(application(B, ats=A, since=0, sync=PENDING), [first], recorded, ONWARD, at=NOW)
    assert (found.transitions, found.same, found.echo, found.sync) == ((), (), False, PENDING)


def test_a_move_there_and_back_is_not_mistaken_for_its_echo() -> None:
    first = entry(A, 0)
    recorded = [known(first, RECEIVED), ours(B, 2), ours(A, 2.1)]
    pending = [PendingWrite(A, B), PendingWrite(B, A)]
    found = reconcile(application(A, since=0, sync=PENDING), [first], recorded, pending, at=NOW)
    assert (found.transitions, found.echo, found.sync) == ((), False, PENDING)


def test_the_echo_of_the_first_move_does_not_confirm_the_second() -> None:
    first, second = entry(A, 0), entry(B, 3)
    recorded = [known(first, RECEIVED), ours(B, 2), ours(C, 2.1)]
    pending = [PendingWrite(A, B), PendingWrite(B, C)]
    found = reconcile(application(C, ats=B, since=3, sync=PENDING), [first, second], recorded, pending, at=NOW)
    assert (found.transitions, found.echo, found.sync) == ((), False, PENDING)
    assert found.same == ((second.id, recorded[1].id),)


def test_a_pending_round_trip_is_not_confirmed_by_the_echo_of_its_first_move() -> None:
    first, second = entry(A, 0), entry(B, 3)
    recorded = [known(first, RECEIVED), ours(B, 2), ours(C, 2.1), ours(B, 2.2)]
    pending = [PendingWrite(A, B), PendingWrite(B, C), PendingWrite(C, B)]
    found = reconcile(application(B, since=3, sync=PENDING), [first, second], recorded, pending, at=NOW)
    assert (found.transitions, found.echo, found.sync) == ((), False, PENDING)


def carried_out(stage: UUID, at: float, in_effect: float) -> RecordedTransition:
    """A move made here, and when the ATS said that it had carried it out."""
    return replace(ours(stage, at), in_effect_at=day(in_effect))


def test_entries_read_before_older_ones_are_not_matched_to_older_moves() -> None:
    entries = [entry(A, 0), entry(B, 2.1), entry(A, 3.1), entry(B, 4.1), entry(A, 5.1)]
    moves = [carried_out(B, 2, 2.1), carried_out(A, 3, 3.1), carried_out(B, 4, 4.1), carried_out(A, 5, 5.1)]
    recorded = [known(entries[0], RECEIVED), *moves]
    later = reconcile(application(A, since=5.1), [entries[0], *entries[3:]], recorded, [], at=NOW)
    assert (later.transitions, dict(later.same)) == ((), {entries[3].id: moves[2].id, entries[4].id: moves[3].id})
    recorded[3:] = [replace(moves[2], entry_id=entries[3].id), replace(moves[3], entry_id=entries[4].id)]
    both = reconcile(application(A, since=5.1), entries, recorded, [], at=NOW)
    assert (both.transitions, dict(both.same)) == ((), {entries[1].id: moves[0].id, entries[2].id: moves[1].id})


def test_moves_close_in_time_are_matched_to_the_nearest_entries() -> None:
    moments = [2 + n * 4e-6 for n in range(5)]
    stages = [B, A, B, A, B]
    entries = [entry(A, 0), *(StageEntry(UUID(int=30 + n), stages[n], day(moments[n])) for n in range(5))]
    moves = [replace(carried_out(stages[n], 1, moments[n]), id=UUID(int=60 + n)) for n in range(5)]
    recorded = [known(entries[0], RECEIVED), *moves]
    later = reconcile(application(B, since=moments[4]), [entries[0], *entries[3:]], recorded, [], at=NOW)
    assert (later.transitions, dict(later.same)) == ((), {entries[n + 1].id: moves[n].id for n in (2, 3, 4)})


def test_a_write_time_that_differs_from_the_list_is_matched_if_unambiguous() -> None:
    entries = [entry(A, 0), entry(B, 2.1)]
    move = carried_out(B, 2, 2.2)
    found = reconcile(application(B, since=2.1), entries, [known(entries[0], RECEIVED), move], [], at=NOW)
    assert (found.transitions, found.same) == ((), ((entries[1].id, move.id),))


def test_a_move_whose_response_was_lost_lies_between_its_confirmed_neighbours() -> None:
    entries = [entry(A, 0), entry(B, 2.1), entry(A, 3.1), entry(B, 4.1)]
    moves = [ours(B, 2), carried_out(A, 3, 3.1), carried_out(B, 3.2, 4.1)]
    found = reconcile(application(B, since=4.1), entries, [known(entries[0], RECEIVED), *moves], [], at=NOW)
    assert found.transitions == ()
    assert dict(found.same) == {entries[n + 1].id: moves[n].id for n in range(3)}


def test_times_the_ats_rounds_are_equal() -> None:
    entries = [entry(A, 0), StageEntry(UUID(int=9), B, day(2) + timedelta(milliseconds=400))]
    move = carried_out(B, 1.9, 2)
    found = reconcile(application(B, since=2), entries, [known(entries[0], RECEIVED), move], [], at=NOW)
    assert (found.transitions, found.same) == ((), ((entries[1].id, move.id),))


def test_a_contradiction_is_left_to_the_pending_write() -> None:
    entries = [entry(A, 0), entry(D, 2)]
    recorded = [known(entries[0], RECEIVED), ours(B, 2.9)]
    found = reconcile(application(B, ats=D, since=2, sync=PENDING), entries, recorded, ONWARD, at=NOW)
    assert (found.transitions, found.echo, found.sync) == ((), False, PENDING)


def test_a_closing_in_the_ats_is_recorded_even_while_our_move_is_pending() -> None:
    first = entry(A, 0)
    recorded = [known(first, RECEIVED), ours(B, 2.9)]
    rejected = application(B, ats=A, since=0, sync=PENDING, ats_status=REJECTED, closed=3)
    found = reconcile(rejected, [first], recorded, ONWARD, at=NOW)
    assert lines(found) == [(TransitionKind.REJECTED, B, B, day(3), False)]
    assert found.sync is PENDING


def test_other_changes_in_the_ats_are_recorded_with_the_echo_of_our_move() -> None:
    entries = [entry(A, 0), entry(D, 2), entry(A, 2.5), entry(B, 3)]
    recorded = [known(entries[0], RECEIVED), ours(B, 2.9)]
    found = reconcile(application(B, since=3, sync=PENDING), entries, recorded, ONWARD, at=NOW)
    assert found.echo
    assert lines(found) == [(MOVED, A, D, day(2), True), (MOVED, D, A, day(2.5), True)]


# Conflicts -------------------------------------------------------------------------------------------------

CONFLICTED = SyncState.CONFLICTED


def test_a_conflict_keeps_both_values() -> None:
    entries = [entry(A, 0), entry(D, 2)]
    recorded = [known(entries[0], RECEIVED), ours(B, 2.9)]
    found = reconcile(application(B, ats=D, since=2, sync=CONFLICTED), entries, recorded, [], at=NOW)
    assert (found.transitions, found.sync) == ((), CONFLICTED)


def test_a_conflict_ends_when_the_ats_reaches_our_stage_and_its_path_is_recorded() -> None:
    entries = [entry(A, 0), entry(D, 2), entry(B, 4)]
    recorded = [known(entries[0], RECEIVED), ours(B, 2.9)]
    found = reconcile(application(B, since=4, sync=CONFLICTED), entries, recorded, [], at=NOW)
    assert found.sync is SyncState.SYNCED
    assert found.same == ((entries[2].id, recorded[1].id),)
    assert lines(found) == [(MOVED, A, D, day(2), True)]


def test_a_conflict_ends_when_we_move_to_the_ats_stage() -> None:
    entries = [entry(A, 0), entry(D, 2)]
    recorded = [known(entries[0], RECEIVED), ours(B, 2.9), ours(D, 3.5)]
    found = reconcile(application(D, since=2), entries, recorded, [], at=NOW)
    assert (found.transitions, found.sync) == ((), SyncState.SYNCED)
    assert found.same == ((entries[1].id, recorded[2].id),)


def test_a_refused_move_is_not_matched_to_a_later_entry_into_the_same_stage() -> None:
    entries = [entry(A, 0), entry(D, 2), entry(B, 30)]
    recorded = [known(entries[0], RECEIVED), ours(B, 2.9), replace(ours(D, 3.5), entry_id=entries[1].id)]
    found = reconcile(application(D, ats=B, since=30), entries, recorded, [], at=NOW)
    assert lines(found) == [(MOVED, D, B, day(30), False)]
    assert found.transitions[0].entry_id == entries[2].id


def test_closing_an_application_ends_its_conflict_in_the_ats_stage() -> None:
    entries = [entry(A, 0), entry(D, 2)]
    recorded = [known(entries[0], RECEIVED), ours(B, 2.9)]
    closed = application(B, ats=D, since=2, sync=CONFLICTED, ats_status=REJECTED, closed=5)
    found = reconcile(closed, entries, recorded, [], at=NOW)
    assert found.sync is SyncState.SYNCED
    assert [(t.kind, t.to_stage_id, t.status) for t in found.transitions if not t.backfilled][-2:] == [
        (MOVED, D, ACTIVE),
        (TransitionKind.REJECTED, D, REJECTED),
    ]


def test_an_application_that_the_ats_moved_to_another_job_ends_its_conflict_there() -> None:
    entries = [entry(A, 0), entry(D, 2)]
    recorded = [known(entries[0], RECEIVED), ours(B, 2.9)]
    held = application(B, ats=D, since=3, sync=CONFLICTED)
    found = reconcile(replace(held, ats=replace(held.ats, job_id=UUID(int=9))), entries, recorded, [], at=NOW)
    assert found.sync is SyncState.SYNCED
    assert found.transitions[-1].job_id == UUID(int=9)
    assert found.transitions[-1].to_stage_id == D


@pytest.mark.parametrize("in_effect_at", [None, day(6)])
def test_what_the_ats_did_before_a_stage_was_kept_is_backfilled(in_effect_at: datetime | None) -> None:
    entries = [entry(A, 0), entry(C, 2), entry(D, 4)]
    kept = replace(ours(B, 2.9), kept_at=day(5), in_effect_at=in_effect_at)
    recorded = [known(entries[0], RECEIVED), kept]
    found = reconcile(application(B, since=6), entries, recorded, [], at=NOW)
    assert lines(found) == [(MOVED, A, C, day(2), True), (MOVED, C, D, day(4), True)]
    recorded += [replace(known(e), backfilled=True) for e in entries[1:]]
    found = reconcile(application(B, since=6), [*entries, entry(B, 6)], recorded, [], at=NOW)
    assert (lines(found), found.same) == ([], ((entry(B, 6).id, kept.id),))


# How it ends -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [REJECTED, WITHDRAWN, HIRED])
def test_a_closing_is_recorded_in_the_stage_where_it_happened(status: ApplicationStatus) -> None:
    entries = [entry(A, 0), entry(B, 2)]
    recorded = [known(entries[0], RECEIVED)]
    ended = application(A, ats=B, since=2, ats_status=status, closed=7)
    found = reconcile(ended, entries, recorded, [], at=NOW)
    assert lines(found) == [(MOVED, A, B, day(2), False), (TransitionKind(status), B, B, day(7), False)]


def test_a_closing_without_a_time_happened_when_it_was_first_seen() -> None:
    recorded = [known(entry(A, 0), RECEIVED)]
    found = reconcile(application(A, ats_status=HIRED), [entry(A, 0)], recorded, [], at=NOW)
    assert lines(found) == [(TransitionKind.HIRED, A, A, NOW, False)]


def test_a_closed_application_that_is_active_again_is_reopened() -> None:
    recorded = [known(entry(A, 0), RECEIVED)]
    found = reconcile(application(A, status=REJECTED, ats_status=ACTIVE), [entry(A, 0)], recorded, [], at=NOW)
    assert [(t.kind, t.status) for t in found.transitions] == [(TransitionKind.REOPENED, ACTIVE)]


def test_one_closing_replaces_another_only_through_a_reopening() -> None:
    recorded = [known(entry(A, 0), RECEIVED)]
    found = reconcile(application(A, status=REJECTED, ats_status=HIRED, closed=8), [entry(A, 0)], recorded, [], at=NOW)
    assert [(t.kind, t.status) for t in found.transitions] == [
        (TransitionKind.REOPENED, ACTIVE),
        (TransitionKind.HIRED, HIRED),
    ]


# Whatever comes, in whatever pieces ------------------------------------------------------------------------


@dataclass
class Truth:
    """What really happened to an application in the ATS."""

    entries: list[StageEntry]
    ended: ApplicationStatus

    @property
    def view(self) -> AtsState:
        return self.view_at(len(self.entries) - 1, self.ended)

    def view_at(self, place: int, status: ApplicationStatus = ACTIVE) -> AtsState:
        closed = day(900) if status is not ACTIVE else None
        return AtsState(JOB, self.entries[place].stage_id, status, self.entries[place].entered_at, closed)


@dataclass
class TransitionLog:
    """The transitions recorded so far, folded one after the other as consumers fold the events."""

    application: Application
    recorded: list[RecordedTransition] = field(default_factory=list)

    def reconcile(self, entries: list[StageEntry], view: AtsState | None = None) -> Reconciled:
        """Reconcile with what the ATS shows now."""
        if view is not None:
            self.application = replace(self.application, ats=view)
        start = self.application
        if not self.recorded:
            start = replace(start, stage_id=start.ats.stage_id, job_id=start.ats.job_id, status=ACTIVE)
        found = reconcile(start, sorted(entries, key=lambda e: e.entered_at), self.recorded, [], at=NOW)
        now = start
        for transition in found.transitions:
            now = replace(now, version=now.version + 1)
            if not transition.backfilled:
                now = replace(now, stage_id=transition.to_stage_id, status=transition.status)
            self.recorded.append(
                RecordedTransition(
                    UUID(int=90_000 + len(self.recorded)),
                    transition.kind,
                    transition.to_stage_id,
                    transition.occurred_at,
                    transition.entry_id,
                    transition.backfilled,
                )
            )
        same = {transition_id: entry_id for entry_id, transition_id in found.same}
        self.recorded = [replace(t, entry_id=same.get(t.id, t.entry_id)) for t in self.recorded]
        self.application = replace(now, sync=found.sync)
        return found


@st.composite
def truths(draw: st.DrawFn) -> Truth:
    stages = draw(st.lists(st.sampled_from([A, B, C, D]), min_size=1, max_size=7))
    visited = [stages[0], *(s for before, s in pairwise(stages) if s != before)]
    return Truth([entry(s, n * 3.0) for n, s in enumerate(visited)], draw(st.sampled_from(list(ApplicationStatus))))


@settings(max_examples=250)
@given(st.data())
def test_a_history_revealed_in_any_pieces_is_recorded_once_and_ends_in_the_ats_state(data: st.DataObject) -> None:
    truth = data.draw(truths())
    last = len(truth.entries) - 1
    seen: set[int] = set()
    from_the_beginning = data.draw(st.booleans())
    place = 0 if from_the_beginning else data.draw(st.integers(0, last))
    log = TransitionLog(new(truth.entries[0].stage_id))
    log.application = replace(log.application, ats=truth.view_at(place))
    if from_the_beginning:
        log.reconcile([], truth.view_at(0))
    for _ in range(data.draw(st.integers(0, 6))):
        # Records never go back in time; entries come in any order, some late, some again.
        place = data.draw(st.integers(place, last))
        seen |= set(data.draw(st.lists(st.integers(0, last), max_size=3)))
        log.reconcile([truth.entries[n] for n in seen], truth.view_at(place))
    log.reconcile(truth.entries, truth.view)
    again = log.reconcile(truth.entries, truth.view)

    assert (again.transitions, again.same) == ((), ())
    assert (log.application.stage_id, log.application.status) == (truth.view.stage_id, truth.ended)
    entering = [t for t in log.recorded if t.kind in (RECEIVED, MOVED)]
    entries = {t.entry_id: t.to_stage_id for t in entering if t.entry_id}
    assert entries == {e.id: e.stage_id for e in truth.entries}
    assert sum(t.entry_id is not None for t in entering) == len(truth.entries)
    assert sum(t.kind is RECEIVED for t in log.recorded) == 1
    assert sum(t.kind not in (RECEIVED, MOVED) for t in log.recorded) == (truth.ended is not ACTIVE)
    if from_the_beginning:
        # An application first seen late may get one stage too many; one seen from the beginning is exact.
        assert len(entering) == len(truth.entries)


@given(truths())
def test_a_backfilled_history_is_published_in_order(truth: Truth) -> None:
    log = TransitionLog(new(truth.entries[0].stage_id))
    found = log.reconcile(truth.entries, truth.view)
    moved = found.transitions if truth.ended is ACTIVE else found.transitions[:-1]
    assert [(t.to_stage_id, t.occurred_at) for t in moved] == [(e.stage_id, e.entered_at) for e in truth.entries]
    assert [t.from_stage_id for t in moved] == [None, *(e.stage_id for e in truth.entries[:-1])]
    assert not any(t.backfilled for t in found.transitions)
