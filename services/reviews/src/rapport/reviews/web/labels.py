"""Labels: numbers, dates and verdicts as the page and the mails show them."""

import unicodedata
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from rapport.contracts.vocabulary import Verdict

_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI"})
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"

VERDICTS = {
    Verdict.APPROVED: "Approved",
    Verdict.STARRED: "Starred",
    Verdict.REJECTED: "Rejected",
    Verdict.SKIPPED: "Skipped",
}


class ClosedText(NamedTuple):
    """Title and text about a link that opens nothing."""

    title: str
    text: str


CLOSED = {
    "unknown": ClosedText(
        "This link does not work",
        "Perhaps part of it was lost on the way: copy the whole link from the mail into your browser's address line. If"
        " that does not help, ask whoever sent it to you for a new one.",
    ),
    "revoked": ClosedText(
        "This link was withdrawn",
        "It was replaced or taken back. If you were sent a newer mail, use the link in that one; otherwise ask whoever"
        " asked you for the review.",
    ),
    "expired": ClosedText(
        "This link has expired",
        "Links to reviews work for a limited time only. Ask whoever asked you for the review to send you a new one.",
    ),
    "completed": ClosedText(
        "This review is complete",
        "Every reviewer has finished, and whoever asked for the review has been told. Thank you: there is nothing left"
        " for you to do.",
    ),
    "cancelled": ClosedText(
        "This review was called off",
        "It is not needed any more. Thank you for your time: what you saved is kept, and there is nothing left for you"
        " to do.",
    ),
}
"""The texts about links that open nothing, by reason."""


def isolated(text: str) -> str:
    """A name in a sentence of plain text: one that is written from right to left must not reorder what is around it."""
    if not any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in text):
        return text
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}"


def people(count: int) -> str:
    """``1 person``, ``3 people``."""
    return "1 person" if count == 1 else f"{count} people"


def when(at: datetime, zone: ZoneInfo) -> str:
    """``Friday 12 June 2026, 17:00 UTC``."""
    local = at.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M %Z}"


def initials(name: str) -> str:
    """At most two letters that stand for a name."""
    # No signs: the first code point of an emoji is often a part of it only.
    letters = [letter for word in name.split() if (letter := next(filter(str.isalnum, word), ""))]
    return "".join(letters[:1] + letters[1:][-1:]).upper() or "?"
