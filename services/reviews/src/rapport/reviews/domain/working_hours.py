"""When people work: Monday to Friday, 9 to 17 on the clock of their time zone."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_BEGINS, _ENDS = time(9), time(17)
_LAST_HOUR = time(16)
_SATURDAY = 5


def is_working_time(at: datetime, zone: ZoneInfo) -> bool:
    """Whether people are at work at this moment."""
    local = at.astimezone(zone)
    return _is_working_day(local.date()) and _BEGINS <= local.time() < _ENDS


def next_working_time(at: datetime, zone: ZoneInfo) -> datetime:
    """This moment if people are at work, else when they next begin."""
    if is_working_time(at, zone):
        return at
    local = at.astimezone(zone)
    day = local.date()
    while not _is_working_day(day) or (day == local.date() and local.time() >= _BEGINS):
        day += timedelta(days=1)
    return datetime.combine(day, _BEGINS, zone)


def last_working_hour(at: datetime, zone: ZoneInfo) -> datetime:
    """The beginning of the last hour of the last working day that was over by this moment."""
    local = at.astimezone(zone)
    day = local.date()
    while not _is_working_day(day) or (day == local.date() and local.time() < _ENDS):
        day -= timedelta(days=1)
    return datetime.combine(day, _LAST_HOUR, zone)


def _is_working_day(day: date) -> bool:
    return day.weekday() < _SATURDAY
