"""What a decision about one application leads to: its new state, its history, and the events about it.

What users do, changes read from the ATS and what the ATS refused all end in an :class:`Outcome`, which
``recording.py`` writes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from rapport.contracts.events import (
    ApplicationClosed,
    ApplicationDetailsChanged,
    ApplicationReceived,
    ApplicationReopened,
    ClosingMail,
    EventData,
    MoveSettled,
    StageChanged,
    StagePoint,
    SyncChanged,
)
from rapport.contracts.vocabulary import ApplicationAction, ApplicationStatus, SyncState, TransitionKind
from rapport.pipeline.domain.application import LockedApplication, Stage
from rapport.pipeline.domain.close import Closing, Reopening
from rapport.pipeline.domain.move import Move, StageKept
from rapport.pipeline.domain.reconcile import DetectedTransition, History, RecordedTransition, reconcile


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event about the application, with the aggregate version it brings."""

    data: EventData
    version: int
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class NewTransition:
    """One more entry of an application's history."""

    version: int
    transition: DetectedTransition


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the ATS refused, and why, in its own words."""

    action: ApplicationAction
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """An application before and after a decision; every method returns the outcome with one change more."""

    after: LockedApplication
    events: tuple[NewEvent, ...] = ()
    transitions: tuple[NewTransition, ...] = ()
    same_entries: tuple[tuple[UUID, UUID], ...] = ()
    """Pairs of an ATS entry and the transition it turned out to be."""
    compared: bool = False
    """It was compared with the ATS: nothing is left to reconcile."""
    echoed: bool = False
    """The ATS shows what we did: it needs no other confirmation."""
    refusal: Refusal | None = None
    """The ATS has refused what was done, which was no move: once the application is as the ATS has it, that is said."""

    def with_transition(self, transition: DetectedTransition, stages: Mapping[UUID, Stage]) -> "Outcome":
        """The application passes a transition."""
        before, version = self.after, self.after.application.version + 1
        event = NewEvent(_event(before, transition, stages), version, transition.occurred_at)
        return replace(
            self,
            after=_after(before, transition, version),
            events=(*self.events, event),
            transitions=(*self.transitions, NewTransition(version, transition)),
        )

    def with_settlement(self, moves: tuple[int, ...], *, effective: bool, at: datetime) -> "Outcome":
        """Moves of ours took effect or did not; ``moves`` are the versions of their transitions."""
        application = self.after.application
        data = MoveSettled(person_id=application.person_id, job_id=application.job_id, moves=moves, effective=effective)
        return self.with_event(data, at)

    def with_sync(self, sync: SyncState, *, at: datetime, reason: str | None = None) -> "Outcome":
        """The application and the ATS agree, wait for each other, or disagree; published if that is new."""
        return self._with_sync(sync, at=at, reason=reason, overruled_stage_id=None)

    def with_refusal(self, refusal: Refusal, *, at: datetime) -> "Outcome":
        """The ATS refused what was done, and the application is as the ATS has it."""
        changed = self._with_sync(
            SyncState.CONFLICTED, at=at, reason=refusal.reason, overruled_stage_id=None, refused_action=refusal.action
        )
        return replace(changed, refusal=None)

    def with_stage_kept(self, kept: StageKept, *, at: datetime) -> "Outcome":
        """The application stays in its stage, and the ATS is to follow."""
        return self._with_sync(SyncState.PENDING, at=at, reason=None, overruled_stage_id=kept.ats_from_stage.id)

    def _with_sync(
        self,
        sync: SyncState,
        *,
        at: datetime,
        reason: str | None,
        overruled_stage_id: UUID | None,
        refused_action: ApplicationAction | None = None,
    ) -> "Outcome":
        previous = self.after.application
        application = replace(previous, sync=sync, refused_action=refused_action)
        ats_stage_id = application.disputed_stage_id
        after = replace(self.after, sync_reason=reason, conflict_stage_id=ats_stage_id, application=application)
        changed = replace(self, after=after)
        said = (previous.sync, self.after.conflict_stage_id, previous.refused_action)
        if said == (sync, ats_stage_id, refused_action) or not previous.version:
            return changed
        return changed.with_event(
            SyncChanged(
                person_id=previous.person_id,
                job_id=previous.job_id,
                stage_id=previous.stage_id,
                previous=previous.sync,
                current=sync,
                ats_stage_id=ats_stage_id,
                overruled_stage_id=overruled_stage_id,
                refused_action=refused_action,
            ),
            at,
        )

    def with_close_reason(self, reason_id: UUID | None) -> "Outcome":
        """Why it is closed, said with the closing itself; or that it is not closed any more."""
        after, published = self.after, self.after.published_details
        if published is not None:
            published = published.model_copy(update={"close_reason_id": reason_id})
        details = after.details.model_copy(update={"close_reason_id": reason_id})
        return replace(self, after=replace(after, details=details, published_details=published))

    def with_details(self, *, at: datetime) -> "Outcome":
        """The ATS's details are published, unless the transitions of this outcome did so."""
        details, published = self.after.details, self.after.published_details
        after = replace(self.after, published_details=details)
        changed = replace(self, after=after)
        if published is None or any(new.transition.kind is TransitionKind.RECEIVED for new in self.transitions):
            return changed
        if any(new.transition.kind is not TransitionKind.MOVED for new in self.transitions):
            # The reason came, or went, with the closing or the reopening.
            published = published.model_copy(update={"close_reason_id": details.close_reason_id})
        if published == details:
            return changed
        application = after.application
        return changed.with_event(
            ApplicationDetailsChanged(
                person_id=application.person_id, job_id=application.job_id, previous=published, current=details
            ),
            at,
        )

    def with_event(self, data: EventData, at: datetime) -> "Outcome":
        """An event is published, under the next version."""
        application = self.after.application
        version = application.version + 1
        after = replace(self.after, application=replace(application, version=version))
        return replace(self, after=after, events=(*self.events, NewEvent(data, version, at)))


