"""Bytes as text: what the labels of charsets mean in practice, which is what the WHATWG's Encoding Standard says.

Mails labelled ``gb2312`` are written in GBK, those labelled ``iso-8859-1`` in Windows' code page 1252.
"""

import codecs
import re

import webencodings

_ASCII = ("us-ascii", "ascii", "ansi_x3.4-1968", "")
"""Labels of those who thought they write nothing else; what they write is UTF-8 more often than anything."""
_WIDER = {"gbk": "gb18030", "replacement": "", "x-user-defined": ""}
"""Encodings of the standard for which Python has a better codec, or of which a mail's own label is better."""
_PAGE_BEGINS = 2_048
_IN_PAGE = re.compile(rb"<meta[^<>]{1,200}?charset\s{0,3}=\s{0,3}[\"']?([\w:.-]{1,40})", re.IGNORECASE)
_ISO_2022 = b"\x1b$"


def decoded(content: bytes, label: str | None) -> str:
    """Decode text by its label; bytes that are invalid in that charset become U+FFFD."""
    label = (label or "").strip().strip("\"'").lower()
    if label in _ASCII:
        return _undeclared(content)
    codec = _codec(label)
    if codec is None:
        return _undeclared(content)
    if codec.startswith("iso2022_jp"):
        return _japanese(content)
    try:
        return content.decode(codec, "replace")
    except (LookupError, ValueError):
        return _undeclared(content)


def decoded_header(content: bytes) -> str:
    """A header's raw bytes."""
    return _undeclared(content)


def charset_in_page(content: bytes) -> str | None:
    """The charset that an HTML page names itself."""
    found = _IN_PAGE.search(content[:_PAGE_BEGINS])
    return found[1].decode("ascii", "replace") if found else None


def _undeclared(content: bytes) -> str:
    """Bytes without a declared charset: UTF-8, else code page 1252."""
    if _ISO_2022 in content:
        return _japanese(content)
    try:
        return content.decode("utf-8")
    except ValueError:
        return content.decode("cp1252", "replace")


def _japanese(content: bytes) -> str:
    """ISO-2022-JP; what its standard lacks and everybody uses (\u2460) is read by way of code page 932."""
    try:
        return content.decode("iso2022_jp_ext")
    except ValueError:
        first, *rest = _SHIFT.split(content)
        pairs = zip(rest[::2], rest[1::2], strict=True)
        return "".join([_single(first), *(_double(text) if wide == b"$" else _single(text) for wide, text in pairs)])


_SHIFT = re.compile(rb"\x1b([$(])[@BJI]")
_ROWS = range(0x21, 0x7F)


def _single(text: bytes) -> str:
    return text.decode("ascii", "replace")


def _double(text: bytes) -> str:
    """Characters of two bytes, as row and cell, of which code page 932 has the same in another place."""
    read = []
    for row, cell in zip(text[::2], text[1::2], strict=False):
        if row in _ROWS and cell in _ROWS:
            lead = (row + 1) // 2 + (0x70 if row < 0x5F else 0xB0)
            trail = cell + (0x1F if cell < 0x60 else 0x20) if row % 2 else cell + 0x7E
            read.append(bytes((lead, trail)).decode("cp932", "replace"))
        else:
            read.append(bytes((row, cell)).decode("ascii", "replace"))
    return "".join(read)


_PYTHON_NAMES = {"unicode-1-1-utf-7": "utf-7", "cp932": "cp932", "ansi": "cp1252", "utf8mb4": "utf-8"}
"""Labels that only some programs know."""


def _codec(label: str) -> str | None:
    """Python's name of what a label means."""
    known = webencodings.lookup(label)
    if known is not None and _WIDER.get(known.name, known.name):
        return _WIDER.get(known.name) or known.codec_info.name
    try:
        return codecs.lookup(_PYTHON_NAMES.get(label, label)).name
    except (LookupError, ValueError):
        return None
