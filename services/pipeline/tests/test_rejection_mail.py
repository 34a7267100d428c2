"""The mail of a rejection, as pipeline says it: when it goes, and whether the rejection still holds."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from rapport.contracts.events import ApplicationClosed, ApplicationReopened, ClosingMail, Event
from rapport.contracts.identity import UserId
from rapport.contracts.pipeline import (
    ApplicationResult,
    CheckRejection,
    GetRejectionMailTime,
    RejectionCheck,
    RejectionMail,
    SetWorkingHours,
)
from rapport.contracts.refusals import InputProblemCode, Invalid, NotFound, StageConflict
from rapport.contracts.vocabulary import ApplicationStatus, RejectionState, SyncState, TransitionKind
from rapport.pipeline.attention import AttentionRequests
from rapport.pipeline.domain.rejection_mail import LastClosing, check_rejection, decide_mail, usual_time
from rapport.pipeline.domain.working_time import Absence, WorkingHours, WorkingTime
from rapport.testing.databases import Templates
from services.pipeline.tests.support.two_way import Card, TwoWay, served

_TEMPLATE, _SENDER = UUID(int=1), UserId(UUID(int=2))
_WEEK = frozenset({1, 2, 3, 4, 5})
_BERLIN = ZoneInfo("Europe/Berlin")
STRANGER = UserId(UUID(int=5))
"""A user whom the ATS does not know: it refuses what they do."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def both(database_templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TwoWay]:
    async with served(database_templates, tmp_path_factory.mktemp("two_way")) as it:
        yield it


def _mail(**more: Any) -> RejectionMail:
    return RejectionMail(template_id=_TEMPLATE, **more)


async def _closed(both: TwoWay, card: Card) -> list[Event[ApplicationClosed]]:
    """How it was closed here or in the ATS since the first run."""
    events = await both.published(card)
    return [e for e in events if isinstance(e.data, ApplicationClosed) and e.aggregateversion > card.version]


async def _checked(both: TwoWay, card: Card, version: int) -> RejectionState:
    request = CheckRejection(application_id=card.application, version=version)
    found = await both.actions.check_rejection(request, both.context())
    assert isinstance(found, RejectionCheck)
    return found.state


@pytest.mark.asyncio(loop_scope="module")
class TestBesideTheAts:
    async def test_the_event_of_a_rejection_says_which_mail_goes_when_and_from_whom(self, both: TwoWay) -> None:
        card, send_at = both.card(), datetime.now(UTC) + timedelta(hours=2)
        assert isinstance(await both.reject(card, mail=_mail(template_version=3, send_at=send_at)), ApplicationResult)
        [event] = await _closed(both, card)
        assert event.data.mail == ClosingMail(
            template_id=_TEMPLATE, template_version=3, from_user_id=both.user(), send_at=send_at
        )
        await both.written()
        await both.polled(card)
        assert len(await _closed(both, card)) == 1

    async def test_without_a_mail_none_is_wanted(self, both: TwoWay) -> None:
        card = both.card()
        await both.reject(card)
        [event] = await _closed(both, card)
        assert event.data.mail is None

    async def test_the_same_request_again_wants_no_second_mail(self, both: TwoWay) -> None:
        card, key = both.card(), str(uuid4())
        first = await both.reject(card, mail=_mail(), key=key)
        assert await both.reject(card, mail=_mail(), key=key) == first
        assert len(await _closed(both, card)) == 1

    async def test_if_no_time_is_chosen_it_goes_when_it_was_said_to(self, both: TwoWay) -> None:
        requests = AttentionRequests(both.pipeline)
        hours = SetWorkingHours(zone="Asia/Kathmandu", weekdays=(2, 4), begins="10:00", ends="12:00")
        await requests.set_working_hours(hours, both.context())
        said = await both.actions.get_rejection_mail_time(GetRejectionMailTime(), both.context())
        local = said.send_at.astimezone(ZoneInfo("Asia/Kathmandu"))
        assert (local.time(), local.isoweekday() in (2, 4), local.date() > datetime.now(local.tzinfo).date()) == (
            time(9, 30),
            True,
            True,
        )
        card = both.card()
        await both.reject(card, mail=_mail())
        [event] = await _closed(both, card)
        assert event.data.mail is not None
        assert event.data.mail.send_at == said.send_at

    async def test_a_time_more_than_a_year_away_is_refused_and_nothing_changes(self, both: TwoWay) -> None:
        card = both.card()
        refused = await both.reject(card, mail=_mail(send_at=datetime.now(UTC) + timedelta(days=366)))
        assert isinstance(refused, Invalid)
        assert (refused.problems[0].path, refused.problems[0].code) == (
            "mail.send_at",
            InputProblemCode.OUT_OF_RANGE,
        )
        assert await _closed(both, card) == []
        assert (await both.application(card)).status is ApplicationStatus.ACTIVE

    async def test_who_was_faster_wins_and_no_mail_is_wanted(self, both: TwoWay) -> None:
        card = both.card()
        await both.move(card, card.stage, card.others[0], user=1)
        assert isinstance(await both.reject(card, mail=_mail()), StageConflict)
        assert await _closed(both, card) == []

    async def test_a_rejection_is_pending_until_the_ats_has_it(self, both: TwoWay) -> None:
        card = both.card()
        await both.reject(card, mail=_mail())
        [event] = await _closed(both, card)
        assert await _checked(both, card, event.aggregateversion) is RejectionState.PENDING
        await both.written()
        assert await _checked(both, card, event.aggregateversion) is RejectionState.CONFIRMED
        assert await _checked(both, card, event.aggregateversion - 1) is RejectionState.UNDONE

    async def test_a_rejection_that_was_taken_back_is_undone_also_after_another_one(self, both: TwoWay) -> None:
        card = both.card()
        await both.reject(card, mail=_mail())
        [first] = await _closed(both, card)
        await both.reopen(card)
        assert await _checked(both, card, first.aggregateversion) is RejectionState.UNDONE
        await both.reject(card)
        await both.written()
        [_, second] = await _closed(both, card)
        assert await _checked(both, card, first.aggregateversion) is RejectionState.UNDONE
        assert await _checked(both, card, second.aggregateversion) is RejectionState.CONFIRMED

    async def test_a_rejection_that_the_ats_refuses_is_undone_with_an_event(self, both: TwoWay) -> None:
        card = both.card()
        await both.reject(card, mail=_mail(), user=STRANGER)
        [event] = await _closed(both, card)
        await both.written()
        assert await _checked(both, card, event.aggregateversion) is RejectionState.UNDONE
        last = [e for e in await both.published(card) if isinstance(e.data, ApplicationReopened)][-1]
        assert last.aggregateversion > event.aggregateversion

    async def test_an_application_that_is_unknown_was_not_rejected(self, both: TwoWay) -> None:
        request = CheckRejection(application_id=uuid4(), version=1)
        assert isinstance(await both.actions.check_rejection(request, both.context()), NotFound)
        card = both.card()
        assert await _checked(both, card, card.version) is RejectionState.UNDONE


