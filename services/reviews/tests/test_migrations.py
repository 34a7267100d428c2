"""What was said before a migration is told as it was after it."""

from urllib.parse import urlsplit, urlunsplit

import asyncpg
from reviews_desk import BEGIN

from rapport.kit.database.migrate import migrations_of
from rapport.local.testing import DatabaseFactory, PostgresForTests

_OF_BEFORE = """
INSERT INTO review (org_id, id, job_id, job_title, requested_by, requester_name, requester_email, status, version,
    created_at, asked_under)
VALUES ('acme', md5('review')::uuid, md5('job')::uuid, 'Engineer', md5('kate')::uuid, 'K', 'k@example.com', 'sent', 1,
    '2026-06-10 12:00Z', 'request');
INSERT INTO link (org_id, id, review_id, reviewer_id, created_at, expires_at, made_under)
VALUES ('acme', md5('link')::uuid, md5('review')::uuid, md5('mary')::uuid, now(), now(), 'request');
INSERT INTO reviewer (org_id, review_id, user_id, position, name, email, link_id)
VALUES ('acme', md5('review')::uuid, md5('mary')::uuid, 0, 'M', 'm@example.com', md5('link')::uuid);
INSERT INTO item (org_id, review_id, person_id, position, profile)
VALUES ('acme', md5('review')::uuid, md5('person')::uuid, 0, '{}');
INSERT INTO verdict (org_id, id, review_id, reviewer_id, person_id, verdict, note, visibility, given_at, changes)
VALUES ('acme', md5('verdict')::uuid, md5('review')::uuid, md5('mary')::uuid, md5('person')::uuid, 'rejected', 'Two',
    'public', '2026-06-10 15:00Z', 3);
INSERT INTO verdict_change (org_id, verdict_id, number, verdict, note, visibility, given_at, actor, cause)
SELECT 'acme', md5('verdict')::uuid, n, v, note, visibility, '2026-06-10 12:00Z'::timestamptz + n * interval '1 hour',
    'user', n::text
FROM (VALUES (0, 'approved', NULL, 'public'), (1, 'rejected', NULL, 'public'), (2, 'rejected', 'One', 'public'),
    (3, 'rejected', 'Two', 'public')) AS said (n, v, note, visibility)
"""


async def test_verdicts_of_before_get_versions_and_counts_from_their_history(
    database: DatabaseFactory, postgres_server: PostgresForTests
) -> None:
    made = await database("reviews", migrated=False)
    owner = await asyncpg.connect(made.owner_url)
    address = urlsplit(postgres_server.url)._replace(path=f"/{made.name}")
    superuser = await asyncpg.connect(urlunsplit(address))
    try:
        before = [m for m in migrations_of("rapport.reviews") if m.package != "rapport.reviews" or m.number < 5]
        for migration in before:
            await owner.execute(migration.sql)
        await superuser.execute(_OF_BEFORE)
        [newest] = [m for m in migrations_of("rapport.reviews") if m.package == "rapport.reviews" and m.number == 5]
        await owner.execute(newest.sql)
        changes = await superuser.fetch("SELECT change FROM verdict_change ORDER BY number")
        verdict = await superuser.fetchrow(
            "SELECT version, changes, note_edits, decided_at - $1 AS after, taken_back_at FROM verdict", BEGIN
        )
        reviewer = await superuser.fetchrow("SELECT asked_at FROM reviewer")
        forced = await superuser.fetchval(
            "SELECT bool_and(relforcerowsecurity) FROM pg_class WHERE relname IN"
            " ('review', 'reviewer', 'verdict', 'verdict_change', 'amendment')"
        )
    finally:
        await owner.close()
        await superuser.close()
    assert [row["change"] for row in changes] == ["given", "changed_mind", "note_edited", "note_edited"]
    assert verdict
    assert (verdict["version"], verdict["changes"], verdict["note_edits"], verdict["taken_back_at"]) == (4, 1, 2, None)
    assert verdict["after"].total_seconds() == 3600
    assert reviewer
    assert reviewer["asked_at"] == BEGIN
    assert forced
