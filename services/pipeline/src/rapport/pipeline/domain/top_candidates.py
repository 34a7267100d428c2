"""Who is on top among those who are under way for a job, and why: the order and its reasons can be explained."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from rapport.contracts.pipeline import Stage, TopCandidate
from rapport.contracts.vocabulary import Rating, TopReason

_WORTH = {
    Rating.DEFINITELY_NOT: -2,
    Rating.NO: -1,
    Rating.MIXED: 0,
    Rating.YES: 1,
    Rating.STRONG_YES: 2,
}
_GOOD = 1.0
"""The least average of those who are well rated: a "yes"."""
_RECENT = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody under way, as far as the viewer may know."""

    application_id: UUID
    person_id: UUID
    stage: Stage
    last_activity_at: datetime | None = None
    ratings: tuple[Rating, ...] = ()

    @property
    def average(self) -> float:
        """Of the ratings; who has none is neither well nor badly rated."""
        return sum(_WORTH[rating] for rating in self.ratings) / len(self.ratings) if self.ratings else 0.0


def top_candidates(
    considered: Sequence[Candidate], in_stages: Mapping[int, int], *, now: datetime, at_most: int
) -> tuple[TopCandidate, ...]:
    """The furthest first, then the best rated, then those with whom something happened last.

    Whoever is neither further than others nor well rated is not on top, however recently something happened with them.

    Args:
        considered: in any order; of those who are under way, at least the furthest.
        in_stages: how many are under way, by the position of their stage.
        now: to tell what was recent.
        at_most: how many to name.
    """
    found = [(candidate, _reasons(candidate, in_stages, now)) for candidate in sorted(considered, key=_rank)]
    return tuple(
        _top(candidate, reasons) for candidate, reasons in found if set(reasons) - {TopReason.RECENTLY_ACTIVE}
    )[:at_most]


def _rank(candidate: Candidate) -> tuple[int, float, float, UUID]:
    at = candidate.last_activity_at
    return (
        -candidate.stage.position,
        -candidate.average,
        -at.timestamp() if at else float("inf"),
        candidate.application_id,
    )


def _reasons(candidate: Candidate, in_stages: Mapping[int, int], now: datetime) -> tuple[TopReason, ...]:
    position = candidate.stage.position
    taken = [each for each, count in in_stages.items() if count]
    behind = sum(count for each, count in in_stages.items() if each < position)
    at = candidate.last_activity_at
    held = {
        # Where all are in one stage, nobody is ahead.
        TopReason.FURTHEST: position == max(taken, default=position) > min(taken, default=position),
        TopReason.FURTHER_THAN_MOST: 2 * behind > sum(in_stages.values()),
        TopReason.WELL_RATED: candidate.average >= _GOOD,
        TopReason.RECENTLY_ACTIVE: at is not None and at >= now - _RECENT,
    }
    return tuple(reason for reason, holds in held.items() if holds)


def _top(candidate: Candidate, reasons: tuple[TopReason, ...]) -> TopCandidate:
    return TopCandidate(
        application_id=candidate.application_id,
        person_id=candidate.person_id,
        stage=candidate.stage,
        reasons=reasons,
        ratings=len(candidate.ratings),
        ratings_for=sum(_WORTH[rating] > 0 for rating in candidate.ratings),
        ratings_against=sum(_WORTH[rating] < 0 for rating in candidate.ratings),
        last_activity_at=candidate.last_activity_at,
    )
