"""What outreach answers: each handler authorises, decides or reads, and answers a reply or a refusal."""

from datetime import UTC, datetime
from uuid import UUID

from rapport.contracts.refusals import Invalid
from rapport.contracts.requests import Page

MAX_PAGE = 200
"""The most items one page may hold."""
_LAST = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))


def keyset(page: Page) -> tuple[datetime, UUID] | Invalid:
    """The place after which a page begins, a time and an id; all lists are the newest first.

    Always a place, never none: only then does the database find it by the index instead of counting up to it.
    """
    if not 1 <= page.first <= MAX_PAGE:
        return Invalid.because("page.first", f"must be between 1 and {MAX_PAGE}")
    if page.after is None:
        return _LAST
    try:
        at, last = page.after
        moment = datetime.fromisoformat(at)
        return (moment.replace(tzinfo=moment.tzinfo or UTC), UUID(last))
    except ValueError:
        return Invalid.because("page.after", "not a cursor of this list")
