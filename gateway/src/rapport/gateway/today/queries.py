"""Reading what waits for the viewer."""

import strawberry

from rapport.gateway.graph.context import Info
from rapport.gateway.graph.fields import field
from rapport.gateway.today.types import Today


@strawberry.type
class TodayQueries:
    @field(
        "What waits for you, and what you wait for; a part whose service does not answer is null.",
        graphql_type=Today | None,
    )
    def today(self, info: Info) -> Today:
        return Today(as_of=info.context.now)
