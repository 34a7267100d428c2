"""What is known about people before anything is sent to them.

Read without locks: it may change until something is sent, and is read again then (``sending/context.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from uuid import UUID

from rapport.contracts.addresses import comparable_address
from rapport.contracts.pipeline import Person
from rapport.contracts.refusals import Invalid
from rapport.contracts.vocabulary import Channel
from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork
from rapport.outreach.domain.clearance import DAY, RecipientContext, SendContext
from rapport.outreach.domain.message import choose_address
from rapport.outreach.store import grants, ownership, senders, suppressions
from rapport.outreach.store.messages import NewMessage


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person, and the address that a message to them goes to."""

    person: Person
    address: str | None
    """None if there is none that mail can be sent to."""


def usual_recipient(person: Person) -> Recipient:
    """The person, at the address of a message that names none."""
    address = choose_address(tuple(email.value for email in person.emails), None)
    return Recipient(person, None if isinstance(address, Invalid) else address)


def record_of(person: Person, address: str) -> UUID:
    """To which of the person's records an address belongs; an unknown one to the person's first."""
    own = (email.record_id for email in person.emails if comparable_address(email.value) == comparable_address(address))
    return next(own, None) or person.id


async def read_recipients(session: ReadSession, recipients: Sequence[Recipient]) -> dict[UUID, RecipientContext]:
    """What is known about each, by person; three statements, however many they are."""
    ids = [each.person.id for each in recipients]
    hashes = await suppressions.address_hashes(session, [each.address for each in recipients])
    suppressed = await suppressions.suppressed_people(session, list(zip(ids, hashes, strict=True)))
    contacts = await ownership.contacts(session, ids)
    return {
        each.person.id: RecipientContext(
            address_known=each.address is not None,
            consented=each.person.consents.get(Channel.EMAIL, False),
            suppressed=each.person.id in suppressed,
            contacts=contacts[each.person.id],
        )
        for each in recipients
    }


async def preview_context(unit: UnitOfWork, message: NewMessage, person: Person, *, has_mailbox: bool) -> SendContext:
    """What is known now about a message that was just written.

    Spacing is left out: it delays a message by seconds, and is no reason to tell its author anything.
    """
    recipients = await read_recipients(unit, [Recipient(person, message.to_address)])
    on_behalf = message.author_id != message.from_user_id
    return SendContext(
        **{each.name: getattr(recipients[person.id], each.name) for each in fields(RecipientContext)},
        author_id=message.author_id,
        author_roles=message.author_roles,
        from_user_id=message.from_user_id,
        gone=frozenset(),
        replied=False,
        has_mailbox=has_mailbox,
        grants=await grants.grants_of(unit, message.from_user_id) if on_behalf else (),
        sender_free_at=unit.now,
        sent_by_sender=await senders.sent_by_sender(
            unit, message.from_user_id, since=unit.now - DAY, beside=message.id
        ),
    )
