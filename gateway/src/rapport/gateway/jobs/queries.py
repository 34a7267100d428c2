"""Reading jobs."""

from typing import Annotated, Any

import strawberry

from rapport.contracts import pipeline
from rapport.contracts.vocabulary import JobStatus
from rapport.gateway.errors import not_found
from rapport.gateway.graph.connections import After, Connection, First, connection, page_request
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Kind, uuid_of
from rapport.gateway.jobs.resolvers import job_by_id
from rapport.gateway.jobs.types import Job


@strawberry.type
class JobQueries:
    @field("A job by its id.", graphql_type=Job | None)
    async def job(self, info: Info, id: strawberry.ID) -> pipeline.Job:  # noqa: A002 - the argument's name
        job = await job_by_id(info, uuid_of(Kind.JOB, id, "id"))
        if job is None:
            raise not_found("job", "id")
        return job

    @field("The jobs you may see, the most recently opened first.", graphql_type=Connection[Job] | None)
    async def jobs(
        self,
        info: Info,
        status: Annotated[JobStatus | None, strawberry.argument(description="Only jobs of this status.")] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Any]:
        page = page_request("jobs", first, after)
        return connection("jobs", await info.context.services.read(pipeline.GetJobs(status=status, page=page)), after)
