"""Who is in touch with a person: derived from what was sent to them, and from takeovers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from rapport.contracts.refusals import InputProblemCode, Invalid

DEFAULT_DAYS = (30, 60, 90)
"""How long a user owns a person after the first, the second and every further message."""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A message that may have reached the person."""

    at: datetime
    author_id: UUID
    from_user_id: UUID


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A user took the person over, or was given them."""

    at: datetime
    user_id: UUID


Contact = HandedOver | TakenOver


@dataclass(frozen=True, slots=True)
class Ownership:
    """One user's time with a person, in which others do not write to them."""

    user_id: UUID
    since: datetime
    until: datetime
    messages: int
    """How many of theirs went out in it."""
    days: int
    """By which of the rules it lasts: so many days after the last of these messages, or after the takeover."""

    def allows(self, message: HandedOver) -> bool:
        """Whether a message is the owner's own: they wrote it, or it comes from their mailbox."""
        return self.user_id in (message.author_id, message.from_user_id)


def find_ownership(contacts: Iterable[Contact], days: Sequence[int], *, at: datetime) -> Ownership | None:
    """Who owns a person at a moment; None if nobody does.

    The owner is the user whose mailbox the first message came from. A message of somebody else in that time, which
    another record may bring along in a merge, changes nothing. Several at one moment: the takeover counts last.

    Args:
        contacts: of this person, in any order.
        days: for how long the first, second, … message of an owner holds; the last of them also for all after it. None
            of them: nobody owns anybody.
        at: the moment.
    """
    ownership: Ownership | None = None
    for contact in sorted(contacts, key=_order) if days else ():
        if ownership and ownership.until <= contact.at:
            ownership = None
        ownership = _after(ownership, contact, days)
    return ownership if ownership and ownership.until > at else None


def _order(contact: Contact) -> tuple[datetime, bool, UUID]:
    match contact:
        case HandedOver():
            return contact.at, False, contact.from_user_id
        case TakenOver():
            return contact.at, True, contact.user_id


def _after(ownership: Ownership | None, contact: Contact, days: Sequence[int]) -> Ownership | None:
    match contact:
        case TakenOver():
            return _lasting(Ownership(contact.user_id, contact.at, contact.at, 0, 0), contact.at, days[0])
        case HandedOver() if ownership is None:
            return _lasting(Ownership(contact.from_user_id, contact.at, contact.at, 1, 0), contact.at, days[0])
        case HandedOver() if ownership.allows(contact):
            messages = ownership.messages + 1
            longer = days[min(messages, len(days)) - 1]
            return _lasting(replace(ownership, messages=messages), contact.at, longer)
    return ownership


def _lasting(ownership: Ownership, since: datetime, days: int) -> Ownership:
    return replace(ownership, until=since + timedelta(days=days), days=days)


# Takeovers ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TakeoverRequest:
    """Somebody asked the owner of a person to hand the person over."""

    id: UUID
    person_id: UUID
    record_id: UUID
    owner_id: UUID
    """Who was asked."""
    requested_by: UUID
    requested_at: datetime
    note: str
    accepted: bool | None
    """None while nobody has answered."""

    def waits_for(self, ownership: Ownership | None) -> bool:
        """Whether there is still something to answer: not once somebody else is in touch, or nobody."""
        return (
            self.accepted is None
            and ownership is not None
            and ownership.user_id == self.owner_id
            and ownership.since <= self.requested_at
        )


def check_rules(days: Sequence[int]) -> Invalid | None:
    """A further message never gives a person away: no rule is shorter than the one before it."""
    if all(before <= after for before, after in pairwise(days)):
        return None
    return Invalid.because("days", "must not become shorter with a further message", InputProblemCode.OUT_OF_RANGE)
