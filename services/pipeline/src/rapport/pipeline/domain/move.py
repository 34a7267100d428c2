"""Decide a move on the board."""

from dataclasses import dataclass

from rapport.contracts.pipeline import MoveApplication
from rapport.contracts.refusals import InputProblemCode, Invalid, StageConflict
from rapport.contracts.vocabulary import ApplicationStatus, StageKind, SyncState
from rapport.pipeline.domain.application import Application, Stage


@dataclass(frozen=True, slots=True)
class Move:
    """A permitted move. ``ats_from_stage`` is None if the ATS has the application in the target stage already."""

    came_from: Stage
    to: Stage
    sync: SyncState
    ats_from_stage: Stage | None


def decide_move(
    application: Application, request: MoveApplication, *, stages: dict[object, Stage]
) -> Move | StageConflict | Invalid:
    """Decide a move on the board; someone else may have moved the card first.

    Args:
        application: locked.
        request: with the stage the client saw it in.
        stages: the stages of the application's job, by id.
    """
    if application.status is not ApplicationStatus.ACTIVE:
        return StageConflict(reason="closed", current=application.state)
    if application.stage_id != request.from_stage_id:
        return StageConflict(reason="moved", current=application.state)
    to = stages.get(request.to_stage_id)
    if to is None or not to.active:
        return Invalid.because(
            "to_stage_id", "not an active stage of this application's job", InputProblemCode.NOT_FOUND
        )
    if to.id == application.stage_id:
        return Invalid.because("to_stage_id", "the application is in this stage already", InputProblemCode.WRONG_STATE)
    if to.kind is StageKind.HIRED:
        return Invalid.because(
            "to_stage_id", "an application is hired by closing it, not by a move", InputProblemCode.NOT_ALLOWED
        )
    # In a conflict the ATS has it in another stage: the write must expect that one, or is not needed.
    came_from = stages[application.stage_id]
    ats_stage = application.ats.stage_id if application.sync is SyncState.CONFLICTED else application.stage_id
    if ats_stage == to.id:
        return Move(came_from, to, SyncState.SYNCED, None)
    return Move(came_from, to, SyncState.PENDING, stages.get(ats_stage))
