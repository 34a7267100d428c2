"""Whether a message may be sent now: every blocker, decided at the last moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from rapport.contracts.identity import Role, Viewer
from rapport.contracts.outreach import SendMessage
from rapport.contracts.vocabulary import Blocker
from rapport.outreach.domain.ownership import DEFAULT_DAYS, Contact, HandedOver, Ownership, find_ownership

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
"""How long a message counts against the caps of its person."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be sent, as an organisation has it. A day is any 24 hours, a week any seven days."""

    sender_per_day: int = 200
    spacing: timedelta = timedelta(seconds=100)
    """Between two messages from one mailbox."""
    person_per_day: int = 2
    person_per_week: int = 5
    ownership_days: tuple[int, ...] = DEFAULT_DAYS
    """For how long the first, second, … message of a user keeps others from writing to its person."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission in force to send from a mailbox: to a user, or to everybody with a role."""

    user_id: UUID | None
    role: Role | None

    def covers(self, author_id: UUID, author_roles: frozenset[Role]) -> bool:
        """Whether it is this author's."""
        return self.user_id == author_id if self.user_id else self.role in author_roles


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientContext:
    """What is known about a person and one of their addresses, regardless of who writes to them."""

    address_known: bool
    """Whether the person is there and still has the address."""
    consented: bool
    """Whether the person agreed to be written to on the channel."""
    suppressed: bool
    contacts: Sequence[Contact]
    """Every message that may have reached the person, and every takeover."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendContext(RecipientContext):
    """What is known at the moment of the hand-over."""

    author_id: UUID
    author_roles: frozenset[Role]
    from_user_id: UUID
    gone: frozenset[UUID]
    """Which of these two have left the organisation."""
    author_may_write: bool = True
    """Whether the roles that the author has now allow writing to people."""
    replied: bool
    """Whether the person has replied since it was written."""
    has_mailbox: bool
    grants: Sequence[Grant]
    """In force, of the user it comes from."""
    sender_free_at: datetime
    sent_by_sender: Sequence[datetime]
    """Within the last day, in order."""
    ats_pending: bool = False
    """Whether it tells of a rejection that the ATS has not confirmed."""
    rejection_told_at: datetime | None = None
    """When it is to tell a person of their rejection; None for any other message."""


@dataclass(frozen=True, slots=True)
class Fails:
    """It will not be sent."""

    blocker: Blocker


@dataclass(frozen=True, slots=True)
class Waits:
    """It may not be sent now; ``until`` is when to check again, None if that depends on a user."""

    blocker: Blocker
    until: datetime | None
    explanation: str | None = None


Blocked = Fails | Waits

OVERDUE_AFTER = WEEK
"""For how long after its time the mail of a rejection still goes: later, it would surprise more than answer."""
ATS_RETRY = timedelta(minutes=1)
"""The ATS usually confirms within seconds; longer while it is unavailable."""
USER_RETRY = timedelta(hours=1)
"""No event says that a user who had left is back."""
SENDER_LEFT = "its sender has left the organisation"
MAY_NOT_WRITE = "its author may not write to people any more"
"""Explanations of ``SENDER_GONE``."""
MAILBOX_RETRY = timedelta(minutes=10)
"""Accounts are declared in a file: a message without its mailbox is checked again after a while."""


def may_write(author: Viewer) -> bool:
    """Whether the roles of an author allow writing to people."""
    return SendMessage.rule.denial(author) is None


def find_blocker(found: SendContext, limits: Limits, *, at: datetime) -> Blocked | None:
    """The blocker of a message at this moment, the final ones first; None if it may be sent."""
    told_at = found.rejection_told_at
    return (
        (Fails(Blocker.SUPPRESSED) if found.suppressed else None)
        or (Fails(Blocker.OVERDUE) if told_at and at > told_at + OVERDUE_AFTER else None)
        # Before what is final: the person is seen through their author, and without one nothing is known of them.
        or _left(found, at)
        or _person_refuses(found)
        or (Fails(Blocker.REPLIED) if found.replied else None)
        or (Waits(Blocker.ATS_PENDING, at + ATS_RETRY) if found.ats_pending else None)
        or (None if told_at else _owned(found, limits, HandedOver(at, found.author_id, found.from_user_id), at))
        or _permission(found, at)
        or _person_cap(found, limits, at)
        or _cap(Blocker.SENDER_CAP, found.sent_by_sender, limits.sender_per_day, DAY, at)
        or _spacing(found, at)
    )


def find_recipient_blocker(found: RecipientContext, limits: Limits, *, writer_id: UUID, at: datetime) -> Blocked | None:
    """What keeps a user from writing to a person at this moment, from their own mailbox; None if nothing does.

    These are the blockers of :func:`find_blocker` that do not depend on the message, nor on what its mailbox may send.
    """
    own = HandedOver(at, writer_id, writer_id)
    return _person_refuses(found) or _owned(found, limits, own, at) or _person_cap(found, limits, at)


def find_blocker_of_rejection(found: RecipientContext, limits: Limits, *, at: datetime) -> Blocked | None:
    """What keeps the mail of a rejection from a person at this moment, as far as that is known before it is written.

    Who is in touch with the person does not: they applied, and the mail is the answer.
    """
    return _person_refuses(found) or _person_cap(found, limits, at)


def find_owner(found: RecipientContext, limits: Limits, *, at: datetime) -> Ownership | None:
    """Who is in touch with a person at this moment."""
    return find_ownership(found.contacts, limits.ownership_days, at=at)


def _person_refuses(found: RecipientContext) -> Fails | None:
    if found.suppressed:
        return Fails(Blocker.SUPPRESSED)
    if not found.address_known:
        return Fails(Blocker.NO_ADDRESS)
    return None if found.consented else Fails(Blocker.NO_CONSENT)


def _owned(found: RecipientContext, limits: Limits, message: HandedOver, at: datetime) -> Waits | None:
    owner = find_owner(found, limits, at=at)
    return None if owner is None or owner.allows(message) else Waits(Blocker.OWNED, owner.until)


def _person_cap(found: RecipientContext, limits: Limits, at: datetime) -> Waits | None:
    sent = [contact.at for contact in found.contacts if isinstance(contact, HandedOver)]
    return _cap(Blocker.PERSON_CAP, sent, limits.person_per_week, WEEK, at) or _cap(
        Blocker.PERSON_CAP, sent, limits.person_per_day, DAY, at
    )


def _left(found: SendContext, at: datetime) -> Waits | None:
    if found.from_user_id in found.gone:
        return Waits(Blocker.SENDER_GONE, at + USER_RETRY, SENDER_LEFT)
    if found.author_id in found.gone:
        return Waits(Blocker.SENDER_GONE, at + USER_RETRY, "its author has left the organisation")
    return None if found.author_may_write else Waits(Blocker.SENDER_GONE, at + USER_RETRY, MAY_NOT_WRITE)


def _permission(found: SendContext, at: datetime) -> Waits | None:
    on_behalf = found.author_id != found.from_user_id
    if on_behalf and not any(grant.covers(found.author_id, found.author_roles) for grant in found.grants):
        return Waits(Blocker.GRANT_MISSING, None)
    return None if found.has_mailbox else Waits(Blocker.MAILBOX_MISSING, at + MAILBOX_RETRY)


def _cap(blocker: Blocker, sent: Sequence[datetime], most: int, window: timedelta, at: datetime) -> Waits | None:
    """One more may go when so many have left the window that fewer than ``most`` are in it."""
    within = sorted(moment for moment in sent if moment > at - window)
    if len(within) < most:
        return None
    # Only an admin raises a cap of zero: check again tomorrow.
    return Waits(blocker, (within[-most] if most else at) + window)


def _spacing(found: SendContext, at: datetime) -> Waits | None:
    return Waits(Blocker.SPACING, found.sender_free_at) if found.sender_free_at > at else None


_DELAYS = (10.0, 30.0, 60.0, 300.0, 900.0, 1800.0, 3600.0)
"""Seconds: short outages cost little time, long ones few attempts."""


def next_try(attempts: int, *, at: datetime) -> datetime:
    """When to try again, after so many attempts that the server did not take."""
    return at + timedelta(seconds=_DELAYS[min(max(attempts, 1), len(_DELAYS)) - 1])
