"""Changing applications."""

from datetime import date, datetime
from typing import Annotated, Any, TypeVar

import strawberry

from rapport.contracts import outreach, pipeline, refusals
from rapport.contracts.vocabulary import Blocker
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


def _application_id() -> Any:
    return strawberry.field(description="Which application.")


def _stage_id() -> Any:
    return strawberry.field(description="Where you see it; if it is no longer there, nothing is changed.")


def _note() -> Any:
    return strawberry.field(
        default=None,
        description=f"For those who work on it in the ATS: at most {pipeline.MAX_CLOSE_NOTE} characters. It is kept"
        " there alone.",
    )


@strawberry.input(description="The mail that tells a person of their rejection.")
class RejectionMailInput:
    template_id: strawberry.ID = strawberry.field(description="One of `messageTemplates`.")
    template_version: int | None = strawberry.field(
        default=None, description="The version that you see, which is what is sent; the newest if left out."
    )
    send_at: datetime | None = strawberry.field(
        default=None,
        description="Not before; within a year. If left out, at `rejectionMailTime`: 9:30 on your next working day.",
    )


@strawberry.input(description="Why applications are rejected.")
class RejectionInput:
    reason_id: strawberry.ID = strawberry.field(description="One of `closeReasons`, by which the organisation ends it.")
    note: str | None = _note()
    mail: RejectionMailInput | None = strawberry.field(
        default=None,
        description="Sent to each person from your mailbox once the ATS has confirmed their rejection, unless that is"
        " taken back before; nothing is sent if left out. A template with a token that cannot be filled in for a"
        " person is refused, and so is a mail to somebody who has no address or must not be written to.",
    )


@strawberry.input(description="Which application is rejected, and why.")
class RejectApplicationInput(RejectionInput):
    application_id: strawberry.ID = _application_id()
    stage_id: strawberry.ID = _stage_id()
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Why people withdrew.")
class WithdrawalInput:
    reason_id: strawberry.ID = strawberry.field(description="One of `closeReasons`, by which the person ends it.")
    note: str | None = _note()


