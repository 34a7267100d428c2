"""A check-in: one answer of parts that each come from their owner, and of nothing private where it is presented."""

from datetime import date, timedelta
from typing import Any

from gateway.tests.support.gateway_client import RECRUITER, Acme
from gateway.tests.support.gateway_peer import NOON
from rapport.contracts import analytics, pipeline
from rapport.contracts.refusals import AgreedActionConflict, AgreedActionState, TooSoon
from rapport.contracts.vocabulary import OfferStatus, RateDifference, RecentChangeKind, StageKind, TopReason
from rapport.gateway.graph.ids import Kind, global_id
from rapport.kit.errors import ServiceUnavailableError
from rapport.kit.identity import new_id

CHECK_IN = """
query ($job: ID!, $since: DateTime, $presentable: Boolean!) {
checkIn(jobId: $job, since: $since, presentable: $presentable) {
  since asOf previous { heldAt heldBy { name } } job { id title viewerCan { holdCheckIns } }
  stages { stage { id name } count red yellow }
  changeCounts { kind count }
  changes { kind applicationId person { name } fromStage { name } toStage { name } occurredAt }
  topCandidates { applicationId person { name } stage { name } reasons ratings ratingsFor ratingsAgainst }
  offersOut { id applicationId person { name } status sentAt }
  sourcing { profilesViewed peopleAdded }
  openActions { id text owner { name } dueOn carriedOver version }
  doneActions { id }
  attention { counts { red } flags { nodes { reason } } }
  passthrough { jobs definition stages { kind difference job { numerator denominator } others { value } } }
} }
"""


class CheckedIn:
    """What the services say of a job."""

    def __init__(self, acme: Acme) -> None:
        peer = acme.peer
        self.user = peer.users["acme", RECRUITER].viewer.user_id
        self.job = peer.job(cards=1)
        stage = self.job.stages[0]
        card = peer.cards[stage.id][0]
        self.action = pipeline.AgreedAction(
            id=new_id(), job_id=self.job.id, text="Close the offer", owner_id=self.user, due_on=date(2026, 3, 9),
            agreed_by=self.user, agreed_at=NOON, done_by=None, done_at=None, carried_over=2, version=1,
        )  # fmt: skip
        whose = {"application_id": card.application_id, "person_id": card.person_id}
        self.brief = pipeline.CheckInBrief(
            job_id=self.job.id,
            since=NOON - timedelta(days=7),
            as_of=NOON,
            previous=pipeline.CheckIn(id=new_id(), job_id=self.job.id, held_by=self.user, held_at=NOON),
            stages=(pipeline.CheckInStage(stage=stage, count=1, red=1, yellow=0),),
            change_counts=(pipeline.RecentChangeCount(kind=RecentChangeKind.ADVANCED, count=3),),
            changes=(
                pipeline.RecentChange(
                    kind=RecentChangeKind.ADVANCED,
                    from_stage=stage,
                    to_stage=self.job.stages[1],
                    occurred_at=NOON,
                    **whose,
                ),
            ),
            top_candidates=(
                pipeline.TopCandidate(
                    stage=stage, reasons=(TopReason.FURTHEST,), ratings=2, ratings_for=1, ratings_against=0,
                    last_activity_at=NOON, **whose,
                ),
            ),
            offers_out=(
                pipeline.OfferOut(
                    id=new_id(), version=1, status=OfferStatus.SENT, created_at=NOON, sent_at=NOON, **whose
                ),
            ),
            sourcing=pipeline.SourcingCounts(
                profiles_viewed=4, people_added=2, first_messages=2, follow_ups=0, replies=1, converted=1
            ),
            open_actions=(self.action,),
            done_actions=(),
        )  # fmt: skip
        rate = analytics.Rate(numerator=13, denominator=21, value=13 / 21, low=0.4, high=0.8)
        self.comparison = analytics.PassthroughComparison(
            job_id=self.job.id, definition="of a test", entered_from=None, entered_until=None, as_of=NOON, jobs=9,
            stages=(
                analytics.ComparedStage(
                    kind=StageKind.APPLIED, job=rate, others=rate, difference=RateDifference.UNCLEAR
                ),
            ),
        )  # fmt: skip
        self.variables = {"job": global_id(Kind.JOB, self.job.id), "since": None, "presentable": False}
        peer.answering[pipeline.GetCheckIn] = _answering(self.brief)
        peer.answering[pipeline.GetAttention] = _answering(pipeline.FlagPage(edges=(), has_next=False))
        peer.answering[pipeline.GetAttentionCounts] = _answering(pipeline.FlagCounts(red=1, yellow=0, snoozed=0))
        peer.answering[analytics.GetPassthroughComparison] = _answering(self.comparison)


def _answering(answer: Any) -> Any:
    async def answering(*_: Any) -> Any:
        return answer

    return answering


