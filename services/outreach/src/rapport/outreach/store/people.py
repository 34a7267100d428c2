"""The rows of people who are erased or merged."""

from collections.abc import Sequence
from dataclasses import dataclass
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
    """Erase what identifies a person in messages and replies."""
    await unit.execute(SQL["erase_messages"], person_id, addresses, texts)
    if texts:
        await unit.execute(SQL["erase_replies"], person_id)
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
    """What was written to the one was written to the other."""
    await unit.execute(SQL["reassign_messages"], person_id, into)