@strawberry.input(description="Which application the person withdrew, and why.")
class WithdrawApplicationInput(WithdrawalInput):
    application_id: strawberry.ID = _application_id()
    stage_id: strawberry.ID = _stage_id()
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Which application goes on after all.")
class ReopenApplicationInput:
    application_id: strawberry.ID = _application_id()
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Which application goes on in which job.")
class TransferApplicationInput:
    application_id: strawberry.ID = _application_id()
    stage_id: strawberry.ID = _stage_id()
    to_job_id: strawberry.ID = strawberry.field(
        description="An open job that you may see, for which the person is not pursued already."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Who is hired.")
class HireApplicationInput:
    application_id: strawberry.ID = _application_id()
    stage_id: strawberry.ID = _stage_id()
    opening_id: strawberry.ID | None = strawberry.field(
        default=None, description="The seat to fill, one of the job's `openSeats`; without one, the ATS chooses."
    )
    starts_on: date | None = strawberry.field(default=None, description="When they begin to work.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Which application is left as the ATS has it.")
class AcceptAtsStateInput:
    application_id: strawberry.ID = _application_id()


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


@exposes(pipeline.ApplicationResult)
class ApplicationChanged:
    """It was done; it is written to the ATS asynchronously (see the application's `sync`)."""

    @field("The application as it is now.", graphql_type=Application)
    @staticmethod
    async def application(changed: strawberry.Parent[pipeline.ApplicationResult], info: Info) -> pipeline.Application:
        application = await application_by_id(info, changed.application.application_id)
        if application is None:
            raise not_found("application", None)
        return application


def _result(name: str, description: str) -> Any:
    return Annotated[
        ApplicationChanged | StageConflict | NotFound | Forbidden | InvalidInput,
        strawberry.union(name, description=description),
    ]


RejectApplicationResult = _result("RejectApplicationResult", "What became of a rejection.")
WithdrawApplicationResult = _result("WithdrawApplicationResult", "What became of a withdrawal.")
ReopenApplicationResult = _result("ReopenApplicationResult", "What became of a reopening.")
TransferApplicationResult = _result("TransferApplicationResult", "What became of a transfer.")
HireApplicationResult = _result("HireApplicationResult", "What became of a hire.")
AcceptAtsStateResult = Annotated[
    ApplicationChanged | NotFound | Forbidden | InvalidInput,
    strawberry.union("AcceptAtsStateResult", description="Whether an application is as the ATS has it."),
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

    @mutation(
        "Reject an application, provided it is still where you see it. It can be taken back with `reopenApplication`.",
        graphql_type=RejectApplicationResult,
    )
    async def reject_application(
        self,
        info: Info,
        input: RejectApplicationInput,  # noqa: A002 - the argument's name
    ) -> pipeline.ApplicationResult | refusals.Refusal:
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = _closing(parser, pipeline.RejectApplication, input)
        if isinstance(request, pipeline.RejectApplication) and (obstacle := await _obstacle_of_mail(info, request)):
            return obstacle
        return await info.context.services.call_valid(request, key=key)

    @mutation(
        "Record that a person withdrew, provided the application is still where you see it. It can be taken back with "
        "`reopenApplication`.",
        graphql_type=WithdrawApplicationResult,
    )
    async def withdraw_application(
        self,
        info: Info,
        input: WithdrawApplicationInput,  # noqa: A002 - the argument's name
    ) -> pipeline.ApplicationResult | refusals.Refusal:
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = _closing(parser, pipeline.WithdrawApplication, input)
        return await info.context.services.call_valid(request, key=key)

    @mutation(
        "Take back that an application was rejected or withdrawn: it goes on in the stage in which it ended.",
        graphql_type=ReopenApplicationResult,
    )
    async def reopen_application(
        self,
        info: Info,
        input: ReopenApplicationInput,  # noqa: A002 - the argument's name
    ) -> pipeline.ApplicationResult | refusals.Refusal:
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = parser.build(
            pipeline.ReopenApplication,
            application_id=parser.id(Kind.APPLICATION, input.application_id, "application_id"),
        )
        return await info.context.services.call_valid(request, key=key)

    @mutation(
        "Let an application go on in the first stage of another job, provided it is still where you see it.",
        graphql_type=TransferApplicationResult,
    )
    async def transfer_application(
        self,
        info: Info,
        input: TransferApplicationInput,  # noqa: A002 - the argument's name
    ) -> pipeline.ApplicationResult | refusals.Refusal:
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = parser.build(
            pipeline.TransferApplication,
            application_id=parser.id(Kind.APPLICATION, input.application_id, "application_id"),
            stage_id=parser.id(Kind.STAGE, input.stage_id, "stage_id"),
            to_job_id=parser.id(Kind.JOB, input.to_job_id, "to_job_id"),
        )
        return await info.context.services.call_valid(request, key=key)

    @mutation(
        "Record that somebody is hired, provided the application is still where you see it. It cannot be taken back.",
        graphql_type=HireApplicationResult,
    )
    async def hire_application(
        self,
        info: Info,
        input: HireApplicationInput,  # noqa: A002 - the argument's name
    ) -> pipeline.ApplicationResult | refusals.Refusal:
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = parser.build(
            pipeline.HireApplication,
            application_id=parser.id(Kind.APPLICATION, input.application_id, "application_id"),
            stage_id=parser.id(Kind.STAGE, input.stage_id, "stage_id"),
            opening_id=parser.optional_id(Kind.OPENING, input.opening_id, "opening_id"),
            starts_on=input.starts_on,
        )
        return await info.context.services.call_valid(request, key=key)

    @mutation(
        "Leave an application as the ATS has it, after the ATS refused what was done to it. A refused move is settled "
        "with `moveApplication`.",
        graphql_type=AcceptAtsStateResult,
    )
    async def accept_ats_state(
        self,
        info: Info,
        input: AcceptAtsStateInput,  # noqa: A002 - the argument's name
    ) -> pipeline.ApplicationResult | refusals.Refusal:
        parser = InputParser()
        request = parser.build(
            pipeline.AcceptAtsState,
            application_id=parser.id(Kind.APPLICATION, input.application_id, "application_id"),
        )
        return await info.context.services.call_valid(request)


_ClosingT = TypeVar("_ClosingT", pipeline.RejectApplication, pipeline.WithdrawApplication)


def _closing(
    parser: InputParser,
    request: type[_ClosingT],
    given: RejectApplicationInput | WithdrawApplicationInput,
) -> _ClosingT | refusals.Invalid:
    return parser.build(
        request,
        application_id=parser.id(Kind.APPLICATION, given.application_id, "application_id"),
        stage_id=parser.id(Kind.STAGE, given.stage_id, "stage_id"),
        **closing_of(parser, given, ""),
    )


def closing_of(parser: InputParser, given: RejectionInput | WithdrawalInput, at: str) -> dict[str, Any]:
    """What a rejection or a withdrawal says of one application, or of many; ``at``: before the names of its fields."""
    said = {"reason_id": parser.id(Kind.CLOSE_REASON, given.reason_id, f"{at}reason_id"), "note": given.note}
    return said | ({"mail": _mail(parser, given.mail, f"{at}mail.")} if isinstance(given, RejectionInput) else {})


def _mail(parser: InputParser, given: RejectionMailInput | None, at: str) -> dict[str, Any] | None:
    if given is None:
        return None
    return {
        "template_id": parser.id(Kind.MESSAGE_TEMPLATE, given.template_id, f"{at}template_id"),
        "template_version": given.template_version,
        "send_at": given.send_at,
    }


_FOREVER = {
    Blocker.SUPPRESSED: "the person must not be written to",
    Blocker.NO_CONSENT: "the person has not agreed to be written to by mail",
}


async def _obstacle_of_mail(info: Info, request: pipeline.RejectApplication) -> refusals.Refusal | None:
    """Why the mail of a rejection could not go; said before anything is changed, since it goes much later."""
    if request.mail is None:
        return None
    rendered = await info.context.services.call(
        outreach.RenderTemplate(
            template_id=request.mail.template_id,
            template_version=request.mail.template_version,
            application_id=request.application_id,
        )
    )
    match rendered:
        case outreach.RenderedTemplate(missing=missing) if missing:
            reason = f"nothing can be filled in for {', '.join(missing)}"
            return refusals.Invalid.because("mail.template_id", reason, refusals.InputProblemCode.REQUIRED)
        case outreach.RenderedTemplate(to_address=None):
            reason = "the person has no address that mail can be sent to"
            return refusals.Invalid.because("mail", reason, refusals.InputProblemCode.NO_ADDRESS)
        case outreach.RenderedTemplate(blocker=Blocker.SUPPRESSED | Blocker.NO_CONSENT as blocker):
            return refusals.Invalid.because("mail", _FOREVER[blocker], refusals.InputProblemCode.NOT_ALLOWED)
        case outreach.RenderedTemplate():
            return None
    return rendered
