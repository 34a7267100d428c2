"""Who is asking."""

import strawberry

from rapport.gateway.context import Info
from rapport.gateway.fields import field
from rapport.gateway.identity import Session
from rapport.gateway.viewer.types import Viewer


@strawberry.type
class ViewerQueries:
    @field("Who you are.", shown_as=Viewer | None)
    def me(self, info: Info) -> Session:
        return info.context.session
