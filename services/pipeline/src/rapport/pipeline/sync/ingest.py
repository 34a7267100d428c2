"""Pages of records taken in: rows, cards and events in one unit of work, so that reading a page twice is harmless."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import asyncpg

from rapport.contracts.events import JobChanged, JobState
from rapport.contracts.vocabulary import TeamRole
from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.pipeline.connectors.greenhouse.api import GreenhouseApi, Record
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper, MalformedRecordError, Row
from rapport.pipeline.recording import record_changes
from rapport.pipeline.store import SQL, applications, sync
from rapport.pipeline.sync.endings import PEOPLE, Endings, EndReason

_SLICE = 500

READ_WHOLE: dict[str, list[str]] = {
    "users": [],
    "job_hiring_managers": [TeamRole.HIRING_MANAGER],
    "job_owners": [TeamRole.RECRUITER, TeamRole.COORDINATOR, TeamRole.SOURCER],
}
"""Read whole in every run, with the parts in hiring teams each gives: they decide who sees what."""
MALFORMED_RECORD: tuple[type[Exception], ...] = (
    KeyError,
    IndexError,
    TypeError,
    ValueError,
    AttributeError,
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
)
"""What a record raises that is not what it should be: in us, or in the database."""

_log = logging.getLogger(__name__)


class Ingest:
    """Takes one connection's records in, collection by collection."""

    def __init__(self, mapper: GreenhouseMapper, api: GreenhouseApi) -> None:
        """``api`` is asked for people whom an application names before they were read."""
        self._mapper = mapper
        self._api = api
        self._connection = mapper.connection.name
        self.endings = Endings(self._connection)
        plain: dict[str, tuple[str, Callable[[Record], Row]]] = {
            "users": ("user_account", mapper.user),
            "departments": ("department", mapper.department),
            "offices": ("office", mapper.office),
            "sources": ("source", mapper.source),
            "referrers": ("referrer", mapper.referrer),
            "jobs": ("job", mapper.job),
            "job_hiring_managers": ("job_team", mapper.hiring_manager),
            "job_owners": ("job_team", mapper.owner),
            "openings": ("opening", mapper.opening),
            "rejection_reasons": ("rejection_reason", mapper.rejection_reason),
        }
        self._takers: dict[str, Callable[[UnitOfWork, Sequence[Record]], Awaitable[list[UUID]]]] = {
            **{name: self._plainly(table, row) for name, (table, row) in plain.items()},
            "job_interview_stages": self._stages,
            "candidates": self._people,
            "applications": self._applications,
            "application_stages": self._stage_entries,
            "interviews": self._interviews,
            "interviewers": self._interviewers,
            "scorecards": self._scorecards,
        }

    @property
    def collections(self) -> tuple[str, ...]:
        """What is read, in this order: what others refer to comes first."""
        return (
            "users",
            "departments",
            "offices",
            "sources",
            "referrers",
            "rejection_reasons",
            "jobs",
            "job_interview_stages",
            "job_hiring_managers",
            "job_owners",
            "openings",
            "candidates",
            "applications",
            "application_stages",
            "interviews",
            "interviewers",
            "scorecards",
        )

    async def ingest(self, unit: UnitOfWork, collection: str, records: Sequence[Record]) -> list[UUID]:
        """Take records in, all or none: one of :data:`MALFORMED_RECORD` says that one is not what it should be.

        Answers those that are new or different.

        What ended here is passed over: lists lag behind. What the ATS has changed since is there after all.
        """
        if records and (there := await self._without_ended(unit, collection, records)):
            return await self._takers[collection](unit, there)
        return []

    async def _without_ended(self, unit: UnitOfWork, collection: str, records: Sequence[Record]) -> Sequence[Record]:
        ids = {self._mapper.id(collection, r["id"]): r for r in records}
        ended = await self.endings.ended_among(unit, collection, list(ids))
        if not ended:
            return records
        back = [id_ for id_, how in ended.items() if how.is_outdone_by(self._mapper.changed_at(ids[id_]))]
        await self.endings.restore(unit, collection, back)
        return [r for r in records if (id_ := self._mapper.id(collection, r["id"])) not in ended or id_ in back]

    async def ingest_page(self, unit: UnitOfWork, collection: str, records: Sequence[Record]) -> list[UUID]:
        """Take one page in; a record that cannot be read is skipped, counted and kept by its id, the others pass.

        Answers those that are new or different.
        """
        changed: list[UUID] = []
        unread = await self._ingest_readable(unit, collection, records, changed)
        for external_id, reason in unread.items():
            await unit.execute(SQL["record_unreadable"], self._connection, collection, external_id, reason, unit.now)
            _log.warning("%s %s of %s could not be read: %s", collection, external_id, self._connection, reason)
        read = [name for record in records if (name := _name(record)) not in unread]
        await unit.execute(SQL["forget_unreadable"], self._connection, collection, read)
        return changed

    async def _ingest_readable(
        self, unit: UnitOfWork, collection: str, records: Sequence[Record], changed: list[UUID]
    ) -> dict[str, str]:
        """Halve until only what cannot be read is left out; answers why, by id. ``changed`` grows by what changed."""
        try:
            async with unit.attempt():
                taken = await self.ingest(unit, collection, records)
        except MALFORMED_RECORD as problem:
            if len(records) == 1:
                return {_name(records[0]): _why(problem)}
            half = len(records) // 2
            first = await self._ingest_readable(unit, collection, records[:half], changed)
            return first | await self._ingest_readable(unit, collection, records[half:], changed)
        changed += taken
        return {}

    async def fetch_missing_people(
        self, database: Database, collection: str, records: Sequence[Record]
    ) -> list[Record]:
        """People whom these applications name and whom we have not read (added while we were reading)."""
        if collection != "applications" or not records:
            return []
        named = [str(r["candidate_id"]) for r in records if r.get("candidate_id")]
        wanted = {self._mapper.id("candidates", external_id): external_id for external_id in named}
        async with database.read_session(self._mapper.connection.org_id) as session:
            unknown = await session.fetch(SQL["unknown_people"], list(wanted), list(wanted.values()))
        return await self._api.by_ids("candidates", [row["external_id"] for row in unknown]) if unknown else []

    async def remove_unseen(self, unit: UnitOfWork, collection: str) -> None:
        """After a collection of :data:`READ_WHOLE` was read: what was not in it is gone in the ATS."""
        if collection == "users":
            await unit.execute(SQL["deactivate_unseen_users"], self._connection)
        else:
            await unit.execute(SQL["remove_unseen_team"], self._connection, collection, READ_WHOLE[collection])

    async def publish_jobs(self, unit: UnitOfWork) -> None:
        """Record which jobs are new or different."""
        for row in await unit.fetch(SQL["jobs_to_publish"], self._connection):
            previous = JobState.model_validate_json(row["published_state"]) if row["published_state"] else None
            unit.record(
                JobChanged(previous=previous, current=JobState.model_validate_json(row["state"])),
                aggregate_id=row["id"],
                version=row["version"] + 1,
                occurred_at=row["opened_at"] if previous is None else unit.now,
            )
            await unit.execute(SQL["mark_job_published"], row["id"], row["version"] + 1, row["state"])

    async def record_next_changes(self, unit: UnitOfWork, *, after: UUID) -> UUID | None:
        """Record what is new about the next applications; answers the last one, or None when none are left."""
        locked = await applications.lock_unreconciled(unit, self._connection, after=after, limit=_SLICE)
        await record_changes(unit, locked)
        return locked[-1].application.id if locked else None

    def _plainly(
        self, table: str, row: Callable[[Record], Row]
    ) -> Callable[[UnitOfWork, Sequence[Record]], Awaitable[list[UUID]]]:
        async def upsert(unit: UnitOfWork, records: Sequence[Record]) -> list[UUID]:
            return await sync.upsert(unit, table, [row(record) for record in records])

        return upsert

    async def _stages(self, unit: UnitOfWork, records: Sequence[Record]) -> list[UUID]:
        # Which stage is the last one is known once all pages are read: of a job, the last one known so far counts.
        jobs = list({self._mapper.id("jobs", r["job_id"]) for r in records})
        last = {row["job_id"]: row["last"] for row in await unit.fetch(SQL["last_positions"], jobs)}
        for record in records:
            job = self._mapper.id("jobs", record["job_id"])
            last[job] = max(last.get(job, 0), record["sort_order"])
        rows = [self._mapper.job_stage(r, last_position=last[self._mapper.id("jobs", r["job_id"])]) for r in records]
        return await sync.upsert(unit, "job_stage", rows)

    async def _people(self, unit: UnitOfWork, records: Sequence[Record]) -> list[UUID]:
        anonymous = [self._mapper.id(PEOPLE, r["id"]) for r in records if self._mapper.is_anonymized(r)]
        changed = await sync.upsert(unit, "person", [self._mapper.person(r) for r in records])
        shown = await unit.fetch(SQL["applications_of_people"], changed)
        await applications.render_cards(unit, [row["id"] for row in shown])
        if anonymous:
            # Nobody told us, or not yet: what others hold of them goes as well.
            await self.endings.erase(unit, anonymous, EndReason.ANONYMIZED)
        return changed

    async def _applications(self, unit: UnitOfWork, records: Sequence[Record]) -> list[UUID]:
        reasons = await unit.fetch(SQL["reasons_by_candidate"])
        by_candidate = {row["id"] for row in reasons}
        rows = [row for r in records if (row := self._mapper.application(r, by_candidate.__contains__))]
        return await sync.upsert(unit, "application", rows)

    async def _stage_entries(self, unit: UnitOfWork, records: Sequence[Record]) -> list[UUID]:
        rows = {row[0]: row for row in map(self._mapper.stage_entry, records)}
        changed = await sync.upsert(unit, "stage_entry", list(rows.values()))
        if changed:
            await unit.execute(SQL["mark_unreconciled"], list({rows[id_][1] for id_ in changed}))
        return changed

    async def _interviews(self, unit: UnitOfWork, records: Sequence[Record]) -> list[UUID]:
        rows = [self._mapper.interview(r) for r in records]
        changed = await sync.upsert(unit, "interview", rows)
        await applications.render_cards(unit, list({row[1] for row in rows}))
        return changed

    async def _interviewers(self, unit: UnitOfWork, records: Sequence[Record]) -> list[UUID]:
        rows = [self._mapper.interviewer(r) for r in records]
        changed = await sync.upsert(unit, "interviewer", rows)
        shown = await unit.fetch(SQL["applications_of_interviews"], list({row[1] for row in rows}))
        await applications.render_cards(unit, [row["id"] for row in shown])
        return changed

    async def _scorecards(self, unit: UnitOfWork, records: Sequence[Record]) -> list[UUID]:
        rows = [self._mapper.scorecard(r) for r in records]
        changed = await sync.upsert(unit, "scorecard", rows)
        await applications.render_cards(unit, list({row[1] for row in rows}))
        return changed


def _name(record: Record) -> str:
    """The ATS's id of a record, as far as it has one."""
    external_id = record.get("id")
    return "without id" if external_id is None else str(external_id).replace("\x00", "")[:100]


def _why(problem: Exception) -> str:
    """What is wrong, by the names of fields only: their values may be personal."""
    if isinstance(problem, MalformedRecordError):
        return str(problem)
    if isinstance(problem, KeyError):
        return f"without {problem.args[0]}"
    column = getattr(problem, "column_name", None)
    return type(problem).__name__ + (f" ({column})" if column else "")
