"""What ends in the ATS ends here: records removed, people erased or merged, in one unit of work with the events of it.

Whatever says that something ended comes here: a delivery, a list that shows a person anonymized, or a comparison. To
end something again changes nothing.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from rapport.contracts.events import (
    ApplicationRemoved,
    ApplicationRestored,
    JobRemoved,
    PersonErased,
    PersonMerged,
)
from rapport.contracts.vocabulary import PersonEnd, PersonField, RemovalReason
from rapport.kit.database.unit_of_work import UnitOfWork
from rapport.pipeline.connectors.greenhouse.webhooks import Anonymized
from rapport.pipeline.recording import stage_point
from rapport.pipeline.store import SQL, applications
from rapport.pipeline.store.applications import LockedApplication

PEOPLE, APPLICATIONS = "candidates", "applications"


class EndReason(StrEnum):
    """Why a record is known to have ended."""

    DELETED = "deleted"
    ANONYMIZED = "anonymized"
    MERGED = "merged"
    ABSENT = "absent"


_LISTS_LAG = timedelta(minutes=6)
"""How long lists may go on showing what has ended, with room for clocks that differ."""


@dataclass(frozen=True, slots=True)
class Ended:
    """That a record has ended, as far as we know."""

    collection: str
    reason: EndReason
    at: datetime

    def is_outdone_by(self, changed_at: datetime | None) -> bool:
        """Whether the ATS has changed the record since, and so still has it.

        A person who was erased, or is somebody else, never comes back: only one whom nobody but a comparison missed.
        """
        if self.collection == PEOPLE and self.reason is not EndReason.ABSENT:
            return False
        return changed_at is not None and changed_at > self.at + _LISTS_LAG


class Endings:
    """Ends one connection's records."""

    def __init__(self, connection: str) -> None:
        """``connection``: its name."""
        self._connection = connection
        self._enders: dict[str, Callable[[UnitOfWork, list[UUID], EndReason], Awaitable[None]]] = {
            PEOPLE: self._people,
            APPLICATIONS: self._applications,
            "jobs": self._jobs,
            "job_interview_stages": _plainly("retire_stages"),
            "departments": _plainly("delete_departments"),
            "offices": _plainly("delete_offices"),
            "openings": _plainly("delete_openings"),
            "users": _plainly("deactivate_users"),
            "interviews": _shown_on_cards("delete_interviews"),
            "interviewers": _shown_on_cards("delete_interviewers"),
            "scorecards": _shown_on_cards("delete_scorecards"),
            # What these are called stays readable where it is referred to.
            "sources": _nothing,
            "referrers": _nothing,
            "rejection_reasons": _nothing,
        }

    @property
    def collections(self) -> frozenset[str]:
        """Those of which something can end."""
        return frozenset(self._enders)

    async def ended_among(self, unit: UnitOfWork, collection: str, ids: Sequence[UUID]) -> dict[UUID, Ended]:
        """Those of these records that have ended here; none ends from now on until the unit of work does."""
        if not ids:
            return {}
        await self._lock(unit)
        rows = await unit.fetch(SQL["ended_among"], list(ids))
        return {row["id"]: Ended(collection, EndReason(row["reason"]), row["ended_at"]) for row in rows}

    async def end(self, unit: UnitOfWork, collection: str, ids: Sequence[UUID], reason: EndReason) -> None:
        """These records are gone in the ATS."""
        if ids:
            await self._lock(unit)
            await self._record(unit, collection, ids, reason)
            await self._enders[collection](unit, sorted(ids), reason)

    async def restore(self, unit: UnitOfWork, collection: str, ids: Sequence[UUID]) -> None:
        """The ATS has these records after all; what they say is taken in by whoever calls."""
        if not ids:
            return
        await unit.execute(SQL["forget_ended"], list(ids))
        if collection == APPLICATIONS:
            await self._restore_applications(unit, ids)
        elif collection == "jobs":
            await unit.execute(SQL["restore_jobs"], list(ids))
        elif collection == PEOPLE:
            await unit.execute(SQL["restore_people"], list(ids))

    async def anonymize(self, unit: UnitOfWork, person_id: UUID, what: Anonymized) -> None:
        """What was taken away of a person in the ATS goes here."""
        await self._lock(unit)
        if what.interviews:
            await unit.execute(SQL["erase_interviews_of_people"], person_id)
        if what.sources or what.reasons:
            await unit.execute(SQL["erase_origins_of_people"], person_id, what.sources, what.reasons)
        if what.whole:
            await self.erase(unit, [person_id], EndReason.ANONYMIZED)
        elif what.fields:
            await self._erase_fields(unit, person_id, sorted(what.fields))
        await _render_cards_of(unit, [person_id])

    async def erase(self, unit: UnitOfWork, person_ids: Sequence[UUID], reason: EndReason) -> None:
        """Nothing that identifies these people stays; nor of those who had turned out to be the same."""
        await self._lock(unit)
        await self._record(unit, PEOPLE, person_ids, reason)
        gone = await unit.fetch(SQL["erase_people"], list(person_ids), unit.now)
        await unit.execute(SQL["empty_bodies"], list({*person_ids, *(row["id"] for row in gone)}))
        for row in gone:
            unit.record(
                PersonErased(reason=PersonEnd(reason), whole=True),
                aggregate_id=row["id"],
                version=row["version"],
                occurred_at=unit.now,
            )
        await _render_cards_of(unit, person_ids)

    async def merge(self, unit: UnitOfWork, merged: UUID, survivor: UUID) -> None:
        """Two people are one: everything of the one becomes the other's."""
        await self._lock(unit)
        known = await unit.fetchrow(SQL["lock_person"], survivor)
        if known and known["merged_into"]:
            survivor = known["merged_into"]
        if survivor == merged:
            return  # said the wrong way round of what is known already
        await self._record(unit, PEOPLE, [merged], EndReason.MERGED)
        rows = await unit.fetch(SQL["merge_person"], merged, survivor, unit.now)
        moved = await unit.fetch(SQL["move_applications"], merged, survivor)
        went_along = [row["id"] for row in moved if row["removal"] == RemovalReason.PERSON_DELETED]
        await self.restore(unit, APPLICATIONS, went_along)
        for row in rows:
            if row["id"] == merged:
                unit.record(
                    PersonMerged(into_person_id=survivor, application_ids=tuple(sorted(m["id"] for m in moved))),
                    aggregate_id=merged,
                    version=row["version"],
                    occurred_at=unit.now,
                )
        await applications.render_cards(unit, [row["id"] for row in moved])
        if known and known["deleted_at"] and not known["merged_into"]:
            # Who was erased stays erased, under whatever name they are found again.
            await self.erase(unit, [survivor], EndReason.DELETED)

    async def remove_applications(self, unit: UnitOfWork, ids: Sequence[UUID], reason: RemovalReason) -> None:
        """These applications are not there any more."""
        rows = await unit.fetch(SQL["lock_applications"], list(ids))
        locked = [applications.locked(row) for row in rows]
        if not locked:
            return
        stages = await applications.stages_by_ids(unit, [each.application.stage_id for each in locked])
        for each in locked:
            application = each.application
            if application.version and application.stage_id in stages:
                unit.record(
                    ApplicationRemoved(
                        person_id=application.person_id,
                        job_id=application.job_id,
                        stage=stage_point(stages[application.stage_id]),
                        status=application.status,
                        reason=reason,
                    ),
                    aggregate_id=application.id,
                    version=application.version + 1,
                    occurred_at=unit.now,
                )
        removed = _ids(locked)
        await unit.execute(SQL["remove_applications"], removed, unit.now, reason)
        await applications.render_cards(unit, removed)

    async def _lock(self, unit: UnitOfWork) -> None:
        await unit.execute(SQL["lock_records"], self._connection)

    async def _record(self, unit: UnitOfWork, collection: str, ids: Sequence[UUID], reason: EndReason) -> None:
        await unit.execute(SQL["record_ended"], list(ids), self._connection, collection, reason, unit.now)

    async def _people(self, unit: UnitOfWork, ids: list[UUID], reason: EndReason) -> None:
        await self.erase(unit, ids, reason)
        for person_id in ids:
            theirs = await unit.fetch(SQL["applications_of_person"], person_id)
            gone = [row["id"] for row in theirs]
            if gone:
                await self._record(unit, APPLICATIONS, gone, reason)
                await self.remove_applications(unit, gone, RemovalReason.PERSON_DELETED)

    async def _applications(self, unit: UnitOfWork, ids: list[UUID], reason: EndReason) -> None:
        rows = await unit.fetch(SQL["applications_of_erased_people"], ids)
        went_along = {row["id"] for row in rows}
        why = RemovalReason.ABSENT if reason is EndReason.ABSENT else RemovalReason.DELETED
        await self.remove_applications(unit, sorted(went_along), RemovalReason.PERSON_DELETED)
        await self.remove_applications(unit, [id_ for id_ in ids if id_ not in went_along], why)

    async def _restore_applications(self, unit: UnitOfWork, ids: Sequence[UUID]) -> None:
        rows = await unit.fetch(SQL["lock_removed"], list(ids))
        locked = [applications.locked(row) for row in rows]
        if not locked:
            return
        await unit.execute(SQL["forget_ended"], _ids(locked))
        stages = await applications.stages_by_ids(unit, [each.application.stage_id for each in locked])
        for each in locked:
            application = each.application
            if application.version and application.stage_id in stages:
                unit.record(
                    ApplicationRestored(
                        person_id=application.person_id,
                        job_id=application.job_id,
                        stage=stage_point(stages[application.stage_id]),
                        status=application.status,
                    ),
                    aggregate_id=application.id,
                    version=application.version + 1,
                    occurred_at=unit.now,
                )
        await unit.execute(SQL["restore_applications"], _ids(locked))
        await applications.render_cards(unit, _ids(locked))

    async def _jobs(self, unit: UnitOfWork, ids: list[UUID], _: EndReason) -> None:
        for row in await unit.fetch(SQL["remove_jobs"], ids, unit.now):
            unit.record(JobRemoved(), aggregate_id=row["id"], version=row["version"], occurred_at=unit.now)

    async def _erase_fields(self, unit: UnitOfWork, person_id: UUID, fields: Sequence[PersonField]) -> None:
        for row in await unit.fetch(SQL["erase_person_fields"], person_id, list(fields)):
            unit.record(
                PersonErased(reason=PersonEnd.ANONYMIZED, whole=False, fields=tuple(fields)),
                aggregate_id=row["id"],
                version=row["version"],
                occurred_at=unit.now,
            )


def _plainly(statement: str) -> Callable[[UnitOfWork, list[UUID], EndReason], Awaitable[None]]:
    async def end(unit: UnitOfWork, ids: list[UUID], _: EndReason) -> None:
        await unit.execute(SQL[statement], ids)

    return end


def _shown_on_cards(statement: str) -> Callable[[UnitOfWork, list[UUID], EndReason], Awaitable[None]]:
    async def end(unit: UnitOfWork, ids: list[UUID], _: EndReason) -> None:
        rows = await unit.fetch(SQL[statement], ids)
        await applications.render_cards(unit, list({row["id"] for row in rows}))

    return end


async def _nothing(_: UnitOfWork, __: list[UUID], ___: EndReason) -> None:
    """That it ended is all there is to know."""


async def _render_cards_of(unit: UnitOfWork, person_ids: Sequence[UUID]) -> None:
    shown = await unit.fetch(SQL["applications_of_people"], list(person_ids))
    await applications.render_cards(unit, [row["id"] for row in shown])


def _ids(locked: Sequence[LockedApplication]) -> list[UUID]:
    return [each.application.id for each in locked]
