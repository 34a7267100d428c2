"""Grants to send from another user's mailbox."""

from dataclasses import dataclass
from uuid import UUID

from rapport.contracts.identity import Role
from rapport.contracts.outreach import SendingGrant
from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork
from rapport.outreach.domain.clearance import Grant
from rapport.outreach.store import SQL, senders


@dataclass(frozen=True, slots=True)
class KnownGrant:
    """A permission: who gave it, and to whom."""

    granted_by: UUID
    user_id: UUID | None
    role: Role | None


async def grants_of(session: ReadSession, user_id: UUID) -> list[Grant]:
    """The permissions in force to send from this user's mailbox."""
    rows = await session.fetch(SQL["grants_of"], user_id)
    return [Grant(row["user_id"], Role(row["role"]) if row["role"] else None) for row in rows]


async def grant(
    unit: UnitOfWork, grant_id: UUID, granted_by: UUID, user_id: UUID | None, role: Role | None
) -> SendingGrant:
    """Insert a grant, or return the equal one in force; messages that waited for it are due again."""
    # Locked as for a hand-over: a message that found no grant is waiting by now, and is woken.
    await senders.lock_sender(unit, granted_by)
    made = await unit.fetchval(SQL["insert_grant"], grant_id, granted_by, unit.now, user_id, role)
    if made is None:
        made = await unit.fetchval(SQL["active_grant"], granted_by, user_id, role)
    await unit.execute(SQL["wake_for_grant"], granted_by, unit.now)
    return await grant_by_id(unit, made)


async def waiting_for_grant(session: ReadSession, owner_id: UUID, author_id: UUID) -> dict[frozenset[Role], int]:
    """How many messages of an author wait for the owner's permission, by the author's roles at the time."""
    rows = await session.fetch(SQL["waiting_for_grant"], owner_id, author_id)
    return {frozenset(map(Role, row["author_roles"])): row["messages"] for row in rows}


async def find_grant(session: ReadSession, grant_id: UUID) -> KnownGrant | None:
    """A permission, whether still in force or not."""
    row = await session.fetchrow(SQL["find_grant"], grant_id)
    return KnownGrant(row["granted_by"], row["user_id"], Role(row["role"]) if row["role"] else None) if row else None


async def revoke(unit: UnitOfWork, grant_id: UUID, granted_by: UUID) -> None:
    """Take a permission back; nothing is handed over by it after that."""
    await senders.lock_sender(unit, granted_by)
    await unit.execute(SQL["revoke_grant"], grant_id, unit.now)


async def grant_by_id(session: ReadSession, grant_id: UUID) -> SendingGrant:
    """A permission that is known to be there, as it is answered."""
    return SendingGrant.model_validate_json(await session.fetchval(SQL["grant_by_id"], grant_id))
