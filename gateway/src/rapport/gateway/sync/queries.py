"""Watching the ATS sync."""

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.context import Info
from rapport.gateway.fields import field
from rapport.gateway.sync.types import ConnectionSync


@strawberry.type
class SyncQueries:
    @field("How the organisation's ATS connections are doing.", shown_as=list[ConnectionSync] | None)
    async def sync(self, info: Info) -> tuple[pipeline.ConnectionSync, ...]:
        return (await info.context.asking.read(pipeline.GetSync())).connections
