"""Lists of jobs: for everything they are sorted by, its statement and where its pages begin."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic
from uuid import UUID

from rapport.contracts.identity import UserId
from rapport.contracts.pipeline import GetJobs, JobFilters
from rapport.contracts.refusals import Invalid
from rapport.contracts.text import clean_text
from rapport.contracts.vocabulary import JobSort
from rapport.kit.database.pagination import BEFORE_ALL, BEYOND_ALL, KeyT, moment, place
from rapport.kit.database.unit_of_work import ReadSession
from rapport.pipeline.store import SQL
from rapport.pipeline.store.search import patterns

_FIRST_ID, _LAST_ID = UUID(int=0), UUID(int=2**128 - 1)
_MOST = 2**31 - 1
_LAST_TEXT = "\U0010ffff"
"""No text begins with it: it is no character."""


@dataclass(frozen=True, slots=True)
class _Order(Generic[KeyT]):
    statement: str
    key: Callable[[str], KeyT]
    """Reads the key of a cursor; raises ValueError."""
    least: tuple[KeyT, UUID]
    greatest: tuple[KeyT, UUID]
    ascends: bool = False


def _title(text: str) -> str:
    if clean_text(text) != text:
        raise ValueError("a text that cannot be stored")
    return text


def _count(text: str) -> int:
    count = int(text)
    if not 0 <= count <= _MOST:
        raise ValueError("not a number of applications")
    return count


_ORDERS: dict[JobSort, _Order[Any]] = {
    JobSort.OPENED: _Order("jobs_by_opened", moment, BEFORE_ALL, BEYOND_ALL),
    JobSort.TITLE: _Order("jobs_by_title", _title, ("", _FIRST_ID), (_LAST_TEXT, _LAST_ID), ascends=True),
    JobSort.LAST_ACTIVITY: _Order("jobs_by_activity", moment, BEFORE_ALL, BEYOND_ALL),
    JobSort.ACTIVE_APPLICATIONS: _Order("jobs_by_active", _count, (-1, _FIRST_ID), (_MOST, _LAST_ID)),
}


async def page_of_jobs(
    session: ReadSession, request: GetJobs, viewer: UserId | None, private: UserId | None
) -> str | Invalid:
    """A page as JSON.

    Args:
        session: of the organisation.
        request: what is listed.
        viewer: the user whose teams limit it, if they do.
        private: the user who must be close to private people for them to count; None for one who sees everybody.
    """
    order = _ORDERS[request.sort]
    ascending = order.ascends is not request.reversed
    begins = place(request.page, order.key, begins=order.least if ascending else order.greatest)
    if isinstance(begins, Invalid):
        return begins
    filters = _filters(request, viewer)
    paging = (ascending, *begins, request.page.first, request.include_total, private)
    return str(await session.fetchval(SQL[order.statement], *filters, *paging))


async def facets_of_jobs(
    session: ReadSession, request: JobFilters, viewer: UserId | None, private: UserId | None, at_most: int
) -> str:
    """The choices of every filter as JSON, at most so many of each; ``viewer`` and ``private`` as of a page."""
    return str(await session.fetchval(SQL["get_job_facets"], *_filters(request, viewer), at_most, private))


def _filters(request: JobFilters, viewer: UserId | None) -> tuple[object, ...]:
    """What all statements begin with."""
    return (
        viewer,
        request.status,
        request.department,
        request.location,
        request.member_id,
        request.needing_attention,
        patterns(request.text),
    )
