"""Applications: locked, compared, changed, and shown on the board."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from rapport.contracts.vocabulary import ApplicationStatus, Origin, StageKind, SyncState, TransitionKind
from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork, transpose
from rapport.pipeline.domain.application import Application, AtsState, Stage
from rapport.pipeline.domain.reconcile import PendingMove, RecordedTransition, StageEntry
from rapport.pipeline.store import SQL

LOWEST_ID = UUID(int=0)
"""Before every id: where going through all of them begins."""


@dataclass(frozen=True, slots=True)
class ApplicationUpdate:
    """What we say of an application from now on."""

    application_id: UUID
    job_id: UUID
    stage_id: UUID
    status: ApplicationStatus
    stage_entered_at: datetime
    closed_at: datetime | None
    version: int
    sync: SyncState
    sync_reason: str | None = None


@dataclass(frozen=True, slots=True)
class LockedApplication:
    """An application held until the end of the unit of work, with what events about it need."""

    application: Application
    connection: str
    stage_entered_at: datetime | None
    closed_at: datetime | None
    source_id: UUID | None
    credited_user_id: UUID | None
    rejection_reason_id: UUID | None
    sync_reason: str | None

    def state(self, *, version: int, sync: SyncState, sync_reason: str | None) -> ApplicationUpdate:
        """What we say of it, unchanged but for its agreement with the ATS."""
        application = self.application
        return ApplicationUpdate(
            application.id,
            application.job_id,
            application.stage_id,
            application.status,
            self.stage_entered_at or application.applied_at,
            self.closed_at,
            version,
            sync,
            sync_reason,
        )


@dataclass(frozen=True, slots=True)
class History:
    """What the ATS and we have said of one application's stages."""

    entries: Sequence[StageEntry]
    recorded: Sequence[RecordedTransition]
    pending: Sequence[PendingMove]


@dataclass(frozen=True, slots=True)
class NewTransition:
    """One more entry of an application's history."""

    id: UUID
    application_id: UUID
    version: int
    kind: TransitionKind
    from_stage_id: UUID | None
    to_stage_id: UUID
    occurred_at: datetime
    entry_id: UUID | None = None
    backfilled: bool = False


async def lock_application(unit: UnitOfWork, application_id: UUID) -> LockedApplication | None:
    """The application, held until the end of the unit of work."""
    rows = await unit.fetch(SQL["lock_applications"], [application_id])
    return locked(rows[0]) if rows else None


async def lock_applications(unit: UnitOfWork, ids: Sequence[UUID]) -> list[LockedApplication]:
    """These applications, held until the end of the unit of work."""
    return [locked(row) for row in await unit.fetch(SQL["lock_applications"], list(ids))]


async def lock_unreconciled(unit: UnitOfWork, connection: str, *, after: UUID, limit: int) -> list[LockedApplication]:
    """The next applications about which the ATS said something new."""
    return [locked(row) for row in await unit.fetch(SQL["lock_unreconciled"], connection, after, limit)]


async def histories(unit: UnitOfWork, locked: Sequence[LockedApplication]) -> dict[UUID, History]:
    """What was said of the stages of these applications."""
    entries = defaultdict[UUID, list[StageEntry]](list)
    recorded = defaultdict[UUID, list[RecordedTransition]](list)
    pending = defaultdict[UUID, list[PendingMove]](list)
    ids = [each.application.id for each in locked]
    for row in await unit.fetch(SQL["entries_of_applications"], ids):
        entries[row["application_id"]].append(StageEntry(row["id"], row["stage_id"], row["entered_at"]))
    # Nothing was told of an application, and nothing of it can wait, before its first version.
    known = [each.application.id for each in locked if each.application.version]
    if known:
        for row in await unit.fetch(SQL["recorded_transitions"], known):
            recorded[row["application_id"]].append(_recorded(row))
        for row in await unit.fetch(SQL["pending_of_applications"], known):
            pending[row["application_id"]].append(PendingMove(row["from_stage_id"], row["to_stage_id"]))
    return {i: History(entries[i], recorded[i], pending[i]) for i in ids}


async def stages_of_jobs(session: ReadSession, job_ids: Sequence[UUID]) -> dict[object, Stage]:
    """The stages of these jobs, by id."""
    return {row["id"]: _stage(row) for row in await session.fetch(SQL["stages_of_jobs"], list(job_ids))}


async def stages_by_ids(session: ReadSession, ids: Sequence[UUID]) -> dict[UUID, Stage]:
    """These stages, by id."""
    return {row["id"]: _stage(row) for row in await session.fetch(SQL["stages_by_ids"], list(ids))}


async def origins(session: ReadSession, source_ids: Sequence[UUID]) -> dict[UUID, Origin]:
    """How applications from these sources came about."""
    return {
        row["id"]: Origin(row["origin"]) for row in await session.fetch(SQL["origins_of_sources"], list(source_ids))
    }


