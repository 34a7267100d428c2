"""A database and the code that migrates it fit together, or the operator learns why not."""

import asyncio
import os
import sys

import asyncpg
import pytest

from rapport.kit.database.migrate import MigrationError, migrate, migrations_of
from rapport.kit.database.unit_of_work import open_database
from rapport.kit.runtime.health import database_is_migrated
from rapport.testing import DatabaseFactory
from rapport.testing.databases import TestDatabase

_PACKAGE = "rapport.analytics"
_FIRST = migrations_of(_PACKAGE)[0]
_OTHER_NAME = "UPDATE schema_migration SET name = 'outbox', checksum = 'other' WHERE package = 'rapport.kit'"
_OTHER_TEXT = "UPDATE schema_migration SET checksum = 'other' WHERE package = 'rapport.kit' AND number = 1"
_NOT_YET_APPLIED = f"DELETE FROM schema_migration WHERE package = '{_PACKAGE}'"
_CONTENT = (
    "SELECT (SELECT array_agg(m ORDER BY m::text) FROM schema_migration m)::text,"
    " (SELECT array_agg(c::text ORDER BY c::text) FROM information_schema.columns c)::text"
)


async def _as_owner(database: TestDatabase, statement: str) -> list[asyncpg.Record]:
    owner = await asyncpg.connect(database.owner_url)
    try:
        return await owner.fetch(statement)
    finally:
        await owner.close()


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (_OTHER_NAME, f"it has rapport.kit/0001_outbox where this version has {_FIRST}."),
        (_OTHER_TEXT, f"{_FIRST} was applied with another text."),
    ],
)
async def test_a_database_with_other_migrations_is_refused_and_left_unchanged(
    change: str, difference: str, database: DatabaseFactory
) -> None:
    stored = await database("analytics")
    await _as_owner(stored, _NOT_YET_APPLIED)
    await _as_owner(stored, change)
    before = await _as_owner(stored, _CONTENT)
    with pytest.raises(MigrationError) as refused:
        await migrate(stored.owner_url, _PACKAGE)
    assert difference in str(refused.value)
    assert f"the database {stored.name} was migrated by a version of Rapport" in str(refused.value)
    assert "make reset" in str(refused.value)
    assert await _as_owner(stored, _CONTENT) == before


async def test_the_migrate_command_explains_a_refusal_in_one_sentence_and_fails(database: DatabaseFactory) -> None:
    stored = await database("analytics")
    await _as_owner(stored, _OTHER_NAME)
    command = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", _PACKAGE, "migrate"),
        env={"PATH": os.environ["PATH"], "MIGRATION_DATABASE_URL": stored.owner_url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await asyncio.wait_for(command.communicate(), timeout=60)
    assert command.returncode == 1
    assert output == b""
    assert errors.decode().startswith(f"the database {stored.name} was migrated by a version of Rapport")
    assert errors.count(b"\n") == 1


async def test_a_service_is_not_ready_on_a_database_with_other_migrations(database: DatabaseFactory) -> None:
    stored = await database("analytics")
    async with open_database(stored.url, service="analytics") as opened:
        check = database_is_migrated(opened, _PACKAGE)
        assert await check() is None
        await _as_owner(stored, _OTHER_TEXT)
        assert await check() == f"migrations to apply: {_FIRST.name}"


async def test_a_database_that_a_newer_version_has_migrated_further_is_left_as_it_is(
    database: DatabaseFactory,
) -> None:
    stored = await database("analytics")
    await _as_owner(stored, f"INSERT INTO schema_migration VALUES ('{_PACKAGE}', 99, 'later', 'checksum')")
    assert await migrate(stored.owner_url, _PACKAGE) == []


async def test_migrations_are_applied_in_order_and_recorded(database: DatabaseFactory) -> None:
    stored = await database("analytics", migrated=False)
    applied = await migrate(stored.owner_url, _PACKAGE)
    assert applied == [str(migration) for migration in migrations_of(_PACKAGE)]
    recorded = await _as_owner(stored, "SELECT package, number, checksum FROM schema_migration")
    assert {tuple(row) for row in recorded} == {(*m.key, m.checksum) for m in migrations_of(_PACKAGE)}
