"""A review that was sent is amended: more reviewers, another due date, a corrected note, a reminder now."""

import json
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rapport.contracts.refusals import (
    Forbidden,
    InputProblemCode,
    Invalid,
    NotFound,
    ReviewConflict,
    ReviewState,
    TooSoon,
)
from rapport.contracts.reviews import (
    AddReviewers,
    CancelReview,
    ChangeDueDate,
    CorrectNote,
    FinishReview,
    GetReviewsByIds,
    Notification,
    RemindReviewers,
    ReplaceLink,
    RequestReview,
    Review,
)
from rapport.contracts.vocabulary import NotificationKind, ReviewStatus, Verdict
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
    changed,
)
from services.reviews.tests.support.reviews_peer import user

SOON, LATE = NotificationKind.REVIEW_DUE_SOON, NotificationKind.REVIEW_OVERDUE


async def told(desk: Desk, review: Review) -> list[tuple[str, dict[str, Any]]]:
    """The events of a review after its request."""
    rows = await desk.rows(
        "SELECT subject, body::jsonb -> 'data' AS data FROM outbox WHERE aggregate_id = $1 AND aggregate_version > 1"
        " ORDER BY aggregate_version",
        review.id,
    )
    return [(row["subject"].split(".")[4], json.loads(row["data"])) for row in rows]


async def recipients(desk: Desk, kind: NotificationKind) -> list[object]:
    return [row["recipient_id"] for row in await desk.notifications(kind)]


async def test_more_reviewers_are_asked_and_get_a_link_each(desk: Desk) -> None:
    review = await desk.requested(2, (MARY,), due_at=BEGIN + timedelta(days=2))
    desk.time.passes(hours=3)
    request = AddReviewers(review_id=review.id, reviewer_ids=(OMAR.id, MARY.id, OMAR.id))
    after = changed(await desk.call(request, RECRUITER, key="once"))
    assert [(r.user_id, r.asked_at) for r in after.reviewers] == [(MARY.id, BEGIN), (OMAR.id, desk.time.at)]
    assert after.reviewers[1].link_expires_at == BEGIN + timedelta(days=16)
    [event] = await told(desk, review)
    assert event == ("reviewers_added", {"job_id": str(review.job_id), "reviewer_ids": [str(OMAR.id)]})
    assert (await desk.get(await desk.link(review, OMAR)))[0] == 200
    before = await desk.everything()
    assert changed(await desk.call(request, RECRUITER, key="once")).version == after.version
    other = await desk.call(request.model_copy(update={"reviewer_ids": (STRANGER.id,)}), RECRUITER, key="once")
    assert other == Invalid.because("idempotency_key", "was used for another amendment", InputProblemCode.KEY_REUSED)
    assert await desk.everything() == before


async def test_a_reviewer_who_was_added_has_to_finish_as_well(desk: Desk) -> None:
    review = await desk.requested(1, (MARY,))
    changed(await desk.call(AddReviewers(review_id=review.id, reviewer_ids=(OMAR.id,)), RECRUITER))
    assert (await desk.finished(review, REVIEWER)).status is ReviewStatus.IN_PROGRESS
    assert (await desk.finished(review, COLLEAGUE)).status is ReviewStatus.COMPLETED


async def test_a_user_who_cannot_review_is_not_added(desk: Desk) -> None:
    review = await desk.requested(1)
    gone = desk.peer.users[OMAR.id] = OMAR.model_copy(update={"active": False})
    nobody = user("No Body")
    before = await desk.everything()
    for asked, refusal in (
        (
            gone.id,
            Invalid.because("reviewer_ids.0", "no longer belongs to the organisation", InputProblemCode.USER_LEFT),
        ),
        (nobody.id, NotFound(what="user", id=str(nobody.id))),
    ):
        result = await desk.call(AddReviewers(review_id=review.id, reviewer_ids=(asked,)), RECRUITER)
        assert result == refusal
    many = [user(f"User {n}") for n in range(20)]
    desk.peer.users.update({each.id: each for each in many})
    crowd = AddReviewers(review_id=review.id, reviewer_ids=tuple(each.id for each in many))
    assert await desk.call(crowd, RECRUITER) == Invalid.because(
        "reviewer_ids", "a review has 20 reviewers at most", InputProblemCode.TOO_MANY
    )
    assert await desk.everything() == before


