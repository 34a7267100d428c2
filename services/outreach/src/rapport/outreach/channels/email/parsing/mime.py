"""Inbound mails, read without trust: senders need not follow any rule.

The standard library's older interface is used on purpose: it hands over what is there, where the newer one raises on
headers that are not as they should be.
"""

import hashlib
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import Compat32
from email.utils import getaddresses

from rapport.contracts.addresses import canonical_address
from rapport.contracts.text import clean_identifier
from rapport.outreach.channels.email.compose import mail_ids_in
from rapport.outreach.channels.email.parsing.charsets import charset_in_page, decoded, decoded_header

_UNKEEPABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_DEEPEST = 20
"""Parts within parts that are looked at."""
_MOST_PARTS = 200
_LONGEST_HEADER = 10_000
"""Characters of a header that are looked at: what reads them takes longer than in proportion to their length."""
_TAG = re.compile(r"<[^<>]{0,2000}>")


_RAW = re.compile(r"[\x1b\ud800-\udfff]")
"""Header bytes that have not been decoded yet."""


class _Cut(Compat32):
    """Headers cut to a length that can be read in no time, their raw bytes read as text."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        value = value[:_LONGEST_HEADER]
        if not _RAW.search(value):
            return name, value
        return name, decoded_header(value.encode("utf-8", "surrogateescape"))


LENIENT = _Cut()
"""How everything that comes in is read."""


def parse(raw: bytes) -> Message:
    """Parse a mail, however malformed."""
    return message_from_bytes(raw, policy=LENIENT)


def lenient_text(text: str) -> str:
    """Text without what cannot be kept."""
    return _UNKEEPABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def without_tags(text: str) -> str:
    """What stands between a page's tags, as far as that can be told without reading it as one."""
    return _TAG.sub(" ", text)


def header(mail: Message, name: str) -> str:
    """A header's text on one line, decoded as far as possible; empty if there is none."""
    value = mail.get(name)
    if value is None:
        return ""
    raw = str(value)
    try:
        text = "".join(_decoded(part, charset) for part, charset in decode_header(raw))
    except (HeaderParseError, ValueError):
        text = raw
    return " ".join(lenient_text(text).split())


def _decoded(part: bytes | str, charset: str | None) -> str:
    if isinstance(part, str):
        return part
    # What stands between encoded words comes as the library escapes it.
    return decoded(part, charset) if charset else part.decode("raw-unicode-escape", "replace")


def raw_header(mail: Message, name: str) -> str:
    """A header as it came, for those that hold no words."""
    return " ".join(lenient_text(str(mail.get(name) or "")).split())


def addresses(mail: Message, name: str) -> list[str]:
    """The addresses a header names, as they are compared."""
    found = getaddresses([raw_header(mail, name)])
    return [known for _, address in found if (known := address_of(address))]


_LIKE_AN_ADDRESS = re.compile(r"[^\s@<>]{1,250}@[^\s@<>]{1,250}")


def address_of(text: str) -> str | None:
    """The address that a field of a mail names, as addresses are compared; None if it names none."""
    bare = text.strip().strip("<>").strip()
    if known := canonical_address(bare):
        return known
    # Unusual local parts are valid too: "a..b"@example.org.
    lenient = clean_identifier(bare).lower()
    return lenient if _LIKE_AN_ADDRESS.fullmatch(lenient) else None


def null_sender(mail: Message) -> bool:
    """Whether the return path is null, as in all automatic reports."""
    return raw_header(mail, "Return-Path") == "<>"


def automatic(mail: Message) -> bool:
    """Whether the mail itself says that a machine sent it (RFC 3834)."""
    return raw_header(mail, "Auto-Submitted").lower().split(";")[0].strip() not in ("", "no")


def own_mail_id(mail: Message) -> str | None:
    """The mail's Message-ID, if it has a proper one."""
    return next(iter(mail_ids_of(mail, "Message-ID")), None)


def earlier_mail_ids(mail: Message) -> list[str]:
    """The Message-IDs of what a mail answers, the nearest last."""
    return [*mail_ids_of(mail, "References"), *mail_ids_of(mail, "In-Reply-To")]


def mail_ids_of(mail: Message, name: str) -> list[str]:
    """The Message-IDs a header names; some programs encode long ones like words."""
    text = raw_header(mail, name)
    return mail_ids_in(header(mail, name) if "=?" in text else text)


def fingerprint(mail: Message, raw: bytes) -> bytes:
    """What tells this mail from others: its Message-ID, else all of it."""
    mail_id = own_mail_id(mail)
    return hashlib.sha256(mail_id.encode() if mail_id else raw).digest()


def parts(mail: Message) -> Iterator[Message]:
    """A mail's parts from the outside in, but not those of mails it contains; a bounded number."""
    waiting = [(mail, 0)]
    seen = 0
    while waiting and seen < _MOST_PARTS:
        part, depth = waiting.pop(0)
        seen += 1
        yield part
        if part.get_content_maintype() == "multipart" and part.is_multipart() and depth < _DEEPEST:
            waiting[:0] = [(each, depth + 1) for each in part.get_payload() if isinstance(each, Message)]


def text_of(mail: Message, subtype: str) -> str:
    """The first text of a kind (``plain``, ``html``) that is not an attachment; empty if there is none."""
    for part in parts(mail):
        if part.get_content_type() == f"text/{subtype}" and part.get_content_disposition() != "attachment":
            return part_text(part)
    return ""


def part_text(part: Message) -> str:
    """A part's text, also if its declared encoding is wrong."""
    if part.is_multipart():
        return ""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return lenient_text(str(part.get_payload() or ""))
    charset = _charset_of(part)
    if charset is None and part.get_content_subtype() == "html":
        charset = charset_in_page(payload)
    return lenient_text(decoded(payload, charset))


def _charset_of(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except (LookupError, ValueError, TypeError):
        return None
