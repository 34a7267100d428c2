"""How many reached each kind of stage, and what became of them there."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.analytics.metrics.funnel.definition import Cohort, funnel, kinds_entered
from rapport.contracts.analytics import FunnelStage
from rapport.contracts.vocabulary import ApplicationStatus, StageKind

APPLIED, SCREEN, INTERVIEW = StageKind.APPLIED, StageKind.SCREEN, StageKind.INTERVIEW
ONSITE, OFFER, HIRED = StageKind.ONSITE, StageKind.OFFER, StageKind.HIRED
ACTIVE, REJECTED = ApplicationStatus.ACTIVE, ApplicationStatus.REJECTED
WITHDRAWN, GOT_IT = ApplicationStatus.WITHDRAWN, ApplicationStatus.HIRED
PROCESS = [APPLIED, SCREEN, ONSITE, OFFER]


def cohort(count: int, *entered: StageKind, status: ApplicationStatus = ACTIVE) -> Cohort:
    return Cohort(frozenset(entered), status, count)


def numbers(stages: tuple[FunnelStage, ...]) -> dict[str, tuple[int, int, int, int, int]]:
    """By kind: reached, skipped, advanced, exited, waiting."""
    return {s.kind.value: (s.reached, s.skipped, s.advanced, s.exited, s.waiting) for s in stages}


def test_a_job_without_applications_has_empty_stages() -> None:
    assert numbers(funnel(PROCESS, [])) == {
        "applied": (0, 0, 0, 0, 0),
        "screen": (0, 0, 0, 0, 0),
        "onsite": (0, 0, 0, 0, 0),
        "offer": (0, 0, 0, 0, 0),
        "hired": (0, 0, 0, 0, 0),
    }


def test_applications_that_went_on_advanced_and_the_others_exited_or_wait() -> None:
    counted = funnel(
        PROCESS,
        [
            cohort(5, APPLIED, status=REJECTED),
            cohort(2, APPLIED),
            cohort(1, APPLIED, SCREEN, status=WITHDRAWN),
            cohort(3, APPLIED, SCREEN),
            cohort(1, APPLIED, SCREEN, ONSITE, OFFER, status=GOT_IT),
        ],
    )
    assert numbers(counted) == {
        "applied": (12, 0, 5, 5, 2),
        "screen": (5, 0, 1, 1, 3),
        "onsite": (1, 0, 1, 0, 0),
        "offer": (1, 0, 1, 0, 0),
        "hired": (1, 0, 0, 0, 0),
    }
    applied = counted[0]
    assert applied.passthrough_decided is not None
    assert applied.passthrough_entered is not None
    assert (applied.passthrough_decided.numerator, applied.passthrough_decided.denominator) == (5, 10)
    assert (applied.passthrough_entered.numerator, applied.passthrough_entered.denominator) == (5, 12)


def test_a_skipped_stage_counts_as_reached_and_is_flagged() -> None:
    assert numbers(funnel(PROCESS, [cohort(4, APPLIED, ONSITE)])) == {
        "applied": (4, 0, 4, 0, 0),
        "screen": (4, 4, 4, 0, 0),
        "onsite": (4, 0, 0, 0, 4),
        "offer": (0, 0, 0, 0, 0),
        "hired": (0, 0, 0, 0, 0),
    }


def test_a_move_backwards_is_not_a_pass_and_takes_nothing_back() -> None:
    # Entered the screen, went back to applied, and is rejected there: furthest was the screen.
    assert numbers(funnel(PROCESS, [cohort(1, APPLIED, SCREEN, status=REJECTED)]))["screen"] == (1, 0, 0, 1, 0)


def test_a_hired_application_reached_every_stage() -> None:
    counted = numbers(funnel(PROCESS, [cohort(1, APPLIED, status=GOT_IT)]))
    assert counted["offer"] == (1, 1, 1, 0, 0)
    assert counted["hired"] == (1, 0, 0, 0, 0)


def test_a_stage_named_hired_does_not_mean_hired() -> None:
    counted = numbers(funnel([*PROCESS, HIRED], [cohort(1, APPLIED, OFFER, HIRED)]))
    assert counted["offer"] == (1, 0, 0, 0, 1)
    assert counted["hired"] == (0, 0, 0, 0, 0)


def test_a_reached_kind_is_shown_even_if_the_process_no_longer_has_it() -> None:
    assert "interview" in numbers(funnel(PROCESS, [cohort(1, APPLIED, INTERVIEW)]))


def test_the_last_kind_has_no_passthrough() -> None:
    last = funnel(PROCESS, [cohort(1, APPLIED, status=GOT_IT)])[-1]
    assert (last.kind, last.passthrough_decided, last.passthrough_entered) == (HIRED, None, None)


def test_kinds_are_shown_once_in_the_order_of_the_funnel() -> None:
    shown = funnel([OFFER, SCREEN, APPLIED, SCREEN], [])
    assert [stage.kind for stage in shown] == [APPLIED, SCREEN, OFFER, HIRED]


@pytest.mark.parametrize(("bits", "kinds"), [(0, set()), (0b100, {APPLIED}), (0b1001100, {APPLIED, SCREEN, OFFER})])
def test_entered_kinds_are_stored_as_bits(bits: int, kinds: set[StageKind]) -> None:
    assert kinds_entered(bits) == kinds


_kinds = st.sampled_from(list(StageKind))
_cohorts = st.builds(
    Cohort, st.frozensets(_kinds), st.sampled_from(list(ApplicationStatus)), st.integers(min_value=1, max_value=50)
)


@given(st.lists(_kinds, max_size=9), st.lists(_cohorts, max_size=12))
def test_reached_is_advanced_plus_exited_plus_waiting(kinds: list[StageKind], cohorts: list[Cohort]) -> None:
    counted = funnel(kinds, cohorts)
    for stage, following in pairwise(counted):
        assert stage.reached == stage.advanced + stage.exited + stage.waiting
        assert stage.advanced == following.reached
        assert 0 <= stage.skipped <= stage.advanced
    assert counted[-1].kind is HIRED
    assert counted[-1].reached == sum(c.applications for c in cohorts if c.status is GOT_IT)
    assert sum(s.exited for s in counted) == sum(
        c.applications for c in cohorts if c.status in (REJECTED, WITHDRAWN) and c.entered - {HIRED}
    )


@given(st.lists(_kinds, max_size=9), st.lists(_cohorts, max_size=8), st.randoms())
def test_the_funnel_does_not_depend_on_order_or_grouping(
    kinds: list[StageKind], cohorts: list[Cohort], random: Random
) -> None:
    one_by_one = [Cohort(c.entered, c.status, 1) for c in cohorts for _ in range(c.applications)]
    random.shuffle(one_by_one)
    assert funnel(kinds, one_by_one) == funnel(list(reversed(kinds)), cohorts)
