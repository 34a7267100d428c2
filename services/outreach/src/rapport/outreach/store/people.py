"""The rows of people who are erased or merged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rapport.contracts.vocabulary import SuppressionReason
from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork
from rapport.outreach.store import SQL


@dataclass(frozen=True, slots=True)
class ActiveSuppression:
    """An entry in force about a whole person, locked."""

    id: UUID
    reason: SuppressionReason
    version: int


@dataclass(frozen=True, slots=True)
class SuppressionSince:
    """An entry about a person since a merge, locked. ``record_id``: of the message that led to it, if one did."""

    id: UUID
    reason: SuppressionReason
    version: int
    whole_person: bool
    lifted: bool
    lifted_by: UUID | None
    copied_from: UUID | None
    copied_person_id: UUID | None
    record_id: UUID | None


async def addresses(session: ReadSession, person_id: UUID) -> list[str]:
    """Where messages to a person went."""
    return [row["address"] for row in await session.fetch(SQL["addresses_of_person"], person_id)]


async def lock_messages(unit: UnitOfWork, person_id: UUID) -> None:
    """Lock the messages to a person, so that nothing about them is recorded meanwhile."""
    await unit.fetch(SQL["lock_messages_of_person"], person_id)


async def scheduled(session: ReadSession, person_id: UUID) -> list[UUID]:
    """What is still to be sent to a person."""
    return [row["id"] for row in await session.fetch(SQL["scheduled_to_person"], person_id)]


async def erase(unit: UnitOfWork, person_id: UUID, *, addresses: bool, texts: bool) -> None:
    """Erase what identifies a person in messages and replies, and in what was said about who is in touch with them."""
    await unit.execute(SQL["erase_messages"], person_id, addresses, texts)
    if texts:
        await unit.execute(SQL["erase_replies"], person_id)
        await unit.execute(SQL["erase_ownership"], person_id)
    if addresses:
        await unit.execute(SQL["erase_suppressed_addresses"], person_id)


async def is_erased(session: ReadSession, person_id: UUID) -> bool:
    """Whether a person was erased."""
    return bool(await session.fetchval(SQL["is_erased"], person_id))


async def active_suppressions(unit: UnitOfWork, person_id: UUID) -> Sequence[ActiveSuppression]:
    """The entries in force about a whole person."""
    rows = await unit.fetch(SQL["active_suppressions_of_person"], person_id)
    return [ActiveSuppression(row["id"], SuppressionReason(row["reason"]), row["version"]) for row in rows]


async def copy(unit: UnitOfWork, suppression_id: UUID, copied_id: UUID, person_id: UUID) -> None:
    """Enter the same about another person."""
    await unit.execute(SQL["copy_suppression"], suppression_id, copied_id, person_id, unit.now)
    await unit.execute(SQL["copy_suppression_addresses"], suppression_id, copied_id)


async def move(unit: UnitOfWork, person_id: UUID, into: UUID) -> None:
    """What was written to the one was written to the other, and who took them over took over the other."""
    await unit.execute(SQL["reassign_messages"], person_id, into)


async def save_record(unit: UnitOfWork, record_id: UUID, person_id: UUID, *, since: datetime, version: int) -> bool:
    """Whose a record is from an event about it on, and all that were merged into it; whether that is news.

    Args:
        unit: in which both are locked.
        record_id: which record.
        person_id: whose it is.
        since: when this was heard.
        version: of the event; a later one may have arrived before.
    """
    if not await unit.fetchval(SQL["save_merged_record"], record_id, person_id, since, version):
        return False
    if record_id != person_id:
        await unit.execute(SQL["follow_merged_record"], record_id, person_id)
    return True


async def person_of(session: ReadSession, record_id: UUID) -> UUID:
    """Whose a record is."""
    found: UUID = await session.fetchval(SQL["person_of_record"], record_id)
    return found


async def merged_since(session: ReadSession, record_id: UUID) -> datetime | None:
    """When it was heard that a record was merged; None for one that is not."""
    since: datetime | None = await session.fetchval(SQL["merged_since"], record_id)
    return since


async def give_back(unit: UnitOfWork, person_id: UUID, other: UUID, record_ids: Sequence[UUID]) -> None:
    """These records are a person's own again, and no longer the other's, with what was written to them.

    So are takeovers of them; :func:`repeat_takeovers` does the rest.
    """
    await unit.execute(SQL["return_merged_records"], person_id, list(record_ids))
    await unit.execute(SQL["return_messages"], person_id, other, list(record_ids))


async def repeat_takeovers(unit: UnitOfWork, person_id: UUID, other: UUID, since: datetime) -> None:
    """Who took over the one person that both were since then took over both."""
    await unit.execute(SQL["repeat_takeovers"], person_id, other, since)


async def suppressions_since(unit: UnitOfWork, person_id: UUID, since: datetime) -> Sequence[SuppressionSince]:
    """The entries about a person since a time: those in force, and copies made in merges, lifted ones too."""
    rows = await unit.fetch(SQL["suppressions_since"], person_id, since)
    return [SuppressionSince(**{**row, "reason": SuppressionReason(row["reason"])}) for row in rows]
