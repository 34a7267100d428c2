"""The funnel."""

from rapport.contracts import analytics
from rapport.gateway.shown import shows


@shows(analytics.Rate, "numerator", "denominator", "value", "low", "high")
class Rate:
    """A proportion with its 95 % Wilson score interval; without a denominator there is no value."""


@shows(
    analytics.FunnelStage,
    "reached",
    "skipped",
    "advanced",
    "exited",
    "waiting",
    "passthrough_decided",
    "passthrough_entered",
    kind="The kind of stage, whatever the account calls its stages.",
)
class FunnelStage:
    """How many applications reached a kind of stage, and what became of them there."""


@shows(
    analytics.Funnel,
    "definition",
    "as_of",
    "stages",
    entered_from="Applications received from then on are counted; without it, from the beginning.",
    entered_until="Applications received before then are counted; without it, until now.",
    applications="How many applications are counted.",
)
class Funnel:
    """How a job's applications came through its process.

    A cohort view: the applications received in a window, followed to the end.
    """
