"""Compare the ATS's state and history of an application with ours, and detect the transitions to record.

The ATS is the system of record. Its history (entries into stages) is recorded once, entry by entry; its current state
is adopted, unless a move of ours is still pending: then it is our echo, an old state, or a contradiction that the
write itself will meet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from rapport.contracts.events import ClosingMail
from rapport.contracts.vocabulary import ApplicationStatus, SyncState, TransitionKind
from rapport.pipeline.domain.application import Application


@dataclass(frozen=True, slots=True)
class StageEntry:
    """The ATS's record that an application entered a stage."""

    id: UUID
    stage_id: UUID
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class RecordedTransition:
    """A recorded transition, and the ATS's entry that it is linked to.

    ``ours``: a user moved it here; it is written to the ATS asynchronously, which may refuse it. ``in_effect_at``: when
    it took effect there, by the ATS's response to our write. ``kept_at``: when a user had it written again, after the
    ATS had refused it.
    """

    id: UUID
    kind: TransitionKind
    to_stage_id: UUID | None
    occurred_at: datetime
    entry_id: UUID | None
    backfilled: bool = False
    ours: bool = False
    version: int = 0
    in_effect_at: datetime | None = None
    kept_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PendingWrite:
    """What was done here and the ATS has not confirmed; a move, unless the status differs.

    ``repeats``: the version of the transition that it writes again after the ATS had refused it.
    """

    from_stage_id: UUID
    to_stage_id: UUID
    repeats: int | None = None
    from_status: ApplicationStatus = ApplicationStatus.ACTIVE
    to_status: ApplicationStatus = ApplicationStatus.ACTIVE

    @property
    def changes_status(self) -> bool:
        """Whether it closes or reopens the application."""
        return self.from_status is not self.to_status


@dataclass(frozen=True, slots=True)
class History:
    """What the ATS and we have recorded of one application's stages."""

    entries: Sequence[StageEntry]
    recorded: Sequence[RecordedTransition]
    pending: Sequence[PendingWrite]


@dataclass(frozen=True, slots=True)
class DetectedTransition:
    """A transition to record. ``backfilled``: it precedes what is recorded already and changes no current state."""

    kind: TransitionKind
    job_id: UUID
    from_stage_id: UUID | None
    to_stage_id: UUID
    status: ApplicationStatus
    occurred_at: datetime
    entry_id: UUID | None = None
    backfilled: bool = False
    mail: ClosingMail | None = None
    """What the person of a rejection is sent."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What to record, which entries are recorded already, and whether the two agree."""

    transitions: tuple[DetectedTransition, ...]
    same: tuple[tuple[UUID, UUID], ...]
    """Pairs of entry and recorded transition that turned out to be the same."""
    sync: SyncState
    echo: bool
    """The ATS shows what we did: it needs no other confirmation."""
    status_pending: bool
    """Whether the ATS has yet to hear that we closed or reopened it: its status and its reason are older than ours."""


_CLOSING = {
    ApplicationStatus.REJECTED: TransitionKind.REJECTED,
    ApplicationStatus.WITHDRAWN: TransitionKind.WITHDRAWN,
    ApplicationStatus.HIRED: TransitionKind.HIRED,
}
_ENTERING = {TransitionKind.RECEIVED, TransitionKind.MOVED}
_ROUNDED = timedelta(seconds=1)
"""How far the ATS's response and its list may differ about one time."""
_SKEW = timedelta(minutes=5)
"""How far the ATS's webhooks and lists may differ about the time of one change."""


def reconcile(
    application: Application,
    entries: Sequence[StageEntry],
    recorded: Sequence[RecordedTransition],
    pending: Sequence[PendingWrite],
    *,
    at: datetime,
) -> Reconciled:
    """Detect what to record.

    Args:
        application: our state and the ATS's.
        entries: the ATS's history, oldest first; may lack any of it, and may be newer than the ATS's state.
        recorded: our transitions between stages, in the order of recording.
        pending: what we did that waits for the ATS, oldest first.
        at: the time of a change for which the ATS gives none.
    """
    same = _same_entries(entries, recorded)
    echo = _is_echo(application, pending)
    undecided = (bool(pending) and not echo) or _in_conflict(application)
    detected: list[DetectedTransition] = []
    if not undecided:
        detected = _transitions_from_history(application, entries, recorded, same)
        detected += _transitions_from_state(application, entries, recorded, detected, at=at)
    status_pending = not echo and any(write.changes_status for write in pending)
    if not status_pending:
        detected += _status_change(application, _stage_after(application, detected), at=at)
    sync = application.sync if undecided or _is_refused(application, detected) else SyncState.SYNCED
    return Reconciled(tuple(detected), tuple(same.items()), sync, echo, status_pending)


