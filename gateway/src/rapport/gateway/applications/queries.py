"""Reading applications."""

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.applications.relations import application_by_id
from rapport.gateway.applications.types import Application
from rapport.gateway.context import Info
from rapport.gateway.errors import not_found
from rapport.gateway.fields import field
from rapport.gateway.ids import Kind, uuid_of


@strawberry.type
class ApplicationQueries:
    @field("An application by its id.", shown_as=Application | None)
    async def application(self, info: Info, id: strawberry.ID) -> pipeline.Application:  # noqa: A002 - the argument's name
        application = await application_by_id(info, uuid_of(Kind.APPLICATION, id, "id"))
        if application is None:
            raise not_found("application", "id")
        return application
