"""What there is to tell when the ATS says something: every entry of its history once, and its present state."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.contracts.vocabulary import ApplicationStatus, SyncState, TransitionKind
from rapport.pipeline.domain.application import Application, AtsView
from rapport.pipeline.domain.reconcile import (
    PendingMove,
    Reconciled,
    StageEntry,
    Tell,
    Told,
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


def said(stage: UUID, at: float, *, kind: TransitionKind = MOVED, entry_id: UUID | None = None) -> Told:
    """A transition told; the day names it."""
    return Told(UUID(int=5000 + round(at * 10)), kind, stage, day(at), entry_id)


def ours(stage: UUID, at: float) -> Told:
    """A move made here."""
    return replace(said(stage, at), ours=True)


def known(one: StageEntry, kind: TransitionKind = MOVED) -> Told:
    """An entry told under its own id."""
    return Told(UUID(int=one.id.int + 4000), kind, one.stage_id, one.entered_at, one.id)


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
    """An application told to be in `stage`, which the ATS has in `ats`."""
    return Application(
        id=UUID(int=2),
        person_id=UUID(int=3),
        job_id=JOB,
        stage_id=stage,
        status=status,
        version=version,
        sync=sync,
        ats=AtsView(
            JOB,
            ats or stage,
            ats_status or status,
            None if since is None else day(since),
            None if closed is None else day(closed),
        ),
        applied_at=day(0),
    )


def new(stage: UUID = A, **more: object) -> Application:
    """An application of which nothing was told."""
    return application(stage, version=0, **more)  # type: ignore[arg-type]


def line(tell: Tell) -> tuple[object, ...]:
    return (tell.kind, tell.from_stage_id, tell.to_stage_id, tell.occurred_at, tell.backfilled)


def lines(found: Reconciled) -> list[tuple[object, ...]]:
    return [line(tell) for tell in found.tell]


# The first telling -----------------------------------------------------------------------------------------


def test_an_application_heard_of_without_history_is_received_in_its_current_stage_when_they_applied() -> None:
    found = reconcile(new(B, since=4), [], [], [], at=NOW)
    assert lines(found) == [(RECEIVED, None, B, day(0), False)]
    assert found.tell[0].entry_id is None
    assert found.sync is SyncState.SYNCED


def test_a_whole_history_is_told_entry_by_entry() -> None:
    entries = [entry(A, 0), entry(B, 2), entry(C, 5)]
    found = reconcile(new(C, since=5), entries, [], [], at=NOW)
    assert lines(found) == [
        (RECEIVED, None, A, day(0), False),
        (MOVED, A, B, day(2), False),
        (MOVED, B, C, day(5), False),
    ]
    assert [t.entry_id for t in found.tell] == [e.id for e in entries]


def test_a_person_entered_into_a_stage_before_they_applied_was_received_then() -> None:
    found = reconcile(new(A), [entry(A, -3)], [], [], at=NOW)
    assert lines(found) == [(RECEIVED, None, A, day(-3), False)]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(REJECTED, "rejected"), (WITHDRAWN, "withdrawn"), (HIRED, "hired")],
)
def test_an_application_that_ended_before_we_heard_of_it_is_received_and_closed(
    status: ApplicationStatus, kind: str
) -> None:
    found = reconcile(new(B, status=ACTIVE, ats_status=status, closed=9), [entry(B, 0)], [], [], at=NOW)
    assert lines(found) == [
        (RECEIVED, None, B, day(0), False),
        (TransitionKind(kind), B, B, day(9), False),
    ]
    assert [t.status for t in found.tell] == [ACTIVE, status]


# Moves in the ATS ------------------------------------------------------------------------------------------


def test_a_new_entry_is_a_move() -> None:
    first, second = entry(A, 0), entry(B, 2)
    found = reconcile(application(A, ats=B, since=2), [first, second], [known(first, RECEIVED)], [], at=NOW)
    assert lines(found) == [(MOVED, A, B, day(2), False)]
    assert found.tell[0].entry_id == second.id


def test_a_move_heard_of_before_its_entry_is_told_at_once_and_its_entry_adds_nothing() -> None:
    first, second = entry(A, 0), entry(B, 2)
    told = [known(first, RECEIVED)]
    heard = reconcile(application(A, ats=B, since=2), [first], told, [], at=NOW)
    assert lines(heard) == [(MOVED, A, B, day(2), False)]
    assert heard.tell[0].entry_id is None
    move = said(B, 2)
    read = reconcile(application(B, since=2), [first, second], [*told, move], [], at=NOW)
    assert read.tell == ()
    assert read.same == ((second.id, move.id),)


def test_a_move_whose_time_the_ats_does_not_say_happened_when_we_heard_of_it() -> None:
    first = entry(A, 0)
    found = reconcile(application(A, ats=B), [first], [known(first, RECEIVED)], [], at=NOW)
    assert lines(found) == [(MOVED, A, B, NOW, False)]


def test_a_stage_that_was_skipped_is_not_told() -> None:
    first, third = entry(A, 0), entry(C, 2)
    found = reconcile(application(A, ats=C, since=2), [first, third], [known(first, RECEIVED)], [], at=NOW)
    assert lines(found) == [(MOVED, A, C, day(2), False)]


def test_a_move_backwards_and_a_re_entry_are_told_like_any_move() -> None:
    entries = [entry(A, 0), entry(B, 2), entry(A, 3), entry(B, 6)]
    told = [known(entries[0], RECEIVED), known(entries[1])]
    found = reconcile(application(B, since=6), entries, told, [], at=NOW)
    assert lines(found) == [(MOVED, B, A, day(3), False), (MOVED, A, B, day(6), False)]


def test_the_newest_of_several_moves_may_be_heard_of_while_those_before_are_read_later() -> None:
    entries = [entry(A, 0), entry(B, 2), entry(C, 5)]
    heard = [known(entries[0], RECEIVED), said(C, 5)]
    found = reconcile(application(C, since=5), entries, heard, [], at=NOW)
    assert lines(found) == [(MOVED, A, B, day(2), True)]
    assert found.same == ((entries[2].id, heard[1].id),)


def test_history_that_is_newer_than_the_state_read_with_it_is_not_taken_back() -> None:
    entries = [entry(A, 0), entry(B, 2), entry(C, 5)]
    told = [known(entries[0], RECEIVED), known(entries[1])]
    found = reconcile(application(B, ats=B, since=2), entries, told, [], at=NOW)
    assert lines(found) == [(MOVED, B, C, day(5), False)]


def test_a_stage_that_was_left_and_entered_again_unheard_is_told_under_the_right_entry() -> None:
    entries = [entry(A, 0), entry(B, 2), entry(A, 3), entry(B, 6)]
    told = [known(entries[0], RECEIVED), said(B, 6)]
    found = reconcile(application(B, since=6), entries, told, [], at=NOW)
    assert found.same == ((entries[3].id, told[1].id),)
    assert lines(found) == [(MOVED, A, B, day(2), True), (MOVED, B, A, day(3), True)]


def test_an_application_first_heard_of_in_a_later_stage_is_given_its_beginning_afterwards() -> None:
    entries = [entry(A, 0), entry(B, 4)]
    told = [said(B, 0, kind=RECEIVED)]
    only_first = reconcile(application(B, since=4), entries[:1], told, [], at=NOW)
    assert lines(only_first) == [(MOVED, None, A, day(0), True)]
    both = reconcile(application(B, since=4), entries, told, [], at=NOW)
    assert lines(both) == [(MOVED, None, A, day(0), True)]
    assert both.same == ((entries[1].id, told[0].id),)


def test_history_that_is_told_already_is_not_told_again() -> None:
    entries = [entry(A, 0), entry(B, 2)]
    told = [known(entries[0], RECEIVED), known(entries[1])]
    found = reconcile(application(B, since=2), entries, told, [], at=NOW)
    assert (found.tell, found.same, found.echo) == ((), (), False)


# Moves of ours ---------------------------------------------------------------------------------------------

PENDING = SyncState.PENDING
ONWARD = [PendingMove(A, B)]


def test_our_own_move_coming_back_is_recognised_and_adds_nothing() -> None:
    first, second = entry(A, 0), entry(B, 3)
    told = [known(first, RECEIVED), ours(B, 2.9)]
    found = reconcile(application(B, sync=PENDING, since=3), [first, second], told, ONWARD, at=NOW)
    assert (found.tell, found.echo, found.sync) == ((), True, SyncState.SYNCED)
    assert found.same == ((second.id, told[1].id),)


def test_an_old_state_changes_nothing_while_our_move_is_on_its_way() -> None:
    first = entry(A, 0)
    told = [known(first, RECEIVED), ours(B, 2.9)]
    found = reconcile(application(B, ats=A, since=0, sync=PENDING), [first], told, ONWARD, at=NOW)
    assert (found.tell, found.same, found.echo, found.sync) == ((), (), False, PENDING)


def test_a_move_there_and_back_is_not_taken_for_its_echo_while_the_ats_has_heard_of_neither() -> None:
    first = entry(A, 0)
    told = [known(first, RECEIVED), ours(B, 2), ours(A, 2.1)]
    pending = [PendingMove(A, B), PendingMove(B, A)]
    found = reconcile(application(A, since=0, sync=PENDING), [first], told, pending, at=NOW)
    assert (found.tell, found.echo, found.sync) == ((), False, PENDING)


def test_the_first_of_two_moves_of_ours_does_not_end_the_waiting_for_the_second() -> None:
    first, second = entry(A, 0), entry(B, 3)
    told = [known(first, RECEIVED), ours(B, 2), ours(C, 2.1)]
    pending = [PendingMove(A, B), PendingMove(B, C)]
    found = reconcile(application(C, ats=B, since=3, sync=PENDING), [first, second], told, pending, at=NOW)
    assert (found.tell, found.echo, found.sync) == ((), False, PENDING)
    assert found.same == ((second.id, told[1].id),)


def test_moves_that_lead_back_to_where_the_first_led_are_not_taken_for_done_when_the_first_comes_back() -> None:
    first, second = entry(A, 0), entry(B, 3)
    told = [known(first, RECEIVED), ours(B, 2), ours(C, 2.1), ours(B, 2.2)]
    pending = [PendingMove(A, B), PendingMove(B, C), PendingMove(C, B)]
    found = reconcile(application(B, since=3, sync=PENDING), [first, second], told, pending, at=NOW)
    assert (found.tell, found.echo, found.sync) == ((), False, PENDING)


def carried_out(stage: UUID, at: float, in_effect: float) -> Told:
    """A move made here, and when the ATS said that it had carried it out."""
    return replace(ours(stage, at), in_effect_at=day(in_effect))


def test_entries_that_are_read_before_older_ones_are_not_taken_for_older_moves() -> None:
    entries = [entry(A, 0), entry(B, 2.1), entry(A, 3.1), entry(B, 4.1), entry(A, 5.1)]
    moves = [carried_out(B, 2, 2.1), carried_out(A, 3, 3.1), carried_out(B, 4, 4.1), carried_out(A, 5, 5.1)]
    told = [known(entries[0], RECEIVED), *moves]
    later = reconcile(application(A, since=5.1), [entries[0], *entries[3:]], told, [], at=NOW)
    assert (later.tell, dict(later.same)) == ((), {entries[3].id: moves[2].id, entries[4].id: moves[3].id})
    told[3:] = [replace(moves[2], entry_id=entries[3].id), replace(moves[3], entry_id=entries[4].id)]
    both = reconcile(application(A, since=5.1), entries, told, [], at=NOW)
    assert (both.tell, dict(both.same)) == ((), {entries[1].id: moves[0].id, entries[2].id: moves[1].id})


def test_of_moves_within_a_moment_each_has_the_entry_that_is_nearest() -> None:
    moments = [2 + n * 4e-6 for n in range(5)]
    stages = [B, A, B, A, B]
    entries = [entry(A, 0), *(StageEntry(UUID(int=30 + n), stages[n], day(moments[n])) for n in range(5))]
    moves = [replace(carried_out(stages[n], 1, moments[n]), id=UUID(int=60 + n)) for n in range(5)]
    told = [known(entries[0], RECEIVED), *moves]
    later = reconcile(application(B, since=moments[4]), [entries[0], *entries[3:]], told, [], at=NOW)
    assert (later.tell, dict(later.same)) == ((), {entries[n + 1].id: moves[n].id for n in (2, 3, 4)})


def test_an_answer_whose_time_is_not_the_lists_is_matched_where_nothing_else_could_be_meant() -> None:
    entries = [entry(A, 0), entry(B, 2.1)]
    move = carried_out(B, 2, 2.2)
    found = reconcile(application(B, since=2.1), entries, [known(entries[0], RECEIVED), move], [], at=NOW)
    assert (found.tell, found.same) == ((), ((entries[1].id, move.id),))


def test_a_move_whose_answer_was_lost_lies_between_those_that_were_answered() -> None:
    entries = [entry(A, 0), entry(B, 2.1), entry(A, 3.1), entry(B, 4.1)]
    moves = [ours(B, 2), carried_out(A, 3, 3.1), carried_out(B, 3.2, 4.1)]
    found = reconcile(application(B, since=4.1), entries, [known(entries[0], RECEIVED), *moves], [], at=NOW)
    assert found.tell == ()
    assert dict(found.same) == {entries[n + 1].id: moves[n].id for n in range(3)}


def test_a_time_that_the_ats_rounds_is_the_same_time() -> None:
    entries = [entry(A, 0), StageEntry(UUID(int=9), B, day(2) + timedelta(milliseconds=400))]
    move = carried_out(B, 1.9, 2)
    found = reconcile(application(B, since=2), entries, [known(entries[0], RECEIVED), move], [], at=NOW)
    assert (found.tell, found.same) == ((), ((entries[1].id, move.id),))


def test_a_contradiction_is_left_to_the_write_that_will_meet_it() -> None:
    entries = [entry(A, 0), entry(D, 2)]
    told = [known(entries[0], RECEIVED), ours(B, 2.9)]
    found = reconcile(application(B, ats=D, since=2, sync=PENDING), entries, told, ONWARD, at=NOW)
    assert (found.tell, found.echo, found.sync) == ((), False, PENDING)


def test_an_end_in_the_ats_is_told_even_while_our_move_is_on_its_way() -> None:
    first = entry(A, 0)
    told = [known(first, RECEIVED), ours(B, 2.9)]
    rejected = application(B, ats=A, since=0, sync=PENDING, ats_status=REJECTED, closed=3)
    found = reconcile(rejected, [first], told, ONWARD, at=NOW)
    assert lines(found) == [(TransitionKind.REJECTED, B, B, day(3), False)]
    assert found.sync is PENDING


def test_what_the_ats_did_besides_our_move_is_told_together_with_its_echo() -> None:
    entries = [entry(A, 0), entry(D, 2), entry(A, 2.5), entry(B, 3)]
    told = [known(entries[0], RECEIVED), ours(B, 2.9)]
    found = reconcile(application(B, since=3, sync=PENDING), entries, told, ONWARD, at=NOW)
    assert found.echo
    assert lines(found) == [(MOVED, A, D, day(2), True), (MOVED, D, A, day(2.5), True)]


# Conflicts -------------------------------------------------------------------------------------------------

CONFLICTED = SyncState.CONFLICTED


def test_a_conflict_keeps_both_values() -> None:
    entries = [entry(A, 0), entry(D, 2)]
    told = [known(entries[0], RECEIVED), ours(B, 2.9)]
    found = reconcile(application(B, ats=D, since=2, sync=CONFLICTED), entries, told, [], at=NOW)
    assert (found.tell, found.sync) == ((), CONFLICTED)


def test_a_conflict_ends_when_the_ats_comes_to_our_stage_and_its_way_there_is_told() -> None:
    entries = [entry(A, 0), entry(D, 2), entry(B, 4)]
    told = [known(entries[0], RECEIVED), ours(B, 2.9)]
    found = reconcile(application(B, since=4, sync=CONFLICTED), entries, told, [], at=NOW)
    assert found.sync is SyncState.SYNCED
    assert found.same == ((entries[2].id, told[1].id),)
    assert lines(found) == [(MOVED, A, D, day(2), True)]


def test_a_conflict_ends_when_we_move_to_the_stage_of_the_ats_and_its_entry_is_that_move() -> None:
    entries = [entry(A, 0), entry(D, 2)]
    told = [known(entries[0], RECEIVED), ours(B, 2.9), ours(D, 3.5)]
    found = reconcile(application(D, since=2), entries, told, [], at=NOW)
    assert (found.tell, found.sync) == ((), SyncState.SYNCED)
    assert found.same == ((entries[1].id, told[2].id),)


def test_a_move_of_ours_that_was_refused_is_not_taken_for_a_later_entry_into_the_same_stage() -> None:
    entries = [entry(A, 0), entry(D, 2), entry(B, 30)]
    told = [known(entries[0], RECEIVED), ours(B, 2.9), replace(ours(D, 3.5), entry_id=entries[1].id)]
    found = reconcile(application(D, ats=B, since=30), entries, told, [], at=NOW)
    assert lines(found) == [(MOVED, D, B, day(30), False)]
    assert found.tell[0].entry_id == entries[2].id


def test_nobody_can_move_a_closed_application_so_its_conflict_ends_where_the_ats_has_it() -> None:
    entries = [entry(A, 0), entry(D, 2)]
    told = [known(entries[0], RECEIVED), ours(B, 2.9)]
    closed = application(B, ats=D, since=2, sync=CONFLICTED, ats_status=REJECTED, closed=5)
    found = reconcile(closed, entries, told, [], at=NOW)
    assert found.sync is SyncState.SYNCED
    assert [(t.kind, t.to_stage_id, t.status) for t in found.tell if not t.backfilled][-2:] == [
        (MOVED, D, ACTIVE),
        (TransitionKind.REJECTED, D, REJECTED),
    ]


# How it ends -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [REJECTED, WITHDRAWN, HIRED])
def test_an_end_is_told_in_the_stage_where_it_happened(status: ApplicationStatus) -> None:
    entries = [entry(A, 0), entry(B, 2)]
    told = [known(entries[0], RECEIVED)]
    ended = application(A, ats=B, since=2, ats_status=status, closed=7)
    found = reconcile(ended, entries, told, [], at=NOW)
    assert lines(found) == [(MOVED, A, B, day(2), False), (TransitionKind(status), B, B, day(7), False)]


def test_an_end_whose_time_the_ats_does_not_say_happened_when_we_heard_of_it() -> None:
    told = [known(entry(A, 0), RECEIVED)]
    found = reconcile(application(A, ats_status=HIRED), [entry(A, 0)], told, [], at=NOW)
    assert lines(found) == [(TransitionKind.HIRED, A, A, NOW, False)]


def test_an_application_pursued_again_is_reopened() -> None:
    told = [known(entry(A, 0), RECEIVED)]
    found = reconcile(application(A, status=REJECTED, ats_status=ACTIVE), [entry(A, 0)], told, [], at=NOW)
    assert [(t.kind, t.status) for t in found.tell] == [(TransitionKind.REOPENED, ACTIVE)]


def test_one_end_never_replaces_another_without_a_reopening() -> None:
    told = [known(entry(A, 0), RECEIVED)]
    found = reconcile(application(A, status=REJECTED, ats_status=HIRED, closed=8), [entry(A, 0)], told, [], at=NOW)
    assert [(t.kind, t.status) for t in found.tell] == [
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
    def view(self) -> AtsView:
        return self.view_at(len(self.entries) - 1, self.ended)

    def view_at(self, place: int, status: ApplicationStatus = ACTIVE) -> AtsView:
        closed = day(900) if status is not ACTIVE else None
        return AtsView(JOB, self.entries[place].stage_id, status, self.entries[place].entered_at, closed)


@dataclass
class Teller:
    """What was told so far: transitions folded one after the other, as the events' readers do."""

    application: Application
    told: list[Told] = field(default_factory=list)

    def hear(self, entries: list[StageEntry], view: AtsView | None = None) -> Reconciled:
        """Take in what the ATS says now."""
        if view is not None:
            self.application = replace(self.application, ats=view)
        start = self.application
        if not self.told:
            start = replace(start, stage_id=start.ats.stage_id, job_id=start.ats.job_id, status=ACTIVE)
        found = reconcile(start, sorted(entries, key=lambda e: e.entered_at), self.told, [], at=NOW)
        now = start
        for tell in found.tell:
            now = replace(now, version=now.version + 1)
            if not tell.backfilled:
                now = replace(now, stage_id=tell.to_stage_id, status=tell.status)
            self.told.append(
                Told(
                    UUID(int=90_000 + len(self.told)),
                    tell.kind,
                    tell.to_stage_id,
                    tell.occurred_at,
                    tell.entry_id,
                    tell.backfilled,
                )
            )
        same = {told_id: entry_id for entry_id, told_id in found.same}
        self.told = [replace(t, entry_id=same.get(t.id, t.entry_id)) for t in self.told]
        self.application = replace(now, sync=found.sync)
        return found


