"""Mutations for actions on many people or applications."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from rapport.contracts import outreach, pipeline, refusals, reviews
from rapport.contracts.refusals import InputProblemCode, Invalid
from rapport.contracts.refusals import NotFound as NotFoundRefusal
from rapport.contracts.vocabulary import BulkActionKind, BulkActionState, BulkOutcome
from rapport.gateway.applications.mutations import RejectionInput, WithdrawalInput, closing_of
from rapport.gateway.bulk.types import BulkAction, bulk_action_by_id, people_of
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import enumeration
from rapport.gateway.graph.fields import mutation
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.inputs import InputParser, idempotency_key
from rapport.gateway.graph.refusals import Forbidden, InvalidInput, NotFound
from rapport.gateway.people.loaders import people_by_id
from rapport.gateway.search.inputs import SearchQueryInput, query_of

_MANY = f"At most {pipeline.MAX_SELECTED:,}."


@strawberry.input(description="Whom: these people, or everybody whom a search finds but some.")
class PeopleSelectionInput:
    person_ids: list[strawberry.ID] | None = strawberry.field(default=None, description=f"These people. {_MANY}")
    search: SearchQueryInput | None = strawberry.field(
        default=None, description=f"Everybody whom it finds now. {_MANY} More are refused."
    )
    except_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description=f"Of those whom the search finds, these not. {_MANY}"
    )


@strawberry.input(description="What is done with each.")
class PeopleActionInput:
    kind: enumeration(BulkActionKind) = strawberry.field(description="What is done.")  # type: ignore[valid-type]
    project_id: strawberry.ID | None = strawberry.field(
        default=None, description="With `ADD_TO_PROJECT`: which project."
    )
    job_id: strawberry.ID | None = strawberry.field(default=None, description="With `ADD_TO_JOB`: which open job.")
    tag: str | None = strawberry.field(
        default=None, description="With `ADD_TAG` and `REMOVE_TAG`: which tag, of at most 100 characters."
    )


@strawberry.input(description="Whom, and what is to be done with them.")
class CheckBulkActionInput:
    selection: PeopleSelectionInput = strawberry.field(description="Whom.")
    action: PeopleActionInput = strawberry.field(description="What is done with each.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Which action.")
class StartBulkActionInput:
    bulk_action_id: strawberry.ID = strawberry.field(description="One that you checked.")


@strawberry.input(description="Before whom the people of an action are put.")
class RequestBulkReviewInput:
    bulk_action_id: strawberry.ID = strawberry.field(description="One of `REQUEST_REVIEW` that you checked.")
    reviewer_ids: list[strawberry.ID] = strawberry.field(
        description=f"Users, who get a link by mail; at most {reviews.MAX_REVIEWERS}."
    )
    job_id: strawberry.ID = strawberry.field(description="For which job.")
    note: str | None = strawberry.field(default=None, description=f"At most {reviews.MAX_NOTE} characters.")
    due_at: datetime | None = strawberry.field(default=None, description="By when verdicts are wanted.")


@strawberry.input(description="An application, as you see it.")
class SeenApplicationInput:
    application_id: strawberry.ID = strawberry.field(description="Which application.")
    stage_id: strawberry.ID = strawberry.field(
        description="Where you see it; if it is no longer there, nothing is changed. Where it ended, if it is reopened."
    )


@strawberry.input(description="What is done to each.")
class ApplicationsActionInput:
    kind: enumeration(BulkActionKind) = strawberry.field(  # type: ignore[valid-type]
        description="`MOVE_APPLICATIONS`, `REJECT_APPLICATIONS`, `WITHDRAW_APPLICATIONS` or `REOPEN_APPLICATIONS`."
    )
    to_stage_id: strawberry.ID | None = strawberry.field(
        default=None, description="With `MOVE_APPLICATIONS`: where to."
    )
    rejection: RejectionInput | None = strawberry.field(default=None, description="With `REJECT_APPLICATIONS`.")
    reject_without_mail: bool = strawberry.field(
        default=False,
        description="With a rejection whose mail cannot go to everybody: whether to reject those to whom it cannot go"
        " without one. If not, nothing is begun. See `rejectionMailsCheck`.",
    )
    withdrawal: WithdrawalInput | None = strawberry.field(default=None, description="With `WITHDRAW_APPLICATIONS`.")


@strawberry.input(description="Which applications, and what is done to them.")
class ChangeApplicationsInput:
    applications: list[SeenApplicationInput] = strawberry.field(
        description=f"At most {pipeline.MAX_CHANGED}; each counts once."
    )
    action: ApplicationsActionInput = strawberry.field(description="What is done to each.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Which action is taken back.")
class UndoBulkActionInput:
    bulk_action_id: strawberry.ID = strawberry.field(
        description="One of yours on applications that is done: a move, a rejection or a withdrawal."
    )


BulkActionResult = Annotated[
    BulkAction | NotFound | Forbidden | InvalidInput,
    strawberry.union("BulkActionResult", description="What became of checking, starting or undoing an action on many."),
]


@strawberry.type
class BulkMutations:
    @mutation(
        "Select people, and see what would become of each of them; nothing is changed before you start it. Whom a "
        "search finds is decided now.",
        graphql_type=BulkActionResult,
    )
    async def check_bulk_action(
        self,
        info: Info,
        input: CheckBulkActionInput,  # noqa: A002
    ) -> pipeline.BulkAction | refusals.Refusal:
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = parser.build(
            pipeline.CheckBulkAction,
            selection=_selection(parser, input.selection),
            action={
                "kind": input.action.kind,
                "project_id": parser.optional_id(Kind.PROJECT, input.action.project_id, "action.project_id"),
                "job_id": parser.optional_id(Kind.JOB, input.action.job_id, "action.job_id"),
                "tag": input.action.tag,
            },
        )
        return await info.context.services.call_valid(request, key=key)

    @mutation(
        "Begin an action that you checked. It goes on by itself, with an outcome for each person; starting it again "
        "changes nothing. For a review, use `requestBulkReview`.",
        graphql_type=BulkActionResult,
    )
    async def start_bulk_action(
        self,
        info: Info,
        input: StartBulkActionInput,  # noqa: A002
    ) -> pipeline.BulkAction | refusals.Refusal:
        parser = InputParser()
        action_id = parser.id(Kind.BULK_ACTION, input.bulk_action_id, "bulk_action_id")
        return await info.context.services.call_valid(parser.build(pipeline.StartBulkAction, bulk_action_id=action_id))

    @mutation(
        "Put the people of an action that you checked before reviewers, as one review; whoever cannot be in it any "
        "more is left out. Requesting it again changes nothing.",
        graphql_type=BulkActionResult,
    )
    async def request_bulk_review(
        self,
        info: Info,
        input: RequestBulkReviewInput,  # noqa: A002
    ) -> pipeline.BulkAction | refusals.Refusal:
        parser = InputParser()
        action_id = parser.id(Kind.BULK_ACTION, input.bulk_action_id, "bulk_action_id")
        reviewers = parser.ids(Kind.USER, input.reviewer_ids, "reviewer_ids")
        job_id = parser.id(Kind.JOB, input.job_id, "job_id")
        checked = parser.build(pipeline.GetBulkActionsByIds, ids=(action_id,))
        if isinstance(checked, Invalid):
            return checked
        action = await bulk_action_by_id(info, action_id)
        if action is None:
            return NotFoundRefusal(what="bulk action", id=str(action_id))
        if action.action.kind is not BulkActionKind.REQUEST_REVIEW:
            return Invalid.because("bulk_action_id", "is no review", InputProblemCode.NOT_ALLOWED)
        if action.state is BulkActionState.DONE:
            return action
        ids = [each.person_id async for each in people_of(info, action_id, BulkOutcome.DONE) if each.person_id]
        found = await info.context.loader(people_by_id).load_many(ids)
        people = [person.id for person in found if person is not None]
        if not people:
            return Invalid.because("bulk_action_id", "has nobody who can be reviewed", InputProblemCode.TOO_FEW)
        request = parser.build(
            reviews.RequestReview,
            person_ids=tuple(people),
            reviewer_ids=reviewers,
            job_id=job_id,
            note=input.note,
            due_at=input.due_at,
        )
        services = info.context.services
        requested = await services.call_valid(request, key=f"bulk-action:{action_id}")
        if not isinstance(requested, reviews.ReviewResult):
            return requested
        record = pipeline.RecordReviewOfPeople(
            bulk_action_id=action_id,
            review_id=requested.review.id,
            person_ids=tuple(item.profile.person_id for item in requested.review.items),
        )
        return await services.call(record)

    @mutation(
        "Do the same to many applications, each for itself and as if it were done to that one alone. It goes on by "
        "itself, with an outcome for each: follow it with `bulkActionChanged`.",
        graphql_type=BulkActionResult,
    )
    async def change_applications(
        self,
        info: Info,
        input: ChangeApplicationsInput,  # noqa: A002
    ) -> pipeline.BulkAction | refusals.Refusal:
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = parser.build(
            pipeline.ChangeApplications,
            applications=_seen(parser, input.applications),
            action=_on_applications(parser, input.action),
        )
        if isinstance(request, Invalid):
            return request
        checked = await _with_mails(info, request, input.action)
        if not isinstance(checked, pipeline.ChangeApplications):
            return checked
        return await info.context.services.call(checked, key=key)

    @mutation(
        "Take back what an action on applications did: moved ones go back, closed ones are reopened. That is another "
        "action, which spares what somebody has changed since. Undoing it again begins nothing else.",
        graphql_type=BulkActionResult,
    )
    async def undo_bulk_action(
        self,
        info: Info,
        input: UndoBulkActionInput,  # noqa: A002
    ) -> pipeline.BulkAction | refusals.Refusal:
        parser = InputParser()
        action_id = parser.id(Kind.BULK_ACTION, input.bulk_action_id, "bulk_action_id")
        return await info.context.services.call_valid(parser.build(pipeline.UndoBulkAction, bulk_action_id=action_id))


async def _with_mails(
    info: Info, request: pipeline.ChangeApplications, given: ApplicationsActionInput
) -> pipeline.ChangeApplications | refusals.Refusal:
    """The request, with who gets no mail; why nothing is begun, if that is to stop it."""
    rejection = request.action.rejection
    if rejection is None or (mail := rejection.mail) is None:
        return request
    checked = await info.context.services.call(
        outreach.CheckRejectionMails(
            template_id=mail.template_id,
            template_version=mail.template_version,
            application_ids=tuple(seen.application_id for seen in request.applications),
        )
    )
    if not isinstance(checked, outreach.RejectionMailsCheck):
        return checked
    if checked.unsendable and not given.reject_without_mail:
        reason = f"cannot go to {len(checked.unsendable)} of them"
        return Invalid.because("action.rejection.mail", reason, InputProblemCode.NOT_ALLOWED)
    without_mail = tuple(each.application_id for each in checked.unsendable)
    return request.model_copy(update={"without_mail": without_mail})


def _seen(parser: InputParser, given: list[SeenApplicationInput]) -> list[dict[str, UUID]]:
    applications = parser.ids(
        Kind.APPLICATION, [each.application_id for each in given], "applications", at_most=pipeline.MAX_CHANGED
    )
    stages = parser.ids(Kind.STAGE, [each.stage_id for each in given], "applications", at_most=pipeline.MAX_CHANGED)
    return [{"application_id": id_, "stage_id": stage} for id_, stage in zip(applications, stages, strict=True)]


def _on_applications(parser: InputParser, given: ApplicationsActionInput) -> dict[str, Any]:
    return {
        "kind": given.kind,
        "to_stage_id": parser.optional_id(Kind.STAGE, given.to_stage_id, "action.to_stage_id"),
        "rejection": given.rejection and closing_of(parser, given.rejection, "action.rejection."),
        "withdrawal": given.withdrawal and closing_of(parser, given.withdrawal, "action.withdrawal."),
    }


def _selection(parser: InputParser, given: PeopleSelectionInput) -> dict[str, Any]:
    most = pipeline.MAX_SELECTED
    return {
        "person_ids": None
        if given.person_ids is None
        else parser.ids(Kind.PERSON, given.person_ids, "selection.person_ids", at_most=most),
        "search": None
        if given.search is None
        else query_of(given.search.text, given.search.filter, "selection.search."),
        "except_ids": parser.ids(Kind.PERSON, given.except_ids or [], "selection.except_ids", at_most=most),
    }
