"""Lists of messages are read by the indexes made for them, whatever is asked for."""

import asyncpg
import pytest

from rapport.outreach.store import SQL
from rapport.testing import TestDatabase
from services.outreach.tests.support.acme import Acme

_MANY = """
INSERT INTO message (org_id, id, person_id, job_id, channel, author_id, author_roles, from_user_id, from_name,
    from_address, to_name, to_address, subject, body, mail_id, earlier_mail_ids, created_at, send_at, state,
    state_since, version, cause, record_id)
SELECT 'acme', gen_random_uuid(), md5((n % 900)::text)::uuid, md5((n % 70)::text)::uuid, 'email',
    md5((n % 50)::text)::uuid, '{}', md5((n % 40)::text)::uuid, 'Ruth', 'ruth@example.com', 'Kate', 'kate@example.org',
    'Hello', 'Hello', n::text, '{}', now() - n * interval '1 minute', now(),
    CASE WHEN n % 100 = 0 THEN 'failed' ELSE 'sent' END, now(), 1, 'test', md5((n % 900)::text)::uuid
FROM generate_series(1, 6000) n
"""
_JOBS = """
INSERT INTO job (org_id, id, version, team)
SELECT 'acme', md5(n::text)::uuid, 1, ARRAY[md5((n % 30)::text)::uuid] FROM generate_series(0, 69) n
"""
_REPLIES = """
INSERT INTO reply (org_id, id, message_id, person_id, kind, received_at, subject, text)
SELECT 'acme', gen_random_uuid(), m.id, m.person_id, 'personal', m.created_at + n * interval '1 day', 'Re', 'Hello'
FROM message m CROSS JOIN generate_series(1, 2) n
"""
_PLACE = ("'9999-01-01', 'ffffffff-ffff-ffff-ffff-ffffffffffff'", "21")
_ID = "'00000000-0000-0000-0000-000000000001'"


@pytest.mark.parametrize(
    ("name", "more", "indexes"),
    [
        ("message_ids_of_all", (), {"message_newest"}),
        ("message_ids_in_state", ("'failed'",), {"message_by_state"}),
        ("message_ids_of_person", (_ID, "NULL", "false", _ID, "true", "NULL"), {"message_by_person"}),
        ("message_ids_in_scope", ("NULL", _ID, "true"), {"message_by_author", "message_by_sender", "message_by_job"}),
        ("conversations_of_user", (_ID, "true"), {"message_by_author", "message_by_sender"}),
    ],
)
async def test_every_list_of_messages_is_read_by_an_index(
    acme: Acme, stored: TestDatabase, name: str, more: tuple[str, ...], indexes: set[str]
) -> None:
    async with acme.database.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('rapport.org_id', 'acme', true)")
        await connection.execute(_MANY)
        await connection.execute(_JOBS)
        await connection.execute(_REPLIES)
    owner = await asyncpg.connect(stored.owner_url)
    await owner.execute("ANALYZE message, job, reply")
    await owner.close()
    async with acme.database.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('rapport.org_id', 'acme', true)")
        await connection.execute(f"PREPARE listed AS {SQL[name]}")
        rows = await connection.fetch(f"EXPLAIN EXECUTE listed ({', '.join((*_PLACE, *more))})")
        await connection.execute("DEALLOCATE listed")
    plan = "\n".join(row[0] for row in rows)
    assert {index for index in indexes if index not in plan} == set(), plan
    assert "Seq Scan on message" not in plan, plan
