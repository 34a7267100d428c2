"""Applies inbound mails. A mail that has nothing to do with our messages is private; nothing of it is stored."""

from dataclasses import replace
from datetime import datetime, timedelta

from rapport.contracts.addresses import comparable_address, domain_of, same_address
from rapport.contracts.vocabulary import MessageState, SuppressionReason
from rapport.kit.database.unit_of_work import UnitOfWork
from rapport.kit.identity import new_id
from rapport.outreach.channels.transport import DeliveryReport, Failure, InboundMessage, Inbox
from rapport.outreach.domain import message as domain
from rapport.outreach.domain.message import Message
from rapport.outreach.recording import change, record_reply, suppress
from rapport.outreach.store import mailboxes, messages
from rapport.outreach.store.messages import Correspondence, NewReply
from rapport.outreach.store.suppressions import NewSuppression

_REPLIED_WITHIN = timedelta(days=180)
"""How long a mail from a recipient's address counts as a reply, if it does not say to what."""
_RETURNED_WITHIN = timedelta(days=14)
"""How long a mail server may take to give up, with a margin."""
_MAILBOX_PRECISION = timedelta(seconds=1)
_MAY_BOUNCE = (MessageState.SENT, MessageState.IN_DOUBT, MessageState.CLAIMED)


async def apply_mail(
    unit: UnitOfWork, inbox: Inbox, mailbox: str, mail: InboundMessage, arrived_at: datetime | None
) -> bool:
    """Apply an inbound message, once; return whether it had an effect now."""
    found = await _about(unit, inbox, mailbox, mail)
    if found is None or not await mailboxes.mark_processed(unit, mail.fingerprint):
        return False
    held = await messages.lock(unit, found.message_id)
    if held is None:
        return False
    if mail.report is None:
        await _apply_reply(unit, held, mail, _received(held, arrived_at, now=unit.now))
    elif mail.report.complaint:
        await _complaint(unit, found)
    else:
        await _bounce(unit, held, found, mail.report)
    return True


async def _about(unit: UnitOfWork, inbox: Inbox, mailbox: str, mail: InboundMessage) -> Correspondence | None:
    """The message that a mail is about, if any; None for mails without effect."""
    if mail.receipt:
        return None
    if mail.report:
        return await _reported(unit, mailbox, mail.report)
    since = unit.now - _REPLIED_WITHIN
    found = await messages.with_mail_id(unit, mail.earlier)
    if found is None:
        found = await messages.with_relay_id(unit, mailbox, mail.earlier_relay_ids, since=since)
    if found is None and not mail.to_many:
        found = await messages.last_to(unit, mailbox, [mail.from_address], since=since)
    if found and inbox.has_mailbox(mail.from_address) and not same_address(mail.from_address, found.to_address):
        return None  # one of our own users wrote this
    return found


async def _reported(unit: UnitOfWork, mailbox: str, report: DeliveryReport) -> Correspondence | None:
    if not report.complaint and not report.failures:
        return None  # a delay or a successful delivery: not final
    since = unit.now - _RETURNED_WITHIN
    found = await messages.with_mail_id(unit, report.mail_ids)
    if found is None:
        found = await messages.with_relay_id(unit, mailbox, report.relay_ids, since=since)
    if found is None:
        whom = report.recipients if report.complaint else [failure.recipient for failure in report.failures]
        found = await messages.last_to(unit, mailbox, whom, since=since)
    # A report about an address to which the mail was forwarded says nothing about the person.
    concerns = found and (report.complaint or _failure_of(found, report))
    return found if concerns else None


def _received(held: Message, arrived_at: datetime | None, *, now: datetime) -> datetime:
    """When a reply arrived: mailboxes give whole seconds by their own clock; no reply precedes its message."""
    arrived = min(arrived_at + _MAILBOX_PRECISION, now) if arrived_at else now
    return max(arrived, held.sent_at) if held.sent_at else arrived


async def _apply_reply(unit: UnitOfWork, held: Message, mail: InboundMessage, received_at: datetime) -> None:
    reply = NewReply(
        new_id(),
        held.id,
        held.person_id,
        mail.kind,
        received_at,
        mail.subject,
        mail.text,
        mail.signature,
        mail.mail_id,
    )
    await record_reply(unit, held, reply)


async def _complaint(unit: UnitOfWork, about: Correspondence) -> None:
    """A person who reports spam receives no more messages."""
    await _suppress(unit, about, SuppressionReason.COMPLAINED, whole_person=True)


async def _bounce(unit: UnitOfWork, held: Message, about: Correspondence, report: DeliveryReport) -> None:
    failure = _failure_of(about, report)
    if failure is None:
        return
    if held.state in _MAY_BOUNCE and held.handed_over_at:
        await change(unit, held, domain.mark_bounced(held, failure.explanation))
    if failure.hard:
        await _suppress(unit, about, SuppressionReason.BOUNCED, whole_person=False)


def _failure_of(about: Correspondence, report: DeliveryReport) -> Failure | None:
    """The failure of the message's recipient, if the report has one.

    A hard failure must name the recipient's address. A report without an address, or about an alias in the recipient's
    own domain, means that the message was not delivered, but not that the address is dead. The failure of an address
    elsewhere, to which the mail was forwarded, does not count: the message was delivered.
    """
    theirs = [failure for failure in report.failures if same_address(failure.recipient, about.to_address)]
    if theirs:
        return next((failure for failure in theirs if failure.hard), theirs[0])
    others = (each for each in report.failures if not each.recipient or _is_other_name(each, about.to_address))
    other = next(others, None)
    return replace(other, hard=False) if other else None


def _is_other_name(failure: Failure, address: str) -> bool:
    """Whether the recipient's own servers know them by the address that failed."""
    if failure.meant_for is None or not same_address(failure.meant_for, address):
        return False
    one, other = f".{domain_of(failure.recipient)}", f".{domain_of(comparable_address(address))}"
    return one.endswith(other) or other.endswith(one)


async def _suppress(unit: UnitOfWork, about: Correspondence, reason: SuppressionReason, *, whole_person: bool) -> None:
    await suppress(
        unit,
        NewSuppression(
            new_id(),
            about.person_id,
            whole_person=whole_person,
            reason=reason,
            recorded_by=None,
            message_id=about.message_id,
            addresses=[about.to_address],
        ),
    )
