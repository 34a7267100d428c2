"""Events of applications and jobs, made in a line each, and what became of them in the database."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from rapport.analytics.metrics.funnel.projection import FunnelProjection
from rapport.contracts.events import (
    ApplicationClosed,
    ApplicationReceived,
    ApplicationRemoved,
    ApplicationReopened,
    ApplicationRestored,
    Event,
    EventData,
    JobChanged,
    JobStage,
    JobState,
    MoveSettled,
    StageChanged,
    StagePoint,
    TeamMember,
)
from rapport.contracts.vocabulary import ApplicationStatus, JobStatus, Origin, RemovalReason, StageKind, TeamRole
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.kit.identity import derived_id

PERSON = UUID(int=7)


def day(number: float) -> datetime:
    return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=number)


def point(kind: StageKind) -> StagePoint:
    return StagePoint(stage_id=derived_id("stage", kind), kind=kind, position=kind.rank)


def event(data: EventData, subject: UUID, version: int, *, at: float = 0) -> Event[Any]:
    """An event of acme's, recorded a moment after it happened."""
    return Event[Any](
        id=derived_id(subject, version, data.type),
        type=data.type,
        source="rapport/pipeline",
        subject=subject,
        time=day(at),
        recordedat=day(at) + timedelta(seconds=version),
        orgid="acme",
        aggregateversion=version,
        actor="ats",
        cause="sync",
        data=data,
    )


def job_changed(
    job: UUID, version: int, *kinds: StageKind, team: Sequence[UUID] = (), department: UUID | None = None
) -> Event[Any]:
    stages = tuple(
        JobStage(stage_id=derived_id("stage", kind), kind=kind, position=n, active=True) for n, kind in enumerate(kinds)
    )
    members = tuple(TeamMember(user_id=user, role=TeamRole.HIRING_MANAGER, responsible=True) for user in team)
    state = JobState(status=JobStatus.OPEN, department_id=department, stages=stages, team=members)
    return event(JobChanged(current=state), job, version)


def received(application: UUID, job: UUID, kind: StageKind = StageKind.APPLIED, *, at: float = 0) -> Event[Any]:
    data = ApplicationReceived(person_id=PERSON, job_id=job, origin=Origin.APPLIED, current=point(kind))
    return event(data, application, 1, at=at)


def moved(
    application: UUID, version: int, job: UUID, kind: StageKind, *, to_job: UUID | None = None, backfilled: bool = False
) -> Event[Any]:
    data = StageChanged(
        person_id=PERSON,
        job_id=job,
        current_job_id=to_job or job,
        previous=point(StageKind.APPLIED),
        current=point(kind),
        backfilled=backfilled,
    )
    return event(data, application, version, at=version)


def closed(
    application: UUID, version: int, job: UUID, status: ApplicationStatus = ApplicationStatus.REJECTED
) -> Event[Any]:
    data = ApplicationClosed(
        person_id=PERSON,
        job_id=job,
        stage=point(StageKind.APPLIED),
        previous=ApplicationStatus.ACTIVE,
        current=status,
    )
    return event(data, application, version, at=version)


def reopened(application: UUID, version: int, job: UUID) -> Event[Any]:
    data = ApplicationReopened(
        person_id=PERSON, job_id=job, stage=point(StageKind.APPLIED), previous=ApplicationStatus.REJECTED
    )
    return event(data, application, version, at=version)


def removed(application: UUID, version: int, job: UUID, reason: RemovalReason = RemovalReason.DELETED) -> Event[Any]:
    data = ApplicationRemoved(
        person_id=PERSON, job_id=job, stage=point(StageKind.APPLIED), status=ApplicationStatus.ACTIVE, reason=reason
    )
    return event(data, application, version, at=version)


def restored(application: UUID, version: int, job: UUID) -> Event[Any]:
    data = ApplicationRestored(
        person_id=PERSON, job_id=job, stage=point(StageKind.APPLIED), status=ApplicationStatus.ACTIVE
    )
    return event(data, application, version, at=version)


def settled(application: UUID, version: int, job: UUID, *moves: int, effective: bool) -> Event[Any]:
    data = MoveSettled(person_id=PERSON, job_id=job, moves=moves, effective=effective)
    return event(data, application, version, at=version)


async def apply(analytics: Database, *batches: Sequence[Event[Any]], org: str = "acme") -> None:
    """Let the projection hear of these events, a batch a transaction."""
    for batch in batches:
        async with analytics.work(org, actor="system:test", cause="test") as unit:
            await FunnelProjection().apply(unit, batch)


_ROWS = (
    Statement("SELECT id, version, kinds, (SELECT array_agg(u ORDER BY u) FROM unnest(team) u) FROM job ORDER BY id"),
    Statement(
        "SELECT id, received_at, job_id, job_version, entered, status, status_version FROM application ORDER BY id"
    ),
    Statement("SELECT consumer, newest_recorded_at FROM projection"),
)


async def everything(analytics: Database, org: str = "acme") -> list[list[tuple[Any, ...]]]:
    """Every row the projection keeps."""
    async with analytics.read_session(org) as session:
        return [[tuple(row) for row in await session.fetch(statement)] for statement in _ROWS]
