"""The only module that knows rows."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from rapport.analytics.domain.delta import FunnelDelta
from rapport.analytics.domain.funnel import Cohort, kinds_entered
from rapport.contracts.vocabulary import ApplicationStatus, StageKind
from rapport.kit.database.queries import Queries
from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork, transpose

SQL = Queries("rapport.analytics")
_KINDS = tuple(StageKind)


async def merge_delta(unit: UnitOfWork, consumer: str, delta: FunnelDelta) -> None:
    """Join what a batch of events says with what is known."""
    if delta.jobs:
        rows = ((i, j.version, _array(j.kinds), _array(j.team)) for i, j in delta.jobs.items())
        await unit.execute(SQL["apply_jobs"], *transpose(rows, 4))
    if delta.applications:
        known = (
            (i, a.received_at, a.job_id, a.job_version, a.status, a.status_version, a.removed, a.removed_version)
            # In one order, so that two units of work cannot wait for each other.
            for i, a in sorted(delta.applications.items())
        )
        await unit.execute(SQL["apply_applications"], *transpose(known, 8))
        await _apply_moves(unit, delta)
    if delta.newest:
        await unit.execute(SQL["apply_freshness"], consumer, delta.newest)


async def _apply_moves(unit: UnitOfWork, delta: FunnelDelta) -> None:
    in_order = sorted(delta.applications.items())
    entered = [(i, version, rank) for i, a in in_order for version, rank in sorted(a.entered.items())]
    settled = [(i, move, said[1], said[0]) for i, a in in_order for move, said in sorted(a.settled.items())]
    if entered:
        await unit.execute(SQL["apply_entered"], *transpose(entered, 3))
    if settled:
        await unit.execute(SQL["apply_settled"], *transpose(settled, 4))
    if entered or settled:
        await unit.execute(SQL["recount_entered"], list({i for i, *_ in [*entered, *settled]}))


async def visible_jobs(
    session: ReadSession, viewer: UUID | None, job_ids: Sequence[UUID]
) -> dict[UUID, list[StageKind]]:
    """The kinds of stages of these jobs; those unknown or not visible are left out."""
    rows = await session.fetch(SQL["visible_jobs"], viewer, list(job_ids))
    return {row["id"]: [_KINDS[rank] for rank in row["kinds"]] for row in rows}


async def cohorts(
    session: ReadSession, job_ids: Sequence[UUID], entered_from: datetime | None, entered_until: datetime | None
) -> dict[UUID, list[Cohort]]:
    """The applications of these jobs that were received in the window, counted by where they got."""
    counted: dict[UUID, list[Cohort]] = {job_id: [] for job_id in job_ids}
    for row in await session.fetch(SQL["count_cohorts"], list(job_ids), entered_from, entered_until):
        counted[row["job_id"]].append(
            Cohort(kinds_entered(row["entered"]), ApplicationStatus(row["status"]), row["applications"])
        )
    return counted


async def freshness(session: ReadSession, consumer: str) -> datetime | None:
    """When the newest event that is counted was recorded."""
    found: datetime | None = await session.fetchval(SQL["freshness"], consumer)
    return found


def _array(values: Sequence[object]) -> str:
    return "{" + ",".join(map(str, values)) + "}"
