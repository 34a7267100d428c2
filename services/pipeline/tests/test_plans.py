"""Statements that run again and again find their rows by an index, however many, and before any statistics."""

import json
from collections.abc import Iterator
from typing import Any

import asyncpg

from rapport.pipeline.store import SQL
from rapport.testing import DatabaseFactory, PostgresForTests

_WAITING = """
INSERT INTO ats_write (org_id, id, connection, application_id, from_stage_id, to_stage_id, user_id, requested_at,
    state, attempts, next_try_at, cause)
SELECT 'acme', gen_random_uuid(), 'greenhouse', md5((n % 1500)::text)::uuid, gen_random_uuid(), gen_random_uuid(),
    gen_random_uuid(), now() - n * interval '1 second', 'waiting', 0, now(), n::text
FROM generate_series(1, 3000) n
"""


def _rows_read(node: dict[str, Any]) -> Iterator[int]:
    looked_at = node["Actual Rows"] + node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Join Filter", 0)
    yield looked_at * node["Actual Loops"]
    for part in node.get("Plans", ()):
        yield from _rows_read(part)


async def test_the_oldest_due_move_is_found_without_looking_at_those_behind_it(database: DatabaseFactory) -> None:
    made = await database("pipeline")
    connection = await asyncpg.connect(made.url)
    try:
        await connection.execute("SELECT set_config('rapport.org_id', 'acme', false)")
        await connection.execute(_WAITING)
        await connection.execute(f"PREPARE claimed AS {SQL['claim_ats_write']}")
        plan = await connection.fetchval("EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE claimed ('greenhouse', 60, true)")
    finally:
        await connection.close()
    assert max(_rows_read(json.loads(plan)[0]["Plan"])) <= 2


_PEOPLE = (
    """INSERT INTO person (org_id, id, connection, external_id, first_name, last_name, emails, phones, links, tags,
        added_at, ats_updated_at)
    SELECT 'acme', md5('p' || n)::uuid, 'greenhouse', n::text, 'Ana', 'Lima', '[]', '[]', '{}', '{}', now(), now()
    FROM generate_series(1, 5000) n""",
    """INSERT INTO application (org_id, id, connection, external_id, person_id, ats_person_id, applied_at, job_id,
        stage_id, status, version, sync_since, ats_job_id, ats_stage_id, ats_status, ats_updated_at)
    SELECT 'acme', md5('a' || n)::uuid, 'greenhouse', n::text, md5('p' || n)::uuid, md5('p' || n)::uuid, now(),
        md5('j' || n % 50)::uuid, md5('s' || n % 400)::uuid, 'active', 1, now(), md5('j' || n % 50)::uuid,
        md5('s' || n % 400)::uuid, 'active', now() FROM generate_series(1, 5000) n""",
    """INSERT INTO employment (org_id, id, connection, external_id, person_id, title, ended_on)
    SELECT 'acme', md5('e' || n)::uuid, 'greenhouse', n::text, md5('p' || n)::uuid, 'Engineer', now()
    FROM generate_series(1, 5000) n""",
    """INSERT INTO sourcing_outcome (org_id, id, kind, person_id, occurred_at)
    SELECT 'acme', md5('o' || n)::uuid, 'message', md5('p' || n)::uuid, now() FROM generate_series(1, 5000) n""",
    """INSERT INTO note (org_id, id, person_id, author_id, visibility, body, created_at, version)
    SELECT 'acme', md5('n' || n)::uuid, md5('p' || n)::uuid, md5('u' || n % 20)::uuid, 'public', 'Kind', now(), 1
    FROM generate_series(1, 5000) n""",
    """INSERT INTO scorecard (org_id, id, application_id, submitted_at, rating)
    SELECT 'acme', md5('k' || n)::uuid, md5('a' || n)::uuid, now(), 'yes' FROM generate_series(1, 5000) n""",
    """INSERT INTO suppression (org_id, id, person_id, in_force, version)
    SELECT 'acme', md5('z' || n)::uuid, md5('p' || n)::uuid, true, 1 FROM generate_series(1, 5000) n""",
    """INSERT INTO job_team (org_id, id, job_id, user_id, role, responsible)
    SELECT 'acme', md5('t' || n)::uuid, md5('j' || n)::uuid, md5('u' || n)::uuid, 'recruiter', true
    FROM generate_series(1, 5000) n""",
)
_SEARCHED = {
    "search_documents": 1,
    "search_changes": 1,
    "people_to_index": 2,
    "jobs_of_viewer": 1,
    "sees_person": 3,
    "forget_search_changes": 1,
}
"""The statements of a search and of what follows changes, with their numbers of arguments."""
_LARGE = {
    "person",
    "application",
    "employment",
    "sourcing_outcome",
    "note",
    "scorecard",
    "job_team",
    "search_change",
} | {"suppression"}


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for part in node.get("Plans", ()):
        yield from _nodes(part)


