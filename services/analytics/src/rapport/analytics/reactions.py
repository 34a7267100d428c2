"""What analytics does when it hears of an event."""

from collections.abc import Sequence
from typing import Any

from rapport.analytics.domain.delta import FunnelDelta
from rapport.analytics.store import merge_delta
from rapport.contracts.events import Event
from rapport.kit.database.unit_of_work import UnitOfWork


class FunnelProjection:
    """Keeps the funnel's rows of every application and job."""

    consumer = "analytics-funnel"
    tables = ("job", "application", "entered", "projection")
    version = 1

    async def apply(self, unit: UnitOfWork, events: Sequence[Event[Any]]) -> None:
        """Fold the events into one delta and merge it into the read model."""
        delta = FunnelDelta()
        for event in events:
            delta.add(event)
        await merge_delta(unit, self.consumer, delta)