async def test_another_due_date_moves_links_and_reminders(desk: Desk) -> None:
    review = await desk.requested(1, due_at=BEGIN + timedelta(days=1))
    link = await desk.link(review)
    desk.time.at = BEGIN + timedelta(days=2)
    await desk.maintenance.run_once()
    assert await recipients(desk, LATE) == [MARY.id]
    late = (await desk.notifications(LATE))[0]["id"]
    due_at = BEGIN + timedelta(days=20)  # a Tuesday
    request = ChangeDueDate(review_id=review.id, due_at=due_at, expected_version=1)
    after = changed(await desk.call(request, RECRUITER))
    assert (after.due_at, after.version, after.reviewers[0].link_expires_at) == (due_at, 2, due_at + timedelta(days=14))
    assert await told(desk, review) == [
        (
            "due_date_changed",
            {
                "job_id": str(review.job_id),
                "previous": (BEGIN + timedelta(days=1)).isoformat(),
                "current": due_at.isoformat(),
            },
        )
    ]
    assert await desk.mail(late) == NotFound(what="notification", id=str(late)), "it is not overdue any more"
    desk.time.at = due_at - timedelta(days=1)
    await desk.maintenance.run_once()
    await desk.maintenance.run_once()
    assert await recipients(desk, SOON) == [MARY.id]
    desk.time.at = due_at + timedelta(days=1)
    await desk.maintenance.run_once()
    await desk.maintenance.run_once()
    assert await recipients(desk, LATE) == [MARY.id, MARY.id]
    desk.time.at = due_at + timedelta(days=13)
    assert (await desk.get(link))[0] == 200


async def test_a_repeated_request_is_recognised_in_any_time_zone_and_order(desk: Desk) -> None:
    review = await desk.requested(1)
    due_at = BEGIN + timedelta(days=20)
    wanted = ChangeDueDate(review_id=review.id, due_at=due_at, expected_version=1)
    moved = changed(await desk.call(wanted, RECRUITER, key="due"))
    elsewhere = wanted.model_copy(update={"due_at": due_at.astimezone(ZoneInfo("Asia/Kathmandu"))})
    assert changed(await desk.call(elsewhere, RECRUITER, key="due")).version == moved.version
    added = changed(await desk.call(AddReviewers(review_id=review.id, reviewer_ids=(OMAR.id,)), RECRUITER, key="add"))
    twice = AddReviewers(review_id=review.id, reviewer_ids=(OMAR.id, OMAR.id))
    assert changed(await desk.call(twice, RECRUITER, key="add")).version == added.version


async def test_a_review_without_a_due_date_can_get_one(desk: Desk) -> None:
    review = await desk.requested(1)
    due_at = BEGIN + timedelta(days=2)
    changed(await desk.call(ChangeDueDate(review_id=review.id, due_at=due_at, expected_version=1), RECRUITER))
    desk.time.at = BEGIN + timedelta(days=1)
    await desk.maintenance.run_once()
    assert await recipients(desk, SOON) == [MARY.id]


async def test_a_due_date_cannot_be_moved_to_the_past_or_beyond_a_year(desk: Desk) -> None:
    review = await desk.requested(1)
    before = await desk.everything()
    for days, what in ((-1, "lies in the past"), (400, "must lie within a year")):
        request = ChangeDueDate(review_id=review.id, due_at=BEGIN + timedelta(days=days), expected_version=1)
        assert await desk.call(request, RECRUITER) == Invalid.because("due_at", what, InputProblemCode.OUT_OF_RANGE)
    assert await desk.everything() == before


async def test_an_expected_version_that_never_existed_is_invalid(desk: Desk) -> None:
    review = await desk.requested(1)
    before = await desk.everything()
    for request in (
        ChangeDueDate(review_id=review.id, due_at=BEGIN + timedelta(days=9), expected_version=9999),
        CorrectNote(review_id=review.id, note="Another", expected_version=9999),
    ):
        result = await desk.call(request, RECRUITER)
        assert result == Invalid.because("expected_version", "is newer than the review", InputProblemCode.OUT_OF_RANGE)
    assert await desk.everything() == before


async def test_a_corrected_note_is_what_the_page_shows_and_no_event_quotes_it(desk: Desk) -> None:
    review = await desk.requested(1, note="Ask about Ljubljana")
    link = await desk.link(review)
    request = CorrectNote(review_id=review.id, note=" Ask about Graz ", expected_version=1)
    after = changed(await desk.call(request, ADMIN))
    assert (after.note, after.version) == ("Ask about Graz", 2)
    _, page = await desk.get(link)
    assert "Ask about Graz" in page
    assert "Ljubljana" not in page
    assert await told(desk, review) == [("note_corrected", {"job_id": str(review.job_id), "noted": True})]
    gone = changed(await desk.call(CorrectNote(review_id=review.id, note="", expected_version=2), RECRUITER))
    assert gone.note is None


