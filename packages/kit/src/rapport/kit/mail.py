"""Encodes mails as RFC 5322 and MIME; texts and names may hold anything.

The standard library parses what it is given as a header's value: an encoded word in a subject or a name is decoded, and
on some versions injects headers or replaces the body. Here, texts are encoded and never parsed.
"""

import re
from collections.abc import Sequence
from email import policy
from email.header import Header
from email.message import EmailMessage

from rapport.contracts.text import one_line

_PLAIN_NAME = re.compile(r"[\x20-\x7e]{1,200}")
_LONGEST_WORD = 60
"""Characters between two spaces that a header can be folded around."""
_LONGEST_LINE = 998
_NEVER_IN_A_LINE = re.compile(rb"[\x00\r\n]")
_EIGHT_BITS = re.compile(rb"[\x80-\xff]")
_MIME_HEADERS = ("MIME-Version", "Content-Type")


class MalformedMailError(ValueError):
    """What was composed is not the mail that was meant."""


def encoded_text(name: str, text: str) -> str:
    """A text as the value of the header ``name``: encoded words (RFC 2047), unless it has only plain ones."""
    text = one_line(text)
    plain = text.isascii() and "=?" not in text and max(map(len, text.split()), default=0) <= _LONGEST_WORD
    return Header(text, "us-ascii" if plain else "utf-8", header_name=name).encode(linesep="\r\n")


def encoded_mailbox(name: str, person: str, address: str) -> str:
    """A person and their address as the value of the header ``name``; the address stays as it is."""
    person = one_line(person)
    if not person:
        return address
    if _PLAIN_NAME.fullmatch(person) and "=?" not in person:
        phrase = '"' + person.replace("\\", "\\\\").replace('"', '\\"') + '"'
    else:
        phrase = Header(person, "utf-8", header_name=name).encode(linesep="\r\n")
    return f"{phrase}\r\n <{address}>"


def text_and_page(text: str, page: str | None) -> bytes:
    """A body with its MIME headers: the text, and the same as HTML if given. Seven bits, no line too long."""
    body = EmailMessage(policy=policy.SMTP)
    body.set_content(text, cte="quoted-printable")
    if page is not None:
        body.add_alternative(page, subtype="html", cte="quoted-printable")
    del body["MIME-Version"]
    return b"MIME-Version: 1.0\r\n" + body.as_bytes()


def assembled(headers: Sequence[tuple[str, str]], body: bytes, *, eight_bits: bool = False) -> bytes:
    """The mail of these headers, folded and encoded already, and of what :func:`text_and_page` made.

    Args:
        headers: names and values, in order.
        body: from its first MIME header on.
        eight_bits: whether addresses may be international (SMTPUTF8).

    Raises:
        MalformedMailError: a header that was not put there, a line end that is none, or a line that no server takes.
    """
    content = "".join(f"{name}: {value}\r\n" for name, value in headers).encode() + body
    lines = content.split(b"\r\n")
    for line in lines:
        if len(line) > _LONGEST_LINE or _NEVER_IN_A_LINE.search(line) or (_EIGHT_BITS.search(line) and not eight_bits):
            raise MalformedMailError("a line that no mail can have")
    found = [
        line.partition(b":")[0].decode() for line in lines[: lines.index(b"")] if not line.startswith((b" ", b"\t"))
    ]
    expected = [*(name for name, _ in headers), *_MIME_HEADERS]
    # The body's own headers end with how it is encoded, if it is not multipart.
    if found != expected and found != [*expected, "Content-Transfer-Encoding"]:
        raise MalformedMailError("a header that was not put there")
    return content
