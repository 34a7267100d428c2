"""What ends in the ATS ends here: records removed, people erased or merged, in one unit of work with their events.

Webhooks, lists that show a person anonymized, and comparisons all end records here. Ending a record again changes
nothing.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from rapport.contracts.events import (
    AgreedActionChanged,
    ApplicationRemoved,
    ApplicationRestored,
    JobRemoved,
    PersonErased,
)
from rapport.contracts.vocabulary import AgreedActionChange, MergeOrigin, PersonEnd, PersonField, RemovalReason
from rapport.kit.database.unit_of_work import UnitOfWork
from rapport.kit.identity import new_id
from rapport.pipeline import merging
from rapport.pipeline.domain.application import LockedApplication
from rapport.pipeline.domain.merging import Merge
from rapport.pipeline.domain.outcome import stage_point
from rapport.pipeline.domain.records import Anonymized, Collection
from rapport.pipeline.recording import end_access_of_left, refresh_cards
from rapport.pipeline.store import SQL, applications


class EndReason(StrEnum):
    """Why a record is known to have ended."""

    DELETED = "deleted"
    ANONYMIZED = "anonymized"
    MERGED = "merged"
    ABSENT = "absent"


_LISTS_LAG = timedelta(minutes=6)
"""How long lists may show what has ended, with a margin for clocks that differ."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The known end of a record."""

    collection: Collection
    reason: EndReason
    at: datetime

    def is_superseded_by(self, changed_at: datetime | None) -> bool:
        """Whether the ATS has changed the record since, and so still has it.

        A person who was erased or merged never returns; only one whom a comparison found absent.
        """
        if self.collection == Collection.PEOPLE and self.reason is not EndReason.ABSENT:
            return False
        return changed_at is not None and changed_at > self.at + _LISTS_LAG


