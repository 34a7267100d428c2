"""When what is missing in the ATS is believed to be gone: nothing is concluded from an empty, partial or odd answer."""

from enum import StrEnum

_ALWAYS_BELIEVED = 10
_BELIEVED_SHARE = 0.02


class Finding(StrEnum):
    """What a comparison makes of a collection that it has read to its end."""

    COMPLETE = "complete"
    """Nothing is missing there, or nothing can be said of what is missing."""
    GONE = "gone"
    """What is missing there is to be confirmed, and ended here."""
    TOO_MUCH = "too_much"
    """More is missing there than goes by itself: somebody has to look."""


def judge(*, absent: int, ended: int, expected: int, any_seen: bool, partial: bool, accepted: bool) -> Finding:
    """Decide about the records that the ATS did not show.

    Args:
        absent: how many of ours it did not show, without those whose absence explains itself.
        ended: how many this comparison has ended already.
        expected: how many we held when it began.
        any_seen: whether it showed any at all.
        partial: whether it showed some that we could not tell by their ids.
        accepted: whether an operator has said that what is missing is gone.
    """
    if partial:
        return Finding.COMPLETE
    if accepted:
        return Finding.GONE
    if not any_seen and absent:
        return Finding.TOO_MUCH
    allowed = max(_ALWAYS_BELIEVED, _BELIEVED_SHARE * expected)
    return Finding.TOO_MUCH if absent + ended > allowed else Finding.GONE
