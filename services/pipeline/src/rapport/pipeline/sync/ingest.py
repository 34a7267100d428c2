"""Stores pages of records: rows, cards and events in one unit of work, so that reading a page twice is harmless."""

import logging
from collections.abc import Sequence
from typing import cast
from uuid import UUID

import asyncpg

from rapport.contracts.vocabulary import DirectoryChangeKind, TeamRole
from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.pipeline.connectors.connector import AtsConnector, RecordPage, SkippedRecord
from rapport.pipeline.domain.records import (
    ApplicationRecord,
    Collection,
    InterviewerRecord,
    InterviewRecord,
    OfferRecord,
    PersonRecord,
    Record,
    ScorecardRecord,
    StageEntryRecord,
    StageRecord,
)
from rapport.pipeline.domain.stage_kind import stage_kind
from rapport.pipeline.merging import show_together
from rapport.pipeline.recording import (
    end_access_of_left,
    publish_jobs,
    record_changes,
    record_user_change,
    refresh_cards,
)
from rapport.pipeline.store import SQL, applications
from rapport.pipeline.store.directory import Change
from rapport.pipeline.store.records import upsert, upsert_stages
from rapport.pipeline.sync.endings import Endings, EndReason
from rapport.pipeline.sync.responsibilities import holders, record_assignments

_SLICE = 500

READ_WHOLE: dict[Collection, list[str]] = {
    Collection.USERS: [],
    Collection.HIRING_MANAGERS: [TeamRole.HIRING_MANAGER],
    Collection.JOB_OWNERS: [TeamRole.RECRUITER, TeamRole.COORDINATOR, TeamRole.SOURCER],
}
"""Read whole in every run, since they decide who sees what; with the team roles that each list contains."""
MAY_BE_REFUSED = frozenset(
    {
        Collection.DEMOGRAPHIC_SETS,
        Collection.DEMOGRAPHIC_QUESTIONS,
        Collection.DEMOGRAPHIC_OPTIONS,
        Collection.DEMOGRAPHIC_ANSWERS,
    }
)
"""What an account may keep from us; the rest is read all the same."""
UNSTORABLE: tuple[type[Exception], ...] = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)
"""What the database raises for a record that it cannot store."""

_log = logging.getLogger(__name__)


