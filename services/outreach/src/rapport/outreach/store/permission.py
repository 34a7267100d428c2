"""Who may send from whose mailbox, how much, and who must not be written to."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from rapport.contracts.identity import Role
from rapport.contracts.outreach import SendingGrant, Suppression
from rapport.contracts.vocabulary import SuppressionReason
from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork
from rapport.outreach.domain.clearance import Grant, Limits
from rapport.outreach.domain.suppression import address_hash, address_key
from rapport.outreach.store import SQL


@dataclass(frozen=True, slots=True)
class KnownGrant:
    """A permission: who gave it, and to whom."""

    granted_by: UUID
    user_id: UUID | None
    role: Role | None


@dataclass(frozen=True, slots=True)
class HeldSuppression:
    """An entry of the ledger, held until the end of the unit of work."""

    person_id: UUID | None
    reason: SuppressionReason
    whole_person: bool
    recorded_at: datetime
    recorded_by: UUID | None
    lifted_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class NewSuppression:
    """An entry as it is made."""

    id: UUID
    person_id: UUID
    whole_person: bool
    reason: SuppressionReason
    recorded_by: UUID | None
    message_id: UUID | None
    addresses: Sequence[str]
    """Those it stands for; exactly one unless it is about the whole person."""


async def hold_sender(unit: UnitOfWork, user_id: UUID) -> datetime | None:
    """Hold a sender's row until the end of the unit of work; answers until when nothing else goes out."""
    free_at: datetime | None = await unit.fetchval(SQL["hold_sender"], user_id)
    return free_at


async def occupy_sender(unit: UnitOfWork, user_id: UUID, *, until: datetime) -> None:
    """Nothing else goes out from a held sender's mailbox until then."""
    await unit.execute(SQL["occupy_sender"], user_id, until)


async def cap_sender(unit: UnitOfWork, user_id: UUID, *, until: datetime) -> None:
    """A held sender's mailbox has sent as much as it may until then."""
    await unit.execute(SQL["cap_sender"], user_id, until)


async def hold_recipients(unit: UnitOfWork, person_id: UUID, addresses: Sequence[str]) -> list[bytes]:
    """Hold a person and addresses until the end of the unit of work; answers the addresses' hashes."""
    salt = await _salt(unit)
    hashes = [address_hash(salt, address) for address in addresses]
    keys = [person_id, *(address_key(hashed) for hashed in hashes)]
    await unit.execute(SQL["note_recipients"], keys)
    await unit.fetch(SQL["hold_recipients"], keys)
    return hashes


async def _salt(unit: UnitOfWork) -> bytes:
    found: bytes | None = await unit.fetchval(SQL["find_salt"])
    if found is None:
        await unit.execute(SQL["make_salt"], secrets.token_bytes(32))
        found = await unit.fetchval(SQL["find_salt"])
    assert found is not None
    return found


async def is_suppressed(unit: UnitOfWork, person_id: UUID, hashed: bytes) -> bool:
    """Whether a person or an address, both held, must not be written to."""
    return bool(await unit.fetchval(SQL["is_suppressed"], person_id, hashed))


async def limits(reading: ReadSession) -> Limits:
    """How much the organisation may send."""
    row = await reading.fetchrow(SQL["find_limits"])
    said = {name: value for name, value in (row or {}).items() if value is not None}
    spacing = said.pop("spacing_seconds", None)
    return Limits(**said) if spacing is None else Limits(**said, spacing=timedelta(seconds=spacing))


async def sent_by_sender(reading: ReadSession, user_id: UUID, *, since: datetime, beside: UUID) -> list[datetime]:
    """When other messages may have gone out from this mailbox, in order."""
    return [row["handed_over_at"] for row in await reading.fetch(SQL["sent_by_sender"], user_id, since, beside)]


async def sent_to_person(reading: ReadSession, person_id: UUID, *, since: datetime, beside: UUID) -> list[datetime]:
    """When other messages may have gone to this person, in order."""
    return [row["handed_over_at"] for row in await reading.fetch(SQL["sent_to_person"], person_id, since, beside)]


async def grants_of(reading: ReadSession, user_id: UUID) -> list[Grant]:
    """The permissions in force to send from this user's mailbox."""
    rows = await reading.fetch(SQL["grants_of"], user_id)
    return [Grant(row["user_id"], Role(row["role"]) if row["role"] else None) for row in rows]


async def grant(
    unit: UnitOfWork, grant_id: UUID, granted_by: UUID, user_id: UUID | None, role: Role | None
) -> SendingGrant:
    """Make a permission, or answer the one in force that says the same; what waited for it is looked at again."""
    # Held before, as when a message is handed over: whoever finds no grant has gone to wait by now, and is woken.
    await hold_sender(unit, granted_by)
    made = await unit.fetchval(SQL["insert_grant"], grant_id, granted_by, unit.now, user_id, role)
    if made is None:
        made = await unit.fetchval(SQL["same_grant"], granted_by, user_id, role)
    await unit.execute(SQL["wake_for_grant"], granted_by, unit.now)
    return await grant_by_id(unit, made)


async def find_grant(reading: ReadSession, grant_id: UUID) -> KnownGrant | None:
    """A permission, whether still in force or not."""
    row = await reading.fetchrow(SQL["find_grant"], grant_id)
    return KnownGrant(row["granted_by"], row["user_id"], Role(row["role"]) if row["role"] else None) if row else None


async def revoke(unit: UnitOfWork, grant_id: UUID, granted_by: UUID) -> None:
    """Take a permission back; nothing is handed over by it after that."""
    await hold_sender(unit, granted_by)
    await unit.execute(SQL["revoke_grant"], grant_id, unit.now)


async def grant_by_id(reading: ReadSession, grant_id: UUID) -> SendingGrant:
    """A permission that is known to be there, as it is answered."""
    return SendingGrant.model_validate_json(await reading.fetchval(SQL["grant_by_id"], grant_id))


async def standing_suppression(
    unit: UnitOfWork, person_id: UUID, reason: SuppressionReason, hashed: bytes | None
) -> UUID | None:
    """The entry in force that says the same: of a held person, or of one held address."""
    found: UUID | None = await unit.fetchval(SQL["standing_suppression"], person_id, reason, hashed)
    return found


async def insert_suppression(
    unit: UnitOfWork, new: NewSuppression, hashes: Sequence[bytes], *, address: str | None
) -> None:
    """Make an entry about those who are held; ``address``: as it is shown, if it is."""
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


async def hold_suppression(unit: UnitOfWork, suppression_id: UUID) -> HeldSuppression | None:
    """An entry, held until the end of the unit of work."""
    row = await unit.fetchrow(SQL["lock_suppression"], suppression_id)
    return HeldSuppression(**{**row, "reason": SuppressionReason(row["reason"])}) if row else None


async def lift_suppression(unit: UnitOfWork, suppression_id: UUID, lifted_by: UUID) -> None:
    """Take a held entry out of force."""
    await unit.execute(SQL["lift_suppression"], suppression_id, unit.now, lifted_by)


async def suppression_by_id(reading: ReadSession, suppression_id: UUID) -> Suppression:
    """An entry that is known to be there, as it is answered."""
    return Suppression.model_validate_json(await reading.fetchval(SQL["suppression_by_id"], suppression_id))
