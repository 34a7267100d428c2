"""What the analytics service answers."""

from rapport.contracts.analytics.funnel import (
    MAX_JOBS,
    MIN_COMPARED,
    MIN_COMPARED_JOBS,
    ComparedStage,
    Funnel,
    Funnels,
    FunnelStage,
    GetFunnels,
    GetPassthroughComparison,
    PassthroughComparison,
    Rate,
)

__all__ = [
    "MAX_JOBS",
    "MIN_COMPARED",
    "MIN_COMPARED_JOBS",
    "ComparedStage",
    "Funnel",
    "FunnelStage",
    "Funnels",
    "GetFunnels",
    "GetPassthroughComparison",
    "PassthroughComparison",
    "Rate",
]
