"""Where a page of a list begins: keyset cursors of what the list is ordered by, and an id."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from rapport.contracts.refusals import InputProblemCode, Invalid
from rapport.contracts.requests import MAX_PAGE, Page

KeyT = TypeVar("KeyT")

Keyset = tuple[datetime, UUID]
"""A place in a list that is ordered by a time and an id."""
BEYOND_ALL: Keyset = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))
"""Where a list that shows the newest first begins."""
BEFORE_ALL: Keyset = (datetime(1, 1, 2, tzinfo=UTC), UUID(int=0))
"""Where a list that shows the oldest first begins."""


def keyset(page: Page, *, begins: Keyset = BEYOND_ALL) -> Keyset | Invalid:
    """The place after which a page of a list ordered by a time begins; the list's first page begins at ``begins``."""
    return place(page, moment, begins=begins)


def place(page: Page, key: Callable[[str], KeyT], *, begins: tuple[KeyT, UUID]) -> tuple[KeyT, UUID] | Invalid:
    """The place after which a page begins; the list's first page begins at ``begins``.

    Always a place, never none: only then does the database find it by the index instead of counting up to it.

    Args:
        page: which part of the list.
        key: reads what the list is ordered by; raises ValueError for what is none.
        begins: before everything in the list.
    """
    if not 1 <= page.first <= MAX_PAGE:
        return Invalid.because("page.first", f"must be between 1 and {MAX_PAGE}", InputProblemCode.OUT_OF_RANGE)
    if page.after is None:
        return begins
    try:
        at, last = page.after
        return key(at), UUID(last)
    except ValueError:
        return Invalid.because("page.after", "not a cursor of this list", InputProblemCode.MALFORMED)


def moment(text: str) -> datetime:
    """A time of a cursor, in UTC where it names no time zone."""
    read = datetime.fromisoformat(text)
    return read.replace(tzinfo=read.tzinfo or UTC)