class Ingest:
    """Stores one connection's records."""

    def __init__(self, connector: AtsConnector) -> None:
        """``connector`` is asked for people whom an application names before they were read."""
        self._connector = connector
        self._connection = connector.connection.name
        self.endings = Endings(self._connection)

    async def ingest(self, unit: UnitOfWork, collection: Collection, records: Sequence[Record]) -> list[UUID]:
        """Store records of one collection, all or none; raises one of :data:`UNSTORABLE`.

        Returns:
            The ids of those that are new or different. A record that ended here is left out, since lists lag behind,
            unless the ATS has changed it since.
        """
        current = await self._without_ended(unit, collection, records)
        return await self._store(unit, collection, current) if current else []

    async def ingest_page(self, unit: UnitOfWork, collection: Collection, page: RecordPage) -> list[UUID]:
        """Store a page; a record that is malformed or cannot be stored is skipped and noted, the others pass.

        Returns:
            The ids of those that are new or different.
        """
        changed: list[UUID] = []
        unreadable = [skipped for skipped in page.skipped if skipped.reason]
        unreadable += await self._ingest_storable(unit, collection, page.records, changed)
        for skipped in unreadable:
            await unit.execute(
                SQL["record_unreadable"],
                self._connection,
                collection,
                skipped.external_id,
                skipped.reason,
                unit.now,
            )
            _log.warning(
                "%s %s of %s is malformed: %s", collection, skipped.external_id, self._connection, skipped.reason
            )
        named = {skipped.external_id for skipped in unreadable}
        readable = [record.external_id for record in page.records if record.external_id not in named]
        if readable:
            await unit.execute(SQL["forget_unreadable"], self._connection, collection, readable)
        return changed

    async def fetch_missing_people(
        self, database: Database, collection: Collection, records: Sequence[Record]
    ) -> RecordPage:
        """People whom these applications name and who were not read yet (they were added during the run)."""
        named = {r.person.id: r.person.external_id for r in records if isinstance(r, ApplicationRecord)}
        if collection is not Collection.APPLICATIONS or not named:
            return RecordPage([])
        async with database.read_session(self._connector.connection.org_id) as session:
            unknown = await session.fetch(SQL["unknown_people"], list(named), list(named.values()))
        if not unknown:
            return RecordPage([])
        return await self._connector.by_ids(Collection.PEOPLE, [row["external_id"] for row in unknown])

    async def remove_unseen(self, unit: UnitOfWork, collection: Collection) -> None:
        """After a collection of :data:`READ_WHOLE` was read: end what it did not list."""
        if collection is Collection.USERS:
            await unit.execute(SQL["deactivate_unseen_users"], self._connection)
            await end_access_of_left(unit)
        else:
            await unit.execute(SQL["remove_unseen_team"], self._connection, collection, READ_WHOLE[collection])

    async def publish_jobs(self, unit: UnitOfWork) -> None:
        """Publish jobs that are new or different."""
        await publish_jobs(unit, self._connection)

    async def record_next_changes(self, unit: UnitOfWork, *, after: UUID) -> UUID | None:
        """Record what the ATS changed about the next applications; returns the last one, or None if none are left."""
        locked = await applications.lock_unreconciled(unit, self._connection, after=after, limit=_SLICE)
        await record_changes(unit, locked)
        return locked[-1].application.id if locked else None

    async def _without_ended(
        self, unit: UnitOfWork, collection: Collection, records: Sequence[Record]
    ) -> Sequence[Record]:
        ended = await self.endings.ended_among(unit, collection, [record.id for record in records])
        if not ended:
            return records
        changed_at = {record.id: record.changed_at for record in records}
        restored = [id_ for id_, end in ended.items() if end.is_superseded_by(changed_at[id_])]
        await self.endings.restore(unit, collection, restored)
        return [record for record in records if record.id not in ended or record.id in restored]

    async def _ingest_storable(
        self, unit: UnitOfWork, collection: Collection, records: Sequence[Record], changed: list[UUID]
    ) -> list[SkippedRecord]:
        """Halve until only the unstorable records are left, and return those. ``changed`` grows by what changed."""
        if not records:
            return []
        try:
            async with unit.attempt():
                ids = await self.ingest(unit, collection, records)
        except UNSTORABLE as problem:
            if len(records) == 1:
                return [SkippedRecord(records[0].id, records[0].external_id, _reason(problem))]
            half = len(records) // 2
            first = await self._ingest_storable(unit, collection, records[:half], changed)
            return first + await self._ingest_storable(unit, collection, records[half:], changed)
        changed += ids
        return []

    async def _store(self, unit: UnitOfWork, collection: Collection, records: Sequence[Record]) -> list[UUID]:
        if collection is Collection.JOB_STAGES:
            return await self._store_stages(unit, cast("Sequence[StageRecord]", records))
        if collection is Collection.PEOPLE:
            return await self._store_people(unit, cast("Sequence[PersonRecord]", records))
        changed = await upsert(unit, self._connection, records)
        match collection:
            case Collection.USERS:
                await self._after_users(unit, [record.id for record in records])
            case Collection.STAGE_ENTRIES if changed:
                entered = {r.id: r.application_id for r in cast("Sequence[StageEntryRecord]", records)}
                await unit.execute(SQL["mark_unreconciled"], list({entered[id_] for id_ in changed}))
            case Collection.INTERVIEWS | Collection.SCORECARDS:
                shown_on = cast("Sequence[InterviewRecord | ScorecardRecord]", records)
                ids = {r.application_id for r in shown_on if r.id in set(changed)}
                await refresh_cards(unit, list(ids))
                if collection is Collection.SCORECARDS:
                    await unit.execute(SQL["mark_unreconciled"], list(ids))
            case Collection.OFFERS if changed:
                offers = {r.id: r.application_id for r in cast("Sequence[OfferRecord]", records)}
                await unit.execute(SQL["mark_unreconciled"], list({offers[id_] for id_ in changed}))
            case Collection.INTERVIEWERS if changed:
                interviewers = cast("Sequence[InterviewerRecord]", records)
                interviews = {r.interview_id for r in interviewers if r.id in set(changed)}
                rows = await unit.fetch(SQL["applications_of_interviews"], list(interviews))
                await refresh_cards(unit, [row["id"] for row in rows])
        return changed

    async def _store_stages(self, unit: UnitOfWork, stages: Sequence[StageRecord]) -> list[UUID]:
        # Which stage is a job's last is only known once all pages were read; until then, the last one known counts.
        jobs = list({stage.job_id for stage in stages})
        last = {row["job_id"]: row["last"] for row in await unit.fetch(SQL["last_positions"], jobs)}
        for stage in stages:
            last[stage.job_id] = max(last.get(stage.job_id, 0), stage.position)
        kinds = {s.id: stage_kind(s.name, position=s.position, last_position=last[s.job_id]) for s in stages}
        return await upsert_stages(unit, stages, kinds)

    async def _after_users(self, unit: UnitOfWork, users: Sequence[UUID]) -> None:
        adopted = await unit.fetch(SQL["adopt_invited_users"], list(users))
        for row in adopted:
            await record_user_change(unit, row["account_id"], Change(DirectoryChangeKind.JOINED_ATS), changed_by=None)
        await end_access_of_left(unit)

    async def _store_people(self, unit: UnitOfWork, people: Sequence[PersonRecord]) -> list[UUID]:
        before = await holders(unit, [person.id for person in people])
        changed = await upsert(unit, self._connection, people)
        if changed:
            survivors = await show_together(unit, changed)
            rows = await unit.fetch(SQL["applications_of_people"], [*changed, *survivors])
            await refresh_cards(unit, [row["id"] for row in rows])
        if anonymized := [person.id for person in people if person.anonymized]:
            # The webhook is late or lost: what the other services store of them must go as well.
            await self.endings.erase(unit, anonymized, EndReason.ANONYMIZED)
        await record_assignments(unit, changed, before)
        return changed


def _reason(problem: Exception) -> str:
    """What cannot be stored, by the name of the column only: its value may be personal."""
    column = getattr(problem, "column_name", None)
    return type(problem).__name__ + (f" ({column})" if column else "")