def _is_echo(application: Application, pending: Sequence[PendingWrite]) -> bool:
    """Whether the ATS shows where our writes lead, and could show it for no other reason.

    If they pass the same place on their way, or begin in it, the ATS may have seen only what led there. Among moves
    alone, a place is a stage: whatever else became of the application, they were made.
    """
    if not pending:
        return False
    if any(write.changes_status for write in pending):
        seen = (application.ats.stage_id, application.ats.status)
        on_the_way = {(write.from_stage_id, write.from_status) for write in pending}
        return seen == (pending[-1].to_stage_id, pending[-1].to_status) and seen not in on_the_way
    stage_id = application.ats.stage_id
    return stage_id == pending[-1].to_stage_id and stage_id not in {write.from_stage_id for write in pending}


def _is_refused(application: Application, detected: Sequence[DetectedTransition]) -> bool:
    """Whether what the ATS refused is still to be decided on: until somebody does, or the ATS goes on by itself."""
    conflicted = application.sync is SyncState.CONFLICTED and application.refused_action is not None
    return conflicted and all(transition.backfilled for transition in detected)


def _in_conflict(application: Application) -> bool:
    """Both values are kept until they agree.

    An application that is closed, or belongs to another job by now, cannot be moved here: there the ATS wins.
    """
    return (
        application.sync is SyncState.CONFLICTED
        and application.refused_action is None
        and application.ats.stage_id != application.stage_id
        and application.ats.job_id == application.job_id
        and application.ats.status is ApplicationStatus.ACTIVE
    )


def _same_entries(entries: Sequence[StageEntry], recorded: Sequence[RecordedTransition]) -> dict[UUID, UUID]:
    """Match entries that are not linked yet with moves recorded without one (ours, or seen in a webhook).

    A move of ours that the ATS confirmed is recognised by the time in its response; its entry may not have been read
    yet, while later ones have. Otherwise the stage's nearest entry in time matches, provided both sides keep their
    order: what we recorded before (after) the move lies before (after) the entry as well. A refused move of ours thus
    matches none.
    """
    places = {entry.id: place for place, entry in enumerate(entries)}
    same = _confirmed_entries(entries, recorded)
    taken = {t.entry_id for t in recorded} | same.keys()
    confirmed = {move_id: entry_id for entry_id, move_id in same.items()}
    in_order = [
        replace(t, entry_id=t.entry_id or confirmed.get(t.id))
        for t in recorded
        if t.kind in _ENTERING and not t.backfilled
    ]
    earlier = -1
    for number, move in enumerate(in_order):
        if move.entry_id is not None:
            earlier = max(earlier, places.get(move.entry_id, -1))
            continue
        if move.in_effect_at is not None and _is_one_of_several(move, in_order):
            continue
        before, after = in_order[:number], in_order[number + 1 :]
        later = min((places[t.entry_id] for t in after if t.entry_id in places), default=len(entries))
        possible = [
            entry
            for entry in entries[earlier + 1 : later]
            if entry.stage_id == move.to_stage_id and entry.id not in taken and _fits(entry, move, before, after)
        ]
        if possible:
            nearest = min(possible, key=lambda entry: abs(entry.entered_at - move.occurred_at))
            same[nearest.id] = move.id
            taken.add(nearest.id)
            earlier = places[nearest.id]
    return same


def _confirmed_entries(entries: Sequence[StageEntry], recorded: Sequence[RecordedTransition]) -> dict[UUID, UUID]:
    """Match unlinked entries with moves by the times in the ATS's responses; of several pairs, the nearest first."""
    known = {t.entry_id for t in recorded}
    pairs = [
        (away, entry.entered_at, entry.id, move.id)
        for move in recorded
        if move.in_effect_at is not None and move.entry_id is None
        for entry in entries
        if entry.stage_id == move.to_stage_id
        and entry.id not in known
        and (away := abs(entry.entered_at - move.in_effect_at)) <= _ROUNDED
    ]
    matches: dict[UUID, UUID] = {}
    matched: set[UUID] = set()
    for *_, entry_id, move_id in sorted(pairs):
        if entry_id not in matches and move_id not in matched:
            matches[entry_id] = move_id
            matched.add(move_id)
    return matches


def _is_one_of_several(move: RecordedTransition, in_order: Sequence[RecordedTransition]) -> bool:
    """Whether other moves to the same stage lack their entries as well, so that an entry may belong to another."""
    return sum(t.entry_id is None and t.to_stage_id == move.to_stage_id for t in in_order) > 1


