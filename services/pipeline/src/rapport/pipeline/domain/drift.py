"""When a record missing in the ATS counts as gone: never because of an empty, partial or implausible response."""

from enum import StrEnum

_ALWAYS_ACCEPTED = 10
_ACCEPTED_SHARE = 0.02


class Finding(StrEnum):
    """What a comparison concludes about a collection that it has read to its end."""

    COMPLETE = "complete"
    """Nothing is missing there, or nothing can be concluded."""
    GONE = "gone"
    """What is missing there is to be confirmed by id, and ended here."""
    TOO_MUCH = "too_much"
    """Too much is missing: an operator has to confirm."""


def judge(*, absent: int, ended: int, expected: int, any_seen: bool, partial: bool, accepted: bool) -> Finding:
    """Decide about the records that the ATS did not list.

    Args:
        absent: how many of our records it did not list, without those whose absence is explained.
        ended: how many this comparison has ended already.
        expected: how many we stored when it began.
        any_seen: whether it listed any at all.
        partial: whether it listed some without an id.
        accepted: whether an operator has confirmed that missing records are gone.
    """
    if partial:
        return Finding.COMPLETE
    if accepted:
        return Finding.GONE
    if not any_seen and absent:
        return Finding.TOO_MUCH
    allowed = max(_ALWAYS_ACCEPTED, _ACCEPTED_SHARE * expected)
    return Finding.TOO_MUCH if absent + ended > allowed else Finding.GONE