def moved(before: LockedApplication, move: Move, *, at: datetime) -> Outcome:
    """A user moved the application on the board, or to another job."""
    application = before.application
    transition = DetectedTransition(
        TransitionKind.MOVED, move.to.job_id, application.stage_id, move.to.id, application.status, at
    )
    stages = {move.came_from.id: move.came_from, move.to.id: move.to}
    return Outcome(before).with_transition(transition, stages).with_sync(move.sync, at=at)


def closed(before: LockedApplication, closing: Closing, *, at: datetime) -> Outcome:
    """A user rejected the application, or recorded that the person withdrew."""
    outcome = Outcome(before).with_close_reason(closing.reason_id)
    return _with_status(outcome, closing.kind, closing.status, closing.stage, at=at, mail=closing.mail)


def reopened(before: LockedApplication, reopening: Reopening, *, at: datetime) -> Outcome:
    """A user took back that the application was rejected, or that the person withdrew."""
    outcome = Outcome(before).with_close_reason(None)
    return _with_status(outcome, TransitionKind.REOPENED, ApplicationStatus.ACTIVE, reopening.stage, at=at)


def _with_status(
    outcome: Outcome,
    kind: TransitionKind,
    status: ApplicationStatus,
    stage: Stage,
    *,
    at: datetime,
    mail: ClosingMail | None = None,
) -> Outcome:
    application = outcome.after.application
    transition = DetectedTransition(kind, application.job_id, stage.id, stage.id, status, at, mail=mail)
    return outcome.with_transition(transition, {stage.id: stage}).with_sync(SyncState.PENDING, at=at)


def accepted(before: LockedApplication, *, at: datetime) -> Outcome:
    """A user leaves the application as the ATS has it, which refused what was done."""
    return Outcome(before).with_sync(SyncState.SYNCED, at=at)


def kept(before: LockedApplication, decision: StageKept, *, at: datetime) -> Outcome:
    """A user settled a conflict for the stage it has here: nobody moved it, so its history gains nothing."""
    return Outcome(before).with_stage_kept(decision, at=at)


def carried_out(before: LockedApplication, repeats: int | None, *, at: datetime) -> Outcome:
    """The ATS carried out a write; ``repeats``: of a move that it had refused before, which counts from now on."""
    outcome = Outcome(before)
    return outcome.with_settlement((repeats,), effective=True, at=at) if repeats is not None else outcome


def refused(
    before: LockedApplication, action: ApplicationAction, moves: tuple[int, ...], reason: str, *, at: datetime
) -> Outcome:
    """The ATS refused what was done, and whatever was done after it.

    Refused moves do not count. Of a move both stages are kept until one side gives in. Anything else is undone: nobody
    is missing on a board, or shown on one, against what the ATS says; what was refused can be done again.
    """
    outcome = Outcome(before)
    if moves:
        outcome = outcome.with_settlement(moves, effective=False, at=at)
    application, ats = outcome.after.application, outcome.after.application.ats
    if action is ApplicationAction.MOVE:
        return outcome.with_sync(SyncState.CONFLICTED, at=at, reason=reason)
    if (application.stage_id, application.status) == (ats.stage_id, ats.status):
        # What was refused had been taken back here already.
        return outcome.with_sync(SyncState.SYNCED, at=at)
    return replace(outcome, refusal=Refusal(action, reason))


