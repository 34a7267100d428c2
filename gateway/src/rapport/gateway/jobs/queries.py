"""Reading jobs."""

from typing import Annotated, Any

import strawberry

from rapport.contracts import pipeline
from rapport.contracts.requests import MAX_NAME
from rapport.contracts.vocabulary import JobSort, JobStatus
from rapport.gateway.errors import not_found
from rapport.gateway.graph.connections import (
    SEARCH,
    After,
    Connection,
    First,
    connection,
    page_request,
    search_words,
    valid_text,
)
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import enumeration
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Id, Kind, uuid_of
from rapport.gateway.jobs.resolvers import job_by_id
from rapport.gateway.jobs.types import Job, JobFacets


@strawberry.input(description="Which of the jobs that you may see.")
class JobFilter:
    status: enumeration(JobStatus) | None = strawberry.field(  # type: ignore[valid-type]
        default=None, description="Only jobs of this status."
    )
    mine: bool = strawberry.field(default=False, description="Only jobs on whose hiring team you are.")
    text: str | None = strawberry.field(
        default=None,
        description=f"Only jobs with each of these words in their title, department or location. {SEARCH}",
    )
    department: str | None = strawberry.field(
        default=None, description="Only jobs of the department of exactly this name."
    )
    location: str | None = strawberry.field(default=None, description="Only jobs at the location of exactly this name.")
    member_id: strawberry.ID | None = strawberry.field(
        default=None, description="Only jobs on whose hiring team this user is."
    )
    needing_attention: bool = strawberry.field(
        default=False, description="Only jobs with conflicts with the ATS or scorecards due."
    )


_Filter = Annotated[JobFilter | None, strawberry.argument(description="Left out or null: all of them.")]
_Reversed = Annotated[bool, strawberry.argument(description="Whether the list is in the opposite order.")]


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
        filter: _Filter = None,  # noqa: A002 - the argument's name
        sort: Annotated[
            enumeration(JobSort),  # type: ignore[valid-type]
            strawberry.argument(description="What the list is sorted by."),
        ] = JobSort.OPENED,
        reversed: _Reversed = False,  # noqa: A002 - the argument's name
        first: First = 20,
        after: After = None,
    ) -> Connection[Any]:
        filters = _filters(filter)
        of_list = f"jobs:{sort}:{reversed}:{filters.model_dump_json(exclude_defaults=True)}"
        request = pipeline.GetJobs(
            **dict(filters),
            sort=sort,
            reversed=reversed,
            page=page_request(of_list, first, after),
            include_total=info.selects("totalCount"),
        )
        return connection(of_list, await info.context.services.read(request), after)

    @field(
        "What the jobs you may see can be filtered by, with how many jobs each choice would leave.",
        graphql_type=JobFacets | None,
    )
    async def job_facets(
        self,
        info: Info,
        *,
        filter: _Filter = None,  # noqa: A002 - the argument's name
    ) -> pipeline.JobFacets:
        filters = _filters(filter)
        return await info.context.services.read(pipeline.GetJobFacets(**dict(filters)))


def _filters(given: JobFilter | None) -> pipeline.JobFilters:
    """What both a list and its choices are limited to. The words of a search are one list, however they are spaced.

    Raises:
        ClientError: a text is too long, or the member is no user's id.
    """
    if given is None:
        return pipeline.JobFilters()
    return pipeline.JobFilters(
        status=given.status,
        mine=given.mine,
        text=search_words(given.text, "text") or None,
        department=valid_text(given.department, "department", MAX_NAME),
        location=valid_text(given.location, "location", MAX_NAME),
        member_id=uuid_of(Kind.USER, given.member_id, "memberId") if given.member_id is not None else None,
        needing_attention=given.needing_attention,
    )
