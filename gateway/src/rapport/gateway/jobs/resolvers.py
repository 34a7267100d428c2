"""A job as something else refers to it."""

from uuid import UUID

from rapport.contracts.pipeline import Job, Stage
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.nodes import fetches
from rapport.gateway.jobs.loaders import jobs_by_id


@fetches(Kind.JOB)
async def job_by_id(info: Info, job_id: UUID) -> Job | None:
    """The job, if the viewer may see it."""
    return await info.context.loader(jobs_by_id).load(job_id)


async def stage_by_id(info: Info, job_id: UUID | None, stage_id: UUID | None) -> Stage | None:
    """A stage of a job's process, if the viewer may see the job."""
    job = await job_by_id(info, job_id) if job_id else None
    return next((stage for stage in job.stages if stage.id == stage_id), None) if job else None
