"""Proportions and how sure they are, against intervals computed in another way."""

from fractions import Fraction
from math import sqrt
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.analytics.domain.rate import difference, rate
from rapport.contracts.analytics import MIN_COMPARED, Rate
from rapport.contracts.vocabulary import RateDifference

Z = NormalDist().inv_cdf(0.975)


def wilson(numerator: int, denominator: int) -> tuple[float, float]:
    """The two proportions p for which the observation lies just Z standard errors away: (x - np)^2 = Z^2 np(1 - p)."""
    n, x, z2 = denominator, Fraction(numerator), Fraction(Z) ** 2
    a, b, c = n * n + n * z2, -(2 * n * x + n * z2), x * x
    root = sqrt(b * b - 4 * a * c)
    return (float(-b) - root) / float(2 * a), (float(-b) + root) / float(2 * a)


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [
        # Published worked examples: Newcombe 1998 (81 of 263, 15 of 148, 1 of 29, 0 of 20) and common tables.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (1, 29, 0.0061, 0.1718),
        (0, 20, 0.0, 0.1611),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (1, 1, 0.2065, 1.0),
    ],
)
def test_the_interval_is_wilsons(numerator: int, denominator: int, low: float, high: float) -> None:
    found = rate(numerator, denominator)
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


@given(st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_solves_the_score_equation(counts: tuple[int, int]) -> None:
    found, (low, high) = rate(*counts), wilson(*counts)
    assert found.low == pytest.approx(low, abs=1e-9)
    assert found.high == pytest.approx(high, abs=1e-9)


@given(st.integers(1, 10**9).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_contains_the_value_and_stays_between_0_and_1(counts: tuple[int, int]) -> None:
    found = rate(*counts)
    assert found.low is not None
    assert found.value is not None
    assert found.high is not None
    assert 0.0 <= found.low <= found.value <= found.high <= 1.0


def test_the_value_is_the_proportion() -> None:
    assert rate(3, 4).value == 0.75
    assert (rate(3, 4).numerator, rate(3, 4).denominator) == (3, 4)


def test_rates_of_0_and_1_have_exact_bounds() -> None:
    assert rate(0, 7).low == 0.0
    assert rate(7, 7).high == 1.0


def test_a_rate_without_a_denominator_has_no_value() -> None:
    assert rate(0, 0) == Rate(numerator=0, denominator=0, value=None, low=None, high=None)


def newcombe(one: tuple[int, int], other: tuple[int, int]) -> tuple[float, float]:
    """The interval of the difference of two proportions, by the intervals that are computed here."""
    (low1, high1), (low2, high2) = wilson(*one), wilson(*other)
    p1, p2 = one[0] / one[1], other[0] / other[1]
    below, above = (p1 - low1) ** 2 + (high2 - p2) ** 2, (high1 - p1) ** 2 + (p2 - low2) ** 2
    return p1 - p2 - sqrt(below), p1 - p2 + sqrt(above)


def test_the_interval_of_a_difference_is_newcombes() -> None:
    """The worked example of Newcombe 1998, by method 10."""
    assert newcombe((56, 70), (48, 80)) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert difference(rate(56, 70), rate(48, 80)) is RateDifference.HIGHER
    assert difference(rate(48, 80), rate(56, 70)) is RateDifference.LOWER


_proportions = st.integers(0, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(_proportions, _proportions)
def test_a_rate_is_higher_only_if_its_interval_says_so_and_never_of_few(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    found = difference(rate(*one), rate(*other))
    if min(one[1], other[1]) < MIN_COMPARED:
        assert found is RateDifference.TOO_FEW
        return
    low, high = newcombe(one, other)
    # At the very edge, the two computations may round differently.
    assert (
        found
        is (RateDifference.HIGHER if low > 1e-9 else RateDifference.LOWER if high < -1e-9 else RateDifference.UNCLEAR)
        or min(abs(low), abs(high)) < 1e-6
    )
