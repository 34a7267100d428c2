"""Every migration runs on tables that hold rows of two organisations, as an upgrade does.

Its owner sees no row of a table under forced row-level security: what a migration fills without lifting that stays
empty, and on an empty database nobody would notice.
"""

import re
from itertools import groupby

import asyncpg
import pytest

import rapport.kit.database.migrate as migrating
from rapport.kit.database.migrate import migrate, migrations_of
from rapport.testing import DatabaseFactory, PostgresForTests

_ORGANISATIONS = ("one", "two")
_VALUES = {
    "uuid": "gen_random_uuid()",
    "text": "'x'",
    "boolean": "false",
    "json": "'{}'",
    "jsonb": "'{}'",
    "timestamp with time zone": "now()",
    "date": "current_date",
    "time without time zone": "'9:00'",
    "interval": "'1 day'",
    "bytea": "'x'",
    "integer": "1",
    "smallint": "1",
    "bigint": "1",
    "double precision": "1",
    "numeric": "1",
    "real": "1",
}
_GIVEN = {
    ("board_card", "card"): """'{"sync": "in_sync", "scorecards_due": 0}'""",
    ("probable_duplicate", "person_id"): "'00000000-0000-0000-0000-000000000000'",
    ("sending_grant", "user_id"): "gen_random_uuid()",
    ("working_hours", "begins"): "'8:00'",
}
"""Where a table's own rules ask for more than a type."""
_COLUMNS = """
SELECT c.relname AS table, a.attname AS name, format_type(a.atttypid, NULL) AS type,
    (SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k
     WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.conkey = ARRAY[a.attnum] LIMIT 1) AS check
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND c.relname <> 'schema_migration'
    AND a.attgenerated = '' AND a.attidentity = '' AND (a.attname = 'org_id' OR a.attnotnull AND NOT a.atthasdef)
ORDER BY c.relname, a.attnum
"""


async def _fill(connection: asyncpg.Connection, filled: set[str]) -> None:
    """Insert a row of each organisation into every table that has none yet."""
    # What a row refers to need not be there.
    await connection.execute("SET session_replication_role = replica")
    for table, columns in groupby(await connection.fetch(_COLUMNS), key=lambda column: column["table"]):
        needed = list(columns)
        if table in filled or "org_id" not in {column["name"] for column in needed}:
            continue
        for organisation in _ORGANISATIONS:
            row = {column["name"]: _value(column) for column in needed} | {"org_id": f"'{organisation}'"}
            row |= {name: value for (of, name), value in _GIVEN.items() if of == table}
            names = ", ".join(f'"{name}"' for name in row)
            await connection.execute(f'INSERT INTO "{table}" ({names}) VALUES ({", ".join(row.values())})')
        filled.add(table)


def _value(column: asyncpg.Record) -> str:
    """Something that the column takes: of a closed list of words the first."""
    if column["check"] and (word := re.search(r"'[^']+'::text", column["check"])):
        return word.group()
    return "'{}'" if column["type"].endswith("[]") else _VALUES[column["type"]]


@pytest.mark.parametrize("service", ["reviews", "outreach", "pipeline", "analytics"])
async def test_every_migration_runs_on_filled_tables(
    service: str, database: DatabaseFactory, postgres_server: PostgresForTests, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await database(service, migrated=False)
    package = f"rapport.{service}"
    every = migrations_of(package)
    as_superuser = await asyncpg.connect(postgres_server.url, database=made.name)
    filled: set[str] = set()
    try:
        for upto, migration in enumerate(every, start=1):
            monkeypatch.setattr(migrating, "migrations_of", lambda _, upto=upto: every[:upto])
            assert await migrate(made.owner_url, package) == [str(migration)]
            await _fill(as_superuser, filled)
    finally:
        await as_superuser.close()
    assert filled


async def test_what_the_ats_had_merged_before_merges_were_kept_is_a_merge(
    database: DatabaseFactory, postgres_server: PostgresForTests, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await database("pipeline", migrated=False)
    every = migrations_of("rapport.pipeline")
    before = next(at for at, migration in enumerate(every) if migration.name == "merges")
    monkeypatch.setattr(migrating, "migrations_of", lambda _: every[:before])
    await migrate(made.owner_url, "rapport.pipeline")
    as_superuser = await asyncpg.connect(postgres_server.url, database=made.name)
    try:
        await _fill(as_superuser, set())
        merged = await as_superuser.fetch(
            "UPDATE person SET merged_into = gen_random_uuid(), deleted_at = now() RETURNING org_id, id"
        )
        monkeypatch.undo()
        await migrate(made.owner_url, "rapport.pipeline")
        found = await as_superuser.fetch("SELECT org_id, merged_id, origin FROM person_merge")
    finally:
        await as_superuser.close()
    assert sorted(map(tuple, found)) == sorted((row["org_id"], row["id"], "ats") for row in merged)
