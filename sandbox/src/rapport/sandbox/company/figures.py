"""The published figures a generated company reproduces, and the probabilities that follow from them.

Shares are of applications unless said otherwise. A published funnel counts the applications that *reached* a
stage, so applications that skipped it count.
"""

from collections.abc import Mapping

PER_HIRE: Mapping[str, float] = {"applied": 86, "screen": 15, "onsite": 4.7, "offer": 1.5, "hired": 1}
"""Applications that reached each stage, for one hire."""

APPLICATIONS_PER_HIRE: Mapping[str, int] = {"referral": 16, "agency": 22, "sourced": 72, "applied": 152}
"""Applications of each origin, for one hire of that origin."""

DAYS_TO_REJECTION = (0.5, 1.4, 2.9, 4.9, 7.1, 10.1, 13.9, 24.9, 43.1)
"""Deciles of the days from application to rejection."""

BURST_SHARE = 0.12
"""Rejections that happen in bursts, of all rejections."""

RETURNING_SHARE = 0.09
"""Submissions by people who had applied on an earlier day. Several jobs on one day are one submission."""

HIRES_WITHOUT_INTERVIEW = 0.25
INTERVIEWS_WITHOUT_SCORECARD = 0.28

# The published figures leave the mix of origins open. Among the three that are not "applied" we assume these
# proportions; how large the three are together then follows from the overall figure.
_INVITED: Mapping[str, float] = {"referral": 0.25, "agency": 0.10, "sourced": 0.65}

# Origins that hire better also pass the earlier stages better, but less so: a referral is screened two to three
# times as often as an applicant, and hired ten times as often.
_CARRIES_BACK: Mapping[str, float] = {"screen": 0.45, "onsite": 0.72, "offer": 0.95}


def origin_mix() -> dict[str, float]:
    """Solve the share of each origin so that hires by origin add up to one in 86 overall."""
    overall = PER_HIRE["hired"] / PER_HIRE["applied"]
    invited = sum(share / APPLICATIONS_PER_HIRE[origin] for origin, share in _INVITED.items())
    applied = 1 / APPLICATIONS_PER_HIRE["applied"]
    together = (overall - applied) / (invited - applied)
    return {**{origin: share * together for origin, share in _INVITED.items()}, "applied": 1 - together}


def reach() -> dict[str, dict[str, float]]:
    """Return, per origin, the probability to reach each stage; over the mix they give the published funnel."""
    mix = origin_mix()
    hired = {origin: 1 / number for origin, number in APPLICATIONS_PER_HIRE.items()}
    reached: dict[str, dict[str, float]] = {origin: {"applied": 1.0, "hired": hired[origin]} for origin in mix}
    for stage, power in _CARRIES_BACK.items():
        wanted = PER_HIRE[stage] / PER_HIRE["applied"]
        scale = wanted / sum(share * hired[origin] ** power for origin, share in mix.items())
        for origin in mix:
            reached[origin][stage] = scale * hired[origin] ** power
    return reached


FATES = ("applied", "screen", "onsite", "offer", "hired")
"""The furthest an application gets; "screen" stands for everything between the review and the onsite."""


def fates() -> dict[str, dict[str, float]]:
    """Return, per origin, how far applications get."""
    return {
        origin: {
            fate: stages[fate] - (stages[FATES[place + 1]] if fate != "hired" else 0)
            for place, fate in enumerate(FATES)
        }
        for origin, stages in reach().items()
    }


# How the rejections of each fate spread over the ten tenths of all rejections by delay, in thousandths of all
# rejections. Late stages take longer; the review takes what they leave, so that each tenth is a tenth.
_LATE_REJECTIONS: Mapping[str, tuple[int, ...]] = {
    "screen": (0, 0, 3, 8, 14, 20, 24, 22, 18, 12),
    "onsite": (0, 0, 0, 0, 1, 4, 6, 8, 10, 9),
    "offer": (0, 0, 0, 0, 0, 0, 1, 1, 2, 2),
}


def tenths_of_delay() -> dict[str, tuple[int, ...]]:
    """Return, per fate, how many of a thousand rejections fall into each tenth of the delays."""
    late = [sum(spread[tenth] for spread in _LATE_REJECTIONS.values()) for tenth in range(10)]
    return {"applied": tuple(100 - taken for taken in late), **_LATE_REJECTIONS}
