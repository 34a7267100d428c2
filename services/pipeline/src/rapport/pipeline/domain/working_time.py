"""Somebody's working time: the hours of their days, in their time zone, without holidays and absences."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from holidays import country_holidays

_DAYS_LOOKED_AT = 2 * 366
"""Who does not work within two years has nothing due."""


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The hours of a week, the same on each of its working days."""

    zone: ZoneInfo
    days: frozenset[int]
    """Monday is 1, Sunday 7."""
    begins: time
    ends: time
    country: str | None = None
    """Whose public holidays are free, as ISO 3166-1 names it."""
    subdivision: str | None = None
    """The part of the country, as ISO 3166-2 names it without the country."""


DEFAULT_HOURS = WorkingHours(ZoneInfo("UTC"), frozenset({1, 2, 3, 4, 5}), time(9), time(17))
"""Of who has not said otherwise, in an organisation that has not either."""


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which somebody does not work; both are included."""

    first: date
    last: date


@lru_cache(maxsize=256)
def _holidays(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    return frozenset(country_holidays(country, subdiv=subdivision, years=year))


def _is_working_day(hours: WorkingHours, day: date) -> bool:
    if day.isoweekday() not in hours.days:
        return False
    return hours.country is None or day not in _holidays(hours.country, hours.subdivision, day.year)


@lru_cache(maxsize=128)
def _working_days(hours: WorkingHours, year: int) -> tuple[tuple[date, datetime, datetime], ...]:
    """The working days of a year, and when each begins and ends: many users and applications ask for the same."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    spans = (_span(hours, day) for day in days if _is_working_day(hours, day))
    return tuple((day, begins, ends) for day, begins, ends in spans if begins < ends)


def _span(hours: WorkingHours, day: date) -> tuple[date, datetime, datetime]:
    begins, ends = (datetime.combine(day, at, hours.zone).astimezone(UTC) for at in (hours.begins, hours.ends))
    return day, begins, ends


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """When somebody works."""

    hours: WorkingHours = DEFAULT_HOURS
    absences: tuple[Absence, ...] = ()

    def works_on(self, day: date) -> bool:
        """Whether it is one of their working days."""
        return _is_working_day(self.hours, day) and not self._is_absent(day)

    def _is_absent(self, day: date) -> bool:
        return any(absence.first <= day <= absence.last for absence in self.absences)

    def next_morning(self, now: datetime, at: time) -> datetime:
        """This time of the next day on which they work, from tomorrow on; tomorrow, if not within two years."""
        today = now.astimezone(self.hours.zone).date()
        days = [today + timedelta(days=offset) for offset in range(1, _DAYS_LOOKED_AT)]
        day = next(filter(self.works_on, days), days[0])
        return datetime.combine(day, at, self.hours.zone).astimezone(UTC)

    def after_hours(self, start: datetime, hours: float) -> datetime | None:
        """When so many hours of working time have passed since ``start``; None if not within two years.

        Of a working day on which the clock is changed, as many hours are counted as pass on it.
        """
        left = timedelta(hours=hours)
        for begins, ends in self._days_from(start):
            begins = max(begins, start)
            if begins < ends:
                if ends - begins >= left:
                    return begins + left
                left -= ends - begins
        return None

    def after_days(self, start: datetime, days: float) -> datetime | None:
        """When so many working days have passed since ``start``: a day's working hours are one; None as above."""
        # Days differ in length when the clock is changed: a share of a day is the same share of any other.
        left = days
        for begins, ends in self._days_from(start):
            share = (ends - max(begins, start)) / (ends - begins)
            if share > 0:
                if share >= left:
                    return max(begins, start) + left * (ends - begins)
                left -= share
        return None

    def _days_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        first = start.astimezone(self.hours.zone).date()
        end = first + timedelta(days=_DAYS_LOOKED_AT)
        for year in range(first.year, end.year + 1):
            days = _working_days(self.hours, year)
            for day, begins, ends in islice(days, bisect_left(days, (first,)), None):
                if day >= end:
                    return
                if not self._is_absent(day):
                    yield begins, ends


@dataclass(frozen=True, slots=True)
class WorkingTimes:
    """When the users of an organisation work."""

    organisation: WorkingHours = DEFAULT_HOURS
    users: Mapping[UUID, WorkingHours] = field(default_factory=dict)
    absences: Mapping[UUID, tuple[Absence, ...]] = field(default_factory=dict)

    def of(self, user_id: UUID | None) -> WorkingTime:
        """Of one of them, or of nobody in particular."""
        if user_id is None:
            return WorkingTime(self.organisation)
        return WorkingTime(self.users.get(user_id, self.organisation), self.absences.get(user_id, ()))
