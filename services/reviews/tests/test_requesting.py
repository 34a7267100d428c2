"""Requesting a review: who may, about whom, and what is published and sent."""

from datetime import timedelta

import pytest

from rapport.contracts.identity import Role
from rapport.contracts.refusals import Forbidden, InputProblemCode, Invalid, NotFound
from rapport.contracts.requests import Page
from rapport.contracts.reviews import (
    CancelReview,
    FinishReview,
    GetReviews,
    GetReviewsByIds,
    GetVerdictsByIds,
    GiveVerdict,
    Notification,
    RenderNotification,
    ReplaceLink,
    RequestReview,
)
from rapport.contracts.vocabulary import ReviewStatus, Verdict
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
    viewer,
)
from services.reviews.tests.support.reviews_peer import job, person, user


async def nothing(desk: Desk) -> bool:
    return await desk.rows("SELECT 1 FROM review") == [] and await desk.events() == []


async def test_a_review_holds_the_people_as_they_were_in_the_order_given(desk: Desk) -> None:
    review = await desk.requested(3, (MARY, OMAR), note="  Please have a look ", due_at=BEGIN + timedelta(days=3))
    assert [item.profile.name for item in review.items] == ["Amira Haddad", "Jonas Lindqvist", "Priya Raghunathan"]
    assert [reviewer.name for reviewer in review.reviewers] == ["Mary Major", "Omar Little"]
    assert (review.status, review.version, review.note) == (ReviewStatus.SENT, 1, "Please have a look")
    assert review.reviewers[0].link_expires_at == BEGIN + timedelta(days=17)
    desk.peer.people[review.items[0].profile.person_id] = person(0, last_name="Changed")
    again = await desk.call(GetReviewsByIds(ids=(review.id,)), RECRUITER)
    assert again.items == (review,)  # type: ignore[union-attr]


async def test_a_review_without_due_date_has_links_for_thirty_days(desk: Desk) -> None:
    review = await desk.requested()
    assert review.reviewers[0].link_expires_at == BEGIN + timedelta(days=30)


async def test_a_new_review_is_published_and_each_reviewer_receives_one_link(desk: Desk) -> None:
    review = await desk.requested(2, (MARY, OMAR))
    assert await desk.events(review.id) == [("reviews.review.requested.v1", 1)]
    notifications = await desk.notifications()
    assert {(n["kind"], n["recipient_id"]) for n in notifications} == {
        ("review_requested", MARY.id),
        ("review_requested", OMAR.id),
    }
    assert [await desk.events(n["id"]) for n in notifications] == [[("reviews.notification.due.v1", 1)]] * 2
    mail = await desk.mail(notifications[0]["id"])
    assert isinstance(mail, Notification)
    assert (mail.to_address, mail.to_name) in {(MARY.email, MARY.name), (OMAR.email, OMAR.name)}
    assert await desk.link(review, MARY) != await desk.link(review, OMAR)


async def test_a_request_repeated_under_its_key_creates_one_review(desk: Desk) -> None:
    first = await desk.call(desk.wish(), RECRUITER, key="once")
    before = await desk.everything()
    assert await desk.call(desk.wish(), RECRUITER, key="once") == first
    other = await desk.call(desk.wish(people=1), RECRUITER, key="once")
    assert isinstance(other, Invalid)
    assert await desk.everything() == before


@pytest.mark.parametrize("role", [Role.HIRING_MANAGER, Role.INTERVIEWER, Role.EXECUTIVE])
async def test_only_recruiting_roles_may_request_reviews(desk: Desk, role: Role) -> None:
    assert isinstance(await desk.call(desk.wish(), viewer(KATE, role)), Forbidden)
    assert await nothing(desk)


async def test_a_due_date_in_the_past_or_beyond_a_year_is_refused(desk: Desk) -> None:
    for days, said in ((-1, "lies in the past"), (400, "must lie within a year")):
        result = await desk.call(desk.wish(due_at=BEGIN + timedelta(days=days)), RECRUITER)
        assert result == Invalid.because("due_at", said, InputProblemCode.OUT_OF_RANGE)
    assert await nothing(desk)


async def test_what_the_viewer_does_not_see_or_does_not_exist_is_not_found(desk: Desk) -> None:
    hidden, gone, nobody = next(iter(desk.peer.people)), person(99).id, user("No Body")
    desk.peer.hidden.add(hidden)
    for wish, what, which in (
        (desk.wish(1), "person", hidden),
        (desk.wish(person_ids=(gone,)), "person", gone),
        (desk.wish(person_ids=tuple(desk.peer.people)[1:2], reviewers=(nobody,)), "user", nobody.id),
        (desk.wish(person_ids=tuple(desk.peer.people)[1:2], job_id=job("x").id), "job", job("x").id),
    ):
        assert await desk.call(wish, RECRUITER) == NotFound(what=what, id=str(which))
    assert await nothing(desk)


async def test_pipeline_is_called_on_behalf_of_the_requester(desk: Desk) -> None:
    await desk.requested()
    assert {asked.viewer for asked in desk.peer.asked} == {RECRUITER}


async def test_characters_that_cannot_be_stored_are_removed(desk: Desk) -> None:
    review = await desk.requested(note="a\x00b \ud83d e\u0301")
    assert review.note == "ab \ufffd é"