async def test_an_amendment_of_what_was_amended_since_is_a_conflict(desk: Desk) -> None:
    review = await desk.requested(1, note="First")
    # Verdicts come in meanwhile; they are no reason to refuse an amendment.
    await desk.given(review, REVIEWER, 0, Verdict.APPROVED)
    changed(await desk.call(CorrectNote(review_id=review.id, note="Second", expected_version=1), RECRUITER))
    due_at = BEGIN + timedelta(days=3)
    changed(await desk.call(ChangeDueDate(review_id=review.id, due_at=due_at, expected_version=1), RECRUITER))
    before = await desk.everything()
    state = ReviewState(version=5, note="Second", due_at=due_at)
    for request in (
        CorrectNote(review_id=review.id, note="Third", expected_version=3),
        ChangeDueDate(review_id=review.id, due_at=BEGIN + timedelta(days=4), expected_version=4),
    ):
        assert await desk.call(request, ADMIN) == ReviewConflict(current=state)
    assert await desk.everything() == before


async def test_those_who_have_to_decide_are_reminded_now_and_not_again_within_the_hour(desk: Desk) -> None:
    review = await desk.requested(1, (MARY, OMAR), note="Please", due_at=BEGIN + timedelta(days=3))
    early = await desk.call(RemindReviewers(review_id=review.id), RECRUITER)
    assert early == TooSoon(reason="they were sent a mail less than an hour ago", again_at=BEGIN + timedelta(hours=1))
    await desk.given(review, COLLEAGUE, 0, Verdict.APPROVED)
    desk.time.at = BEGIN + timedelta(hours=11)  # outside working hours; a request means now
    after = changed(await desk.call(RemindReviewers(review_id=review.id), RECRUITER, key="once"))
    assert after.reviewers[0].last_written_to_at == desk.time.at
    assert await recipients(desk, NotificationKind.REVIEW_REMINDER) == [MARY.id]
    assert (await told(desk, review))[-1] == (
        "reviewers_reminded",
        {"job_id": str(review.job_id), "reviewer_ids": [str(MARY.id)]},
    )
    [notification] = await desk.notifications(NotificationKind.REVIEW_REMINDER)
    mail = await desk.mail(notification["id"])
    assert isinstance(mail, Notification)
    assert mail.subject == "A reminder: 1 person to review for Senior Backend Engineer"
    assert "1 person for Senior Backend Engineer still waits for your verdict" in mail.text
    assert "Kate Austen asked us to remind you" in mail.text
    before = await desk.everything()
    changed(await desk.call(RemindReviewers(review_id=review.id), RECRUITER, key="once"))
    assert isinstance(await desk.call(RemindReviewers(review_id=review.id), RECRUITER), TooSoon)
    assert await desk.everything() == before
    desk.time.passes(hours=1)
    changed(await desk.call(RemindReviewers(review_id=review.id, reviewer_ids=(MARY.id,)), RECRUITER))
    assert await recipients(desk, NotificationKind.REVIEW_REMINDER) == [MARY.id, MARY.id]


async def test_reviewers_who_have_finished_or_have_no_valid_link_are_not_reminded(desk: Desk) -> None:
    review = await desk.requested(1, (MARY, OMAR))
    await desk.given(review, REVIEWER, 0, Verdict.APPROVED)
    changed(await desk.call(ReplaceLink(review_id=review.id, reviewer_id=OMAR.id, send_new=False), RECRUITER))
    desk.time.passes(hours=2)
    before = await desk.everything()
    for asked, reason in (
        ((), "their links no longer work; send them new ones"),
        ((MARY.id,), "they have already decided on everyone"),
    ):
        result = await desk.call(RemindReviewers(review_id=review.id, reviewer_ids=asked), RECRUITER)
        assert result == Forbidden(reason=reason)
    stranger = await desk.call(RemindReviewers(review_id=review.id, reviewer_ids=(KATE.id,)), RECRUITER)
    assert stranger == NotFound(what="reviewer", id=str(KATE.id))
    assert await desk.everything() == before