def _fits(
    entry: StageEntry,
    move: RecordedTransition,
    before: Sequence[RecordedTransition],
    after: Sequence[RecordedTransition],
) -> bool:
    """Whether the entry's time lies between the ATS's transitions before and after the move; ours bind no time."""
    after_one = not before or before[-1].ours or entry.entered_at >= before[-1].occurred_at - _SKEW
    before_next = not after or after[0].ours or entry.entered_at <= after[0].occurred_at + _SKEW
    return move.ours or (after_one and before_next)


def _transitions_from_history(
    application: Application,
    entries: Sequence[StageEntry],
    recorded: Sequence[RecordedTransition],
    same: Mapping[UUID, UUID],
) -> list[DetectedTransition]:
    known = {t.entry_id for t in recorded} | set(same)
    last_known = max((place for place, entry in enumerate(entries) if entry.id in known), default=-1)
    recorded_until = _recorded_until(application, recorded, same)
    stage_id = application.stage_id if recorded else None
    detected = []
    for place, entry in enumerate(entries):
        if entry.id in known:
            continue
        if stage_id is None:
            detected.append(
                _received(application, entry.stage_id, min(application.applied_at, entry.entered_at), entry.id)
            )
        elif place < last_known or (recorded_until is not None and entry.entered_at <= recorded_until):
            before = entries[place - 1].stage_id if place else None
            moved = _moved(application, before, entry.stage_id, entry.entered_at, entry.id, backfilled=True)
            detected.append(moved)
            continue
        else:
            detected.append(_moved(application, stage_id, entry.stage_id, entry.entered_at, entry.id))
        stage_id = entry.stage_id
    return detected


def _recorded_until(
    application: Application, recorded: Sequence[RecordedTransition], same: Mapping[UUID, UUID]
) -> datetime | None:
    """Until when ATS entries are older than our last transition, whose own entry has not been read yet."""
    last = next((t for t in reversed(recorded) if t.kind in _ENTERING and not t.backfilled), None)
    if last is None or last.entry_id is not None or last.id in same.values():
        return None
    ats = application.ats
    if last.kind is TransitionKind.RECEIVED and ats.stage_entered_at:
        # Recorded as received when they applied, but in the stage of the first read, which may be a later one:
        # what the ATS did before its present state does not come after it.
        moved_on = ats.stage_id != application.stage_id
        return max(last.occurred_at, ats.stage_entered_at - timedelta.resolution * moved_on)
    # Written again after a conflict, it follows what the ATS did during that.
    return max(last.occurred_at, last.kept_at or last.occurred_at)


def _transitions_from_state(
    application: Application,
    entries: Sequence[StageEntry],
    recorded: Sequence[RecordedTransition],
    detected: Sequence[DetectedTransition],
    *,
    at: datetime,
) -> list[DetectedTransition]:
    """What the ATS's current state adds to its history."""
    ats = application.ats
    if not recorded and not detected:
        return [_received(application, ats.stage_id, application.applied_at)]
    stage_id = _stage_after(application, detected)
    outdated = entries and ats.stage_entered_at is not None and entries[-1].entered_at > ats.stage_entered_at
    if ats.stage_id == stage_id or outdated:
        return []
    return [_moved(application, stage_id, ats.stage_id, ats.stage_entered_at or at)]


def _stage_after(application: Application, detected: Sequence[DetectedTransition]) -> UUID:
    return next((t.to_stage_id for t in reversed(detected) if not t.backfilled), application.stage_id)


def _received(
    application: Application, stage_id: UUID, at: datetime, entry_id: UUID | None = None
) -> DetectedTransition:
    return DetectedTransition(
        TransitionKind.RECEIVED, application.ats.job_id, None, stage_id, ApplicationStatus.ACTIVE, at, entry_id
    )


def _moved(
    application: Application,
    from_stage_id: UUID | None,
    to_stage_id: UUID,
    at: datetime,
    entry_id: UUID | None = None,
    *,
    backfilled: bool = False,
) -> DetectedTransition:
    return DetectedTransition(
        TransitionKind.MOVED,
        application.ats.job_id,
        from_stage_id,
        to_stage_id,
        application.status,
        at,
        entry_id,
        backfilled,
    )


def _status_change(application: Application, stage_id: UUID, *, at: datetime) -> list[DetectedTransition]:
    ats = application.ats
    if ats.status is application.status:
        return []
    reopened = [
        DetectedTransition(
            TransitionKind.REOPENED, ats.job_id, stage_id, stage_id, ApplicationStatus.ACTIVE, ats.closed_at or at
        )
    ]
    if ats.status is ApplicationStatus.ACTIVE:
        return reopened
    closed = DetectedTransition(_CLOSING[ats.status], ats.job_id, stage_id, stage_id, ats.status, ats.closed_at or at)
    return [closed] if application.status is ApplicationStatus.ACTIVE else [*reopened, closed]
