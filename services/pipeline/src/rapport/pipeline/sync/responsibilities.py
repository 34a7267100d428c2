"""Who looks after people: published when the ATS says that it is somebody else, whoever changed it, there or here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from rapport.contracts.events import PersonAssigned
from rapport.contracts.vocabulary import Responsibility
from rapport.kit.database.unit_of_work import UnitOfWork
from rapport.pipeline.store import SQL, crm


@dataclass(frozen=True, slots=True)
class _Change:
    before: UUID | None
    after: UUID | None


Holders = Mapping[UUID, Mapping[Responsibility, UUID | None]]
"""Who has which responsibility for which person."""


async def holders(unit: UnitOfWork, record_ids: Sequence[UUID]) -> Holders:
    """Who looks after the people whom these records stand for; of those unknown or gone, nothing."""
    rows = await unit.fetch(SQL["who_looks_after"], list(record_ids))
    return {row["id"]: {each: row[f"{each}_id"] for each in Responsibility} for row in rows}


async def record_assignments(unit: UnitOfWork, record_ids: Sequence[UUID], before: Holders) -> None:
    """Publish what changed since; a new person's first recruiter and coordinator are no news."""
    if not before or not record_ids:
        return
    after = await holders(unit, record_ids)
    for responsibility in Responsibility:
        changes = {
            person_id: _Change(was[responsibility], after[person_id][responsibility])
            for person_id, was in before.items()
            if person_id in after and was[responsibility] != after[person_id][responsibility]
        }
        if changes:
            await _record(unit, responsibility, changes)


async def _record(unit: UnitOfWork, responsibility: Responsibility, changes: Mapping[UUID, _Change]) -> None:
    versions = await crm.next_versions(unit, changes)
    for person_id, version in sorted(versions.items()):
        change = changes[person_id]
        event = PersonAssigned(responsibility=responsibility, previous_user_id=change.before, user_id=change.after)
        unit.record(event, aggregate_id=person_id, version=version, occurred_at=unit.now)