async def test_another_organisation_sees_nothing_of_a_review(desk: Desk) -> None:
    review = await desk.requested()
    verdict = (await desk.given(review, REVIEWER, 0, Verdict.APPROVED)).items[0].verdicts[0]
    stranger = viewer(KATE, Role.ADMIN, org="globex")
    before = await desk.everything()
    assert (await desk.call(GetReviews(), stranger)).edges == ()  # type: ignore[union-attr]
    assert (await desk.call(GetReviewsByIds(ids=(review.id,)), stranger)).items == ()  # type: ignore[union-attr]
    assert (await desk.call(GetVerdictsByIds(ids=(verdict.id,)), stranger)).items == ()  # type: ignore[union-attr]
    cancel = await desk.call(CancelReview(review_id=review.id), stranger)
    assert cancel == NotFound(what="review", id=str(review.id))
    notification = (await desk.notifications())[0]["id"]
    assert await desk.call(RenderNotification(org_id="globex", notification_id=notification), None) == NotFound(
        what="notification", id=str(notification)
    )
    assert await desk.everything() == before


async def test_lists_are_read_page_by_page_newest_first(desk: Desk) -> None:
    made = []
    for _ in range(3):
        made.append((await desk.requested(1)).id)
        desk.time.passes(minutes=1)
    first = await desk.call(GetReviews(page=Page(first=2)), RECRUITER)
    last = await desk.call(GetReviews(page=Page(first=2, after=first.edges[-1].cursor)), RECRUITER)  # type: ignore[union-attr]
    assert [e.node.id for e in (*first.edges, *last.edges)] == made[::-1]  # type: ignore[union-attr]
    assert (first.has_next, last.has_next) == (True, False)  # type: ignore[union-attr]
    assert isinstance(await desk.call(GetReviews(page=Page(first=0)), RECRUITER), Invalid)
    assert isinstance(await desk.call(GetReviews(page=Page(after=("x", "y"))), RECRUITER), Invalid)


async def test_a_page_of_whole_reviews_is_small_and_one_without_their_people_is_not(desk: Desk) -> None:
    review = await desk.requested(2, (MARY,))
    await desk.given(review, REVIEWER, 0, Verdict.APPROVED)
    refused = await desk.call(GetReviews(page=Page(first=21)), RECRUITER)
    assert refused == Invalid.because(
        "page.first", "must be at most 20 where items are included", InputProblemCode.OUT_OF_RANGE
    )
    whole = await desk.call(GetReviewsByIds(ids=(review.id,)), RECRUITER)
    without = whole.items[0].model_copy(update={"items": ()})  # type: ignore[union-attr]
    listed = await desk.call(GetReviews(page=Page(first=100), include_items=False), RECRUITER)
    assert [edge.node for edge in listed.edges] == [without]  # type: ignore[union-attr]
    named = await desk.call(GetReviewsByIds(ids=(review.id,), include_items=False), RECRUITER)
    assert named.items == (without,)  # type: ignore[union-attr]
    assert without.reviewers[0].decided == 1


async def test_a_list_has_the_reviews_the_viewer_takes_part_in(desk: Desk) -> None:
    review = await desk.requested(1, (MARY,))
    other = await desk.requested(1, (OMAR,))
    await desk.call(CancelReview(review_id=other.id), RECRUITER)

    async def seen(who: object, **given: object) -> set[object]:
        page = await desk.call(GetReviews(**given), who)  # type: ignore[arg-type]
        return {edge.node.id for edge in page.edges}  # type: ignore[union-attr]

    assert await seen(ADMIN) == {review.id, other.id}
    assert await seen(REVIEWER) == {review.id}
    assert await seen(COLLEAGUE) == {other.id}
    assert await seen(OUTSIDER) == set()
    assert await seen(ADMIN, open_only=True) == {review.id}
    assert await seen(ADMIN, job_id=job("x").id) == set()


async def test_a_viewer_who_cannot_see_a_review_cannot_change_it(desk: Desk) -> None:
    review = await desk.requested()
    person_id = review.items[0].profile.person_id
    before = await desk.everything()
    for wish in (
        GiveVerdict(review_id=review.id, person_id=person_id, verdict=Verdict.APPROVED),
        FinishReview(review_id=review.id),
        CancelReview(review_id=review.id),
        ReplaceLink(review_id=review.id, reviewer_id=MARY.id),
    ):
        assert await desk.call(wish, OUTSIDER) == NotFound(what="review", id=str(review.id))  # type: ignore[arg-type]
    assert await desk.everything() == before


async def test_a_request_cannot_name_more_people_than_the_limit(desk: Desk) -> None:
    wish = RequestReview.model_construct(
        person_ids=(person(1).id,) * 101, reviewer_ids=(MARY.id,), job_id=job().id, note=None, due_at=None
    )
    result = await desk.call(wish, RECRUITER)
    assert isinstance(result, Invalid)
    assert result.problems[0].path == "person_ids"
    assert await nothing(desk)


async def test_a_former_user_is_not_asked(desk: Desk) -> None:
    desk.peer.users[OMAR.id] = OMAR.model_copy(update={"active": False})
    request = RequestReview(person_ids=(person(0).id,), reviewer_ids=(MARY.id, OMAR.id), job_id=job().id)
    result = await desk.call(request, RECRUITER)
    assert result == Invalid.because(
        "reviewer_ids.1", "no longer belongs to the organisation", InputProblemCode.USER_LEFT
    )
    assert await nothing(desk)
