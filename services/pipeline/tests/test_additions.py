"""People are added to jobs here, and the ATS creates their applications; beside a sandbox ATS that fails."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from rapport.contracts.events import ApplicationReceived, parse_event
from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import (
    AddToJob,
    Applications,
    CreatePerson,
    GetApplicationsByIds,
    GetPeopleByIds,
    JobAddition,
    NewContactPoint,
    PersonResult,
)
from rapport.contracts.refusals import InputProblemCode, Invalid, NotFound
from rapport.contracts.vocabulary import AdditionState, ContactKind, TransitionKind
from rapport.kit.database.queries import Statement
from rapport.kit.rpc.envelope import RequestContext
from rapport.pipeline.crm.people import PeopleRequests
from rapport.pipeline.store import SQL, additions
from rapport.pipeline.store.bulk import cause_of
from rapport.testing.databases import Templates
from services.pipeline.tests.support.two_way import TwoWay, served

pytestmark = pytest.mark.asyncio(loop_scope="module")

STRANGER = UserId(UUID(int=5))
"""A user whom the ATS does not know."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def both(database_templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TwoWay]:
    async with served(database_templates, tmp_path_factory.mktemp("two_way")) as it:
        yield it


async def _known(both: TwoWay) -> tuple[UUID, UUID, UUID]:
    """A person of the ATS, an open job for which they are not pursued, and its first stage."""
    card, job, first = await both.transferable()
    [[person]] = await both.rows("SELECT person_id FROM application WHERE id = $1", card.application)
    return person, job, first


async def _new(both: TwoWay, name: str, *, email: bool = True) -> UUID:
    """A person who is recorded here alone."""
    point = NewContactPoint(kind=ContactKind.EMAIL, value=f"{name.lower()}.{uuid4().hex}@example.org")
    request = CreatePerson(
        first_name=name, last_name="Fontaine", title="Engineer", contact_points=(point,) if email else ()
    )
    made = await PeopleRequests(both.pipeline).create_person(request, both.context())
    assert isinstance(made, PersonResult)
    return made.person.id


async def _applications(both: TwoWay, person: UUID, job: UUID) -> list[Any]:
    """Their applications for the job, as those who see them are shown them."""
    rows = await both.rows(
        "SELECT id FROM application WHERE person_id = $1 AND job_id = $2 AND removed_at IS NULL", person, job
    )
    request = GetApplicationsByIds(ids=tuple(row["id"] for row in rows), include_history=True)
    found = await both.requests.get_applications_by_ids(request, both.context())
    return list(Applications.model_validate_json(found).items)


async def _in_ats(both: TwoWay, application: UUID) -> list[dict[str, Any]]:
    """Every application that the ATS has of the same candidate for the same job."""
    [[ref]] = await both.rows("SELECT external_id FROM application WHERE id = $1", application)
    [one] = await both.api.by_ids("applications", [ref])
    filters = {"candidate_ids": str(one["candidate_id"]), "job_ids": str(one["job_id"])}
    return await both.api.found("applications", **filters)


async def test_somebody_whom_the_ats_knows_begins_in_the_first_stage_of_the_job(both: TwoWay) -> None:
    person, job, first = await _known(both)
    added = await both.add(person, job)
    assert isinstance(added, JobAddition)
    assert (added.state, added.application_id) == (AdditionState.WAITING, None)
    assert [each.id for each in await both.additions_of(person)] == [added.id]
    await both.added()
    assert await both.additions_of(person) == []
    [application] = await _applications(both, person, job)
    assert (application.stage.id, application.sync.state) == (first, "synced")
    [received] = application.history
    assert (received.kind, received.actor.id) == (TransitionKind.RECEIVED, both.user())
    rows = await both.rows("SELECT body, subject FROM outbox WHERE aggregate_id = $1", application.id)
    [event] = [parse_event(row["body"], row["subject"]) for row in rows]
    assert isinstance(event.data, ApplicationReceived)
    assert (event.actor, event.data.job_id) == (f"user:{both.user()}", job)
    assert len(await _in_ats(both, application.id)) == 1


