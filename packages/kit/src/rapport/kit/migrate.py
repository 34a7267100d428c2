"""Numbered SQL files, applied once, in order, by a one-shot command; never at a service's start."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

import asyncpg

_LOCK = 0x7261_7070
"""Advisory lock under which a database is migrated: two commands at once take turns."""

_LEDGER = """
CREATE TABLE IF NOT EXISTS schema_migration (
    package text NOT NULL,
    number integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (package, number)
);
ALTER TABLE schema_migration ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS readable ON schema_migration;
CREATE POLICY readable ON schema_migration FOR SELECT USING (true);
GRANT SELECT ON schema_migration TO PUBLIC;
"""


class MigrationError(Exception):
    """The files and the database do not fit: a file was changed after it was applied, or numbers have gaps."""


@dataclass(frozen=True)
class Migration:
    """One numbered file ``<number>_<name>.sql`` of a package's ``migrations`` folder."""

    package: str
    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the file, in hex: an applied file must never change."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations_of(package: str) -> list[Migration]:
    """The kit's migrations, then the package's own, in the order in which they are applied."""
    return [*_read("rapport.kit"), *(_read(package) if package != "rapport.kit" else ())]


def _read(package: str) -> Iterator[Migration]:
    folder = files(package).joinpath("migrations")
    found = sorted(f.name for f in folder.iterdir() if f.name.endswith(".sql")) if folder.is_dir() else []
    for expected, name in enumerate(found, start=1):
        number, _, rest = name.removesuffix(".sql").partition("_")
        if int(number) != expected:
            raise MigrationError(f"{package}: expected number {expected}, found {name}")
        yield Migration(package, expected, rest, files(package).joinpath("migrations", name).read_text())


async def migrate(dsn: str, package: str) -> list[str]:
    """Bring the database at ``dsn`` (as its owner) to the package's newest schema.

    Returns:
        The migrations that were applied.

    Raises:
        MigrationError: an applied file has changed since.
    """
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        if not await connection.fetchval("SELECT to_regclass('schema_migration')"):
            await connection.execute(_LEDGER)
        return [line for migration in migrations_of(package) for line in await _apply(connection, migration)]
    finally:
        await connection.close()


async def _apply(connection: asyncpg.Connection, migration: Migration) -> list[str]:
    known = await connection.fetchval(
        "SELECT checksum FROM schema_migration WHERE package = $1 AND number = $2",
        migration.package,
        migration.number,
    )
    if known == migration.checksum:
        return []
    if known is not None:
        raise MigrationError(f"{migration.package}/{migration.number:04} was changed after it was applied")
    async with connection.transaction():
        await connection.execute(migration.sql)
        await connection.execute(
            "INSERT INTO schema_migration (package, number, name, checksum) VALUES ($1, $2, $3, $4)",
            migration.package,
            migration.number,
            migration.name,
            migration.checksum,
        )
    return [f"{migration.package}/{migration.number:04}_{migration.name}"]


async def pending_migrations(
    connection: asyncpg.Connection | asyncpg.pool.PoolConnectionProxy, package: str
) -> list[str]:
    """Names of migrations that the database still lacks; a service is not ready while there are any."""
    applied = {
        (row["package"], row["number"])
        for row in await connection.fetch("SELECT package, number FROM schema_migration")
    }
    return [m.name for m in migrations_of(package) if (m.package, m.number) not in applied]
