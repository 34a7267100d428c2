"""What the index of people is built from, and what changed since."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork
from rapport.pipeline.store import SQL


class SearchChange(NamedTuple):
    """That a person changed in a transaction."""

    transaction: int
    record_id: UUID
    merged_into: UUID | None
    """Whose record it is now, if it was merged."""


async def horizon(session: ReadSession) -> int:
    """The oldest transaction that may still be under way: what earlier ones changed is visible."""
    return int(await session.fetchval(SQL["search_horizon"]))


async def changes_since(session: ReadSession, transaction: int) -> list[SearchChange]:
    """Who changed in this transaction or a later one, as far as these have ended."""
    rows = await session.fetch(SQL["search_changes"], str(transaction))
    return [SearchChange(int(row["change"]), row["person_id"], row["merged_into"]) for row in rows]


async def people_after(session: ReadSession, last: UUID, limit: int) -> list[UUID]:
    """A slice of all people, in the order of their ids."""
    return [row["id"] for row in await session.fetch(SQL["people_to_index"], last, limit)]


async def documents(session: ReadSession, ids: Sequence[UUID]) -> dict[UUID, str]:
    """The JSON documents of those of these people who are to be found."""
    rows = await session.fetch(SQL["search_documents"], list(ids))
    return {UUID(int=row["id"].int): row["document"] for row in rows if row["document"] is not None}


async def forget_changes_before(unit: UnitOfWork, transaction: int) -> None:
    """Forget what every index has followed long ago."""
    await unit.execute(SQL["forget_search_changes"], str(transaction))


async def jobs_of(session: ReadSession, user_id: UUID) -> tuple[frozenset[UUID], frozenset[UUID]]:
    """The jobs on whose hiring team a user is; and those of them of which the ATS says so."""
    jobs = {UUID(int=row["job_id"].int): row["in_ats"] for row in await session.fetch(SQL["jobs_of_viewer"], user_id)}
    return frozenset(jobs), frozenset(job for job, in_ats in jobs.items() if in_ats)
