"""Reviews and messages over GraphQL: what is asked of the services, and how their answers come back."""

from uuid import uuid4

import pytest
from gateway_client import Acme, eventually, id_of
from gateway_peer import NOON

from rapport.contracts import outreach, reviews
from rapport.contracts.facts import ReviewStatusChanged
from rapport.contracts.hiring import ReviewStatus
from rapport.gateway.events.topics import Topic, Watched
from rapport.gateway.ids import Kind, global_id

REQUEST = """
mutation ($input: RequestReviewInput!) { requestReview(input: $input) { __typename
  ... on Review { id }
  ... on Refusal { message } ... on InvalidInput { problems { path message } } } }
"""
SEND = """
mutation ($input: SendMessageInput!) { sendMessage(input: $input) { __typename
  ... on Refusal { message } ... on InvalidInput { problems { path message } } } }
"""


async def test_a_review_is_requested_with_the_ids_that_clients_know(acme: Acme) -> None:
    job = acme.peer.job(cards=1)
    people = list(acme.peer.people.values())[:2]
    reviewer = uuid4()
    given = {
        "personIds": [id_of(person) for person in people],
        "reviewerIds": [global_id(Kind.USER, reviewer)],
        "jobId": id_of(job),
        "note": " Look at the second one ",
        "dueAt": "2026-12-01T09:00:00Z",
    }
    answer = await acme.ask(REQUEST, {"input": given})
    assert answer.data["requestReview"] == {"__typename": "Forbidden", "message": "not today"}
    (asked,) = acme.peer.asked_for(reviews.RequestReview)
    assert asked.person_ids == tuple(person.id for person in people)
    assert (asked.reviewer_ids, asked.job_id, asked.note) == ((reviewer,), job.id, "Look at the second one")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"jobId": "x"}, ("jobId", "the value is not an id")),
        ({"personIds": []}, ("personIds", "must name at least 1")),
        ({"reviewerIds": ["x"]}, ("reviewerIds.0", "the value is not an id")),
        ({"note": "x" * 4001}, ("note", "must not have more than 4000 characters")),
        ({"dueAt": "2026-12-01T09:00:00"}, ("dueAt", "must say in which time zone")),
        ({"idempotencyKey": ""}, ("idempotencyKey", "must be 1 to 200 visible ASCII characters")),
    ],
)
async def test_a_senseless_request_is_told_field_by_field_and_never_sent(
    acme: Acme, change: dict[str, object], problem: tuple[str, str]
) -> None:
    job = acme.peer.job(cards=1)
    person = next(iter(acme.peer.people.values()))
    usual = {"personIds": [id_of(person)], "reviewerIds": [global_id(Kind.USER, uuid4())], "jobId": id_of(job)}
    answer = (await acme.ask(REQUEST, {"input": usual | change})).data["requestReview"]
    assert answer["__typename"] == "InvalidInput"
    assert [(p["path"], p["message"]) for p in answer["problems"]] == [problem]
    assert acme.peer.asked_for(reviews.RequestReview) == []


async def test_a_message_is_sent_with_the_ids_that_clients_know(acme: Acme) -> None:
    acme.peer.job(cards=1)
    person = next(iter(acme.peer.people.values()))
    manager = uuid4()
    given = {
        "personId": id_of(person),
        "subject": "Hello",
        "body": "Would you…",
        "fromUserId": global_id(Kind.USER, manager),
        "idempotencyKey": "m-1",
    }
    answer = await acme.ask(SEND, {"input": given})
    assert answer.data["sendMessage"]["__typename"] == "Forbidden"
    (asked,) = acme.peer.asked_for(outreach.SendMessage)
    assert (asked.person_id, asked.from_user_id, asked.subject) == (person.id, manager, "Hello")


async def test_a_subject_of_several_lines_is_left_to_the_service_but_an_empty_one_is_refused(acme: Acme) -> None:
    acme.peer.job(cards=1)
    person = next(iter(acme.peer.people.values()))
    given = {"personId": id_of(person), "subject": "  ", "body": "Would you…"}
    answer = (await acme.ask(SEND, {"input": given})).data["sendMessage"]
    assert answer["problems"] == [{"path": "subject", "message": "must not be empty"}]
    assert acme.peer.asked_for(outreach.SendMessage) == []


async def test_how_a_review_comes_along_is_told_to_whoever_watches_it(acme: Acme) -> None:
    job = acme.peer.job(cards=1)
    application = next(iter(acme.peer.applications.values()))
    review = reviews.Review(
        id=uuid4(), job_id=job.id, requested_by=uuid4(), note=None, due_at=None, status=ReviewStatus.SENT,
        created_at=NOON, closed_at=None, version=1, reviewers=(), items=(),
    )  # fmt: skip
    acme.peer.requested[review.id] = review
    query = """subscription ($id: ID!) { reviewChanged(reviewId: $id) { __typename review { status }
      ... on ReviewStatusChange { previous current } } }"""
    async with acme.socket() as client:
        await client.acknowledged()
        await client.subscribe(query, {"id": global_id(Kind.REVIEW, review.id)})
        topic = Topic(Watched.REVIEW, review.id)
        await eventually(lambda: acme.gateway.changes.watched("acme", topic) == 1)
        done = ReviewStatusChanged(
            job_id=job.id,
            requested_by=review.requested_by,
            previous=ReviewStatus.SENT,
            current=ReviewStatus.IN_PROGRESS,
        )
        acme.peer.requested[review.id] = review.model_copy(update={"status": ReviewStatus.IN_PROGRESS})
        await acme.publish(job, done, application, subject=str(review.id))
        change = (await client.heard())["payload"]["data"]["reviewChanged"]
    assert change == {
        "__typename": "ReviewStatusChange",
        "review": {"status": "IN_PROGRESS"},
        "previous": "SENT",
        "current": "IN_PROGRESS",
    }


async def test_a_review_that_does_not_exist_cannot_be_watched(acme: Acme) -> None:
    async with acme.socket() as client:
        await client.acknowledged()
        query = "subscription ($id: ID!) { reviewChanged(reviewId: $id) { cursor } }"
        await client.subscribe(query, {"id": global_id(Kind.REVIEW, uuid4())})
        refused = await client.heard()
    assert refused["payload"][0]["extensions"] == {"code": "NOT_FOUND", "argument": "reviewId"}


async def test_users_are_found_by_name(acme: Acme) -> None:
    query = "query ($text: String) { users(containing: $text) { nodes { name } } }"
    assert (await acme.ask(query, {"text": "Ben"})).data["users"]["nodes"] == [{"name": "Ben Birk"}]
    assert len((await acme.ask(query)).data["users"]["nodes"]) == 3
    assert (await acme.ask(query, {"text": "x" * 101})).code == "BAD_REQUEST"


async def test_reviews_are_read_with_their_people_only_where_those_are_selected(acme: Acme) -> None:
    plain, whole = "{ reviews(first: 100) { nodes { id } } }", "{ reviews { nodes { items { disputed } } } }"
    assert (await acme.ask(plain)).data["reviews"]["nodes"] == []
    assert (await acme.ask(whole)).data["reviews"]["nodes"] == []
    assert [asked.include_items for asked in acme.peer.asked_for(reviews.GetReviews)] == [False, True]
    refused = await acme.ask("{ reviews(first: 21) { nodes { items { disputed } } } }")
    assert refused.code == "PAGE_TOO_LARGE"
    assert refused.error["extensions"]["maximum"] == 20
