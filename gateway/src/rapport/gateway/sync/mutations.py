"""Starting the ATS sync."""

from typing import Annotated

import strawberry

from rapport.contracts import pipeline, refusals
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.fields import mutation
from rapport.gateway.graph.refusals import Forbidden, InvalidInput, NotFound
from rapport.gateway.sync.types import CompareWithAtsSuccess, StartSyncSuccess


@strawberry.input(description="Which connection is to run.")
class StartSyncInput:
    connection: str = strawberry.field(description="Its name.")
    full: bool = strawberry.field(default=False, description="Whether to read everything again, not only changes.")


StartSyncResult = Annotated[
    StartSyncSuccess | NotFound | Forbidden | InvalidInput,
    strawberry.union("StartSyncResult", description="What became of asking for a run."),
]


@strawberry.input(description="Which connection is to be compared.")
class CompareWithAtsInput:
    connection: str = strawberry.field(description="Its name.")
    accept_missing: bool = strawberry.field(
        default=False,
        description=(
            "Whether what the ATS no longer has ends here, however much it is: after a comparison has stopped. "
            "People are erased by it in every service, so it is for admins only."
        ),
    )


CompareWithAtsResult = Annotated[
    CompareWithAtsSuccess | NotFound | Forbidden | InvalidInput,
    strawberry.union("CompareWithAtsResult", description="What became of asking for a comparison."),
]


@strawberry.type
class SyncMutations:
    @mutation("Ask for a run now; admins and recruiters only.", graphql_type=StartSyncResult)
    async def start_sync(
        self,
        info: Info,
        input: StartSyncInput,  # noqa: A002 - the argument's name
    ) -> pipeline.SyncStatus | refusals.Refusal:
        return await info.context.services.call(pipeline.StartSync(connection=input.connection, full=input.full))

    @mutation(
        "Ask for a slow comparison of everything with the ATS; admins and recruiters only.",
        graphql_type=CompareWithAtsResult,
    )
    async def compare_with_ats(
        self,
        info: Info,
        input: CompareWithAtsInput,  # noqa: A002 - the argument's name
    ) -> pipeline.SyncStatus | refusals.Refusal:
        request = pipeline.CompareWithAts(connection=input.connection, accept_missing=input.accept_missing)
        return await info.context.services.call(request)
