"""Reviews and messages over GraphQL: what is asked of the services, and how their answers come back."""

from uuid import uuid4

import pytest

from gateway.tests.support.gateway_client import RECRUITER, Acme, eventually, id_of
from gateway.tests.support.gateway_peer import NOON
from rapport.contracts import outreach, reviews
from rapport.contracts.events import (
    DueDateChanged,
    EventData,
    LinkReplaced,
    NoteCorrected,
    ReviewerFinished,
    ReviewersAdded,
    ReviewersReminded,
    ReviewRequested,
    ReviewStatusChanged,
    VerdictGiven,
    VerdictTakenBack,
)
from rapport.contracts.identity import Role
from rapport.contracts.refusals import Forbidden, ReviewConflict, ReviewState, TooSoon, VerdictConflict, VerdictState
from rapport.contracts.vocabulary import Blocker, NoteVisibility, ReviewBox, ReviewStatus, Verdict, VerdictChange
from rapport.gateway.graph.ids import Kind, global_id
from rapport.gateway.subscriptions.topics import ALL_REVIEWS, Topic, TopicKind
from rapport.kit.rpc.envelope import HandlerResult
from rapport.sandbox.issuer import Issuer

REQUEST = """
mutation ($input: RequestReviewInput!) { requestReview(input: $input) { __typename
  ... on Review { id }
  ... on Refusal { message } ... on InvalidInput { problems { path message code } } } }
"""
SEND = """
mutation ($input: SendMessageInput!) { sendMessage(input: $input) { __typename
  ... on Refusal { message } ... on InvalidInput { problems { path message code } } } }
"""


async def test_a_review_is_requested_with_the_ids_that_clients_know(acme: Acme) -> None:
    job = acme.peer.job(cards=1)
    people = list(acme.peer.people.values())[:2]
    reviewer = uuid4()
    given = {
        "personIds": [id_of(person) for person in people],
        "reviewerIds": [global_id(Kind.USER, reviewer)],
        "jobId": id_of(job),
        "note": " Probe at the second one ",
        "dueAt": "2026-12-01T09:00:00Z",
    }
    answer = await acme.execute(REQUEST, {"input": given})
    assert answer.data["requestReview"] == {"__typename": "Forbidden", "message": "not today"}
    (asked,) = acme.peer.asked_for(reviews.RequestReview)
    assert asked.person_ids == tuple(person.id for person in people)
    assert (asked.reviewer_ids, asked.job_id, asked.note) == ((reviewer,), job.id, "Probe at the second one")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"jobId": "x"}, ("jobId", "INVALID_ID", "must be an id")),
        ({"personIds": []}, ("personIds", "TOO_FEW", "must have at least 1 item")),
        ({"reviewerIds": ["x"]}, ("reviewerIds.0", "INVALID_ID", "must be an id")),
        ({"note": "x" * 4001}, ("note", "TOO_LONG", "must be at most 4000 characters long")),
        ({"dueAt": "2026-12-01T09:00:00"}, ("dueAt", "TIME_ZONE_REQUIRED", "must have a time zone")),
        ({"idempotencyKey": ""}, ("idempotencyKey", "MALFORMED", "must be 1 to 200 visible ASCII characters")),
    ],
)
async def test_an_invalid_field_is_named_and_nothing_is_sent(
    acme: Acme, change: dict[str, object], problem: tuple[str, str, str]
) -> None:
    job = acme.peer.job(cards=1)
    person = next(iter(acme.peer.people.values()))
    usual = {"personIds": [id_of(person)], "reviewerIds": [global_id(Kind.USER, uuid4())], "jobId": id_of(job)}
    answer = (await acme.execute(REQUEST, {"input": usual | change})).data["requestReview"]
    assert answer["__typename"] == "InvalidInput"
    assert [(p["path"], p["code"], p["message"]) for p in answer["problems"]] == [problem]
    assert acme.peer.asked_for(reviews.RequestReview) == []


async def test_everything_that_is_wrong_with_an_input_is_reported_at_once(acme: Acme) -> None:
    given = {
        "personIds": [],
        "reviewerIds": ["x", id_of(acme.peer.job())],
        "jobId": "x",
        "note": "x" * 4001,
        "dueAt": "2026-12-01T09:00:00",
        "idempotencyKey": "",
    }
    answer = (await acme.execute(REQUEST, {"input": given})).data["requestReview"]
    assert {(problem["path"], problem["code"]) for problem in answer["problems"]} == {
        ("personIds", "TOO_FEW"),
        ("reviewerIds.0", "INVALID_ID"),
        ("reviewerIds.1", "INVALID_ID"),
        ("jobId", "INVALID_ID"),
        ("note", "TOO_LONG"),
        ("dueAt", "TIME_ZONE_REQUIRED"),
        ("idempotencyKey", "MALFORMED"),
    }


