"""What a sender and an organisation may send: spacing and caps."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork
from rapport.outreach.domain.clearance import Limits
from rapport.outreach.store import SQL


async def lock_sender(unit: UnitOfWork, user_id: UUID) -> datetime | None:
    """Lock a sender's row until the end of the unit of work; return until when nothing else goes out."""
    free_at: datetime | None = await unit.fetchval(SQL["lock_sender"], user_id)
    return free_at


async def occupy_sender(unit: UnitOfWork, user_id: UUID, *, until: datetime) -> None:
    """Block a locked sender's mailbox until then."""
    await unit.execute(SQL["occupy_sender"], user_id, until)


async def cap_sender(unit: UnitOfWork, user_id: UUID, *, until: datetime) -> None:
    """A locked sender's mailbox has reached its cap until then."""
    await unit.execute(SQL["cap_sender"], user_id, until)


async def limits(session: ReadSession) -> Limits:
    """How much the organisation may send."""
    row = await session.fetchrow(SQL["find_limits"])
    said = {name: value for name, value in (row or {}).items() if value is not None}
    spacing = said.pop("spacing_seconds", None)
    return Limits(**said) if spacing is None else Limits(**said, spacing=timedelta(seconds=spacing))


async def sent_by_sender(session: ReadSession, user_id: UUID, *, since: datetime, beside: UUID) -> list[datetime]:
    """When other messages may have gone out from this mailbox, in order."""
    return [row["handed_over_at"] for row in await session.fetch(SQL["sent_by_sender"], user_id, since, beside)]


async def sent_to_people(
    session: ReadSession, person_ids: Sequence[UUID], *, since: datetime, beside: UUID | None = None
) -> dict[UUID, list[datetime]]:
    """When messages may have gone to each of these people, in order; ``beside``: one that does not count."""
    sent: dict[UUID, list[datetime]] = {person_id: [] for person_id in person_ids}
    for row in await session.fetch(SQL["sent_to_people"], list(person_ids), since, beside):
        sent[row["person_id"]].append(row["handed_over_at"])
    return sent
