"""The readable content of a mail; a malformed one is shown as well as possible."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses

# What is looked at of one mail; what comes after is not lost, only not shown.
_MOST_PARTS = 200
_MOST_TEXT = 500_000
_MOST_HEADERS = 500
_LONGEST_HEADER = 10_000
_SNIPPET = 160
# Of HTML without a text beside it: removing marks from hostile HTML takes time with the square of its length.
_MOST_MARKED = 20_000
_TAG = re.compile(r"<(style|script|title)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_LINK = re.compile(r"<\s*(https?://[^<>\s]+)\s*>", re.IGNORECASE)


@dataclass(frozen=True)
class Attachment:
    """A part that is neither the text nor its HTML twin."""

    name: str
    kind: str
    size: int


@dataclass(frozen=True)
class Content:
    """A mail, read: its headers in order, its text, the same as HTML, and what is attached."""

    headers: Sequence[tuple[str, str]]
    text: str | None
    html: str | None
    attachments: Sequence[Attachment]

    def header(self, name: str) -> str:
        """Return the first header of this name, without its line breaks; empty if there is none."""
        return next((value for known, value in self.headers if known.lower() == name.lower()), "")

    def people(self, name: str) -> list[tuple[str, str]]:
        """Return the names and addresses in the headers of this name."""
        values = [value for known, value in self.headers if known.lower() == name.lower()]
        return people_in(values)

    @property
    def is_automatic(self) -> bool:
        """Whether a machine wrote it, which machines do not answer (RFC 3834)."""
        return self.header("Auto-Submitted").lower() not in ("", "no")

    @property
    def plain(self) -> str:
        """The text, or what the HTML says."""
        return self.text if self.text is not None else " ".join(_TAG.sub(" ", (self.html or "")[:_MOST_MARKED]).split())

    @property
    def snippet(self) -> str:
        """How it begins, in one line."""
        return " ".join(self.plain[: 4 * _SNIPPET].split())[:_SNIPPET]

    @property
    def one_click(self) -> str | None:
        """Where a mail program unsubscribes with one request (RFC 8058)."""
        promised = self.header("List-Unsubscribe-Post").replace(" ", "").lower()
        return self.unsubscribe_page if promised == "list-unsubscribe=one-click" else None

    @property
    def unsubscribe_page(self) -> str | None:
        """Where a person unsubscribes."""
        found = _LINK.search(self.header("List-Unsubscribe"))
        return found[1] if found else None


def people_in(values: Sequence[str]) -> list[tuple[str, str]]:
    """Return the names and addresses in headers; none if they are too confused to say."""
    try:
        return [(person, address) for person, address in getaddresses(values) if "@" in address]
    except (RecursionError, IndexError, ValueError):
        return []


def read(raw: bytes) -> Content:
    """Read a mail."""
    try:
        message = message_from_bytes(raw)
        parts = [part for part, _ in zip(_leaves(message), range(_MOST_PARTS), strict=False)]
    except (MessageError, RecursionError, ValueError, TypeError, LookupError, AttributeError):
        return Content((), raw[:_MOST_TEXT].decode(errors="replace"), None, ())
    shown = [part for part in parts if part.get_content_disposition() != "attachment"]
    text = next((part for part in shown if part.get_content_type() == "text/plain"), None)
    html = next((part for part in shown if part.get_content_type() == "text/html"), None)
    return Content(
        headers=[(str(name), _decoded(value)) for name, value in message.items()[:_MOST_HEADERS]],
        text=_text(text) if text else None,
        html=_text(html) if html else None,
        attachments=[_attachment(part) for part in parts if part is not text and part is not html],
    )


def read_headers(raw: bytes) -> bytes:
    """Return the header block as it is."""
    return re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]


def _leaves(message: Message) -> Iterator[Message]:
    """Walk the parts without entering mails inside the mail."""
    parts = message.get_payload()
    if not message.is_multipart() or message.get_content_maintype() == "message" or not isinstance(parts, list):
        yield message
        return
    for part in parts:
        if isinstance(part, Message):
            yield from _leaves(part)


def _decoded(value: object) -> str:
    text = str(value)[:_LONGEST_HEADER]
    try:
        text = str(make_header(decode_header(text)))
    except (MessageError, ValueError, LookupError, TypeError):
        text = text.encode(errors="replace").decode(errors="replace")
    return " ".join(_without_surrogates(text).split())


def _text(part: Message) -> str:
    payload = _bytes(part)[:_MOST_TEXT]
    try:
        text = payload.decode(part.get_content_charset("utf-8"), errors="replace")
    except (LookupError, ValueError):
        text = payload.decode("utf-8", errors="replace")
    return text.replace("\r\n", "\n")


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _attachment(part: Message) -> Attachment:
    try:
        name = part.get_filename("")
    except (LookupError, ValueError, TypeError):
        name = ""
    payload = part.get_payload()
    inside: Iterable[Message] = [each for each in payload if isinstance(each, Message)] if part.is_multipart() else ()
    size = sum(len(_plainly(each)) for each in inside) if part.is_multipart() else len(_bytes(part))
    return Attachment(_decoded(name) or "without a name", part.get_content_type(), size)


def _plainly(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except (MessageError, ValueError, LookupError, TypeError, AttributeError):
        return b""


def _without_surrogates(text: str) -> str:
    return text.encode(errors="surrogateescape").decode(errors="replace")
