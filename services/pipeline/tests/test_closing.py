"""Applications are rejected, withdrawn and reopened here; beside a sandbox ATS that others use, and that fails."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from rapport.activity import entries_of
from rapport.contracts.events import (
    ApplicationClosed,
    ApplicationDetailsChanged,
    ApplicationReopened,
    MoveSettled,
    SyncChanged,
)
from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import (
    AcceptAtsState,
    ActivityKind,
    ApplicationResult,
    Conflicts,
    GetConflicts,
    HireApplication,
    MoveResult,
    RejectApplication,
    WithdrawApplication,
)
from rapport.contracts.refusals import InputProblemCode, Invalid, NotFound, StageConflict
from rapport.contracts.vocabulary import (
    ApplicationAction,
    ApplicationStatus,
    ClosedBy,
    JobStatus,
    StageKind,
    SyncState,
    TransitionKind,
)
from rapport.kit.database.queries import Statement
from rapport.kit.rpc.envelope import RequestContext
from rapport.pipeline.domain.actions import Outcomes, actions_of
from rapport.pipeline.domain.application import Application, AtsState, Stage
from rapport.pipeline.domain.close import Closing, Reason, Reopening, decide_close, decide_hire, decide_reopen
from rapport.testing.databases import Templates
from services.pipeline.tests.support.two_way import Card, TwoWay, served

PENDING, SYNCED, CONFLICTED = SyncState.PENDING, SyncState.SYNCED, SyncState.CONFLICTED
ACTIVE, REJECTED, WITHDRAWN, HIRED = (
    ApplicationStatus.ACTIVE,
    ApplicationStatus.REJECTED,
    ApplicationStatus.WITHDRAWN,
    ApplicationStatus.HIRED,
)
STRANGER = UserId(UUID(int=5))
"""A user whom the ATS does not know: it refuses what they do."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def both(database_templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TwoWay]:
    async with served(database_templates, tmp_path_factory.mktemp("two_way")) as it:
        yield it


async def _state(both: TwoWay, card: Card) -> tuple[ApplicationStatus, SyncState, ApplicationAction | None]:
    application = await both.application(card)
    return (application.status, application.sync.state, application.sync.refused_action)


async def _told(both: TwoWay, card: Card) -> list[tuple[Any, ...]]:
    """What its events since the first run say of its status and of the ATS."""
    told: list[tuple[Any, ...]] = []
    for event in await both.published(card):
        if event.aggregateversion <= card.version:
            continue
        match event.data:
            case ApplicationClosed() as data:
                told.append(("closed", data.previous, data.current, data.reason_id))
            case ApplicationReopened() as data:
                told.append(("reopened", data.previous))
            case SyncChanged() as data:
                told.append((data.previous, data.current, data.refused_action))
            case ApplicationDetailsChanged() as data:
                told.append(("details", data.current.close_reason_id))
    return told


async def _is_on_the_board(both: TwoWay, card: Card) -> bool:
    return bool(await both.rows("SELECT FROM board_card WHERE application_id = $1", card.application))


async def _notes_waiting(both: TwoWay) -> int:
    return len(await both.rows("SELECT FROM ats_write WHERE note IS NOT NULL AND state <> 'waiting'"))


