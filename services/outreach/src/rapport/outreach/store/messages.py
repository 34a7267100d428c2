"""Messages: inserted, locked, updated, claimed and read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from rapport.contracts import outreach as contract
from rapport.contracts.addresses import comparable_address
from rapport.contracts.identity import Role
from rapport.contracts.requests import MAX_WAITING
from rapport.contracts.vocabulary import Blocker, Channel, MessageState, ReplyKind
from rapport.kit.database.pagination import Keyset
from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork
from rapport.outreach.domain.message import Message
from rapport.outreach.domain.visibility import MessageScope
from rapport.outreach.store import SQL


@dataclass(frozen=True, slots=True)
class Rejection:
    """A rejection of an application: the version that it made."""

    application_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message as it is written."""

    id: UUID
    person_id: UUID
    record_id: UUID
    """To which of the person's records it is written: the one that the address belongs to."""
    job_id: UUID | None
    author_id: UUID
    author_roles: frozenset[Role]
    from_user_id: UUID
    from_name: str
    from_address: str
    to_name: str
    to_address: str
    subject: str
    body: str
    mail_id: str
    earlier_mail_ids: Sequence[str]
    send_at: datetime
    request_hash: bytes | None
    """A hash of its request; None if it came from no request."""
    rejection: Rejection | None = None
    """Of which it tells the person."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this process alone sends now."""

    id: UUID
    claim_id: UUID
    person_id: UUID
    channel: Channel
    author_id: UUID
    from_user_id: UUID
    from_name: str
    from_address: str
    to_name: str
    to_address: str
    subject: str
    body: str
    mail_id: str
    earlier_mail_ids: tuple[str, ...]
    created_at: datetime
    send_at: datetime
    """It is not sent before."""
    cause: str
    traceparent: str | None
    rejection: Rejection | None


@dataclass(frozen=True, slots=True)
class Correspondence:
    """A message that something in a mailbox is about."""

    message_id: UUID
    person_id: UUID
    to_address: str


@dataclass(frozen=True, slots=True)
class NewReply:
    """A reply to insert."""

    id: UUID
    message_id: UUID
    person_id: UUID
    kind: ReplyKind
    received_at: datetime
    subject: str
    text: str
    signature: str | None
    mail_id: str | None


async def insert(unit: UnitOfWork, new: NewMessage) -> bool:
    """Insert a message; return whether it is new."""
    made = await unit.fetchval(
        SQL["insert_message"],
        new.id,
        new.person_id,
        new.job_id,
        Channel.EMAIL,
        new.author_id,
        sorted(new.author_roles),
        new.from_user_id,
        new.from_name,
        new.from_address,
        new.to_name,
        new.to_address,
        new.subject,
        new.body,
        new.mail_id,
        list(new.earlier_mail_ids),
        unit.now,
        new.send_at,
        unit.metadata.cause,
        unit.metadata.traceparent,
        new.request_hash,
        new.record_id,
        new.rejection.application_id if new.rejection else None,
        new.rejection.version if new.rejection else None,
    )
    if made is None:
        return False
    await _note_event(unit, new.id, MessageState.SCHEDULED, None, None, handed_over=False)
    return True


async def is_repeated(session: ReadSession, message_id: UUID, request_hash: bytes) -> bool | None:
    """Whether the message with this id came from the same request; None if there is no such message."""
    row = await session.fetchrow(SQL["message_request_hash"], message_id)
    return None if row is None else row["request_hash"] in (None, request_hash)


async def lock(unit: UnitOfWork, message_id: UUID) -> Message | None:
    """The message, locked until the end of the unit of work."""
    row = await unit.fetchrow(SQL["lock_message"], message_id)
    return _message_of_row(row) if row else None


async def save(unit: UnitOfWork, after: Message, *, since: datetime) -> None:
    """Write the state of a locked message, and since when it has it."""
    await unit.execute(
        SQL["update_message"],
        after.id,
        after.state,
        since,
        after.blocker,
        after.explanation,
        after.attempts,
        after.next_try_at,
        after.claim_id,
        after.claimed_until,
        after.handed_over_at,
        after.sent_at,
        after.version,
    )


async def note(unit: UnitOfWork, after: Message) -> None:
    """Append the state of a locked message to its history."""
    handed_over = after.handed_over_at is not None
    await _note_event(unit, after.id, after.state, after.blocker, after.explanation, handed_over=handed_over)


async def _note_event(
    unit: UnitOfWork,
    message_id: UUID,
    state: MessageState,
    blocker: Blocker | None,
    explanation: str | None,
    *,
    handed_over: bool,
) -> None:
    stamp = unit.metadata
    await unit.execute(
        SQL["insert_message_event"],
        message_id,
        unit.now,
        state,
        handed_over,
        blocker,
        explanation,
        stamp.actor,
        stamp.cause,
    )


async def claim(unit: UnitOfWork, claim_id: UUID, *, until: datetime) -> Claimed | None:
    """Take the next due message, if there is one."""
    row = await unit.fetchrow(SQL["claim_message"], claim_id, until, unit.now)
    if row is None:
        return None
    converted = ("channel", "earlier_mail_ids", "application_id", "rejection_version")
    plain = {k: v for k, v in row.items() if k not in converted}
    rejection = Rejection(row["application_id"], row["rejection_version"]) if row["application_id"] else None
    return Claimed(
        **plain,
        claim_id=claim_id,
        rejection=rejection,
        channel=Channel(row["channel"]),
        earlier_mail_ids=tuple(row["earlier_mail_ids"]),
    )


async def renew_claim(unit: UnitOfWork, message: Claimed, *, until: datetime) -> None:
    """This process goes on sending a message that it has claimed."""
    await unit.execute(SQL["renew_message_claim"], message.id, message.claim_id, until)


