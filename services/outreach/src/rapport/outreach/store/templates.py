"""Message templates and their texts."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from rapport.contracts.outreach import MAX_TEMPLATES
from rapport.contracts.vocabulary import TemplateKind
from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork
from rapport.outreach.store import SQL

_MOST_LISTED = 4 * MAX_TEMPLATES
"""The organisation's and one's own, and as many archived ones."""


@dataclass(frozen=True, slots=True)
class StoredTemplate:
    """A template with its newest text."""

    id: UUID
    kind: TemplateKind
    owner_id: UUID | None
    name: str
    subject: str
    body: str
    version: int
    saved_at: datetime
    saved_by: UUID
    archived_at: datetime | None


@dataclass(frozen=True, slots=True)
class TemplateText:
    """The text of a template in one version."""

    version: int
    subject: str
    body: str


async def add(
    unit: UnitOfWork,
    template_id: UUID,
    kind: TemplateKind,
    owner_id: UUID | None,
    *,
    name: str,
    subject: str,
    body: str,
    by: UUID,
) -> None:
    """Add a template, unless the same request added it before."""
    await unit.execute(SQL["insert_template"], template_id, kind, owner_id, name, subject, body, unit.now, by)


async def lock(unit: UnitOfWork, template_id: UUID) -> None:
    """Nobody else changes it until the end of the unit of work."""
    await unit.fetchrow(SQL["lock_template"], template_id)


async def save(unit: UnitOfWork, template_id: UUID, *, name: str, subject: str, body: str, by: UUID) -> None:
    """Give a locked template its next version."""
    await unit.execute(SQL["save_template"], template_id, name, subject, body, unit.now, by)


async def archive(unit: UnitOfWork, template_id: UUID, *, archived: bool) -> None:
    """Offer a locked template no longer, or again."""
    await unit.execute(SQL["archive_template"], template_id, unit.now if archived else None)


async def count(session: ReadSession, owner_id: UUID | None) -> int:
    """How many a user has, or the organisation; archived ones do not count."""
    return int(await session.fetchval(SQL["count_templates"], owner_id))


async def listed(
    session: ReadSession, user_id: UUID, kind: TemplateKind | None, *, archived: bool
) -> list[StoredTemplate]:
    """The organisation's and the user's own, by name."""
    rows = await session.fetch(SQL["templates_of"], user_id, kind, archived, _MOST_LISTED)
    return list(map(_stored, rows))


async def one(session: ReadSession, template_id: UUID, user_id: UUID) -> StoredTemplate | None:
    """A template that the user may use."""
    row = await session.fetchrow(SQL["template_by_id"], template_id, user_id)
    return _stored(row) if row else None


async def text(session: ReadSession, template_id: UUID, user_id: UUID, version: int | None) -> TemplateText | None:
    """The text of a template that the user may use, in a version or the newest."""
    row = await session.fetchrow(SQL["template_text"], template_id, user_id, version)
    return TemplateText(**row) if row else None


def _stored(row: asyncpg.Record) -> StoredTemplate:
    return StoredTemplate(**{**row, "kind": TemplateKind(row["kind"])})
