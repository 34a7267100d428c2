"""Periodic work: reminders in working hours, finishing for reviewers who forgot to, expiring links."""

from datetime import UTC, datetime, timedelta

import pytest

from rapport.contracts.refusals import NotFound
from rapport.contracts.reviews import FinishReview, GetReviewsByIds, Notification, Review
from rapport.contracts.vocabulary import NotificationKind, ReviewStatus, Verdict
from services.reviews.tests.support.reviews_desk import BEGIN, COLLEAGUE, MARY, OMAR, RECRUITER, REVIEWER, Desk

SOON, LATE = NotificationKind.REVIEW_DUE_SOON, NotificationKind.REVIEW_OVERDUE


async def now(desk: Desk, review: Review) -> Review:
    found = await desk.call(GetReviewsByIds(ids=(review.id,)), RECRUITER)
    return found.items[0]  # type: ignore[union-attr]


async def recipients(desk: Desk, kind: NotificationKind) -> list[object]:
    return [row["recipient_id"] for row in await desk.notifications(kind)]


async def test_reviewers_who_owe_verdicts_are_reminded_once_a_day_ahead(desk: Desk) -> None:
    review = await desk.requested(2, (MARY, OMAR), due_at=BEGIN + timedelta(days=2))
    await desk.given(review, COLLEAGUE, 0, Verdict.APPROVED)
    await desk.given(review, COLLEAGUE, 1, Verdict.APPROVED)
    desk.time.passes(minutes=59)
    await desk.maintenance.run_once()
    assert await desk.notifications(SOON) == []
    desk.time.at = BEGIN + timedelta(days=1)
    await desk.maintenance.run_once()
    await desk.maintenance.run_once()
    assert await recipients(desk, SOON) == [MARY.id]
    (notification,) = await desk.notifications(SOON)
    assert await desk.events(notification["id"]) == [("reviews.notification.due.v1", 1)]
    mail = await desk.mail(notification["id"])
    assert isinstance(mail, Notification)
    assert mail.subject == "Due soon: 2 people to review for Senior Backend Engineer"
    assert (await desk.get(await desk.link(review)))[0] == 200


async def test_nobody_is_reminded_outside_working_hours(desk: Desk) -> None:
    # Due on Thursday evening: a day ahead is Wednesday evening, so the reminder comes on Thursday at nine.
    await desk.requested(1, due_at=datetime(2026, 6, 11, 20, tzinfo=UTC))
    for hour in (20, 23):
        desk.time.at = datetime(2026, 6, 10, hour, tzinfo=UTC)
        await desk.maintenance.run_once()
    assert await desk.notifications(SOON) == []
    desk.time.at = datetime(2026, 6, 11, 9, tzinfo=UTC)
    await desk.maintenance.run_once()
    assert await recipients(desk, SOON) == [MARY.id]


async def test_reviewers_asked_less_than_a_day_ahead_are_not_reminded_at_once(desk: Desk) -> None:
    await desk.requested(1, due_at=BEGIN + timedelta(hours=4))
    desk.time.passes(hours=1)
    await desk.maintenance.run_once()
    assert await desk.notifications(SOON) == []


async def test_late_reviewers_are_reminded_once_a_day_after(desk: Desk) -> None:
    review = await desk.requested(1, due_at=BEGIN + timedelta(hours=3))
    desk.time.at = BEGIN + timedelta(hours=26)
    await desk.maintenance.run_once()
    assert await desk.notifications(LATE) == []
    desk.time.at = BEGIN + timedelta(hours=27)
    await desk.maintenance.run_once()
    desk.time.passes(days=4)
    await desk.maintenance.run_once()
    assert await recipients(desk, LATE) == [MARY.id]
    notification = (await desk.notifications(LATE))[0]["id"]
    assert isinstance(await desk.mail(notification), Notification)
    await desk.given(review, REVIEWER, 0, Verdict.SKIPPED)
    assert await desk.mail(notification) == NotFound(what="notification", id=str(notification))


async def test_a_reviewer_who_decided_on_everyone_is_finished_an_hour_later(desk: Desk) -> None:
    review = await desk.requested(2)
    for number in range(2):
        await desk.given(review, REVIEWER, number, Verdict.APPROVED)
        desk.time.passes(minutes=30)
    desk.time.passes(minutes=29)
    await desk.maintenance.run_once()
    assert (await now(desk, review)).status is ReviewStatus.IN_PROGRESS
    desk.time.passes(minutes=1)
    await desk.maintenance.run_once()
    done = await now(desk, review)
    assert (done.status, done.reviewers[0].finished_at) == (ReviewStatus.COMPLETED, desk.time.at)
    assert len(await desk.notifications(NotificationKind.REVIEW_COMPLETED)) == 1
    actor = await desk.rows("SELECT body::json ->> 'actor' AS actor FROM outbox WHERE subject LIKE '%status_changed%'")
    assert actor[-1]["actor"] == "system:maintenance"


async def test_a_review_whose_links_have_all_expired_is_closed(desk: Desk) -> None:
    review = await desk.requested(1, (MARY, OMAR))
    link = await desk.link(review)
    desk.time.passes(days=29)
    await desk.maintenance.run_once()
    assert (await now(desk, review)).status is ReviewStatus.SENT
    desk.time.passes(days=1)
    status, text = await desk.get(link)
    assert status == 410
    assert "expired" in text
    await desk.maintenance.run_once()
    closed = await now(desk, review)
    assert (closed.status, closed.closed_at, closed.version) == (ReviewStatus.EXPIRED, desk.time.at, 2)
    assert (await desk.get(link))[0] == 410


async def test_an_unreadable_review_does_not_hold_up_the_others(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    due = BEGIN + timedelta(days=2)
    broken, sound = sorted(
        [await desk.requested(1, due_at=due), await desk.requested(1, due_at=due)], key=lambda r: r.id
    )
    await desk.rows("UPDATE item SET profile = '{}' WHERE review_id = $1", broken.id)
    desk.time.at = BEGIN + timedelta(days=1)
    await desk.maintenance.run_once()
    assert [row["review_id"] for row in await desk.notifications(SOON)] == [sound.id]
    assert [line for line in caplog.messages if "the maintenance of review" in line] == [
        f"the maintenance of review {broken.id} failed (ValidationError)"
    ]


@pytest.mark.parametrize("days", [0, 1, 40])
async def test_a_closed_review_is_left_alone(desk: Desk, days: int) -> None:
    review = await desk.requested(1, due_at=BEGIN + timedelta(days=2))
    await desk.given(review, REVIEWER, 0, Verdict.APPROVED)
    await desk.call(FinishReview(review_id=review.id), REVIEWER)
    before = await desk.everything()
    desk.time.passes(days=days)
    await desk.maintenance.run_once()
    assert await desk.everything() == before
