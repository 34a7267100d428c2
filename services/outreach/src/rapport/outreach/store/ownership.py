"""What decides who is in touch with a person."""

from collections.abc import Sequence
from uuid import UUID

from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork
from rapport.outreach.domain.ownership import Contact, HandedOver, TakenOver
from rapport.outreach.store import SQL, suppressions


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


async def wake(unit: UnitOfWork, person_id: UUID) -> None:
    """What waited for the owner of a locked person is looked at again."""
    await unit.execute(SQL["wake_for_owner"], person_id, unit.now)


async def release(unit: UnitOfWork, person_id: UUID) -> None:
    """A message to a person certainly did not go out, and makes nobody their owner any more."""
    await suppressions.lock_recipients(unit, person_id, [])
    await wake(unit, person_id)
