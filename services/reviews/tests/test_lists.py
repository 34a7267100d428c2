"""Lists of reviews: every filter is served by an index, with the same result for every viewer."""

from datetime import timedelta
from uuid import UUID

import pytest

from rapport.contracts.identity import Role, Viewer
from rapport.contracts.requests import Page
from rapport.contracts.reviews import CancelReview, GetReviews
from rapport.contracts.vocabulary import ReviewBox
from rapport.reviews.store import SQL
from services.reviews.tests.support.reviews_desk import (
    ADMIN,
    BEGIN,
    COLLEAGUE,
    KATE,
    MARY,
    OMAR,
    RECRUITER,
    REVIEWER,
    STRANGER,
    Desk,
    viewer,
)

# Eight thousand reviews for four hundred jobs, one in forty still open; a user is asked in some of them.
_MANY = """
WITH made AS (
    INSERT INTO review (org_id, id, job_id, job_title, requested_by, requester_name, requester_email, status, version,
        created_at, closed_at, idempotency_key)
    SELECT 'acme', gen_random_uuid(), lpad(to_hex(n % 400), 32, '0')::uuid, 'Engineer',
        lpad(to_hex(n % 97), 32, '0')::uuid, 'R', 'r@example.com', 'sent', 1, $1::timestamptz - n * interval '1 hour',
        CASE WHEN n % 40 > 0 THEN $1::timestamptz END, n::text
    FROM generate_series(1, 8000) n
    RETURNING id, idempotency_key::integer AS n
), linked AS (
    INSERT INTO link (org_id, id, review_id, reviewer_id, created_at, expires_at, idempotency_key)
    SELECT 'acme', id, id, lpad(to_hex(n % 89), 32, '0')::uuid, $1, $1, n::text FROM made
), asked AS (
    INSERT INTO reviewer (org_id, review_id, user_id, position, name, email, link_id, asked_at)
    SELECT 'acme', id, lpad(to_hex(n % 89), 32, '0')::uuid, 0, 'M', 'm@example.com', id, $1 FROM made
)
INSERT INTO job_team (org_id, job_id, version, team)
SELECT 'acme', lpad(to_hex(n), 32, '0')::uuid, 1, ARRAY[lpad(to_hex(n % 50), 32, '0')::uuid]
FROM generate_series(0, 399) n
"""
_SOMEBODY = f"'{UUID(int=7)}'"
_PAGE = f"'2026-06-01', '{UUID(int=2**128 - 1)}', 20"


@pytest.mark.parametrize(
    ("statement", "arguments", "indexes"),
    [
        ("every_review", _PAGE, {"review_newest"}),
        ("every_open_review", _PAGE, {"review_open_newest"}),
        ("reviews_of_job", f"{_SOMEBODY}, {_SOMEBODY}, true, {_PAGE}", {"review_of_job"}),
        ("reviews_of_viewer", f"{_SOMEBODY}, {_PAGE}", {"review_of_requester", "reviewer_by_user", "review_of_job"}),
        (
            "open_reviews_of_viewer",
            f"{_SOMEBODY}, {_PAGE}",
            {"review_open_of_requester", "reviewer_by_user", "review_open_of_job"},
        ),
        ("reviews_waiting_for", f"{_SOMEBODY}, NULL, NULL, {_PAGE}", {"reviewer_by_user"}),
        ("reviews_asked_by", f"{_SOMEBODY}, NULL, NULL, true, {_PAGE}", {"review_of_requester"}),
    ],
)
async def test_every_list_is_found_by_its_index(desk: Desk, statement: str, arguments: str, indexes: set[str]) -> None:
    await desk.rows(_MANY, BEGIN)
    await desk.rows("ANALYZE review, reviewer, job_team")
    async with desk.database.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('rapport.org_id', 'acme', true)")
        await connection.execute(f"PREPARE looked_at AS {SQL[statement]}")
        lines = [row[0] for row in await connection.fetch(f"EXPLAIN EXECUTE looked_at ({arguments})")]
        await connection.execute("DEALLOCATE looked_at")
    plan = "\n".join(lines)
    assert {index for index in indexes if f"using {index} " in plan or f"on {index} " in plan} == indexes, plan
    assert "Seq Scan on review " not in plan, plan


