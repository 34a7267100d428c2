"""What is recorded here of people: who they are, how they are reached, who may read what is noted about them."""

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from rapport.contracts.events import (
    ApplicationReceived,
    Event,
    EventData,
    MessageStateChanged,
    ReplyReceived,
    StagePoint,
)  # fmt: skip
from rapport.contracts.identity import Role, TokenScope, UserId, Viewer
from rapport.contracts.pipeline import (
    AddContactPoints,
    AddNote,
    ChangeContactPoint,
    ChangeProject,
    ChangeProjectPeople,
    ChangeTags,
    CreatePerson,
    CreateProject,
    EditNote,
    GetNotes,
    GetNotesByIds,
    GetPeopleByIds,
    GetProjectPeople,
    GetProjects,
    GetProjectsByIds,
    GetSourcingActivity,
    MergePeople,
    NewContactPoint,
    Person,
    PersonResult,
    RecordSourcingActivity,
    RemoveContactPoint,
    RemoveNote,
)  # fmt: skip
from rapport.contracts.refusals import Forbidden, Invalid, NoteConflict, NotFound
from rapport.contracts.requests import Page, Request
from rapport.contracts.vocabulary import (
    ApplicationStatus,
    Channel,
    ContactConsent,
    ContactKind,
    InputOutcome,
    MessageState,
    NoteVisibility,
    Origin,
    ReplyKind,
    SourcingKind,
    StageKind,
)  # fmt: skip
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.kit.rpc.envelope import RequestContext
from rapport.pipeline.crm.notes import NoteRequests
from rapport.pipeline.crm.people import PeopleRequests
from rapport.pipeline.crm.projects import ProjectRequests
from rapport.pipeline.merge_requests import MergeRequests
from rapport.pipeline.reactions import PersonActivity
from rapport.pipeline.recording import record_changes
from rapport.pipeline.requests import PipelineRequests
from rapport.pipeline.store import applications, crm
from rapport.pipeline.sync.endings import EndReason
from services.pipeline.tests.support.raw_ingest import RawIngest

ANNA, BEN = UserId(uuid4()), UserId(uuid4())
_AT = {"created_at": "2026-03-01T00:00:00Z", "updated_at": "2026-03-01T00:00:00Z"}
EMAIL, PHONE, LINK = ContactKind.EMAIL, ContactKind.PHONE, ContactKind.LINK


