"""What a move on the board is decided on."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from rapport.contracts.pipeline import MoveApplication
from rapport.contracts.refusals import FieldProblem, InputProblemCode, Invalid, StageConflict
from rapport.contracts.vocabulary import ApplicationStatus, StageKind, SyncState
from rapport.pipeline.domain.application import Application, AtsState, Stage
from rapport.pipeline.domain.move import Move, StageKept, decide_move

JOB = UUID(int=1)
SCREEN = Stage(UUID(int=11), JOB, StageKind.SCREEN, 1)
ONSITE = Stage(UUID(int=12), JOB, StageKind.ONSITE, 2)
OFFER = Stage(UUID(int=13), JOB, StageKind.OFFER, 3)
RETIRED = Stage(UUID(int=14), JOB, StageKind.INTERVIEW, 4, active=False)
HIRED = Stage(UUID(int=15), JOB, StageKind.HIRED, 5)
ELSEWHERE = UUID(int=99)
STAGES: dict[object, Stage] = {stage.id: stage for stage in (SCREEN, ONSITE, OFFER, RETIRED, HIRED)}


def application(*, ats: Stage = SCREEN, **more: object) -> Application:
    """An active application in the screen, which the ATS has in the same stage."""
    made = Application(
        id=UUID(int=2),
        person_id=UUID(int=3),
        job_id=JOB,
        stage_id=SCREEN.id,
        status=ApplicationStatus.ACTIVE,
        version=7,
        sync=SyncState.SYNCED,
        ats=AtsState(JOB, ats.id, ApplicationStatus.ACTIVE, None, None),
        applied_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def decide(
    held: Application, to: UUID = ONSITE.id, *, frm: UUID = SCREEN.id, ats: UUID | None = None
) -> Move | StageKept | StageConflict | Invalid:
    request = MoveApplication(application_id=held.id, from_stage_id=frm, to_stage_id=to, ats_stage_id=ats)
    return decide_move(held, request, stages=STAGES)


def problem(message: str, code: InputProblemCode) -> Invalid:
    return Invalid(problems=(FieldProblem(path="to_stage_id", message=message, code=code),))


def test_a_move_is_written_to_the_ats() -> None:
    assert decide(application()) == Move(SCREEN, ONSITE, SyncState.PENDING, SCREEN)


@pytest.mark.parametrize("status", [s for s in ApplicationStatus if s is not ApplicationStatus.ACTIVE])
def test_a_closed_application_is_a_conflict_with_its_state(status: ApplicationStatus) -> None:
    closed = application(status=status)
    assert decide(closed) == StageConflict(reason="closed", current=closed.state)


def test_a_card_that_somebody_else_moved_is_a_conflict_with_its_state() -> None:
    moved = application(stage_id=OFFER.id)
    refused = decide(moved)
    assert refused == StageConflict(reason="moved", current=moved.state)
    assert refused.current.stage_id == OFFER.id


def test_a_card_already_moved_to_the_requested_stage_by_another_user_is_a_conflict() -> None:
    moved = application(stage_id=ONSITE.id)
    assert decide(moved) == StageConflict(reason="moved", current=moved.state)


@pytest.mark.parametrize("to", [ELSEWHERE, RETIRED.id])
def test_a_stage_of_another_job_or_one_no_longer_used_is_refused(to: UUID) -> None:
    assert decide(application(), to) == problem(
        "not an active stage of this application's job", InputProblemCode.NOT_FOUND
    )


def test_a_move_to_the_current_stage_is_refused() -> None:
    assert decide(application(), SCREEN.id) == problem(
        "the application is in this stage already", InputProblemCode.WRONG_STATE
    )


def test_hiring_is_not_a_move() -> None:
    assert decide(application(), HIRED.id) == problem(
        "an application is hired by closing it, not by a move", InputProblemCode.NOT_ALLOWED
    )


def test_a_move_backwards_is_a_move() -> None:
    held = application(ats=OFFER, stage_id=OFFER.id)
    assert decide(held, SCREEN.id, frm=OFFER.id) == Move(OFFER, SCREEN, SyncState.PENDING, OFFER)


def test_a_card_may_leave_a_stage_that_is_no_longer_used() -> None:
    held = application(ats=RETIRED, stage_id=RETIRED.id)
    assert decide(held, ONSITE.id, frm=RETIRED.id) == Move(RETIRED, ONSITE, SyncState.PENDING, RETIRED)


def test_a_second_pending_move_expects_the_stage_of_the_first() -> None:
    held = application(stage_id=ONSITE.id, sync=SyncState.PENDING)
    assert decide(held, OFFER.id, frm=ONSITE.id) == Move(ONSITE, OFFER, SyncState.PENDING, ONSITE)


def test_after_a_conflict_a_move_expects_the_stage_of_the_ats() -> None:
    held = application(ats=OFFER, sync=SyncState.CONFLICTED)
    assert decide(held, ONSITE.id) == Move(SCREEN, ONSITE, SyncState.PENDING, OFFER)


def test_moving_to_the_ats_stage_resolves_a_conflict_without_a_write() -> None:
    held = application(ats=OFFER, sync=SyncState.CONFLICTED)
    assert decide(held, OFFER.id) == Move(SCREEN, OFFER, SyncState.SYNCED, None)


@pytest.mark.parametrize("there", [HIRED, RETIRED])
def test_the_ats_stage_is_taken_whatever_kind_of_stage_it_is(there: Stage) -> None:
    held = application(ats=there, sync=SyncState.CONFLICTED)
    assert decide(held, there.id) == Move(SCREEN, there, SyncState.SYNCED, None)
    assert isinstance(decide(application(ats=there), there.id), Invalid)


@pytest.mark.parametrize("seen", [None, OFFER.id])
def test_in_a_conflict_a_move_to_where_it_is_keeps_that_stage(seen: UUID | None) -> None:
    held = application(ats=OFFER, sync=SyncState.CONFLICTED)
    assert decide(held, SCREEN.id, ats=seen) == StageKept(SCREEN, OFFER)


@pytest.mark.parametrize("sync", [SyncState.SYNCED, SyncState.PENDING])
def test_without_a_conflict_there_is_no_stage_to_keep(sync: SyncState) -> None:
    assert decide(application(sync=sync), SCREEN.id) == problem(
        "the application is in this stage already", InputProblemCode.WRONG_STATE
    )


def test_a_stage_that_the_job_no_longer_uses_cannot_be_kept() -> None:
    held = application(stage_id=RETIRED.id, ats=OFFER, sync=SyncState.CONFLICTED)
    assert decide(held, RETIRED.id, frm=RETIRED.id) == problem(
        "not an active stage of this application's job", InputProblemCode.NOT_FOUND
    )


@pytest.mark.parametrize("to", [SCREEN.id, OFFER.id, ONSITE.id])
@pytest.mark.parametrize("sync", list(SyncState))
def test_a_conflict_is_settled_only_as_it_was_seen(to: UUID, sync: SyncState) -> None:
    held = application(ats=ONSITE, sync=sync)
    assert decide(held, to, ats=OFFER.id) == StageConflict(reason="ats_changed", current=held.state)


@pytest.mark.parametrize("to", [SCREEN.id, ONSITE.id])
def test_a_move_waits_until_the_stage_of_the_ats_is_known(to: UUID) -> None:
    held = application(sync=SyncState.CONFLICTED)
    held = replace(held, ats=replace(held.ats, stage_id=ELSEWHERE))
    assert decide(held, to) == problem(
        "the ATS has the application in a stage that has not been read yet", InputProblemCode.WRONG_STATE
    )


def test_a_conflict_includes_the_stage_of_the_ats() -> None:
    assert application(ats=OFFER, sync=SyncState.CONFLICTED).state.ats_stage_id == OFFER.id
    assert application(ats=OFFER, sync=SyncState.PENDING).state.ats_stage_id is None
