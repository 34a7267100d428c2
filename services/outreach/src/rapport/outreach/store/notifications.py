"""Notifications to users, on their way."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

import asyncpg

from rapport.contracts.vocabulary import NotificationKind
from rapport.kit.database.unit_of_work import UnitOfWork
from rapport.kit.identity import derived_id
from rapport.outreach.store import SQL


@dataclass(frozen=True, slots=True)
class GrantRequest:
    """Messages of an author wait until the owner of a mailbox allows them to be sent from it."""

    owner_id: UUID
    author_id: UUID


@dataclass(frozen=True, slots=True)
class TakeoverRequested:
    """Somebody asks the owner of a person to hand the person over."""

    request_id: UUID
    owner_id: UUID
    requested_by: UUID


@dataclass(frozen=True, slots=True)
class ClaimedNotification:
    """A notification that this process sends now."""

    id: UUID
    attempts: int
    cause: str
    traceparent: str | None
    about: GrantRequest | TakeoverRequested | None
    """None for those that reviews renders."""


async def insert(unit: UnitOfWork, notification_id: UUID, kind: NotificationKind, due_at: datetime) -> None:
    """Have a notification sent, once this unit of work is committed."""
    stamp = unit.metadata
    await unit.execute(SQL["insert_notification"], notification_id, kind, due_at, stamp.cause, stamp.traceparent)


async def request_grant(unit: UnitOfWork, request: GrantRequest) -> None:
    """Have the owner of a mailbox asked for a permission: once a day (in UTC) for each author."""
    stamp = unit.metadata
    notification_id = derived_id(
        "grant requested", unit.org_id, request.owner_id, request.author_id, unit.now.astimezone(UTC).date()
    )
    await unit.execute(
        SQL["request_grant"],
        notification_id,
        unit.now,
        stamp.cause,
        stamp.traceparent,
        request.owner_id,
        request.author_id,
    )


async def request_takeover(unit: UnitOfWork, request: TakeoverRequested) -> None:
    """Have the owner of a person asked to hand the person over."""
    stamp = unit.metadata
    await unit.execute(
        SQL["notify_of_takeover_request"],
        derived_id("takeover requested", unit.org_id, request.request_id),
        unit.now,
        stamp.cause,
        stamp.traceparent,
        request.owner_id,
        request.requested_by,
        request.request_id,
    )


async def claim(unit: UnitOfWork, *, until: datetime) -> ClaimedNotification | None:
    """Take the next due notification, if there is one; it is due again at ``until``, unless it is finished by then."""
    row = await unit.fetchrow(SQL["claim_notification"], unit.now, until)
    if row is None:
        return None
    return ClaimedNotification(row["id"], row["attempts"], row["cause"], row["traceparent"], _about(row))


async def renew_claim(unit: UnitOfWork, notification_id: UUID, *, until: datetime) -> None:
    """This process goes on sending a notification that it has claimed."""
    await unit.execute(SQL["renew_notification_claim"], notification_id, until)


async def postpone(unit: UnitOfWork, notification_id: UUID, *, until: datetime, explanation: str, counts: bool) -> None:
    """Try again later; ``counts``: whether this was an attempt, after many of which the pauses are long."""
    await unit.execute(SQL["postpone_notification"], notification_id, until, explanation, counts)


async def finish(
    unit: UnitOfWork, notification_id: UUID, state: Literal["sent", "dropped", "failed"], explanation: str | None
) -> None:
    """It needs no more doing."""
    await unit.execute(SQL["finish_notification"], notification_id, state, unit.now, explanation)


def _about(row: asyncpg.Record) -> GrantRequest | TakeoverRequested | None:
    recipient_id, author_id = row["recipient_id"], row["author_id"]
    if row["takeover_request_id"]:
        return TakeoverRequested(row["takeover_request_id"], recipient_id, author_id)
    return GrantRequest(recipient_id, author_id) if recipient_id else None
