"""Verdicts, finishing, cancelling and links: what they change and publish, and when they are refused."""

import asyncio
from datetime import timedelta

from rapport.contracts.identity import Role
from rapport.contracts.refusals import Forbidden, InputProblemCode, Invalid, NotFound
from rapport.contracts.reviews import (
    CancelReview,
    FinishReview,
    GetReviewsByIds,
    GetVerdictsByIds,
    GiveVerdict,
    Notification,
    ReplaceLink,
)
from rapport.contracts.vocabulary import NoteVisibility, NotificationKind, ReviewStatus, Verdict
from rapport.kit.identity import new_id
from services.reviews.tests.support.reviews_desk import (
    ADMIN,
    COLLEAGUE,
    KATE,
    MARY,
    OMAR,
    RECRUITER,
    REVIEWER,
    Desk,
    changed,
    viewer,
)

GIVEN, STATUS = "reviews.review.verdict_given.v1", "reviews.review.status_changed.v1"


async def test_the_first_verdict_begins_the_review_and_both_are_published(desk: Desk) -> None:
    review = await desk.requested(2)
    after = await desk.given(review, REVIEWER, 0, Verdict.STARRED, "Excellent")
    assert (after.status, after.version, after.reviewers[0].decided) == (ReviewStatus.IN_PROGRESS, 3, 1)
    verdict = after.items[0].verdicts[0]
    assert (verdict.verdict, verdict.note, verdict.changes) == (Verdict.STARRED, "Excellent", 0)
    assert (await desk.events(review.id))[1:] == [(GIVEN, 2), (STATUS, 3)]


async def test_a_verdict_can_change_until_the_review_closes_and_its_history_is_kept(desk: Desk) -> None:
    review = await desk.requested(2)
    await desk.given(review, REVIEWER, 0, Verdict.REJECTED, "No")
    desk.time.passes(minutes=5)
    after = await desk.given(review, REVIEWER, 0, Verdict.APPROVED, "On second thoughts, yes")
    verdict = after.items[0].verdicts[0]
    assert (verdict.verdict, verdict.changes, verdict.given_at) == (Verdict.APPROVED, 1, desk.time.at)
    kept = await desk.rows("SELECT number, verdict, note, actor FROM verdict_change ORDER BY number")
    assert [tuple(row) for row in kept] == [
        (0, "rejected", "No", f"user:{MARY.id}"),
        (1, "approved", "On second thoughts, yes", f"user:{MARY.id}"),
    ]
    body = await desk.rows("SELECT body FROM outbox WHERE subject LIKE '%verdict_given%' ORDER BY aggregate_version")
    assert '"previous":"rejected","current":"approved"' in body[1]["body"]
    assert "thoughts" not in body[1]["body"]


async def test_repeating_a_verdict_changes_nothing(desk: Desk) -> None:
    review = await desk.requested()
    await desk.given(review, REVIEWER, 0, Verdict.APPROVED, "Yes")
    before = await desk.everything()
    await desk.given(review, REVIEWER, 0, Verdict.APPROVED, "Yes")
    assert await desk.everything() == before


async def test_a_verdict_repeated_under_its_key_does_not_undo_a_later_one(desk: Desk) -> None:
    review = await desk.requested()
    wish = GiveVerdict(review_id=review.id, person_id=review.items[0].profile.person_id, verdict=Verdict.APPROVED)
    changed(await desk.call(wish, REVIEWER, key="first"))
    await desk.given(review, REVIEWER, 0, Verdict.REJECTED, key="second")
    before = await desk.everything()
    again = changed(await desk.call(wish, REVIEWER, key="first"))
    assert again.items[0].verdicts[0].verdict is Verdict.REJECTED
    for other in ({"verdict": Verdict.SKIPPED}, {"note": "No"}, {"visibility": NoteVisibility.PUBLIC}):
        result = await desk.call(wish.model_copy(update=other), REVIEWER, key="first")
        assert result == Invalid.because("idempotency_key", "was used for another verdict", InputProblemCode.KEY_REUSED)
    assert await desk.everything() == before


