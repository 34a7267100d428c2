"""Proportions that say how sure they are."""

from math import sqrt

from rapport.contracts.analytics import MIN_COMPARED, Rate
from rapport.contracts.vocabulary import RateDifference

_Z = 1.959963984540054
"""The standard normal's 97.5 % quantile: a two-sided 95 % interval."""


def rate(numerator: int, denominator: int) -> Rate:
    """A proportion with its 95 % Wilson score interval (Wilson 1927); no value where there is no denominator."""
    if denominator == 0:
        return Rate(numerator=numerator, denominator=0, value=None, low=None, high=None)
    n, p, z2 = denominator, numerator / denominator, _Z * _Z
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    reach = _Z / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    # At the ends the formula touches 0 and 1 exactly; rounding must not push it past them, or past the value.
    low = 0.0 if numerator == 0 else max(0.0, centre - reach)
    high = 1.0 if numerator == n else min(1.0, centre + reach)
    return Rate(numerator=numerator, denominator=denominator, value=p, low=low, high=high)


def difference(one: Rate, other: Rate) -> RateDifference:
    """Whether one rate is higher than another of other people, by a 95 % interval of the difference.

    The interval is made of both Wilson intervals (Newcombe 1998, method 10).
    """
    if min(one.denominator, other.denominator) < MIN_COMPARED:
        return RateDifference.TOO_FEW
    if _least_difference(one, other) > 0:
        return RateDifference.HIGHER
    return RateDifference.LOWER if _least_difference(other, one) > 0 else RateDifference.UNCLEAR


def _least_difference(higher: Rate, lower: Rate) -> float:
    """The lower end of the interval of ``higher - lower``; both have a denominator."""
    p, low = higher.value or 0.0, higher.low or 0.0
    q, high = lower.value or 0.0, lower.high or 0.0
    return p - q - sqrt((p - low) ** 2 + (high - q) ** 2)
