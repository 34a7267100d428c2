"""Changing applications."""

from typing import Annotated

import strawberry

from rapport.contracts import pipeline, refusals
from rapport.gateway.applications.relations import application_by_id
from rapport.gateway.applications.types import Application
from rapport.gateway.context import Info
from rapport.gateway.errors import not_found
from rapport.gateway.fields import field, mutation
from rapport.gateway.ids import Kind
from rapport.gateway.inputs import Given, idempotency_key
from rapport.gateway.refusals import Forbidden, InvalidInput, NotFound, StageConflict
from rapport.gateway.shown import shows


@strawberry.input(description="Which application, from where, to where.")
class MoveApplicationInput:
    application_id: strawberry.ID
    from_stage_id: strawberry.ID = strawberry.field(
        description="Where you see it; if it is no longer there, nothing is moved."
    )
    to_stage_id: strawberry.ID
    idempotency_key: str | None = idempotency_key()


@shows(pipeline.MoveResult)
class MoveApplicationSuccess:
    """The application was moved; the ATS is told afterwards (see its `sync`)."""

    @field("The application as it is now.", shown_as=Application)
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
        "Move an application to another stage of its job, provided it is still where you see it.",
        shown_as=MoveApplicationResult,
    )
    async def move_application(
        self,
        info: Info,
        input: MoveApplicationInput,  # noqa: A002 - the argument's name
    ) -> pipeline.MoveResult | refusals.Refusal:
        given = Given()
        key = given.key(input.idempotency_key)
        request = given.request(
            pipeline.MoveApplication,
            application_id=given.id(Kind.APPLICATION, input.application_id, "application_id"),
            from_stage_id=given.id(Kind.STAGE, input.from_stage_id, "from_stage_id"),
            to_stage_id=given.id(Kind.STAGE, input.to_stage_id, "to_stage_id"),
        )
        return await info.context.asking.ask_if_valid(request, key=key)
