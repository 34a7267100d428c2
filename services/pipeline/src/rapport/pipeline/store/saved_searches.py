"""Searches that users saved, and whom each found when somebody last opened it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from rapport.contracts.identity import Role, Viewer
from rapport.contracts.pipeline import MAX_SHARED_SEARCHES, SavedQuery, SavedSearch
from rapport.contracts.vocabulary import SearchSharing
from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork
from rapport.pipeline.store import SQL


@dataclass(frozen=True, slots=True)
class Look:
    """When a user last opened a search, and whom it found then; None if they were too many to be remembered."""

    at: datetime
    people: frozenset[UUID] | None


async def visible(session: ReadSession, viewer: Viewer, ids: Sequence[UUID] | None = None) -> list[SavedSearch]:
    """The saved searches that the viewer may open, their own first; all, or some by their ids."""
    is_admin = Role.ADMIN in viewer.roles
    wanted = None if ids is None else list(ids)
    rows = await session.fetch(SQL["get_saved_searches"], viewer.user_id, is_admin, MAX_SHARED_SEARCHES, wanted)
    return [_search(row, row["looked_at"]) for row in rows]


async def looks(session: ReadSession, user_id: UUID, ids: Collection[UUID]) -> dict[UUID, Look]:
    """When a user last opened these searches; without those that they never did."""
    rows = await session.fetch(SQL["get_search_looks"], user_id, list(ids))
    return {UUID(int=row["search_id"].int): Look(row["looked_at"], _people(row["people"])) for row in rows}


async def look(unit: UnitOfWork, search_id: UUID, user_id: UUID, people: Sequence[UUID] | None) -> None:
    """A user opens a search, which finds these people; None if they are too many to be remembered."""
    found = None if people is None else list(people)
    await unit.execute(SQL["record_search_look"], search_id, user_id, unit.now, found)


async def forget_looks(unit: UnitOfWork, search_id: UUID) -> None:
    """Nobody has opened a search yet."""
    await unit.execute(SQL["forget_search_looks"], search_id)


async def number_of(unit: UnitOfWork, owner_id: UUID) -> int:
    """How many searches a user saved; nobody else saves one as them until the end of the unit of work."""
    await unit.execute(SQL["lock_searches_of"], owner_id)
    return int(await unit.fetchval(SQL["count_searches_of"], owner_id))


async def add(unit: UnitOfWork, search: SavedSearch) -> bool:
    """Store a new search; whether it was not there yet."""
    arguments = (search.owner_id, search.name, *_query(search), search.sharing, search.job_id, unit.now)
    return await unit.fetchval(SQL["save_search"], search.id, *arguments) is not None


async def lock(unit: UnitOfWork, search_id: UUID, viewer: Viewer) -> SavedSearch | None:
    """A search that the viewer may open, locked until the end of the unit of work."""
    row = await unit.fetchrow(SQL["lock_saved_search"], search_id, viewer.user_id, Role.ADMIN in viewer.roles)
    return None if row is None else _search(row, None)


async def change(unit: UnitOfWork, search: SavedSearch) -> None:
    """Store what became of a locked search."""
    arguments = (search.name, *_query(search), search.sharing, search.job_id, search.version, unit.now)
    await unit.execute(SQL["change_saved_search"], search.id, *arguments)


async def remove(unit: UnitOfWork, search_id: UUID) -> None:
    """Remove a locked search."""
    await unit.execute(SQL["remove_saved_search"], search_id)
    await forget_looks(unit, search_id)


async def roots_of(session: ReadSession, record_ids: Collection[UUID]) -> set[UUID]:
    """The people of whom these records, which were people once, are part by now."""
    return {UUID(int=row["merged_into"].int) for row in await session.fetch(SQL["roots_of_merged"], list(record_ids))}


def _search(row: asyncpg.Record, looked_at: datetime | None) -> SavedSearch:
    query = SavedQuery.model_validate_json(row["query"]).model_copy(update={"sort": row["sort"]})
    return SavedSearch(
        id=row["id"],
        name=row["name"],
        query=query,
        owner_id=row["owner_id"],
        sharing=SearchSharing(row["sharing"]),
        job_id=row["job_id"],
        looked_at=looked_at,
        version=row["version"],
    )


def _query(search: SavedSearch) -> tuple[str, Any]:
    return search.query.model_dump_json(exclude={"sort"}, exclude_none=True), search.query.sort


def _people(ids: Sequence[UUID] | None) -> frozenset[UUID] | None:
    return None if ids is None else frozenset(UUID(int=id_.int) for id_ in ids)