GIVE = """
mutation ($input: GiveVerdictInput!) { giveVerdict(input: $input) { __typename ... on Refusal { message }
  ... on VerdictConflict { current { verdict note visibility version givenAt } } } }
"""
TAKE_BACK = """
mutation ($input: TakeBackVerdictInput!) { takeBackVerdict(input: $input) { __typename ... on Refusal { message }
  ... on VerdictConflict { current { version } } } }
"""
NOTE = """
mutation ($input: CorrectReviewNoteInput!) { correctReviewNote(input: $input) { __typename
  ... on Refusal { message } ... on ReviewConflict { current { version note dueAt } } } }
"""
REMIND = """
mutation ($input: RemindReviewersInput!) { remindReviewers(input: $input) { __typename
  ... on Refusal { message } ... on TooSoon { againAt } } }
"""


async def test_a_verdict_says_which_version_was_seen_and_leaves_what_it_does_not_name(acme: Acme) -> None:
    about = {"reviewId": global_id(Kind.REVIEW, uuid4()), "personId": global_id(Kind.PERSON, uuid4())}
    for given in ({}, {"note": "", "visibility": "PRIVATE", "expectedVersion": 3}):
        await acme.execute(GIVE, {"input": about | {"verdict": "STARRED"} | given})
    first, second = acme.peer.asked_for(reviews.GiveVerdict)
    assert (first.note, first.visibility, first.expected_version) == (None, None, None)
    assert (second.note, second.visibility, second.expected_version) == ("", NoteVisibility.PRIVATE, 3)


async def test_a_verdict_that_was_changed_elsewhere_is_shown_with_its_version(acme: Acme) -> None:
    about = {"reviewId": global_id(Kind.REVIEW, uuid4()), "personId": global_id(Kind.PERSON, uuid4())}
    now = VerdictState(
        verdict=Verdict.REJECTED, note="Newer", visibility=NoteVisibility.PRIVATE, given_at=NOON, version=2
    )
    acme.peer.refusal = VerdictConflict(current=now)
    answer = await acme.execute(GIVE, {"input": about | {"verdict": "STARRED", "expectedVersion": 1}})
    assert answer.data["giveVerdict"] == {
        "__typename": "VerdictConflict",
        "message": "Your verdict was changed in another window or on another device.",
        "current": {
            "verdict": "REJECTED",
            "note": "Newer",
            "visibility": "PRIVATE",
            "version": 2,
            "givenAt": NOON.isoformat(),
        },
    }
    acme.peer.refusal = VerdictConflict(current=None)
    answer = await acme.execute(TAKE_BACK, {"input": about | {"expectedVersion": 1}})
    assert answer.data["takeBackVerdict"]["current"] is None


async def test_an_amendment_that_would_overwrite_another_shows_what_is_there(acme: Acme) -> None:
    review = {"reviewId": global_id(Kind.REVIEW, uuid4())}
    acme.peer.refusal = ReviewConflict(current=ReviewState(version=4, note="Newer", due_at=None))
    answer = await acme.execute(NOTE, {"input": review | {"note": "Mine", "expectedVersion": 2}})
    assert answer.data["correctReviewNote"] == {
        "__typename": "ReviewConflict",
        "message": "Someone has changed the review in the meantime.",
        "current": {"version": 4, "note": "Newer", "dueAt": None},
    }
    acme.peer.refusal = TooSoon(reason="they were sent a mail less than an hour ago", again_at=NOON)
    answer = await acme.execute(REMIND, {"input": review})
    assert answer.data["remindReviewers"] == {
        "__typename": "TooSoon",
        "message": "they were sent a mail less than an hour ago",
        "againAt": NOON.isoformat(),
    }


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
    answer = await acme.execute(SEND, {"input": given})
    assert answer.data["sendMessage"]["__typename"] == "Forbidden"
    (asked,) = acme.peer.asked_for(outreach.SendMessage)
    assert (asked.person_id, asked.from_user_id, asked.subject) == (person.id, manager, "Hello")


