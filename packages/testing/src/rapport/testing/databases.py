"""A fresh database of a service for every test, copied from one that was migrated once."""

import itertools
from dataclasses import dataclass, field

import asyncpg

from rapport.kit.database.migrate import migrate
from rapport.local.provision import ServiceDatabase, declared_databases, provision_databases, url_for
from rapport.local.provision.databases import restrict_connections
from rapport.testing.servers import PostgresForTests


@dataclass(frozen=True)
class TestDatabase:
    """The addresses of one database, one for each of the service's roles."""

    __test__ = False  # not a class of tests, despite its name

    name: str
    owner_url: str
    url: str
    system_url: str


@dataclass
class Templates:
    """The migrated databases of this worker's server, made on first use."""

    server: PostgresForTests
    _made: set[str] = field(default_factory=set)
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    async def copy(self, service: str, *, migrated: bool) -> TestDatabase:
        """Make a database of the service that belongs to one test."""
        declared = _declared(service)
        await self._make(declared)
        if migrated:
            await self._migrate(declared)
        name = f"test_{service}_{next(self._numbers)}"
        template = _template(service, migrated=migrated)
        connection = await asyncpg.connect(self.server.url)
        try:
            # By files: many times faster than page by page through a log that no test reads.
            await connection.execute(
                f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER "{declared.owner}" STRATEGY FILE_COPY'
            )
            # Rights to connect are not part of what a copy copies.
            await restrict_connections(connection, declared, name)
        finally:
            await connection.close()
        return self._addresses(declared, name)

    async def drop(self, database: TestDatabase) -> None:
        """Remove a test's database, even while connections to it are open."""
        connection = await asyncpg.connect(self.server.url)
        try:
            await connection.execute(f'DROP DATABASE IF EXISTS "{database.name}" WITH (FORCE)')
        finally:
            await connection.close()

    async def _make(self, declared: ServiceDatabase) -> None:
        """Provision the roles and the empty database exactly as `make up` does."""
        if declared.name not in self._made:
            await provision_databases(self.server.url, [declared], {}, lambda _: None)
            self._made.add(declared.name)

    async def _migrate(self, declared: ServiceDatabase) -> None:
        template = _template(declared.service, migrated=True)
        if template in self._made:
            return
        connection = await asyncpg.connect(self.server.url)
        try:
            await connection.execute(
                f'CREATE DATABASE "{template}" TEMPLATE "{declared.name}" OWNER "{declared.owner}"'
            )
            await restrict_connections(connection, declared, template)
        finally:
            await connection.close()
        await migrate(self._addresses(declared, template).owner_url, f"rapport.{declared.service}")
        self._made.add(template)

    def _addresses(self, declared: ServiceDatabase, name: str) -> TestDatabase:
        owner, requests, system = (url_for(self.server.url, role, None, name) for role in declared.roles)
        return TestDatabase(name, owner_url=owner, url=requests, system_url=system)


@dataclass
class DatabaseFactory:
    """`await database("pipeline")` in a test; what it made is dropped after the test."""

    templates: Templates
    made: list[TestDatabase] = field(default_factory=list)

    async def __call__(self, service: str, *, migrated: bool = True) -> TestDatabase:
        """Return a fresh database of the service, empty but for its schema and roles unless migrated."""
        database = await self.templates.copy(service, migrated=migrated)
        self.made.append(database)
        return database

    async def drop_all(self) -> None:
        """Remove what the test asked for."""
        for database in self.made:
            await self.templates.drop(database)


def _declared(service: str) -> ServiceDatabase:
    return next(database for database in declared_databases() if database.service == service)


def _template(service: str, *, migrated: bool) -> str:
    return f"template_{service}" if migrated else f"rapport_{service}"
