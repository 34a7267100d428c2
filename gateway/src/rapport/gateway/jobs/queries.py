"""Reading jobs."""

from typing import Annotated, Any

import strawberry

from rapport.contracts import pipeline
from rapport.contracts.vocabulary import JobStatus
from rapport.gateway.context import Info
from rapport.gateway.errors import not_found
from rapport.gateway.fields import field
from rapport.gateway.ids import Kind, uuid_of
from rapport.gateway.jobs.types import Job
from rapport.gateway.pages import After, Connection, First, asked_page, connection


@strawberry.type
class JobQueries:
    @field("A job by its id.", shown_as=Job | None)
    async def job(self, info: Info, id: strawberry.ID) -> pipeline.Job:  # noqa: A002 - the argument's name
        job = await info.context.loaders.jobs_by_id.load(uuid_of(Kind.JOB, id, "id"))
        if job is None:
            raise not_found("job", "id")
        return job

    @field("The jobs you may see, the most recently opened first.", shown_as=Connection[Job] | None)
    async def jobs(
        self,
        info: Info,
        status: Annotated[JobStatus | None, strawberry.argument(description="Only jobs of this status.")] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Any]:
        page = asked_page("jobs", first, after)
        return connection("jobs", await info.context.asking.read(pipeline.GetJobs(status=status, page=page)), after)
