"""Actions on many applications: each is changed as if its user changed it alone, once, under the key of the action."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias, assert_never
from uuid import UUID

from pydantic import BaseModel

from rapport.contracts.identity import Viewer
from rapport.contracts.pipeline import (
    AddToJob,
    ApplicationsAction,
    ChangeApplications,
    MoveApplication,
    PeopleAction,
    RejectApplication,
    ReopenApplication,
    SeenApplication,
    WithdrawApplication,
)
from rapport.contracts.refusals import Forbidden, NotFound, Refusal, StageConflict
from rapport.contracts.requests import Request
from rapport.contracts.vocabulary import BulkActionKind, BulkOutcome
from rapport.kit.database.unit_of_work import ReadSession
from rapport.kit.rpc.envelope import RequestContext
from rapport.pipeline.application_requests import ApplicationRequests, usual_mail_time
from rapport.pipeline.requests import PipelineRequests
from rapport.pipeline.store.bulk import Became, LockedAction, ToChange, cause_of

Change: TypeAlias = Callable[[Any, RequestContext], Awaitable[BaseModel | Refusal]]
"""What answers a request about one application."""

_REQUESTS: dict[BulkActionKind, type[Request[Any]]] = {
    BulkActionKind.MOVE_APPLICATIONS: MoveApplication,
    BulkActionKind.RETURN_APPLICATIONS: MoveApplication,
    BulkActionKind.REJECT_APPLICATIONS: RejectApplication,
    BulkActionKind.WITHDRAW_APPLICATIONS: WithdrawApplication,
    BulkActionKind.REOPEN_APPLICATIONS: ReopenApplication,
}


def change_by(board: PipelineRequests, applications: ApplicationRequests) -> Change:
    """Applications are changed by what answers when they are changed one by one."""

    async def make(request: Any, context: RequestContext) -> BaseModel | Refusal:
        match request:
            case MoveApplication():
                return await board.move_application(request, context)
            case ReopenApplication():
                return await applications.reopen_application(request, context)
            case _:
                return await applications.close_application(request, context)

    return make


def denial(action: ApplicationsAction | PeopleAction, viewer: Viewer) -> Forbidden | None:
    """The refusal of a viewer who may not do this to a single application or person."""
    if isinstance(action, ApplicationsAction):
        return _REQUESTS[action.kind].rule.denial(viewer)
    return AddToJob.rule.denial(viewer) if action.kind is BulkActionKind.ADD_TO_JOB else None


def changes_of(request: ChangeApplications) -> list[ToChange]:
    """What is done to which application, each once."""
    each_once = dict[UUID, SeenApplication]()
    for seen in request.applications:
        each_once.setdefault(seen.application_id, seen)
    to_stage_id, silent = request.action.to_stage_id, set(request.without_mail)
    return [ToChange(seen, to_stage_id, without_mail=seen.application_id in silent) for seen in each_once.values()]


def undoing(action: ApplicationsAction, done: Sequence[ToChange]) -> tuple[ApplicationsAction, list[ToChange]] | None:
    """The action that takes another one back; None if nothing does.

    Args:
        action: what was done.
        done: the applications that it changed, as they are since, each with the stage in which it was before.
    """
    match action.kind:
        case BulkActionKind.MOVE_APPLICATIONS:
            return ApplicationsAction(kind=BulkActionKind.RETURN_APPLICATIONS), list(done)
        case BulkActionKind.REJECT_APPLICATIONS | BulkActionKind.WITHDRAW_APPLICATIONS:
            reopening = ApplicationsAction(kind=BulkActionKind.REOPEN_APPLICATIONS)
            return reopening, [ToChange(each.seen, None) for each in done]
        case BulkActionKind.REOPEN_APPLICATIONS | BulkActionKind.RETURN_APPLICATIONS:
            return None
        case _:
            assert_never(action.kind)


async def with_mail_time(session: ReadSession, action: LockedAction) -> LockedAction:
    """The action, whose mails go at the same time to all: by when it was started, however long it takes."""
    given = action.action
    if not isinstance(given, ApplicationsAction) or given.rejection is None:
        return action
    mail, viewer = given.rejection.mail, action.requested_as
    if mail is None or mail.send_at or viewer is None:
        return action
    send_at = await usual_mail_time(session, viewer, at=action.requested_at)
    timed = given.rejection.model_copy(update={"mail": mail.model_copy(update={"send_at": send_at})})
    return replace(action, action=given.model_copy(update={"rejection": timed}))


async def change(action: LockedAction, given: ToChange, make: Change) -> Became:
    """Change one application for the user who started the action; done before, it is not done again."""
    assert isinstance(action.action, ApplicationsAction)
    assert action.requested_as is not None
    if given.to_stage_id == given.seen.stage_id:
        return Became(BulkOutcome.UNCHANGED)
    context = RequestContext(action.requested_as, cause_of(action.id))
    return _became(await make(_request(action.action, given), context))


def _request(action: ApplicationsAction, given: ToChange) -> Request[Any]:
    """What the user would ask for about this application alone."""
    application_id, stage_id = given.seen.application_id, given.seen.stage_id
    match action.kind:
        case BulkActionKind.MOVE_APPLICATIONS | BulkActionKind.RETURN_APPLICATIONS:
            assert given.to_stage_id is not None
            return MoveApplication(application_id=application_id, from_stage_id=stage_id, to_stage_id=given.to_stage_id)
        case BulkActionKind.REJECT_APPLICATIONS:
            assert action.rejection is not None
            said = action.rejection.model_dump(exclude={"mail"} if given.without_mail else None)
            return RejectApplication(application_id=application_id, stage_id=stage_id, **said)
        case BulkActionKind.WITHDRAW_APPLICATIONS:
            assert action.withdrawal is not None
            said = action.withdrawal.model_dump()
            return WithdrawApplication(application_id=application_id, stage_id=stage_id, **said)
        case BulkActionKind.REOPEN_APPLICATIONS:
            return ReopenApplication(application_id=application_id)
        case _:
            assert_never(action.kind)


def _became(result: BaseModel | Refusal) -> Became:
    match result:
        case StageConflict(reason="reopened"):
            return Became(BulkOutcome.UNCHANGED)
        case StageConflict():
            return Became(BulkOutcome.CONFLICT, result)
        case NotFound():
            return Became(BulkOutcome.NOT_FOUND, result)
        case _ if isinstance(result, Refusal):
            return Became(BulkOutcome.REFUSED, result)
        case _:
            return Became(BulkOutcome.DONE)
