"""Applications: locked, compared, saved, and rendered for the board."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import asyncpg

from rapport.contracts.events import ApplicationDetails
from rapport.contracts.vocabulary import (
    ApplicationAction,
    ApplicationStatus,
    ClosedBy,
    Origin,
    StageKind,
    SyncState,
    TransitionKind,
)
from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork, transpose
from rapport.kit.identity import derived_id
from rapport.pipeline.domain.application import Application, AtsState, LockedApplication, Stage
from rapport.pipeline.domain.close import Reason
from rapport.pipeline.domain.outcome import Outcome
from rapport.pipeline.domain.reconcile import History, PendingWrite, RecordedTransition, StageEntry
from rapport.pipeline.domain.rejection_mail import LastClosing
from rapport.pipeline.store import SQL
from rapport.pipeline.store.bulk import is_bulk

LOWEST_ID = UUID(int=0)
"""Before every id: where a walk through all of them begins."""


async def lock_application(unit: UnitOfWork, application_id: UUID) -> LockedApplication | None:
    """The application, locked until the end of the unit of work."""
    rows = await unit.fetch(SQL["lock_applications"], [application_id])
    return _locked(rows[0]) if rows else None


async def lock_applications(unit: UnitOfWork, ids: Sequence[UUID]) -> list[LockedApplication]:
    """These applications, locked until the end of the unit of work."""
    return [_locked(row) for row in await unit.fetch(SQL["lock_applications"], list(ids))]


async def lock_unreconciled(unit: UnitOfWork, connection: str, *, after: UUID, limit: int) -> list[LockedApplication]:
    """The next applications that the ATS has changed, locked."""
    return [_locked(row) for row in await unit.fetch(SQL["lock_unreconciled"], connection, after, limit)]


async def lock_removed(unit: UnitOfWork, ids: Sequence[UUID]) -> list[LockedApplication]:
    """Those of these applications that were removed, locked."""
    return [_locked(row) for row in await unit.fetch(SQL["lock_removed"], list(ids))]


async def histories(unit: UnitOfWork, locked: Sequence[LockedApplication]) -> dict[UUID, History]:
    """The stage histories of these applications: the ATS's, ours, and the moves that wait for the ATS."""
    entries = defaultdict[UUID, list[StageEntry]](list)
    recorded = defaultdict[UUID, list[RecordedTransition]](list)
    pending = defaultdict[UUID, list[PendingWrite]](list)
    ids = [one.application.id for one in locked]
    for row in await unit.fetch(SQL["entries_of_applications"], ids):
        entries[row["application_id"]].append(StageEntry(row["id"], row["stage_id"], row["entered_at"]))
    # Before its first version nothing was recorded of an application, and nothing of it can be pending.
    known = [one.application.id for one in locked if one.application.version]
    if known:
        for row in await unit.fetch(SQL["recorded_transitions"], known):
            recorded[row["application_id"]].append(_recorded(row))
        for row in await unit.fetch(SQL["pending_of_applications"], known):
            write = PendingWrite(
                row["from_stage_id"],
                row["to_stage_id"],
                row["repeats"],
                ApplicationStatus(row["from_status"]),
                ApplicationStatus(row["to_status"]),
            )
            pending[row["application_id"]].append(write)
    return {id_: History(entries[id_], recorded[id_], pending[id_]) for id_ in ids}


async def stages_of_jobs(session: ReadSession, job_ids: Sequence[UUID]) -> dict[object, Stage]:
    """The stages of these jobs, by id."""
    return {row["id"]: _stage(row) for row in await session.fetch(SQL["stages_of_jobs"], list(job_ids))}


async def stages_by_ids(session: ReadSession, ids: Sequence[UUID]) -> dict[UUID, Stage]:
    """These stages, by id."""
    return {row["id"]: _stage(row) for row in await session.fetch(SQL["stages_by_ids"], list(ids))}


