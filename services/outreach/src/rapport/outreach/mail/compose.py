"""Letters put into the form in which they travel (RFC 5322, MIME)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.errors import HeaderParseError
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy
from email.utils import format_datetime

from rapport.outreach.domain.message import one_line

_MAIL_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>")
_MOST_EARLIER = 20
"""Message-IDs of a conversation that are passed on: its beginning and its end tell enough."""


@dataclass(frozen=True, slots=True)
class Letter:
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
    """Name and address of whoever reads the answers, if that is not the sender."""
    automatic: bool = False
    """Whether no person wrote it: no machine answers it then (RFC 3834)."""


class _Verbatim(UnstructuredHeader):
    """A header of addresses or ids, folded between them only: the usual folding would encode a long one."""

    name: str

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: " + f"{policy.linesep} ".join(str(self).split()) + policy.linesep


_registry = HeaderRegistry()
for _name in ("list-unsubscribe", "in-reply-to", "references", "message-id"):
    _registry.map_to_type(_name, _Verbatim)  # type: ignore[arg-type]
_POLICY = policy.SMTP.clone(header_factory=_registry)


def mail_ids_in(text: str) -> list[str]:
    """The Message-IDs a header names, in order."""
    return _MAIL_ID.findall(text)


class UnsendableError(Exception):
    """A letter that cannot be put into the form in which mails travel; the message says what of it."""


def compose(letter: Letter) -> bytes:
    """The letter's bytes, lines of at most 998 characters of seven bits each.

    Raises:
        UnsendableError: an address or a text is none.
    """
    try:
        return _composed(letter)
    except (ValueError, LookupError, HeaderParseError) as problem:
        raise UnsendableError(f"the mail cannot be put together ({type(problem).__name__})") from problem


def _composed(letter: Letter) -> bytes:
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _address(letter.sender)
    mail["To"] = _address(letter.recipient)
    if letter.reply_to:
        mail["Reply-To"] = _address(letter.reply_to)
    mail["Subject"] = one_line(letter.subject)
    mail["Date"] = format_datetime(letter.date)
    mail["Message-ID"] = letter.mail_id
    earlier = _shortened([mail_id for mail_id in letter.earlier if _MAIL_ID.fullmatch(mail_id)])
    if earlier:
        mail["In-Reply-To"] = earlier[-1]
        mail["References"] = " ".join(earlier)
    if letter.automatic:
        mail["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe_url:
        # RFC 8058: the mail program itself may post there, without the person opening a page.
        mail["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    return mail.as_bytes()


def _shortened(mail_ids: Sequence[str]) -> list[str]:
    return [*mail_ids[:1], *mail_ids[1:][-(_MOST_EARLIER - 1) :]]


def _address(mailbox: tuple[str, str]) -> Address:
    name, address = mailbox
    local, domain = _parts(address)
    return Address(display_name=one_line(name), username=local, domain=domain)


def _parts(address: str) -> tuple[str, str]:
    """What is before the at sign, and the domain in the ASCII form by which mail servers know it."""
    local, _, domain = address.strip().rpartition("@")
    return local, domain.encode("idna").decode()


def envelope_address(address: str) -> str:
    """An address as mail servers are told it.

    Raises:
        UnsendableError: it is none.
    """
    try:
        local, domain = _parts(address)
    except ValueError as problem:
        raise UnsendableError("the address cannot be written to") from problem
    return f"{local}@{domain}"
