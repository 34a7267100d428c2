"""Private people are seen by those who work on them only, and custom fields by nobody until an admin chooses them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import (
    AddContactPoints,
    Applications,
    Board,
    ChooseCustomFields,
    CreatePerson,
    GetActivity,
    GetApplicationProgress,
    GetApplicationsByIds,
    GetBoard,
    GetCardsByIds,
    GetJobFacets,
    GetJobs,
    GetJobsByIds,
    GetPeople,
    GetPeopleByIds,
    GetPersonRecord,
    GetProfiles,
    IdentifyViewer,
    JobFacets,
    JobPage,
    Jobs,
    MoveApplication,
    MoveResult,
    NewContactPoint,
    People,
    PersonPage,
    PersonProfile,
    PersonProfiles,
    PersonResult,
    RecordedSourcing,
    RecordSourcingActivity,
    ViewerIdentity,
)
from rapport.contracts.refusals import NotFound
from rapport.contracts.vocabulary import ContactKind, JobSort, SourcingKind
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.kit.rpc.envelope import Json, RequestContext
from rapport.pipeline.connectors.connection import Connection
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper
from rapport.pipeline.crm.people import PeopleRequests
from rapport.pipeline.directory_requests import DirectoryRequests
from rapport.pipeline.recording import record_changes
from rapport.pipeline.requests import PipelineRequests
from rapport.pipeline.store import applications
from services.pipeline.tests.support.raw_ingest import RawIngest

_AT = "2026-03-01T00:00:00Z"
ADMIN, RECRUITER, STRANGER, MANAGER, COORDINATOR, PERMITTED = 101, 102, 103, 104, 105, 106
_CLOSE = {
    "their recruiter": (RECRUITER, Role.RECRUITER),
    "their coordinator": (COORDINATOR, Role.COORDINATOR),
    "on the hiring team": (MANAGER, Role.HIRING_MANAGER),
}
_OTHERS = {
    "another recruiter": (STRANGER, Role.RECRUITER),
    "an admin without the permission": (ADMIN, Role.ADMIN),
    "an executive": (STRANGER, Role.EXECUTIVE),
}
_FIELDS = {"notice_period": "1 month", "salary_expectation": "1", "unknown": "x"}


@dataclass
class World:
    """Kate is private, James is not; both applied for the manager's job."""

    requests: PipelineRequests
    directory: DirectoryRequests
    mapper: GreenhouseMapper
    database: Database

    def viewer(self, user: int, role: Role) -> Viewer:
        return Viewer(org_id="acme", user_id=UserId(self.mapper.id("users", user)), roles=frozenset({role}))

    def id(self, collection: str, number: int) -> UUID:
        return self.mapper.id(collection, number)  # type: ignore[arg-type]

    async def sees(self, viewer: Viewer) -> dict[str, bool]:
        """In which answers Kate is, whose application is 1."""
        context = RequestContext(viewer, "key")
        kate, application, job = self.id("people", 2), self.id("applications", 1), self.id("jobs", 3)
        r = self.requests
        people = PersonPage.model_validate_json(_json(await r.get_people(GetPeople(), context)))
        named = People.model_validate_json(await r.get_people_by_ids(GetPeopleByIds(ids=(kate,)), context))
        found = await r.get_applications_by_ids(GetApplicationsByIds(ids=(application,)), context)
        board = Board.model_validate_json(_json(await r.get_board(GetBoard(job_id=job), context)))
        column = board.columns[0]
        [by_id] = Jobs.model_validate_json(await r.get_jobs_by_ids(GetJobsByIds(ids=(job,)), context)).items
        assert column.count == len(column.cards.edges)
        # What counts people counts those who are shown.
        assert board.job.active_applications == by_id.active_applications == column.count
        for sort in JobSort:
            page = JobPage.model_validate_json(_json(await r.get_jobs(GetJobs(sort=sort), context)))
            assert [edge.node for edge in page.edges] == [by_id]
        return {
            "people": kate in {edge.node.id for edge in people.edges},
            "person": bool(named.items),
            "record": not isinstance(await r.get_person_record(GetPersonRecord(person_id=kate), context), NotFound),
            "profile": str(kate) in await r.get_profiles(GetProfiles(ids=(kate,)), context),
            "activity": not isinstance(await r.get_activity(GetActivity(person_id=kate), context), NotFound),
            "application": bool(Applications.model_validate_json(found).items),
            "progress": str(application)
            in await r.get_application_progress(GetApplicationProgress(ids=(application,)), context),
            "card": str(application) in await r.get_cards_by_ids(GetCardsByIds(ids=(application,)), context),
            "board": application in {edge.node.application_id for edge in column.cards.edges},
        }

    async def profile(self, user: int = RECRUITER) -> PersonProfile:
        context = RequestContext(self.viewer(user, Role.RECRUITER), "key")
        found = await self.requests.get_profiles(GetProfiles(ids=(self.id("people", 2),)), context)
        [profile] = PersonProfiles.model_validate_json(found).items
        return profile


