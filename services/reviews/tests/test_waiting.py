"""What waits for a user: verdicts they owe, and verdicts that others owe them."""

from datetime import timedelta

from rapport.contracts.identity import Viewer
from rapport.contracts.requests import MAX_WAITING
from rapport.contracts.reviews import (
    CancelReview,
    FinishReview,
    GetWaitingReviews,
    RemindReviewers,
    TakeBackVerdict,
    WaitingReviews,
)
from rapport.contracts.vocabulary import Verdict
from rapport.testing.statements import counted_statements
from services.reviews.tests.support.reviews_desk import (
    ADMIN,
    BEGIN,
    COLLEAGUE,
    KATE,
    MARY,
    OMAR,
    OUTSIDER,
    RECRUITER,
    REVIEWER,
    Desk,
    changed,
)


async def waiting(desk: Desk, by: Viewer) -> WaitingReviews:
    found = await desk.call(GetWaitingReviews(), by)
    assert isinstance(found, WaitingReviews), found
    return found


async def test_a_reviewer_owes_a_review_until_they_have_decided_on_everybody(desk: Desk) -> None:
    review = await desk.requested(2)
    await desk.given(review, REVIEWER, 0, Verdict.APPROVED)
    [owed] = (await waiting(desk, REVIEWER)).owed
    assert (owed.review_id, owed.job_title, owed.people, owed.decided) == (review.id, review.job_title, 2, 1)
    assert (owed.requested_by, owed.requester_name, owed.asked_at) == (KATE.id, KATE.name, BEGIN)
    await desk.given(review, REVIEWER, 1, Verdict.REJECTED)
    assert (await waiting(desk, REVIEWER)).owed == ()
    changed(
        await desk.call(
            TakeBackVerdict(review_id=review.id, person_id=review.items[1].profile.person_id, expected_version=1),
            REVIEWER,
        )
    )
    assert [each.decided for each in (await waiting(desk, REVIEWER)).owed] == [1]


async def test_the_requester_waits_for_those_who_have_not_decided_on_everybody(desk: Desk) -> None:
    due = BEGIN + timedelta(days=3)
    review = await desk.requested(1, (MARY, OMAR), due_at=due)
    await desk.given(review, REVIEWER, 0, Verdict.APPROVED)
    desk.time.passes(hours=2)
    changed(await desk.call(RemindReviewers(review_id=review.id), RECRUITER))
    found = await waiting(desk, RECRUITER)
    [awaited] = found.awaited
    assert (awaited.review_id, awaited.due_at, awaited.requested_at, awaited.people) == (review.id, due, BEGIN, 1)
    [omar] = awaited.reviewers
    assert (omar.user_id, omar.name, omar.decided, omar.asked_at) == (OMAR.id, OMAR.name, 0, BEGIN)
    assert omar.last_written_to_at == BEGIN + timedelta(hours=2)
    assert found.owed == ()
    await desk.given(review, COLLEAGUE, 0, Verdict.SKIPPED)
    assert (await waiting(desk, RECRUITER)).awaited == ()


async def test_nobody_waits_for_themselves(desk: Desk) -> None:
    review = await desk.requested(1, (KATE,))
    found = await waiting(desk, RECRUITER)
    assert [each.review_id for each in found.owed] == [review.id]
    assert found.awaited == ()


async def test_what_is_closed_or_finished_waits_for_nobody(desk: Desk) -> None:
    cancelled = await desk.requested(1)
    changed(await desk.call(CancelReview(review_id=cancelled.id), RECRUITER))
    finished = await desk.requested(1)
    await desk.given(finished, REVIEWER, 0, Verdict.APPROVED)
    changed(await desk.call(FinishReview(review_id=finished.id), REVIEWER))
    for who in (REVIEWER, RECRUITER):
        found = await waiting(desk, who)
        assert (found.owed_total, found.awaited_total) == (0, 0)


async def test_others_see_nothing_of_it_whatever_their_role(desk: Desk) -> None:
    await desk.requested(1)
    for who in (ADMIN, OUTSIDER):
        assert await waiting(desk, who) == WaitingReviews(owed=(), owed_total=0, awaited=(), awaited_total=0)


async def test_what_is_due_first_comes_first_and_all_is_counted(desk: Desk) -> None:
    undated = await desk.requested(1)
    later = await desk.requested(1, due_at=BEGIN + timedelta(days=4))
    sooner = await desk.requested(1, due_at=BEGIN + timedelta(days=2))
    found = await waiting(desk, REVIEWER)
    assert [each.review_id for each in found.owed] == [sooner.id, later.id, undated.id]
    assert [each.review_id for each in (await waiting(desk, RECRUITER)).awaited] == [sooner.id, later.id, undated.id]
    for _ in range(MAX_WAITING):
        await desk.requested(1)
    found = await waiting(desk, REVIEWER)
    assert (len(found.owed), found.owed_total) == (MAX_WAITING, MAX_WAITING + 3)


async def test_it_is_one_statement(desk: Desk) -> None:
    await desk.requested(3, (MARY, OMAR))
    async with counted_statements(desk.database.pool) as statements:
        await waiting(desk, RECRUITER)
    assert statements == ["get_waiting_reviews"]
