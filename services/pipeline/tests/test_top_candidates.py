"""Who is on top for a job: an order that can be explained, compared with one that is found another way."""

from datetime import UTC, datetime, timedelta
from functools import cmp_to_key
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from rapport.contracts.pipeline import Stage
from rapport.contracts.vocabulary import Rating, StageKind, TopReason
from rapport.pipeline.domain.top_candidates import Candidate, top_candidates

_NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
_STAGES = [Stage(id=UUID(int=n), name=f"Stage {n}", kind=StageKind.INTERVIEW, position=n) for n in range(4)]
_WORTH = {"definitely_not": -2, "no": -1, "mixed": 0, "yes": 1, "strong_yes": 2}


def candidate(number: int, stage: int, *ratings: Rating, days_ago: float | None = None) -> Candidate:
    return Candidate(
        application_id=UUID(int=number),
        person_id=UUID(int=1000 + number),
        stage=_STAGES[stage],
        last_activity_at=None if days_ago is None else _NOW - timedelta(days=days_ago),
        ratings=ratings,
    )


def top(*candidates: Candidate, at_most: int = 5) -> list[tuple[int, tuple[TopReason, ...]]]:
    counts = {stage.position: sum(c.stage == stage for c in candidates) for stage in _STAGES}
    found = top_candidates(candidates, counts, now=_NOW, at_most=at_most)
    return [(each.application_id.int, each.reasons) for each in found]


def test_who_is_furthest_comes_first_and_of_equals_who_is_rated_best() -> None:
    found = top(
        candidate(1, 1, Rating.STRONG_YES),
        candidate(2, 2, Rating.YES, Rating.MIXED),
        candidate(3, 2, Rating.YES),
        candidate(4, 0),
        candidate(5, 0),
    )
    furthest = (TopReason.FURTHEST, TopReason.FURTHER_THAN_MOST)
    assert found == [(3, (*furthest, TopReason.WELL_RATED)), (2, furthest), (1, (TopReason.WELL_RATED,))]


def test_where_all_are_in_one_stage_nobody_is_on_top_for_being_there() -> None:
    assert top(candidate(1, 0), candidate(2, 0, days_ago=1)) == []
    assert top(candidate(1, 0), candidate(2, 0, Rating.YES, days_ago=1)) == [
        (2, (TopReason.WELL_RATED, TopReason.RECENTLY_ACTIVE))
    ]


def test_recent_activity_alone_puts_nobody_on_top() -> None:
    assert top(candidate(1, 3), candidate(2, 0, days_ago=0)) == [(1, (TopReason.FURTHEST,))]


_candidates = st.lists(
    st.builds(
        lambda stage, ratings, days: (stage, ratings, days),
        st.integers(0, 3),
        st.lists(st.sampled_from(Rating), max_size=3),
        st.none() | st.integers(0, 20),
    ),
    max_size=12,
)


def _compare(one: Candidate, other: Candidate) -> int:
    """Criterion by criterion, with fractions instead of averages."""
    if one.stage.position != other.stage.position:
        return other.stage.position - one.stage.position
    sums = [sum(_WORTH[r] for r in each.ratings) for each in (one, other)]
    sizes = [len(each.ratings) or 1 for each in (one, other)]
    if difference := sums[1] * sizes[0] - sums[0] * sizes[1]:
        return difference
    ages = [_NOW - each.last_activity_at if each.last_activity_at else timedelta.max for each in (one, other)]
    if ages[0] != ages[1]:
        return -1 if ages[0] < ages[1] else 1
    return one.application_id.int - other.application_id.int


@given(_candidates, st.integers(1, 6))
def test_nobody_on_top_is_behind_anybody_who_could_be_there_as_well(
    made: list[tuple[int, list[Rating], int | None]], at_most: int
) -> None:
    candidates = [candidate(n, stage, *ratings, days_ago=days) for n, (stage, ratings, days) in enumerate(made)]
    found = top(*candidates, at_most=at_most)
    best = []
    for each in sorted(candidates, key=cmp_to_key(_compare)):
        behind = [c for c in candidates if c.stage.position < each.stage.position]
        ahead = [c for c in candidates if c.stage.position > each.stage.position]
        well_rated = each.ratings and sum(_WORTH[r] for r in each.ratings) >= len(each.ratings)
        if (behind and not ahead) or len(behind) > len(candidates) - len(behind) or well_rated:
            best.append(each.application_id.int)
    assert [number for number, _ in found] == best[:at_most]
    assert all(set(reasons) - {TopReason.RECENTLY_ACTIVE} for _, reasons in found)
