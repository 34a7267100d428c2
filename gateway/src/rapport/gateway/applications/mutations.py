"""Changing applications."""

import re
from typing import Annotated

import strawberry

from rapport.contracts import pipeline, refusals
from rapport.gateway.applications.relations import application_by_id
from rapport.gateway.applications.types import Application
from rapport.gateway.context import Info
from rapport.gateway.errors import ClientError, not_found
from rapport.gateway.fields import field, mutation
from rapport.gateway.ids import Kind, uuid_of
from rapport.gateway.refusals import Forbidden, InvalidInput, NotFound, StageConflict
from rapport.gateway.shown import shows

_KEY = re.compile(r"[\x21-\x7e]{1,200}")


@strawberry.input(description="Which application, from where, to where.")
class MoveApplicationInput:
    application_id: strawberry.ID
    from_stage_id: strawberry.ID = strawberry.field(
        description="Where you see it; if it is no longer there, nothing is moved."
    )
    to_stage_id: strawberry.ID
    idempotency_key: str | None = strawberry.field(
        default=None,
        description="Repeating a move under the same key has no further effect: up to 200 visible ASCII characters.",
    )

    def request(self) -> pipeline.MoveApplication | refusals.Invalid:
        """The request to the service, or what is wrong with the ids and the key."""
        given = {
            "application_id": (Kind.APPLICATION, self.application_id),
            "from_stage_id": (Kind.STAGE, self.from_stage_id),
            "to_stage_id": (Kind.STAGE, self.to_stage_id),
        }
        ids, problems = {}, []
        for name, (kind, id_) in given.items():
            try:
                ids[name] = uuid_of(kind, id_, "the value")
            except ClientError as problem:
                problems.append(refusals.FieldProblem(path=name, message=problem.message))
        if self.idempotency_key is not None and not _KEY.fullmatch(self.idempotency_key):
            problems.append(
                refusals.FieldProblem(path="idempotency_key", message="must be 1 to 200 visible ASCII characters")
            )
        return refusals.Invalid(problems=tuple(problems)) if problems else pipeline.MoveApplication(**ids)


@shows(pipeline.Moved)
class MoveApplicationSuccess:
    """The application was moved; the ATS is told afterwards (see its `sync`)."""

    @field("The application as it is now.", shown_as=Application)
    @staticmethod
    async def application(moved: strawberry.Parent[pipeline.Moved], info: Info) -> pipeline.Application:
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
    ) -> pipeline.Moved | refusals.Refusal:
        request = input.request()
        if isinstance(request, refusals.Invalid):
            return request
        return await info.context.asking.ask(request, key=input.idempotency_key)
