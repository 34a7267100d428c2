"""What needs attention, against a second reading of the rules that asks of each hour anew, over random histories."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.contracts.vocabulary import AttentionChange, AttentionReason, OfferStatus, Severity, StageKind
from rapport.pipeline.domain.attention import (
    DEFAULT_THRESHOLDS,
    Facts,
    Flag,
    Interview,
    Interviewer,
    Offer,
    Snooze,
    attention,
    snoozed,
)
from rapport.pipeline.domain.working_time import Absence, WorkingHours, WorkingTimes

_HOUR = timedelta(hours=1)
_START = datetime(2026, 3, 20, tzinfo=UTC)
"""Some days before the clocks are changed in Europe, some days after they were in America."""
_HOURS = 24 * 24
_RECRUITER, _COORDINATOR, _MANAGER, _ANN, _BEN = (UUID(int=n) for n in range(1, 6))
_TIMES = WorkingTimes(
    WorkingHours(ZoneInfo("Europe/Berlin"), frozenset({1, 2, 3, 4, 5}), time(9), time(17), "DE"),
    {_MANAGER: WorkingHours(ZoneInfo("America/New_York"), frozenset({1, 2, 3, 4, 5}), time(8), time(16), "US")},
    {_ANN: (Absence(date(2026, 3, 24), date(2026, 3, 26)),)},
)
_Key = tuple[AttentionReason, UUID]


@lru_cache
def _working_hours(owner: UUID | None) -> list[int]:
    """Of each hour of these histories, how many before it were working time; everything happens on the hour."""
    working = _TIMES.of(owner)
    counts = [0]
    for hours in range(_HOURS + 1):
        local = (_START + hours * _HOUR).astimezone(working.hours.zone)
        works = working.works_on(local.date()) and working.hours.begins <= local.time() < working.hours.ends
        counts.append(counts[-1] + works)
    return counts


def _worked(owner: UUID | None, since: datetime, now: datetime) -> int:
    counts = _working_hours(owner)
    return counts[(now - _START) // _HOUR] - counts[(since - _START) // _HOUR]


_Owed = tuple[AttentionReason, UUID, UUID | None, datetime]
_NIL = UUID(int=0)


def _after_interviews(facts: Facts, now: datetime) -> Iterator[_Owed]:
    over = [each for each in facts.interviews if each.ends_at is not None and each.ends_at <= now]
    for interview in over:
        for interviewer in interview.interviewers:
            if interviewer.submitted_at is None and interview.ends_at:
                yield AttentionReason.FEEDBACK_OWED, interviewer.id, interviewer.user_id, interview.ends_at
    here = [each for each in over if each.ends_at and each.ends_at >= facts.stage_entered_at]
    to_come = [each for each in facts.interviews if each not in over]
    all_in = all(each.submitted_at for interview in here for each in interview.interviewers)
    kind = facts.stage_kind
    if kind in {StageKind.SCREEN, StageKind.INTERVIEW, StageKind.ONSITE} and here and all_in and not to_come:
        moments = [each.ends_at for each in here if each.ends_at]
        moments += [i.submitted_at for each in here for i in each.interviewers if i.submitted_at]
        yield AttentionReason.DECISION_OWED, _NIL, facts.manager_id or facts.recruiter_id, max(moments)
    if kind in {StageKind.INTERVIEW, StageKind.ONSITE} and not here and not to_come:
        owner = facts.coordinator_id or facts.recruiter_id or facts.manager_id
        yield AttentionReason.SCHEDULING_OWED, _NIL, owner, facts.stage_entered_at
    spoken = [facts.applied_at, *([facts.last_contact_at] if facts.last_contact_at else [])]
    spoken += [each.ends_at for each in over if each.ends_at]
    yield AttentionReason.SILENCE, _NIL, facts.recruiter_id or facts.manager_id, max(spoken)


def _around_offers(facts: Facts) -> Iterator[_Owed]:
    recruiter = facts.recruiter_id or facts.manager_id
    newest = sorted(facts.offers, key=lambda offer: offer.created_at)[-1:]
    if newest and newest[0].status is OfferStatus.DRAFT:
        yield AttentionReason.OFFER_TO_SEND, newest[0].id, recruiter, newest[0].created_at
    if newest and newest[0].status is OfferStatus.SENT and newest[0].sent_at:
        yield AttentionReason.OFFER_UNANSWERED, newest[0].id, recruiter, newest[0].sent_at
    done = {OfferStatus.DECLINED, OfferStatus.RESCINDED, OfferStatus.SUPERSEDED}
    if facts.stage_kind is StageKind.OFFER and (not newest or newest[0].status in done):
        yield AttentionReason.OFFER_TO_CREATE, _NIL, recruiter, facts.stage_entered_at


def _expected(facts: Facts, now: datetime) -> dict[_Key, tuple[Severity, UUID | None]]:
    """Who is late with what, read from the specification's table."""
    happened = (facts.stage_entered_at, facts.last_activity_at, facts.last_contact_at)
    active = max(at for at in happened if at)
    inactive = (AttentionReason.INACTIVE, _NIL, facts.recruiter_id or facts.manager_id, active)
    late: dict[_Key, tuple[Severity, UUID | None]] = {}
    for reason, subject, owner, since in (*_after_interviews(facts, now), *_around_offers(facts), inactive):
        # Everybody here works eight hours a day.
        unit = 8 if reason in {AttentionReason.INACTIVE, AttentionReason.SILENCE} else 1
        worked = _worked(owner, since, now)
        threshold = DEFAULT_THRESHOLDS[reason]
        if worked >= threshold.red * unit:
            late[reason, subject] = (Severity.RED, owner)
        elif worked >= threshold.yellow * unit:
            late[reason, subject] = (Severity.YELLOW, owner)
    return late