async def test_a_subject_of_several_lines_is_left_to_the_service_but_an_empty_one_is_refused(acme: Acme) -> None:
    acme.peer.job(cards=1)
    person = next(iter(acme.peer.people.values()))
    given = {"personId": id_of(person), "subject": "  ", "body": "Would you…"}
    answer = (await acme.execute(SEND, {"input": given})).data["sendMessage"]
    assert answer["problems"] == [{"path": "subject", "message": "must not be empty", "code": "TOO_SHORT"}]
    assert acme.peer.asked_for(outreach.SendMessage) == []


async def test_the_progress_of_a_review_reaches_its_subscribers(acme: Acme) -> None:
    job = acme.peer.job(cards=1)
    application = next(iter(acme.peer.applications.values()))
    review = reviews.Review(
        id=uuid4(), job_id=job.id, job_title="Engineer",
            requested_by=uuid4(), note=None, due_at=None, status=ReviewStatus.SENT,
        created_at=NOON, closed_at=None, version=1, reviewers=(), items=(),
    )  # fmt: skip
    acme.peer.requested[review.id] = review
    query = """subscription ($id: ID!) { reviewChanged(reviewId: $id) { __typename review { status }
      ... on ReviewStatusChange { previous current } } }"""
    async with acme.socket() as client:
        await client.acknowledged()
        await client.subscribe(query, {"id": global_id(Kind.REVIEW, review.id)})
        topic = Topic(TopicKind.REVIEW, review.id)
        await eventually(lambda: acme.gateway.hub.count("acme", topic) == 1)
        done = ReviewStatusChanged(
            job_id=job.id,
            requested_by=review.requested_by,
            previous=ReviewStatus.SENT,
            current=ReviewStatus.IN_PROGRESS,
        )
        acme.peer.requested[review.id] = review.model_copy(update={"status": ReviewStatus.IN_PROGRESS})
        await acme.publish(job, done, application, subject=str(review.id))
        change = (await client.receive())["payload"]["data"]["reviewChanged"]
    assert change == {
        "__typename": "ReviewStatusChange",
        "review": {"status": "IN_PROGRESS"},
        "previous": "SENT",
        "current": "IN_PROGRESS",
    }


async def test_a_user_is_notified_of_all_reviews_they_requested_and_of_no_others(acme: Acme) -> None:
    job = acme.peer.job(cards=1)
    application = next(iter(acme.peer.applications.values()))
    me = acme.peer.users["acme", RECRUITER].viewer.user_id
    mine, other = (
        reviews.Review(
            id=uuid4(), job_id=job.id, job_title="Engineer", requested_by=requester, note=None, due_at=None,
            status=ReviewStatus.SENT, created_at=NOON, closed_at=None, version=1, reviewers=(), items=(),
        )
        for requester in (me, uuid4())
    )  # fmt: skip
    acme.peer.requested = {review.id: review for review in (mine, other)}
    requested = ReviewRequested(job_id=job.id, requested_by=me, reviewer_ids=(uuid4(),), person_ids=(uuid4(),))
    async with acme.socket() as client:
        await client.acknowledged()
        await client.subscribe("subscription { reviewsChanged { __typename review { id jobTitle } } }")
        await eventually(lambda: acme.gateway.hub.count("acme", ALL_REVIEWS) == 1)
        for review in (other, mine):
            await acme.publish(job, requested, application, subject=str(review.id))
        change = (await client.receive())["payload"]["data"]["reviewsChanged"]
    assert change == {
        "__typename": "ReviewOpened",
        "review": {"id": global_id(Kind.REVIEW, mine.id), "jobTitle": "Engineer"},
    }


