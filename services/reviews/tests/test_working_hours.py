"""Working hours in the local time zone, also when its clock changes."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from rapport.reviews.domain.lifecycle import due_soon_from
from rapport.reviews.domain.working_hours import is_working_time, last_working_hour, next_working_time

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "working"),
    [
        ("2026-03-27T08:00", True),  # Friday 9:00 in Berlin's winter
        ("2026-03-27T07:59", False),
        ("2026-03-27T15:59", True),
        ("2026-03-27T16:00", False),  # 17:00
        ("2026-03-28T10:00", False),  # Saturday
        ("2026-03-30T07:00", True),  # Monday 9:00 in summer time: an hour earlier than on Friday
        ("2026-03-30T15:00", False),
        ("2026-10-26T07:30", False),  # Monday 8:30, winter again
        ("2026-10-26T08:00", True),
    ],
)
def test_people_work_from_nine_to_five_on_their_own_clock(at: str, working: bool) -> None:
    assert is_working_time(utc(at), BERLIN) is working


@pytest.mark.parametrize(
    ("at", "begins"),
    [
        ("2026-06-10T10:00", "2026-06-10T10:00"),  # at work already
        ("2026-06-10T04:00", "2026-06-10T07:00"),  # before dawn: the same morning
        ("2026-06-10T20:00", "2026-06-11T07:00"),
        ("2026-06-12T20:00", "2026-06-15T07:00"),  # Friday evening
        ("2026-03-28T10:00", "2026-03-30T07:00"),  # over the night in which clocks go forward
        ("2026-10-24T10:00", "2026-10-26T08:00"),  # and back
    ],
)
def test_a_mail_outside_working_hours_is_sent_when_work_begins(at: str, begins: str) -> None:
    assert next_working_time(utc(at), BERLIN) == utc(begins)


def test_the_last_working_hour_before_a_weekend_is_fridays() -> None:
    assert last_working_hour(utc("2026-06-14T12:00"), BERLIN) == utc("2026-06-12T14:00")
    assert last_working_hour(utc("2026-06-10T12:00"), NEW_YORK) == utc("2026-06-09T20:00")


@pytest.mark.parametrize(
    ("due", "reminded"),
    [
        ("2026-06-11T12:00", "2026-06-10T12:00"),  # a day ahead
        ("2026-06-11T20:00", "2026-06-11T07:00"),  # the evening before is no time to write: the morning of the day
        ("2026-06-15T06:00", "2026-06-12T14:00"),  # due on Monday before work begins: on Friday
        ("2026-06-14T12:00", "2026-06-12T14:00"),  # due on a Sunday
    ],
)
def test_a_reminder_comes_a_day_ahead_in_working_time_and_never_after_the_due_date(due: str, reminded: str) -> None:
    assert due_soon_from(utc(due), BERLIN) == utc(reminded)
