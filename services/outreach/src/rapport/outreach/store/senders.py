"""What a sender and an organisation may send: spacing and caps."""

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
    if "spacing_seconds" in said:
        said["spacing"] = timedelta(seconds=said.pop("spacing_seconds"))
    if "ownership_days" in said:
        said["ownership_days"] = tuple(said["ownership_days"])
    return Limits(**said)


async def sent_by_sender(session: ReadSession, user_id: UUID, *, since: datetime, beside: UUID) -> list[datetime]:
    """When other messages may have gone out from this mailbox, in order."""
    return [row["handed_over_at"] for row in await session.fetch(SQL["sent_by_sender"], user_id, since, beside)]
