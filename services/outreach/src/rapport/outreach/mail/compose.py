"""Letters put into the form in which they travel (RFC 5322, MIME)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime

from rapport.outreach.domain.message import one_line, sendable_address

_MAIL_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>")
_PLAIN_NAME = re.compile(r"[\x20-\x7e]{1,200}")
_LONGEST_WORD = 60
"""Characters between two spaces that a header can be folded around."""
_LONGEST_LINE = 998
_NEVER_IN_A_LINE = re.compile(rb"[\x00\r\n\x80-\xff]")
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


def mail_ids_in(text: str) -> list[str]:
    """The Message-IDs a header names, in order."""
    return _MAIL_ID.findall(text)


class UnsendableError(Exception):
    """A letter that cannot be put into the form in which mails travel; the message says what of it."""


def compose(letter: Letter) -> bytes:
    """The letter's bytes, lines of at most 998 characters of seven bits each.

    Texts are encoded and never parsed: one that looks like an encoded word arrives as it was typed.

    Raises:
        UnsendableError: an address or a text is none, or the result is not the mail that was meant.
    """
    try:
        headers, body = _headers(letter), _body(letter)
    except (ValueError, LookupError, MessageError) as problem:
        raise UnsendableError(f"the mail cannot be put together ({type(problem).__name__})") from problem
    content = "".join(f"{name}: {value}\r\n" for name, value in headers).encode() + body
    _verify(content, [*(name for name, _ in headers), *_MIME_HEADERS])
    return content


def _headers(letter: Letter) -> list[tuple[str, str]]:
    """Names and values in ASCII, folded."""
    headers = [("From", _mailbox("From", letter.sender)), ("To", _mailbox("To", letter.recipient))]
    if letter.reply_to:
        headers.append(("Reply-To", _mailbox("Reply-To", letter.reply_to)))
    headers += [
        ("Subject", _text("Subject", one_line(letter.subject))),
        ("Date", format_datetime(letter.date)),
        ("Message-ID", _mail_id(letter.mail_id)),
    ]
    earlier = _shortened([mail_id for mail_id in letter.earlier if _MAIL_ID.fullmatch(mail_id)])
    if earlier:
        headers += [("In-Reply-To", earlier[-1]), ("References", "\r\n ".join(earlier))]
    if letter.automatic:
        headers.append(("Auto-Submitted", "auto-generated"))
    if letter.unsubscribe_url:
        # RFC 8058: the mail program itself may post there, without the person opening a page.
        headers += [
            ("List-Unsubscribe", f"<{letter.unsubscribe_url}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ]
    return headers


def _body(letter: Letter) -> bytes:
    """Both forms of the text, from the first MIME header on."""
    parts = EmailMessage(policy=policy.SMTP)
    # Never as they are: seven bits pass every server, and no line is too long.
    parts.set_content(letter.text, cte="quoted-printable")
    parts.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    del parts["MIME-Version"]
    return b"MIME-Version: 1.0\r\n" + parts.as_bytes()


_MIME_HEADERS = ("MIME-Version", "Content-Type")


def _verify(content: bytes, names: Sequence[str]) -> None:
    """The last look at what leaves, whatever the code above or a library of it makes of a text.

    Raises:
        UnsendableError: a header that was not put there, a line end that is none, or a line that no server takes.
    """
    lines = content.split(b"\r\n")
    if any(len(line) > _LONGEST_LINE or _NEVER_IN_A_LINE.search(line) for line in lines):
        raise UnsendableError("the mail cannot be put together (line)")
    head = lines[: lines.index(b"")] if b"" in lines else []
    found = [line.partition(b":")[0].decode() for line in head if not line.startswith((b" ", b"\t"))]
    if found != list(names):
        raise UnsendableError("the mail cannot be put together (header)")


def _shortened(mail_ids: Sequence[str]) -> list[str]:
    return [*mail_ids[:1], *mail_ids[1:][-(_MOST_EARLIER - 1) :]]


def _mail_id(text: str) -> str:
    if not _MAIL_ID.fullmatch(text):
        raise ValueError("no Message-ID")
    return text


def _text(name: str, text: str) -> str:
    """A text as a header's value: as it is where it has only plain words, else as encoded words (RFC 2047)."""
    plain = text.isascii() and text.isprintable() and "=?" not in text
    charset = "us-ascii" if plain and max(map(len, text.split()), default=0) <= _LONGEST_WORD else "utf-8"
    return Header(text, charset, header_name=name).encode(linesep="\r\n")


def _mailbox(header: str, mailbox: tuple[str, str]) -> str:
    """A name and the canonical address, which is not encoded: it has to be ASCII."""
    name, address = one_line(mailbox[0]), sendable_address(mailbox[1])
    if address is None:
        raise ValueError("no address")
    if not name:
        return address
    if _PLAIN_NAME.fullmatch(name) and "=?" not in name:
        phrase = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    else:
        phrase = Header(name, "utf-8", header_name=header).encode(linesep="\r\n")
    return f"{phrase}\r\n <{address}>"
