"""The funnels of jobs, counted from the rows that the projection keeps."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from rapport.analytics.metrics.funnel.definition import COMPARISON, DEFINITION, Cohort, compared, funnel, kinds_entered
from rapport.analytics.metrics.funnel.projection import FunnelProjection
from rapport.analytics.store import SQL, freshness
from rapport.analytics.window import Window
from rapport.contracts.analytics import Funnel, PassthroughComparison
from rapport.contracts.vocabulary import ApplicationStatus, StageKind
from rapport.kit.database.unit_of_work import ReadSession


async def funnels(session: ReadSession, jobs: Mapping[UUID, list[StageKind]], window: Window) -> tuple[Funnel, ...]:
    """The funnel of each of these jobs, whose kinds of stages are given."""
    counted = await cohorts(session, list(jobs), window)
    as_of = await freshness(session, FunnelProjection.consumer)
    return tuple(_funnel_of(job_id, kinds, counted[job_id], window, as_of) for job_id, kinds in jobs.items())


async def cohorts(session: ReadSession, job_ids: Sequence[UUID], window: Window) -> dict[UUID, list[Cohort]]:
    """The applications of these jobs that were received in the window, counted by where they got."""
    counted: dict[UUID, list[Cohort]] = {job_id: [] for job_id in job_ids}
    for row in await session.fetch(SQL["count_cohorts"], list(job_ids), window.start, window.end):
        counted[row["job_id"]].append(_cohort(row["entered"], row["status"], row["applications"]))
    return counted


async def comparison(
    session: ReadSession, job_id: UUID, kinds: Sequence[StageKind], window: Window
) -> PassthroughComparison:
    """A job's passthrough rates beside those of the other departments."""
    ours = (await cohorts(session, [job_id], window))[job_id]
    rows = await session.fetch(SQL["count_cohorts_elsewhere"], job_id, window.start, window.end)
    jobs = await session.fetchval(SQL["count_jobs_elsewhere"], job_id, window.start, window.end)
    others = [_cohort(row["entered"], row["status"], row["applications"]) for row in rows]
    return PassthroughComparison(
        job_id=job_id,
        definition=COMPARISON,
        entered_from=window.start,
        entered_until=window.end,
        as_of=await freshness(session, FunnelProjection.consumer),
        jobs=jobs,
        stages=compared(kinds, ours, others, jobs=jobs),
    )


def _cohort(entered: int, status: str, applications: int) -> Cohort:
    return Cohort(kinds_entered(entered), ApplicationStatus(status), applications)


def _funnel_of(job_id: UUID, kinds: list[StageKind], cohorts: list[Cohort], window: Window, as_of: datetime) -> Funnel:
    return Funnel(
        job_id=job_id,
        definition=DEFINITION,
        entered_from=window.start,
        entered_until=window.end,
        as_of=as_of,
        applications=sum(cohort.applications for cohort in cohorts),
        stages=funnel(kinds, cohorts),
    )
