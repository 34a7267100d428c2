"""Reading jobs."""

from typing import Annotated, Any

import strawberry

from rapport.contracts import pipeline
from rapport.contracts.vocabulary import JobStatus
from rapport.gateway.errors import not_found
from rapport.gateway.graph.connections import SEARCH, After, Connection, First, connection, page_request, search_words
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Id, Kind, uuid_of
from rapport.gateway.jobs.resolvers import job_by_id
from rapport.gateway.jobs.types import Job


@strawberry.type
class JobQueries:
    @field("A job by its id.", graphql_type=Job | None)
    async def job(self, info: Info, id: Id) -> pipeline.Job:  # noqa: A002 - the argument's name
        job = await job_by_id(info, uuid_of(Kind.JOB, id, "id"))
        if job is None:
            raise not_found("job", "id")
        return job

    @field("The jobs you may see, the most recently opened first.", graphql_type=Connection[Job] | None)
    async def jobs(
        self,
        info: Info,
        *,
        status: Annotated[JobStatus | None, strawberry.argument(description="Only jobs of this status.")] = None,
        mine: Annotated[bool, strawberry.argument(description="Only jobs on whose hiring team you are.")] = False,
        text: Annotated[
            str | None,
            strawberry.argument(description=f"Only jobs whose title contains each of these words. {SEARCH}"),
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Any]:
        of_list = f"jobs:{status or ''}:{mine}:{search_words(text, 'text')}"
        request = pipeline.GetJobs(
            status=status,
            mine=mine,
            text=text,
            page=page_request(of_list, first, after),
            include_total=info.selects("totalCount"),
        )
        return connection(of_list, await info.context.services.read(request), after)
