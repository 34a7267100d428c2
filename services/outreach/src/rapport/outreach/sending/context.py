"""What blockers are decided on, read while the rows it depends on are locked."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rapport.contracts.addresses import same_address
from rapport.contracts.identity import Viewer
from rapport.contracts.pipeline import Person
from rapport.contracts.vocabulary import RejectionState
from rapport.kit.database.unit_of_work import UnitOfWork
from rapport.outreach.domain.clearance import DAY, SendContext, may_write
from rapport.outreach.store import grants, messages, ownership, senders, suppressions
from rapport.outreach.store.messages import Claimed


@dataclass(frozen=True, slots=True)
class Correspondents:
    """The person and the users of a message, as pipeline has them now."""

    person: Person | None
    """None if they are gone, or hidden from its author, or its author has left."""
    gone: frozenset[UUID]
    """Those of its author and its sender who have left the organisation."""
    author: Viewer | None
    """Its author with the roles and grants that they have now; None if they have left."""
    rejection: RejectionState | None = None
    """How the rejection stands of which it tells the person; None for any other message."""


async def gather_context(
    unit: UnitOfWork,
    message: Claimed,
    correspondents: Correspondents,
    *,
    has_mailbox: bool,
    sender_free_at: datetime | None,
) -> SendContext:
    """What is known now about a message that would be handed over.

    The sender is locked already, and the recipient from here on: a concurrent change waits for us, or has
    been seen.
    """
    [hashed] = await suppressions.lock_recipients(unit, message.person_id, [message.to_address])
    person, author = correspondents.person, correspondents.author
    addresses = [email.value for email in person.emails] if person else []
    contacts = await ownership.contacts(unit, [message.person_id], beside=message.id)
    return SendContext(
        author_id=message.author_id,
        author_roles=author.roles if author else frozenset(),
        from_user_id=message.from_user_id,
        gone=correspondents.gone,
        author_may_write=author is not None and may_write(author),
        address_known=any(same_address(address, message.to_address) for address in addresses),
        consented=person is not None and person.consents.get(message.channel, False),
        suppressed=bool(await suppressions.suppressed_people(unit, [(message.person_id, hashed)])),
        replied=await messages.has_replied(unit, message.person_id, since=message.created_at),
        has_mailbox=has_mailbox,
        grants=await grants.grants_of(unit, message.from_user_id),
        sender_free_at=sender_free_at or unit.now,
        sent_by_sender=await senders.sent_by_sender(
            unit, message.from_user_id, since=unit.now - DAY, beside=message.id
        ),
        contacts=contacts[message.person_id],
        ats_pending=correspondents.rejection is RejectionState.PENDING,
        rejection_told_at=message.send_at if message.rejection else None,
    )
