"""A slow comparison of everything with the ATS: it finds what no webhook and no list of changes reported.

It walks the collections one request at a time, with a pause after each, and resumes where it stopped. Records that the
ATS lists and that are missing or different here are ingested. Records that it did not list are requested once more by
id, beside some that it did list; only what that response omits has ended. Nothing is concluded from an empty or partial
response, nor about more than a small share (`domain/drift.py`): then it stops until an operator confirms.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from rapport.contracts.events import DriftFound
from rapport.contracts.pipeline import CollectionState, ComparisonState
from rapport.kit.database.unit_of_work import Database, UnitOfWork, transpose
from rapport.kit.errors import TRANSIENT
from rapport.kit.identity import derived_id
from rapport.kit.runtime.backoff import Backoff
from rapport.kit.runtime.process import raise_if_cancelled
from rapport.kit.telemetry import untraced
from rapport.pipeline.connectors.connector import AtsConnector, AtsRefusedError, AtsUnavailableError, RecordPage
from rapport.pipeline.domain.drift import Finding, judge
from rapport.pipeline.domain.records import Collection, Record
from rapport.pipeline.settings import PipelineSettings
from rapport.pipeline.store import SQL, applications, sync
from rapport.pipeline.store.sync import ComparedCollection, Comparison
from rapport.pipeline.sync.endings import EndReason
from rapport.pipeline.sync.ingest import MAY_BE_REFUSED, READ_WHOLE, Ingest

_POLL_INTERVAL = 15.0
"""Seconds between checks whether a comparison is due."""
_CONTROLS = 3
_LONGEST_PAUSE = 300.0
_RATE_LIMIT_RESERVE = 0.5
"""Below this share of the ATS's rate limit the comparison slows down and leaves the rest to the sync."""
_WITH_HISTORY = frozenset({Collection.APPLICATIONS, Collection.STAGE_ENTRIES, Collection.SCORECARDS, Collection.OFFERS})
_COMPLETES_JOBS = frozenset({Collection.OPENINGS})

_INTERRUPTIONS: tuple[type[Exception], ...] = (AtsUnavailableError, AtsRefusedError, *TRANSIENT)

_log = logging.getLogger(__name__)


