"""Changing applications."""

from typing import Annotated

import strawberry

from rapport.contracts import pipeline, refusals
from rapport.gateway.applications.refusals import StageConflict
from rapport.gateway.applications.resolvers import application_by_id
from rapport.gateway.applications.types import Application
from rapport.gateway.errors import not_found
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.fields import field, mutation
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.inputs import InputParser, idempotency_key
from rapport.gateway.graph.refusals import Forbidden, InvalidInput, NotFound


@strawberry.input(description="Which application, from where, to where.")
class MoveApplicationInput:
    application_id: strawberry.ID = strawberry.field(description="Which application.")
    from_stage_id: strawberry.ID = strawberry.field(
        description="Where you see it; if it is no longer there, nothing is moved."
    )
    to_stage_id: strawberry.ID = strawberry.field(
        description="Where to. In a conflict with the ATS also where it is: that stage is kept, and written again."
    )
    ats_stage_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="In a conflict, where you see it in the ATS; if that is no longer so, nothing is moved.",
    )
    idempotency_key: str | None = idempotency_key()


@exposes(pipeline.MoveResult)
class MoveApplicationSuccess:
    """The application was moved; it is written to the ATS asynchronously (see its `sync`)."""

    @field("The application as it is now.", graphql_type=Application)
    @staticmethod
    async def application(moved: strawberry.Parent[pipeline.MoveResult], info: Info) -> pipeline.Application:
        application = await application_by_id(info, moved.application.application_id)
        if application is None:
            raise not_found("application", None)
        return application


MoveApplicationResult = Annotated[
    MoveApplicationSuccess | StageConflict | NotFound | Forbidden | InvalidInput,
    strawberry.union("MoveApplicationResult", description="What became of a move."),
]


@strawberry.type
class ApplicationMutations:
    @mutation(
        "Move an application to another stage of its job, provided it is still where you see it. A conflict with the "
        "ATS is settled by a move: to the ATS's stage, to another, or to where it is, which keeps that stage.",
        graphql_type=MoveApplicationResult,
    )
    async def move_application(
        self,
        info: Info,
        input: MoveApplicationInput,  # noqa: A002 - the argument's name
    ) -> pipeline.MoveResult | refusals.Refusal:
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = parser.build(
            pipeline.MoveApplication,
            application_id=parser.id(Kind.APPLICATION, input.application_id, "application_id"),
            from_stage_id=parser.id(Kind.STAGE, input.from_stage_id, "from_stage_id"),
            to_stage_id=parser.id(Kind.STAGE, input.to_stage_id, "to_stage_id"),
            ats_stage_id=parser.optional_id(Kind.STAGE, input.ats_stage_id, "ats_stage_id"),
        )
        return await info.context.services.call_valid(request, key=key)
