"""Sync runs: everything once, then changes; each resumes at the page where it stopped."""

import asyncio
import logging
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from rapport.contracts.pipeline import SyncPhase
from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.kit.errors import TRANSIENT
from rapport.kit.runtime.backoff import Backoff
from rapport.kit.runtime.process import raise_if_cancelled
from rapport.kit.telemetry import untraced
from rapport.pipeline.connectors.connector import AtsConnector, AtsRefusedError, AtsUnavailableError, RecordPage
from rapport.pipeline.domain.records import Collection
from rapport.pipeline.recording import refresh_cards
from rapport.pipeline.settings import PipelineSettings
from rapport.pipeline.store import SQL, applications, sync
from rapport.pipeline.sync.ingest import MAY_BE_REFUSED, READ_WHOLE, Ingest

_LONGEST_PAUSE = 60.0
_MIN_INTERVAL = 1.0
"""Seconds between two runs at least: a burst of webhooks is read together, and empty runs do not use up the ATS's rate
limit."""
_CARDS = 500
_CARDS_EVERY = 5.0

_INTERRUPTIONS: tuple[type[Exception], ...] = (AtsUnavailableError, AtsRefusedError, *TRANSIENT)

_log = logging.getLogger(__name__)


class SyncRunner:
    """Keeps one connection in sync with the ATS by reading from it."""

    def __init__(self, connector: AtsConnector, database: Database, ingest: Ingest, settings: PipelineSettings) -> None:
        """The settings say how often to read changes and how far back."""
        self._connector = connector
        self._connection = connector.connection
        self._database = database
        self._ingest = ingest
        self._poll = settings.ats_poll_seconds
        self._lag = timedelta(seconds=settings.ats_lag_seconds + 60)
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Begin the next run soon."""
        self._wake.set()

    async def run(self) -> None:
        """Stay in sync until cancelled. Outages are waited for, and shown in the sync's status."""
        backoff = Backoff(1.0, _LONGEST_PAUSE)
        while True:
            try:
                with untraced():
                    await self._sync_once()
                backoff.reset()
                await self._wait(self._poll)
            except _INTERRUPTIONS as problem:
                raise_if_cancelled()
                _log.warning("sync of %s interrupted (%s)", self._connection.name, type(problem).__name__)
                await self._save_failure(problem)
                await backoff.pause()

    async def render_changing_cards(self) -> None:
        """Render cards whose next interview began or whose scorecards became due, until cancelled."""
        while True:
            try:
                with untraced():
                    async with self._work("time") as unit:
                        changed = await applications.cards_changed_by_time(unit, limit=_CARDS)
                        await refresh_cards(unit, changed)
            except TRANSIENT as problem:
                _log.warning("cards wait for the database (%s)", type(problem).__name__)
            raise_if_cancelled()
            await asyncio.sleep(_CARDS_EVERY)

    def _work(self, cause: str) -> AbstractAsyncContextManager[UnitOfWork]:
        return self._database.work(self._connection.org_id, actor="ats", cause=cause, traced=False)

    async def _wait(self, seconds: float) -> None:
        """Wait so long or until woken, but at least the minimum interval."""
        await asyncio.sleep(_MIN_INTERVAL)
        try:
            async with asyncio.timeout(seconds - _MIN_INTERVAL):
                await self._wake.wait()
        except TimeoutError:
            pass
        self._wake.clear()

    async def _sync_once(self) -> None:
        async with self._work("sync") as unit:
            run = await sync.current_run(unit, self._connection.name)
            if run is None or run.started_at is None or run.requested == "full":
                await self._begin(unit, full=True)
            elif run.phase is SyncPhase.IDLE:
                await self._begin(unit, full=False)
            else:
                await unit.execute(SQL["resume_run"], self._connection.name)
        full = await self._read_collections()
        await self._record_changes()
        if full:
            await self._refresh_statistics()
        async with self._work("sync") as unit:
            await unit.execute(SQL["finish_run"], self._connection.name, unit.now)

    async def _begin(self, unit: UnitOfWork, *, full: bool) -> None:
        await sync.begin_run(
            unit, self._connection.name, self._connection.kind, full=full, collections=self._connector.collections
        )

    async def _read_collections(self) -> bool:
        """Read what the run has not read yet; returns whether the run is a full one."""
        async with self._database.read_session(self._connection.org_id) as session:
            run = await sync.current_run(session, self._connection.name)
            places = await sync.progress(session, self._connection.name)
        assert run is not None  # begun or resumed above
        assert run.started_at is not None
        for place in places:
            if place.done:
                continue
            whole = run.full or place.collection in READ_WHOLE
            since = None if whole or place.read_until is None else place.read_until - self._lag
            try:
                await self._read_collection(place, since, run.started_at)
            except AtsRefusedError as refused:
                await self._read_again(place, since, run.started_at, refused)
            if place.collection in READ_WHOLE:
                async with self._work("sync") as unit:
                    await self._ingest.remove_unseen(unit, place.collection)
            if place.collection in _COMPLETES_JOBS:
                async with self._work("sync") as unit:
                    await self._ingest.publish_jobs(unit)
            if run.full and place.collection in _LARGE:
                await self._refresh_statistics()
        return run.full

    async def _read_again(
        self, place: sync.Progress, since: datetime | None, started_at: datetime, refused: AtsRefusedError
    ) -> None:
        """The token of the next page expired, the ATS does not list changes of this collection, or not the collection.

        Raises:
            AtsRefusedError: it does not list a collection that every account has.
        """
        try:
            if place.next_page is None and since is None:
                raise refused
            _log.warning("reading %s again from the beginning", place.collection)
            async with self._work("sync") as unit:
                await unit.execute(SQL["restart_collection"], self._connection.name, place.collection)
            changed_since = since if place.next_page else None
            await self._read_collection(replace(place, next_page=None), changed_since, started_at)
        except AtsRefusedError:
            if place.collection not in MAY_BE_REFUSED:
                raise
            _log.warning("the ATS does not list %s", place.collection)
            await self._ingest_page(place.collection, RecordPage([]), started_at)

    async def _read_collection(self, place: sync.Progress, since: datetime | None, started_at: datetime) -> None:
        fetching = asyncio.create_task(self._connector.page(place.collection, since=since, token=place.next_page))
        try:
            while True:
                page: RecordPage = await fetching
                if page.next_page:
                    # The next page is fetched while this one is ingested.
                    fetching = asyncio.create_task(self._connector.page(place.collection, token=page.next_page))
                await self._ingest_page(place.collection, page, started_at)
                if not page.next_page:
                    return
        finally:
            fetching.cancel()

    async def _ingest_page(self, collection: Collection, page: RecordPage, started_at: datetime) -> None:
        missing = await self._ingest.fetch_missing_people(self._database, collection, page.records)
        async with self._work("sync") as unit:
            await self._ingest.ingest_page(unit, Collection.PEOPLE, missing)
            await self._ingest.ingest_page(unit, collection, page)
            await sync.save_page(
                unit,
                self._connection.name,
                collection,
                records=page.size,
                next_page=page.next_page,
                read_until=started_at,
            )

    async def _record_changes(self) -> None:
        last: UUID | None = applications.LOWEST_ID
        while last is not None:
            async with self._work("sync") as unit:
                last = await self._ingest.record_next_changes(unit, after=last)

    async def _refresh_statistics(self) -> None:
        async with self._work("sync") as unit:
            await unit.execute(SQL["refresh_statistics"])

    async def _save_failure(self, problem: Exception) -> None:
        try:
            async with self._work("sync") as unit:
                await unit.execute(SQL["fail_run"], self._connection.name, _reason(problem))
        except TRANSIENT:
            _log.warning("the database is unavailable as well")


_LARGE = frozenset({Collection.PEOPLE, Collection.APPLICATIONS, Collection.STAGE_ENTRIES})
"""After these the database must refresh its statistics, or it plans as if the tables were still empty."""
_COMPLETES_JOBS = frozenset({Collection.OPENINGS})
"""After this collection a job's stages and team are known; jobs are published before applications."""


def _reason(problem: Exception) -> str:
    known = isinstance(problem, (AtsUnavailableError, AtsRefusedError))
    return str(problem) if known else type(problem).__name__