def _json(answer: object) -> str:
    assert isinstance(answer, str), answer
    return answer


@pytest_asyncio.fixture
async def world(
    pipeline: Database, mapper: GreenhouseMapper, connection: Connection, ingest: RawIngest
) -> AsyncIterator[World]:
    async def read(collection: str, *records: dict[str, Any]) -> None:
        async with pipeline.work("acme", actor="ats", cause="sync") as unit:
            await ingest.raw(unit, collection, records)
            if collection == "applications":
                ids = [mapper.id(collection, r["id"]) for r in records]  # type: ignore[arg-type]
                await record_changes(unit, await applications.lock_applications(unit, ids))

    admins = (ADMIN, PERMITTED)
    users = (
        {"id": n, "name": f"User {n}", "primary_email": f"u{n}@example.com", "site_admin": n in admins}
        for n in (ADMIN, RECRUITER, STRANGER, MANAGER, COORDINATOR, PERMITTED)
    )
    await read("users", *users)
    field = {"field_type": "candidate", "active": True}
    await read(
        "custom_fields",
        field | {"id": 11, "name": "Notice Period", "name_key": "notice_period", "private": False},
        field | {"id": 12, "name": "Salary Expectation", "name_key": "salary_expectation", "private": True},
        field | {"id": 13, "name": "Shoe Size", "name_key": "shoe_size", "private": False},
        field | {"id": 14, "name": "Level", "name_key": "level", "private": False, "field_type": "job"},
    )
    await read("jobs", {"id": 3, "name": "Surgeon", "status": "open", "created_at": _AT})
    stages = ({"id": n, "job_id": 3, "name": name, "sort_order": n} for n, name in ((31, "Screen"), (32, "Onsite")))
    await read("job_stages", *stages)
    await read("hiring_managers", {"id": 41, "job_id": 3, "user_id": MANAGER, "responsible": True})
    times = {"created_at": _AT, "updated_at": _AT, "current_stage_at": _AT}
    team = {"recruiter_id": RECRUITER, "coordinator_id": COORDINATOR}
    links = {
        "website_addresses": [{"value": "https://kate.example.org"}],
        "social_media_addresses": [{"value": "@kate"}],
    }
    kate = {"id": 2, "first_name": "Kate", "last_name": "Austen", "is_private": True, "custom_fields": _FIELDS} | links
    kate |= {"email_addresses": [{"value": "kate@example.org", "type": "personal"}]}
    await read("people", kate | team | times, {"id": 5, "first_name": "James", "last_name": "Ford"} | times)
    application = {"job_id": 3, "stage_id": 31, "status": "active"} | times
    await read("applications", application | {"id": 1, "candidate_id": 2}, application | {"id": 6, "candidate_id": 5})
    known = connection.model_copy(update={"sees_private_people": frozenset({"u106@example.com", "u103@example.com"})})
    requests = PipelineRequests(pipeline, [known], move_queued=lambda _: None, run_requested=lambda _: None)
    yield World(requests, DirectoryRequests(pipeline, [known]), mapper, pipeline)


@pytest.mark.parametrize(("user", "role"), _CLOSE.values(), ids=_CLOSE)
async def test_who_works_on_a_private_person_sees_them_everywhere(world: World, user: int, role: Role) -> None:
    seen = await world.sees(world.viewer(user, role))
    assert {where for where, shown in seen.items() if not shown} - {"board"} == set()
    assert seen["board"]


@pytest.mark.parametrize(("user", "role"), _OTHERS.values(), ids=_OTHERS)
async def test_from_everybody_else_a_private_person_is_absent_everywhere(world: World, user: int, role: Role) -> None:
    viewer = world.viewer(user, role)
    assert {where for where, shown in (await world.sees(viewer)).items() if shown} == set()
    frm, to = world.id("job_stages", 31), world.id("job_stages", 32)
    move = MoveApplication(application_id=world.id("applications", 1), from_stage_id=frm, to_stage_id=to)
    assert isinstance(await world.requests.move_application(move, RequestContext(viewer, "key")), NotFound)
    if role is Role.EXECUTIVE:
        return  # who moves no cards at all
    other = move.model_copy(update={"application_id": world.id("applications", 6)})
    assert isinstance(await world.requests.move_application(other, RequestContext(viewer, "key")), MoveResult)


