"""Mailboxes in which replies may arrive, their positions, and which mails were processed."""

from dataclasses import dataclass
from datetime import datetime

from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork
from rapport.outreach.store import SQL


@dataclass(frozen=True, slots=True)
class Position:
    """How far a mailbox was read: unique ids count within one validity; both are None before the first reading."""

    uid_validity: int | None
    last_uid: int | None


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox from which something was sent."""

    address: str
    writing_since: datetime
    position: Position


async def open_mailbox(unit: UnitOfWork, address: str) -> None:
    """From now on replies may arrive there; the address is canonical."""
    await unit.execute(SQL["open_mailbox"], address, unit.now)


async def mailboxes(session: ReadSession) -> list[Mailbox]:
    """The mailboxes in which replies may arrive."""
    return [
        Mailbox(row["address"], row["writing_since"], Position(row["uid_validity"], row["last_uid"]))
        for row in await session.fetch(SQL["mailboxes"])
    ]


async def lock(unit: UnitOfWork, address: str) -> Position | None:
    """The position of a mailbox, locked until the end of the unit of work."""
    row = await unit.fetchrow(SQL["lock_mailbox"], address)
    return Position(row["uid_validity"], row["last_uid"]) if row else None


async def save_position(unit: UnitOfWork, address: str, position: Position) -> None:
    """Save the position of a locked mailbox."""
    await unit.execute(SQL["update_mailbox_position"], address, position.uid_validity, position.last_uid)


async def mark_processed(unit: UnitOfWork, fingerprint: bytes) -> bool:
    """Mark a mail as processed; false if it was already."""
    return await unit.fetchval(SQL["insert_processed_mail"], fingerprint, unit.now) is not None
