"""Labels: numbers, dates and verdicts as the page and the mails show them."""

import unicodedata
from datetime import date, datetime
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
    """Title and text of the page for a link that no longer opens a review."""

    title: str
    text: str


CLOSED = {
    "unknown": ClosedText(
        "This link does not work",
        "Part of it may be missing: copy the whole link from the mail into your browser's address bar. If that does not"
        " help, ask the person who requested the review for a new one.",
    ),
    "revoked": ClosedText(
        "This link is no longer valid",
        "It was replaced or revoked. If you received a newer mail, use the link in that one; otherwise ask the person"
        " who requested the review.",
    ),
    "expired": ClosedText(
        "This link has expired",
        "Ask the person who requested the review to send you a new one.",
    ),
    "completed": ClosedText(
        "This review is complete",
        "Every reviewer has finished, and the person who requested the review has been notified. Thank you! There is"
        " nothing left for you to do.",
    ),
    "cancelled": ClosedText(
        "This review was cancelled",
        "Thank you for your time. What you saved is kept, and there is nothing left for you to do.",
    ),
}
"""By the reason why the link does not open the review."""


def isolated(text: str) -> str:
    """A name in a sentence of plain text; isolated, a right-to-left name does not reorder the text around it."""
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


def period(started: date | None, ended: date | None) -> str:
    """``Mar 2021 to Jun 2023``, ``Since 2021``; empty if neither day is known.

    The first of January stands for a year.
    """
    if started and ended:
        return f"{_month(started)} to {_month(ended)}"
    if started:
        return f"Since {_month(started)}"
    return f"Until {_month(ended)}" if ended else ""


def _month(day: date) -> str:
    return str(day.year) if (day.month, day.day) == (1, 1) else f"{day:%b} {day.year}"


def initials(name: str) -> str:
    """At most two letters that stand for a name."""
    # No signs: the first code point of an emoji is often a part of it only.
    letters = [letter for word in name.split() if (letter := next(filter(str.isalnum, word), ""))]
    return "".join(letters[:1] + letters[1:][-1:]).upper() or "?"
