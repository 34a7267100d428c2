"""What waits for the viewer: three requests, whatever is selected, and each part by itself."""

from typing import Any

from gateway.tests.support.gateway_client import RECRUITER, Acme, id_of
from gateway.tests.support.gateway_peer import NOON
from rapport.contracts import outreach, pipeline, reviews
from rapport.gateway.graph.ids import Kind, global_id
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
  conflicts { totalCount nodes { id person { name } job { id title } stage { name }
    sync { reason atsStage { name } } } }
} }
"""


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

    async def conflicts(self, *_: Any) -> pipeline.Conflicts:
        return pipeline.Conflicts(items=(self.application,), total=1)


async def test_everything_that_waits_costs_a_request_to_each_service_and_one_for_all_names(acme: Acme) -> None:
    waiting = Waiting(acme)
    acme.peer.asked.clear()
    answer = await acme.execute(TODAY)
    today = answer.data["today"]
    assert today["counts"] == {"forYou": 67, "forOthers": 1}
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
    asked = sorted(type(request).__name__ for request in acme.peer.asked)
    names = ["GetJobsByIds", "GetPeopleByIds", "GetUsersByIds", "IdentifyViewer"]
    assert asked == sorted(["GetAttentionCounts", "GetConflicts", "GetWaitingMessages", "GetWaitingReviews", *names])


async def test_counts_alone_need_no_names(acme: Acme) -> None:
    Waiting(acme)
    await acme.execute("{ me { name } }")
    acme.peer.asked.clear()
    await acme.execute("{ today { counts { forYou } } }")
    asked = sorted(type(request).__name__ for request in acme.peer.asked)
    assert asked == ["GetAttentionCounts", "GetConflicts", "GetWaitingMessages", "GetWaitingReviews"]


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
