"""A person's activity feed: typed, from every service, as far as the viewer may see it."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest

from gateway.tests.support.gateway_client import Acme, eventually, id_of, moved
from gateway.tests.support.gateway_peer import NOON
from rapport.contracts import outreach, pipeline, reviews
from rapport.contracts.pipeline import ActivityEntry, ActivityKind
from rapport.contracts.refusals import Forbidden
from rapport.contracts.vocabulary import (
    Channel,
    MessageState,
    NoteVisibility,
    ReplyKind,
    ReviewStatus,
    SuppressionReason,
    Verdict,
    VerdictChange,
)
from rapport.gateway.graph.ids import Kind, global_id
from rapport.gateway.subscriptions.topics import Topic, TopicKind
from rapport.kit.errors import ServiceUnavailableError

FEED = """
query ($id: ID!, $first: Int! = 20, $after: String) { person(id: $id) { activity(first: $first, after: $after) {
  pageInfo { hasNextPage endCursor }
  nodes { __typename id occurredAt actor { kind userId user { id name } } job { title }
    ... on StageChanged { fromStage { name } toStage { name } }
    ... on StageKept { stage { name } atsStage { name } }
    ... on ReviewRequested { review { note } }
    ... on VerdictTakenBack { takenBack review { note } }
    ... on VerdictGiven { given change verdict { verdict note reviewer { name } } }
    ... on MessageActivity { outcome message { subject fromUser { name } } }
    ... on ReplyReceived { reply { text } }
    ... on SuppressionChanged { reason lifted }
} } } }
"""
ANNA = uuid4()


class Life:
    """A person, their application, and what happened with them."""

    def __init__(self, acme: Acme) -> None:
        self.peer = acme.peer
        self.job: pipeline.Job = acme.peer.job(cards=1)
        self.application = next(a for a in acme.peer.applications.values() if a.job_id == self.job.id)
        self.person = acme.peer.people[self.application.person_id]
        self.peer.activity[self.person.id] = []

    def happens(self, kind: ActivityKind, **about: Any) -> None:
        """The next thing, a minute after the one before."""
        entries = self.peer.activity[self.person.id]
        at = NOON + timedelta(minutes=len(entries))
        entry = ActivityEntry(
            id=uuid4(), kind=kind, person_id=self.person.id, occurred_at=at, actor=f"user:{ANNA}", **about
        )
        entries.insert(0, entry)

    def moves(self) -> None:
        before, after = self.job.stages[:2]
        self.happens(
            ActivityKind.STAGE_CHANGED,
            job_id=self.job.id,
            application_id=self.application.id,
            from_stage_id=before.id,
            to_stage_id=after.id,
        )

    def is_reviewed(self) -> UUID:
        review = reviews.Review(
            id=uuid4(), job_id=self.job.id, job_title="Engineer",
            requested_by=ANNA, note="Be quick", due_at=None, status=ReviewStatus.SENT,
            created_at=NOON, closed_at=None, version=1, reviewers=(), items=(),
        )  # fmt: skip
        verdict = reviews.PersonVerdict(
            id=uuid4(), review_id=review.id, person_id=self.person.id, job_id=self.job.id, reviewer_id=ANNA,
            verdict=Verdict.STARRED, note="Wow", visibility=NoteVisibility.PUBLIC, given_at=NOON, changes=0,
            decided_at=NOON,
        )  # fmt: skip
        self.peer.requested[review.id], self.peer.verdicts[verdict.id] = review, verdict
        self.happens(ActivityKind.REVIEW_REQUESTED, job_id=self.job.id, review_id=review.id)
        given = {"verdict_id": verdict.id, "verdict": Verdict.APPROVED, "verdict_change": VerdictChange.CHANGED_MIND}
        self.happens(ActivityKind.VERDICT_GIVEN, job_id=self.job.id, review_id=review.id, **given)
        return verdict.id

    def is_written_to(self) -> UUID:
        message_id = uuid4()
        reply = outreach.Reply(
            id=uuid4(), message_id=message_id, person_id=self.person.id, kind=ReplyKind.PERSONAL, received_at=NOON,
            subject="Re: Hello", text="Yes, gladly",
        )  # fmt: skip
        self.peer.messages[message_id] = outreach.Message(
            id=message_id, person_id=self.person.id, job_id=self.job.id, channel=Channel.EMAIL, author_id=ANNA,
            from_user_id=ANNA, to_address="kate@example.org", subject="Hello", body="Would you…",
            state=MessageState.SENT, state_since=NOON, blocker=None, explanation=None, send_at=NOON, sent_at=NOON,
            version=2, replies=(reply,),
        )  # fmt: skip
        self.happens(ActivityKind.MESSAGE_SENT, job_id=self.job.id, message_id=message_id)
        self.happens(ActivityKind.REPLY_RECEIVED, job_id=self.job.id, message_id=message_id, reply_id=reply.id)
        return message_id


@pytest.fixture
def life(acme: Acme) -> Life:
    return Life(acme)


async def feed(acme: Acme, life: Life, **page: Any) -> dict[str, Any]:
    response = await acme.execute(FEED, {"id": id_of(life.person), **page})
    return response.data["person"]["activity"]  # type: ignore[no-any-return]


async def test_the_feed_shows_what_happened_in_every_service_the_newest_first(acme: Acme, life: Life) -> None:
    life.moves()
    life.is_reviewed()
    life.is_written_to()
    life.happens(ActivityKind.SUPPRESSED, suppression=SuppressionReason.UNSUBSCRIBED)
    nodes = (await feed(acme, life))["nodes"]
    anna = global_id(Kind.USER, ANNA)
    actor = {"kind": "USER", "userId": anna, "user": {"id": anna, "name": "Anna Alves"}}
    assert [node["actor"] for node in nodes] == [actor] * len(nodes)
    said = [{k: v for k, v in node.items() if k not in ("id", "occurredAt", "actor", "job")} for node in nodes]
    assert said == [
        {"__typename": "SuppressionChanged", "reason": "UNSUBSCRIBED", "lifted": False},
        {"__typename": "ReplyReceived", "reply": {"text": "Yes, gladly"}},
        {
            "__typename": "MessageActivity",
            "outcome": "SENT",
            "message": {"subject": "Hello", "fromUser": {"name": "Anna Alves"}},
        },
        {
            "__typename": "VerdictGiven",
            "given": "APPROVED",
            "change": "CHANGED_MIND",
            "verdict": {"verdict": "STARRED", "note": "Wow", "reviewer": {"name": "Anna Alves"}},
        },
        {"__typename": "ReviewRequested", "review": {"note": "Be quick"}},
        {"__typename": "StageChanged", "fromStage": {"name": "Applied"}, "toStage": {"name": "Screen"}},
    ]
    assert nodes[0]["job"] is None
    assert nodes[1]["job"] == {"title": "Engineer"}
    assert nodes[0]["occurredAt"] > nodes[1]["occurredAt"]


async def test_who_kept_a_stage_against_the_ats_is_in_the_feed(acme: Acme, life: Life) -> None:
    here, there = life.job.stages[:2]
    about = {"job_id": life.job.id, "application_id": life.application.id}
    life.happens(ActivityKind.STAGE_KEPT, from_stage_id=there.id, to_stage_id=here.id, **about)
    (entry,) = (await feed(acme, life))["nodes"]
    assert entry["actor"]["user"]["name"] == "Anna Alves"
    assert (entry["__typename"], entry["stage"], entry["atsStage"]) == (
        "StageKept",
        {"name": here.name},
        {"name": there.name},
    )


async def test_a_verdict_taken_back_is_in_the_feed_without_the_verdict(acme: Acme, life: Life) -> None:
    verdict_id = life.is_reviewed()
    given = acme.peer.verdicts[verdict_id]
    acme.peer.verdicts[verdict_id] = given.model_copy(update={"taken_back_at": NOON, "note": None})
    about = {"review_id": given.review_id, "verdict_id": verdict_id, "verdict": Verdict.STARRED}
    life.happens(ActivityKind.VERDICT_TAKEN_BACK, job_id=life.job.id, **about)
    taken_back, before, _ = (await feed(acme, life))["nodes"]
    assert (taken_back["__typename"], taken_back["takenBack"]) == ("VerdictTakenBack", "STARRED")
    assert taken_back["review"] == {"note": "Be quick"}
    assert (before["__typename"], before["given"], before["verdict"]) == ("VerdictGiven", "APPROVED", None)
    del acme.peer.verdicts[verdict_id]  # hidden from the viewer
    assert [node["__typename"] for node in (await feed(acme, life))["nodes"]] == ["ReviewRequested"]


@pytest.mark.parametrize("times", [1, 8])
async def test_the_number_of_requests_does_not_grow_with_the_feed(acme: Acme, life: Life, times: int) -> None:
    for _ in range(times):
        life.moves()
        life.is_reviewed()
        life.is_written_to()
    acme.peer.asked.clear()
    assert len((await feed(acme, life, first=50))["nodes"]) == 5 * times
    asked = Counter(
        type(request).__name__ for request in acme.peer.asked if not isinstance(request, pipeline.IdentifyViewer)
    )
    assert asked == {
        "GetPeopleByIds": 1, "GetActivity": 1, "GetJobsByIds": 1, "GetUsersByIds": 1,
        "GetReviewsByIds": 1, "GetVerdictsByIds": 1, "GetMessagesByIds": 1,
    }  # fmt: skip


async def test_what_its_owner_does_not_show_is_left_out_and_the_list_goes_on(acme: Acme, life: Life) -> None:
    life.moves()
    for _ in range(3):
        del acme.peer.verdicts[life.is_reviewed()]
        del acme.peer.messages[life.is_written_to()]
    kinds: list[str] = []
    page: dict[str, Any] = {"pageInfo": {"hasNextPage": True, "endCursor": None}}
    pages = 0
    while page["pageInfo"]["hasNextPage"]:
        page = await feed(acme, life, first=2, after=page["pageInfo"]["endCursor"])
        kinds += [node["__typename"] for node in page["nodes"]]
        pages += 1
    assert kinds == ["ReviewRequested", "ReviewRequested", "ReviewRequested", "StageChanged"]
    assert pages == 2


async def test_a_service_that_is_away_takes_only_its_own_part_along(acme: Acme, life: Life) -> None:
    life.moves()
    life.is_written_to()

    async def away(_: object, __: object) -> Any:
        raise ServiceUnavailableError("outreach")

    acme.peer.answering[outreach.GetMessagesByIds] = away
    response = await acme.execute(FEED, {"id": id_of(life.person)})
    nodes = response.body["data"]["person"]["activity"]["nodes"]
    assert nodes[:2] == [None, None]
    assert nodes[2]["toStage"] == {"name": "Screen"}
    assert [(e["path"][-2:], e["extensions"]["code"]) for e in response.body["errors"]] == [
        (["nodes", 0], "UNAVAILABLE"),
        (["nodes", 1], "UNAVAILABLE"),
    ]


async def test_feeds_of_several_people_send_one_request_about_suppressions(acme: Acme) -> None:
    lives = [Life(acme), Life(acme)]
    for each in lives:
        each.happens(ActivityKind.SUPPRESSED, suppression=SuppressionReason.UNSUBSCRIBED)
    query = """query ($one: ID!, $other: ID!) {
      one: person(id: $one) { activity(first: 1) { nodes { __typename } } }
      other: person(id: $other) { activity(first: 1) { nodes { __typename } } } }"""
    response = await acme.execute(query, {"one": id_of(lives[0].person), "other": id_of(lives[1].person)})
    nodes = [{"__typename": "SuppressionChanged"}]
    assert response.data == {"one": {"activity": {"nodes": nodes}}, "other": {"activity": {"nodes": nodes}}}
    assert len(acme.peer.asked_for(outreach.GetSuppressions)) == 1


async def test_a_viewer_who_may_not_see_suppressions_does_not_see_them_in_the_feed(acme: Acme, life: Life) -> None:
    life.moves()
    life.happens(ActivityKind.SUPPRESSED, suppression=SuppressionReason.UNSUBSCRIBED)

    async def refuse(_: object, __: object) -> Any:
        return Forbidden(reason="not with your role")

    acme.peer.answering[outreach.GetSuppressions] = refuse
    assert [node["__typename"] for node in (await feed(acme, life))["nodes"]] == ["StageChanged"]


async def test_new_entries_are_delivered_as_they_happen_with_their_final_id(acme: Acme, life: Life) -> None:
    query = """subscription ($id: ID!) { activityAdded(personId: $id) { cursor
      activity { __typename id ... on StageChanged { toStage { name } } } } }"""
    async with acme.socket() as client:
        await client.acknowledged()
        await client.subscribe(query, {"id": id_of(life.person)})
        topic = Topic(TopicKind.ACTIVITY, life.person.id)
        await eventually(lambda: acme.gateway.hub.count("acme", topic) == 1)
        event_id = uuid4()
        await acme.publish(life.job, moved(life.job, life.application), life.application, id=str(event_id))
        added = (await client.receive())["payload"]["data"]["activityAdded"]
    assert added["activity"]["toStage"] == {"name": "Screen"}
    assert added["activity"]["id"] == global_id(Kind.ACTIVITY, uuid5(event_id, str(life.person.id)))


async def test_nothing_of_a_hidden_job_is_delivered(acme: Acme, life: Life) -> None:
    query = "subscription ($id: ID!) { activityAdded(personId: $id) { activity { id } } }"
    hidden, shown = uuid4(), uuid4()
    async with acme.socket() as client:
        await client.acknowledged()
        await client.subscribe(query, {"id": id_of(life.person)})
        topic = Topic(TopicKind.ACTIVITY, life.person.id)
        await eventually(lambda: acme.gateway.hub.count("acme", topic) == 1)
        elsewhere = moved(life.job, life.application).model_copy(update={"current_job_id": uuid4()})
        await acme.publish(life.job, elsewhere, life.application, id=str(hidden))
        await acme.publish(life.job, moved(life.job, life.application), life.application, id=str(shown))
        added = (await client.receive())["payload"]["data"]["activityAdded"]
    assert added["activity"]["id"] == global_id(Kind.ACTIVITY, uuid5(shown, str(life.person.id)))