async def test_a_review_visible_for_several_reasons_is_listed_once(desk: Desk) -> None:
    job_id = next(iter(desk.peer.jobs))
    await desk.rows(
        "INSERT INTO job_team VALUES ('acme', $1, 1, ARRAY[$2::uuid, $3::uuid])", job_id, KATE.id, STRANGER.id
    )
    made = []
    for number in range(5):
        review = await desk.requested(1, (MARY, KATE) if number % 2 else (OMAR,))
        made.append(review.id)
        desk.time.passes(minutes=1)
    await desk.call(CancelReview(review_id=made[0]), RECRUITER)
    made.reverse()
    asked, seen = made[1::2], made[0::2]
    kate, mary, team = (viewer(who, Role.INTERVIEWER) for who in (KATE, MARY, STRANGER))

    for who, all_of_them in ((ADMIN, made), (kate, made), (team, made), (mary, asked), (COLLEAGUE, seen)):
        assert await listed(desk, who) == all_of_them
        assert await listed(desk, who, job_id=job_id) == all_of_them
        assert await listed(desk, who, person_ids=(review.items[0].profile.person_id,)) == all_of_them
        assert await listed(desk, who, person_ids=(UUID(int=5),), job_id=job_id) == []
        assert await listed(desk, who, open_only=True) == [i for i in all_of_them if i != made[-1]]
        assert await listed(desk, who, open_only=True, job_id=job_id) == [i for i in all_of_them if i != made[-1]]


async def test_what_waits_for_a_reviewer_comes_in_the_order_in_which_it_is_due(desk: Desk) -> None:
    due = [timedelta(days=3), None, timedelta(days=1), timedelta(days=2), None]
    made = [(await desk.requested(1, (MARY, OMAR), due_at=wait and desk.time() + wait)).id for wait in due]
    cancelled, finished = await desk.requested(1), await desk.requested(1, (MARY, OMAR))
    await desk.call(CancelReview(review_id=cancelled.id), RECRUITER)
    await desk.finished(finished, REVIEWER)

    waiting = await listed(desk, REVIEWER, box=ReviewBox.WAITING_FOR_ME)
    assert waiting[:3] == [made[2], made[3], made[0]]
    assert waiting[3:] == sorted([made[1], made[4]])
    assert finished.id in await listed(desk, COLLEAGUE, box=ReviewBox.WAITING_FOR_ME)
    assert await listed(desk, RECRUITER, box=ReviewBox.WAITING_FOR_ME) == []
    assert await listed(desk, REVIEWER, box=ReviewBox.WAITING_FOR_ME, job_id=UUID(int=5)) == []
    assert await listed(desk, REVIEWER, box=ReviewBox.WAITING_FOR_ME, person_ids=(UUID(int=5),)) == []


async def test_what_a_user_asked_for_is_listed_for_them_alone_the_newest_first(desk: Desk) -> None:
    made = []
    for by in (RECRUITER, ADMIN, RECRUITER, RECRUITER):
        made.append((await desk.requested(1, by=by)).id)
        desk.time.passes(minutes=1)
    await desk.call(CancelReview(review_id=made[2]), RECRUITER)
    job_id = next(iter(desk.peer.jobs))
    person_id = next(iter(desk.peer.people))

    asked = [made[3], made[2], made[0]]
    assert await listed(desk, RECRUITER, box=ReviewBox.ASKED_BY_ME) == asked
    assert await listed(desk, RECRUITER, box=ReviewBox.ASKED_BY_ME, job_id=job_id, person_ids=(person_id,)) == asked
    assert await listed(desk, RECRUITER, box=ReviewBox.ASKED_BY_ME, open_only=True) == [made[3], made[0]]
    assert await listed(desk, RECRUITER, box=ReviewBox.ASKED_BY_ME, job_id=UUID(int=5)) == []
    assert await listed(desk, RECRUITER, box=ReviewBox.ASKED_BY_ME, person_ids=(UUID(int=5),)) == []
    assert await listed(desk, ADMIN, box=ReviewBox.ASKED_BY_ME) == [made[1]]
    assert await listed(desk, REVIEWER, box=ReviewBox.ASKED_BY_ME) == []


async def listed(desk: Desk, who: Viewer, **given: object) -> list[UUID]:
    """Every review of a list, read two at a time."""
    found: list[UUID] = []
    after = None
    while True:
        page = await desk.call(GetReviews(page=Page(first=2, after=after), **given), who)  # type: ignore[arg-type]
        found += [edge.node.id for edge in page.edges]  # type: ignore[union-attr]
        if not page.has_next:  # type: ignore[union-attr]
            return found
        after = page.edges[-1].cursor  # type: ignore[union-attr]