async def test_somebody_new_is_created_in_the_ats_and_stays_one_person(both: TwoWay) -> None:
    person = await _new(both, "Nadia")
    _, job, first = await _known(both)
    await both.add(person, job)
    await both.added()
    [application] = await _applications(both, person, job)
    assert application.stage.id == first
    [there] = await _in_ats(both, application.id)
    [candidate] = await both.api.by_ids("candidates", [str(there["candidate_id"])])
    assert (candidate["first_name"], candidate["last_name"], candidate["title"]) == ("Nadia", "Fontaine", "Engineer")
    found = await both.requests.get_people_by_ids(GetPeopleByIds(ids=(person,)), both.context())
    assert "Nadia" in str(found)
    [[records]] = await both.rows("SELECT count(*) FROM person WHERE id = $1 OR merged_into = $1", person)
    assert records == 2
    # Known to the ATS from now on, they are added to another job as themselves.
    [[other]] = await both.rows("SELECT id FROM job WHERE status = 'open' AND id <> $1 ORDER BY id LIMIT 1", job)
    await both.add(person, other)
    await both.added()
    [second] = await _applications(both, person, other)
    assert [each["candidate_id"] for each in await _in_ats(both, second.id)] == [there["candidate_id"]]


@pytest.mark.parametrize("kind", ["known", "new", "new, without an address"])
@pytest.mark.parametrize(
    "fault", [{"drop_after_write": 1}, {"outage_requests": 1}, {"rate_limit_requests": 1}], ids=lambda each: str(*each)
)
async def test_whatever_goes_wrong_on_the_way_they_are_added_once(
    both: TwoWay, kind: str, fault: dict[str, int]
) -> None:
    person, job, _ = await _known(both)
    if kind != "known":
        person = await _new(both, f"P{uuid4().hex[:8]}", email=kind == "new")
    await both.add(person, job)
    await both.fault(**fault)
    await both.added()
    [application] = await _applications(both, person, job)
    [there] = await _in_ats(both, application.id)
    if kind != "known":
        [[first_name]] = await both.rows("SELECT first_name FROM person WHERE id = $1", person)
        everybody = [r for r in (await both.api.first_page("candidates")).records if r["first_name"] == first_name]
        assert [each["id"] for each in everybody] == [there["candidate_id"]]


async def test_what_the_ats_refuses_is_said_in_its_words(both: TwoWay) -> None:
    person, job, _ = await _known(both)
    [[ref]] = await both.rows("SELECT external_id FROM job WHERE id = $1", job)
    await both.change_in_ats("set_job_status", job_id=int(ref), status="closed")
    added = await both.add(person, job)
    await both.added()
    assert isinstance(added, JobAddition)
    [refused] = await both.additions_of(person)
    assert (refused.id, refused.state) == (added.id, AdditionState.REFUSED)
    assert refused.reason == f"job_id {ref} is not an open job."
    assert await _applications(both, person, job) == []
    await both.change_in_ats("set_job_status", job_id=int(ref), status="open")
    # It can be tried again.
    again = await both.add(person, job)
    assert isinstance(again, JobAddition)
    assert again.id != added.id
    await both.added()
    assert len(await _applications(both, person, job)) == 1
    assert await both.additions_of(person) == []


async def test_a_refusal_is_over_once_they_came_to_the_job_another_way(both: TwoWay) -> None:
    person, job, _ = await _known(both)
    [[candidate]] = await both.rows("SELECT external_id FROM person WHERE id = $1", person)
    [[ref]] = await both.rows("SELECT external_id FROM job WHERE id = $1", job)
    await both.change_in_ats("set_job_status", job_id=int(ref), status="closed")
    await both.add(person, job)
    await both.added()
    assert [each.state for each in await both.additions_of(person)] == [AdditionState.REFUSED]
    await both.change_in_ats("set_job_status", job_id=int(ref), status="open")
    made = await both.api.write(
        "applications", {"candidate_id": int(candidate), "job_id": int(ref)}, user=str(both.user_ref(1))
    )
    assert made.record
    await both.read_application(str(made.record["id"]))
    assert len(await _applications(both, person, job)) == 1
    assert await both.additions_of(person) == []