class ComparisonWorker:
    """Compares one connection with its ATS, slowly and repeatedly."""

    def __init__(self, connector: AtsConnector, database: Database, ingest: Ingest, settings: PipelineSettings) -> None:
        """The settings say how often, and how slowly."""
        self._connector = connector
        self._connection = connector.connection
        self._database = database
        self._ingest = ingest
        self._every = timedelta(seconds=settings.ats_compare_seconds)
        self._pause = settings.ats_compare_pause_seconds
        self._sync_delay = timedelta(seconds=settings.ats_lag_seconds + settings.ats_poll_seconds + 60)
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """A comparison was requested."""
        self._wake.set()

    async def run(self) -> None:
        """Compare until cancelled; outages are waited for."""
        backoff = Backoff(1.0, _LONGEST_PAUSE)
        while True:
            try:
                with untraced():
                    running = await self.step()
            except _INTERRUPTIONS as problem:
                raise_if_cancelled()
                _log.warning("comparison of %s interrupted (%s)", self._connection.name, type(problem).__name__)
                await backoff.pause()
                continue
            backoff.reset()
            await self._wait(running=running)

    async def _wait(self, *, running: bool) -> None:
        if running:
            near_limit = self._connector.rate_limit_left < _RATE_LIMIT_RESERVE
            await asyncio.sleep(5 * self._pause if near_limit else self._pause)
            return
        try:
            async with asyncio.timeout(_POLL_INTERVAL):
                await self._wake.wait()
        except TimeoutError:
            pass
        self._wake.clear()

    async def step(self) -> bool:
        """Do one piece, with at most one request to the ATS; returns whether a comparison is running."""
        async with self._work() as unit:
            await unit.execute(SQL["ensure_comparison"], self._connection.name, unit.now)
            comparison = await sync.comparison(unit, self._connection.name)
            assert comparison is not None  # ensured above
            if not comparison.may_run or not self._is_due(comparison, unit.now):
                return False
            if comparison.state is not ComparisonState.RUNNING:
                await self._begin(unit)
            place = await sync.compared_collection(unit, self._connection.name)
            if place is None:
                await self._finish(unit, comparison)
                return False
            if place.state is CollectionState.WAITING:
                await unit.execute(SQL["begin_compared_collection"], self._connection.name, place.collection, unit.now)
                return True
        if place.state is CollectionState.READING:
            await self._read(place)
        else:
            await self._confirm(place, accepted=comparison.accept_missing)
        return True

    def _is_due(self, comparison: Comparison, now: datetime) -> bool:
        if comparison.state is ComparisonState.RUNNING or comparison.requested_at:
            return True
        since = comparison.started_at or now
        return bool(self._every) and now - since >= self._every

    async def _begin(self, unit: UnitOfWork) -> None:
        name = self._connection.name
        collections = [c for c in self._connector.collections if c not in READ_WHOLE]
        await unit.execute(SQL["begin_comparison"], name, unit.now)
        await unit.execute(
            SQL["begin_comparison_collections"], name, *transpose(((c, n) for n, c in enumerate(collections)), 2)
        )
        await unit.execute(SQL["forget_seen"], name, None)
        _log.info("comparing everything of %s with the ATS", name)

    # Reading ---------------------------------------------------------------------------------------------

    async def _read(self, place: ComparedCollection) -> None:
        try:
            page = await self._connector.page(place.collection, token=place.next_page)
        except AtsRefusedError:
            if place.next_page is not None:
                await self._restart(place)
                return
            if place.collection not in MAY_BE_REFUSED:
                raise
            # Nothing follows from it for what is here.
            await self._finish_collection(place.collection, CollectionState.DONE)
            return
        missing = await self._ingest.fetch_missing_people(self._database, place.collection, page.records)
        async with self._work() as unit:
            await self._ingest.ingest_page(unit, Collection.PEOPLE, missing)
            await self._compare_page(unit, place, page)
        if page.next_page is None and place.collection in _WITH_HISTORY:
            await self._record_changes()

    async def _restart(self, place: ComparedCollection) -> None:
        """The token of the next page expired."""
        _log.warning("comparing %s again from the beginning", place.collection)
        async with self._work() as unit:
            await unit.execute(SQL["forget_seen"], self._connection.name, place.collection)
            await unit.execute(SQL["begin_compared_collection"], self._connection.name, place.collection, unit.now)

    async def _compare_page(self, unit: UnitOfWork, place: ComparedCollection, page: RecordPage) -> None:
        missing_here, different = await self._ingest_drift(unit, place, page)
        await unit.execute(SQL["record_seen"], self._connection.name, place.collection, page.ids)
        state = CollectionState.READING if page.next_page else CollectionState.CONFIRMING
        await unit.execute(
            SQL["save_compared_page"],
            self._connection.name,
            place.collection,
            page.size,
            page.next_page,
            any(skipped.id is None for skipped in page.skipped),
            missing_here,
            different,
            state,
        )
        if page.next_page is None and place.collection in _COMPLETES_JOBS:
            await self._ingest.publish_jobs(unit)

    async def _ingest_drift(self, unit: UnitOfWork, place: ComparedCollection, page: RecordPage) -> tuple[int, int]:
        """Ingest what the ATS lists; returns how many records were missing here, and how many were different.

        A recent change that the sync has yet to read is no drift.
        """
        collection, ids = place.collection, page.ids
        ended = await self._ingest.endings.ended_among(unit, collection, ids)
        restored = [id_ for id_, end in ended.items() if end.is_superseded_by(unit.now)]
        await self._ingest.endings.restore(unit, collection, restored)
        known = {row["id"] for row in await unit.fetch(SQL["mirrored_among"], collection, ids)} - set(restored)
        changed = set(await self._ingest.ingest_page(unit, collection, page))
        settled_before = (place.began_at or unit.now) - self._sync_delay
        drifted = [r.id for r in page.records if r.id in changed and _is_older(r, settled_before)]
        different = sum(id_ in known for id_ in drifted)
        return len(drifted) - different, different

    async def _record_changes(self) -> None:
        last: UUID | None = applications.LOWEST_ID
        while last is not None:
            async with self._work() as unit:
                last = await self._ingest.record_next_changes(unit, after=last)

    # Confirming ------------------------------------------------------------------------------------------

    async def _confirm(self, place: ComparedCollection, *, accepted: bool) -> None:
        name, collection = self._connection.name, place.collection
        if collection not in self._ingest.endings.collections:
            await self._finish_collection(collection, CollectionState.DONE)
            return
        async with self._database.read_session(self._connection.org_id) as session:
            counted = await session.fetchrow(SQL["count_absent"], name, collection)
            absent = await session.fetch(SQL["absent_records"], name, collection, self._connector.max_ids - _CONTROLS)
            controls = await session.fetch(SQL["present_records"], name, collection, _CONTROLS)
        assert counted is not None  # it counts
        finding = judge(
            absent=counted["absent"],
            ended=place.missing_there,
            expected=place.expected,
            any_seen=counted["any_seen"],
            partial=place.partial,
            accepted=accepted,
        )
        if finding is Finding.COMPLETE or not absent:
            await self._finish_collection(collection, CollectionState.DONE)
        elif finding is Finding.TOO_MUCH:
            _log.error(
                "the ATS no longer lists %d of %d %s of %s: none is ended here until an operator confirms"
                " (compareWithAts with acceptMissing)",
                counted["absent"],
                place.expected,
                collection,
                name,
            )
            await self._finish_collection(collection, CollectionState.STOPPED)
        else:
            await self._end_absent(collection, absent, controls)

    async def _end_absent(
        self, collection: Collection, absent: Sequence[asyncpg.Record], controls: Sequence[asyncpg.Record]
    ) -> None:
        """Request them once more by id; what the response omits, beside what it must contain, has ended."""
        page = await self._connector.by_ids(collection, [row["external_id"] for row in (*absent, *controls)])
        present = set(page.ids)
        if controls and not any(row["id"] in present for row in controls):
            _log.error("the ATS does not return known %s by id: none is ended here", collection)
            await self._finish_collection(collection, CollectionState.STOPPED)
            return
        gone = [row["id"] for row in absent if row["id"] not in present]
        async with self._work() as unit:
            await self._ingest.ingest_page(unit, collection, page)
            await unit.execute(SQL["record_seen"], self._connection.name, collection, page.ids)
            await self._ingest.endings.end(unit, collection, gone, EndReason.ABSENT)
            await unit.execute(SQL["add_absent"], self._connection.name, collection, len(gone))
            await self._ingest.publish_jobs(unit)

    async def _finish_collection(self, collection: Collection, state: CollectionState) -> None:
        async with self._work() as unit:
            await unit.execute(SQL["finish_compared_collection"], self._connection.name, collection, state)
            await unit.execute(SQL["forget_seen"], self._connection.name, collection)

    async def _finish(self, unit: UnitOfWork, comparison: Comparison) -> None:
        name = self._connection.name
        row = await unit.fetchrow(SQL["compared_totals"], name)
        assert row is not None  # it sums up
        drift = DriftFound(**row)
        drifted = bool(drift.missing_there or drift.missing_here or drift.different or drift.stopped)
        version = comparison.version + drifted
        if drifted:
            connection_id = derived_id(self._connection.org_id, name, "connection")
            unit.record(drift, aggregate_id=connection_id, version=version, occurred_at=unit.now)
        state = ComparisonState.STOPPED if drift.stopped else ComparisonState.IDLE
        await unit.execute(SQL["finish_comparison"], name, state, unit.now, version)
        if not drift.stopped and comparison.started_at:
            await unit.execute(SQL["settle_unapplied_endings"], name, comparison.started_at)
        _log.log(
            logging.WARNING if drifted else logging.INFO,
            "compared %s with the ATS: %d records, %d missing there, %d missing here, %d different",
            name,
            drift.compared,
            drift.missing_there,
            drift.missing_here,
            drift.different,
        )

    def _work(self) -> AbstractAsyncContextManager[UnitOfWork]:
        return self._database.work(self._connection.org_id, actor="ats", cause="comparison", traced=False)


def _is_older(record: Record, moment: datetime) -> bool:
    return record.changed_at is not None and record.changed_at < moment
