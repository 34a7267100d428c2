"""Reading projects, and what users did to find people."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.crm.resolvers import project_by_id
from rapport.gateway.crm.types import Project, SourcingCounts
from rapport.gateway.errors import not_found
from rapport.gateway.graph.connections import SEARCH, After, Connection, First, connection, page_request, search_words
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Id, Kind, uuid_of
from rapport.gateway.graph.inputs import with_time_zone


@strawberry.type
class CrmQueries:
    @field("A project by its id.", graphql_type=Project | None)
    async def project(self, info: Info, id: Id) -> pipeline.Project:  # noqa: A002 - the argument's name
        project = await project_by_id(info, uuid_of(Kind.PROJECT, id, "id"))
        if project is None:
            raise not_found("project", "id")
        return project

    @field("The projects, the newest first.", graphql_type=Connection[Project] | None)
    async def projects(
        self,
        info: Info,
        text: Annotated[
            str | None,
            strawberry.argument(description=f"Only projects whose name contains each of these words. {SEARCH}"),
        ] = None,
        include_archived: Annotated[bool, strawberry.argument(description="Archived ones as well.")] = False,  # noqa: FBT002 - a GraphQL argument
        first: First = 20,
        after: After = None,
    ) -> Connection[Any]:
        of_list = f"projects:{include_archived}:{search_words(text, 'text')}"
        request = pipeline.GetProjects(
            text=text, include_archived=include_archived, page=page_request(of_list, first, after)
        )
        return connection(of_list, await info.context.services.read(request), after)

    @field(
        "What a user did to find people, from `since` up to but without `until`; for one job, if it is named.",
        graphql_type=SourcingCounts | None,
    )
    async def sourcing_activity(
        self,
        info: Info,
        user_id: Annotated[strawberry.ID, strawberry.argument(description="Who.")],
        since: Annotated[datetime, strawberry.argument(description="The beginning of the period.")],
        until: Annotated[datetime | None, strawberry.argument(description="Its end; now, if left out.")] = None,
        job_id: Annotated[strawberry.ID | None, strawberry.argument(description="For which job.")] = None,
    ) -> pipeline.SourcingCounts:
        request = pipeline.GetSourcingActivity(
            user_id=uuid_of(Kind.USER, user_id, "userId"),
            job_id=uuid_of(Kind.JOB, job_id, "jobId") if job_id is not None else None,
            since=with_time_zone(since, "since"),
            until=with_time_zone(until, "until") or info.context.now,
        )
        return await info.context.services.read(request, "userId")
