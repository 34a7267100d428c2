"""The directory: who the users are, and what is known of what they may do."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from rapport.contracts.identity import Grant, Role
from rapport.contracts.vocabulary import DirectoryChangeKind, TeamRole
from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork
from rapport.pipeline.store import SQL


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """A user, with the roles that follow from the ATS and from teams joined here, and what was given here."""

    user_id: UUID
    name: str
    email: str
    active: bool
    in_ats: bool
    roles_from_ats: frozenset[Role]
    roles_from_teams: frozenset[Role]
    roles_given: frozenset[Role]
    grants_given: frozenset[Grant]


@dataclass(frozen=True, slots=True)
class Change:
    """What was changed of what a user may do."""

    kind: DirectoryChangeKind
    role: Role | None = None
    grant: Grant | None = None
    job_id: UUID | None = None
    team_role: TeamRole | None = None


@dataclass(frozen=True, slots=True)
class LockedUser:
    """A user of whom a change is recorded."""

    id: UUID
    in_ats: bool
    active: bool
    version: int
    """Of their last event."""


async def user_with_email(session: ReadSession, email: str) -> DirectoryEntry | None:
    """The active user with this address, ignoring case."""
    row = await session.fetchrow(SQL["identify_viewer"], email)
    return _entry(row) if row else None


async def entry(session: ReadSession, user_id: UUID) -> DirectoryEntry | None:
    """A user, active or not."""
    row = await session.fetchrow(SQL["get_directory_entry"], user_id)
    return _entry(row) if row else None


async def entries(
    session: ReadSession, after: tuple[str, UUID], containing: str | None, limit: int
) -> list[tuple[str, DirectoryEntry]]:
    """The active users by name, each with its place."""
    rows = await session.fetch(SQL["get_directory"], *after, containing, limit)
    return [(row["place"], _entry(row)) for row in rows]


async def lock_user(unit: UnitOfWork, user_id: UUID) -> LockedUser | None:
    """A user, until the end of the unit of work."""
    row = await unit.fetchrow(SQL["lock_user"], user_id)
    return LockedUser(row["id"], bool(row["external_id"]), row["active"], row["version"]) if row else None


def _entry(row: asyncpg.Record) -> DirectoryEntry:
    from_ats = {Role(role) for role in row["ats_team_roles"]} | ({Role.ADMIN} if row["site_admin"] else set())
    return DirectoryEntry(
        user_id=row["id"],
        name=row["name"],
        email=row["email"],
        active=row["active"],
        in_ats=row["in_ats"],
        roles_from_ats=frozenset(from_ats),
        roles_from_teams=frozenset(map(Role, row["team_roles"])) - from_ats,
        roles_given=frozenset(map(Role, row["roles_given"])),
        grants_given=frozenset(map(Grant, row["grants_given"])),
    )
