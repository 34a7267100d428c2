"""What the analytics service answers."""

from rapport.contracts.analytics.funnel import MAX_JOBS, Funnel, Funnels, FunnelStage, GetFunnels, Rate

__all__ = [
    "MAX_JOBS",
    "Funnel",
    "FunnelStage",
    "Funnels",
    "GetFunnels",
    "Rate",
]