class Crm:
    """The service's answers to requests about people, projects and notes."""

    def __init__(self, database: Database, ingest: RawIngest, mapper: Any) -> None:
        self.database, self.ingest, self.mapper = database, ingest, mapper
        self.manager = UserId(mapper.id("users", 7))
        self.job = mapper.id("jobs", 3)
        self.candidate = mapper.id("people", 2)
        reads = PipelineRequests(database, [], move_queued=lambda _: None, run_requested=lambda _: None)
        self._handlers: dict[str, Any] = {}
        for requests in (
            reads,
            PeopleRequests(database),
            ProjectRequests(database),
            NoteRequests(database, write_queued=lambda _: None),
        ):
            requests.register(self)  # type: ignore[arg-type]

    def handle(self, request: type[Request[Any]], handler: Any) -> None:
        self._handlers[request.address()] = handler

    async def ask(
        self,
        request: Request[Any],
        *roles: Role,
        user: UserId = ANNA,
        key: str | None = None,
        grants: frozenset[str] = frozenset(),
        in_ats: bool = True,
    ) -> Any:
        able = {"roles": frozenset(roles or {Role.RECRUITER}), "grants": grants, "in_ats": in_ats}
        viewer = Viewer(org_id="acme", user_id=user, **able)
        if refused := request.rule.denial(viewer):
            return refused
        answer = await self._handlers[request.address()](request, RequestContext(viewer, key or f"request:{uuid4()}"))
        return request.result.model_validate_json(answer) if isinstance(answer, str) else answer

    async def create(self, name: str = "Ana Lima", *points: NewContactPoint, **more: Any) -> PersonResult:
        first, _, last = name.partition(" ")
        result = await self.ask(CreatePerson(first_name=first, last_name=last, contact_points=points, **more))
        assert isinstance(result, PersonResult), result
        return result

    async def person(self, person_id: UUID) -> Person | None:
        found = await self.ask(GetPeopleByIds(ids=(person_id,)))
        return next(iter(found.items), None)

    async def rows(self, statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
        async with self.database.read_session("acme") as session:
            return [tuple(row) for row in await session.fetch(Statement(statement), *arguments)]

    async def events(self, prefix: str = "hiring.acme.pipeline.") -> list[str]:
        rows = await self.rows(
            "SELECT o.subject FROM outbox o JOIN publication p ON p.org_id = o.org_id AND p.id = o.id"
            " WHERE o.subject LIKE $1 || '%' ORDER BY o.recorded_at, o.aggregate_version, o.id",
            prefix,
        )
        return [row[0].removeprefix("hiring.acme.pipeline.") for row in rows]

    async def erase(self, person_id: UUID) -> None:
        async with self.database.work("acme", actor="ats", cause="test") as unit:
            await self.ingest.endings.erase(unit, [person_id], EndReason.DELETED)


def point(kind: ContactKind, value: str, **more: Any) -> NewContactPoint:
    return NewContactPoint(kind=kind, value=value, **more)


@pytest_asyncio.fixture
async def acme(pipeline: Database, ingest: RawIngest, mapper: Any) -> AsyncIterator[Crm]:
    """Candidate 2 of the ATS has applied for job 3, whose hiring manager is user 7."""
    async with pipeline.work("acme", actor="ats", cause="test") as unit:
        await ingest.raw(unit, "jobs", [{"id": 3, "name": "Engineer", "status": "open"} | _AT])
        await ingest.raw(unit, "job_stages", [{"id": 31, "job_id": 3, "name": "Screen", "sort_order": 0}])
        await ingest.raw(unit, "hiring_managers", [{"id": 1, "job_id": 3, "user_id": 7}])
        candidate = {"id": 2, "first_name": "Kate", "last_name": "Austen", "tags": ["Iberia"]} | _AT
        emails = [{"value": "Kate@Example.org", "type": "personal"}]
        await ingest.raw(unit, "people", [candidate | {"email_addresses": emails}])
        application = {"id": 1, "candidate_id": 2, "job_id": 3, "stage_id": 31, "status": "active"}
        await ingest.raw(unit, "applications", [application | {"current_stage_at": _AT["created_at"]} | _AT])
        await record_changes(unit, await applications.lock_applications(unit, [mapper.id("applications", 1)]))
    yield Crm(pipeline, ingest, mapper)


# People --------------------------------------------------------------------------------------------------------------


async def test_a_person_created_by_hand_is_shown_with_what_was_given(acme: Crm) -> None:
    given = point(EMAIL, "ana@example.org", type="work", consent=ContactConsent.GIVEN)
    result = await acme.create("Ana Lima", given, point(PHONE, "+351 912 345 678"), title="Engineer", tags=("Go", "go"))
    person = await acme.person(result.person.id)
    assert person is not None
    assert (result.created, person.in_ats, person.title) == (True, False, "Engineer")
    assert [e.value for e in person.emails] == ["ana@example.org"]
    assert [p.value for p in person.phones] == ["+351 912 345 678"]
    assert person.consents == {"email": True}
    assert person.added_tags == person.tags == ("Go",)
    assert await acme.events("hiring.acme.pipeline.person") == ["person.created.v1"]


async def test_the_same_key_creates_nobody_else(acme: Crm) -> None:
    request = CreatePerson(first_name="Ana", last_name="Lima")
    one = await acme.ask(request, key="request:1")
    again = await acme.ask(request, key="request:1")
    other = await acme.ask(request, key="request:2")
    assert (one.person.id, again.created) == (again.person.id, False)
    assert other.person.id != one.person.id
    assert await acme.events("hiring.acme.pipeline.person") == ["person.created.v1"] * 2


@pytest.mark.parametrize(
    ("known", "given"),
    [
        (point(EMAIL, "Ana@Bücher.example."), point(EMAIL, "ana@xn--bcher-kva.example")),
        (point(PHONE, "+351 912 345 678"), point(PHONE, "00351912345678")),
        (
            point(LINK, "https://www.linkedin.com/in/Ana-Lima/?trk=x"),
            point(LINK, "pt.linkedin.com/in/ana-lima/details"),
        ),
    ],
)
async def test_who_is_known_by_a_contact_point_is_found_and_not_changed(
    acme: Crm, known: NewContactPoint, given: NewContactPoint
) -> None:
    first = await acme.create("Ana Lima", known)
    second = await acme.create("Lima, Ana Maria", given, title="Other")
    assert (second.created, second.person) == (False, first.person)


async def test_a_candidate_of_the_ats_is_known_by_their_address_there(acme: Crm) -> None:
    found = await acme.create("Kate Austen", point(EMAIL, "kate@example.org"))
    assert (found.created, found.person.id) == (False, acme.candidate)


async def test_one_mailbox_with_two_different_names_is_two_people_for_somebody_to_look_at(acme: Crm) -> None:
    ana = await acme.create("Ana Lima", point(EMAIL, "family@example.org"))
    rui = await acme.create("Rui Costa", point(EMAIL, "family@example.org"))
    assert rui.created
    pairs = await acme.rows("SELECT person_id, other_id, reason FROM probable_duplicate")
    assert pairs == [(*sorted((ana.person.id, rui.person.id)), "same_email")]


async def test_people_without_contact_points_have_nothing_in_common(acme: Crm) -> None:
    one, other = await acme.create("Ana Lima"), await acme.create("Ana Lima")
    assert one.created
    assert other.created
    assert await acme.rows("SELECT 1 FROM probable_duplicate") == []


@pytest.mark.parametrize(
    "wrong",
    [point(EMAIL, "ana at example"), point(PHONE, "912 345 678"), point(PHONE, "3.51912E+11"), point(LINK, "x")],
)
async def test_a_contact_point_that_is_none_is_refused_where_it_is(acme: Crm, wrong: NewContactPoint) -> None:
    request = CreatePerson(last_name="Lima", contact_points=(point(EMAIL, "ana@example.org"), wrong))
    refused = await acme.ask(request)
    assert isinstance(refused, Invalid)
    assert [problem.path for problem in refused.problems] == ["contact_points.1.value"]
    assert await acme.events("hiring.acme.pipeline.person") == []


async def test_what_the_ats_says_and_what_is_recorded_here_stand_side_by_side(acme: Crm) -> None:
    more = (point(EMAIL, "KATE@example.org"), point(EMAIL, "kate.a@example.com", type="work"))
    await acme.ask(AddContactPoints(person_id=acme.candidate, contact_points=more))
    await acme.ask(ChangeTags(person_id=acme.candidate, add=("iberia", "Rust")))
    person = await acme.person(acme.candidate)
    assert person is not None
    assert [e.value for e in person.emails] == ["Kate@Example.org", "kate.a@example.com"]
    assert [p.value for p in person.contact_points] == ["kate.a@example.com"]
    assert (person.tags, person.added_tags) == (("Iberia", "Rust"), ("Rust",))
    assert await acme.events("hiring.acme.pipeline.person") == ["person.details_changed.v1"] * 2


async def test_a_refused_address_holds_whatever_the_ats_says(acme: Crm) -> None:
    result = await acme.create("Ana Lima", point(EMAIL, "ana@example.org", consent=ContactConsent.GIVEN))
    refused = point(EMAIL, "ana.lima@example.org", consent=ContactConsent.REFUSED)
    await acme.ask(AddContactPoints(person_id=result.person.id, contact_points=(refused,)))
    person = await acme.person(result.person.id)
    assert person is not None
    assert person.consents == {"email": False}


async def test_only_what_was_recorded_here_can_be_removed(acme: Crm) -> None:
    added = await acme.ask(AddContactPoints(person_id=acme.candidate, contact_points=(point(LINK, "ana.example/me"),)))
    (one,) = added.person.contact_points
    for _ in range(2):
        left = await acme.ask(RemoveContactPoint(person_id=acme.candidate, contact_point_id=one.id))
        assert (left.person.links, len(left.person.emails)) == ((), 1)
    kept = await acme.ask(ChangeTags(person_id=acme.candidate, remove=("Iberia",)))
    assert kept.person.tags == ("Iberia",)
    assert await acme.events("hiring.acme.pipeline.person") == ["person.details_changed.v1"] * 2


async def test_what_was_said_of_a_contact_point_can_be_taken_back(acme: Crm) -> None:
    result = await acme.create(
        "Ana Lima",
        point(EMAIL, "ana@example.org", type="work", consent=ContactConsent.REFUSED),
        point(PHONE, "+351912345678"),
    )
    person_id, mail = result.person.id, result.person.contact_points[0]
    change = ChangeContactPoint(
        person_id=person_id, contact_point_id=mail.id, type=None, consent=ContactConsent.UNKNOWN
    )
    for _ in range(2):
        changed = await acme.ask(change)
        assert [(p.value, p.type, p.consent) for p in changed.person.contact_points] == [
            ("ana@example.org", None, ContactConsent.UNKNOWN),
            ("+351912345678", None, ContactConsent.UNKNOWN),
        ]
    # Repeated, it changes nothing.
    assert await acme.events("hiring.acme.pipeline.person") == ["person.created.v1", "person.details_changed.v1"]


async def test_only_a_contact_point_of_the_person_is_changed(acme: Crm) -> None:
    ana = (await acme.create("Ana Lima", point(EMAIL, "ana@example.org"))).person
    rui = (await acme.create("Rui Costa", point(EMAIL, "rui@example.org"))).person
    others = ana.contact_points[0].id
    request = ChangeContactPoint(person_id=rui.id, contact_point_id=others, type="work", consent=ContactConsent.REFUSED)
    assert await acme.ask(request) == NotFound(what="contact point", id=str(others))
    assert [await acme.person(person.id) for person in (ana, rui)] == [ana, rui]
    assert await acme.events("hiring.acme.pipeline.person") == ["person.created.v1"] * 2


async def test_what_two_records_say_of_one_address_is_changed_and_removed_as_one(acme: Crm) -> None:
    MergeRequests(acme.database).register(acme)  # type: ignore[arg-type]
    survivor = (await acme.create("Ana Lima", point(EMAIL, "ana@example.org"))).person.id
    refused = point(EMAIL, "ANA@example.org", consent=ContactConsent.REFUSED)
    merged = (await acme.create("Rui Costa", refused)).person.id
    await acme.ask(MergePeople(survivor_id=survivor, merged_id=merged))
    person = await acme.person(survivor)
    assert person is not None
    [mail] = person.contact_points
    assert mail.consent is ContactConsent.REFUSED

    await acme.ask(
        ChangeContactPoint(person_id=survivor, contact_point_id=mail.id, type="own", consent=ContactConsent.GIVEN)
    )
    person = await acme.person(survivor)
    assert person is not None
    assert [(p.type, p.consent) for p in person.contact_points] == [("own", ContactConsent.GIVEN)]
    assert person.consents == {"email": True}

    left = await acme.ask(RemoveContactPoint(person_id=survivor, contact_point_id=mail.id))
    assert (left.person.contact_points, left.person.emails) == ((), ())


async def test_people_created_here_are_nothing_that_the_ats_is_compared_with(
    acme: Crm, connector: Any, ingest: RawIngest
) -> None:
    await acme.create("Ana Lima")
    rows = await acme.rows(
        "SELECT id FROM mirrored_record WHERE connection = $1 AND collection = 'people'", "greenhouse"
    )
    assert rows == [(acme.candidate,)]


async def test_erasing_a_person_erases_all_that_was_recorded_of_them(acme: Crm) -> None:
    project = await acme.ask(CreateProject(project_name="Iberia"))
    result = await acme.create("Ana Lima", point(EMAIL, "ana@example.org"), tags=("Go",))
    person, other = result.person.id, await acme.create("Rui Costa", point(EMAIL, "ana@example.org"))
    assert other.created
    await acme.ask(ChangeProjectPeople(project_id=project.id, add=(person,)))
    await acme.ask(AddNote(person_id=person, visibility=NoteVisibility.PUBLIC, body="met at a fair"))
    url = "https://linkedin.com/in/ana"
    await acme.ask(AddContactPoints(person_id=person, contact_points=(point(LINK, url),)))
    await acme.ask(RecordSourcingActivity(kind=SourcingKind.VIEWED, profile_url=url))
    [(before,)] = await acme.rows("SELECT profile FROM sourcing_activity")
    await acme.erase(person)
    for table in ("contact_point", "person_key", "person_tag", "project_person", "note"):
        assert await acme.rows(f"SELECT 1 FROM {table} WHERE person_id = $1", person) == [], table
    assert await acme.rows("SELECT 1 FROM probable_duplicate") == []
    [(after,)] = await acme.rows("SELECT profile FROM sourcing_activity WHERE person_id = $1", person)
    assert after != before
    assert await acme.person(person) is None


async def test_a_merge_moves_what_was_recorded_to_the_one_who_stays(acme: Crm) -> None:
    result = await acme.create("Ana Lima", point(EMAIL, "ana@example.org"), tags=("Go", "Rust"))
    await acme.ask(ChangeTags(person_id=acme.candidate, add=("go",)))
    await acme.ask(AddNote(person_id=result.person.id, visibility=NoteVisibility.PUBLIC, body="a note"))
    async with acme.database.work("acme", actor="ats", cause="test") as unit:
        await acme.ingest.endings.merge(unit, result.person.id, acme.candidate)
    person = await acme.person(acme.candidate)
    assert person is not None
    assert [e.value for e in person.emails] == ["Kate@Example.org", "ana@example.org"]
    assert person.added_tags == ("go", "Rust")
    assert len((await acme.ask(GetNotes(person_id=acme.candidate))).edges) == 1


async def test_keys_follow_what_the_ats_says(acme: Crm) -> None:
    async with acme.database.work("acme", actor="ats", cause="test") as unit:
        await crm.refresh_keys(unit, limit=10)
        changed = {"id": 2, "first_name": "Kate", "last_name": "Austen", "updated_at": "2026-03-02T00:00:00Z"}
        emails = [{"value": "new@example.org", "type": "work"}]
        created = {"created_at": _AT["created_at"]}
        await acme.ingest.raw(unit, "people", [changed | created | {"email_addresses": emails}])
    assert (await acme.create("Kate Austen", point(EMAIL, "new@example.org"))).person.id == acme.candidate
    assert (await acme.create("Kate Austen", point(EMAIL, "kate@example.org"))).created


# Projects ------------------------------------------------------------------------------------------------------------


async def test_people_of_a_project_are_added_and_removed_each_for_themselves(acme: Crm) -> None:
    project = await acme.ask(CreateProject(project_name="Iberia 2026"))
    stranger = uuid4()
    change = await acme.ask(ChangeProjectPeople(project_id=project.id, add=(acme.candidate, stranger)))
    assert [o.outcome for o in change.outcomes] == [InputOutcome.DONE, InputOutcome.NOT_FOUND]
    again = await acme.ask(ChangeProjectPeople(project_id=project.id, add=(acme.candidate,)))
    assert (again.outcomes[0].outcome, again.project.people) == (InputOutcome.UNCHANGED, 1)
    people = await acme.ask(GetProjectPeople(project_id=project.id))
    assert [edge.node.person_id for edge in people.edges] == [acme.candidate]
    gone = await acme.ask(ChangeProjectPeople(project_id=project.id, remove=(acme.candidate,)))
    assert (gone.outcomes[0].outcome, gone.project.people) == (InputOutcome.DONE, 0)
    assert await acme.events("hiring.acme.pipeline.project") == [
        "project.changed.v1", "project.people_changed.v1", "project.people_changed.v1",
    ]  # fmt: skip


async def test_two_records_of_a_person_who_is_not_in_a_project_themselves_are_in_it_once(acme: Crm) -> None:
    MergeRequests(acme.database).register(acme)  # type: ignore[arg-type]
    project = await acme.ask(CreateProject(project_name="Iberia"))
    first, other, second, survivor = [
        (await acme.create(name)).person.id for name in ("Ana Lima", "Bo Reis", "Ana L.", "Ana Maria Lima")
    ]
    for person in (first, other, second):
        await acme.ask(ChangeProjectPeople(project_id=project.id, add=(person,)))
    for merged in (first, second):
        await acme.ask(MergePeople(survivor_id=survivor, merged_id=merged))

    pages = [await acme.ask(GetProjectPeople(project_id=project.id, page=Page(first=1)))]
    while pages[-1].has_next:
        after = Page(first=1, after=pages[-1].edges[-1].cursor)
        pages.append(await acme.ask(GetProjectPeople(project_id=project.id, page=after)))
    # By when the record that was added last was added.
    assert [edge.node.person_id for page in pages for edge in page.edges] == [survivor, other]
    [edge] = (await acme.ask(GetProjects())).edges
    assert edge.node.people == len(pages)


async def test_a_project_says_when_it_was_changed_last(acme: Crm) -> None:
    project = await acme.ask(CreateProject(project_name="Iberia"))
    assert project.changed_at == project.created_at
    changed = [project.changed_at]
    for request in (
        ChangeProjectPeople(project_id=project.id, add=(acme.candidate,)),
        ChangeProject(project_id=project.id, project_name="Iberia 2026"),
        ChangeProjectPeople(project_id=project.id, remove=(acme.candidate,)),
        ChangeProject(project_id=project.id, archived=True),
    ):
        answer = await acme.ask(request)
        changed.append(getattr(answer, "project", answer).changed_at)
    assert changed == sorted(set(changed))
    await acme.ask(ChangeProject(project_id=project.id, archived=True))
    [edge] = (await acme.ask(GetProjects(include_archived=True))).edges
    assert edge.node.changed_at == changed[-1]


async def test_a_private_person_is_in_a_project_for_those_who_see_them(acme: Crm) -> None:
    project = await acme.ask(CreateProject(project_name="Iberia"))
    known = (await acme.create("Ana Lima")).person.id
    await acme.ask(ChangeProjectPeople(project_id=project.id, add=(acme.candidate, known)))
    async with acme.database.work("acme", actor="ats", cause="test") as unit:
        await unit.execute(Statement("UPDATE person SET is_private = true WHERE id = $1"), acme.candidate)
    close = {"user": acme.manager}
    for viewer, people in (({}, {known}), (close, {known, acme.candidate})):
        listed = await acme.ask(GetProjectPeople(project_id=project.id), **viewer)
        assert {edge.node.person_id for edge in listed.edges} == people
        [edge] = (await acme.ask(GetProjects(), **viewer)).edges
        assert edge.node.people == len(people)
        [by_id] = (await acme.ask(GetProjectsByIds(ids=(project.id,)), **viewer)).items
        assert by_id == edge.node


async def test_an_archived_project_is_no_longer_offered_and_comes_back(acme: Crm) -> None:
    project = await acme.ask(CreateProject(project_name="Ibéria"))
    await acme.ask(ChangeProject(project_id=project.id, project_name="Iberia", archived=True))
    assert (await acme.ask(GetProjects(text="iberia"))).edges == ()
    assert len((await acme.ask(GetProjects(text="IBÉRIA", include_archived=True))).edges) == 1
    restored = await acme.ask(ChangeProject(project_id=project.id, archived=False))
    assert (restored.archived_at, restored.version) == (None, 4)
    assert len((await acme.ask(GetProjects())).edges) == 1


async def test_a_project_that_does_not_exist_is_not_found(acme: Crm) -> None:
    for request in (
        ChangeProject(project_id=uuid4(), project_name="x"), ChangeProjectPeople(project_id=uuid4()),
        GetProjectPeople(project_id=uuid4()),
    ):  # fmt: skip
        assert isinstance(await acme.ask(request), NotFound)


# Notes ---------------------------------------------------------------------------------------------------------------


async def _bodies(acme: Crm, *roles: Role, user: UserId = ANNA) -> list[str]:
    notes = await acme.ask(GetNotes(person_id=acme.candidate), *roles, user=user)
    return [edge.node.body for edge in notes.edges]


async def test_a_note_is_read_by_those_whom_its_author_chose_and_absent_for_others(acme: Crm) -> None:
    ids = []
    for visibility in (NoteVisibility.PUBLIC, NoteVisibility.HIRING_TEAM, NoteVisibility.PRIVATE):
        note = await acme.ask(
            AddNote(person_id=acme.candidate, job_id=acme.job, visibility=visibility, body=visibility), user=ANNA
        )
        ids.append(note.id)
    assert await _bodies(acme) == ["private", "hiring_team", "public"]
    assert await _bodies(acme, Role.RECRUITER, user=BEN) == ["public"]
    assert await _bodies(acme, Role.ADMIN, user=BEN) == ["hiring_team", "public"]
    assert await _bodies(acme, Role.HIRING_MANAGER, user=acme.manager) == ["hiring_team", "public"]
    read = await acme.ask(GetNotesByIds(ids=tuple(ids)), Role.RECRUITER, user=BEN)
    assert [note.body for note in read.items] == ["public"]


async def test_managers_of_other_jobs_find_neither_the_person_nor_the_notes(acme: Crm) -> None:
    note = await acme.ask(AddNote(person_id=acme.candidate, visibility=NoteVisibility.PUBLIC, body="x"))
    outsider = UserId(uuid4())
    assert isinstance(await acme.ask(GetNotes(person_id=acme.candidate), Role.HIRING_MANAGER, user=outsider), NotFound)
    assert (await acme.ask(GetNotesByIds(ids=(note.id,)), Role.HIRING_MANAGER, user=outsider)).items == ()
    request = AddNote(person_id=acme.candidate, visibility=NoteVisibility.PUBLIC, body="x")
    assert isinstance(await acme.ask(request, Role.HIRING_MANAGER, user=outsider), NotFound)


async def test_only_its_author_changes_or_removes_a_note(acme: Crm) -> None:
    note = await acme.ask(AddNote(person_id=acme.candidate, visibility=NoteVisibility.PUBLIC, body="one"))
    edit = EditNote(note_id=note.id, visibility=NoteVisibility.PRIVATE, body="two")
    assert isinstance(await acme.ask(edit, Role.ADMIN, user=BEN), NotFound)
    assert isinstance(await acme.ask(RemoveNote(note_id=note.id), Role.ADMIN, user=BEN), NotFound)
    edited = await acme.ask(edit)
    assert (edited.body, edited.visibility, edited.version) == ("two", NoteVisibility.PRIVATE, 2)
    assert (await acme.ask(edit)).version == 2
    await acme.ask(RemoveNote(note_id=note.id))
    assert isinstance(await acme.ask(RemoveNote(note_id=note.id)), NotFound)
    assert await _bodies(acme) == []
    assert await acme.events("hiring.acme.pipeline.note") == ["note.added.v1", "note.edited.v1", "note.removed.v1"]


async def test_a_note_that_its_author_changed_elsewhere_is_neither_overwritten_nor_removed(acme: Crm) -> None:
    note = await acme.ask(AddNote(person_id=acme.candidate, visibility=NoteVisibility.PUBLIC, body="one"))
    here = EditNote(note_id=note.id, visibility=NoteVisibility.PUBLIC, body="here", expected_version=note.version)
    there = here.model_copy(update={"body": "there"})
    edited = await acme.ask(there)
    assert edited.version == 2
    # Its answer may have been lost: what it says already is no conflict.
    assert (await acme.ask(there)).version == 2
    for request in (here, RemoveNote(note_id=note.id, expected_version=note.version)):
        refused = await acme.ask(request)
        assert isinstance(refused, NoteConflict)
        assert (refused.current.version, refused.current.body) == (2, "there")
    assert await _bodies(acme) == ["there"]
    assert (await acme.ask(here.model_copy(update={"expected_version": 2}))).body == "here"
    await acme.ask(RemoveNote(note_id=note.id, expected_version=3))
    assert await _bodies(acme) == []


async def test_a_note_to_a_hiring_team_names_its_job(acme: Crm) -> None:
    with pytest.raises(ValueError, match="names the job"):
        AddNote(person_id=acme.candidate, visibility=NoteVisibility.HIRING_TEAM, body="x")
    note = await acme.ask(AddNote(person_id=acme.candidate, visibility=NoteVisibility.PUBLIC, body="x"))
    edit = EditNote(note_id=note.id, visibility=NoteVisibility.HIRING_TEAM, body="x")
    assert isinstance(await acme.ask(edit), Invalid)


async def test_events_hold_nothing_that_was_written(acme: Crm) -> None:
    await acme.create("Xaviera Quux", point(EMAIL, "quux@example.org"), tags=("quuxtag",), title="Quuxer")
    await acme.ask(CreateProject(project_name="Project Quux"))
    await acme.ask(AddNote(person_id=acme.candidate, visibility=NoteVisibility.PUBLIC, body="quux said so"))
    await acme.ask(RecordSourcingActivity(kind=SourcingKind.VIEWED, profile_url="https://quux.example/me"))
    bodies = await acme.rows("SELECT body::text FROM outbox")
    assert len(bodies) >= 4
    assert [body for (body,) in bodies if "quux" in json.dumps(body).lower()] == []


# Sourcing ------------------------------------------------------------------------------------------------------------

_URL = "https://www.linkedin.com/in/ana-lima"


async def test_a_profile_counts_once_for_each_user_and_job(acme: Crm) -> None:
    view = RecordSourcingActivity(kind=SourcingKind.VIEWED, profile_url=_URL)
    first = await acme.ask(view)
    again = await acme.ask(view.model_copy(update={"profile_url": "linkedin.com/in/Ana-Lima/"}))
    assert (first.recorded, again.recorded, again.occurred_at) == (True, False, first.occurred_at)
    assert (await acme.ask(view, user=BEN)).recorded
    assert (await acme.ask(view.model_copy(update={"job_id": acme.job}))).recorded
    assert await acme.events("hiring.acme.pipeline.sourcing") == ["sourcing.recorded.v1"] * 3


async def test_adding_somebody_creates_them_once_and_names_whoever_was_looked_at(acme: Crm) -> None:
    await acme.ask(RecordSourcingActivity(kind=SourcingKind.VIEWED, profile_url=_URL), user=BEN)
    add = RecordSourcingActivity(kind=SourcingKind.ADDED, profile_url=_URL, first_name="Ana", last_name="Lima")
    added = await acme.ask(add)
    again = await acme.ask(add, user=BEN)
    assert (added.recorded, again.recorded, again.person_id) == (True, True, added.person_id)
    assert await acme.rows("SELECT DISTINCT person_id FROM sourcing_activity") == [(added.person_id,)]
    person = await acme.person(added.person_id)
    assert person is not None
    assert person.links == (_URL,)


async def test_looking_at_a_profile_stores_nothing_of_whose_it_is(acme: Crm) -> None:
    await acme.ask(RecordSourcingActivity(kind=SourcingKind.VIEWED, profile_url=_URL, first_name="Ana"))
    (row,) = await acme.rows("SELECT s::text FROM sourcing_activity s")
    assert "ana" not in row[0].lower()
    assert await acme.rows("SELECT 1 FROM person WHERE connection = ''") == []


def test_a_token_for_sourcing_allows_recording_it_and_no_other_request() -> None:
    viewer = Viewer(
        org_id="acme", user_id=ANNA, roles=frozenset({Role.ADMIN}), token_scope=TokenScope.SOURCING
    )  # fmt: skip
    assert RecordSourcingActivity.rule.denial(viewer) is None
    assert CreatePerson.rule.denial(viewer) is not None
    assert GetPeopleByIds.rule.denial(viewer) is not None


# Counting ------------------------------------------------------------------------------------------------------------


def event(data: EventData, at: str, *, subject: UUID | None = None, version: int = 1) -> Event[Any]:
    time = datetime.fromisoformat(at)
    return cast("type[Event[Any]]", Event)(
        id=uuid4(), type=data.type, source="rapport/test", subject=subject or uuid4(), time=time, recordedat=time,
        orgid="acme", aggregateversion=version, actor="system:test", cause="test", data=data,
    )  # fmt: skip


async def test_sourcing_is_counted_per_user_job_and_period(acme: Crm) -> None:
    ana, rui, other_job = uuid4(), uuid4(), uuid4()

    def sent(person: UUID, at: str, *, author: UUID = ANNA, job: UUID | None = None) -> Event[Any]:
        data = MessageStateChanged(
            person_id=person, job_id=job or acme.job, channel=Channel.EMAIL, author_id=author, from_user_id=author,
            previous=MessageState.CLAIMED, current=MessageState.SENT,
        )  # fmt: skip
        return event(data, at)

    def replied(kind: ReplyKind, at: str) -> Event[Any]:
        data = ReplyReceived(
            reply_id=uuid4(), person_id=ana, job_id=acme.job, channel=Channel.EMAIL, author_id=ANNA, from_user_id=ANNA,
            kind=kind,
        )  # fmt: skip
        return event(data, at)

    point_ = StagePoint(stage_id=uuid4(), kind=StageKind.APPLIED, position=0)
    applied = ApplicationReceived(
        person_id=ana, job_id=acme.job, origin=Origin.SOURCED, current=point_, status=ApplicationStatus.ACTIVE
    )
    async with acme.database.work("acme", actor="system:test", cause="test") as unit:
        await PersonActivity().apply(
            unit,
            [
                sent(ana, "2026-02-27T10:00Z"), sent(ana, "2026-03-02T10:00Z"), sent(rui, "2026-03-03T10:00Z"),
                sent(rui, "2026-03-04T10:00Z", author=BEN), sent(rui, "2026-03-05T10:00Z", job=other_job),
                replied(ReplyKind.PERSONAL, "2026-03-06T10:00Z"), replied(ReplyKind.AUTOMATIC, "2026-03-06T11:00Z"),
                event(applied, "2026-03-07T10:00Z"),
                event(applied.model_copy(update={"person_id": uuid4()}), "2026-03-07T11:00Z"),
            ],
        )  # fmt: skip
    for day, url in (("02-28", _URL), ("03-01", _URL), ("03-01", "github.com/rui"), ("03-31", "github.com/rui/repo")):
        at = datetime.fromisoformat(f"2026-{day}T00:00Z")
        await acme.ask(
            RecordSourcingActivity(kind=SourcingKind.VIEWED, profile_url=url, job_id=acme.job, occurred_at=at)
        )

    async def counts(job: UUID | None, since: str = "2026-03-01T00:00Z", user: UserId = ANNA) -> dict[str, int]:
        request = GetSourcingActivity(
            user_id=user, job_id=job, since=datetime.fromisoformat(since),
            until=datetime.fromisoformat("2026-04-01T00:00Z"),
        )  # fmt: skip
        return cast("dict[str, int]", (await acme.ask(request, user=user)).model_dump())

    ours = {"profiles_viewed": 1, "people_added": 0, "first_messages": 1, "follow_ups": 1, "replies": 1, "converted": 1}
    assert await counts(acme.job) == ours
    assert await counts(None) == ours | {"follow_ups": 2}
    assert await counts(acme.job, "2026-02-01T00:00Z") == ours | {"profiles_viewed": 2, "first_messages": 2}
    assert (await counts(acme.job, user=BEN))["first_messages"] == 1


async def test_a_hiring_manager_counts_only_what_they_did_themselves(acme: Crm) -> None:
    at = datetime.fromisoformat("2026-03-01T00:00Z")
    request = GetSourcingActivity(user_id=ANNA, since=at, until=at + timedelta(days=1))
    assert isinstance(await acme.ask(request, Role.HIRING_MANAGER, user=acme.manager), Forbidden)
    own = request.model_copy(update={"user_id": acme.manager})
    assert (await acme.ask(own, Role.HIRING_MANAGER, user=acme.manager)).profiles_viewed == 0
    backwards = request.model_copy(update={"until": at})
    assert isinstance(await acme.ask(backwards), Invalid)