@pytest.mark.parametrize(("user", "sees"), [(RECRUITER, True), (STRANGER, False)])
async def test_who_names_the_address_of_a_private_person_learns_of_them_only_if_they_see_them(
    world: World, user: int, *, sees: bool
) -> None:
    people, kate = PeopleRequests(world.database), world.id("people", 2)
    context = RequestContext(world.viewer(user, Role.RECRUITER), "key")
    mail = NewContactPoint(kind=ContactKind.EMAIL, value="kate@example.org")
    create = CreatePerson(first_name="Kate", last_name="Austen", contact_points=(mail,))
    url = "https://www.linkedin.com/in/kate"
    profile = (NewContactPoint(kind=ContactKind.LINK, value=url),)
    recorded = AddContactPoints(person_id=kate, contact_points=profile)
    await people.add_contact_points(recorded, RequestContext(world.viewer(RECRUITER, Role.RECRUITER), "earlier"))

    created = await people.create_person(create, context)
    viewed = await people.record_sourcing_activity(
        RecordSourcingActivity(kind=SourcingKind.VIEWED, profile_url=url), context
    )
    added = await people.record_sourcing_activity(
        RecordSourcingActivity(kind=SourcingKind.ADDED, profile_url=url, first_name="Kate", last_name="Austen"), context
    )

    assert isinstance(created, PersonResult)
    assert isinstance(viewed, RecordedSourcing)
    assert isinstance(added, RecordedSourcing)
    assert created.created is not sees
    assert [person_id == kate for person_id in (created.person.id, viewed.person_id, added.person_id)] == [sees] * 3
    # Somebody who sees both decides whether they are one.
    async with world.database.read_session("acme") as session:
        pairs = await session.fetch(Statement("SELECT person_id, other_id FROM probable_duplicate"))
    suspected = {frozenset((kate, created.person.id)), frozenset((kate, added.person_id))} if not sees else set()
    assert {frozenset(pair) for pair in pairs} == suspected


@pytest.mark.parametrize(("user", "sees"), [(PERMITTED, True), (ADMIN, False), (STRANGER, False)])
async def test_only_admins_whom_the_connection_names_see_every_private_person(
    world: World, user: int, *, sees: bool
) -> None:
    identified = await world.directory.identify_viewer(IdentifyViewer(org_id="acme", email=f"u{user}@example.com"))
    assert isinstance(identified, ViewerIdentity)
    viewer = identified.viewer.model_copy(update={"roles": identified.viewer.roles | {Role.RECRUITER}})
    assert set((await world.sees(viewer)).values()) == {sees}


@pytest.mark.parametrize(
    ("user", "role", "sees"), [(RECRUITER, Role.RECRUITER, True), (STRANGER, Role.RECRUITER, False)]
)
async def test_what_a_private_person_needs_is_counted_for_those_who_see_them(
    world: World, user: int, role: Role, *, sees: bool
) -> None:
    context = RequestContext(world.viewer(user, role), "key")
    stage = world.id("job_stages", 31)
    async with world.database.work("acme", actor="test", cause="test") as unit:
        await unit.execute(
            """UPDATE board_card SET card = (card::jsonb || '{"sync": "conflicted", "scorecards_due": 2}')::json
            WHERE application_id = $1""",
            world.id("applications", 1),
        )
    board = Board.model_validate_json(
        _json(await world.requests.get_board(GetBoard(job_id=world.id("jobs", 3), stage_id=stage), context))
    )
    assert (board.job.conflicts, board.job.scorecards_due) == ((1, 2) if sees else (0, 0))
    needing = JobPage.model_validate_json(
        _json(await world.requests.get_jobs(GetJobs(needing_attention=True, include_total=True), context))
    )
    assert (len(needing.edges), needing.total) == ((1, 1) if sees else (0, 0))
    facets = JobFacets.model_validate_json(await world.requests.get_job_facets(GetJobFacets(), context))
    assert facets.needing_attention == int(sees)


async def test_a_profile_says_who_is_responsible_and_what_the_links_are(world: World) -> None:
    profile = await world.profile()
    assert profile.recruiter is not None
    assert profile.coordinator is not None
    assert (profile.recruiter.name, profile.coordinator.name) == (f"User {RECRUITER}", f"User {COORDINATOR}")
    assert [(link.url, link.kind) for link in profile.web_links] == [
        ("@kate", "social"),
        ("https://kate.example.org", "website"),
    ]
    assert profile.is_private


async def test_no_field_of_the_account_is_shown_until_an_admin_chooses_it(world: World) -> None:
    context = RequestContext(world.viewer(ADMIN, Role.ADMIN), "key")
    assert (await world.profile()).custom_fields == ()

    async def choose(*numbers: int) -> Json | NotFound:
        ids = tuple(world.id("custom_fields", number) for number in numbers)
        return await world.requests.choose_custom_fields(ChooseCustomFields(ids=ids), context)

    # One that is private, of jobs, or not there at all cannot be chosen.
    for number in (12, 14, 15):
        assert isinstance(await choose(11, number), NotFound)
    assert (await world.profile()).custom_fields == ()
    said = await choose(11, 13)
    assert isinstance(said, str)
    assert "Notice Period" in said
    assert "Salary" not in said
    assert "Level" not in said
    shown = (await world.profile()).custom_fields
    assert [(one.name, one.value) for one in shown] == [("Notice Period", "1 month")]
    await choose()
    assert (await world.profile()).custom_fields == ()
