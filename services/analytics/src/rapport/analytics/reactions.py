"""What analytics does when it hears of an event."""

from collections.abc import Sequence
from typing import Any

from rapport.analytics.domain.picture import Picture
from rapport.analytics.store import apply_picture
from rapport.contracts.events import Event
from rapport.kit.database.unit_of_work import UnitOfWork


class FunnelProjection:
    """Keeps the funnel's picture of every application and job."""

    consumer = "analytics-funnel"
    tables = ("job", "application", "entered", "projection")

    async def apply(self, unit: UnitOfWork, events: Sequence[Event[Any]]) -> None:
        """Fold the events into one picture and join it with what is known."""
        picture = Picture()
        for event in events:
            picture.add(event)
        await apply_picture(unit, self.consumer, picture)
