"""What decides who is in touch with a person, and who asks to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork
from rapport.outreach.domain.ownership import (
    Contact,
    HandedOver,
    Ownership,
    TakenOver,
    TakeoverRequest,
    find_ownership,
)
from rapport.outreach.store import SQL, people, senders, suppressions


@dataclass(frozen=True, slots=True)
class NewTakeover:
    """A takeover to insert; ``request_id``: of the request that its owner accepted, if it was one."""

    id: UUID
    person_id: UUID
    user_id: UUID
    recorded_by: UUID
    reason: str
    request_id: UUID | None = None


async def contacts(
    session: ReadSession, person_ids: Sequence[UUID], *, beside: UUID | None = None
) -> dict[UUID, list[Contact]]:
    """What may have gone to each of these people, and who took them over, in order.

    ``beside``: a message that does not count.
    """
    found: dict[UUID, list[Contact]] = {person_id: [] for person_id in person_ids}
    for row in await session.fetch(SQL["contacts_of_people"], list(person_ids), beside):
        contact: Contact = (
            TakenOver(row["at"], row["from_user_id"])
            if row["taken_over"]
            else HandedOver(row["at"], row["author_id"], row["from_user_id"])
        )
        found[row["person_id"]].append(contact)
    return found


async def owners(session: ReadSession, person_ids: Sequence[UUID], *, at: datetime) -> dict[UUID, Ownership]:
    """Who is in touch with each of these people; those with whom nobody is are left out."""
    limits = await senders.limits(session)
    found = {
        person_id: find_ownership(known, limits.ownership_days, at=at)
        for person_id, known in (await contacts(session, person_ids)).items()
    }
    return {person_id: ownership for person_id, ownership in found.items() if ownership}


async def current(session: ReadSession, person_id: UUID) -> Ownership | None:
    """Who is in touch with a person now."""
    return (await owners(session, [person_id], at=datetime.now(UTC))).get(person_id)


async def wake(unit: UnitOfWork, person_id: UUID) -> None:
    """What waited for the owner of a locked person is looked at again."""
    await unit.execute(SQL["wake_for_owner"], person_id, unit.now)


async def release(unit: UnitOfWork, person_id: UUID) -> None:
    """A message to a person certainly did not go out, and makes nobody their owner any more."""
    await suppressions.lock_recipients(unit, person_id, [])
    await wake(unit, person_id)


async def lock(unit: UnitOfWork, person_id: UUID) -> None:
    """Lock a person to change who is in touch with them: messages first, in the order of a hand-over."""
    await people.lock_messages(unit, person_id)
    await suppressions.lock_recipients(unit, person_id, [])


async def insert_takeover(unit: UnitOfWork, new: NewTakeover) -> None:
    """Insert a takeover of a locked person; what waited for the owner is looked at again."""
    await unit.execute(
        SQL["insert_takeover"],
        new.id,
        new.person_id,
        new.user_id,
        new.recorded_by,
        unit.now,
        new.reason,
        new.request_id,
    )
    await wake(unit, new.person_id)


async def insert_request(unit: UnitOfWork, new: TakeoverRequest) -> None:
    """Insert a request about a locked person."""
    await unit.execute(
        SQL["insert_takeover_request"],
        new.id,
        new.person_id,
        new.owner_id,
        new.requested_by,
        new.requested_at,
        new.note,
    )


async def unanswered(session: ReadSession, person_ids: Sequence[UUID]) -> dict[UUID, list[TakeoverRequest]]:
    """The requests about each of these people that nobody has answered."""
    found: dict[UUID, list[TakeoverRequest]] = {person_id: [] for person_id in person_ids}
    for row in await session.fetch(SQL["unanswered_takeover_requests"], list(person_ids)):
        found[row["person_id"]].append(TakeoverRequest(**row))
    return found


async def to_answer(session: ReadSession, user_id: UUID, *, at: datetime) -> list[TakeoverRequest]:
    """The requests that a user is to answer, the oldest first."""
    rows = await session.fetch(SQL["takeover_requests_to_answer"], user_id)
    asked = [TakeoverRequest(**row) for row in rows]
    known = await owners(session, list({each.person_id for each in asked}), at=at) if asked else {}
    return [each for each in asked if each.waits_for(known.get(each.person_id))]


async def takeover_request(session: ReadSession, request_id: UUID) -> TakeoverRequest | None:
    """A request, answered or not."""
    row = await session.fetchrow(SQL["takeover_request_by_id"], request_id)
    return TakeoverRequest(**row) if row else None


async def answer_request(unit: UnitOfWork, request_id: UUID, *, accept: bool) -> None:
    """Answer a request whose person is locked."""
    await unit.execute(SQL["answer_takeover_request"], request_id, unit.now, accept)


async def set_days(unit: UnitOfWork, days: Sequence[int]) -> None:
    """Replace the rules; what waits for an owner is looked at again."""
    await unit.execute(SQL["set_ownership_days"], list(days))
    await unit.execute(SQL["wake_for_every_owner"], unit.now)
