"""What is done to applications besides moving them on the board; written to the ATS afterwards."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from rapport.contracts.events import ClosingMail, InterviewSeen
from rapport.contracts.identity import Viewer
from rapport.contracts.pipeline import (
    AcceptAtsState,
    ActionsOfApplications,
    ApplicationActions,
    ApplicationResult,
    CheckRejection,
    GetApplicationActions,
    GetCloseReasons,
    GetOpenings,
    GetRejectionMailTime,
    HireApplication,
    MailTime,
    MarkInterviewSeen,
    OutcomeSeen,
    RejectApplication,
    RejectionCheck,
    RejectionMail,
    ReopenApplication,
    TransferApplication,
    WithdrawApplication,
)
from rapport.contracts.refusals import InputProblemCode, Invalid, NotFound, Refusal, StageConflict
from rapport.contracts.requests import Request
from rapport.contracts.vocabulary import ApplicationAction, ApplicationStatus, JobStatus, SyncState
from rapport.kit.database.unit_of_work import Database, ReadSession, UnitOfWork
from rapport.kit.identity import new_id
from rapport.kit.rpc.envelope import Json, RequestContext
from rapport.kit.rpc.server import RequestServer
from rapport.pipeline.domain.actions import Outcomes, actions_of
from rapport.pipeline.domain.application import LockedApplication, Stage
from rapport.pipeline.domain.close import Closing, Reopening, decide_close, decide_hire, decide_reopen
from rapport.pipeline.domain.move import Move, decide_transfer
from rapport.pipeline.domain.outcome import Outcome, accepted, closed, moved, reopened
from rapport.pipeline.domain.rejection_mail import check_rejection, decide_mail, usual_time
from rapport.pipeline.domain.working_time import WorkingTime
from rapport.pipeline.privacy import private_to, sees
from rapport.pipeline.recording import record
from rapport.pipeline.store import SQL, applications, attention


@dataclass(frozen=True, slots=True)
class _Change:
    """What a request does to an application, and what the ATS is to be told."""

    outcome: Outcome
    ats_stage: Stage
    """Where the ATS has it."""
    to_stage: Stage
    note: str | None = None


_Decide = Callable[[UnitOfWork, LockedApplication, dict[object, Stage]], Awaitable[_Change | StageConflict | Invalid]]


class ApplicationRequests:
    """Serves the gateway."""

    def __init__(self, database: Database, *, write_queued: Callable[[str], None]) -> None:
        """``write_queued`` takes an organisation and wakes its writers."""
        self._database = database
        self._write_queued = write_queued

    def register(self, server: RequestServer) -> None:
        """Register every handler."""
        server.handle(GetCloseReasons, self.get_close_reasons)
        server.handle(RejectApplication, self.close_application)
        server.handle(WithdrawApplication, self.close_application)
        server.handle(GetRejectionMailTime, self.get_rejection_mail_time)
        server.handle(CheckRejection, self.check_rejection)
        server.handle(ReopenApplication, self.reopen_application)
        server.handle(TransferApplication, self.transfer_application)
        server.handle(HireApplication, self.hire_application)
        server.handle(GetOpenings, self.get_openings)
        server.handle(GetApplicationActions, self.get_application_actions)
        server.handle(AcceptAtsState, self.accept_ats_state)
        server.handle(MarkInterviewSeen, self.mark_interview_seen)

    async def get_close_reasons(self, _: GetCloseReasons, context: RequestContext) -> Json:
        """The account's reasons."""
        async with self._database.read_session(context.viewer.org_id) as session:
            return Json(await session.fetchval(SQL["get_close_reasons"]))

    async def close_application(
        self, request: RejectApplication | WithdrawApplication, context: RequestContext
    ) -> ApplicationResult | Refusal:
        """Reject an application, or record that the person withdrew."""

        async def decide(
            unit: UnitOfWork, locked: LockedApplication, stages: dict[object, Stage]
        ) -> _Change | StageConflict | Invalid:
            reason = await applications.close_reason(unit, request.reason_id, request.application_id)
            decision = decide_close(locked.application, request, reason, stages=stages)
            if not isinstance(decision, Closing):
                return decision
            if isinstance(request, RejectApplication) and request.mail:
                mail = await _decide_mail(unit, request.mail, context.viewer)
                if isinstance(mail, Invalid):
                    return mail
                decision = replace(decision, mail=mail)
            outcome = closed(locked, decision, at=unit.now)
            return _Change(outcome, decision.ats_stage, decision.ats_stage, request.note)

        rejects = isinstance(request, RejectApplication)
        action = ApplicationAction.REJECT if rejects else ApplicationAction.WITHDRAW
        write = applications.EarlierWrite(action, applications.WriteDetails(reason_id=request.reason_id))
        return await self._change(request, request.application_id, context, write, decide)

    async def get_rejection_mail_time(self, _: GetRejectionMailTime, context: RequestContext) -> MailTime:
        """When the mail of a rejection would go."""
        now = datetime.now(UTC)
        async with self._database.read_session(context.viewer.org_id) as session:
            return MailTime(send_at=await usual_mail_time(session, context.viewer, at=now))

    async def check_rejection(self, request: CheckRejection, context: RequestContext) -> RejectionCheck | NotFound:
        """Whether a rejection still holds, and the ATS has it."""
        async with self._database.read_session(context.viewer.org_id) as session:
            last = await applications.last_closing(session, request.application_id)
        if last is None:
            return NotFound(what="application", id=str(request.application_id))
        return RejectionCheck(state=check_rejection(request.version, last))

    async def hire_application(self, request: HireApplication, context: RequestContext) -> ApplicationResult | Refusal:
        """Record that somebody is hired."""

        async def decide(
            unit: UnitOfWork, locked: LockedApplication, stages: dict[object, Stage]
        ) -> _Change | StageConflict | Invalid:
            is_open = await unit.fetchval(SQL["is_open_opening"], request.opening_id, locked.application.job_id)
            decision = decide_hire(locked.application, request, opening_is_open=is_open, stages=stages)
            if not isinstance(decision, Closing):
                return decision
            return _Change(closed(locked, decision, at=unit.now), decision.ats_stage, decision.ats_stage)

        details = applications.WriteDetails(opening_id=request.opening_id, starts_on=request.starts_on)
        write = applications.EarlierWrite(ApplicationAction.HIRE, details)
        return await self._change(request, request.application_id, context, write, decide)

    async def transfer_application(
        self, request: TransferApplication, context: RequestContext
    ) -> ApplicationResult | Refusal:
        """Let an application go on in another job."""

        async def decide(
            unit: UnitOfWork, locked: LockedApplication, stages: dict[object, Stage]
        ) -> _Change | StageConflict | Invalid:
            scope = GetOpenings.rule.scope_user(context.viewer)
            row = await unit.fetchrow(SQL["job_to_transfer_to"], request.to_job_id, request.application_id, scope)
            decision = decide_transfer(
                locked.application,
                request,
                JobStatus(row["status"]) if row else None,
                pursued=bool(row and row["pursued"]),
                stages=stages | await applications.stages_of_jobs(unit, [request.to_job_id]),
            )
            if not isinstance(decision, Move):
                return decision
            assert decision.ats_from_stage is not None
            return _Change(moved(locked, decision, at=unit.now), decision.ats_from_stage, decision.to)

        write = applications.EarlierWrite(
            ApplicationAction.TRANSFER, applications.WriteDetails(to_job_id=request.to_job_id)
        )
        return await self._change(request, request.application_id, context, write, decide)

    async def get_openings(self, request: GetOpenings, context: RequestContext) -> Json:
        """The open seats of a job."""
        async with self._database.read_session(context.viewer.org_id) as session:
            scope = request.rule.scope_user(context.viewer)
            return Json(await session.fetchval(SQL["get_openings"], scope, request.job_id))

    async def get_application_actions(
        self, request: GetApplicationActions, context: RequestContext
    ) -> ActionsOfApplications:
        """What the viewer may do to these applications."""
        viewer = context.viewer
        scope = request.rule.scope_user(viewer)
        async with self._database.read_session(viewer.org_id) as session:
            rows = await session.fetch(
                SQL["application_actions"], scope, list(request.ids), private_to(viewer), viewer.user_id
            )
        return ActionsOfApplications(
            items=tuple(
                ApplicationActions(
                    application_id=row["id"],
                    actions=actions_of(
                        viewer,
                        ApplicationStatus(row["status"]),
                        JobStatus(row["job_status"]),
                        Outcomes(row["has_outcome"], row["to_be_seen"], row["owes_scorecard"]),
                        on_team=row["on_team"],
                    ),
                )
                for row in rows
            )
        )

    async def reopen_application(
        self, request: ReopenApplication, context: RequestContext
    ) -> ApplicationResult | Refusal:
        """Take back that an application was rejected or withdrawn."""

        async def decide(
            unit: UnitOfWork, locked: LockedApplication, stages: dict[object, Stage]
        ) -> _Change | StageConflict | Invalid:
            job = JobStatus(await unit.fetchval(SQL["status_of_job"], locked.application.job_id))
            decision = decide_reopen(locked.application, job, stages=stages)
            if not isinstance(decision, Reopening):
                return decision
            outcome = reopened(locked, decision, at=unit.now)
            return _Change(outcome, decision.stage, decision.stage)

        write = applications.EarlierWrite(ApplicationAction.REOPEN)
        return await self._change(request, request.application_id, context, write, decide)

    async def accept_ats_state(self, request: AcceptAtsState, context: RequestContext) -> ApplicationResult | Refusal:
        """Leave an application as the ATS has it; once that is so, nothing more happens."""
        viewer = context.viewer
        async with self._work(viewer, context) as unit:
            locked = await applications.lock_application(unit, request.application_id)
            if locked is None or not await sees(unit, request.rule, viewer, locked):
                return NotFound(what="application", id=str(request.application_id))
            application = locked.application
            if application.refused_action is not None:
                outcome = accepted(locked, at=unit.now)
                await record(unit, [outcome])
                application = outcome.after.application
            elif application.sync is SyncState.CONFLICTED:
                return Invalid.because(
                    "application_id", "is in another stage there: move it", InputProblemCode.WRONG_STATE
                )
        return ApplicationResult(application=application.state)

    async def mark_interview_seen(
        self, request: MarkInterviewSeen, context: RequestContext
    ) -> OutcomeSeen | Invalid | NotFound:
        """Remember that the viewer has seen what came of an interview; the ATS knows nothing of it."""
        viewer, interview_id = context.viewer, request.interview_id
        async with self._work(viewer, context) as unit:
            application_id = await unit.fetchval(SQL["application_of_interview"], interview_id)
            locked = await applications.lock_application(unit, application_id) if application_id else None
            if locked is None or not await sees(unit, request.rule, viewer, locked):
                return NotFound(what="interview", id=str(interview_id))
            row = await unit.fetchrow(SQL["outcome_of_interview"], interview_id, viewer.user_id)
            if row is None:
                return NotFound(what="interview", id=str(interview_id))
            if row["seen_at"]:
                return OutcomeSeen(application_id=application_id, interview_id=interview_id, seen_at=row["seen_at"])
            outcomes = Outcomes(row["has_outcome"], to_be_seen=True, hidden=row["owes_scorecard"])
            if outcomes.obstacle:
                return Invalid.because("interview_id", outcomes.obstacle, InputProblemCode.WRONG_STATE)
            await unit.execute(SQL["mark_interview_seen"], interview_id, viewer.user_id, unit.now, row["scorecards"])
            application = locked.application
            event = InterviewSeen(person_id=application.person_id, job_id=application.job_id, interview_id=interview_id)
            version = application.version + 1
            unit.record(event, aggregate_id=application_id, version=version, occurred_at=unit.now)
            await attention.show(unit, [application_id], {application_id: version})
        return OutcomeSeen(application_id=application_id, interview_id=interview_id, seen_at=unit.now)

    async def _change(
        self,
        request: Request[Any],
        application_id: UUID,
        context: RequestContext,
        write: applications.EarlierWrite,
        decide: _Decide,
    ) -> ApplicationResult | Refusal:
        """Lock, decide, record and queue the write, unless it was queued by the same request before."""
        viewer = context.viewer
        async with self._work(viewer, context) as unit:
            locked = await applications.lock_application(unit, application_id)
            if locked is None or not await sees(unit, request.rule, viewer, locked):
                return NotFound(what="application", id=str(application_id))
            if found := await _earlier(unit, application_id, context.key):
                if found == write:
                    return ApplicationResult(application=locked.application.state)
                return Invalid.because(
                    "idempotency_key", "was used for another change of this application", InputProblemCode.KEY_REUSED
                )
            change = await decide(unit, locked, await applications.stages_of_jobs(unit, [locked.application.job_id]))
            match change:
                case StageConflict():
                    changed_by = await applications.changed_by(unit, application_id)
                    return change.model_copy(update={"changed_by": changed_by})
                case Invalid():
                    return change
            await record(unit, [change.outcome])
            await applications.queue_write(
                unit,
                new_id(),
                locked,
                from_stage=change.ats_stage,
                to_stage=change.to_stage,
                user_id=viewer.user_id,
                action=write.action,
                to_status=change.outcome.after.application.status,
                details=write.details,
                note=change.note,
            )
        self._write_queued(viewer.org_id)
        return ApplicationResult(application=change.outcome.after.application.state)

    def _work(self, viewer: Viewer, context: RequestContext) -> Any:
        return self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key)


async def usual_mail_time(session: ReadSession, viewer: Viewer, *, at: datetime) -> datetime:
    """When the mail of a rejection goes that the viewer makes at a time without choosing another one."""
    return usual_time(await _working_time(session, viewer, at=at), at=at)


async def _decide_mail(unit: UnitOfWork, wanted: RejectionMail, viewer: Viewer) -> ClosingMail | Invalid:
    sender = await _working_time(unit, viewer, at=unit.now)
    return decide_mail(wanted, viewer.user_id, sender, at=unit.now)


async def _working_time(session: ReadSession, viewer: Viewer, *, at: datetime) -> WorkingTime:
    return (await attention.working_times(session, at)).of(viewer.user_id)


async def _earlier(unit: UnitOfWork, application_id: UUID, key: str) -> applications.EarlierWrite | None:
    """What an earlier request with this key did; a move to the stage of the ATS was not written there."""
    if found := await applications.write_with_key(unit, application_id, key):
        return found
    if await applications.move_with_key(unit, application_id, key):
        return applications.EarlierWrite(ApplicationAction.MOVE)
    return None