def _working(
    *, zone: ZoneInfo = _BERLIN, absences: tuple[Absence, ...] = (), country: str | None = None
) -> WorkingTime:
    return WorkingTime(WorkingHours(zone, _WEEK, time(10), time(16), country), absences)


@pytest.mark.parametrize(
    ("now", "goes"),
    [
        ("2026-03-02T07:00+01:00", "2026-03-03T09:30+01:00"),
        ("2026-03-02T23:59+01:00", "2026-03-03T09:30+01:00"),
        ("2026-03-06T12:00+01:00", "2026-03-09T09:30+01:00"),
        ("2026-03-27T12:00+01:00", "2026-03-30T09:30+02:00"),
        ("2026-03-02T23:30+00:00", "2026-03-04T09:30+01:00"),
    ],
    ids=["on the next day, though it is early", "or late", "after a weekend", "in summer time", "in their zone"],
)
def test_the_mail_goes_at_half_past_nine_of_the_next_working_day(now: str, goes: str) -> None:
    assert usual_time(_working(), at=datetime.fromisoformat(now)) == datetime.fromisoformat(goes)


def test_holidays_and_absences_are_no_working_days() -> None:
    before_easter = datetime(2026, 4, 2, 12, tzinfo=UTC)
    assert usual_time(_working(country="DE"), at=before_easter).date() == date(2026, 4, 7)
    away = (Absence(date(2026, 4, 3), date(2026, 4, 10)),)
    assert usual_time(_working(absences=away), at=before_easter).date() == date(2026, 4, 13)


def test_who_does_not_work_for_years_is_taken_to_work_tomorrow() -> None:
    away = (Absence(date(2026, 1, 1), date(2036, 1, 1)),)
    now = datetime(2026, 4, 2, 12, tzinfo=UTC)
    assert usual_time(_working(absences=away), at=now) == datetime(2026, 4, 3, 9, 30, tzinfo=_BERLIN)


def test_a_time_that_is_over_is_now() -> None:
    now = datetime(2026, 4, 2, 12, tzinfo=UTC)
    said = decide_mail(_mail(send_at=now - timedelta(days=3)), _SENDER, _working(), at=now)
    assert isinstance(said, ClosingMail)
    assert said.send_at == now


@pytest.mark.parametrize("kind", [kind for kind in TransitionKind if kind is not TransitionKind.REJECTED])
def test_what_came_after_a_rejection_undoes_it(kind: TransitionKind) -> None:
    assert check_rejection(5, LastClosing(6, kind, SyncState.SYNCED)) is RejectionState.UNDONE
    assert check_rejection(5, LastClosing(5, kind, SyncState.SYNCED)) is RejectionState.UNDONE