@pytest.mark.asyncio(loop_scope="module")
class TestBesideTheAts:
    async def test_a_rejection_leaves_the_board_at_once_and_is_written_with_its_reason_and_note(
        self, both: TwoWay
    ) -> None:
        card, reason = both.card(), await both.reason()
        result = await both.reject(card, note="Not this time")
        assert isinstance(result, ApplicationResult)
        assert (result.application.status, result.application.sync) == (REJECTED, PENDING)
        assert not await _is_on_the_board(both, card)
        application = await both.application(card)
        assert (application.close_reason, application.closed_at is not None) == (reason.name, True)
        assert (await both.in_ats(card)).status is ACTIVE
        await both.written()
        record = await both.in_ats(card)
        assert (record.status, record.rejection_reason_id) == (REJECTED, reason.id)
        detail = await both.in_rejection_details(card)
        assert (detail["notes"], detail["rejected_by_id"]) == ("Not this time", both.user_ref())
        assert await _state(both, card) == (REJECTED, SYNCED, None)
        assert await _told(both, card) == [
            ("closed", ACTIVE, REJECTED, reason.id),
            (SYNCED, PENDING, None),
            (PENDING, SYNCED, None),
        ]
        assert await _notes_waiting(both) == 0
        last = (await both.application(card)).history[-1]
        assert (last.kind, last.actor is not None and last.actor.id) == (TransitionKind.REJECTED, both.user())

    async def test_who_withdrew_is_told_apart_from_who_was_rejected(self, both: TwoWay) -> None:
        card = both.card()
        result = await both.withdraw(card)
        assert isinstance(result, ApplicationResult)
        assert result.application.status is WITHDRAWN
        await both.written()
        await both.polled(card)
        assert await _state(both, card) == (WITHDRAWN, SYNCED, None)
        reason = await both.reason(ClosedBy.PERSON)
        assert (await _told(both, card))[0] == ("closed", ACTIVE, WITHDRAWN, reason.id)
        assert len(await _told(both, card)) == 3

    async def test_undone_before_it_is_written_the_ats_sees_both_in_their_order(self, both: TwoWay) -> None:
        card = both.card()
        await both.reject(card)
        result = await both.reopen(card)
        assert isinstance(result, ApplicationResult)
        assert (result.application.status, result.application.stage_id) == (ACTIVE, card.stage)
        assert await _is_on_the_board(both, card)
        await both.polled(card)  # what the ATS has always had is no news
        assert await _state(both, card) == (ACTIVE, PENDING, None)
        await both.written()
        assert (await both.in_ats(card)).status is ACTIVE
        assert await _state(both, card) == (ACTIVE, SYNCED, None)
        [closed, _, reopened, _] = await _told(both, card)
        assert (closed[0], reopened) == ("closed", ("reopened", REJECTED))
        assert (await both.application(card)).close_reason is None

    async def test_reopened_after_it_was_written_it_goes_on_where_it_ended(self, both: TwoWay) -> None:
        card = both.card()
        await both.reject(card)
        await both.written()
        assert isinstance(await both.reopen(card), ApplicationResult)
        await both.written()
        await both.polled(card)
        assert ((await both.in_ats(card)).status, await both.stage_in_ats(card)) == (ACTIVE, card.stage)
        assert await _state(both, card) == (ACTIVE, SYNCED, None)
        assert [each[0] for each in await _told(both, card) if each[0] in ("closed", "reopened", "details")] == [
            "closed",
            "reopened",
        ]

    @pytest.mark.parametrize(
        "fault",
        [{"drop_after_write": 1}, {"outage_requests": 1}, {"rate_limit_requests": 1}],
        ids=lambda each: str(*each),
    )
    async def test_a_rejection_survives_what_goes_wrong_on_the_way(self, both: TwoWay, fault: dict[str, int]) -> None:
        card, reason = both.card(), await both.reason()
        await both.reject(card)
        await both.fault(**fault)
        await both.written()
        await both.polled(card)
        assert (await both.in_ats(card)).status is REJECTED
        assert await _state(both, card) == (REJECTED, SYNCED, None)
        assert await _told(both, card) == [
            ("closed", ACTIVE, REJECTED, reason.id),
            (SYNCED, PENDING, None),
            (PENDING, SYNCED, None),
        ]

    async def test_our_own_rejection_coming_back_before_its_answer_is_recognised(self, both: TwoWay) -> None:
        card, reason = both.card(), await both.reason()
        await both.reject(card, note="For the ATS")
        await both.act_in_ats(card, "reject", rejection_reason_id=int(await both.reason_ref(reason)))
        await both.polled(card)
        assert await _state(both, card) == (REJECTED, SYNCED, None)
        await both.written()
        assert await _told(both, card) == [
            ("closed", ACTIVE, REJECTED, reason.id),
            (SYNCED, PENDING, None),
            (PENDING, SYNCED, None),
        ]
        assert await _notes_waiting(both) == 0

    async def test_another_reason_in_the_ats_is_its_own_and_no_conflict(self, both: TwoWay) -> None:
        card, other = both.card(), await both.reason(number=1)
        await both.reject(card)
        await both.act_in_ats(card, "reject", rejection_reason_id=int(await both.reason_ref(other)))
        await both.written()
        assert await _state(both, card) == (REJECTED, SYNCED, None)
        assert (await both.application(card)).close_reason == other.name
        assert (await _told(both, card))[-1] == ("details", other.id)

    async def test_the_same_request_again_changes_nothing_more(self, both: TwoWay) -> None:
        card, key = both.card(), str(uuid4())
        first = await both.reject(card, key=key)
        assert await both.reject(card, key=key) == first
        assert len(await _told(both, card)) == 2
        other = await both.actions.close_application(
            RejectApplication(
                application_id=card.application, stage_id=card.stage, reason_id=(await both.reason(number=1)).id
            ),
            both.context(key=key),
        )
        assert isinstance(other, Invalid)
        assert other.problems[0].code is InputProblemCode.KEY_REUSED
        move = await both.move(card, card.stage, card.others[0], key=key)
        assert isinstance(move, Invalid)
        await both.written()

    async def test_of_two_who_reject_and_move_one_is_told_who_was_faster(self, both: TwoWay) -> None:
        card = both.card()
        assert isinstance(await both.move(card, card.stage, card.others[0], user=1), MoveResult)
        late = await both.reject(card)
        assert isinstance(late, StageConflict)
        assert (late.reason, late.current.stage_id, late.changed_by) == ("moved", card.others[0], both.user(1))
        assert isinstance(await both.reject(card, stage=card.others[0], user=1), ApplicationResult)
        late_move = await both.move(card, card.others[0], card.others[1])
        again = await both.reject(card, stage=card.others[0])
        for each in (late_move, again):
            assert isinstance(each, StageConflict)
            assert (each.reason, each.current.status, each.changed_by) == ("closed", REJECTED, both.user(1))
        await both.written()
        record = await both.in_ats(card)
        assert (record.status, record.stage_id) == (REJECTED, card.others[0])
        assert await _state(both, card) == (REJECTED, SYNCED, None)

    async def test_a_rejection_that_the_ats_refuses_is_undone_and_can_be_tried_again(self, both: TwoWay) -> None:
        card = both.card()
        assert isinstance(await both.reject(card, user=STRANGER, note="Secret"), ApplicationResult)
        await both.written()
        assert await _state(both, card) == (ACTIVE, CONFLICTED, ApplicationAction.REJECT)
        application = await both.application(card)
        assert application.sync.ats_stage is None
        assert application.sync.reason == "the ATS does not know this application or user"
        [[card_json]] = await both.rows("SELECT card FROM board_card WHERE application_id = $1", card.application)
        shown = json.loads(card_json)
        assert (shown["sync"], shown["refused_action"], shown["ats_stage_id"]) == ("conflicted", "reject", None)
        assert await _notes_waiting(both) == 0
        await both.polled(card)
        assert await _state(both, card) == (ACTIVE, CONFLICTED, ApplicationAction.REJECT)
        told = await _told(both, card)
        assert told[2:] == [("reopened", REJECTED), (PENDING, CONFLICTED, ApplicationAction.REJECT)]
        refused = [
            (entry.kind, entry.action)
            for event in await both.published(card)
            for entry in entries_of(event)
            if entry.kind in (ActivityKind.ACTION_REFUSED, ActivityKind.MOVE_REFUSED)
        ]
        assert refused == [(ActivityKind.ACTION_REFUSED, ApplicationAction.REJECT)]
        assert isinstance(await both.reject(card), ApplicationResult)
        await both.written()
        assert await _state(both, card) == (REJECTED, SYNCED, None)

    async def test_what_the_ats_refused_waits_for_the_team_until_somebody_leaves_it(self, both: TwoWay) -> None:
        card = both.card()
        await both.reject(card)
        await both.written()
        await both.reopen(card, user=STRANGER)
        assert await _is_on_the_board(both, card)
        await both.written()
        assert await _state(both, card) == (REJECTED, CONFLICTED, ApplicationAction.REOPEN)
        assert not await _is_on_the_board(both, card)
        assert (await both.application(card)).close_reason == (await both.reason()).name
        [[member]] = await both.rows(
            "SELECT t.user_id FROM job_team t JOIN application a ON a.job_id = t.job_id WHERE a.id = $1 LIMIT 1",
            card.application,
        )
        member_context = RequestContext(Viewer(org_id="acme", user_id=member, roles=frozenset({Role.RECRUITER})), "k")

        async def waiting() -> list[UUID]:
            found = await both.requests.get_conflicts(GetConflicts(), member_context)
            return [each.id for each in Conflicts.model_validate_json(found).items]

        assert card.application in await waiting()
        left = await both.actions.accept_ats_state(AcceptAtsState(application_id=card.application), both.context())
        assert isinstance(left, ApplicationResult)
        assert await _state(both, card) == (REJECTED, SYNCED, None)
        assert card.application not in await waiting()
        again = await both.actions.accept_ats_state(AcceptAtsState(application_id=card.application), both.context())
        assert again == left

    async def test_a_conflict_about_the_stage_is_settled_by_a_move(self, both: TwoWay) -> None:
        card, ours, _ = await both.conflict()
        refused = await both.actions.accept_ats_state(AcceptAtsState(application_id=card.application), both.context())
        assert isinstance(refused, Invalid)
        assert (await both.state(card))[:2] == (CONFLICTED, ours)
        # Rejecting it settles it as well: closed, it is where the ATS has it.
        assert isinstance(await both.reject(card, stage=ours), ApplicationResult)
        await both.written()
        assert await _state(both, card) == (REJECTED, SYNCED, None)
        assert (await both.in_ats(card)).status is REJECTED

    async def test_who_was_hired_in_the_ats_meanwhile_stays_hired(self, both: TwoWay) -> None:
        card = both.card()
        await both.reject(card)
        await both.act_in_ats(card, "hire")
        await both.written()
        assert (await both.in_ats(card)).status is HIRED
        assert await _state(both, card) == (HIRED, CONFLICTED, ApplicationAction.REJECT)
        told = await _told(both, card)
        assert [each[0] for each in told] == ["closed", SYNCED, "reopened", "closed", PENDING]
        refused = await both.reopen(card)
        assert isinstance(refused, StageConflict)
        assert refused.reason == "closed"

    async def test_moved_on_in_the_ats_it_is_not_rejected_from_another_stage(self, both: TwoWay) -> None:
        card = both.card()
        await both.reject(card)
        await both.move_in_ats(card, card.stage, card.others[0])
        await both.polled(card)
        assert await _state(both, card) == (REJECTED, PENDING, None)
        await both.written()
        record = await both.in_ats(card)
        assert (record.status, record.stage_id) == (ACTIVE, card.others[0])
        application = await both.application(card)
        assert (application.status, application.stage.id) == (ACTIVE, card.others[0])
        assert (application.sync.state, application.sync.refused_action) == (CONFLICTED, ApplicationAction.REJECT)
        assert application.sync.reason == "the ATS has the application in another stage"
        # The ATS goes on: there is nothing left to decide.
        await both.move_in_ats(card, card.others[0], card.others[1])
        await both.polled(card)
        assert await _state(both, card) == (ACTIVE, SYNCED, None)

    async def test_what_waits_behind_a_refused_move_goes_with_it(self, both: TwoWay) -> None:
        card = both.card()
        ours, theirs = card.others[0], card.others[1]
        await both.move(card, card.stage, ours)
        await both.reject(card, stage=ours)
        await both.move_in_ats(card, card.stage, theirs)
        await both.written()
        record = await both.in_ats(card)
        assert (record.status, record.stage_id) == (ACTIVE, theirs)
        application = await both.application(card)
        assert (application.status, application.stage.id) == (ACTIVE, theirs)
        assert (application.sync.state, application.sync.refused_action) == (CONFLICTED, ApplicationAction.REJECT)

    async def test_a_transfer_goes_on_in_the_first_stage_of_the_other_job(self, both: TwoWay) -> None:
        card, job, first = await both.transferable()
        result = await both.transfer(card, job)
        assert isinstance(result, ApplicationResult)
        assert (result.application.job_id, result.application.stage_id, result.application.sync) == (
            job,
            first,
            PENDING,
        )
        await both.polled(card)
        assert (await both.application(card)).job_id == job
        await both.written()
        record = await both.in_ats(card)
        assert (record.job_id, record.stage_id) == (job, first)
        application = await both.application(card)
        assert (application.job_id, application.sync.state) == (job, SYNCED)
        assert await both.transitions(card) == [(card.stage, first, "user", False)]
        await both.history_read()
        assert await both.transitions(card) == [(card.stage, first, "user", False)]
        refused = await both.transfer(card, job, stage=first)
        assert isinstance(refused, Invalid)
        assert refused.problems[0].code is InputProblemCode.WRONG_STATE

    async def test_a_refused_transfer_goes_on_in_its_own_job(self, both: TwoWay) -> None:
        card, job, _ = await both.transferable()
        before = (await both.application(card)).job_id
        await both.transfer(card, job, user=STRANGER)
        await both.written()
        application = await both.application(card)
        assert (application.job_id, application.stage.id) == (before, card.stage)
        assert (application.sync.state, application.sync.refused_action) == (CONFLICTED, ApplicationAction.TRANSFER)
        settled = [e.data.effective for e in await both.published(card) if isinstance(e.data, MoveSettled)]
        assert settled == [False]

    async def test_a_hire_fills_the_seat_and_is_told_when_it_begins(self, both: TwoWay) -> None:
        card, opening = await both.hireable()
        wrong = await both.hire(card, opening=UUID(int=9))
        assert isinstance(wrong, Invalid)
        result = await both.hire(card, opening=opening, starts_on=date(2027, 2, 1))
        assert isinstance(result, ApplicationResult)
        assert (result.application.status, result.application.sync) == (HIRED, PENDING)
        assert not await _is_on_the_board(both, card)
        await both.written()
        await both.polled(card)
        assert (await both.in_ats(card)).status is HIRED
        assert await _state(both, card) == (HIRED, SYNCED, None)
        filled = [
            each for each in (await both.api.first_page("openings")).records if str(each["application_id"]) == card.ref
        ]
        [[ref]] = await both.rows("SELECT external_id FROM opening WHERE id = $1", opening)
        assert [str(each["id"]) for each in filled] == [ref]
        assert [each[0] for each in await _told(both, card)] == ["closed", SYNCED, PENDING]

    async def test_what_may_be_done_is_what_is_not_refused(self, both: TwoWay) -> None:
        card = both.card()
        assert {action for action, reason in (await both.allowed(card)).items() if reason is None} == {
            ApplicationAction.MOVE,
            ApplicationAction.REJECT,
            ApplicationAction.WITHDRAW,
            ApplicationAction.TRANSFER,
            ApplicationAction.HIRE,
            ApplicationAction.ASSIGN,
            ApplicationAction.NOTE,
        }
        await both.reject(card)
        allowed = await both.allowed(card)
        assert [action for action, reason in allowed.items() if reason is None] == [
            ApplicationAction.REOPEN,
            ApplicationAction.ASSIGN,
            ApplicationAction.NOTE,
        ]
        assert allowed[ApplicationAction.MOVE] == "it was rejected"
        executive = await both.allowed(card, roles=frozenset({Role.EXECUTIVE}))
        # They write notes, and change nothing else.
        assert [action for action, reason in executive.items() if reason is None] == [ApplicationAction.NOTE]
        assert await both.allowed(card, roles=frozenset({Role.HIRING_MANAGER}), user=STRANGER) == {}
        await both.written()

    async def test_a_closed_job_takes_nobody_back(self, both: TwoWay) -> None:
        card = both.card()
        await both.reject(card)
        await both.written()
        async with both.pipeline.work("acme", actor="ats", cause="test") as unit:
            await unit.execute(
                Statement("UPDATE job SET status = 'closed' WHERE id = (SELECT job_id FROM application WHERE id = $1)"),
                card.application,
            )
        told = await _told(both, card)
        refused = await both.reopen(card)
        async with both.pipeline.work("acme", actor="ats", cause="test") as unit:
            await unit.execute(
                Statement("UPDATE job SET status = 'open' WHERE id = (SELECT job_id FROM application WHERE id = $1)"),
                card.application,
            )
        assert isinstance(refused, StageConflict)
        assert refused.reason == "job_closed"
        assert await _told(both, card) == told

    async def test_only_who_sees_it_closes_it(self, both: TwoWay) -> None:
        card, reason = both.card(), await both.reason()
        outsider = Viewer(org_id="acme", user_id=STRANGER, roles=frozenset({Role.HIRING_MANAGER}))
        request = RejectApplication(application_id=card.application, stage_id=card.stage, reason_id=reason.id)
        assert isinstance(await both.actions.close_application(request, RequestContext(outsider, "k")), NotFound)
        assert await _told(both, card) == []