def amendments(review: Review) -> list[Any]:
    return [
        AddReviewers(review_id=review.id, reviewer_ids=(STRANGER.id,)),
        ChangeDueDate(review_id=review.id, due_at=BEGIN + timedelta(days=9), expected_version=1),
        CorrectNote(review_id=review.id, note="Other", expected_version=1),
        RemindReviewers(review_id=review.id),
    ]


@pytest.mark.parametrize("number", range(4))
async def test_a_review_is_amended_only_by_its_managers_while_it_is_open(desk: Desk, number: int) -> None:
    review = await desk.requested(1, (MARY,))
    before = await desk.everything()
    result = await desk.call(amendments(review)[number], REVIEWER)
    assert isinstance(result, Forbidden)
    assert result.reason.startswith("only the requester of the review and admins may")
    assert await desk.everything() == before
    await desk.call(CancelReview(review_id=review.id), RECRUITER)
    before = await desk.everything()
    assert await desk.call(amendments(review)[number], RECRUITER) == Forbidden(reason="the review is already cancelled")
    assert await desk.everything() == before


async def test_one_of_several_reviewers_finishing_is_a_change_with_how_long_they_took(desk: Desk) -> None:
    review = await desk.requested(1, (MARY, OMAR))
    desk.time.passes(hours=1)
    await desk.given(review, REVIEWER, 0, Verdict.APPROVED)
    decided_at = desk.time.at
    desk.time.passes(hours=5)
    await desk.given(review, REVIEWER, 0, Verdict.APPROVED, "A note, hours later")
    half = changed(await desk.call(FinishReview(review_id=review.id), REVIEWER))
    assert (half.version, half.status) == (5, ReviewStatus.IN_PROGRESS)
    assert (await told(desk, review))[-1] == (
        "reviewer_finished",
        {
            "job_id": str(review.job_id),
            "reviewer_id": str(MARY.id),
            "asked_at": BEGIN.isoformat(),
            "decided_at": decided_at.isoformat(),
            "finished": 1,
            "reviewers": 2,
        },
    )


async def test_a_link_revoked_twice_is_one_change(desk: Desk) -> None:
    review = await desk.requested(1)
    request = ReplaceLink(review_id=review.id, reviewer_id=MARY.id, send_new=False)
    changed(await desk.call(request, RECRUITER))
    before = await desk.everything()
    assert changed(await desk.call(request, RECRUITER)).version == 2
    assert await desk.everything() == before
    assert await told(desk, review) == [
        ("link_replaced", {"job_id": str(review.job_id), "reviewer_id": str(MARY.id), "sent": False})
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"note": "Another"},
        {"note": None},
        {"due_at": BEGIN + timedelta(days=2, seconds=1)},
        {"due_at": None},
        {"turned": "person_ids"},
        {"turned": "reviewer_ids"},
        {"cut": "person_ids"},
        {"cut": "reviewer_ids"},
    ],
)
async def test_an_idempotency_key_stands_for_one_request_with_all_its_fields(desk: Desk, other: dict[str, Any]) -> None:
    request = desk.wish(2, (MARY, OMAR), note="Please", due_at=BEGIN + timedelta(days=2))
    first = await desk.call(request, RECRUITER, key="once")
    before = await desk.everything()
    if turned := other.get("turned"):
        other = {turned: getattr(request, turned)[::-1]}
    if cut := other.get("cut"):
        other = {cut: getattr(request, cut)[:1]}
    result = await desk.call(request.model_copy(update=other), RECRUITER, key="once")
    assert result == Invalid.because("idempotency_key", "was used for another review", InputProblemCode.KEY_REUSED)
    same = RequestReview.model_validate_json(
        request.model_dump_json().replace("2026-06-12T12:00:00Z", "2026-06-12T14:00:00+02:00")
    )
    assert await desk.call(same, RECRUITER, key="once") == first
    assert await desk.everything() == before


async def test_a_repeated_request_returns_the_current_review(desk: Desk) -> None:
    request = desk.wish(1, (MARY,), note="First")
    review = changed(await desk.call(request, RECRUITER, key="once"))
    changed(await desk.call(CorrectNote(review_id=review.id, note="Second", expected_version=1), RECRUITER))
    changed(await desk.call(AddReviewers(review_id=review.id, reviewer_ids=(OMAR.id,)), RECRUITER))
    again = changed(await desk.call(request, RECRUITER, key="once"))
    found = await desk.call(GetReviewsByIds(ids=(review.id,)), RECRUITER)
    assert found.items == (again,)  # type: ignore[union-attr]
    assert again.note == "Second"