async def save(unit: UnitOfWork, outcomes: Sequence[Outcome]) -> None:
    """Write the state and history of locked applications, and their cards."""
    rows = [
        (
            derived_id("transition", outcome.after.application.id, new.version),
            outcome.after.application.id,
            new.version,
            new.transition.kind,
            new.transition.from_stage_id,
            new.transition.to_stage_id,
            new.transition.occurred_at,
            new.transition.backfilled,
            new.transition.entry_id,
        )
        for outcome in outcomes
        for new in outcome.transitions
    ]
    if rows:
        columns = transpose((row[:-1] for row in rows), 8)
        await unit.execute(SQL["insert_transitions"], unit.now, unit.metadata.actor, unit.metadata.cause, *columns)
    links = [(row[-1], row[0]) for row in rows if row[-1]]
    links += [pair for outcome in outcomes for pair in outcome.same_entries]
    if links:
        await unit.execute(SQL["link_stage_entries"], *transpose(links, 2))
    await unit.execute(SQL["update_applications"], unit.now, *transpose((_state(outcome) for outcome in outcomes), 13))
    await render_cards(unit, [outcome.after.application.id for outcome in outcomes])


def _state(outcome: Outcome) -> tuple[object, ...]:
    after, application = outcome.after, outcome.after.application
    return (
        application.id,
        application.job_id,
        application.stage_id,
        application.status,
        after.stage_entered_at or application.applied_at,
        after.closed_at,
        application.version,
        application.sync,
        after.sync_reason,
        after.conflict_stage_id,
        application.refused_action,
        after.published_details.model_dump_json() if after.published_details else None,
        outcome.compared,
    )


@dataclass(frozen=True, slots=True)
class ChangedCard:
    """A card that shows something else than when it was rendered last; ``version`` is its application's new one."""

    application_id: UUID
    person_id: UUID
    job_id: UUID
    version: int


async def lock_cards(unit: UnitOfWork, application_ids: Sequence[UUID]) -> None:
    """Lock these applications and their cards until the end of the unit of work."""
    await unit.execute(SQL["lock_cards"], list(application_ids))


async def count_changed_cards(unit: UnitOfWork, application_ids: Sequence[UUID]) -> list[ChangedCard]:
    """Those of these locked cards that would be rendered otherwise now, each with the next version."""
    rows = await unit.fetch(SQL["count_changed_cards"], list(application_ids))
    return [ChangedCard(row["id"], row["person_id"], row["job_id"], row["version"]) for row in rows]


async def render_cards(unit: UnitOfWork, application_ids: Sequence[UUID]) -> None:
    """Render the board's cards of these locked applications again."""
    await unit.execute(SQL["render_cards"], list(application_ids))


async def cards_changed_by_time(unit: UnitOfWork, *, limit: int) -> list[UUID]:
    """Applications whose cards the passage of time has changed."""
    return [row["application_id"] for row in await unit.fetch(SQL["cards_changed_by_time"], limit)]


async def application_ids(session: ReadSession, *, after: UUID, limit: int) -> list[UUID]:
    """The next applications in the order of their ids."""
    return [row["id"] for row in await session.fetch(SQL["all_application_ids"], after, limit)]


async def move_with_key(unit: UnitOfWork, application_id: UUID, key: str) -> tuple[UUID, UUID] | None:
    """The stages of an earlier move with this idempotency key, if there was one; twice the same, if it kept a stage."""
    row = await unit.fetchrow(SQL["move_with_key"], application_id, key)
    return (row["from_stage_id"], row["to_stage_id"]) if row else None


@dataclass(frozen=True, slots=True)
class WriteDetails:
    """What the ATS needs to know of what was done to an application, beside where it was and is to be."""

    reason_id: UUID | None = None
    to_job_id: UUID | None = None
    opening_id: UUID | None = None
    starts_on: date | None = None


