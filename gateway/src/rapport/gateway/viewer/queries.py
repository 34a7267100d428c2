"""Who is asking."""

import strawberry

from rapport.gateway.graph.context import Info
from rapport.gateway.graph.fields import field
from rapport.gateway.session import Session
from rapport.gateway.viewer.types import Viewer


@strawberry.type
class ViewerQueries:
    @field("Who you are.", graphql_type=Viewer | None)
    def me(self, info: Info) -> Session:
        return info.context.session
