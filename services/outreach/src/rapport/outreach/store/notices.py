"""Notices to users, on their way."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from rapport.contracts.vocabulary import NoticeKind
from rapport.kit.database.unit_of_work import UnitOfWork
from rapport.outreach.store import SQL


@dataclass(frozen=True, slots=True)
class ClaimedNotice:
    """A notice that this process sends now."""

    id: UUID
    attempts: int
    cause: str
    traceparent: str | None


async def insert(unit: UnitOfWork, notice_id: UUID, kind: NoticeKind, due_at: datetime) -> None:
    """Have a notice sent, once this unit of work is committed."""
    stamp = unit.metadata
    await unit.execute(SQL["insert_notice"], notice_id, kind, due_at, stamp.cause, stamp.traceparent)


async def claim(unit: UnitOfWork, *, until: datetime) -> ClaimedNotice | None:
    """Take the next due notice, if there is one; it is due again at ``until``, unless it is finished by then."""
    row = await unit.fetchrow(SQL["claim_notice"], unit.now, until)
    return ClaimedNotice(**row) if row else None


async def renew_claim(unit: UnitOfWork, notice_id: UUID, *, until: datetime) -> None:
    """This process goes on sending a notice that it has claimed."""
    await unit.execute(SQL["renew_notice_claim"], notice_id, until)


async def postpone(unit: UnitOfWork, notice_id: UUID, *, until: datetime, explanation: str, counts: bool) -> None:
    """Try again later; ``counts``: whether this was an attempt, after many of which the pauses are long."""
    await unit.execute(SQL["postpone_notice"], notice_id, until, explanation, counts)


async def finish(
    unit: UnitOfWork, notice_id: UUID, state: Literal["sent", "dropped", "failed"], explanation: str | None
) -> None:
    """It needs no more doing."""
    await unit.execute(SQL["finish_notice"], notice_id, state, unit.now, explanation)
