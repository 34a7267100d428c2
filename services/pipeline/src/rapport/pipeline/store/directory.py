"""The directory: who the users are, and what the ATS says of their parts."""

from dataclasses import dataclass
from uuid import UUID

from rapport.contracts.identity import Role
from rapport.kit.database.unit_of_work import ReadSession
from rapport.pipeline.store import SQL


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """A user, with the roles that follow from the ATS."""

    user_id: UUID
    name: str
    email: str
    roles: frozenset[Role]


async def user_with_email(session: ReadSession, email: str) -> DirectoryEntry | None:
    """The active user with this address, ignoring case."""
    row = await session.fetchrow(SQL["identify_viewer"], email)
    if row is None:
        return None
    roles = {Role(role) for role in row["team_roles"]} | ({Role.ADMIN} if row["site_admin"] else set())
    return DirectoryEntry(row["id"], row["name"], row["email"], frozenset(roles))
