"""Statements that run again and again find their rows by an index, however many, and before any statistics."""

import json
from collections.abc import Iterator
from typing import Any

import asyncpg

from rapport.pipeline.store import SQL
from rapport.testing import DatabaseFactory

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
        plan = await connection.fetchval("EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE claimed ('greenhouse', 60)")
    finally:
        await connection.close()
    assert max(_rows_read(json.loads(plan)[0]["Plan"])) <= 2