class Endings:
    """Ends one connection's records."""

    def __init__(self, connection: str) -> None:
        """``connection``: its name."""
        self._connection = connection
        self._enders: dict[Collection, Callable[[UnitOfWork, list[UUID], EndReason], Awaitable[None]]] = {
            Collection.PEOPLE: self._people,
            Collection.APPLICATIONS: self._applications,
            Collection.JOBS: self._jobs,
            Collection.JOB_STAGES: _executing("retire_stages"),
            Collection.DEPARTMENTS: _executing("delete_departments"),
            Collection.OFFICES: _executing("delete_offices"),
            Collection.OPENINGS: _executing("delete_openings"),
            Collection.USERS: _users,
            Collection.EMPLOYMENTS: _executing("delete_employments"),
            Collection.EDUCATIONS: _executing("delete_educations"),
            Collection.ATTACHMENTS: _executing("delete_attachments"),
            Collection.OFFERS: _executing("delete_offers"),
            Collection.INTERVIEWS: _rerendering("delete_interviews"),
            Collection.INTERVIEWERS: _rerendering("delete_interviewers"),
            Collection.SCORECARDS: _rerendering("delete_scorecards"),
            # Their names stay readable where they are referred to.
            Collection.SOURCES: _nothing,
            Collection.REFERRERS: _nothing,
            Collection.REJECTION_REASONS: _nothing,
            Collection.CUSTOM_FIELDS: _executing("delete_custom_fields"),
            Collection.DEMOGRAPHIC_SETS: _nothing,
            Collection.DEMOGRAPHIC_QUESTIONS: _executing("retire_demographic_questions"),
            Collection.DEMOGRAPHIC_OPTIONS: _executing("retire_demographic_options"),
            Collection.DEMOGRAPHIC_ANSWERS: _executing("empty_demographic_answers"),
        }

    @property
    def collections(self) -> frozenset[Collection]:
        """Collections whose records can end."""
        return frozenset(self._enders)

    async def ended_among(self, unit: UnitOfWork, collection: Collection, ids: Sequence[UUID]) -> dict[UUID, Ended]:
        """Those of these records that have ended. No other ends until the unit of work is over."""
        if not ids:
            return {}
        await self._lock(unit)
        rows = await unit.fetch(SQL["ended_among"], list(ids))
        return {row["id"]: Ended(collection, EndReason(row["reason"]), row["ended_at"]) for row in rows}

    async def end(self, unit: UnitOfWork, collection: Collection, ids: Sequence[UUID], reason: EndReason) -> None:
        """These records are gone in the ATS."""
        if ids:
            await self._lock(unit)
            await self._record(unit, collection, ids, reason)
            await self._enders[collection](unit, sorted(ids), reason)

    async def restore(self, unit: UnitOfWork, collection: Collection, ids: Sequence[UUID]) -> None:
        """The ATS has these records after all; the caller ingests them."""
        if not ids:
            return
        await unit.execute(SQL["forget_ended"], list(ids))
        if collection == Collection.APPLICATIONS:
            await self._restore_applications(unit, ids)
        elif collection == Collection.JOBS:
            await unit.execute(SQL["restore_jobs"], list(ids))
        elif collection == Collection.PEOPLE:
            await unit.execute(SQL["restore_people"], list(ids))

    async def anonymize(self, unit: UnitOfWork, person_id: UUID, what: Anonymized) -> None:
        """Erase what was anonymized of a person in the ATS."""
        await self._lock(unit)
        # The ATS does not say whether it anonymized these; if it did not, the next comparison reads them again.
        await unit.execute(SQL["erase_demographics"], [person_id])
        if what.interviews:
            await unit.execute(SQL["erase_interviews_of_people"], person_id)
        if what.offers:
            await unit.execute(SQL["erase_offers_of_people"], person_id)
        if what.sources or what.reasons:
            await unit.execute(SQL["erase_origins_of_people"], person_id, what.sources, what.reasons)
        if what.whole:
            await self.erase(unit, [person_id], EndReason.ANONYMIZED)
        elif what.fields:
            await self._erase_fields(unit, person_id, sorted(what.fields))
        await _render_cards_of(unit, [person_id])

    async def erase(self, unit: UnitOfWork, person_ids: Sequence[UUID], reason: EndReason) -> None:
        """Erase all that identifies these people and everyone whom the ATS had merged into them.

        What users had merged with them is a record of its own in the ATS, and stays.
        """
        await self._lock(unit)
        await merging.unmerge_ended(unit, person_ids)
        await self._record(unit, Collection.PEOPLE, person_ids, reason)
        # By the names, which the next statement empties.
        for row in await unit.fetch(SQL["erase_agreed_actions"], list(person_ids)):
            unit.record(
                AgreedActionChanged(
                    change=AgreedActionChange.CHANGED,
                    job_id=row["job_id"],
                    owner_id=row["owner_id"],
                    due_on=row["due_on"],
                ),
                aggregate_id=row["id"],
                version=row["version"],
                occurred_at=unit.now,
            )
        gone = await unit.fetch(SQL["erase_people"], list(person_ids), unit.now)
        everybody = list({*person_ids, *(row["id"] for row in gone)})
        await unit.execute(SQL["end_merges_of_erased"], everybody, unit.now)
        await unit.execute(SQL["empty_bodies"], everybody)
        # By the keys, which the next statement deletes.
        await unit.execute(SQL["erase_import_rows"], everybody)
        await unit.execute(SQL["erase_crm"], everybody)
        await unit.execute(SQL["erase_demographics"], everybody)
        await self._erase_profiles(unit, everybody, reason)
        for row in gone:
            unit.record(
                PersonErased(reason=PersonEnd(reason), whole=True),
                aggregate_id=row["id"],
                version=row["version"],
                occurred_at=unit.now,
            )
        await _render_cards_of(unit, person_ids)

    async def merge(self, unit: UnitOfWork, merged: UUID, survivor: UUID) -> None:
        """Two records are one person: everything of the merged one becomes the survivor's."""
        await self._lock(unit)
        merge = Merge(new_id(), survivor, merged, MergeOrigin.ATS, unit.now)
        moved = await merging.merge_as_the_ats_does(unit, merge)
        if moved is None:
            return
        await self._record(unit, Collection.PEOPLE, [merged], EndReason.MERGED)
        await unit.execute(SQL["merge_crm"], merged, survivor)
        await unit.execute(SQL["move_profile"], merged, survivor)
        removed_with_person = [one.id for one in moved if one.removal is RemovalReason.PERSON_DELETED]
        await self.restore(unit, Collection.APPLICATIONS, removed_with_person)
        await refresh_cards(unit, [one.id for one in moved])
        known = await unit.fetchrow(SQL["lock_person"], survivor)
        if known and known["deleted_at"] and not known["merged_into"]:
            # An erased person stays erased.
            await self.erase(unit, [survivor], EndReason.DELETED)

    async def remove_applications(self, unit: UnitOfWork, ids: Sequence[UUID], reason: RemovalReason) -> None:
        """The ATS no longer has these applications."""
        locked = await applications.lock_applications(unit, ids)
        await _record_presence(unit, locked, removed_for=reason)
        if locked:
            removed = _ids(locked)
            await unit.execute(SQL["remove_applications"], removed, unit.now, reason)
            await unit.execute(SQL["empty_demographics_of_applications"], removed)
            await applications.render_cards(unit, removed)

    async def _lock(self, unit: UnitOfWork) -> None:
        await unit.execute(SQL["lock_records"], self._connection)

    async def _record(self, unit: UnitOfWork, collection: Collection, ids: Sequence[UUID], reason: EndReason) -> None:
        await unit.execute(SQL["record_ended"], list(ids), self._connection, collection, reason, unit.now)

    async def _people(self, unit: UnitOfWork, ids: list[UUID], reason: EndReason) -> None:
        await self.erase(unit, ids, reason)
        for person_id in ids:
            rows = await unit.fetch(SQL["applications_of_person"], person_id)
            gone = [row["id"] for row in rows]
            if gone:
                await self._record(unit, Collection.APPLICATIONS, gone, reason)
                await self.remove_applications(unit, gone, RemovalReason.PERSON_DELETED)

    async def _applications(self, unit: UnitOfWork, ids: list[UUID], reason: EndReason) -> None:
        rows = await unit.fetch(SQL["applications_of_erased_people"], ids)
        removed_with_person = {row["id"] for row in rows}
        why = RemovalReason.ABSENT if reason is EndReason.ABSENT else RemovalReason.DELETED
        await self.remove_applications(unit, sorted(removed_with_person), RemovalReason.PERSON_DELETED)
        await self.remove_applications(unit, [id_ for id_ in ids if id_ not in removed_with_person], why)

    async def _restore_applications(self, unit: UnitOfWork, ids: Sequence[UUID]) -> None:
        locked = await applications.lock_removed(unit, ids)
        await _record_presence(unit, locked, removed_for=None)
        if locked:
            restored = _ids(locked)
            await unit.execute(SQL["forget_ended"], restored)
            await unit.execute(SQL["restore_applications"], restored)
            await applications.render_cards(unit, restored)

    async def _jobs(self, unit: UnitOfWork, ids: list[UUID], _: EndReason) -> None:
        for row in await unit.fetch(SQL["remove_jobs"], ids, unit.now):
            unit.record(JobRemoved(), aggregate_id=row["id"], version=row["version"], occurred_at=unit.now)

    async def _erase_fields(self, unit: UnitOfWork, person_id: UUID, fields: Sequence[PersonField]) -> None:
        await unit.execute(SQL["erase_crm_fields"], person_id, list(fields))
        rows = await unit.fetch(SQL["erase_person_fields"], person_id, list(fields))
        everybody = list({person_id, *(row["id"] for row in rows)})
        await self._erase_profiles(unit, everybody, EndReason.ANONYMIZED, fields)
        for row in rows:
            unit.record(
                PersonErased(reason=PersonEnd.ANONYMIZED, whole=False, fields=tuple(fields)),
                aggregate_id=row["id"],
                version=row["version"],
                occurred_at=unit.now,
            )

    async def _erase_profiles(
        self,
        unit: UnitOfWork,
        person_ids: Sequence[UUID],
        reason: EndReason,
        fields: Sequence[PersonField] | None = None,
    ) -> None:
        """Delete what people have in tables of its own: all of it, or what these fields stand for."""
        gone: dict[Collection, list[UUID]] = {}
        for row in await unit.fetch(SQL["erase_profiles"], list(person_ids), fields and list(fields)):
            gone.setdefault(Collection(row["collection"]), []).append(row["id"])
        for collection, ids in gone.items():
            await self._record(unit, collection, ids, reason)


