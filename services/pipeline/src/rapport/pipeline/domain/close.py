"""Decide that an application ends, or goes on after all."""

from dataclasses import dataclass
from uuid import UUID

from rapport.contracts.events import ClosingMail
from rapport.contracts.pipeline import HireApplication, RejectApplication, WithdrawApplication
from rapport.contracts.refusals import InputProblemCode, Invalid, StageConflict
from rapport.contracts.vocabulary import ApplicationStatus, ClosedBy, JobStatus, TransitionKind
from rapport.pipeline.domain.application import Application, Stage


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason of the account for which applications end, and who ends them."""

    id: UUID
    closed_by: ClosedBy


@dataclass(frozen=True, slots=True)
class Closing:
    """The application ends. ``ats_stage``: where the ATS has it, which the write expects."""

    kind: TransitionKind
    status: ApplicationStatus
    stage: Stage
    ats_stage: Stage
    reason_id: UUID | None = None
    mail: ClosingMail | None = None


@dataclass(frozen=True, slots=True)
class Reopening:
    """The application goes on in the stage in which it ended."""

    stage: Stage


def decide_close(
    application: Application,
    request: RejectApplication | WithdrawApplication,
    reason: Reason | None,
    *,
    stages: dict[object, Stage],
) -> Closing | StageConflict | Invalid:
    """Decide that an application ends; somebody may have closed it or moved it first.

    Args:
        application: locked.
        request: with the stage the client saw it in.
        reason: the one that the request names; None if there is none.
        stages: the stages of the application's job, by id.
    """
    if outdated := _outdated(application, request.stage_id):
        return outdated
    ours = isinstance(request, RejectApplication)
    if reason is None:
        return Invalid.because("reason_id", "is none of the account's reasons", InputProblemCode.NOT_FOUND)
    if (reason.closed_by is ClosedBy.ORGANISATION) is not ours:
        wanted = "for which we turn people down" if ours else "for which people withdraw"
        return Invalid.because("reason_id", f"must be a reason {wanted}", InputProblemCode.NOT_ALLOWED)
    kind, status = (
        (TransitionKind.REJECTED, ApplicationStatus.REJECTED)
        if ours
        else (TransitionKind.WITHDRAWN, ApplicationStatus.WITHDRAWN)
    )
    return _closing(application, stages, kind, status, reason.id)


def decide_hire(
    application: Application, request: HireApplication, *, opening_is_open: bool, stages: dict[object, Stage]
) -> Closing | StageConflict | Invalid:
    """Decide that the person is hired.

    Args:
        application: locked.
        request: with the stage the client saw it in.
        opening_is_open: whether the seat that it names, if any, is one of the application's job that nobody has filled.
        stages: the stages of the application's job, by id.
    """
    if outdated := _outdated(application, request.stage_id):
        return outdated
    if request.opening_id is not None and not opening_is_open:
        return Invalid.because("opening_id", "is not an open seat of this job", InputProblemCode.WRONG_STATE)
    return _closing(application, stages, TransitionKind.HIRED, ApplicationStatus.HIRED, None)


def _outdated(application: Application, stage_id: UUID) -> StageConflict | None:
    """Whether the application is not as the client saw it."""
    if application.status is not ApplicationStatus.ACTIVE:
        return StageConflict(reason="closed", current=application.state)
    if application.stage_id != stage_id:
        return StageConflict(reason="moved", current=application.state)
    return None


def _closing(
    application: Application,
    stages: dict[object, Stage],
    kind: TransitionKind,
    status: ApplicationStatus,
    reason_id: UUID | None,
) -> Closing | Invalid:
    stage, ats_stage = (
        stages.get(application.stage_id),
        stages.get(application.disputed_stage_id or application.stage_id),
    )
    if stage is None or ats_stage is None:
        return Invalid.because(
            "application_id", "is in a stage that has not been read yet", InputProblemCode.WRONG_STATE
        )
    return Closing(kind, status, stage, ats_stage, reason_id)


def decide_reopen(
    application: Application, job: JobStatus, *, stages: dict[object, Stage]
) -> Reopening | StageConflict | Invalid:
    """Decide that an application goes on after it was rejected or withdrawn.

    Args:
        application: locked.
        job: whether people are being hired for its job.
        stages: the stages of that job, by id.
    """
    if application.status is ApplicationStatus.ACTIVE:
        return StageConflict(reason="reopened", current=application.state)
    if application.status is ApplicationStatus.HIRED:
        return StageConflict(reason="closed", current=application.state)
    if job is JobStatus.CLOSED:
        return StageConflict(reason="job_closed", current=application.state)
    stage = stages.get(application.stage_id)
    if stage is None:
        return Invalid.because(
            "application_id", "ended in a stage that has not been read yet", InputProblemCode.WRONG_STATE
        )
    return Reopening(stage)
