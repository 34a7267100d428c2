"""What waits for the viewer: three requests, whatever is selected, and each part by itself."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from gateway.tests.support.gateway_client import RECRUITER, Acme, eventually, id_of
from gateway.tests.support.gateway_peer import NOON
from rapport.contracts import outreach, pipeline, reviews
from rapport.contracts.events import (
    AgreedActionChanged,
    AttentionChanged,
    EventData,
    OwnershipRequested,
    OwnershipTakenOver,
    ReviewerFinished,
    SuppressionRecorded,
    SyncChanged,
)
from rapport.contracts.vocabulary import (
    AgreedActionChange,
    AttentionChange,
    AttentionReason,
    ReviewStatus,
    Severity,
    SuppressionReason,
    SyncState,
    TeamRole,
)
from rapport.gateway.graph.ids import Kind, global_id
from rapport.gateway.subscriptions.topics import ALL_WORK
from rapport.kit.errors import ServiceUnavailableError
from rapport.kit.identity import new_id

TODAY = """
{ today {
  counts { forYou forOthers }
  verdictsOwed { totalCount nodes { review { id } requestedBy { id name } jobTitle people decided dueAt askedAt } }
  verdictsAwaited { totalCount nodes { review { id } jobTitle people
    reviewers { user { id name } decided lastWrittenToAt } } }
  repliesToAnswer { totalCount nodes { message { id } person { id name } job { id title } receivedAt excerpt } }
  inDoubt { totalCount nodes { message { id } person { id name } subject since } }
  grantsWaiting { totalCount nodes { author { id name } messages since } }
  agreedActions { totalCount nodes { text dueOn job { title } } }
  conflicts { totalCount nodes { id person { name } job { id title } stage { name }
    sync { reason atsStage { name } } } }
} }
"""


_OWN = ["GetAttentionCounts", "GetConflicts", "GetOwnAgreedActions", "GetWaitingMessages", "GetWaitingReviews"]


class Waiting:
    """What the services say that waits."""

    def __init__(self, acme: Acme) -> None:
        peer = acme.peer
        self.viewer = peer.users["acme", RECRUITER].viewer
        self.job = peer.job(cards=1)
        self.application = peer.applications[peer.cards[self.job.stages[0].id][0].application_id]
        self.owed = reviews.OwedReview(
            review_id=new_id(),
            job_id=self.job.id,
            job_title="Engineer",
            requested_by=new_id(),
            requester_name="Ben Birk",
            people=6,
            decided=2,
            due_at=NOON,
            asked_at=NOON,
        )
        owing = reviews.AwaitedReviewer(
            user_id=new_id(), name="Cleo Cruz", decided=0, asked_at=NOON, last_written_to_at=None
        )
        self.awaited = reviews.AwaitedReview(
            review_id=new_id(),
            job_id=self.job.id,
            job_title="Engineer",
            people=3,
            due_at=None,
            requested_at=NOON,
            reviewers=(owing,),
        )
        self.reply = outreach.UnansweredReply(
            reply_id=new_id(),
            message_id=new_id(),
            person_id=self.application.person_id,
            job_id=self.job.id,
            received_at=NOON,
            excerpt="Gladly!",
        )
        self.uncertain = outreach.UncertainMessage(
            message_id=new_id(), person_id=self.application.person_id, job_id=None, subject="Hello", since=NOON
        )
        self.grant = outreach.GrantRequest(author_id=new_id(), messages=3, since=NOON)
        peer.answering[reviews.GetWaitingReviews] = self.reviews
        peer.answering[outreach.GetWaitingMessages] = self.messages
        peer.answering[pipeline.GetConflicts] = self.conflicts
        peer.answering[pipeline.GetAttentionCounts] = self.late
        peer.answering[pipeline.GetOwnAgreedActions] = self.actions

    async def reviews(self, *_: Any) -> reviews.WaitingReviews:
        return reviews.WaitingReviews(owed=(self.owed,), owed_total=60, awaited=(self.awaited,), awaited_total=1)

    async def messages(self, *_: Any) -> outreach.WaitingMessages:
        return outreach.WaitingMessages(
            replies=(self.reply,),
            replies_total=1,
            in_doubt=(self.uncertain,),
            in_doubt_total=1,
            grants=(self.grant,),
            grants_total=1,
        )

    async def late(self, *_: Any) -> pipeline.FlagCounts:
        return pipeline.FlagCounts(red=2, yellow=1, snoozed=5)

    async def actions(self, *_: Any) -> pipeline.AgreedActions:
        action = pipeline.AgreedAction(
            id=new_id(),
            job_id=self.job.id,
            text="Call Kate",
            owner_id=self.viewer.user_id,
            due_on=NOON.date(),
            agreed_by=self.viewer.user_id,
            agreed_at=NOON,
            done_by=None,
            done_at=None,
            carried_over=0,
            version=1,
        )
        return pipeline.AgreedActions(items=(action,), total=3)

    async def conflicts(self, *_: Any) -> pipeline.Conflicts:
        return pipeline.Conflicts(items=(self.application,), total=1)


async def test_everything_that_waits_costs_a_request_to_each_service_and_one_for_all_names(acme: Acme) -> None:
    waiting = Waiting(acme)
    acme.peer.asked.clear()
    answer = await acme.execute(TODAY)
    today = answer.data["today"]
    assert today["counts"] == {"forYou": 70, "forOthers": 1}
    [owed] = today["verdictsOwed"]["nodes"]
    assert today["verdictsOwed"]["totalCount"] == 60
    assert owed["review"]["id"] == global_id(Kind.REVIEW, waiting.owed.review_id)
    assert (owed["requestedBy"]["name"], owed["people"], owed["decided"]) == ("Ben Birk", 6, 2)
    [awaited] = today["verdictsAwaited"]["nodes"]
    assert [reviewer["user"]["name"] for reviewer in awaited["reviewers"]] == ["Cleo Cruz"]
    [reply] = today["repliesToAnswer"]["nodes"]
    assert (reply["person"]["name"], reply["job"]["title"], reply["excerpt"]) == ("Person 000", "Engineer", "Gladly!")
    assert reply["message"]["id"] == global_id(Kind.MESSAGE, waiting.reply.message_id)
    [uncertain] = today["inDoubt"]["nodes"]
    assert (uncertain["person"]["name"], uncertain["subject"]) == ("Person 000", "Hello")
    [grant] = today["grantsWaiting"]["nodes"]
    assert (grant["author"]["name"], grant["messages"]) == ("Anna Alves", 3)
    [conflict] = today["conflicts"]["nodes"]
    assert (conflict["id"], conflict["stage"]["name"]) == (id_of(waiting.application), "Applied")
    assert today["agreedActions"] == {
        "totalCount": 3,
        "nodes": [{"text": "Call Kate", "dueOn": "2026-03-02", "job": {"title": "Engineer"}}],
    }
    asked = sorted(type(request).__name__ for request in acme.peer.asked)
    names = ["GetJobsByIds", "GetPeopleByIds", "GetUsersByIds", "IdentifyViewer"]
    assert asked == sorted([*_OWN, *names])


async def test_counts_alone_need_no_names(acme: Acme) -> None:
    Waiting(acme)
    await acme.execute("{ me { name } }")
    acme.peer.asked.clear()
    await acme.execute("{ today { counts { forYou } } }")
    asked = sorted(type(request).__name__ for request in acme.peer.asked)
    assert asked == _OWN


async def test_a_service_that_does_not_answer_takes_only_its_parts_with_it(acme: Acme) -> None:
    waiting = Waiting(acme)

    async def away(*_: Any) -> Any:
        raise ServiceUnavailableError("pipeline")

    acme.peer.answering[outreach.GetWaitingMessages] = away
    body = (await acme.execute(TODAY)).body
    today = body["data"]["today"]
    missing = {"counts", "repliesToAnswer", "inDoubt", "grantsWaiting"}
    assert {part for part, value in today.items() if value is None} == missing
    assert {error["path"][1] for error in body["errors"]} == missing
    assert {error["extensions"]["code"] for error in body["errors"]} == {"UNAVAILABLE"}
    assert today["verdictsOwed"]["nodes"][0]["review"]["id"] == global_id(Kind.REVIEW, waiting.owed.review_id)


def _flag(application: pipeline.Application, *, owner: UUID, previous: UUID | None = None) -> EventData:
    return AttentionChanged(
        person_id=application.person_id,
        job_id=application.job_id,
        change=AttentionChange.RAISED if previous is None else AttentionChange.REASSIGNED,
        reason=AttentionReason.SILENCE,
        severity=Severity.YELLOW,
        owner_id=owner,
        previous_owner_id=previous,
        since=NOON,
        yellow_at=NOON,
    )


def _sync(application: pipeline.Application, previous: SyncState, current: SyncState) -> EventData:
    return SyncChanged(
        person_id=application.person_id,
        job_id=application.job_id,
        stage_id=application.stage.id,
        previous=previous,
        current=current,
    )


def _finished(application: pipeline.Application, reviewer: UUID) -> EventData:
    return ReviewerFinished(
        job_id=application.job_id, reviewer_id=reviewer, finished=1, reviewers=2, asked_at=NOON, decided_at=NOON
    )


def _takeover(application: pipeline.Application, owner: UUID) -> EventData:
    return OwnershipRequested(person_id=application.person_id, owner_id=owner, requested_by=new_id())


def _agreed(application: pipeline.Application, owner: UUID, *, previous: UUID | None = None) -> AgreedActionChanged:
    change = AgreedActionChange.CHANGED if previous else AgreedActionChange.AGREED
    due_on = NOON.date()
    return AgreedActionChanged(
        change=change, job_id=application.job_id, owner_id=owner, previous_owner_id=previous, due_on=due_on
    )


ANYBODY = new_id()


@pytest.mark.parametrize(
    ("of_mine", "of_others", "parts"),
    [
        (lambda of, me: _flag(of, owner=me), lambda of: _flag(of, owner=ANYBODY), {"FLAGS"}),
        (lambda of, me: _flag(of, owner=ANYBODY, previous=me), lambda of: _flag(of, owner=ANYBODY), {"FLAGS"}),
        (
            lambda of, _: _sync(of, SyncState.PENDING, SyncState.CONFLICTED),
            lambda of: _sync(of, SyncState.PENDING, SyncState.SYNCED),
            {"CONFLICTS"},
        ),
        (_agreed, lambda of: _agreed(of, ANYBODY), {"AGREED_ACTIONS"}),
        (lambda of, me: _agreed(of, ANYBODY, previous=me), lambda of: _agreed(of, ANYBODY), {"AGREED_ACTIONS"}),
        (_takeover, lambda of: _takeover(of, ANYBODY), {"TAKEOVERS_OWED"}),
        (
            lambda of, me: OwnershipTakenOver(person_id=of.person_id, user_id=ANYBODY, previous_user_id=me),
            lambda of: OwnershipTakenOver(person_id=of.person_id, user_id=ANYBODY),
            {"TAKEOVERS_OWED"},
        ),
        (
            lambda of, _: SuppressionRecorded(
                person_id=of.person_id, reason=SuppressionReason.DO_NOT_CONTACT, whole_person=True
            ),
            lambda _: SuppressionRecorded(
                person_id=ANYBODY, reason=SuppressionReason.DO_NOT_CONTACT, whole_person=True
            ),
            {"REPLIES_TO_ANSWER"},
        ),
        (_finished, lambda of: _finished(of, ANYBODY), {"VERDICTS_OWED", "VERDICTS_AWAITED"}),
    ],
    ids=[
        "flag",
        "flag that was mine",
        "conflict",
        "action",
        "action that was mine",
        "takeover",
        "taken over",
        "suppression",
        "verdicts",
    ],
)
async def test_whoever_follows_what_waits_is_told_which_lists_changed_and_nothing_of_others_work(
    acme: Acme,
    of_mine: Callable[[pipeline.Application, UUID], EventData],
    of_others: Callable[[pipeline.Application], EventData],
    parts: set[str],
) -> None:
    peer = acme.peer
    me = peer.users["acme", RECRUITER].viewer.user_id
    user = pipeline.User(id=me, name="Anna Alves", email="anna@acme.example")
    member = pipeline.TeamMember(user=user, role=TeamRole.RECRUITER, responsible=True)
    job = peer.job(cards=1, team=(member,))
    application = peer.applications[peer.cards[job.stages[0].id][0].application_id]
    mine, other = (
        reviews.Review(
            id=new_id(), job_id=job.id, job_title="Engineer", requested_by=requester, note=None, due_at=None,
            status=ReviewStatus.SENT, created_at=NOON, closed_at=None, version=1, reviewers=(), items=(),
        )
        for requester in (me, ANYBODY)
    )  # fmt: skip
    peer.requested = {review.id: review for review in (mine, other)}

    async def publish(data: EventData, review: reviews.Review) -> None:
        subject = {"subject": str(review.id)} if data.type.startswith("reviews.") else {}
        await acme.publish(job, data, application, **subject)

    async with acme.socket() as client:
        await client.acknowledged()
        await client.subscribe("subscription { todayChanged { parts actor { kind } } }")
        await eventually(lambda: acme.gateway.hub.count("acme", ALL_WORK) == 1)
        await publish(of_others(application), other)
        await publish(of_mine(application, me), mine)
        change = (await client.receive())["payload"]["data"]["todayChanged"]
    assert set(change["parts"]) == parts