def _executing(statement: str) -> Callable[[UnitOfWork, list[UUID], EndReason], Awaitable[None]]:
    async def end(unit: UnitOfWork, ids: list[UUID], _: EndReason) -> None:
        await unit.execute(SQL[statement], ids)

    return end


def _rerendering(statement: str) -> Callable[[UnitOfWork, list[UUID], EndReason], Awaitable[None]]:
    async def end(unit: UnitOfWork, ids: list[UUID], _: EndReason) -> None:
        rows = await unit.fetch(SQL[statement], ids)
        await refresh_cards(unit, list({row["id"] for row in rows}))

    return end


async def _users(unit: UnitOfWork, ids: list[UUID], _: EndReason) -> None:
    await unit.execute(SQL["deactivate_users"], ids)
    await end_access_of_left(unit)


async def _nothing(_: UnitOfWork, __: list[UUID], ___: EndReason) -> None:
    """There is nothing to end: only the fact is stored."""


async def _record_presence(
    unit: UnitOfWork, locked: Sequence[LockedApplication], *, removed_for: RemovalReason | None
) -> None:
    """Publish that these applications were removed for a reason, or restored; those never published are left out."""
    published = [one.application for one in locked if one.application.version]
    stages = await applications.stages_by_ids(unit, [application.stage_id for application in published])
    for application in published:
        if application.stage_id not in stages:
            continue
        point = stage_point(stages[application.stage_id])
        person_id, job_id, status = application.person_id, application.job_id, application.status
        data = (
            ApplicationRemoved(person_id=person_id, job_id=job_id, stage=point, status=status, reason=removed_for)
            if removed_for
            else ApplicationRestored(person_id=person_id, job_id=job_id, stage=point, status=status)
        )
        unit.record(data, aggregate_id=application.id, version=application.version + 1, occurred_at=unit.now)


async def _render_cards_of(unit: UnitOfWork, person_ids: Sequence[UUID]) -> None:
    rows = await unit.fetch(SQL["applications_of_people"], list(person_ids))
    await refresh_cards(unit, [row["id"] for row in rows])


def _ids(locked: Sequence[LockedApplication]) -> list[UUID]:
    return [one.application.id for one in locked]
