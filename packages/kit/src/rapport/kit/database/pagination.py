"""Where a page of a list begins: keyset cursors of a time and an id."""

from datetime import UTC, datetime
from uuid import UUID

from rapport.contracts.refusals import InputProblemCode, Invalid
from rapport.contracts.requests import MAX_PAGE, Page

Keyset = tuple[datetime, UUID]
"""A place in a list that is ordered by a time and an id."""
BEYOND_ALL: Keyset = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))
"""Where a list that shows the newest first begins."""
BEFORE_ALL: Keyset = (datetime(1, 1, 2, tzinfo=UTC), UUID(int=0))
"""Where a list that shows the oldest first begins."""


def keyset(page: Page, *, begins: Keyset = BEYOND_ALL) -> Keyset | Invalid:
    """The place after which a page begins; the list's first page begins at ``begins``.

    Always a place, never none: only then does the database find it by the index instead of counting up to it.
    """
    if not 1 <= page.first <= MAX_PAGE:
        return Invalid.because("page.first", f"must be between 1 and {MAX_PAGE}", InputProblemCode.OUT_OF_RANGE)
    if page.after is None:
        return begins
    try:
        at, last = page.after
        moment = datetime.fromisoformat(at)
        return (moment.replace(tzinfo=moment.tzinfo or UTC), UUID(last))
    except ValueError:
        return Invalid.because("page.after", "not a cursor of this list", InputProblemCode.MALFORMED)
