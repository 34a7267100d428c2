"""Numbered SQL files, applied once, in order, by a one-shot command; never at a service's start."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
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
    """The files and the database do not fit: the database has applied other files, or the numbers have gaps."""


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

    @property
    def key(self) -> tuple[str, int]:
        """What a database records it under."""
        return (self.package, self.number)

    def __str__(self) -> str:
        """Its package and its file, for the operator."""
        return _title(self.package, self.number, self.name)


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

    A database that a newer version has migrated further is left as it is: migrations only add.

    Returns:
        The migrations that were applied.

    Raises:
        MigrationError: the database has applied other migrations than these; nothing was changed.
    """
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        if not await connection.fetchval("SELECT to_regclass('schema_migration')"):
            await connection.execute(_LEDGER)
        migrations, applied = migrations_of(package), await _applied(connection)
        if differing := _differing(migrations, applied):
            raise MigrationError(_explained(await connection.fetchval("SELECT current_database()"), differing))
        pending = [migration for migration in migrations if migration.key not in applied]
        for migration in pending:
            await _apply(connection, migration)
        return [str(migration) for migration in pending]
    finally:
        await connection.close()


@dataclass(frozen=True)
class _Applied:
    """What a database has recorded of a migration."""

    title: str
    checksum: str


async def _applied(
    connection: asyncpg.Connection | asyncpg.pool.PoolConnectionProxy,
) -> Mapping[tuple[str, int], _Applied]:
    rows = await connection.fetch("SELECT package, number, name, checksum FROM schema_migration")
    return {
        (r["package"], r["number"]): _Applied(_title(r["package"], r["number"], r["name"]), r["checksum"]) for r in rows
    }


def _title(package: str, number: int, name: str) -> str:
    return f"{package}/{number:04}_{name}"


def _differing(
    migrations: Sequence[Migration], applied: Mapping[tuple[str, int], _Applied]
) -> list[tuple[Migration, _Applied]]:
    """The migrations in whose place the database has applied another text."""
    both = [(migration, applied[migration.key]) for migration in migrations if migration.key in applied]
    return [(migration, recorded) for migration, recorded in both if migration.checksum != recorded.checksum]


def _explained(database: str, differing: Sequence[tuple[Migration, _Applied]]) -> str:
    """What is wrong and what to do about it. The first difference says enough: the others follow from it."""
    migration, recorded = differing[0]
    difference = (
        f"{recorded.title} was applied with another text"
        if recorded.title == str(migration)
        else f"it has {recorded.title} where this version has {migration}"
    )
    return (
        f"the database {database} was migrated by a version of Rapport that this one cannot continue from: "
        f"{difference}. Nothing was changed. Use the version that migrated it, or an empty database; "
        "on the demo stack, `make reset` deletes its data and starts empty"
    )


async def _apply(connection: asyncpg.Connection, migration: Migration) -> None:
    async with connection.transaction():
        await connection.execute(migration.sql)
        await connection.execute(
            "INSERT INTO schema_migration (package, number, name, checksum) VALUES ($1, $2, $3, $4)",
            migration.package,
            migration.number,
            migration.name,
            migration.checksum,
        )


async def pending_migrations(
    connection: asyncpg.Connection | asyncpg.pool.PoolConnectionProxy, package: str
) -> list[str]:
    """Names of migrations that the database lacks or has with another text; a service is not ready while any are."""
    applied = await _applied(connection)
    pending = (m for m in migrations_of(package) if m.key not in applied or applied[m.key].checksum != m.checksum)
    return [migration.name for migration in pending]
