"""The slow comparison of everything with the ATS: it finds what no delivery and no list of changes told of.

It walks collection after collection in pieces of one request, with a pause after each, and goes on where it stopped.
What the ATS shows and we lack, or have otherwise, is taken in. What we have and it did not show is asked for once more,
by ids, beside some that it did show; only what such an answer leaves out has ended. Nothing is concluded from an empty
or partial answer, nor of more than goes by itself (`domain/drift.py`): then it stops, and an operator decides.
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
from rapport.kit.runtime.process import raise_if_cancelled
from rapport.kit.telemetry import untraced
from rapport.pipeline.connectors.connection import Connection
from rapport.pipeline.connectors.greenhouse.api import (
    MAX_IDS,
    AtsRefusedError,
    AtsUnavailableError,
    GreenhouseApi,
    Record,
    RecordPage,
)
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper, MalformedRecordError
from rapport.pipeline.domain.drift import Finding, judge
from rapport.pipeline.settings import PipelineSettings
from rapport.pipeline.store import SQL, applications, sync
from rapport.pipeline.store.sync import ComparedCollection, Comparison
from rapport.pipeline.sync.endings import EndReason
from rapport.pipeline.sync.ingest import READ_WHOLE, Ingest

_LOOK_EVERY = 15.0
"""Seconds between two looks at whether a comparison is due."""
_CONTROLS = 3
_LONGEST_PAUSE = 300.0
_SHARE_LEFT = 0.5
"""Of the ATS's limit: below that, the comparison waits longer and leaves the rest to the sync."""
_TELLING = frozenset({"applications", "application_stages"})
_COMPLETES_JOBS = frozenset({"openings"})

_INTERRUPTIONS: tuple[type[Exception], ...] = (AtsUnavailableError, AtsRefusedError, *TRANSIENT)

_log = logging.getLogger(__name__)


