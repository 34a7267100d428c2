"""Working time against a count of every minute, over random weeks, zones, holidays and absences."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.pipeline.domain.working_time import Absence, WorkingHours, WorkingTime

_MINUTE = timedelta(minutes=1)
_ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Santiago")
_BERLIN = ZoneInfo("Europe/Berlin")
_WEEK = frozenset({1, 2, 3, 4, 5})


def _hours(zone: str = "Europe/Berlin", begins: int = 9, ends: int = 17, country: str | None = None) -> WorkingHours:
    return WorkingHours(ZoneInfo(zone), _WEEK, time(begins), time(ends), country)


def _after_minutes(working: WorkingTime, start: datetime, minutes: int) -> datetime:
    """Minute by minute, by the wall clock of every minute."""
    at, left = start, minutes
    while left:
        local = at.astimezone(working.hours.zone)
        if working.works_on(local.date()) and working.hours.begins <= local.time() < working.hours.ends:
            left -= 1
        at += _MINUTE
    return at


@st.composite
def _working_times(draw: st.DrawFn) -> WorkingTime:
    begins = draw(st.integers(0, 20))
    days = draw(st.frozensets(st.integers(1, 7), min_size=1))
    zone = ZoneInfo(draw(st.sampled_from(_ZONES)))
    country = draw(st.sampled_from((None, "DE", "US", "CL")))
    hours = WorkingHours(zone, days, time(begins), time(draw(st.integers(begins + 1, 23))), country)
    first = draw(st.dates(date(2026, 1, 1), date(2026, 12, 1)))
    return WorkingTime(hours, (Absence(first, first + timedelta(days=draw(st.integers(0, 9)))),))


# Every clock change of 2026 in these zones lies in this year, and the nights in which one hour is there twice.
_MINUTES = st.integers(0, 365 * 24 * 60)


@given(working=_working_times(), offset=_MINUTES, minutes=st.integers(1, 20 * 60))
def test_hours_are_counted_minute_by_minute(working: WorkingTime, offset: int, minutes: int) -> None:
    """Also across clock changes, where a working day may have an hour more or less."""
    start = datetime(2026, 1, 1, tzinfo=UTC) + offset * _MINUTE
    assert working.after_hours(start, minutes / 60) == pytest.approx(
        _after_minutes(working, start, minutes), abs=timedelta(milliseconds=1)
    )


@given(working=_working_times(), offset=_MINUTES, days=st.integers(1, 8))
def test_as_many_working_days_lie_between(working: WorkingTime, offset: int, days: int) -> None:
    """What falls due after so many days does so with the last of as many days' work, counted from the start."""
    start = datetime(2026, 1, 1, tzinfo=UTC) + offset * _MINUTE
    due = working.after_days(start, days)
    assert due is not None
    first = start.astimezone(working.hours.zone).date()
    worked = 0.0
    for number in range((due.date() - first).days + 3):
        day = first + timedelta(days=number)
        if working.works_on(day):
            begins, ends = (
                datetime.combine(day, at, working.hours.zone).astimezone(UTC)
                for at in (working.hours.begins, working.hours.ends)
            )
            worked += max(timedelta(), min(ends, due) - max(begins, start)) / (ends - begins)
    assert worked == pytest.approx(days)


def test_a_weekend_passes_without_working_time() -> None:
    """Twelve hours from Friday at three: two on Friday, eight on Monday, two on Tuesday."""
    friday = datetime(2026, 11, 27, 15, tzinfo=_BERLIN)
    assert WorkingTime(_hours()).after_hours(friday, 12) == datetime(2026, 12, 1, 11, tzinfo=_BERLIN)


def test_public_holidays_are_free() -> None:
    """The third of October 2025, a Friday, is one in Germany."""
    thursday = datetime(2025, 10, 2, 16, tzinfo=_BERLIN)
    assert WorkingTime(_hours(country="DE")).after_hours(thursday, 2) == datetime(2025, 10, 6, 10, tzinfo=_BERLIN)
    assert WorkingTime(_hours()).after_hours(thursday, 2) == datetime(2025, 10, 3, 10, tzinfo=_BERLIN)


def test_who_is_away_for_years_has_nothing_due() -> None:
    """Nothing is computed for ever."""
    away = WorkingTime(_hours(), (Absence(date(2026, 1, 1), date(2036, 1, 1)),))
    assert away.after_hours(datetime(2026, 5, 1, tzinfo=UTC), 1) is None
    assert away.after_days(datetime(2026, 5, 1, tzinfo=UTC), 1) is None