_hours = st.integers(0, _HOURS).map(lambda hours: _START + hours * _HOUR)
_maybe = st.none() | _hours


@st.composite
def _histories(draw: st.DrawFn) -> list[tuple[datetime, Facts]]:
    """What is known of one application from each of some moments on."""
    moments = sorted({*draw(st.lists(_hours, min_size=1, max_size=5)), _START})
    history: list[tuple[datetime, Facts]] = []
    for at in moments:
        past = st.integers(0, int((at - _START) / _HOUR)).map(lambda hours: _START + hours * _HOUR)
        interviews = []
        for number in range(draw(st.integers(0, 2))):
            ends_at = draw(_maybe)
            over = ends_at is not None and ends_at <= at
            interviewers = tuple(
                Interviewer(UUID(int=100 + 10 * number + place), user, draw(st.none() | past) if over else None)
                for place, user in enumerate(draw(st.sampled_from([(_ANN,), (_ANN, _BEN), ()])))
            )
            interviews.append(Interview(ends_at, interviewers))
        offers = []
        if draw(st.booleans()):
            status = draw(st.sampled_from(list(OfferStatus)))
            sent_at = None if status is OfferStatus.DRAFT else draw(past)
            offers.append(Offer(UUID(int=200), status, draw(past), sent_at))
        history.append(
            (
                at,
                Facts(
                    application_id=UUID(int=7),
                    person_id=UUID(int=8),
                    job_id=UUID(int=9),
                    applied_at=_START,
                    stage_kind=draw(st.sampled_from(list(StageKind))),
                    stage_entered_at=draw(past),
                    last_activity_at=draw(st.none() | past),
                    last_contact_at=draw(st.none() | past),
                    recruiter_id=draw(st.sampled_from([_RECRUITER, None])),
                    coordinator_id=draw(st.sampled_from([_COORDINATOR, None])),
                    manager_id=draw(st.sampled_from([_MANAGER, None])),
                    interviews=tuple(interviews),
                    offers=tuple(offers),
                ),
            )
        )
    return history


def _moments(history: list[tuple[datetime, Facts]]) -> Iterator[tuple[datetime, Facts, bool]]:
    """Every hour, with what is known then, and whether that is new."""
    known = dict(history)
    facts = history[0][1]
    for hours in range(_HOURS):
        now = _START + hours * _HOUR
        facts = known.get(now, facts)
        yield now, facts, now in known


@settings(deadline=None, max_examples=60)
@given(history=_histories())
def test_looking_when_it_is_time_finds_what_looking_every_hour_finds(history: list[tuple[datetime, Facts]]) -> None:
    """It is computed when something happened and when it is due, and each change is published exactly once."""
    flags: tuple[Flag, ...] = ()
    told: dict[_Key, tuple[Severity, UUID | None]] = {}
    next_at: datetime | None = None
    for now, facts, is_new in _moments(history):
        if is_new or (next_at is not None and next_at <= now):
            found = attention(facts, flags, DEFAULT_THRESHOLDS, _TIMES, now)
            again = attention(facts, found.flags, DEFAULT_THRESHOLDS, _TIMES, now)
            assert not again.changes, "looking twice tells nothing new"
            _tell(told, found.changes)
            flags, next_at = found.flags, found.next_at
        expected = _expected(facts, now)
        assert {flag.key: (flag.severity, flag.condition.owner_id) for flag in flags} == expected
        assert told == expected
    ended = attention(None, flags, DEFAULT_THRESHOLDS, _TIMES, now)
    assert not ended.flags
    assert ended.next_at is None
    assert {change.flag.key for change in ended.changes} == set(told)