@st.composite
def truths(draw: st.DrawFn) -> Truth:
    stages = draw(st.lists(st.sampled_from([A, B, C, D]), min_size=1, max_size=7))
    visited = [stages[0], *(s for before, s in pairwise(stages) if s != before)]
    return Truth([entry(s, n * 3.0) for n, s in enumerate(visited)], draw(st.sampled_from(list(ApplicationStatus))))


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_a_history_revealed_in_any_pieces_is_told_once_and_ends_in_the_state_of_the_ats(data: st.DataObject) -> None:
    truth = data.draw(truths())
    last = len(truth.entries) - 1
    seen: set[int] = set()
    from_the_beginning = data.draw(st.booleans())
    place = 0 if from_the_beginning else data.draw(st.integers(0, last))
    teller = Teller(new(truth.entries[0].stage_id))
    teller.application = replace(teller.application, ats=truth.view_at(place))
    if from_the_beginning:
        teller.hear([], truth.view_at(0))
    for _ in range(data.draw(st.integers(0, 6))):
        # Records never go back in time; entries come in any order, some late, some again.
        place = data.draw(st.integers(place, last))
        seen |= set(data.draw(st.lists(st.integers(0, last), max_size=3)))
        teller.hear([truth.entries[n] for n in seen], truth.view_at(place))
    teller.hear(truth.entries, truth.view)
    again = teller.hear(truth.entries, truth.view)

    assert (again.tell, again.same) == ((), ())
    assert (teller.application.stage_id, teller.application.status) == (truth.view.stage_id, truth.ended)
    entering = [t for t in teller.told if t.kind in (RECEIVED, MOVED)]
    told_entries = {t.entry_id: t.to_stage_id for t in entering if t.entry_id}
    assert told_entries == {e.id: e.stage_id for e in truth.entries}
    assert sum(t.entry_id is not None for t in entering) == len(truth.entries)
    assert sum(t.kind is RECEIVED for t in teller.told) == 1
    assert sum(t.kind not in (RECEIVED, MOVED) for t in teller.told) == (truth.ended is not ACTIVE)
    if from_the_beginning:
        # Whoever is first heard of later may be told one stage too many; what is told from the beginning is exact.
        assert len(entering) == len(truth.entries)


@given(truths())
def test_a_history_read_at_once_is_told_in_its_order(truth: Truth) -> None:
    teller = Teller(new(truth.entries[0].stage_id))
    found = teller.hear(truth.entries, truth.view)
    moved = found.tell if truth.ended is ACTIVE else found.tell[:-1]
    assert [(t.to_stage_id, t.occurred_at) for t in moved] == [(e.stage_id, e.entered_at) for e in truth.entries]
    assert [t.from_stage_id for t in moved] == [None, *(e.stage_id for e in truth.entries[:-1])]
    assert not any(t.backfilled for t in found.tell)
