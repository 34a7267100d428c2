"""Keeps the indexes of this process up to date: builds them from the database, and follows what changes.

The transaction that changes a person marks them (the triggers of ``search_change``). Marks are read from the
oldest transaction on that may still be under way, so that none is missed; a mark that was followed already is skipped.
Applying one again would change nothing: a document always says what is true now.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from uuid import UUID

from rapport.kit.database.unit_of_work import Database
from rapport.kit.errors import TRANSIENT, ServiceUnavailableError
from rapport.kit.runtime.worker import Worker
from rapport.pipeline.search.documents import read_document
from rapport.pipeline.search.index import PeopleIndex
from rapport.pipeline.store import search_index
from rapport.pipeline.store.search_index import SearchChange

_SLICE = 500
"""People whose documents are read at once."""
_FORGET_AFTER = 3600.0
"""Seconds after which marks are forgotten."""
_MISSED_AFTER = _FORGET_AFTER / 2
"""Seconds without following after which an index is built anew: marks may have been forgotten meanwhile."""
_OBSERVE_EVERY = 60.0
_PATIENCE = 2.0
"""Seconds that a search waits for an index that is being built."""
_ResultT = TypeVar("_ResultT")
_log = logging.getLogger(__name__)


class _Followed:
    """An organisation's index, and how far it has followed."""

    def __init__(self) -> None:
        self.index = PeopleIndex()
        self.horizon = 0
        self.applied: set[tuple[int, UUID]] = set()
        """Marks of transactions since the horizon that were followed."""
        self.followed_at = 0.0
        self.built = asyncio.Event()
        self.horizons: deque[tuple[float, int]] = deque()
        """Earlier horizons, and when they were."""


class PeopleIndexes:
    """The index of every organisation; a thread of its own uses them, one job after the other."""

    def __init__(self, database: Database, org_ids: Iterable[str], clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is built before ``worker.run``, or the first use of an organisation's."""
        self._database = database
        self._clock = clock
        self._followed = {org_id: _Followed() for org_id in org_ids}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="people-index")
        self.worker = Worker("indexes of people", self.step)

    async def use(self, org_id: str, job: Callable[[PeopleIndex], _ResultT]) -> _ResultT:
        """Run a job on the index of an organisation, once it is built.

        Raises:
            ServiceUnavailableError: it is still being built.
        """
        followed = self._followed.get(org_id)
        if followed is None:
            followed = self._followed[org_id] = _Followed()
            self.worker.wake()
        if not followed.built.is_set():
            try:
                async with asyncio.timeout(_PATIENCE):
                    await followed.built.wait()
            except TimeoutError:
                raise ServiceUnavailableError("the search") from None
        return await self._in_thread(job, followed.index)

    async def step(self) -> bool:
        """Follow what changed in each organisation; whether anything had."""
        return any([await self._follow(org_id, followed) for org_id, followed in list(self._followed.items())])

    async def _follow(self, org_id: str, followed: _Followed) -> bool:
        now = self._clock()
        if not followed.built.is_set() or now - followed.followed_at > _MISSED_AFTER:
            await self._build(org_id, followed)
            followed.followed_at = now
            return True
        async with self._database.read_session(org_id) as session:
            # First the horizon: a transaction that ends between the two statements is read again the next time.
            horizon = await search_index.horizon(session)
            changes = await search_index.changes_since(session, followed.horizon)
        new = [change for change in changes if (change.transaction, change.record_id) not in followed.applied]
        concerned = _concerned(new)
        for at in range(0, len(concerned), _SLICE):
            try:
                await self._load(org_id, followed.index, concerned[at : at + _SLICE])
            except TRANSIENT:
                raise
            except Exception:
                # It may hold half of a document: only a new one is known to be right.
                followed.built.clear()
                raise
        followed.applied.update((change.transaction, change.record_id) for change in new)
        followed.applied = {mark for mark in followed.applied if mark[0] >= horizon}
        followed.horizon, followed.followed_at = horizon, now
        await self._forget(org_id, followed, now)
        return bool(new)

    async def _build(self, org_id: str, followed: _Followed) -> None:
        """Build an index from nothing; the one it replaces is used meanwhile."""
        began = time.monotonic()
        index = PeopleIndex()
        last = UUID(int=0)
        async with self._database.read_session(org_id) as session:
            horizon = await search_index.horizon(session)
        while True:
            async with self._database.read_session(org_id) as session:
                ids = await search_index.people_after(session, last, _SLICE)
            if not ids:
                break
            await self._load(org_id, index, ids)
            last = ids[-1]
        await self._in_thread(index.vocabulary.settle)
        followed.index, followed.horizon, followed.applied = index, horizon, set()
        followed.built.set()
        if len(index):
            _log.info("built an index of %d people in %.1f s", len(index), time.monotonic() - began)

    async def _load(self, org_id: str, index: PeopleIndex, ids: Sequence[UUID]) -> None:
        async with self._database.read_session(org_id) as session:
            documents = await search_index.documents(session, ids)
        await self._in_thread(_put, index, ids, documents)

    async def _forget(self, org_id: str, followed: _Followed, now: float) -> None:
        if followed.horizons and now - followed.horizons[-1][0] < _OBSERVE_EVERY:
            return
        followed.horizons.append((now, followed.horizon))
        if now - followed.horizons[0][0] >= _FORGET_AFTER:
            _, horizon = followed.horizons.popleft()
            async with self._database.work(org_id, actor="system:search", cause="retention", traced=False) as unit:
                await search_index.forget_changes_before(unit, horizon)

    async def _in_thread(self, job: Callable[..., _ResultT], *arguments: object) -> _ResultT:
        return await asyncio.get_running_loop().run_in_executor(self._thread, job, *arguments)


def _concerned(changes: Iterable[SearchChange]) -> list[UUID]:
    """Whose documents changed: the records themselves, which may no longer be people, and whose they are."""
    ids = {change.record_id for change in changes} | {c.merged_into for c in changes if c.merged_into is not None}
    return [UUID(int=id_.int) for id_ in ids]


def _put(index: PeopleIndex, ids: Sequence[UUID], documents: dict[UUID, str]) -> None:
    for id_ in ids:
        person_id = UUID(int=id_.int)
        text = documents.get(person_id)
        index.put(person_id, None if text is None else read_document(text))
