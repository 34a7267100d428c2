"""What analytics does when it hears of a fact."""

from collections.abc import Sequence
from typing import Any

from rapport.analytics.domain.picture import Picture
from rapport.analytics.store import apply_picture
from rapport.contracts.facts import Fact
from rapport.kit.database import UnitOfWork


class FunnelProjection:
    """Keeps the funnel's picture of every application and job."""

    consumer = "analytics-funnel"
    tables = ("job", "application", "entered", "projection")

    async def apply(self, unit: UnitOfWork, facts: Sequence[Fact[Any]]) -> None:
        """Fold the facts into one picture and join it with what is known."""
        picture = Picture()
        for fact in facts:
            picture.add(fact)
        await apply_picture(unit, self.consumer, picture)