async def test_a_check_in_is_one_answer_of_five_requests_and_two_for_all_names(acme: Acme) -> None:
    checked = CheckedIn(acme)
    acme.peer.asked.clear()
    found = (await acme.execute(CHECK_IN, checked.variables)).data["checkIn"]
    assert found["job"] == {
        "id": checked.variables["job"], "title": "Engineer", "viewerCan": {"holdCheckIns": True},
    }  # fmt: skip
    assert found["stages"][0] | {"stage": None} == {"stage": None, "count": 1, "red": 1, "yellow": 0}
    assert found["changeCounts"] == [{"kind": "ADVANCED", "count": 3}]
    [change] = found["changes"]
    assert (change["kind"], change["person"]["name"], change["toStage"]["name"]) == ("ADVANCED", "Person 000", "Screen")
    [top] = found["topCandidates"]
    assert (top["reasons"], top["ratings"], top["ratingsFor"]) == (["FURTHEST"], 2, 1)
    assert found["offersOut"][0]["status"] == "SENT"
    [action] = found["openActions"]
    assert (action["text"], action["owner"]["name"], action["carriedOver"]) == ("Close the offer", "Anna Alves", 2)
    assert found["passthrough"]["stages"][0]["difference"] == "UNCLEAR"
    assert found["attention"] == {"counts": {"red": 1}, "flags": {"nodes": []}}
    asked = sorted(type(request).__name__ for request in acme.peer.asked)
    own = ["GetAttention", "GetAttentionCounts", "GetCheckIn", "GetPassthroughComparison"]
    assert asked == sorted(["IdentifyViewer", "GetJobsByIds", "GetPeopleByIds", "GetUsersByIds", *own])


async def test_a_part_that_cannot_be_had_takes_no_other_with_it(acme: Acme) -> None:
    checked = CheckedIn(acme)

    async def away(*_: Any) -> Any:
        raise ServiceUnavailableError("analytics")

    acme.peer.answering[analytics.GetPassthroughComparison] = away
    body = (await acme.execute(CHECK_IN, checked.variables)).body
    found = body["data"]["checkIn"]
    assert found["passthrough"] is None
    assert [(error["path"], error["extensions"]["code"]) for error in body["errors"]] == [
        (["checkIn", "passthrough"], "UNAVAILABLE")
    ]
    assert found["openActions"][0]["text"] == "Close the offer"


async def test_a_presentable_check_in_asks_for_nothing_private(acme: Acme) -> None:
    checked = CheckedIn(acme)
    acme.peer.asked.clear()
    await acme.execute(CHECK_IN, checked.variables | {"presentable": True, "since": NOON.isoformat()})
    kinds = (pipeline.GetCheckIn, pipeline.GetAttention, pipeline.GetAttentionCounts)
    asked = [request for request in acme.peer.asked if isinstance(request, kinds)]
    assert [request.presentable for request in asked] == [True] * 3
    assert {request.since for request in asked if isinstance(request, pipeline.GetCheckIn)} == {NOON}


async def test_a_time_without_a_zone_is_refused(acme: Acme) -> None:
    checked = CheckedIn(acme)
    answer = await acme.execute(CHECK_IN, checked.variables | {"since": "2026-03-02T12:00:00"})
    [error] = answer.body["errors"]
    assert (error["extensions"]["code"], error["extensions"]["argument"]) == ("BAD_REQUEST", "since")


async def test_what_somebody_else_changed_or_ended_is_said_in_the_result(acme: Acme) -> None:
    checked = CheckedIn(acme)
    state = AgreedActionState(
        version=3, text="Close both", owner_id=checked.user, due_on=date(2026, 3, 9), done_at=None
    )
    acme.peer.answering[pipeline.ChangeAgreedAction] = _answering(AgreedActionConflict(current=state))
    change = """mutation ($input: ChangeAgreedActionInput!) { changeAgreedAction(input: $input) { __typename
        ... on Refusal { message }
        ... on AgreedActionConflict { current { version text owner { name } dueOn doneAt } } } }"""
    about = {
        "actionId": global_id(Kind.AGREED_ACTION, checked.action.id), "text": "Close one", "expectedVersion": 1,
        "ownerId": global_id(Kind.USER, checked.user), "dueOn": "2026-03-09",
    }  # fmt: skip
    result = (await acme.execute(change, {"input": about})).data["changeAgreedAction"]
    assert result == {
        "__typename": "AgreedActionConflict",
        "message": "Someone has changed the action in the meantime.",
        "current": {
            "version": 3, "text": "Close both", "owner": {"name": "Anna Alves"}, "dueOn": "2026-03-09", "doneAt": None,
        },
    }  # fmt: skip
    acme.peer.answering[pipeline.HoldCheckIn] = _answering(TooSoon(reason="one ended", again_at=NOON))
    hold = "mutation ($input: HoldCheckInInput!) { holdCheckIn(input: $input) { ... on TooSoon { message againAt } } }"
    result = (await acme.execute(hold, {"input": {"jobId": checked.variables["job"]}})).data["holdCheckIn"]
    assert result == {"message": "one ended", "againAt": NOON.isoformat()}
