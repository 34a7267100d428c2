"""Decide a move on the board."""

from dataclasses import dataclass

from rapport.contracts.pipeline import MoveApplication
from rapport.contracts.refusals import InputProblemCode, Invalid, StageConflict
from rapport.contracts.vocabulary import ApplicationStatus, SyncState
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
    in_conflict = application.sync is SyncState.CONFLICTED
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


def _refused(message: str, code: InputProblemCode) -> Invalid:
    return Invalid.because("to_stage_id", message, code)
