"""Actions on many people: followed while they run, and put before reviewers."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from gateway.tests.support.gateway_client import Acme, eventually
from gateway.tests.support.gateway_peer import NOON
from rapport.contracts import pipeline, reviews
from rapport.contracts.events import BulkActionChanged, subject_of
from rapport.contracts.pipeline import (
    ActionOnMany,
    BulkAction,
    BulkActions,
    BulkPerson,
    BulkPersonEdge,
    BulkPersonPage,
    OutcomeCount,
)
from rapport.contracts.vocabulary import BulkActionKind, BulkActionState, BulkOutcome, ReviewStatus
from rapport.gateway.graph.ids import Kind, global_id
from rapport.gateway.subscriptions.topics import Topic, TopicKind
from rapport.kit.identity import new_id

ACTION = UUID(int=11)
ID = global_id(Kind.BULK_ACTION, ACTION)


def _an_action(kind: BulkActionKind = BulkActionKind.ADD_TAG, **given: Any) -> BulkAction:
    tag = "Future" if kind is BulkActionKind.ADD_TAG else None
    usual = {
        "id": ACTION, "requested_by": new_id(), "requested_at": NOON, "people": 3, "in_process": 0, "result_id": None,
        "expected": (OutcomeCount(outcome=BulkOutcome.DONE, people=3),), "outcomes": (), "version": 1,
        "action": ActionOnMany(kind=kind, tag=tag), "state": BulkActionState.CHECKED,
    }  # fmt: skip
    return BulkAction(**usual | given)


def _knows(acme: Acme, *actions: BulkAction) -> None:
    async def found(_: pipeline.GetBulkActionsByIds, __: Any) -> BulkActions:
        return BulkActions(items=actions)

    acme.peer.answering[pipeline.GetBulkActionsByIds] = found


def _a_review(job_id: UUID, person_id: UUID) -> reviews.Review:
    profile = reviews.Profile(
        person_id=person_id, name="Person 000", title=None, company=None, location=None, links=(), tags=()
    )
    return reviews.Review(
        id=new_id(), job_id=job_id, job_title="Engineer", requested_by=new_id(), note=None, due_at=None,
        status=ReviewStatus.SENT, created_at=NOON, closed_at=None, version=1, reviewers=(),
        items=(reviews.ReviewItem(profile=profile, verdicts=(), disputed=False),),
    )  # fmt: skip


_FOLLOW = """
subscription ($id: ID!) { bulkActionChanged(bulkActionId: $id) { tried bulkAction { state outcomes { people } } } }
"""


async def test_who_follows_an_action_is_told_how_far_it_is(acme: Acme) -> None:
    outcomes = (OutcomeCount(outcome=BulkOutcome.DONE, people=2),)
    _knows(acme, _an_action(state=BulkActionState.RUNNING, outcomes=outcomes, version=2))
    event = {
        "id": str(new_id()), "type": BulkActionChanged.type, "source": "rapport/pipeline", "subject": str(ACTION),
        "time": NOON, "recordedat": datetime.now(UTC), "orgid": "acme", "aggregateversion": 2,
        "actor": "system:bulk", "cause": "test",
        "data": {"kind": "add_tag", "state": "running", "people": 3, "tried": 2},
    }  # fmt: skip
    async with acme.socket() as socket:
        await socket.acknowledged()
        await socket.subscribe(_FOLLOW, {"id": ID})
        await eventually(lambda: acme.gateway.hub.count("acme", Topic(TopicKind.BULK_ACTION, ACTION)) == 1)
        subject = subject_of("acme", BulkActionChanged.type)
        await acme.brokers["pipeline"].jetstream().publish(subject, orjson.dumps(event))
        message = await socket.receive()
    assert message["payload"]["data"]["bulkActionChanged"] == {
        "tried": 2, "bulkAction": {"state": "RUNNING", "outcomes": [{"people": 2}]},
    }  # fmt: skip


async def test_nobody_follows_the_action_of_somebody_else(acme: Acme) -> None:
    _knows(acme)
    async with acme.socket() as socket:
        await socket.acknowledged()
        await socket.subscribe(_FOLLOW, {"id": ID})
        message = await socket.receive()
    assert "NOT_FOUND" in str(message)
    assert acme.gateway.hub.count("acme", Topic(TopicKind.BULK_ACTION, ACTION)) == 0


_REVIEW = """
mutation ($input: RequestBulkReviewInput!) { requestBulkReview(input: $input) {
  __typename ... on InvalidInput { problems { path code } } ... on BulkAction { state }
} }
"""


async def test_a_review_of_many_names_those_who_are_there_and_records_who_is_in_it(acme: Acme) -> None:
    job = acme.peer.job()
    there, gone = acme.peer.application(job, job.stages[0]).person_id, new_id()
    _knows(acme, _an_action(BulkActionKind.REQUEST_REVIEW))

    async def members(request: pipeline.GetBulkActionPeople, _: Any) -> BulkPersonPage:
        assert request.outcome is BulkOutcome.DONE
        nodes = (
            BulkPerson(number=at, person_id=id_, expected=BulkOutcome.DONE, in_process=False, outcome=None, reason=None)
            for at, id_ in enumerate((there, gone), 1)
        )
        edges = tuple(BulkPersonEdge(cursor=(str(node.number),), node=node) for node in nodes)
        return BulkPersonPage(edges=edges, has_next=False)

    asked: list[tuple[UUID, ...]] = []

    async def request_review(request: reviews.RequestReview, _: Any) -> reviews.ReviewResult:
        asked.append(request.person_ids)
        return reviews.ReviewResult(review=_a_review(job.id, there))

    async def record(request: pipeline.RecordReviewOfPeople, _: Any) -> BulkAction:
        asked.append(request.person_ids)
        return _an_action(BulkActionKind.REQUEST_REVIEW, state=BulkActionState.DONE, version=2)

    acme.peer.answering |= {
        pipeline.GetBulkActionPeople: members, reviews.RequestReview: request_review,
        pipeline.RecordReviewOfPeople: record,
    }  # fmt: skip
    wish = {
        "bulkActionId": ID, "jobId": global_id(Kind.JOB, job.id), "reviewerIds": [global_id(Kind.USER, new_id())],
    }  # fmt: skip
    answer = await acme.execute(_REVIEW, {"input": wish})
    assert answer.data["requestBulkReview"] == {"__typename": "BulkAction", "state": "DONE"}
    assert asked == [(there,), (there,)]


async def test_what_is_no_review_is_put_before_nobody(acme: Acme) -> None:
    _knows(acme, _an_action())
    wish = {
        "bulkActionId": ID, "jobId": global_id(Kind.JOB, acme.peer.job().id),
        "reviewerIds": [global_id(Kind.USER, new_id())],
    }  # fmt: skip
    answer = await acme.execute(_REVIEW, {"input": wish})
    assert answer.data["requestBulkReview"]["problems"] == [{"path": "bulkActionId", "code": "NOT_ALLOWED"}]
    assert acme.peer.asked_for(reviews.RequestReview) == []
