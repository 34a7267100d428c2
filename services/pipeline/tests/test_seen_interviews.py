"""Interviews whose outcome users have seen: once each, until more comes, and without deciding anything."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from rapport.activity import entries_of
from rapport.contracts.events import parse_event
from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import (
    ActivityKind,
    ApplicationProgress,
    ApplicationsProgress,
    Flag,
    FlagPage,
    GetApplicationActions,
    GetApplicationProgress,
    GetAttention,
    Interview,
    MarkInterviewSeen,
    MergedPerson,
    MergePeople,
    OutcomeSeen,
    UndoMerge,
)
from rapport.contracts.refusals import Invalid, NotFound
from rapport.contracts.vocabulary import ApplicationAction, AttentionReason
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.kit.rpc.envelope import RequestContext
from rapport.pipeline.application_requests import ApplicationRequests
from rapport.pipeline.attention import AttentionRequests, AttentionWorker
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper
from rapport.pipeline.merge_requests import MergeRequests
from rapport.pipeline.requests import PipelineRequests
from rapport.pipeline.store import SQL
from services.pipeline.tests.support.raw_ingest import RawIngest
from services.pipeline.tests.support.read_ats import AT, TIMES, ReadAts, application

_ANA, _BEN, _OUT = 101, 102, 103
"""Ana and Ben are on the hiring team, and Ben interviews; the third is on no team."""
_SEEN = Statement("SELECT interview_id, user_id FROM interview_seen ORDER BY seen_at")
_EVENTS = Statement(
    "SELECT body, subject FROM outbox WHERE subject LIKE '%.interview_seen.v1' ORDER BY aggregate_version"
)
_VERSIONS = Statement("SELECT aggregate_version FROM outbox WHERE aggregate_id = $1 ORDER BY aggregate_version")


class Interviewed(ReadAts):
    """Somebody who was interviewed, and what users ask."""

    def __init__(self, pipeline: Database, ingest: RawIngest, mapper: GreenhouseMapper) -> None:
        super().__init__(pipeline, ingest, mapper)
        self.requests = ApplicationRequests(pipeline, write_queued=lambda _: None)

    def context(self, user: int = _ANA, role: Role = Role.HIRING_MANAGER) -> RequestContext:
        viewer = Viewer(org_id="acme", user_id=UserId(self.mapper.id("users", user)), roles=frozenset({role}))
        return RequestContext(viewer, str(uuid4()))

    async def mark(self, number: int = 71, *who: Any) -> Any:
        request = MarkInterviewSeen(interview_id=self.mapper.id("interviews", number))
        return await self.requests.mark_interview_seen(request, self.context(*who))

    async def marked(self, number: int = 71, *who: Any) -> OutcomeSeen:
        result = await self.mark(number, *who)
        assert isinstance(result, OutcomeSeen), result
        return result

    async def interview(self, number: int = 71, *who: Any) -> Interview:
        requests = PipelineRequests(self.pipeline, [], move_queued=lambda _: None, run_requested=lambda _: None)
        asked = GetApplicationProgress(ids=(self.application_id,))
        found = await requests.get_application_progress(asked, self.context(*who))
        [progress] = ApplicationsProgress.model_validate_json(found).items
        assert isinstance(progress, ApplicationProgress)
        return next(each for each in progress.interviews if each.id == self.mapper.id("interviews", number))

    async def obstacle(self, *who: Any) -> str | None:
        request = GetApplicationActions(ids=(self.application_id,))
        found = await self.requests.get_application_actions(request, self.context(*who))
        [of] = found.items
        return next(each.reason for each in of.actions if each.action is ApplicationAction.MARK_SEEN)

    async def scorecard(self, number: int, interview: int = 71, user: int = _BEN) -> None:
        card = {"application_id": 1, "interview_id": interview, "interviewer_id": user, "submitted_at": AT}
        await self.read("scorecards", {"id": number, "candidate_rating": "yes"} | card)

    async def decision(self) -> Flag | None:
        worker = AttentionWorker(self.pipeline, ["acme"])
        while await worker.step():
            pass
        found = await AttentionRequests(self.pipeline).get_attention(
            GetAttention(application_id=self.application_id), self.context()
        )
        flags = [edge.node for edge in FlagPage.model_validate_json(str(found)).edges]
        return next((flag for flag in flags if flag.reason is AttentionReason.DECISION_OWED), None)

    async def seen(self) -> list[tuple[UUID, UUID]]:
        async with self.pipeline.read_session("acme") as session:
            return [(row["interview_id"], row["user_id"]) for row in await session.fetch(_SEEN)]

    async def events(self) -> list[Any]:
        async with self.pipeline.read_session("acme") as session:
            return [parse_event(row["body"], row["subject"]) for row in await session.fetch(_EVENTS)]

    async def versions(self) -> list[int]:
        async with self.pipeline.read_session("acme") as session:
            return [row[0] for row in await session.fetch(_VERSIONS, self.application_id)]

    def person(self, number: int) -> UUID:
        return self.mapper.id("people", number)


@pytest_asyncio.fixture
async def ats(pipeline: Database, ingest: RawIngest, mapper: GreenhouseMapper) -> AsyncIterator[Interviewed]:
    """One interview took place; nobody is known to owe a scorecard."""
    ats = Interviewed(pipeline, ingest, mapper)
    names = ((_ANA, "Ana"), (_BEN, "Ben"), (_OUT, "Can"))
    for number, name in names:
        await ats.read("users", {"id": number, "name": name, "primary_email": f"{name}@example.com"})
    await ats.read("jobs", {"id": 3, "name": "Engineer", "status": "open"} | TIMES)
    await ats.read("job_stages", {"id": 31, "job_id": 3, "name": "Onsite", "sort_order": 1})
    for number in (_ANA, _BEN):
        await ats.read("hiring_managers", {"id": 40 + number, "job_id": 3, "user_id": number, "responsible": False})
    for number in (2, 5):
        await ats.read("people", {"id": number, "first_name": "Kate", "last_name": "Austen"} | TIMES)
    await ats.read("applications", application(1))
    await ats.compare(1)
    over = {"application_id": 1, "status": "awaiting_feedback", "starts_at": AT, "ends_at": AT}
    await ats.read("interviews", {"id": 71, "name": "Onsite"} | over)
    yield ats


async def test_what_came_of_an_interview_is_marked_as_seen_once_by_each_and_published(ats: Interviewed) -> None:
    assert await ats.obstacle() is None
    assert (await ats.interview()).to_be_seen
    first = await ats.marked()
    assert await ats.marked() == first
    await ats.marked(71, _BEN)
    shown = await ats.interview()
    assert not shown.to_be_seen
    assert [(by.user.name, by.seen_at == first.seen_at) for by in shown.seen_by] == [("Ben", False), ("Ana", True)]
    assert await ats.obstacle() == "you have seen what came of every interview"
    events = await ats.events()
    assert [(event.actor, event.data.interview_id) for event in events] == [
        (f"user:{ats.mapper.id('users', user)}", ats.mapper.id("interviews", 71)) for user in (_ANA, _BEN)
    ]
    versions = await ats.versions()
    assert versions == list(range(1, len(versions) + 1))
    [entry, _] = [entry for event in events for entry in entries_of(event)]
    assert (entry.kind, entry.person_id, entry.application_id, entry.interview_id) == (
        ActivityKind.INTERVIEW_SEEN,
        ats.person(2),
        ats.application_id,
        ats.mapper.id("interviews", 71),
    )


async def test_another_scorecard_is_to_be_seen_again(ats: Interviewed) -> None:
    await ats.marked()
    await ats.scorecard(91)
    assert (await ats.interview()).to_be_seen
    assert await ats.obstacle() is None
    await ats.marked()
    assert not (await ats.interview()).to_be_seen
    assert len(await ats.events()) == 2


async def test_an_interview_that_takes_place_again_is_to_be_seen_again(ats: Interviewed) -> None:
    await ats.marked()
    again = {"application_id": 1, "status": "scheduled", "starts_at": "2099-03-01T00:00:00Z"}
    await ats.read("interviews", {"id": 71, "name": "Onsite", "ends_at": "2099-03-01T01:00:00Z"} | again)
    shown = await ats.interview()
    assert (shown.has_outcome, shown.to_be_seen) == (False, False)
    assert await ats.obstacle() == "no interview has taken place"


@pytest.mark.parametrize(
    ("status", "ends_at", "scorecards", "has_outcome"),
    [
        ("scheduled", "2099-03-01T00:00:00Z", 0, False),
        ("scheduled", None, 0, False),
        ("scheduled", AT, 0, True),
        ("scheduled", "2099-03-01T00:00:00Z", 1, True),
        ("awaiting_feedback", None, 0, True),
        ("complete", "2099-03-01T00:00:00Z", 0, True),
        ("unheard of", AT, 0, False),
    ],
)
async def test_only_what_took_place_or_has_a_scorecard_is_marked(
    ats: Interviewed, status: str, ends_at: str | None, scorecards: int, has_outcome: bool
) -> None:
    arranged = {"application_id": 1, "status": status, "starts_at": ends_at, "ends_at": ends_at}
    await ats.read("interviews", {"id": 72, "name": "Onsite #2"} | arranged)
    if scorecards:
        await ats.scorecard(92, 72)
    assert (await ats.interview(72)).has_outcome is has_outcome
    result = await ats.mark(72)
    assert isinstance(result, OutcomeSeen if has_outcome else Invalid)
    assert len(await ats.seen()) == len(await ats.events()) == int(has_outcome)


async def test_who_owes_a_scorecard_cannot_have_seen_what_others_say(ats: Interviewed) -> None:
    await ats.read("interviewers", {"id": 80, "interview_id": 71, "user_id": _BEN})
    assert await ats.obstacle(_BEN) == "you owe a scorecard yourself"
    assert isinstance(await ats.mark(71, _BEN), Invalid)
    assert (await ats.seen(), await ats.events()) == ([], [])
    await ats.scorecard(91)
    await ats.marked(71, _BEN)


async def test_only_the_hiring_team_and_recruiters_mark_what_they_see(ats: Interviewed) -> None:
    unknown = NotFound(what="interview", id=str(ats.mapper.id("interviews", 71)))
    assert await ats.mark(71, _OUT, Role.HIRING_MANAGER) == unknown
    nobody = NotFound(what="interview", id=str(ats.mapper.id("interviews", 99)))
    assert await ats.mark(99) == nobody
    for role in (Role.INTERVIEWER, Role.EXECUTIVE):
        assert await ats.obstacle(_ANA, role) == MarkInterviewSeen.rule.denial_reason
    assert (await ats.seen(), await ats.events()) == ([], [])
    await ats.marked(71, _OUT, Role.RECRUITER)


async def test_a_decision_that_is_owed_stays_owed_and_names_who_has_seen_what_it_is_about(ats: Interviewed) -> None:
    before = await ats.decision()
    assert before
    assert before.seen_by == ()
    seen = await ats.marked()
    after = await ats.decision()
    assert after
    assert [(by.user.name, by.seen_at) for by in after.seen_by] == [("Ana", seen.seen_at)]
    assert after.model_copy(update={"seen_by": ()}) == before


async def test_it_follows_its_application_through_a_merge_and_back(ats: Interviewed) -> None:
    await ats.marked()
    merging = MergeRequests(ats.pipeline)
    people = {"survivor_id": ats.person(5), "merged_id": ats.person(2)}
    merged = await merging.merge_people(MergePeople(**people), ats.context(_ANA, Role.ADMIN))
    assert isinstance(merged, MergedPerson)
    assert [by.user.name for by in (await ats.interview()).seen_by] == ["Ana"]
    await ats.marked(71, _BEN)
    assert [event.data.person_id for event in await ats.events()] == [ats.person(2), ats.person(5)]
    await merging.undo_merge(UndoMerge(merge_id=merged.merge_id), ats.context(_ANA, Role.ADMIN))
    assert [by.user.name for by in (await ats.interview()).seen_by] == ["Ben", "Ana"]


async def test_an_interview_that_the_ats_erased_takes_with_it_who_saw_what_came_of_it(ats: Interviewed) -> None:
    await ats.marked()
    async with ats.pipeline.work("acme", actor="ats", cause="sync") as unit:
        await unit.execute(SQL["erase_interviews_of_people"], ats.person(2))
    assert await ats.seen() == []