async def test_concurrent_verdicts_are_all_stored_with_consecutive_versions(desk: Desk) -> None:
    review = await desk.requested(4, (MARY, OMAR))
    async with asyncio.TaskGroup() as group:
        for who in (REVIEWER, COLLEAGUE):
            for number in range(4):
                group.create_task(desk.given(review, who, number, Verdict.APPROVED))
    events = await desk.events(review.id)
    assert [version for _, version in events] == list(range(1, 11))
    assert [name for name, _ in events].count(GIVEN) == 8


async def test_only_reviewers_give_verdicts_and_only_on_those_they_are_asked_about(desk: Desk) -> None:
    review = await desk.requested(1)
    person_id = review.items[0].profile.person_id
    before = await desk.everything()
    wish = GiveVerdict(review_id=review.id, person_id=person_id, verdict=Verdict.APPROVED)
    assert isinstance(await desk.call(wish, RECRUITER), Forbidden)
    assert isinstance(await desk.call(wish, ADMIN), Forbidden)
    stranger = new_id()
    foreign = GiveVerdict(review_id=review.id, person_id=stranger, verdict=Verdict.APPROVED)
    assert await desk.call(foreign, REVIEWER) == NotFound(what="person", id=str(stranger))
    assert await desk.everything() == before


async def test_others_verdicts_are_hidden_until_ones_own_is_given(desk: Desk) -> None:
    review = await desk.requested(2, (MARY, OMAR))
    theirs = await desk.given(review, COLLEAGUE, 0, Verdict.REJECTED, "No", NoteVisibility.PUBLIC)
    verdict_id = theirs.items[0].verdicts[0].id

    async def seen() -> tuple[int, int]:
        found = await desk.call(GetReviewsByIds(ids=(review.id,)), REVIEWER)
        verdicts = await desk.call(GetVerdictsByIds(ids=(verdict_id,)), REVIEWER)
        return len(found.items[0].items[0].verdicts), len(verdicts.items)  # type: ignore[union-attr]

    assert await seen() == (0, 0)
    own = await desk.given(review, REVIEWER, 0, Verdict.APPROVED)
    assert own.items[0].disputed
    assert await seen() == (2, 1)


async def test_a_reviewer_cannot_finish_before_deciding_on_everyone(desk: Desk) -> None:
    review = await desk.requested(3)
    await desk.given(review, REVIEWER, 0, Verdict.SKIPPED)
    before = await desk.everything()
    result = await desk.call(FinishReview(review_id=review.id), REVIEWER)
    assert result == Invalid.because("review_id", "2 people are still undecided", InputProblemCode.WRONG_STATE)
    assert isinstance(await desk.call(FinishReview(review_id=review.id), RECRUITER), Forbidden)
    assert await desk.everything() == before


async def test_a_review_is_completed_when_every_reviewer_has_finished_and_its_requester_is_notified(desk: Desk) -> None:
    review = await desk.requested(2, (MARY, OMAR))
    await desk.given(review, COLLEAGUE, 0, Verdict.REJECTED)
    half = await desk.finished(review, REVIEWER)
    assert (half.status, half.reviewers[0].finished_at) == (ReviewStatus.IN_PROGRESS, desk.time.at)
    assert await desk.notifications(NotificationKind.REVIEW_COMPLETED) == []
    await desk.given(review, COLLEAGUE, 1, Verdict.SKIPPED)
    done = changed(await desk.call(FinishReview(review_id=review.id), COLLEAGUE))
    assert (done.status, done.closed_at) == (ReviewStatus.COMPLETED, desk.time.at)
    assert (await desk.events(review.id))[-1][0] == STATUS
    (notification,) = await desk.notifications(NotificationKind.REVIEW_COMPLETED)
    mail = await desk.mail(notification["id"])
    assert isinstance(mail, Notification)
    assert mail.to_address == KATE.email
    assert "Approved: 2" in mail.text
    assert "Rejected: 1" in mail.text
    assert "disagree on 1 person" in mail.text
    assert "/r/" not in mail.text + mail.html
    before = await desk.everything()
    assert changed(await desk.call(FinishReview(review_id=review.id), COLLEAGUE)) == done
    assert await desk.everything() == before