_ANNA = uuid4()
_SAID = {
    "verdict_id": uuid4(),
    "job_id": uuid4(),
    "person_id": uuid4(),
    "reviewer_id": _ANNA,
    "decided": 1,
    "people": 2,
}
_GIVEN = _SAID | {"previous": Verdict.STARRED, "noted": True, "visibility": NoteVisibility.PRIVATE, "version": 2}
_JOB = {"job_id": uuid4()}
_VERDICT = {"__typename": "ReviewVerdictGiven", "decided": 1}


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (
            VerdictGiven(**_GIVEN, current=Verdict.STARRED, change=VerdictChange.NOTE_EDITED),
            _VERDICT | {"change": "NOTE_EDITED"},
        ),
        # One of before the change was recorded says it by what was said before.
        (VerdictGiven(**_GIVEN, current=Verdict.STARRED), _VERDICT | {"change": "NOTE_EDITED"}),
        (VerdictGiven(**_GIVEN, current=Verdict.SKIPPED), _VERDICT | {"change": "CHANGED_MIND"}),
        (
            VerdictTakenBack(**_SAID, previous=Verdict.STARRED, version=3, reopened=True),
            {"__typename": "ReviewVerdictTakenBack", "reopened": True, "decided": 1},
        ),
        (
            ReviewerFinished(**_JOB, reviewer_id=_ANNA, asked_at=NOON, decided_at=NOON, finished=1, reviewers=2),
            {"__typename": "ReviewReviewerFinished", "finished": 1, "of": 2, "decidedAt": NOON.isoformat()},
        ),
        (LinkReplaced(**_JOB, reviewer_id=_ANNA, sent=True), {"__typename": "ReviewLinkReplaced", "sent": True}),
        (ReviewersAdded(**_JOB, reviewer_ids=(_ANNA,)), {"__typename": "ReviewReviewersAdded"}),
        (ReviewersReminded(**_JOB, reviewer_ids=(_ANNA,)), {"__typename": "ReviewReviewersReminded"}),
        (
            DueDateChanged(**_JOB, previous=None, current=NOON),
            {"__typename": "ReviewDueDateChanged", "previousDate": None, "due": NOON.isoformat()},
        ),
        (NoteCorrected(**_JOB, noted=False), {"__typename": "ReviewNoteCorrected", "noted": False}),
    ],
)  # fmt: skip
async def test_every_change_of_a_review_reaches_its_subscribers(
    acme: Acme, event: EventData, expected: dict[str, object]
) -> None:
    job = acme.peer.job(cards=1)
    application = next(iter(acme.peer.applications.values()))
    review = reviews.Review(
        id=uuid4(), job_id=job.id, job_title="Engineer",
            requested_by=uuid4(), note=None, due_at=None, status=ReviewStatus.SENT,
        created_at=NOON, closed_at=None, version=1, reviewers=(), items=(),
    )  # fmt: skip
    acme.peer.requested[review.id] = review
    query = """subscription ($id: ID!) { reviewChanged(reviewId: $id) { __typename
      ... on ReviewVerdictGiven { change decided } ... on ReviewVerdictTakenBack { reopened decided }
      ... on ReviewReviewerFinished { finished of: reviewers decidedAt } ... on ReviewLinkReplaced { sent }
      ... on ReviewDueDateChanged { previousDate: previous due: current } ... on ReviewNoteCorrected { noted } } }"""
    async with acme.socket() as client:
        await client.acknowledged()
        await client.subscribe(query, {"id": global_id(Kind.REVIEW, review.id)})
        topic = Topic(TopicKind.REVIEW, review.id)
        await eventually(lambda: acme.gateway.hub.count("acme", topic) == 1)
        await acme.publish(job, event, application, subject=str(review.id))
        assert (await client.receive())["payload"]["data"]["reviewChanged"] == expected


async def test_a_review_that_does_not_exist_cannot_be_watched(acme: Acme) -> None:
    async with acme.socket() as client:
        await client.acknowledged()
        query = "subscription ($id: ID!) { reviewChanged(reviewId: $id) { cursor } }"
        await client.subscribe(query, {"id": global_id(Kind.REVIEW, uuid4())})
        refused = await client.receive()
    assert refused["payload"][0]["extensions"] == {"code": "NOT_FOUND", "argument": "reviewId"}


async def test_users_are_found_by_name(acme: Acme) -> None:
    query = "query ($text: String) { users(containing: $text) { nodes { name } } }"
    assert (await acme.execute(query, {"text": "Ben"})).data["users"]["nodes"] == [{"name": "Ben Birk"}]
    assert len((await acme.execute(query)).data["users"]["nodes"]) == 3
    assert (await acme.execute(query, {"text": "x" * 101})).code == "BAD_REQUEST"


@pytest.mark.parametrize(
    ("role", "requester", "reviewer", "status", "can"),
    [
        ("recruiter", True, False, ReviewStatus.SENT, {"decide": False, "manage": True}),
        ("recruiter", False, True, ReviewStatus.IN_PROGRESS, {"decide": True, "manage": False}),
        ("recruiter", True, True, ReviewStatus.CANCELLED, {"decide": False, "manage": False}),
        ("recruiter", False, False, ReviewStatus.SENT, {"decide": False, "manage": False}),
        ("admin", False, False, ReviewStatus.SENT, {"decide": False, "manage": True}),
    ],
)
async def test_a_review_says_what_the_viewer_can_do_in_it(
    acme: Acme, issuer: Issuer, role: str, requester: bool, reviewer: bool, status: ReviewStatus, can: dict[str, bool]
) -> None:
    acme.peer.user("somebody@acme.example", Role(role))
    me = acme.peer.users["acme", "somebody@acme.example"].viewer.user_id
    review = reviews.Review(
        id=uuid4(), job_id=uuid4(), job_title="Engineer", requested_by=me if requester else uuid4(), note=None,
        due_at=None, status=status, created_at=NOON, closed_at=None, version=1, items=(), people_count=3,
        reviewers=(reviews.Reviewer(user_id=me if reviewer else uuid4(), name="R", decided=0, finished_at=None,
                                    link_expires_at=NOON, link_revoked=False, asked_at=NOON),),
    )  # fmt: skip
    acme.peer.requested[review.id] = review
    query = "query ($id: ID!) { review(id: $id) { peopleCount viewerCan { decide manage } } }"
    token = issuer.token("somebody@acme.example")
    answer = await acme.execute(query, {"id": global_id(Kind.REVIEW, review.id)}, token=token)
    assert answer.data["review"] == {"peopleCount": 3, "viewerCan": can}


