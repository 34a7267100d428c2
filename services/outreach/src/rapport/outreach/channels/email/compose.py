"""EmailRenderer put into the form in which they travel (RFC 5322, MIME)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.utils import format_datetime

from rapport.kit.mail import assembled, encoded_mailbox, encoded_text, text_and_page
from rapport.outreach.channels.transport import RefusedError
from rapport.outreach.domain.message import sendable_address

_MAIL_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>")
_MOST_EARLIER = 20
"""Message-IDs of a conversation that are passed on: its beginning and its end tell enough."""


@dataclass(frozen=True, slots=True)
class RenderedEmail:
    """A mail with everything its headers say."""

    mail_id: str
    sender: tuple[str, str]
    """Name and address; also where it comes back to."""
    recipient: tuple[str, str]
    subject: str
    text: str
    html: str
    date: datetime
    earlier: Sequence[str] = ()
    """Message-IDs of the conversation it continues, oldest first."""
    unsubscribe_url: str | None = None
    reply_to: tuple[str, str] | None = None
    """Name and address of the reader of replies, if that is not the sender."""
    automatic: bool = False
    """Whether no person wrote it: no machine answers it then (RFC 3834)."""


def mail_ids_in(text: str) -> list[str]:
    """The Message-IDs a header names, in order."""
    return _MAIL_ID.findall(text)


class UnsendableError(RefusedError):
    """A email that cannot be put into the form in which mails travel; the message says what of it."""


def compose(email: RenderedEmail) -> bytes:
    """The mail's bytes, lines of at most 998 characters of seven bits each.

    Raises:
        UnsendableError: an address or a text is none, or the result is not the mail that was meant.
    """
    try:
        return assembled(_headers(email), text_and_page(email.text, email.html))
    except (ValueError, LookupError, MessageError) as problem:
        raise UnsendableError(f"the mail cannot be put together ({type(problem).__name__})") from problem


def _headers(email: RenderedEmail) -> list[tuple[str, str]]:
    """Names and values in ASCII, folded."""
    headers = [("From", _mailbox("From", email.sender)), ("To", _mailbox("To", email.recipient))]
    if email.reply_to:
        headers.append(("Reply-To", _mailbox("Reply-To", email.reply_to)))
    headers += [
        ("Subject", encoded_text("Subject", email.subject)),
        ("Date", format_datetime(email.date)),
        ("Message-ID", email.mail_id),
    ]
    earlier = _shortened([mail_id for mail_id in email.earlier if _MAIL_ID.fullmatch(mail_id)])
    if earlier:
        headers += [("In-Reply-To", earlier[-1]), ("References", "\r\n ".join(earlier))]
    if email.automatic:
        headers.append(("Auto-Submitted", "auto-generated"))
    if email.unsubscribe_url:
        # RFC 8058: the mail program itself may post there, without the person opening a page.
        headers += [
            ("List-Unsubscribe", f"<{email.unsubscribe_url}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ]
    return headers


def _shortened(mail_ids: Sequence[str]) -> list[str]:
    return [*mail_ids[:1], *mail_ids[1:][-(_MOST_EARLIER - 1) :]]


def _mailbox(header: str, mailbox: tuple[str, str]) -> str:
    name, address = mailbox
    canonical = sendable_address(address)
    if canonical is None:
        raise ValueError("no address")
    return encoded_mailbox(header, name, canonical)
