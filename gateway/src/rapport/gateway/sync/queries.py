"""Watching the ATS sync."""

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.fields import field
from rapport.gateway.sync.types import ConnectionSync


@strawberry.type
class SyncQueries:
    @field("How the organisation's ATS connections are doing.", graphql_type=list[ConnectionSync] | None)
    async def sync(self, info: Info) -> tuple[pipeline.ConnectionSync, ...]:
        return (await info.context.services.read(pipeline.GetSync())).connections