async def test_a_box_of_reviews_is_asked_for_as_such(acme: Acme) -> None:
    await acme.execute("{ waiting: reviews(box: WAITING_FOR_ME) { nodes { id } } }")
    await acme.execute("{ asked: reviews(box: ASKED_BY_ME, openOnly: true) { nodes { id } } }")
    asked = [(given.box, given.open_only) for given in acme.peer.asked_for(reviews.GetReviews)]
    assert asked == [(ReviewBox.WAITING_FOR_ME, False), (ReviewBox.ASKED_BY_ME, True)]


@pytest.mark.parametrize(("role", "may"), [(Role.RECRUITER, True), (Role.HIRING_MANAGER, False)])
async def test_a_viewer_is_told_whether_they_may_request_reviews(
    acme: Acme, issuer: Issuer, role: Role, may: bool
) -> None:
    acme.peer.user("somebody@acme.example", role)
    answer = await acme.execute("{ me { can { requestReviews } } }", token=issuer.token("somebody@acme.example"))
    assert answer.data["me"] == {"can": {"requestReviews": may}}


async def test_reviews_are_read_with_their_people_only_where_those_are_selected(acme: Acme) -> None:
    plain, whole = "{ reviews(first: 100) { nodes { id } } }", "{ reviews { nodes { items { disputed } } } }"
    assert (await acme.execute(plain)).data["reviews"]["nodes"] == []
    assert (await acme.execute(whole)).data["reviews"]["nodes"] == []
    assert [asked.include_items for asked in acme.peer.asked_for(reviews.GetReviews)] == [False, True]
    refused = await acme.execute("{ reviews(first: 21) { nodes { items { disputed } } } }")
    assert refused.code == "PAGE_TOO_LARGE"
    assert refused.error["extensions"]["maximum"] == 20


PEOPLE = """{ people(first: 10) { nodes { id contactability { canBeWrittenTo blocker until } } } }"""


async def test_whether_a_page_of_people_can_be_written_to_costs_one_request(acme: Acme) -> None:
    acme.peer.job(cards=1)
    fine, capped, suppressed = acme.peer.people
    until = {capped: NOON}
    blockers = {capped: Blocker.PERSON_CAP, suppressed: Blocker.SUPPRESSED}
    for person_id in (fine, capped, suppressed):
        acme.peer.contactability[person_id] = outreach.Contactability(
            person_id=person_id, blocker=blockers.get(person_id), until=until.get(person_id)
        )

    nodes = (await acme.execute(PEOPLE)).data["people"]["nodes"]

    assert {node["id"]: node["contactability"] for node in nodes} == {
        global_id(Kind.PERSON, fine): {"canBeWrittenTo": True, "blocker": None, "until": None},
        global_id(Kind.PERSON, capped): {"canBeWrittenTo": False, "blocker": "PERSON_CAP", "until": NOON.isoformat()},
        global_id(Kind.PERSON, suppressed): {"canBeWrittenTo": False, "blocker": "SUPPRESSED", "until": None},
    }
    assert [set(asked.person_ids) for asked in acme.peer.asked_for(outreach.GetContactability)] == [
        {fine, capped, suppressed}
    ]


async def test_whoever_does_not_write_to_people_is_not_told_who_can_be_written_to(acme: Acme) -> None:
    acme.peer.job(cards=1)

    async def forbid(*_: object) -> HandlerResult:
        return Forbidden(reason="only recruiters write to people")

    acme.peer.answering[outreach.GetContactability] = forbid
    nodes = (await acme.execute(PEOPLE)).data["people"]["nodes"]
    assert [node["contactability"] for node in nodes] == [None, None, None]
