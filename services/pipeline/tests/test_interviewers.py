"""Who interviews for a job without being on its hiring team sees whom they interview, and what they owe."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import (
    ActionsOfApplications,
    ApplicationsProgress,
    Flag,
    FlagCounts,
    FlagPage,
    GetActivity,
    GetApplicationActions,
    GetApplicationProgress,
    GetApplicationsByIds,
    GetAttention,
    GetAttentionCounts,
    GetBoard,
    GetCardsByIds,
    GetJobsByIds,
    GetNotes,
    GetPeople,
    GetPeopleByIds,
    GetPersonRecord,
    GetProfiles,
    People,
    PersonPage,
    SnoozeFlag,
)
from rapport.contracts.refusals import NotFound
from rapport.contracts.vocabulary import AttentionReason
from rapport.kit.database.unit_of_work import Database
from rapport.kit.rpc.envelope import RequestContext
from rapport.pipeline.application_requests import ApplicationRequests
from rapport.pipeline.attention import AttentionRequests, AttentionWorker
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper
from rapport.pipeline.crm.notes import NoteRequests
from rapport.pipeline.requests import PipelineRequests
from services.pipeline.tests.support.raw_ingest import RawIngest
from services.pipeline.tests.support.read_ats import AT, TIMES, ReadAts, application

INTERVIEWER, MANAGER, STRANGER, OTHER_MANAGER = 101, 102, 103, 104
_OVER = {"application_id": 1, "status": "awaiting_feedback", "starts_at": AT, "ends_at": AT}
_WITHOUT_A_TEAM = {
    "interviewer": (INTERVIEWER, Role.INTERVIEWER),
    "another manager": (OTHER_MANAGER, Role.HIRING_MANAGER),
}
_SEEN = {"person", "record", "profile", "application", "progress", "actions", "activity", "notes"}
"""Of whom one interviews; neither the job with its board, nor a list."""


@dataclass
class World:
    """Kate is interviewed, and her other application is not; James, for the same job, is not interviewed."""

    database: Database
    mapper: GreenhouseMapper
    ats: ReadAts

    def context(self, user: int, role: Role) -> RequestContext:
        viewer = Viewer(org_id="acme", user_id=UserId(self.id("users", user)), roles=frozenset({role}))
        return RequestContext(viewer, "key")

    def id(self, collection: str, number: int) -> UUID:
        return self.mapper.id(collection, number)  # type: ignore[arg-type]

    async def sees(self, user: int, role: Role, *, person: int = 2, number: int = 1) -> set[str]:
        """In which answers a person and an application of theirs are."""
        context, id_, application_id = (
            self.context(user, role),
            self.id("people", person),
            self.id("applications", number),
        )
        r = PipelineRequests(self.database, [], move_queued=lambda _: None, run_requested=lambda _: None)
        a = ApplicationRequests(self.database, write_queued=lambda _: None)
        job = self.id("jobs", 3)
        listed = await r.get_people(GetPeople(), context)
        assert isinstance(listed, str)
        actions = await a.get_application_actions(GetApplicationActions(ids=(application_id,)), context)
        assert isinstance(actions, ActionsOfApplications)
        named = await r.get_people_by_ids(GetPeopleByIds(ids=(id_,), include_applications=True), context)
        people = People.model_validate_json(named).items
        notes = await NoteRequests(self.database, write_queued=lambda _: None).get_notes(
            GetNotes(person_id=id_), context
        )
        cards = await r.get_cards_by_ids(GetCardsByIds(ids=(application_id,)), context)
        found = {
            "listed": id_ in {edge.node.id for edge in PersonPage.model_validate_json(listed).edges},
            "person": bool(people),
            "record": not isinstance(await r.get_person_record(GetPersonRecord(person_id=id_), context), NotFound),
            "profile": str(id_) in await r.get_profiles(GetProfiles(ids=(id_,)), context),
            "activity": not isinstance(await r.get_activity(GetActivity(person_id=id_), context), NotFound),
            "notes": not isinstance(notes, NotFound),
            "application": str(application_id)
            in await r.get_applications_by_ids(GetApplicationsByIds(ids=(application_id,)), context),
            "progress": str(application_id)
            in await r.get_application_progress(GetApplicationProgress(ids=(application_id,)), context),
            "actions": bool(actions.items),
            "card": str(application_id) in cards,
            "job": str(job) in await r.get_jobs_by_ids(GetJobsByIds(ids=(job,)), context),
            "board": not isinstance(await r.get_board(GetBoard(job_id=job), context), NotFound),
        }
        of_person = {each.id for shown in people for each in shown.applications}
        assert (application_id in of_person) == found["application"]
        assert all(action.reason for each in actions.items for action in each.actions)
        return {answer for answer, shown in found.items() if shown}

    async def progress(self, user: int, role: Role) -> Any:
        r = PipelineRequests(self.database, [], move_queued=lambda _: None, run_requested=lambda _: None)
        asked = GetApplicationProgress(ids=(self.id("applications", 1),))
        found = await r.get_application_progress(asked, self.context(user, role))
        [progress] = ApplicationsProgress.model_validate_json(found).items
        return progress

    async def flags(self, user: int, role: Role, **filters: Any) -> list[Flag]:
        worker = AttentionWorker(self.database, ["acme"])
        while await worker.step():
            pass
        context, requests = self.context(user, role), AttentionRequests(self.database)
        page = await requests.get_attention(GetAttention(**filters), context)
        assert isinstance(page, str)
        flags = [edge.node for edge in FlagPage.model_validate_json(page).edges]
        counts = FlagCounts.model_validate_json(
            await requests.get_attention_counts(GetAttentionCounts(**filters), context)
        )
        assert counts.red + counts.yellow == len(flags)
        return flags


@pytest_asyncio.fixture
async def world(pipeline: Database, mapper: GreenhouseMapper, ingest: RawIngest) -> AsyncIterator[World]:
    ats = ReadAts(pipeline, ingest, mapper)
    users = ({"id": n, "name": f"User {n}", "primary_email": f"u{n}@example.com"} for n in range(101, 105))
    await ats.read("users", *users)
    for job in (3, 4):
        await ats.read("jobs", {"id": job, "name": f"Job {job}", "status": "open"} | TIMES)
        await ats.read("job_stages", {"id": job * 10 + 1, "job_id": job, "name": "Onsite", "sort_order": 1})
    teams = ((3, MANAGER), (4, OTHER_MANAGER))
    team = ({"id": 40 + job, "job_id": job, "user_id": user, "responsible": True} for job, user in teams)
    await ats.read("hiring_managers", *team)
    kate = {"id": 2, "first_name": "Kate", "last_name": "Austen", "is_private": True}
    await ats.read("people", kate | TIMES, {"id": 5, "first_name": "James", "last_name": "Ford"} | TIMES)
    closed = application(6, status="rejected", rejected_at=AT)
    await ats.read("applications", application(1), closed, application(7, candidate_id=5))
    await ats.read("interviews", {"id": 71, "name": "Onsite"} | _OVER)
    seats = ({"id": 80 + n, "interview_id": 71, "user_id": n} for n in (INTERVIEWER, OTHER_MANAGER))
    await ats.read("interviewers", *seats)
    await ats.compare(1, 6, 7)
    yield World(pipeline, mapper, ats)


@pytest.mark.parametrize(("user", "role"), _WITHOUT_A_TEAM.values(), ids=_WITHOUT_A_TEAM)
async def test_an_interviewer_sees_the_application_and_the_person_and_not_the_job(
    world: World, user: int, role: Role
) -> None:
    assert await world.sees(user, role) == _SEEN


@pytest.mark.parametrize(("user", "role"), _WITHOUT_A_TEAM.values(), ids=_WITHOUT_A_TEAM)
async def test_an_interviewer_sees_no_other_application_of_the_job_or_of_the_person(
    world: World, user: int, role: Role
) -> None:
    assert await world.sees(user, role, person=5, number=7) == set()
    # What is of the person is shown; what is of their other application is not.
    assert await world.sees(user, role, number=6) == _SEEN - {"application", "progress", "actions"}


async def test_who_interviews_nobody_sees_nobody(world: World) -> None:
    assert await world.sees(STRANGER, Role.INTERVIEWER) == set()


@pytest.mark.parametrize("gone", ["the seat", "the interview"])
async def test_who_interviews_no_more_sees_no_more(world: World, gone: str) -> None:
    if gone == "the seat":
        await world.ats.read("interviewers", {"id": 80 + INTERVIEWER, "interview_id": 71, "user_id": STRANGER})
    else:
        await world.ats.read("interviews", {"id": 71, "name": "Onsite"} | _OVER | {"status": "canceled"})
    assert await world.sees(INTERVIEWER, Role.INTERVIEWER) == set()


async def test_of_scorecards_an_interviewer_sees_their_own_until_they_owe_none(world: World) -> None:
    other = {"id": 91, "interview_id": 71, "interviewer_id": OTHER_MANAGER, "submitted_at": AT, "notes": "Good."}
    await world.ats.read("scorecards", {"application_id": 1, "candidate_rating": "yes"} | other)
    assert (await world.progress(INTERVIEWER, Role.INTERVIEWER)).scorecards == ()
    own = other | {"id": 92, "interviewer_id": INTERVIEWER}
    await world.ats.read("scorecards", {"application_id": 1, "candidate_rating": "no"} | own)
    assert len((await world.progress(INTERVIEWER, Role.INTERVIEWER)).scorecards) == 2


async def test_offers_are_for_the_hiring_team_alone(world: World) -> None:
    await world.ats.read("offers", {"id": 95, "application_id": 1, "version": 1, "status": "Created", "created_at": AT})
    assert (await world.progress(OTHER_MANAGER, Role.HIRING_MANAGER)).offers == ()
    assert len((await world.progress(MANAGER, Role.HIRING_MANAGER)).offers) == 1


@pytest.mark.parametrize(("user", "role"), _WITHOUT_A_TEAM.values(), ids=_WITHOUT_A_TEAM)
async def test_an_interviewer_is_told_that_they_owe_feedback_and_of_nothing_else(
    world: World, user: int, role: Role
) -> None:
    me = world.id("users", user)
    all_flags = await world.flags(MANAGER, Role.HIRING_MANAGER)
    assert len(all_flags) > 1
    own = [flag for flag in all_flags if flag.owner_id == me]
    assert [flag.reason for flag in own] == [AttentionReason.FEEDBACK_OWED]
    assert await world.flags(user, role) == await world.flags(user, role, owner_id=me) == own
    assert await world.flags(STRANGER, Role.INTERVIEWER) == []


async def test_a_hiring_manager_of_another_job_snoozes_what_they_owe_and_nothing_of_others(world: World) -> None:
    all_flags = await world.flags(MANAGER, Role.HIRING_MANAGER)
    me = world.id("users", OTHER_MANAGER)
    requests, context = AttentionRequests(world.database), world.context(OTHER_MANAGER, Role.HIRING_MANAGER)
    until = datetime.now(UTC) + timedelta(days=1)
    for flag in all_flags:
        answer = await requests.snooze_flag(SnoozeFlag(flag_id=flag.id, until=until, note="On leave"), context)
        assert isinstance(answer, NotFound) == (flag.owner_id != me)
    assert len(await world.flags(MANAGER, Role.HIRING_MANAGER)) == len(all_flags) - 1
