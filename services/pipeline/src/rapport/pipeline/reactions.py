"""What the pipeline does when it hears of an event, its own or another service's."""

from collections.abc import Sequence
from typing import Any

from rapport.activity import entries_of
from rapport.contracts.events import Event
from rapport.kit.database.unit_of_work import UnitOfWork
from rapport.pipeline.store import activity


class PersonActivity:
    """Keeps every person's feed."""

    consumer = "pipeline-activity"
    tables = ("activity",)
    version = 1

    async def apply(self, unit: UnitOfWork, events: Sequence[Event[Any]]) -> None:
        """Add what the events say; the order in which they arrive makes no difference."""
        await activity.add(unit, [entry for event in events for entry in entries_of(event)])