async def test_nobody_is_added_in_the_name_of_a_user_whom_the_ats_does_not_know(both: TwoWay) -> None:
    """Neither in that of somebody who was invited here, nor in that of the integration."""
    person, job, _ = await _known(both)
    async with both.pipeline.work("acme", actor="user:admin", cause="test") as unit:
        await unit.execute(SQL["invite_user"], STRANGER, "Eve", "eve@example.com")
    await both.add(person, job, user=STRANGER)
    await both.added()
    [refused] = await both.additions_of(person)
    assert refused.state is AdditionState.REFUSED
    assert await _applications(both, person, job) == []


async def test_somebody_who_was_added_in_the_ats_meanwhile_is_found_there(both: TwoWay) -> None:
    person, job, _ = await _known(both)
    await both.add(person, job)
    [[candidate]] = await both.rows("SELECT external_id FROM person WHERE id = $1", person)
    [[ref]] = await both.rows("SELECT external_id FROM job WHERE id = $1", job)
    await both.api.write(
        "applications", {"candidate_id": int(candidate), "job_id": int(ref)}, user=str(both.user_ref(1))
    )
    await both.added()
    assert await both.additions_of(person) == []
    assert len(await _applications(both, person, job)) == 1


async def test_nobody_is_added_twice_or_to_a_job_that_is_not_open(both: TwoWay) -> None:
    person, job, _ = await _known(both)
    key = str(uuid4())
    first = await both.add(person, job, key=key)
    assert await both.add(person, job, key=key) == first
    assert await both.add(person, job, user=1) == first
    await both.added()
    repeated = await both.add(person, job, key=key)
    assert isinstance(repeated, JobAddition)
    assert repeated.state is AdditionState.DONE
    refused = await both.add(person, job)
    assert isinstance(refused, Invalid)
    assert refused.problems[0].code is InputProblemCode.WRONG_STATE
    [[closed]] = await both.rows("SELECT id FROM job WHERE status = 'closed' ORDER BY id LIMIT 1")
    not_open = await both.add(person, closed)
    assert isinstance(not_open, Invalid)
    assert len(await _applications(both, person, job)) == 1


async def test_who_is_added_alone_goes_before_those_who_are_added_with_many(both: TwoWay) -> None:
    people = [await _new(both, f"P{uuid4().hex[:8]}") for _ in range(3)]
    _, job, _ = await _known(both)
    first, second, alone = people
    for person in (first, second):
        await both.add(person, job, key=cause_of(uuid4()))
    await both.add(alone, job)
    async with both.pipeline.work("acme", actor="ats", cause="test") as unit:
        claimed = [await additions.claim(unit, "greenhouse", lease_seconds=0) for _ in people]
        assert [each and each.person_id for each in claimed] == [alone] * 3, "with no lease it is the next one again"
    await both.added()
    for person in people:
        assert len(await _applications(both, person, job)) == 1


async def test_who_does_not_see_the_person_adds_nobody(both: TwoWay) -> None:
    person, job, _ = await _known(both)
    async with both.pipeline.work("acme", actor="ats", cause="test") as unit:
        await unit.execute(Statement("UPDATE person SET is_private = true WHERE id = $1"), person)
    outsider = Viewer(org_id="acme", user_id=STRANGER, roles=frozenset({Role.RECRUITER}))
    request = AddToJob(person_id=person, job_id=job)
    assert isinstance(await both.additions.add_to_job(request, RequestContext(outsider, "k")), NotFound)
    unknown = await both.add(uuid4(), job)
    assert isinstance(unknown, NotFound)


async def test_of_an_erased_person_nothing_is_left_to_be_sent(both: TwoWay) -> None:
    card, job, _ = await both.transferable()
    [[person]] = await both.rows("SELECT person_id FROM application WHERE id = $1", card.application)
    await both.add(person, job)
    await both.reject(card, note="About them")
    await both.erase(person)
    assert await both.rows("SELECT FROM application_addition WHERE person_id = $1", person) == []
    notes = await both.rows("SELECT note FROM ats_write WHERE application_id = $1", card.application)
    assert [row["note"] for row in notes] == [None]