def _tell(told: dict[_Key, tuple[Severity, UUID | None]], changes: tuple) -> None:
    for change in changes:
        flag: Flag = change.flag
        match change.change:
            case AttentionChange.CLEARED:
                del told[flag.key]
            case AttentionChange.RAISED:
                assert flag.key not in told
                told[flag.key] = (flag.severity, flag.condition.owner_id)
            case _:
                assert flag.key in told
                told[flag.key] = (flag.severity, flag.condition.owner_id)


_OFFER_STAGE = Facts(
    application_id=UUID(int=7),
    person_id=UUID(int=8),
    job_id=UUID(int=9),
    applied_at=_START,
    stage_kind=StageKind.OFFER,
    stage_entered_at=_START,
    last_activity_at=_START,
    last_contact_at=_START,
    recruiter_id=_RECRUITER,
    coordinator_id=None,
    manager_id=None,
    interviews=(),
    offers=(),
)


def _only(changes: tuple, reason: AttentionReason) -> list[AttentionChange]:
    return [each.change for each in changes if each.flag.condition.reason is reason]


def test_a_snoozed_flag_comes_back_by_itself_and_is_still_known() -> None:
    """It escalates meanwhile without being shown, and comes back at the moment that was said."""
    monday = datetime(2026, 3, 24, 12, tzinfo=UTC)
    flags = attention(_OFFER_STAGE, (), DEFAULT_THRESHOLDS, _TIMES, monday).flags
    [offer] = [flag for flag in flags if flag.condition.reason is AttentionReason.OFFER_TO_CREATE]
    until = monday + timedelta(days=3)
    quiet = snoozed(offer, Snooze(until, _MANAGER, "the budget is decided on Friday"))
    assert quiet.change is AttentionChange.SNOOZED
    later = attention(_OFFER_STAGE, (quiet.flag,), DEFAULT_THRESHOLDS, _TIMES, until - _HOUR)
    assert later.next_at is not None
    assert later.next_at <= until
    assert _only(later.changes, AttentionReason.OFFER_TO_CREATE) == [AttentionChange.ESCALATED]
    back = attention(_OFFER_STAGE, later.flags, DEFAULT_THRESHOLDS, _TIMES, until)
    assert _only(back.changes, AttentionReason.OFFER_TO_CREATE) == [AttentionChange.RESUMED]
    assert all(flag.snooze is None for flag in back.flags)


def test_a_snooze_ends_with_what_it_was_about() -> None:
    """Another offer stage, another flag: nobody said that this one can wait."""
    monday = datetime(2026, 3, 24, 12, tzinfo=UTC)
    flags = attention(_OFFER_STAGE, (), DEFAULT_THRESHOLDS, _TIMES, monday).flags
    [offer] = [flag for flag in flags if flag.condition.reason is AttentionReason.OFFER_TO_CREATE]
    quiet = snoozed(offer, Snooze(monday + timedelta(days=60), _MANAGER, "later")).flag
    again = replace(_OFFER_STAGE, stage_entered_at=monday, last_activity_at=monday)
    now = monday + timedelta(days=9)
    found = attention(again, (quiet,), DEFAULT_THRESHOLDS, _TIMES, now)
    assert _only(found.changes, AttentionReason.OFFER_TO_CREATE) == [AttentionChange.CLEARED, AttentionChange.RAISED]
    assert all(flag.snooze is None for flag in found.flags)


def test_more_time_eases_and_another_owner_is_told() -> None:
    """Thresholds and teams change while a flag is up."""
    now = datetime(2026, 3, 26, 12, tzinfo=UTC)
    flags = attention(_OFFER_STAGE, (), DEFAULT_THRESHOLDS, _TIMES, now).flags
    patient: Mapping = dict(DEFAULT_THRESHOLDS) | {
        AttentionReason.OFFER_TO_CREATE: replace(DEFAULT_THRESHOLDS[AttentionReason.OFFER_TO_CREATE], red=200)
    }
    eased = attention(_OFFER_STAGE, flags, patient, _TIMES, now)
    assert _only(eased.changes, AttentionReason.OFFER_TO_CREATE) == [AttentionChange.EASED]
    other = replace(_OFFER_STAGE, recruiter_id=_BEN)
    handed = attention(other, flags, DEFAULT_THRESHOLDS, _TIMES, now)
    assert _only(handed.changes, AttentionReason.OFFER_TO_CREATE) == [AttentionChange.REASSIGNED]