async def test_no_statement_of_the_search_reads_a_table_from_end_to_end(database: DatabaseFactory) -> None:
    made = await database("pipeline")
    owner, connection = await asyncpg.connect(made.owner_url), await asyncpg.connect(made.url)
    try:
        await connection.execute("SELECT set_config('rapport.org_id', 'acme', false)")
        for filling in _PEOPLE:
            await connection.execute(filling)
        await owner.execute("ANALYZE")
        await connection.execute("SET plan_cache_mode = force_generic_plan")
        for name, count in _SEARCHED.items():
            await connection.execute(f"PREPARE searched_{name} AS {SQL[name]}")
            given = ", ".join(["NULL"] * count)
            plan = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE searched_{name} ({given})")
            read = {
                node["Relation Name"] for node in _nodes(json.loads(plan)[0]["Plan"]) if node["Node Type"] == "Seq Scan"
            }
            assert read & _LARGE == set(), name
    finally:
        await connection.close()
        await owner.close()


_FEW_PEOPLE = (
    *(statement.replace("5000", "100") for statement in _PEOPLE),
    """INSERT INTO education (org_id, id, connection, external_id, person_id, school)
    SELECT 'acme', md5('d' || n)::uuid, 'greenhouse', n::text, md5('p' || n)::uuid, 'Uppsala'
    FROM generate_series(1, 100) n""",
    """INSERT INTO person_key (org_id, person_id, kind, key)
    SELECT 'acme', md5('p' || n % 100)::uuid, 'email', n::text FROM generate_series(1, 300) n""",
)
_OF_MANY_PEOPLE: dict[str, tuple[int, ...]] = {"search_documents": (), "people_alike": (20,)}
"""Statements about many people at once, with their arguments after these."""


async def test_the_records_of_each_person_are_looked_up_a_few_times_even_without_statistics(
    database: DatabaseFactory, postgres_server: PostgresForTests
) -> None:
    made = await database("pipeline")
    superuser = await asyncpg.connect(postgres_server.url)
    try:
        await superuser.execute(f"ALTER DATABASE \"{made.name}\" SET track_functions = 'all'")
    finally:
        await superuser.close()
    connection = await asyncpg.connect(made.url)
    try:
        await connection.execute("SELECT set_config('rapport.org_id', 'acme', false)")
        for filling in _FEW_PEOPLE:
            await connection.execute(filling)
        ids = [row["id"] for row in await connection.fetch("SELECT id FROM person")]
        for name, more in _OF_MANY_PEOPLE.items():
            async with connection.transaction():
                await connection.fetch(SQL[name], ids, *more)
                calls = await connection.fetchval(
                    "SELECT calls FROM pg_stat_xact_user_functions WHERE funcname = 'records_of'"
                )
            assert len(ids) <= calls <= 5 * len(ids), name
    finally:
        await connection.close()


_IMPORT_ROWS = """
INSERT INTO import_row (org_id, import_id, number, line, cells, keys, outcome, problems, has_problems)
SELECT 'acme', md5('import')::uuid, n, n, '{Ana}', '{}', 'new', '[]', false FROM generate_series(1, 5000) n
"""


async def test_a_slice_of_an_import_is_marked_without_reading_the_rest_of_its_file(database: DatabaseFactory) -> None:
    made = await database("pipeline")
    owner, connection = await asyncpg.connect(made.owner_url), await asyncpg.connect(made.url)
    try:
        await connection.execute("SELECT set_config('rapport.org_id', 'acme', false)")
        await connection.execute(_IMPORT_ROWS)
        await owner.execute("ANALYZE")
        await connection.execute("SET plan_cache_mode = force_generic_plan")
        await connection.execute(f"PREPARE marked AS {SQL['mark_applied']}")
        numbers = ",".join(map(str, range(2001, 2101)))
        slice_ = f"'{{{numbers}}}', array_fill('new'::text, '{{100}}')"
        people = "array_fill(md5('p')::uuid, '{100}')"
        plan = await connection.fetchval(
            "EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE"
            f" marked (md5('import')::uuid, now(), {slice_}, {people}, 2001, 2100)"
        )
    finally:
        await connection.close()
        await owner.close()
    assert max(_rows_read(json.loads(plan)[0]["Plan"])) <= 100
