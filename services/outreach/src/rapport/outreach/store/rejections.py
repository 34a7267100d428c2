"""Mails that tell people of their rejection: wanted, made into messages, and called off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from rapport.kit.database.unit_of_work import UnitOfWork, transpose
from rapport.outreach.store import SQL


@dataclass(frozen=True, slots=True)
class WantedMail:
    """What a user wanted sent when they rejected an application."""

    application_id: UUID
    version: int
    """Of the application, made by the rejection."""
    person_id: UUID | None
    """Whom it is about; None if it was wanted before that was kept."""
    job_id: UUID | None
    template_id: UUID
    template_version: int | None
    from_user_id: UUID
    send_at: datetime
    traceparent: str | None


async def insert(unit: UnitOfWork, wanted: Sequence[WantedMail]) -> None:
    """Insert each once."""
    rows = (
        (
            mail.application_id,
            mail.version,
            mail.person_id,
            mail.job_id,
            mail.template_id,
            mail.template_version,
            mail.from_user_id,
            mail.send_at,
            mail.traceparent,
        )
        for mail in wanted
    )
    await unit.execute(SQL["insert_rejection_mails"], unit.now, *transpose(rows, 9))


async def drop_before(unit: UnitOfWork, versions: Mapping[UUID, int]) -> list[UUID]:
    """Nothing is made of what was wanted before these versions of applications; the unsent messages that were."""
    columns = transpose(sorted(versions.items()), 2)
    await unit.execute(SQL["drop_rejection_mails"], *columns)
    return [row["id"] for row in await unit.fetch(SQL["unsent_of_rejections"], *columns)]


async def claim(unit: UnitOfWork, *, again_after: timedelta) -> WantedMail | None:
    """The next one to make a message of; another process takes it after a while."""
    row = await unit.fetchrow(SQL["claim_rejection_mail"], unit.now, unit.now + again_after)
    return WantedMail(**row) if row else None


async def finish(unit: UnitOfWork, wanted: WantedMail) -> bool:
    """Nothing more is made of it; whether that is news: it may have been called off, or made, meanwhile."""
    return await unit.fetchval(SQL["finish_rejection_mail"], wanted.application_id, wanted.version) is not None
