"""Turns a transition into state, history and event; the only place that does."""

from dataclasses import replace
from uuid import UUID

from rapport.contracts.events import MessageScheduled, MessageStateChanged, ReplyReceived, SuppressionRecorded
from rapport.contracts.vocabulary import Channel, MessageState, ReplyKind
from rapport.kit.database.unit_of_work import UnitOfWork
from rapport.outreach.domain import message as domain
from rapport.outreach.domain.message import Message
from rapport.outreach.store import messages, ownership, people, suppressions
from rapport.outreach.store.messages import NewMessage, NewReply
from rapport.outreach.store.suppressions import NewSuppression


def record_scheduled(unit: UnitOfWork, new: NewMessage) -> None:
    """Publish that a message was written."""
    unit.record(
        MessageScheduled(
            person_id=new.person_id,
            job_id=new.job_id,
            channel=Channel.EMAIL,
            author_id=new.author_id,
            from_user_id=new.from_user_id,
        ),
        aggregate_id=new.id,
        version=1,
        occurred_at=unit.now,
    )


async def change(unit: UnitOfWork, before: Message, after: Message) -> Message:
    """Save the new state of a locked message, and publish the change if others see it.

    A server's explanation about an erased person is not stored: it may name them.
    """
    if after.explanation and await people.is_erased(unit, before.person_id):
        after = replace(after, explanation=None)
    news = domain.is_published_change(before, after)
    if news:
        after = replace(after, version=before.version + 1)
        unit.record(
            MessageStateChanged(
                person_id=before.person_id,
                job_id=before.job_id,
                channel=before.channel,
                author_id=before.author_id,
                from_user_id=before.from_user_id,
                previous=before.public_state,
                current=after.public_state,
                blocker=after.blocker,
            ),
            aggregate_id=before.id,
            version=after.version,
            occurred_at=unit.now,
        )
    await messages.save(unit, after, since=unit.now if news else before.state_since)
    if before.handed_over_at and not after.handed_over_at:
        await ownership.release(unit, before.person_id)
    handed_over = after.handed_over_at is not None and before.handed_over_at is None
    if news or handed_over or after.explanation != before.explanation:
        await messages.note(unit, after)
    return after


async def record_reply(unit: UnitOfWork, message: Message, reply: NewReply) -> None:
    """Record a reply to a locked message, which was sent then, if that was in doubt.

    The person is locked as for a hand-over: a message to them has left before the reply counts, or stays.
    """
    if reply.kind is ReplyKind.PERSONAL:
        await suppressions.lock_recipients(unit, reply.person_id, [])
    if message.state is MessageState.IN_DOUBT:
        message = await change(unit, message, domain.settle(message, MessageState.SENT, at=unit.now))
    await messages.insert_reply(unit, reply)
    version = message.version + 1
    unit.record(
        ReplyReceived(
            reply_id=reply.id,
            person_id=message.person_id,
            job_id=message.job_id,
            channel=message.channel,
            author_id=message.author_id,
            from_user_id=message.from_user_id,
            kind=reply.kind,
        ),
        aggregate_id=message.id,
        version=version,
        occurred_at=reply.received_at,
    )
    await messages.save(unit, replace(message, version=version), since=message.state_since)


async def suppress(unit: UnitOfWork, new: NewSuppression) -> UUID:
    """Enter a person or an address into the ledger, unless such an entry is in force; return the entry.

    Of an erased person only the hash of the address is stored.
    """
    hashes = await suppressions.lock_recipients(unit, new.person_id, new.addresses)
    one = None if new.whole_person else hashes[0]
    known = await suppressions.active_suppression(unit, new.person_id, new.reason, one)
    if known:
        return known
    shown = not new.whole_person and not await people.is_erased(unit, new.person_id)
    await suppressions.insert_suppression(unit, new, hashes, address=new.addresses[0] if shown else None)
    unit.record(
        SuppressionRecorded(
            person_id=new.person_id, reason=new.reason, whole_person=new.whole_person, message_id=new.message_id
        ),
        aggregate_id=new.id,
        version=1,
        occurred_at=unit.now,
    )
    return new.id
