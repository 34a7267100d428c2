"""Reading applications."""

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.applications.resolvers import application_by_id
from rapport.gateway.applications.types import Application, CloseReason
from rapport.gateway.errors import not_found
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Id, Kind, uuid_of


@strawberry.type
class ApplicationQueries:
    @field(
        "The reasons for which applications may be rejected or withdrawn, by name.",
        graphql_type=list[CloseReason] | None,
    )
    async def close_reasons(self, info: Info) -> tuple[pipeline.CloseReason, ...]:
        return (await info.context.services.read(pipeline.GetCloseReasons())).items

    @field("An application by its id.", graphql_type=Application | None)
    async def application(self, info: Info, id: Id) -> pipeline.Application:  # noqa: A002 - the argument's name
        application = await application_by_id(info, uuid_of(Kind.APPLICATION, id, "id"))
        if application is None:
            raise not_found("application", "id")
        return application
