"""The current time: read where a request begins, and passed as an argument from there on."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def now() -> datetime:
    """The time of this machine, in UTC."""
    return datetime.now(UTC)
