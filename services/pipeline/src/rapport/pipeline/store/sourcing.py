"""What users' work to find people led to."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from rapport.kit.database.unit_of_work import UnitOfWork, transpose
from rapport.pipeline.store import SQL


@dataclass(frozen=True, slots=True)
class SourcingOutcome:
    """Something that an event says; ``id`` is the event's."""

    id: UUID
    kind: Literal["message", "reply", "application"]
    user_id: UUID | None
    person_id: UUID
    job_id: UUID | None
    occurred_at: datetime


async def add_outcomes(unit: UnitOfWork, outcomes: Sequence[SourcingOutcome]) -> None:
    """Add outcomes; those that are there already stay as they are."""
    if outcomes:
        await unit.execute(SQL["add_sourcing_outcomes"], *transpose(map(astuple, outcomes), 6))