SCREEN = Stage(UUID(int=11), UUID(int=1), StageKind.SCREEN, 1)
STAGES: dict[object, Stage] = {SCREEN.id: SCREEN}
OURS = Reason(UUID(int=21), ClosedBy.ORGANISATION)
THEIRS = Reason(UUID(int=22), ClosedBy.PERSON)


def application(**more: object) -> Application:
    made = Application(
        id=UUID(int=2),
        person_id=UUID(int=3),
        job_id=UUID(int=1),
        stage_id=SCREEN.id,
        status=ACTIVE,
        version=7,
        sync=SYNCED,
        ats=AtsState(UUID(int=1), SCREEN.id, ACTIVE, None, None),
        applied_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def rejecting(reason: Reason = OURS) -> RejectApplication:
    return RejectApplication(application_id=UUID(int=2), stage_id=SCREEN.id, reason_id=reason.id)


def withdrawing(reason: Reason = THEIRS) -> WithdrawApplication:
    return WithdrawApplication(application_id=UUID(int=2), stage_id=SCREEN.id, reason_id=reason.id)


def test_the_reason_says_who_ends_it() -> None:
    held = application()
    assert decide_close(held, rejecting(), OURS, stages=STAGES) == Closing(
        TransitionKind.REJECTED, REJECTED, SCREEN, SCREEN, OURS.id
    )
    assert decide_close(held, withdrawing(), THEIRS, stages=STAGES) == Closing(
        TransitionKind.WITHDRAWN, WITHDRAWN, SCREEN, SCREEN, THEIRS.id
    )
    for request, reason in ((rejecting(THEIRS), THEIRS), (withdrawing(OURS), OURS)):
        refused = decide_close(held, request, reason, stages=STAGES)
        assert isinstance(refused, Invalid)
        assert (refused.problems[0].path, refused.problems[0].code) == ("reason_id", InputProblemCode.NOT_ALLOWED)
    unknown = decide_close(held, rejecting(), None, stages=STAGES)
    assert isinstance(unknown, Invalid)
    assert unknown.problems[0].code is InputProblemCode.NOT_FOUND


@pytest.mark.parametrize("status", [REJECTED, WITHDRAWN, HIRED])
def test_what_is_closed_is_not_closed_again(status: ApplicationStatus) -> None:
    held = application(status=status)
    assert decide_close(held, rejecting(), OURS, stages=STAGES) == StageConflict(reason="closed", current=held.state)


@pytest.mark.parametrize("status", list(ApplicationStatus))
@pytest.mark.parametrize("job", list(JobStatus))
def test_the_actions_offered_are_those_that_are_decided(status: ApplicationStatus, job: JobStatus) -> None:
    viewer = Viewer(org_id="acme", user_id=STRANGER, roles=frozenset({Role.ADMIN}))
    outcomes = Outcomes(known=False, to_be_seen=False, hidden=False)
    actions = actions_of(viewer, status, job, outcomes, on_team=False)
    offered = {each.action for each in actions if each.reason is None}
    held = application(status=status)
    hire = HireApplication(application_id=held.id, stage_id=SCREEN.id)
    decided = {
        ApplicationAction.REJECT: decide_close(held, rejecting(), OURS, stages=STAGES),
        ApplicationAction.WITHDRAW: decide_close(held, withdrawing(), THEIRS, stages=STAGES),
        ApplicationAction.HIRE: decide_hire(held, hire, opening_is_open=False, stages=STAGES),
        ApplicationAction.REOPEN: decide_reopen(held, job, stages=STAGES),
    }
    refused = {action for action, decision in decided.items() if isinstance(decision, StageConflict | Invalid)}
    assert offered & decided.keys() == decided.keys() - refused


def test_only_what_was_rejected_or_withdrawn_is_reopened() -> None:
    for status in (REJECTED, WITHDRAWN):
        assert decide_reopen(application(status=status), JobStatus.OPEN, stages=STAGES) == Reopening(SCREEN)
    for status, reason in ((ACTIVE, "reopened"), (HIRED, "closed")):
        refused = decide_reopen(application(status=status), JobStatus.OPEN, stages=STAGES)
        assert isinstance(refused, StageConflict)
        assert refused.reason == reason
