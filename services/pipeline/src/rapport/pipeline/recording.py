"""Compare applications with what the ATS says of them, and tell what is new as events."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from rapport.contracts.events import (
    ApplicationClosed,
    ApplicationReceived,
    ApplicationReopened,
    EventData,
    MoveSettled,
    StageChanged,
    StagePoint,
    SyncChanged,
)
from rapport.contracts.vocabulary import ApplicationStatus, Origin, SyncState, TransitionKind
from rapport.kit.database.unit_of_work import UnitOfWork
from rapport.kit.identity import derived_id
from rapport.pipeline.domain.application import Stage
from rapport.pipeline.domain.reconcile import DetectedTransition, RecordedTransition, reconcile
from rapport.pipeline.store import applications
from rapport.pipeline.store.applications import ApplicationUpdate, History, LockedApplication, NewTransition


@dataclass(slots=True)
class _Outcome:
    """What a unit of work is about to write."""

    states: list[ApplicationUpdate] = field(default_factory=list)
    transitions: list[NewTransition] = field(default_factory=list)
    same: list[tuple[UUID, UUID]] = field(default_factory=list)
    echoed: list[UUID] = field(default_factory=list)


async def record_changes(unit: UnitOfWork, locked: Sequence[LockedApplication]) -> bool:
    """Record what is new about these applications, which the unit of work has locked.

    Answers whether all of it could be told: an application whose stage has not been read yet waits for that.
    """
    if not locked:
        return True
    histories = await applications.histories(unit, locked)
    stages = await applications.stages_by_ids(unit, _stage_ids(locked, histories.values()))
    origins = await applications.origins(unit, [k.source_id for k in locked if k.source_id])
    recorded = _Outcome()
    for each in locked:
        if each.application.ats.stage_id not in stages:
            continue  # it stays unreconciled
        _record_transitions(unit, each, histories[each.application.id], stages, origins, recorded)
    if recorded.echoed:
        await applications.echo_writes(unit, recorded.echoed)
    if recorded.states:
        await applications.save(unit, recorded.states, recorded.transitions, recorded.same)
    return len(recorded.states) == len(locked)


def _stage_ids(locked: Sequence[LockedApplication], histories: Iterable[History]) -> list[UUID]:
    ids = {k.application.ats.stage_id for k in locked} | {k.application.stage_id for k in locked}
    for history in histories:
        ids.update(e.stage_id for e in history.entries)
        ids.update(t.to_stage_id for t in history.recorded if t.to_stage_id)
    return list(ids)


def _record_transitions(
    unit: UnitOfWork,
    locked: LockedApplication,
    history: History,
    stages: dict[UUID, Stage],
    origins: dict[UUID, Origin],
    recorded: _Outcome,
) -> None:
    application = locked.application
    entries = [e for e in history.entries if e.stage_id in stages]
    found = reconcile(application, entries, history.recorded, history.pending, at=unit.now)
    reason = locked.sync_reason if found.sync is SyncState.CONFLICTED else None
    now = locked.state(version=application.version, sync=found.sync, sync_reason=reason)
    for detected in found.transitions:
        now = replace(now, version=now.version + 1)
        _record(unit, locked, detected, now, stages, origins)
        recorded.transitions.append(_transition(application.id, detected, now.version))
        now = _after(now, detected)
    came_to_us = application.sync is SyncState.CONFLICTED and found.sync is SyncState.SYNCED
    if came_to_us and (move := _move_to_where_it_is(history, found.transitions)):
        now = replace(now, version=now.version + 1)
        record_settlement(unit, locked, (move.version,), version=now.version, effective=True)
    if found.sync is not application.sync and application.version:
        now = replace(now, version=now.version + 1)
        record_sync_change(unit, locked, now, previous=application.sync)
    if found.echo:
        recorded.echoed.append(application.id)
    recorded.states.append(now)
    recorded.same.extend(found.same)


def _transition(application_id: UUID, detected: DetectedTransition, version: int) -> NewTransition:
    return NewTransition(
        derived_id("transition", application_id, version),
        application_id,
        version,
        detected.kind,
        detected.from_stage_id,
        detected.to_stage_id,
        detected.occurred_at,
        detected.entry_id,
        detected.backfilled,
    )


def _after(now: ApplicationUpdate, detected: DetectedTransition) -> ApplicationUpdate:
    if detected.backfilled:
        return now
    entered = detected.kind in (TransitionKind.RECEIVED, TransitionKind.MOVED)
    closed = None if detected.status is ApplicationStatus.ACTIVE else detected.occurred_at
    return replace(
        now,
        job_id=detected.job_id,
        stage_id=detected.to_stage_id,
        status=detected.status,
        stage_entered_at=detected.occurred_at if entered else now.stage_entered_at,
        closed_at=now.closed_at if entered else closed,
    )


def _move_to_where_it_is(history: History, detected: Sequence[DetectedTransition]) -> RecordedTransition | None:
    """Our own move that the ATS refused and has now carried out after all: nothing later moved the application."""
    if any(not each.backfilled and each.kind is TransitionKind.MOVED for each in detected):
        return None
    moves = (t for t in reversed(history.recorded) if t.kind is TransitionKind.MOVED and not t.backfilled)
    last = next(moves, None)
    return last if last and last.ours else None


def record_settlement(
    unit: UnitOfWork, locked: LockedApplication, moves: tuple[int, ...], *, version: int, effective: bool
) -> None:
    """Record whether moves of ours took effect."""
    application = locked.application
    unit.record(
        MoveSettled(person_id=application.person_id, job_id=application.job_id, moves=moves, effective=effective),
        aggregate_id=application.id,
        version=version,
        occurred_at=unit.now,
    )


def record_sync_change(
    unit: UnitOfWork,
    locked: LockedApplication,
    now: ApplicationUpdate,
    *,
    previous: SyncState,
    ats_stage_id: UUID | None = None,
) -> None:
    """Record that the application and the ATS agree, or no longer do."""
    unit.record(
        SyncChanged(
            person_id=locked.application.person_id,
            job_id=now.job_id,
            stage_id=now.stage_id,
            previous=previous,
            current=now.sync,
            ats_stage_id=ats_stage_id,
        ),
        aggregate_id=now.application_id,
        version=now.version,
        occurred_at=unit.now,
    )


def _record(
    unit: UnitOfWork,
    locked: LockedApplication,
    detected: DetectedTransition,
    now: ApplicationUpdate,
    stages: dict[UUID, Stage],
    origins: dict[UUID, Origin],
) -> None:
    unit.record(
        _event(locked, detected, now, stages, origins),
        aggregate_id=now.application_id,
        version=now.version,
        occurred_at=detected.occurred_at,
    )


def _event(
    locked: LockedApplication,
    detected: DetectedTransition,
    now: ApplicationUpdate,
    stages: dict[UUID, Stage],
    origins: dict[UUID, Origin],
) -> EventData:
    person_id = locked.application.person_id
    to = stage_point(stages[detected.to_stage_id])
    match detected.kind:
        case TransitionKind.RECEIVED:
            return ApplicationReceived(
                person_id=person_id,
                job_id=detected.job_id,
                origin=origins.get(locked.source_id, Origin.UNKNOWN) if locked.source_id else Origin.UNKNOWN,
                source_id=locked.source_id,
                credited_user_id=locked.credited_user_id,
                current=to,
            )
        case TransitionKind.MOVED:
            came_from = stages[detected.from_stage_id] if detected.from_stage_id else stages[detected.to_stage_id]
            return StageChanged(
                person_id=person_id,
                job_id=now.job_id,
                current_job_id=detected.job_id,
                previous=stage_point(came_from),
                current=to,
                backfilled=detected.backfilled,
            )
        case TransitionKind.REOPENED:
            return ApplicationReopened(person_id=person_id, job_id=detected.job_id, stage=to, previous=now.status)
        case TransitionKind.REJECTED | TransitionKind.WITHDRAWN | TransitionKind.HIRED:
            return ApplicationClosed(
                person_id=person_id,
                job_id=detected.job_id,
                stage=to,
                previous=now.status,
                current=detected.status,
                reason_id=locked.rejection_reason_id,
            )


def stage_point(stage: Stage) -> StagePoint:
    """A stage as events name it."""
    return StagePoint(stage_id=stage.id, kind=stage.kind, position=stage.position)
