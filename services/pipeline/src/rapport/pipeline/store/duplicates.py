"""Pairs of people who may be one."""

from collections import defaultdict
from uuid import UUID

from rapport.contracts.identity import UserId
from rapport.contracts.vocabulary import ContactKind
from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork, transpose
from rapport.pipeline.domain.alike import NAME, Described, likeness
from rapport.pipeline.store import SQL

_SHARING = 200
"""Of those who have a key in common, so many are compared: what more people share tells nothing about two of them."""


async def find(unit: UnitOfWork, *, limit: int) -> int:
    """Compare people whose names, addresses or records changed with those whom they may be; answers how many."""
    due = await unit.fetch(SQL["people_with_duplicates_due"], limit)
    if not due:
        return 0
    roots = sorted({row["root"] for row in due})
    described = dict[UUID, Described]()
    shared = defaultdict[tuple[UUID, UUID], set[ContactKind]](set)
    for row in await unit.fetch(SQL["people_alike"], roots, _SHARING):
        one, other = row["id"], row["other_id"]
        described[one] = Described(row["name"], row["company"], row["location"])
        described[other] = Described(row["other_name"], row["other_company"], row["other_location"])
        kinds = shared[one, other]
        if row["kind"] != NAME:
            kinds.add(ContactKind(row["kind"]))
    found = [
        (one, other, alike.reason, alike.score)
        for (one, other), kinds in shared.items()
        if (alike := likeness(described[one], described[other], kinds))
    ]
    await unit.execute(SQL["replace_duplicates"], [row["id"] for row in due], roots, *transpose(found, 4), unit.now)
    return len(due)


async def page(
    session: ReadSession, after: tuple[float, UUID], first: int, private: UserId | None, *, include_total: bool
) -> str:
    """A page of the pairs that nobody has decided about, as JSON."""
    return str(await session.fetchval(SQL["get_probable_duplicates"], *after, first, private, include_total))


async def keep_apart(unit: UnitOfWork, one: UUID, other: UUID, *, by: UUID) -> None:
    """They are two: they are not found again."""
    await unit.execute(SQL["keep_apart"], one, other, by, unit.now)


async def shown(session: ReadSession, duplicate_id: UUID, private: UserId | None) -> tuple[UUID, UUID] | None:
    """The people of a pair whom the viewer sees."""
    row = await session.fetchrow(SQL["shown_duplicate"], duplicate_id, private)
    return (row["person_id"], row["other_id"]) if row else None


async def suspect_again(unit: UnitOfWork, duplicate_id: UUID) -> None:
    """Nobody has decided about a pair."""
    await unit.execute(SQL["suspect_again"], duplicate_id)