class ComparisonWorker:
    """Compares one connection with its ATS, again and again, slowly."""

    def __init__(
        self,
        mapper: GreenhouseMapper,
        database: Database,
        api: GreenhouseApi,
        ingest: Ingest,
        settings: PipelineSettings,
    ) -> None:
        """The settings say how often, and how slowly."""
        self._mapper = mapper
        self._connection: Connection = mapper.connection
        self._database = database
        self._api = api
        self._ingest = ingest
        self._every = timedelta(seconds=settings.ats_compare_seconds)
        self._pause = settings.ats_compare_pause_seconds
        self._read_late = timedelta(seconds=settings.ats_lag_seconds + settings.ats_poll_seconds + 60)
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Look at once whether a comparison was asked for."""
        self._wake.set()

    async def run(self) -> None:
        """Compare until cancelled; whatever goes away is waited for."""
        pause = 1.0
        while True:
            try:
                with untraced():
                    under_way = await self.step()
            except _INTERRUPTIONS as problem:
                raise_if_cancelled()
                _log.warning("comparison of %s interrupted (%s)", self._connection.name, type(problem).__name__)
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
                continue
            pause = 1.0
            await self._wait(under_way=under_way)

    async def _wait(self, *, under_way: bool) -> None:
        if under_way:
            await asyncio.sleep(self._pause if self._api.left >= _SHARE_LEFT else 5 * self._pause)
            return
        try:
            async with asyncio.timeout(_LOOK_EVERY):
                await self._wake.wait()
        except TimeoutError:
            pass
        self._wake.clear()

    async def step(self) -> bool:
        """One piece: one request to the ATS at the most; answers whether a comparison is under way."""
        async with self._work() as unit:
            await unit.execute(SQL["ensure_comparison"], self._connection.name, unit.now)
            found = await sync.comparison(unit, self._connection.name)
            assert found is not None  # noted above
            if not found.may_run or not self._is_due(found, unit.now):
                return False
            if found.state is not ComparisonState.RUNNING:
                await self._begin(unit)
            place = await sync.compared_collection(unit, self._connection.name)
            if place is None:
                await self._finish(unit, found)
                return False
            if place.state is CollectionState.WAITING:
                await unit.execute(SQL["begin_compared_collection"], self._connection.name, place.collection, unit.now)
                return True
        if place.state is CollectionState.READING:
            await self._read(place)
        else:
            await self._confirm(place, accepted=found.accept_missing)
        return True

    def _is_due(self, comparison: Comparison, now: datetime) -> bool:
        if comparison.state is ComparisonState.RUNNING or comparison.requested_at:
            return True
        since = comparison.started_at or now
        return bool(self._every) and now - since >= self._every

    async def _begin(self, unit: UnitOfWork) -> None:
        name = self._connection.name
        collections = [each for each in self._ingest.collections if each not in READ_WHOLE]
        await unit.execute(SQL["begin_comparison"], name, unit.now)
        await unit.execute(
            SQL["begin_comparison_collections"], name, *transpose(((c, n) for n, c in enumerate(collections)), 2)
        )
        await unit.execute(SQL["forget_seen"], name, None)
        _log.info("everything of %s is compared with the ATS", name)

    # Reading ---------------------------------------------------------------------------------------------

    async def _read(self, place: ComparedCollection) -> None:
        try:
            page = (
                await self._api.page(place.next_page)
                if place.next_page
                else await self._api.first_page(place.collection)
            )
        except AtsRefusedError:
            if place.next_page is None:
                raise
            await self._restart(place)
            return
        missing = await self._ingest.fetch_missing_people(self._database, place.collection, page.records)
        async with self._work() as unit:
            await self._ingest.ingest_page(unit, "candidates", missing)
            await self._compare_page(unit, place, page)
        if page.next_page is None and place.collection in _TELLING:
            await self._tell()

    async def _restart(self, place: ComparedCollection) -> None:
        """The page at which we stopped is gone."""
        _log.warning("%s is compared again from the beginning", place.collection)
        async with self._work() as unit:
            await unit.execute(SQL["forget_seen"], self._connection.name, place.collection)
            await unit.execute(SQL["begin_compared_collection"], self._connection.name, place.collection, unit.now)

    async def _compare_page(self, unit: UnitOfWork, place: ComparedCollection, page: RecordPage) -> None:
        records = self._by_id(place.collection, page.records)
        here, different = await self._ingest_page(unit, place, records)
        await unit.execute(SQL["record_seen"], self._connection.name, place.collection, list(records))
        state = CollectionState.READING if page.next_page else CollectionState.CONFIRMING
        await unit.execute(
            SQL["save_compared_page"],
            self._connection.name,
            place.collection,
            len(page.records),
            page.next_page,
            any(_has_no_id(record) for record in page.records),
            here,
            different,
            state,
        )
        if page.next_page is None and place.collection in _COMPLETES_JOBS:
            await self._ingest.publish_jobs(unit)

    async def _ingest_page(
        self, unit: UnitOfWork, place: ComparedCollection, records: dict[UUID, Record]
    ) -> tuple[int, int]:
        """Take in what the ATS shows; answers how many we lacked, and how many we had otherwise.

        What the sync has yet to read, since it has just changed, is no drift.
        """
        collection, ids = place.collection, list(records)
        ended = await self._ingest.endings.ended_among(unit, collection, ids)
        back = [id_ for id_, how in ended.items() if how.is_outdone_by(unit.now)]
        await self._ingest.endings.restore(unit, collection, back)
        known = {row["id"] for row in await unit.fetch(SQL["mirrored_among"], collection, ids)} - set(back)
        changed = await self._ingest.ingest_page(unit, collection, list(records.values()))
        late_by = (place.began_at or unit.now) - self._read_late
        drifted = [id_ for id_ in changed if id_ in records and self._is_older(records[id_], late_by)]
        different = sum(id_ in known for id_ in drifted)
        return len(drifted) - different, different

    def _is_older(self, record: Record, moment: datetime) -> bool:
        try:
            changed_at = self._mapper.changed_at(record)
        except MalformedRecordError:
            return False
        return changed_at is not None and changed_at < moment

    def _by_id(self, collection: str, records: Sequence[Record]) -> dict[UUID, Record]:
        return {self._mapper.id(collection, r["id"]): r for r in records if not _has_no_id(r)}

    async def _tell(self) -> None:
        last = applications.LOWEST_ID
        while True:
            async with self._work() as unit:
                told = await self._ingest.record_next_changes(unit, after=last)
            if told is None:
                return
            last = told

    # Confirming ------------------------------------------------------------------------------------------

    async def _confirm(self, place: ComparedCollection, *, accepted: bool) -> None:
        name, collection = self._connection.name, place.collection
        if collection not in self._ingest.endings.collections:
            await self._finish_collection(collection, CollectionState.DONE)
            return
        async with self._database.read_session(self._connection.org_id) as session:
            counted = await session.fetchrow(SQL["count_absent"], name, collection)
            absent = await session.fetch(SQL["absent_records"], name, collection, MAX_IDS - _CONTROLS)
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
                "the ATS no longer shows %d of %d %s of %s: nothing of it is ended here until somebody has looked"
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
        self, collection: str, absent: Sequence[asyncpg.Record], controls: Sequence[asyncpg.Record]
    ) -> None:
        """Ask once more, by ids; what the answer leaves out beside what it must hold has ended."""
        asked = [row["external_id"] for row in (*absent, *controls)]
        found = self._by_id(collection, await self._api.by_ids(collection, asked))
        if controls and not any(row["id"] in found for row in controls):
            _log.error("the ATS does not answer for %s by their ids: nothing of them is ended here", collection)
            await self._finish_collection(collection, CollectionState.STOPPED)
            return
        gone = [row["id"] for row in absent if row["id"] not in found]
        async with self._work() as unit:
            await self._ingest.ingest_page(unit, collection, list(found.values()))
            await unit.execute(SQL["record_seen"], self._connection.name, collection, list(found))
            await self._ingest.endings.end(unit, collection, gone, EndReason.ABSENT)
            await unit.execute(SQL["add_absent"], self._connection.name, collection, len(gone))
            await self._ingest.publish_jobs(unit)

    async def _finish_collection(self, collection: str, state: CollectionState) -> None:
        async with self._work() as unit:
            await unit.execute(SQL["finish_compared_collection"], self._connection.name, collection, state)
            await unit.execute(SQL["forget_seen"], self._connection.name, collection)

    async def _finish(self, unit: UnitOfWork, comparison: Comparison) -> None:
        name = self._connection.name
        row = await unit.fetchrow(SQL["compared_totals"], name)
        assert row is not None  # it sums up
        found = DriftFound(**row)
        drifted = bool(found.missing_there or found.missing_here or found.different or found.stopped)
        version = comparison.version + drifted
        if drifted:
            connection_id = derived_id(self._connection.org_id, name, "connection")
            unit.record(found, aggregate_id=connection_id, version=version, occurred_at=unit.now)
        state = ComparisonState.STOPPED if found.stopped else ComparisonState.IDLE
        await unit.execute(SQL["finish_comparison"], name, state, unit.now, version)
        if not found.stopped and comparison.started_at:
            await unit.execute(SQL["settle_unapplied_endings"], name, comparison.started_at)
        _log.log(
            logging.WARNING if drifted else logging.INFO,
            "%s was compared with the ATS: %d records, %d missing there, %d missing here, %d different",
            name,
            found.compared,
            found.missing_there,
            found.missing_here,
            found.different,
        )

    def _work(self) -> AbstractAsyncContextManager[UnitOfWork]:
        return self._database.work(self._connection.org_id, actor="ats", cause="comparison", traced=False)


def _has_no_id(record: Record) -> bool:
    return not isinstance(record.get("id"), int | str)