def reconciled(outcome: Outcome, history: History, stages: Mapping[UUID, Stage], *, at: datetime) -> Outcome:
    """Compare with the ATS and record the difference; ``outcome`` is what the unit of work decided before."""
    before = outcome.after
    entries = [entry for entry in history.entries if entry.stage_id in stages]
    found = reconcile(before.application, entries, history.recorded, history.pending, at=at)
    for transition in found.transitions:
        outcome = outcome.with_transition(transition, stages)
    resolved = before.application.sync is SyncState.CONFLICTED and found.sync is SyncState.SYNCED
    if resolved and (move := _move_carried_out_after_all(history, found.transitions)):
        outcome = outcome.with_settlement((move.version,), effective=True, at=at)
    repeated = tuple(move.repeats for move in history.pending if move.repeats is not None)
    if found.echo and repeated:
        outcome = outcome.with_settlement(repeated, effective=True, at=at)
    if found.status_pending and (published := outcome.after.published_details):
        details = outcome.after.details.model_copy(update={"close_reason_id": published.close_reason_id})
        outcome = replace(outcome, after=replace(outcome.after, details=details))
    if refusal := outcome.refusal:
        outcome = outcome.with_refusal(refusal, at=at)
    elif before.application.version:
        outcome = _with_found_sync(outcome, before, found.sync, at=at)
    outcome = outcome.with_details(at=at)
    return replace(outcome, same_entries=found.same, compared=True, echoed=found.echo)


def _with_found_sync(outcome: Outcome, before: LockedApplication, sync: SyncState, *, at: datetime) -> Outcome:
    if sync is SyncState.CONFLICTED and (action := before.application.refused_action):
        return outcome.with_refusal(Refusal(action, before.sync_reason or ""), at=at)
    reason = before.sync_reason if sync is SyncState.CONFLICTED else None
    return outcome.with_sync(sync, at=at, reason=reason)


def stage_point(stage: Stage) -> StagePoint:
    """A stage as events name it."""
    return StagePoint(stage_id=stage.id, kind=stage.kind, position=stage.position)


def _after(before: LockedApplication, transition: DetectedTransition, version: int) -> LockedApplication:
    application = replace(before.application, version=version)
    if transition.backfilled:
        return replace(before, application=application)
    entered = transition.kind in (TransitionKind.RECEIVED, TransitionKind.MOVED)
    closed_at = None if transition.status is ApplicationStatus.ACTIVE else transition.occurred_at
    return replace(
        before,
        application=replace(
            application, job_id=transition.job_id, stage_id=transition.to_stage_id, status=transition.status
        ),
        stage_entered_at=transition.occurred_at if entered else before.stage_entered_at,
        closed_at=before.closed_at if entered else closed_at,
    )


def _move_carried_out_after_all(
    history: History, transitions: Sequence[DetectedTransition]
) -> RecordedTransition | None:
    """Our own move that the ATS refused and has now carried out: nothing later moved the application."""
    if any(not t.backfilled and t.kind is TransitionKind.MOVED for t in transitions):
        return None
    moves = (t for t in reversed(history.recorded) if t.kind is TransitionKind.MOVED and not t.backfilled)
    last = next(moves, None)
    return last if last and last.ours else None


def _event(before: LockedApplication, transition: DetectedTransition, stages: Mapping[UUID, Stage]) -> EventData:
    application = before.application
    person_id, job_id = application.person_id, transition.job_id
    to = stage_point(stages[transition.to_stage_id])
    match transition.kind:
        case TransitionKind.RECEIVED:
            return ApplicationReceived(
                person_id=person_id,
                job_id=job_id,
                origin=before.details.origin,
                source_id=before.details.source_id,
                credited_user_id=before.details.credited_user_id,
                current=to,
                ats_application_id=before.ats_id,
                ats_person_id=before.ats_person_id,
            )
        case TransitionKind.MOVED:
            came_from = stages[transition.from_stage_id or transition.to_stage_id]
            return StageChanged(
                person_id=person_id,
                job_id=application.job_id,
                current_job_id=job_id,
                previous=stage_point(came_from),
                current=to,
                backfilled=transition.backfilled,
            )
        case TransitionKind.REOPENED:
            return ApplicationReopened(person_id=person_id, job_id=job_id, stage=to, previous=application.status)
        case TransitionKind.REJECTED | TransitionKind.WITHDRAWN | TransitionKind.HIRED:
            return ApplicationClosed(
                person_id=person_id,
                job_id=job_id,
                stage=to,
                previous=application.status,
                current=transition.status,
                reason_id=before.details.close_reason_id,
                mail=transition.mail,
            )
