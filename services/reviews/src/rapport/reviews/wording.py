"""Words for people: numbers, dates and verdicts as the page and the mails write them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from rapport.contracts.hiring import Verdict

VERDICTS = {
    Verdict.APPROVED: "Approved",
    Verdict.STARRED: "Starred",
    Verdict.REJECTED: "Rejected",
    Verdict.SKIPPED: "Skipped",
}


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
