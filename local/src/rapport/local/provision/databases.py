"""Databases and roles, from `deploy/postgres/databases.toml`."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NewType, TypeAlias
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from rapport.local.checkout import DEPLOY
from rapport.local.provision.roles import provision_role

Report = Callable[[str], None]
# The class takes a parameter in its stubs only, not when it runs.
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Url = NewType("Url", str)

# An advisory lock keeps two provisioners (two replicas of an init job) from creating the same thing at once.
_LOCK = 0x7261_7070


@dataclass(frozen=True)
class ServiceDatabase:
    """What one service owns on the server."""

    name: str
    service: str
    owner: str
    requests: str
    system: str

    @property
    def roles(self) -> tuple[str, str, str]:
        """All who may connect."""
        return self.owner, self.requests, self.system


def declared_databases(source: Path = DEPLOY / "postgres" / "databases.toml") -> list[ServiceDatabase]:
    """Read what there should be."""
    return [ServiceDatabase(**entry) for entry in tomllib.loads(source.read_text())["database"]]


def url_for(server: str, role: str, password: str | None, database: str) -> Url:
    """Turn the address of a server, as its superuser has it, into that of a database for a role."""
    parts = urlsplit(server)
    host = parts.netloc.rpartition("@")[2]
    credentials = quote(role, safe="") + (f":{quote(password, safe='')}" if password else "")
    return Url(urlunsplit(parts._replace(netloc=f"{credentials}@{host}", path=f"/{database}")))


async def provision_databases(
    server: str, databases: Sequence[ServiceDatabase], passwords: Mapping[str, str], report: Report
) -> None:
    """Create and change databases and roles as declared. `server` is the address of a role that may create both.

    A role whose password is not given keeps the one it has.
    """
    connection = await asyncpg.connect(server, timeout=10)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        for database in databases:
            for role in database.roles:
                await provision_role(connection, role, passwords.get(role), report)
            await _provision_database(connection, database, report)
    finally:
        await connection.close()
    for database in databases:
        await _hand_over_schema(server, database)


async def _provision_database(connection: Connection, database: ServiceDatabase, report: Report) -> None:
    exists = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database.name)
    if not exists:
        await _join(connection, database.owner)
        await connection.execute(f'CREATE DATABASE "{database.name}" OWNER "{database.owner}" TEMPLATE template0')
        report(f"created database {database.name}")
    await restrict_connections(connection, database, database.name)


async def _join(connection: Connection, owner: str) -> None:
    """Become a member of the owner: without being superuser, one can only give things to a role one is in."""
    if not await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
        await connection.execute(f'GRANT "{owner}" TO CURRENT_USER')


async def restrict_connections(connection: Connection, database: ServiceDatabase, name: str) -> None:
    """Let only the service's own roles connect to a database of this name."""
    await connection.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
    roles = ", ".join(f'"{role}"' for role in database.roles)
    await connection.execute(f'GRANT CONNECT ON DATABASE "{name}" TO {roles}')
    # Read models are rebuilt in temporary tables.
    await connection.execute(f'GRANT TEMPORARY ON DATABASE "{name}" TO "{database.requests}"')


async def _hand_over_schema(server: str, database: ServiceDatabase) -> None:
    """Give the schema to the owner; the other two may look into it, and the migrations say at what."""
    parts = urlsplit(server)
    connection = await asyncpg.connect(urlunsplit(parts._replace(path=f"/{database.name}")), timeout=10)
    try:
        await connection.execute(f'ALTER SCHEMA public OWNER TO "{database.owner}"')
        await connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        await connection.execute(f'GRANT USAGE ON SCHEMA public TO "{database.requests}", "{database.system}"')
    finally:
        await connection.close()
