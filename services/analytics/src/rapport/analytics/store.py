"""What every metric reads and writes besides its own rows: which jobs a viewer sees, and how fresh the rows are."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from rapport.contracts.vocabulary import StageKind
from rapport.kit.database.queries import Queries
from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork

SQL = Queries("rapport.analytics")
_KINDS = tuple(StageKind)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""As of when an answer is true before the first event has arrived."""


async def visible_jobs(
    session: ReadSession, viewer: UUID | None, job_ids: Sequence[UUID]
) -> dict[UUID, list[StageKind]]:
    """The kinds of stages of these jobs; those unknown or not visible are left out."""
    rows = await session.fetch(SQL["visible_jobs"], viewer, list(job_ids))
    return {row["id"]: [_KINDS[rank] for rank in row["kinds"]] for row in rows}


async def freshness(session: ReadSession, consumer: str) -> datetime:
    """When the newest event that a projection has counted was recorded."""
    found: datetime | None = await session.fetchval(SQL["freshness"], consumer)
    return found or _NEVER


async def record_freshness(unit: UnitOfWork, consumer: str, newest: datetime) -> None:
    """A projection has counted an event that was recorded then."""
    await unit.execute(SQL["apply_freshness"], consumer, newest)


def array(values: Sequence[object]) -> str:
    """An array as PostgreSQL reads it from text."""
    return "{" + ",".join(map(str, values)) + "}"
