"""Decide a move on the board, or to another job."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapport.contracts.pipeline import MoveApplication, TransferApplication
from rapport.contracts.refusals import InputProblemCode, Invalid, StageConflict
from rapport.contracts.vocabulary import ApplicationStatus, JobStatus, SyncState
from rapport.pipeline.domain.application import Application, Stage


@dataclass(frozen=True, slots=True)
class Move:
    """A permitted move. ``ats_from_stage`` is None if the ATS has the application in the target stage already."""

    came_from: Stage
    to: Stage
    sync: SyncState
    ats_from_stage: Stage | None


@dataclass(frozen=True, slots=True)
class StageKept:
    """A conflict is settled for the stage it has here: the ATS is to move the application there from its own."""

    stage: Stage
    ats_from_stage: Stage


def decide_move(
    application: Application, request: MoveApplication, *, stages: dict[object, Stage]
) -> Move | StageKept | StageConflict | Invalid:
    """Decide a move on the board; someone else may have moved the card first.

    Args:
        application: locked.
        request: with the stage the client saw it in.
        stages: the stages of the application's job, by id.
    """
    if outdated := _outdated(application, request):
        return outdated
    in_conflict = application.disputed_stage_id is not None
    # In a conflict the ATS has it in another stage: the write must expect that one, or is not needed.
    ats_stage = stages.get(application.ats.stage_id if in_conflict else application.stage_id)
    to = stages.get(request.to_stage_id)
    if in_conflict and to is not None and to == ats_stage:
        # It is there already, whatever kind of stage that is.
        return Move(stages[application.stage_id], to, SyncState.SYNCED, None)
    if to is None or not to.active:
        return _refused("not an active stage of this application's job", InputProblemCode.NOT_FOUND)
    if to.id == application.stage_id and not in_conflict:
        return _refused("the application is in this stage already", InputProblemCode.WRONG_STATE)
    if not to.kind.is_entered_by_moves:
        return _refused("an application is hired by closing it, not by a move", InputProblemCode.NOT_ALLOWED)
    if ats_stage is None:
        return _refused(
            "the ATS has the application in a stage that has not been read yet", InputProblemCode.WRONG_STATE
        )
    if to.id == application.stage_id:
        return StageKept(to, ats_stage)
    return Move(stages[application.stage_id], to, SyncState.PENDING, ats_stage)


def _outdated(application: Application, request: MoveApplication) -> StageConflict | None:
    """Whether the application is not as the client saw it."""
    state = application.state
    if application.status is not ApplicationStatus.ACTIVE:
        return StageConflict(reason="closed", current=state)
    if application.stage_id != request.from_stage_id:
        return StageConflict(reason="moved", current=state)
    if request.ats_stage_id is not None and request.ats_stage_id != state.ats_stage_id:
        return StageConflict(reason="ats_changed", current=state)
    return None


def first_stage(stages: Iterable[Stage]) -> Stage | None:
    """Where an application for a job begins, of the job's stages; None if it has none to begin in."""
    begun_in = (stage for stage in stages if stage.active and stage.kind.is_entered_by_moves)
    return min(begun_in, key=lambda stage: (stage.position, stage.id), default=None)


def decide_transfer(
    application: Application,
    request: TransferApplication,
    job: JobStatus | None,
    *,
    pursued: bool,
    stages: dict[object, Stage],
) -> Move | StageConflict | Invalid:
    """Decide that an application goes on in another job.

    Args:
        application: locked.
        request: with the stage the client saw it in.
        job: whether people are being hired for the other job; None if the application's account has no such job.
        pursued: whether the person has an application for that job already.
        stages: the stages of both jobs, by id.
    """
    if application.status is not ApplicationStatus.ACTIVE:
        return StageConflict(reason="closed", current=application.state)
    if application.stage_id != request.stage_id:
        return StageConflict(reason="moved", current=application.state)
    if job is None:
        return Invalid.because("to_job_id", "is no job that you may see", InputProblemCode.NOT_FOUND)
    if request.to_job_id == application.job_id:
        return Invalid.because("to_job_id", "is its job already", InputProblemCode.WRONG_STATE)
    if job is not JobStatus.OPEN:
        return Invalid.because("to_job_id", "is not open", InputProblemCode.WRONG_STATE)
    if pursued:
        return Invalid.because(
            "to_job_id", "is a job that the person is pursued for already", InputProblemCode.WRONG_STATE
        )
    to = first_stage(stage for stage in stages.values() if stage.job_id == request.to_job_id)
    ats_stage = stages.get(application.disputed_stage_id or application.stage_id)
    if to is None or ats_stage is None:
        return Invalid.because("to_job_id", "has no stages that have been read", InputProblemCode.WRONG_STATE)
    return Move(stages[application.stage_id], to, SyncState.PENDING, ats_stage)


def _refused(message: str, code: InputProblemCode) -> Invalid:
    return Invalid.because("to_stage_id", message, code)