async def test_a_closed_review_takes_no_verdicts_and_says_why(desk: Desk) -> None:
    review = await desk.requested(1)
    await desk.finished(review, REVIEWER)
    before = await desk.everything()
    wish = GiveVerdict(review_id=review.id, person_id=review.items[0].profile.person_id, verdict=Verdict.REJECTED)
    assert await desk.call(wish, REVIEWER) == Forbidden(reason="the review is already completed")
    assert await desk.call(CancelReview(review_id=review.id), RECRUITER) == Forbidden(
        reason="the review is already completed"
    )
    replacing = ReplaceLink(review_id=review.id, reviewer_id=MARY.id)
    assert isinstance(await desk.call(replacing, RECRUITER), Forbidden)
    assert await desk.everything() == before


async def test_only_the_requester_and_admins_cancel_a_review(desk: Desk) -> None:
    review = await desk.requested()
    before = await desk.everything()
    for who in (REVIEWER, viewer(OMAR, Role.RECRUITER)):
        assert isinstance(await desk.call(CancelReview(review_id=review.id), who), Forbidden)
    assert await desk.everything() == before
    gone = changed(await desk.call(CancelReview(review_id=review.id), ADMIN))
    assert (gone.status, gone.version) == (ReviewStatus.CANCELLED, 2)
    assert changed(await desk.call(CancelReview(review_id=review.id), ADMIN)) == gone
    notification = (await desk.notifications())[0]["id"]
    assert await desk.mail(notification) == NotFound(what="notification", id=str(notification))


async def test_a_replaced_link_stops_working_and_the_new_one_is_sent_once(desk: Desk) -> None:
    review = await desk.requested()
    old = await desk.link(review)
    first = (await desk.notifications())[0]["id"]
    desk.time.passes(hours=1)
    wish = ReplaceLink(review_id=review.id, reviewer_id=MARY.id)
    assert isinstance(await desk.call(wish, REVIEWER), Forbidden)
    await desk.call(wish, RECRUITER, key="once")
    before = await desk.everything()
    after = changed(await desk.call(wish, RECRUITER, key="once"))
    assert await desk.everything() == before
    assert (after.reviewers[0].link_revoked, after.version) == (False, 2)
    assert (await desk.events(review.id))[1:] == [("reviews.review.link_replaced.v1", 2)]
    new = await desk.link(review)
    assert new != old
    assert [(await desk.get(link))[0] for link in (old, new)] == [410, 200]
    assert len(await desk.notifications()) == 2
    assert isinstance(await desk.mail(first), NotFound)


async def test_a_link_can_be_revoked_without_another(desk: Desk) -> None:
    review = await desk.requested()
    link = await desk.link(review)
    wish = ReplaceLink(review_id=review.id, reviewer_id=MARY.id, send_new=False)
    assert changed(await desk.call(wish, RECRUITER)).reviewers[0].link_revoked
    status, text = await desk.get(link)
    assert status == 410
    assert "no longer valid" in text
    assert len(await desk.notifications()) == 1
    unknown = ReplaceLink(review_id=review.id, reviewer_id=KATE.id)
    assert await desk.call(unknown, RECRUITER) == NotFound(what="reviewer", id=str(KATE.id))


async def test_a_link_made_late_lives_long_enough_to_be_used(desk: Desk) -> None:
    review = await desk.requested(due_at=desk.time.at + timedelta(days=1))
    desk.time.passes(days=10)
    wish = ReplaceLink(review_id=review.id, reviewer_id=MARY.id)
    assert changed(await desk.call(wish, RECRUITER)).reviewers[0].link_expires_at == desk.time.at + timedelta(days=14)