async def save(
    unit: UnitOfWork,
    states: Sequence[ApplicationUpdate],
    transitions: Sequence[NewTransition],
    same: Sequence[tuple[UUID, UUID]] = (),
) -> None:
    """Write what we say from now on, its history, and the board's cards."""
    if transitions:
        await unit.execute(
            SQL["insert_transitions"],
            unit.now,
            unit.metadata.actor,
            unit.metadata.cause,
            *transpose(
                (
                    (
                        t.id,
                        t.application_id,
                        t.version,
                        t.kind,
                        t.from_stage_id,
                        t.to_stage_id,
                        t.occurred_at,
                        t.backfilled,
                    )
                    for t in transitions
                ),
                8,
            ),
        )
    entries = [(t.entry_id, t.id) for t in transitions if t.entry_id] + list(same)
    if entries:
        await unit.execute(SQL["link_stage_entries"], *transpose(entries, 2))
    await unit.execute(
        SQL["update_applications"],
        unit.now,
        *transpose(
            (
                (
                    s.application_id,
                    s.job_id,
                    s.stage_id,
                    s.status,
                    s.stage_entered_at,
                    s.closed_at,
                    s.version,
                    s.sync,
                    s.sync_reason,
                )
                for s in states
            ),
            9,
        ),
    )
    await render_cards(unit, [s.application_id for s in states])


async def render_cards(unit: UnitOfWork, application_ids: Sequence[UUID]) -> None:
    """Bring the board's cards of these applications up to date."""
    if application_ids:
        await unit.execute(SQL["lock_cards"], list(application_ids))
        await unit.execute(SQL["render_cards"], list(application_ids))


async def cards_changed_by_time(unit: UnitOfWork, *, limit: int) -> list[UUID]:
    """Whose cards the passage of time has changed."""
    return [row["application_id"] for row in await unit.fetch(SQL["cards_changed_by_time"], limit)]


async def application_ids(session: ReadSession, *, after: UUID, limit: int) -> list[UUID]:
    """The next applications in the order of their ids."""
    return [row["id"] for row in await session.fetch(SQL["all_application_ids"], after, limit)]


async def move_with_key(unit: UnitOfWork, application_id: UUID, key: str) -> tuple[UUID, UUID] | None:
    """From where to where a move under this idempotency key was made before, if one was."""
    row = await unit.fetchrow(SQL["move_with_key"], application_id, key)
    return (row["from_stage_id"], row["to_stage_id"]) if row else None


async def queue_write(
    unit: UnitOfWork, write_id: UUID, locked: LockedApplication, *, from_stage: Stage, to_stage: Stage, user_id: UUID
) -> None:
    """Have a move written to the ATS, once this unit of work is committed."""
    await unit.execute(
        SQL["queue_ats_write"],
        write_id,
        locked.connection,
        locked.application.id,
        from_stage.id,
        to_stage.id,
        user_id,
        unit.now,
        unit.metadata.cause,
        unit.metadata.traceparent,
    )


async def echo_writes(unit: UnitOfWork, application_ids: Sequence[UUID]) -> None:
    """The ATS shows these moves already."""
    await unit.execute(SQL["echo_ats_writes"], list(application_ids), unit.now)


def locked(row: asyncpg.Record) -> LockedApplication:
    """A row that is held, as decisions need it."""
    ats = AtsState(
        row["ats_job_id"],
        row["ats_stage_id"],
        ApplicationStatus(row["ats_status"]),
        row["ats_stage_entered_at"],
        row["ats_closed_at"],
    )
    application = Application(
        id=row["id"],
        person_id=row["person_id"],
        job_id=row["job_id"] or ats.job_id,
        stage_id=row["stage_id"] or ats.stage_id,
        status=ApplicationStatus(row["status"] or ApplicationStatus.ACTIVE),
        version=row["version"],
        sync=SyncState(row["sync_state"]),
        ats=ats,
        applied_at=row["applied_at"],
    )
    return LockedApplication(
        application,
        row["connection"],
        row["stage_entered_at"],
        row["closed_at"],
        row["source_id"],
        row["credited_user_id"],
        row["rejection_reason_id"],
        row["sync_reason"],
    )


def _recorded(row: asyncpg.Record) -> RecordedTransition:
    kind = TransitionKind(row["kind"])
    return RecordedTransition(
        row["id"],
        kind,
        row["to_stage_id"],
        row["occurred_at"],
        row["stage_entry_id"],
        row["backfilled"],
        row["ours"],
        row["version"],
        row["in_effect_at"],
    )


def _stage(row: asyncpg.Record) -> Stage:
    return Stage(row["id"], row["job_id"], StageKind(row["kind"]), row["position"], row["active"])
