"""Starting the ATS sync."""

from typing import Annotated

import strawberry

from rapport.contracts import pipeline, refusals
from rapport.gateway.context import Info
from rapport.gateway.fields import mutation
from rapport.gateway.refusals import Forbidden, InvalidInput, NotFound
from rapport.gateway.sync.types import StartSyncSuccess


@strawberry.input(description="Which connection is to run.")
class StartSyncInput:
    connection: str = strawberry.field(description="Its name.")
    full: bool = strawberry.field(default=False, description="Whether to read everything again, not only changes.")


StartSyncResult = Annotated[
    StartSyncSuccess | NotFound | Forbidden | InvalidInput,
    strawberry.union("StartSyncResult", description="What became of asking for a run."),
]


@strawberry.type
class SyncMutations:
    @mutation("Ask for a run now; admins and recruiters only.", shown_as=StartSyncResult)
    async def start_sync(
        self,
        info: Info,
        input: StartSyncInput,  # noqa: A002 - the argument's name
    ) -> pipeline.SyncStatus | refusals.Refusal:
        return await info.context.asking.ask(pipeline.StartSync(connection=input.connection, full=input.full))
