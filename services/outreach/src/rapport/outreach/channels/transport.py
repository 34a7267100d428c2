"""What a channel must offer. Sending and reading know these protocols; only the composition root knows a channel.

A message leaves in two steps, since it matters when a server may have it. :meth:`Transport.prepare` goes as far as can
be taken back: the server agrees to take the message and waits for its text. :meth:`Transport.hand_over` cannot be taken
back.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from rapport.contracts.reviews import Notification
from rapport.contracts.vocabulary import ReplyKind

MessageT_contra = TypeVar("MessageT_contra", contravariant=True)


class RefusedError(Exception):
    """The server will not take this message, for good; the text is the server's reason."""


class UnknownRecipientError(RefusedError):
    """The server knows no such recipient; the text is the server's reason."""


class NotNowError(Exception):
    """The server is unavailable, or asks for patience; it certainly does not have the message."""


class InDoubtError(Exception):
    """The server may have the message; the outcome is unknown."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The server has the message."""

    explanation: str
    """The server's words."""
    relay_id: str | None
    """The server's own name for the message, if it gave one."""


@dataclass(frozen=True, slots=True)
class OutboundNotification:
    """A notification to a user, rendered."""

    id: UUID
    content: Notification


class Prepared(Protocol):
    """A message whose text the server waits for: it is handed over or abandoned, and nothing else."""

    def abandon(self) -> None:
        """Close the connection; without the end of its text, the server delivers nothing."""


class Transport(Protocol[MessageT_contra]):
    """Sends one message after the other, over a connection of its own."""

    def has_sender(self, address: str) -> bool:
        """Whether messages can be sent from this address."""

    async def prepare(self, message: MessageT_contra, *, until: float) -> Prepared:
        """Render a message, and let the server agree to take it; ``until`` is a time of the event loop.

        Raises:
            UnknownRecipientError: there is no such recipient.
            RefusedError: the server refuses it, or it cannot be rendered.
            NotNowError: the server is unavailable or too slow.
        """

    async def hand_over(self, prepared: Prepared) -> Receipt:
        """Send the text.

        Raises:
            RefusedError: the server refuses it.
            NotNowError: the server does not take it now, or the connection was lost before anything was sent.
            InDoubtError: the text was sent, and no certain answer came.
        """

    async def withdraw(self) -> None:
        """Take back what the server refused, so that the connection can be used again."""

    async def close(self) -> None:
        """Close the connection; the next message opens another."""


# What comes in --------------------------------------------------------------------------------------------


class UnparsableError(Exception):
    """A message that cannot be parsed; the text says why, and nothing of its content."""


class ParserUnavailableError(Exception):
    """No message can be parsed now."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A recipient whom a message did not reach, for good."""

    recipient: str
    """The address, as it is compared; empty if the report names none."""
    hard: bool
    """Whether the address does not exist."""
    explanation: str | None
    meant_for: str | None = None
    """The address that the message had before it was forwarded to this one, if it was."""


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """A report about a message of ours. Without failures it says nothing final: a delay, or a delivery."""

    complaint: bool
    """The recipient called it spam."""
    mail_ids: tuple[str, ...]
    """Message-IDs that may be the original's."""
    recipients: tuple[str, ...]
    """Whom it was to reach."""
    failures: tuple[Failure, ...]
    relay_ids: tuple[str, ...] = ()
    """Names that a server may have given the original when it took it."""


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A message from a mailbox, as far as it may concern us."""

    fingerprint: bytes
    mail_id: str | None
    from_address: str
    """As addresses are compared; empty if the message does not say."""
    earlier: tuple[str, ...]
    """Message-IDs of what it replies to, the nearest last."""
    earlier_relay_ids: tuple[str, ...]
    """Names that a server may have given those messages."""
    kind: ReplyKind
    to_many: bool
    """Whether it went to a list, as newsletters do."""
    subject: str
    text: str
    signature: str | None
    report: DeliveryReport | None
    receipt: bool
    """Whether it only says that a message was opened."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message as the mailbox holds it."""

    uid: int
    arrived_at: datetime | None
    raw: bytes | None
    """None if the server does not hand it over."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The next messages of a mailbox, in the order of their arrival."""

    uid_validity: int
    messages: Sequence[Fetched]
    last_uid: int
    """The position in the mailbox after these."""
    more: bool


class InboxSession(Protocol):
    """Reads mailboxes until its block ends."""

    async def fetch(self, address: str, *, uid_validity: int | None, last_uid: int | None, since: datetime) -> Batch:
        """The messages after a position; without a valid one, those since a day before ``since``.

        Raises:
            Exception: the mailbox cannot be read now; the type depends on what the server says.
        """

    async def parse_inbound(self, raw: bytes) -> InboundMessage:
        """Parse a message, without trust in it.

        Raises:
            UnparsableError: it took too long, or an unforeseen error occurred.
            ParserUnavailableError: no message can be parsed now.
        """


class Inbox(Protocol):
    """The mailboxes of one organisation."""

    org_id: str

    def has_mailbox(self, address: str) -> bool:
        """Whether this address is one of the organisation's own."""

    def opened(self) -> AbstractAsyncContextManager[InboxSession]:
        """A session in which mailboxes are read, several at once."""