async def queue_write(
    unit: UnitOfWork,
    write_id: UUID,
    locked: LockedApplication,
    *,
    from_stage: Stage,
    to_stage: Stage,
    user_id: UUID,
    repeats: bool = False,
    action: ApplicationAction = ApplicationAction.MOVE,
    to_status: ApplicationStatus = ApplicationStatus.ACTIVE,
    details: WriteDetails = WriteDetails(),
    note: str | None = None,
) -> None:
    """Queue what was done to an application to be written to the ATS after the commit.

    Args:
        unit: the unit of work that does it.
        write_id: the id of the write.
        locked: the application as it was before.
        from_stage: where the ATS is expected to have it.
        to_stage: where it is to be in the ATS.
        user_id: on whose behalf.
        repeats: it is the last move, which the ATS had refused.
        action: what was done.
        to_status: the status that it leads to.
        details: what the ATS needs to know beside that.
        note: for the ATS alone.
    """
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
        repeats,
        action,
        locked.application.status,
        to_status,
        details.reason_id,
        note,
        details.to_job_id,
        details.opening_id,
        details.starts_on,
        is_bulk(unit.metadata.cause),
    )


@dataclass(frozen=True, slots=True)
class EarlierWrite:
    """What an earlier request did to an application."""

    action: ApplicationAction
    details: WriteDetails = WriteDetails()


async def write_with_key(unit: UnitOfWork, application_id: UUID, key: str) -> EarlierWrite | None:
    """What an earlier request with this idempotency key did, if there was one."""
    row = await unit.fetchrow(SQL["write_with_key"], application_id, key)
    if row is None:
        return None
    details = WriteDetails(row["reason_id"], row["to_job_id"], row["opening_id"], row["starts_on"])
    return EarlierWrite(ApplicationAction(row["action"]), details)


async def close_reason(session: ReadSession, reason_id: UUID, application_id: UUID) -> Reason | None:
    """A reason for which this application may end."""
    row = await session.fetchrow(SQL["close_reason"], reason_id, application_id)
    if row is None:
        return None
    return Reason(row["id"], ClosedBy.PERSON if row["by_candidate"] else ClosedBy.ORGANISATION)


async def last_closing(session: ReadSession, application_id: UUID) -> LastClosing | None:
    """What ended or reopened an application last; None if the application is unknown or gone."""
    row = await session.fetchrow(SQL["check_rejection"], application_id)
    if row is None:
        return None
    kind = TransitionKind(row["kind"]) if row["kind"] else None
    return LastClosing(row["version"], kind, SyncState(row["sync_state"]))


async def changed_by(session: ReadSession, application_id: UUID) -> UUID | None:
    """The user who changed an application last; None if it was not a user."""
    user_id: UUID | None = await session.fetchval(SQL["changed_by"], application_id)
    return user_id


async def finish_write(unit: UnitOfWork, write_id: UUID, *, in_effect_at: datetime | None) -> int | None:
    """The ATS carried a write out.

    Returns:
        The version of the transition that it wrote again, unless an echo has said that already.
    """
    version: int | None = await unit.fetchval(SQL["finish_ats_write"], write_id, unit.now, in_effect_at)
    return version


async def echo_writes(unit: UnitOfWork, application_ids: Sequence[UUID]) -> None:
    """The ATS shows what was done to these applications: it is done there."""
    await unit.execute(SQL["echo_ats_writes"], list(application_ids), unit.now)


def _locked(row: asyncpg.Record) -> LockedApplication:
    """A locked row, as decisions need it."""
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
        refused_action=ApplicationAction(row["refused_action"]) if row["refused_action"] else None,
    )
    return LockedApplication(
        application,
        row["connection"],
        row["stage_entered_at"],
        row["closed_at"],
        row["sync_reason"],
        ApplicationDetails(
            origin=Origin(row["origin"] or Origin.UNKNOWN),
            source_id=row["source_id"],
            credited_user_id=row["credited_user_id"],
            close_reason_id=row["rejection_reason_id"],
        ),
        ApplicationDetails.model_validate_json(published) if (published := row["published_details"]) else None,
        row["ats_id"],
        row["ats_person_id"],
        row["conflict_stage_id"],
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
        row["kept_at"],
    )


def _stage(row: asyncpg.Record) -> Stage:
    return Stage(row["id"], row["job_id"], StageKind(row["kind"]), row["position"], row["active"])
