"""Text from outside, cleaned once, where it enters: afterwards it can be stored, compared and sent as it is."""

import re
import unicodedata
from typing import Annotated

from pydantic import BeforeValidator

_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Control characters but tab and line ends: PostgreSQL refuses the first, XML and mails the others."""
CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""What ends a line, or a header; none of them belongs into a text of one line."""
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_DEFAULT_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties.txt): invisible, and never typed."""


def clean_text(text: str) -> str:
    """The text in normal form C, without control characters (tabs and line ends stay).

    Halves of a surrogate pair are joined where both are there; a single one, which no encoding can represent, becomes
    U+FFFD.
    """
    if text.isascii() and text.isprintable():
        return text
    if _LONE_SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return unicodedata.normalize("NFC", _UNSTORABLE.sub("", text))


def one_line(text: str) -> str:
    """The text without line ends and control characters, with one space where there were several."""
    return " ".join(CONTROL_CHARACTERS.sub(" ", clean_text(text)).split())


def clean_identifier(text: str) -> str:
    """A text by which something is found (an address, a number, a name in another system), as it is compared.

    Cleaned, without characters that cannot be seen, and without white space around it.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    return clean_text(_DEFAULT_IGNORABLE.sub("", clean_text(text))).strip()


def _cleaned(value: object) -> object:
    return clean_text(value) if isinstance(value, str) else value


CLEANED = BeforeValidator(_cleaned)
"""Cleans a field before its limits are checked: ``Annotated[str, StringConstraints(...), CLEANED]``."""
CleanText = Annotated[str, CLEANED]
"""A field that a user typed."""
