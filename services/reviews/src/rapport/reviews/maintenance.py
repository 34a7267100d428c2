"""The worker that reminds reviewers, finishes for those who forgot to, and expires reviews without a valid link."""

import asyncio
import logging
from contextlib import AbstractAsyncContextManager
from uuid import UUID
from zoneinfo import ZoneInfo

from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.kit.errors import TRANSIENT
from rapport.kit.identity import new_id
from rapport.kit.runtime.process import raise_if_cancelled
from rapport.kit.telemetry import untraced
from rapport.reviews import commands, store
from rapport.reviews.domain.lifecycle import IDLE, LONGEST_AHEAD, due_actions, overdue_by
from rapport.reviews.domain.working_hours import is_working_time

_POLL_INTERVAL = 10.0
"""Seconds between two runs: nothing here is due to the second."""
_SLICE = 200
_LOWEST_ID = UUID(int=0)

_log = logging.getLogger(__name__)


class Maintenance:
    """Runs what is due of the open reviews of every organisation."""

    def __init__(self, database: Database, system: Database, zone: ZoneInfo) -> None:
        """``system`` is the database as its system role, which knows what organisations there are."""
        self._database = database
        self._system = system
        self._zone = zone

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            try:
                with untraced():
                    await self.run_once()
            except TRANSIENT as problem:
                _log.warning("maintenance waits for the database (%s)", type(problem).__name__)
            raise_if_cancelled()
            await asyncio.sleep(_POLL_INTERVAL)

    async def run_once(self) -> None:
        """Run what is due now, once."""
        for org_id in await store.organisations(self._system):
            for review_id in await self._due(org_id):
                await self._run_one(org_id, review_id)

    async def _due(self, org_id: str) -> list[UUID]:
        found: list[UUID] = []
        while True:
            async with self._work(org_id) as unit:
                some = await store.reviews_due(
                    unit,
                    at=unit.now,
                    silent_since=unit.now - IDLE,
                    reminding=is_working_time(unit.now, self._zone),
                    due_by=unit.now + LONGEST_AHEAD,
                    overdue_by=overdue_by(unit.now),
                    after=found[-1] if found else _LOWEST_ID,
                    limit=_SLICE,
                )
            found += some
            if len(some) < _SLICE:
                return found

    async def _run_one(self, org_id: str, review_id: UUID) -> None:
        """A review that fails does not block others; it is tried again in the next run."""
        try:
            await self._apply_due(org_id, review_id)
        except TRANSIENT:
            raise
        except Exception as problem:  # noqa: BLE001 - its text is left out: it may hold what a person wrote
            _log.error("the maintenance of review %s failed (%s)", review_id, type(problem).__name__)

    async def _apply_due(self, org_id: str, review_id: UUID) -> None:
        async with self._work(org_id) as unit:
            review = await store.lock(unit, review_id)
            if review:
                await commands.apply(unit, review, due_actions(review, at=unit.now, zone=self._zone))

    def _work(self, org_id: str) -> AbstractAsyncContextManager[UnitOfWork]:
        return self._database.work(org_id, actor="system:maintenance", cause=f"maintenance:{new_id()}")