async def with_expired_claim(unit: UnitOfWork) -> list[UUID]:
    """Messages whose claim has expired, locked until the end of the unit of work."""
    return [row["id"] for row in await unit.fetch(SQL["expired_claims"], unit.now)]


async def one(session: ReadSession, message_id: UUID) -> contract.Message:
    """A message that exists, as clients see it."""
    return contract.Message.model_validate_json(await session.fetchval(SQL["message_by_id"], message_id))


async def about_rejections(session: ReadSession, scope: MessageScope, application_ids: Sequence[UUID]) -> str:
    """The messages about the newest rejection of each of these applications, within scope, as JSON."""
    theirs = (scope.everything, scope.user_id, scope.own_jobs)
    return str(await session.fetchval(SQL["get_rejection_mails"], *theirs, list(application_ids)))


async def page(
    session: ReadSession,
    scope: MessageScope,
    *,
    person_id: UUID | None,
    job_id: UUID | None,
    state: MessageState | None,
    after: Keyset,
    first: int,
) -> str:
    """A page of messages within scope, filtered, the newest first, as JSON."""
    place = (*after, first + 1)
    theirs = (scope.everything, scope.user_id, scope.own_jobs)
    if person_id:
        rows = await session.fetch(SQL["message_ids_of_person"], *place, person_id, state, *theirs, job_id)
    elif job_id:
        rows = await session.fetch(SQL["message_ids_of_job"], *place, job_id, state, *theirs)
    elif not scope.everything:
        rows = await session.fetch(SQL["message_ids_in_scope"], *place, state, *theirs[1:])
    elif state:
        rows = await session.fetch(SQL["message_ids_in_state"], *place, state)
    else:
        rows = await session.fetch(SQL["message_ids_of_all"], *place)
    ids = [row["id"] for row in rows]
    return str(await session.fetchval(SQL["message_page"], ids[:first], len(ids) > first))


async def conversations(session: ReadSession, user_id: UUID, *, unanswered: bool, after: Keyset, first: int) -> str:
    """A page of a user's own messages that were replied to, the newest reply first, as JSON."""
    rows = await session.fetch(SQL["conversations_of_user"], *after, first + 1, user_id, unanswered)
    shown = rows[:first]
    columns = [[row[name] for row in shown] for name in ("id", "received_at", "reply_id")]
    return str(await session.fetchval(SQL["conversation_page"], *columns, len(rows) > first))


async def waiting(session: ReadSession, user_id: UUID, *, replies_since: datetime) -> str:
    """What waits for a user, as JSON."""
    limits = (MAX_WAITING, replies_since, contract.MAX_EXCERPT)
    return str(await session.fetchval(SQL["get_waiting_messages"], user_id, *limits))


async def is_visible(session: ReadSession, message_id: UUID, scope: MessageScope) -> bool:
    """Whether there is such a message and it may be read."""
    row = await session.fetchrow(SQL["message_visibility"], message_id, scope.user_id)
    return row is not None and scope.includes(**row)


async def conversation(session: ReadSession, message_id: UUID) -> tuple[UUID, list[str]] | None:
    """The person of a message, and the Message-IDs of its conversation, oldest first."""
    row = await session.fetchrow(SQL["conversation_of"], message_id)
    return (row["person_id"], list(row["mail_ids"])) if row else None


async def correspondence(session: ReadSession, message_id: UUID) -> Correspondence | None:
    """The person and the address of a message."""
    row = await session.fetchrow(SQL["message_correspondence"], message_id)
    return Correspondence(*row.values()) if row else None


async def with_mail_id(session: ReadSession, mail_ids: Sequence[str]) -> Correspondence | None:
    """The message of ours that one of these names, the last named first."""
    row = await session.fetchrow(SQL["message_with_mail_id"], list(mail_ids)) if mail_ids else None
    return Correspondence(*row.values()) if row else None


async def with_relay_id(
    session: ReadSession, mailbox: str, relay_ids: Sequence[str], *, since: datetime
) -> Correspondence | None:
    """The last message that went from a mailbox and that a mail server took under one of these names."""
    row = await session.fetchrow(SQL["message_with_relay_id"], mailbox, list(relay_ids), since) if relay_ids else None
    return Correspondence(*row.values()) if row else None


async def set_relay_id(unit: UnitOfWork, message_id: UUID, relay_id: str) -> None:
    """Store the server's own name for a locked message."""
    await unit.execute(SQL["set_relay_id"], message_id, relay_id)


async def last_to(
    session: ReadSession, mailbox: str, addresses: Sequence[str], *, since: datetime
) -> Correspondence | None:
    """The last message that went from a mailbox to one of these addresses."""
    wanted = [comparable_address(address) for address in addresses]
    row = await session.fetchrow(SQL["message_to_address"], mailbox, wanted, since) if wanted else None
    return Correspondence(*row.values()) if row else None


async def insert_reply(unit: UnitOfWork, new: NewReply) -> None:
    """Insert a reply to a locked message."""
    await unit.execute(
        SQL["insert_reply"],
        new.id,
        new.message_id,
        new.person_id,
        new.kind,
        new.received_at,
        new.subject,
        new.text,
        new.mail_id,
        new.signature,
    )


async def has_replied(session: ReadSession, person_id: UUID, *, since: datetime) -> bool:
    """Whether a person has replied since then."""
    return bool(await session.fetchval(SQL["has_replied"], person_id, since))


def _message_of_row(row: asyncpg.Record) -> Message:
    values = dict(row)
    values["channel"] = Channel(row["channel"])
    values["state"] = MessageState(row["state"])
    values["blocker"] = Blocker(row["blocker"]) if row["blocker"] else None
    return Message(**values)
