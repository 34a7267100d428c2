"""Many applications are changed at once: each as if it were changed alone, once, and written to a sandbox ATS."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from rapport.contracts.events import ApplicationClosed, BulkActionChanged, ClosingMail, parse_event
from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import (
    MAX_CHANGED,
    ApplicationsAction,
    BulkAction,
    BulkActions,
    BulkPerson,
    BulkPersonPage,
    ChangeApplications,
    GetBulkActionPeople,
    GetBulkActionsByIds,
    MoveResult,
    Rejection,
    RejectionMail,
    SeenApplication,
    UndoBulkAction,
)
from rapport.contracts.refusals import Forbidden, InputProblemCode, Invalid, NotFound, StageConflict
from rapport.contracts.requests import Page
from rapport.contracts.vocabulary import (
    ApplicationStatus,
    BulkActionKind,
    BulkActionState,
    BulkOutcome,
    ClosedBy,
)
from rapport.kit.database.queries import Statement
from rapport.kit.rpc.envelope import RequestContext
from rapport.pipeline.bulk.applications import change_by
from rapport.pipeline.bulk.requests import BulkRequests
from rapport.pipeline.bulk.worker import BulkWorker
from rapport.pipeline.store import sync
from rapport.testing.databases import Templates
from services.pipeline.tests.support.two_way import TEAM_OF_ONE, Card, TwoWay, served

DONE, UNCHANGED, CONFLICT, REFUSED, NOT_FOUND, FAILED = (
    BulkOutcome.DONE,
    BulkOutcome.UNCHANGED,
    BulkOutcome.CONFLICT,
    BulkOutcome.REFUSED,
    BulkOutcome.NOT_FOUND,
    BulkOutcome.FAILED,
)
_DUE_NOW = Statement("UPDATE ats_write SET next_try_at = now() WHERE state = 'waiting'")
_REOPEN = ApplicationsAction(kind=BulkActionKind.REOPEN_APPLICATIONS)


class Bulk:
    """What users do to many applications, and the worker that does it."""

    def __init__(self, both: TwoWay) -> None:
        self.both = both
        self.make = change_by(both.requests, both.actions)
        self.requests = BulkRequests(both.pipeline, None, lambda: None)  # type: ignore[arg-type]
        self.worker = BulkWorker(both.pipeline, ["acme"], self.make)

    def cards(self, number: int) -> list[Card]:
        """Cards of one job in several stages, that no other test changes."""
        return self.both.cards_of_one_job(number)

    def cards_anywhere(self, number: int) -> list[Card]:
        """Cards of any job, that no other test changes."""
        return [self.both.card() for _ in range(number)]

    async def start(
        self,
        action: ApplicationsAction,
        *cards: Card,
        stages: dict[UUID, UUID] | None = None,
        key: str | None = None,
        context: RequestContext | None = None,
        without_mail: Sequence[Card] = (),
    ) -> Any:
        seen = [
            SeenApplication(application_id=card.application, stage_id=(stages or {}).get(card.application, card.stage))
            for card in cards
        ]
        silent = tuple(card.application for card in without_mail)
        request = ChangeApplications(applications=tuple(seen), action=action, without_mail=silent)
        return await self.requests.change_applications(request, context or self.both.context(key=key))

    async def work(self) -> None:
        while await self.worker.step():
            pass

    async def run(self, action: ApplicationsAction, *cards: Card, **more: Any) -> BulkAction:
        started = await self.start(action, *cards, **more)
        assert isinstance(started, BulkAction), started
        assert started.state is BulkActionState.RUNNING
        await self.work()
        return await self.now(started)

    async def undo(self, action: BulkAction) -> Any:
        return await self.requests.undo_bulk_action(UndoBulkAction(bulk_action_id=action.id), self.both.context())

    async def now(self, action: BulkAction) -> BulkAction:
        found = await self.requests.get_bulk_actions_by_ids(GetBulkActionsByIds(ids=(action.id,)), self.both.context())
        [now] = BulkActions.model_validate_json(found).items
        return now

    async def members(self, action: BulkAction) -> list[BulkPerson]:
        request = GetBulkActionPeople(bulk_action_id=action.id, page=Page(first=200))
        found = await self.requests.get_bulk_action_people(request, self.both.context())
        assert isinstance(found, str), found
        return [edge.node for edge in BulkPersonPage.model_validate_json(found).edges]

    async def outcomes(self, action: BulkAction) -> list[BulkOutcome | None]:
        return [member.outcome for member in await self.members(action)]

    async def progress(self, action: BulkAction) -> list[tuple[BulkActionState, int, int]]:
        rows = await self.both.rows(
            "SELECT body, subject FROM outbox WHERE aggregate_id = $1 ORDER BY aggregate_version", action.id
        )
        told = [parse_event(row["body"], row["subject"]).data for row in rows]
        assert all(isinstance(data, BulkActionChanged) for data in told)
        return [(data.state, data.people, data.tried) for data in told]

    async def stages(self, *cards: Card) -> list[UUID]:
        return [(await self.both.state(card))[1] for card in cards]

    async def writes(self, card: Card) -> list[tuple[str, str]]:
        rows = await self.both.rows(
            "SELECT action, state FROM ats_write WHERE application_id = $1 ORDER BY requested_at, id", card.application
        )
        return [(row["action"], row["state"]) for row in rows]


def _to(stage: UUID) -> ApplicationsAction:
    return ApplicationsAction(kind=BulkActionKind.MOVE_APPLICATIONS, to_stage_id=stage)


async def _rejecting(bulk: Bulk, note: str | None = None, mail: RejectionMail | None = None) -> ApplicationsAction:
    reason = await bulk.both.reason()
    return ApplicationsAction(
        kind=BulkActionKind.REJECT_APPLICATIONS, rejection=Rejection(reason_id=reason.id, note=note, mail=mail)
    )


def _mail(**more: Any) -> RejectionMail:
    return RejectionMail(template_id=uuid4(), template_version=2, **more)


async def _mails(bulk: Bulk, card: Card) -> list[ClosingMail | None]:
    """Of its rejections since the first run."""
    events = await bulk.both.published(card)
    return [e.data.mail for e in events if isinstance(e.data, ApplicationClosed) and e.aggregateversion > card.version]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bulk(database_templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bulk]:
    async with served(database_templates, tmp_path_factory.mktemp("bulk"), people=1500) as both:
        yield Bulk(both)


@pytest.mark.asyncio(loop_scope="module")
class TestMany:
    async def test_each_is_moved_and_written_to_the_ats(self, bulk: Bulk) -> None:
        cards = bulk.cards(4)
        there, others = cards[0].stage, [card for card in cards if card.stage != cards[0].stage]

        done = await bulk.run(_to(there), *cards)
        await bulk.both.written()

        assert done.state is BulkActionState.DONE
        assert await bulk.outcomes(done) == [UNCHANGED if card.stage == there else DONE for card in cards]
        assert {each.outcome: each.people for each in done.outcomes} == {
            DONE: len(others),
            UNCHANGED: 4 - len(others),
        }
        assert set(await bulk.stages(*cards)) == {there}
        for card in others:
            assert await bulk.both.transitions(card) == [(card.stage, there, "user", False)]
            assert await bulk.both.stage_in_ats(card) == there
        members = await bulk.members(done)
        assert [member.application_id for member in members] == [card.application for card in cards]
        assert all(member.person_id for member in members)

    async def test_how_far_it_is_is_told_after_every_fifty(self, bulk: Bulk) -> None:
        [card] = bulk.cards_anywhere(1)
        strangers = [Card(uuid4(), "0", card.stage, (), 0) for _ in range(59)]

        done = await bulk.run(await _rejecting(bulk), *strangers, card)

        assert await bulk.outcomes(done) == [NOT_FOUND] * 59 + [DONE]
        assert await bulk.progress(done) == [
            (BulkActionState.RUNNING, 60, 0),
            (BulkActionState.RUNNING, 60, 50),
            (BulkActionState.DONE, 60, 60),
        ]
        assert await bulk.writes(card) == [("reject", "waiting")]

    async def test_a_small_action_does_not_wait_for_a_large_one(self, bulk: Bulk) -> None:
        one, other = bulk.cards_anywhere(2)
        strangers = [Card(uuid4(), "0", one.stage, (), 0) for _ in range(120)]
        large = await bulk.start(await _rejecting(bulk), one, *strangers)
        small = await bulk.start(await _rejecting(bulk), other)

        await bulk.worker.step()
        await bulk.worker.step()

        assert (await bulk.now(large)).state is BulkActionState.RUNNING
        assert (await bulk.now(small)).state is BulkActionState.DONE
        await bulk.work()
        assert (await bulk.now(large)).state is BulkActionState.DONE

    async def test_who_was_faster_is_respected_and_the_others_are_moved(self, bulk: Bulk) -> None:
        cards = bulk.cards(5)
        there = cards[0].others[-1]
        moved, closed, *_ = [card for card in cards if card.stage != there]
        elsewhere = next(stage for stage in moved.others if stage != there)
        assert isinstance(await bulk.both.move(moved, moved.stage, elsewhere, user=1), MoveResult)
        await bulk.both.reject(closed, user=1)
        stranger = Card(uuid4(), "0", moved.stage, (), 0)
        before = [await bulk.both.transitions(card) for card in (moved, closed)]

        done = await bulk.run(_to(there), *cards, stranger)

        by_id = {member.application_id: member for member in await bulk.members(done)}
        assert by_id[stranger.application].outcome is NOT_FOUND
        assert by_id[stranger.application].person_id is None
        for card, reason, stage in ((moved, "moved", elsewhere), (closed, "closed", closed.stage)):
            member = by_id[card.application]
            assert member.outcome is CONFLICT
            assert isinstance(member.refusal, StageConflict)
            assert (member.refusal.reason, member.refusal.current.stage_id) == (reason, stage)
            assert member.refusal.changed_by == bulk.both.user(1)
        assert [await bulk.both.transitions(card) for card in (moved, closed)] == before
        others = [card for card in cards if card not in (moved, closed)]
        assert set(await bulk.stages(*others)) == {there}
        assert {by_id[card.application].outcome for card in others} <= {DONE, UNCHANGED}

    async def test_a_stage_that_nobody_is_moved_to_is_refused_for_each(self, bulk: Bulk) -> None:
        cards = bulk.cards(3)
        stages = await bulk.stages(*cards)

        done = await bulk.run(_to(uuid4()), *cards)

        for member in await bulk.members(done):
            assert member.outcome is REFUSED
            assert isinstance(member.refusal, Invalid)
            assert member.refusal.problems[0].code is InputProblemCode.NOT_FOUND
        assert await bulk.stages(*cards) == stages
        assert [await bulk.writes(card) for card in cards] == [[], [], []]

    async def test_a_rejection_tells_the_ats_its_note_and_is_undone_as_a_whole(self, bulk: Bulk) -> None:
        cards = bulk.cards_anywhere(3)
        reject = await _rejecting(bulk, note="Not this time")

        rejected = await bulk.run(reject, *cards)
        await bulk.both.written()

        assert await bulk.outcomes(rejected) == [DONE] * 3
        for card in cards:
            assert (await bulk.both.application(card)).status is ApplicationStatus.REJECTED
            assert (await bulk.both.in_rejection_details(card))["notes"] == "Not this time"
        assert rejected.action.rejection == Rejection(reason_id=reject.rejection.reason_id)  # type: ignore[union-attr]
        assert not await bulk.both.rows("SELECT FROM bulk_action WHERE action::text LIKE '%Not this time%'")

        undone, again = await bulk.undo(rejected), await bulk.undo(rejected)
        await bulk.work()
        await bulk.both.written()

        assert undone == again
        assert undone.action.kind is BulkActionKind.REOPEN_APPLICATIONS
        assert await bulk.outcomes(undone) == [DONE] * 3
        assert await bulk.stages(*cards) == [card.stage for card in cards]
        for card in cards:
            assert await bulk.writes(card) == [("reject", "done"), ("reopen", "done")]
            assert (await bulk.both.in_ats(card)).status is ApplicationStatus.ACTIVE
        refused = await bulk.undo(undone)
        assert isinstance(refused, Invalid)
        assert refused.problems[0].code is InputProblemCode.NOT_ALLOWED

    async def test_people_who_withdrew_need_a_reason_of_theirs(self, bulk: Bulk) -> None:
        [card] = bulk.cards_anywhere(1)
        reason = await bulk.both.reason(ClosedBy.PERSON)
        wrong = ApplicationsAction(kind=BulkActionKind.REJECT_APPLICATIONS, rejection=Rejection(reason_id=reason.id))
        [outcome] = await bulk.outcomes(await bulk.run(wrong, card))
        assert outcome is REFUSED
        right = ApplicationsAction(
            kind=BulkActionKind.WITHDRAW_APPLICATIONS,
            withdrawal={"reason_id": reason.id},  # type: ignore[arg-type]
        )
        [outcome] = await bulk.outcomes(await bulk.run(right, card))
        assert outcome is DONE
        assert (await bulk.both.application(card)).status is ApplicationStatus.WITHDRAWN

    async def test_undoing_a_move_spares_what_somebody_has_moved_since(self, bulk: Bulk) -> None:
        cards = bulk.cards(4)
        there = cards[0].others[0]
        moved = await bulk.run(_to(there), *cards)
        further = next(card for card in cards if card.stage != there)
        elsewhere = next(stage for stage in further.others if stage not in (there, further.stage))
        assert isinstance(await bulk.both.move(further, there, elsewhere, user=1), MoveResult)

        undone = await bulk.undo(moved)
        await bulk.work()

        returned = [card for card in cards if card.stage != there and card is not further]
        outcomes = {member.application_id: member.outcome for member in await bulk.members(undone)}
        assert outcomes == {card.application: DONE for card in returned} | {further.application: CONFLICT}
        assert await bulk.stages(*returned) == [card.stage for card in returned]
        assert await bulk.stages(further) == [elsewhere]

    async def test_the_same_key_begins_nothing_else(self, bulk: Bulk) -> None:
        cards = bulk.cards_anywhere(3)
        reject = await _rejecting(bulk, note="Sorry")
        done = await bulk.run(reject, *cards, cards[0], key="once")
        assert done.people == 3

        again = await bulk.start(reject, *cards, key="once")
        other = await bulk.start(_to(cards[0].stage), *cards, key="once")
        fewer = await bulk.start(reject, *cards[:2], key="once")
        others = await bulk.start(reject, *cards[:2], *bulk.cards_anywhere(1), key="once")
        seen_elsewhere = {cards[0].application: cards[0].others[0]}
        elsewhere = await bulk.start(reject, *cards, stages=seen_elsewhere, key="once")
        with_mail = await bulk.start(await _rejecting(bulk, mail=_mail()), *cards, key="once")
        await bulk.work()

        assert again == done
        for refused in (other, fewer, others, elsewhere, with_mail):
            assert isinstance(refused, Invalid)
            assert refused.problems[0].code is InputProblemCode.KEY_REUSED
        assert [len(await bulk.writes(card)) for card in cards] == [1, 1, 1]

    async def test_each_who_is_rejected_is_told_at_one_time_but_for_those_who_are_not_to_be(self, bulk: Bulk) -> None:
        cards = bulk.cards_anywhere(3)
        silent, stranger = cards[2], Card(uuid4(), "0", cards[0].stage, (), 0)
        mail = _mail()

        started = await bulk.start(
            await _rejecting(bulk, "Sorry", mail), *cards, stranger, without_mail=(silent, stranger)
        )
        # As if the night passed before the worker comes to it.
        begun = datetime.now(UTC) + timedelta(days=30)
        await bulk.both.rows("UPDATE bulk_action SET requested_at = $2 WHERE id = $1", started.id, begun)
        await bulk.work()
        done = await bulk.now(started)

        [told], [also_told], [untold] = [await _mails(bulk, card) for card in cards]
        assert told is not None
        assert told == also_told
        assert (told.template_id, told.template_version) == (mail.template_id, 2)
        assert told.from_user_id == bulk.both.user()
        assert told.send_at.time() == time(9, 30)
        assert timedelta(0) < told.send_at - begun < timedelta(days=4)
        assert untold is None
        assert done.mails == 2
        assert [member.mail for member in await bulk.members(done)] == [True, True, False, False]
        assert await bulk.outcomes(done) == [DONE, DONE, DONE, NOT_FOUND]

    async def test_a_time_that_is_too_far_off_is_refused_before_anything_is_begun(self, bulk: Bulk) -> None:
        [card] = bulk.cards_anywhere(1)
        refused = await bulk.start(await _rejecting(bulk, mail=_mail(send_at="2099-01-01T00:00:00Z")), card, key="far")
        assert isinstance(refused, Invalid)
        assert [(problem.path, problem.code) for problem in refused.problems] == [
            ("action.rejection.mail.send_at", InputProblemCode.OUT_OF_RANGE)
        ]
        await bulk.work()
        assert await _mails(bulk, card) == []
        assert isinstance(await bulk.start(await _rejecting(bulk), card, key="far"), BulkAction)

    async def test_who_was_moved_meanwhile_is_neither_rejected_nor_told(self, bulk: Bulk) -> None:
        moved, still = cards = bulk.cards_anywhere(2)
        assert isinstance(await bulk.both.move(moved, moved.stage, moved.others[0], user=1), MoveResult)
        done = await bulk.run(await _rejecting(bulk, mail=_mail()), *cards)
        assert await bulk.outcomes(done) == [CONFLICT, DONE]
        assert await _mails(bulk, moved) == []
        assert [mail is not None for mail in await _mails(bulk, still)] == [True]
        assert done.mails == 1

    async def test_a_worker_that_takes_over_in_the_middle_tells_nobody_twice(self, bulk: Bulk) -> None:
        cards = bulk.cards_anywhere(3)
        left = 2

        async def dying(request: Any, context: RequestContext) -> Any:
            nonlocal left
            left -= 1
            result = await bulk.make(request, context)
            if left == 0:
                raise ConnectionError("the process is gone, right after the commit")
            return result

        started = await bulk.start(await _rejecting(bulk, mail=_mail()), *cards, without_mail=cards[2:])
        with pytest.raises(ConnectionError):
            await BulkWorker(bulk.both.pipeline, ["acme"], dying).step()
        await bulk.work()

        assert await bulk.outcomes(started) == [DONE] * 3
        assert [[mail is not None for mail in await _mails(bulk, card)] for card in cards] == [[True], [True], [False]]

    async def test_a_worker_that_takes_over_in_the_middle_changes_nothing_twice(self, bulk: Bulk) -> None:
        cards = bulk.cards(4)
        there = cards[0].others[0]
        left = 2

        async def dying(request: Any, context: RequestContext) -> Any:
            nonlocal left
            left -= 1
            result = await bulk.make(request, context)
            if left == 0:
                raise ConnectionError("the process is gone, right after the commit")
            return result

        started = await bulk.start(_to(there), *cards)
        with pytest.raises(ConnectionError):
            await BulkWorker(bulk.both.pipeline, ["acme"], dying).step()
        assert await bulk.outcomes(started) == [None] * 4
        # Somebody moves one on that was moved already, but of which that is not written down yet.
        first = next(card for card in cards if card.stage != there)
        elsewhere = next(stage for stage in first.others if stage not in (there, first.stage))
        assert isinstance(await bulk.both.move(first, there, elsewhere, user=1), MoveResult)

        await bulk.work()

        assert set(await bulk.outcomes(started)) == {DONE, UNCHANGED}
        for card in cards:
            moves = [] if card.stage == there else [(card.stage, there, "user", False)]
            assert (await bulk.both.transitions(card))[:1] == moves
            assert len(await bulk.both.transitions(card)) == len(moves) + (card is first)
        assert await bulk.stages(first) == [elsewhere]

    async def test_what_fails_fails_alone(self, bulk: Bulk) -> None:
        cards = bulk.cards_anywhere(3)

        async def failing(request: Any, context: RequestContext) -> Any:
            if request.application_id == cards[1].application:
                raise ValueError("a defect")
            return await bulk.make(request, context)

        started = await bulk.start(await _rejecting(bulk), *cards)
        while await BulkWorker(bulk.both.pipeline, ["acme"], failing).step():
            pass

        assert await bulk.outcomes(started) == [DONE, FAILED, DONE]
        assert (await bulk.both.application(cards[1])).status is ApplicationStatus.ACTIVE

    async def test_each_is_changed_with_the_roles_of_who_started_it(self, bulk: Bulk) -> None:
        theirs, other = await bulk.both.cards_of_two_teams()
        [[manager]] = await bulk.both.rows(TEAM_OF_ONE, theirs.application, other.application)
        viewer = Viewer(org_id="acme", user_id=UserId(manager), roles=frozenset({Role.HIRING_MANAGER}))
        reject = await _rejecting(bulk)

        started = await bulk.start(reject, other, theirs, context=RequestContext(viewer, str(uuid4())))
        await bulk.work()

        request = GetBulkActionPeople(bulk_action_id=started.id)
        found = await bulk.requests.get_bulk_action_people(request, RequestContext(viewer, "key"))
        edges = BulkPersonPage.model_validate_json(found).edges  # type: ignore[arg-type]
        assert [edge.node.outcome for edge in edges] == [NOT_FOUND, DONE]
        assert await bulk.stages(other) == [other.stage]
        none = await bulk.start(reject, other, context=RequestContext(viewer, str(uuid4())))
        assert none == NotFound(what="application", id=str(other.application))
        executive = viewer.model_copy(update={"roles": frozenset({Role.EXECUTIVE})})
        refused = await bulk.start(reject, other, context=RequestContext(executive, str(uuid4())))
        assert isinstance(refused, Forbidden)

    async def test_an_action_is_undone_by_its_user_alone_and_once_it_is_over(self, bulk: Bulk) -> None:
        [card] = bulk.cards_anywhere(1)
        started = await bulk.start(await _rejecting(bulk), card)
        refused = await bulk.undo(started)
        assert isinstance(refused, Invalid)
        assert refused.problems[0].code is InputProblemCode.WRONG_STATE
        await bulk.work()
        other = await bulk.requests.undo_bulk_action(
            UndoBulkAction(bulk_action_id=started.id), bulk.both.context(user=1)
        )
        assert other == NotFound(what="bulk action", id=str(started.id))
        assert (await bulk.both.application(card)).status is ApplicationStatus.REJECTED

    async def test_what_is_done_to_one_is_written_before_what_waits_of_many(self, bulk: Bulk) -> None:
        await bulk.both.written()
        *many, one = bulk.cards_anywhere(4)
        await bulk.run(await _rejecting(bulk), *many, many[0])
        assert isinstance(await bulk.both.move(one, one.stage, one.others[0]), MoveResult)
        # Its own older write goes first, however it came about.
        await bulk.both.reopen(many[0])

        claimed = []
        # Near the rate limit of the ATS, of what was done to many nothing is written at first.
        for any_ in (False, False, True, True, True, True):
            async with bulk.both.pipeline.work("acme", actor="ats", cause="test") as unit:
                write = await sync.claim_write(unit, "greenhouse", lease_seconds=60, bulk=any_)
            claimed.append(write and write.application_id)
        assert claimed.pop(1) is claimed.pop() is None
        assert claimed[0] == one.application
        assert set(claimed[1:]) == {card.application for card in many}
        async with bulk.both.pipeline.work("acme", actor="ats", cause="test") as unit:
            await unit.execute(_DUE_NOW)
        await bulk.both.written()
        assert await bulk.writes(many[0]) == [("reject", "done"), ("reopen", "done")]


def test_applications_are_at_most_so_many_and_not_returned_by_hand() -> None:
    seen = SeenApplication(application_id=uuid4(), stage_id=uuid4())
    with pytest.raises(ValueError, match="at most"):
        ChangeApplications(applications=(seen,) * (MAX_CHANGED + 1), action=_REOPEN)
    returning = ApplicationsAction(kind=BulkActionKind.RETURN_APPLICATIONS)
    with pytest.raises(ValueError, match="undoing"):
        ChangeApplications(applications=(seen,), action=returning)
    with pytest.raises(ValueError, match="to_stage_id"):
        ApplicationsAction(kind=BulkActionKind.MOVE_APPLICATIONS)
