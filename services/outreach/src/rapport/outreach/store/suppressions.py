"""Who must not be written to: the ledger, and the rows locked to decide on it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rapport.contracts.outreach import Suppression
from rapport.contracts.vocabulary import SuppressionReason
from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork, transpose
from rapport.kit.identity import new_id
from rapport.outreach.domain.suppression import address_hash, address_key
from rapport.outreach.store import SQL


@dataclass(frozen=True, slots=True)
class LockedSuppression:
    """An entry of the ledger, locked until the end of the unit of work."""

    person_id: UUID | None
    reason: SuppressionReason
    whole_person: bool
    recorded_at: datetime
    recorded_by: UUID | None
    lifted_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class NewSuppression:
    """An entry to insert."""

    id: UUID
    person_id: UUID
    whole_person: bool
    reason: SuppressionReason
    recorded_by: UUID | None
    message_id: UUID | None
    addresses: Sequence[str]
    """Those it stands for; exactly one unless it is about the whole person."""


async def lock_recipients(unit: UnitOfWork, person_id: UUID, addresses: Sequence[str]) -> list[bytes]:
    """Lock a person and addresses until the end of the unit of work; return the addresses' hashes."""
    salt = await _salt(unit)
    hashes = [address_hash(salt, address) for address in addresses]
    keys = [person_id, *(address_key(hashed) for hashed in hashes)]
    await unit.execute(SQL["insert_recipients"], keys)
    await unit.fetch(SQL["lock_recipients"], keys)
    return hashes


async def _salt(unit: UnitOfWork) -> bytes:
    found: bytes | None = await unit.fetchval(SQL["find_salt"])
    if found is None:
        await unit.execute(SQL["insert_salt"], secrets.token_bytes(32))
        found = await unit.fetchval(SQL["find_salt"])
    assert found is not None
    return found


async def address_hashes(session: ReadSession, addresses: Sequence[str | None]) -> list[bytes | None]:
    """The addresses' hashes, None for no address.

    All None in an organisation without a salt: it has not hashed an address yet, so the ledger holds none.
    """
    salt = await session.fetchval(SQL["find_salt"])
    return [address_hash(salt, address) if salt and address else None for address in addresses]


async def suppressed_people(session: ReadSession, recipients: Sequence[tuple[UUID, bytes | None]]) -> set[UUID]:
    """Those of these people who must not be written to, each at the address that is hashed beside them."""
    rows = await session.fetch(SQL["suppressed_people"], *transpose(recipients, 2))
    return {row["person_id"] for row in rows}


async def suppressed_addresses(session: ReadSession, addresses: Sequence[str]) -> list[str]:
    """Those of these addresses that must not be written to, whoever has them."""
    # As the addresses of people of whom no entry can be.
    owners = {new_id(): address for address in addresses}
    hashes = await address_hashes(session, list(owners.values()))
    found = await suppressed_people(session, list(zip(owners, hashes, strict=True)))
    return [address for owner, address in owners.items() if owner in found]


async def active_suppression(
    unit: UnitOfWork, person_id: UUID, reason: SuppressionReason, hashed: bytes | None
) -> UUID | None:
    """The equal entry in force: about a locked person, or one locked address."""
    found: UUID | None = await unit.fetchval(SQL["active_suppression"], person_id, reason, hashed)
    return found


async def insert_suppression(
    unit: UnitOfWork, new: NewSuppression, hashes: Sequence[bytes], *, address: str | None
) -> None:
    """Insert an entry about locked recipients; ``address`` is shown, if given."""
    await unit.execute(
        SQL["insert_suppression"],
        new.id,
        new.person_id,
        address,
        new.whole_person,
        new.reason,
        unit.now,
        new.recorded_by,
        new.message_id,
    )
    await unit.execute(SQL["insert_suppression_addresses"], new.id, list(hashes))


async def lock_suppression(unit: UnitOfWork, suppression_id: UUID) -> LockedSuppression | None:
    """An entry, locked until the end of the unit of work."""
    row = await unit.fetchrow(SQL["lock_suppression"], suppression_id)
    return LockedSuppression(**{**row, "reason": SuppressionReason(row["reason"])}) if row else None


async def lift_suppression(unit: UnitOfWork, suppression_id: UUID, lifted_by: UUID) -> None:
    """Lift a locked entry."""
    await unit.execute(SQL["lift_suppression"], suppression_id, unit.now, lifted_by)


async def suppression_by_id(session: ReadSession, suppression_id: UUID) -> Suppression:
    """An entry that is known to be there, as it is answered."""
    return Suppression.model_validate_json(await session.fetchval(SQL["suppression_by_id"], suppression_id))
