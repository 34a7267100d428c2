"""People's activity feeds."""

from collections.abc import Sequence

from rapport.contracts.pipeline import ActivityEntry
from rapport.kit.database.unit_of_work import UnitOfWork, transpose
from rapport.pipeline.store import SQL


async def add(unit: UnitOfWork, entries: Sequence[ActivityEntry]) -> None:
    """Add entries to the feeds of their people; those that are there already stay as they are."""
    if entries:
        rows = (
            (e.person_id, e.occurred_at, e.id, e.job_id, e.model_dump_json(exclude_none=True), e.application_id)
            for e in entries
        )
        await unit.execute(SQL["add_activity"], *transpose(rows, 6))
