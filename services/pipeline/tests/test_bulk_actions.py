"""Actions on many people: selected by ids or by a search, checked, and done with an outcome for each."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio

from rapport.contracts.identity import Role, UserId
from rapport.contracts.pipeline import (
    MAX_REVIEWED,
    MAX_SELECTED,
    BulkAction,
    BulkPersonPage,
    ChangeProjectPeople,
    ChangeTags,
    CheckBulkAction,
    CreateProject,
    GetBulkActionPeople,
    GetBulkActionsByIds,
    GetProjectPeople,
    MergePeople,
    PeopleAction,
    PeopleSelection,
    RecordReviewOfPeople,
    SearchQuery,
    StartBulkAction,
)
from rapport.contracts.refusals import Forbidden, InputProblemCode, Invalid, NotFound
from rapport.contracts.requests import Page
from rapport.contracts.vocabulary import BulkActionKind, BulkActionState, BulkOutcome
from rapport.kit.database.queries import Statement
from rapport.pipeline.bulk.requests import BulkRequests
from rapport.pipeline.bulk.worker import BulkWorker
from rapport.testing import PostgresForTests
from services.pipeline.tests.support.raw_ingest import RawIngest
from services.pipeline.tests.test_crm import ANNA, BEN, Crm, acme
from services.pipeline.tests.test_people_search import Searching

__all__ = ["acme"]

DONE, UNCHANGED, NOT_FOUND, FAILED = (
    BulkOutcome.DONE,
    BulkOutcome.UNCHANGED,
    BulkOutcome.NOT_FOUND,
    BulkOutcome.FAILED,
)
_QUIET = PeopleAction(kind=BulkActionKind.ADD_TAG, tag="Quiet")
_REVIEW = PeopleAction(kind=BulkActionKind.REQUEST_REVIEW)


async def _no_application(*_: Any) -> Any:
    raise AssertionError("these actions are about people")


class Bulk(Searching):
    """Actions of users, and the worker that does them."""

    def __init__(self, crm: Crm) -> None:
        super().__init__(crm)
        self.worker = BulkWorker(crm.database, ["acme"], _no_application)
        BulkRequests(crm.database, self.indexes, lambda: None).register(crm)  # type: ignore[arg-type]

    async def check(self, action: PeopleAction, *ids: UUID, **more: Any) -> BulkAction:
        selection = more.pop("selection", None) or PeopleSelection(person_ids=ids)
        await self.indexes.step()
        checked = await self.crm.ask(CheckBulkAction(selection=selection, action=action), **more)
        assert isinstance(checked, BulkAction), checked
        return checked

    async def run(self, action: BulkAction) -> BulkAction:
        started = await self.crm.ask(StartBulkAction(bulk_action_id=action.id))
        assert isinstance(started, BulkAction), started
        while await self.worker.step():
            pass
        return await self.now(action.id)

    async def now(self, action_id: UUID) -> BulkAction:
        [action] = (await self.crm.ask(GetBulkActionsByIds(ids=(action_id,)))).items
        return action  # type: ignore[no-any-return]

    async def outcomes(self, action: BulkAction) -> dict[UUID, tuple[BulkOutcome, BulkOutcome | None]]:
        page = await self.crm.ask(GetBulkActionPeople(bulk_action_id=action.id))
        assert isinstance(page, BulkPersonPage), page
        return {edge.node.person_id: (edge.node.expected, edge.node.outcome) for edge in page.edges}

    async def people(self, number: int) -> list[UUID]:
        return [(await self.crm.create(f"Ana Lima {at}")).person.id for at in range(number)]

    async def tags(self, person_id: UUID) -> tuple[str, ...]:
        person = await self.crm.person(person_id)
        assert person is not None
        return tuple(person.tags)


@pytest_asyncio.fixture
async def bulk(acme: Crm) -> AsyncIterator[Bulk]:
    yield Bulk(acme)


async def test_a_check_says_what_would_become_of_each_and_changes_nothing(bulk: Bulk) -> None:
    project = await bulk.crm.ask(CreateProject(project_name="Iberia"))
    new, there, erased, merged = await bulk.people(4)
    await bulk.crm.ask(ChangeProjectPeople(project_id=project.id, add=(there,)))
    await bulk.crm.erase(erased)
    await bulk.crm.ask(MergePeople(survivor_id=there, merged_id=merged))
    nobody = uuid4()
    add = PeopleAction(kind=BulkActionKind.ADD_TO_PROJECT, project_id=project.id)

    checked = await bulk.check(add, new, there, erased, merged, nobody, bulk.crm.candidate, new)

    assert {each: expected for each, (expected, _) in (await bulk.outcomes(checked)).items()} == {
        new: DONE,
        there: UNCHANGED,
        erased: NOT_FOUND,
        merged: NOT_FOUND,
        nobody: NOT_FOUND,
        bulk.crm.candidate: DONE,
    }
    assert (checked.people, checked.in_process, checked.state) == (6, 1, BulkActionState.CHECKED)
    assert {each.outcome: each.people for each in checked.expected} == {DONE: 2, UNCHANGED: 1, NOT_FOUND: 3}
    assert checked.outcomes == ()
    assert await bulk.worker.step() is False
    members = await bulk.crm.ask(GetProjectPeople(project_id=project.id))
    assert [edge.node.person_id for edge in members.edges] == [there]


async def test_who_may_not_add_a_person_to_a_job_does_not_add_many_either(bulk: Bulk) -> None:
    """The ATS is told who did it: whom it does not know is refused the check, and the start of one from before."""
    ask = bulk.crm.ask
    people = await bulk.people(2)
    action = PeopleAction(kind=BulkActionKind.ADD_TO_JOB, job_id=bulk.crm.job)
    checked = await bulk.check(action, *people)
    check = CheckBulkAction(selection=PeopleSelection(person_ids=tuple(people)), action=action)

    assert isinstance(await ask(check, in_ats=False), Forbidden)
    assert isinstance(await ask(StartBulkAction(bulk_action_id=checked.id), in_ats=False), Forbidden)

    assert await bulk.worker.step() is False
    assert (await bulk.now(checked.id)).state is BulkActionState.CHECKED
    assert await bulk.crm.rows("SELECT 1 FROM application_addition") == []
    assert isinstance(await ask(check.model_copy(update={"action": _QUIET}), in_ats=False), BulkAction)


_ADDITIONS = Statement("SELECT person_id, user_id, state FROM application_addition ORDER BY requested_at, person_id")


async def test_people_are_added_to_a_job_once_each_by_who_asked(bulk: Bulk) -> None:
    """Who is in its process already is left out; the others are queued for the ATS in the user's name."""
    job = bulk.crm.job
    people = await bulk.people(2)
    action = PeopleAction(kind=BulkActionKind.ADD_TO_JOB, job_id=job)
    checked = await bulk.check(action, *people, bulk.crm.candidate)
    assert {each.outcome: each.people for each in checked.expected} == {DONE: 2, UNCHANGED: 1}

    await bulk.run(checked)
    again = await bulk.run(checked)

    assert {each.outcome: each.people for each in again.outcomes} == {DONE: 2, UNCHANGED: 1}
    async with bulk.crm.database.read_session("acme") as session:
        queued = [(row["person_id"], row["user_id"], row["state"]) for row in await session.fetch(_ADDITIONS)]
    assert sorted(queued) == sorted((person_id, ANNA, "waiting") for person_id in people)
    on_their_way = await bulk.check(action, *people)
    assert {each.outcome: each.people for each in on_their_way.expected} == {UNCHANGED: 2}


async def test_nobody_is_added_to_a_job_that_is_not_open(bulk: Bulk) -> None:
    [person] = await bulk.people(1)
    selection = PeopleSelection(person_ids=(person,))
    async with bulk.crm.database.work("acme", actor="ats", cause="test") as unit:
        await unit.execute(Statement("UPDATE job SET status = 'closed' WHERE id = $1"), bulk.crm.job)
    for job_id, refusal in ((bulk.crm.job, Invalid), (uuid4(), NotFound)):
        action = PeopleAction(kind=BulkActionKind.ADD_TO_JOB, job_id=job_id)
        assert isinstance(await bulk.crm.ask(CheckBulkAction(selection=selection, action=action)), refusal)


async def test_people_are_added_to_a_project_once_however_often_it_is_started(bulk: Bulk) -> None:
    project = await bulk.crm.ask(CreateProject(project_name="Iberia"))
    people = await bulk.people(3)
    checked = await bulk.check(PeopleAction(kind=BulkActionKind.ADD_TO_PROJECT, project_id=project.id), *people)

    done = await bulk.run(checked)
    events = await bulk.crm.events()
    again = await bulk.run(checked)

    assert done.state is BulkActionState.DONE
    assert again == done
    assert await bulk.crm.events() == events
    assert {outcome for _, outcome in (await bulk.outcomes(done)).values()} == {DONE}
    members = await bulk.crm.ask(GetProjectPeople(project_id=project.id))
    assert {edge.node.person_id for edge in members.edges} == set(people)
    assert events.count("project.people_changed.v1") == 1
    assert events.count("bulk_action.changed.v1") == 2


async def test_tags_are_added_and_removed_and_the_ats_keeps_its_own(bulk: Bulk) -> None:
    [one] = await bulk.people(1)
    candidate = bulk.crm.candidate
    await bulk.crm.ask(ChangeTags(person_id=one, add=("quiet",)))

    added = await bulk.run(await bulk.check(_QUIET, one, candidate))
    assert await bulk.outcomes(added) == {one: (UNCHANGED, UNCHANGED), candidate: (DONE, DONE)}
    assert await bulk.tags(candidate) == ("Iberia", "Quiet")

    removed = await bulk.run(
        await bulk.check(PeopleAction(kind=BulkActionKind.REMOVE_TAG, tag="QUIET"), one, candidate)
    )
    assert await bulk.outcomes(removed) == {one: (DONE, DONE), candidate: (DONE, DONE)}
    assert (await bulk.tags(one), await bulk.tags(candidate)) == ((), ("Iberia",))
    kept = await bulk.run(await bulk.check(PeopleAction(kind=BulkActionKind.REMOVE_TAG, tag="iberia"), candidate))
    assert await bulk.outcomes(kept) == {candidate: (UNCHANGED, UNCHANGED)}
    assert await bulk.tags(candidate) == ("Iberia",)


async def test_what_happens_between_check_and_start_decides_for_whom_it_happened_alone(bulk: Bulk) -> None:
    one, gone, tagged = await bulk.people(3)
    checked = await bulk.check(_QUIET, one, gone, tagged)
    await bulk.crm.erase(gone)
    await bulk.crm.ask(ChangeTags(person_id=tagged, add=("Quiet",)))

    done = await bulk.run(checked)

    # Of an erased person nothing stays, not even that they were selected.
    assert await bulk.outcomes(done) == {one: (DONE, DONE), tagged: (DONE, UNCHANGED)}
    assert await bulk.tags(one) == ("Quiet",)


async def test_whoever_fails_fails_alone(bulk: Bulk, postgres_server: PostgresForTests) -> None:
    people = await bulk.people(3)
    checked = await bulk.check(_QUIET, *people)
    [(name,)] = await bulk.crm.rows("SELECT current_database()")
    as_superuser = await asyncpg.connect(postgres_server.url, database=name)
    await as_superuser.execute(f"ALTER TABLE person_tag ADD CHECK (person_id <> '{people[1]}')")
    await as_superuser.close()

    done = await bulk.run(checked)

    assert [outcome for _, outcome in (await bulk.outcomes(done)).values()] == [DONE, FAILED, DONE]
    assert done.state is BulkActionState.DONE
    assert (await bulk.tags(people[0]), await bulk.tags(people[2])) == (("Quiet",), ("Quiet",))


async def test_a_search_selects_all_whom_it_finds_but_some_as_they_are_when_it_is_checked(bulk: Bulk) -> None:
    one, spared, other = await bulk.people(3)
    query = SearchQuery(text="lima")
    selection = PeopleSelection(search=query, except_ids=(spared,))

    checked = await bulk.check(_QUIET, selection=selection)
    await bulk.people(1)
    done = await bulk.run(checked)

    assert set(await bulk.outcomes(done)) == {one, other}
    nobody = CheckBulkAction(selection=PeopleSelection(search=SearchQuery(text="xyzzy")), action=_QUIET)
    refused = await bulk.crm.ask(nobody)
    assert isinstance(refused, Invalid)
    assert [(each.path, each.code) for each in refused.problems] == [("selection.search", InputProblemCode.TOO_FEW)]


async def test_more_people_than_fit_are_refused_with_the_bound(bulk: Bulk) -> None:
    async with bulk.crm.database.work("acme", actor="test", cause="test") as unit:
        await unit.execute(
            Statement(
                "INSERT INTO person (org_id, id, connection, external_id, first_name, last_name, emails, phones, links,"
                " tags, added_at, ats_updated_at) SELECT current_org(), gen_random_uuid(), 'greenhouse', 'x' || n,"
                " 'Many', 'Lima', '[]', '[]', '{}', '{}', now(), now() FROM generate_series(1, $1::integer) AS n"
            ),
            MAX_SELECTED + 1,
        )
    await bulk.indexes.step()
    everybody = PeopleSelection(search=SearchQuery(text="many lima"))

    refused = await bulk.crm.ask(CheckBulkAction(selection=everybody, action=_QUIET))

    assert isinstance(refused, Invalid)
    [problem] = refused.problems
    assert (problem.path, problem.code) == ("selection.search", InputProblemCode.TOO_MANY)
    assert f"{MAX_SELECTED:,}" in problem.message
    refused = await bulk.crm.ask(
        CheckBulkAction(
            selection=PeopleSelection(person_ids=tuple(uuid4() for _ in range(MAX_REVIEWED + 1))), action=_REVIEW
        )
    )
    assert isinstance(refused, Invalid)
    assert str(MAX_REVIEWED) in refused.problems[0].message
    with pytest.raises(ValueError, match="either"):
        PeopleSelection(person_ids=(uuid4(),), search=SearchQuery())
    with pytest.raises(ValueError, match="tag"):
        PeopleAction(kind=BulkActionKind.ADD_TAG, project_id=uuid4())


async def test_private_people_are_changed_by_those_alone_who_work_on_them(bulk: Bulk, ingest: RawIngest) -> None:
    times = {"created_at": "2026-03-01T00:00:00Z", "updated_at": "2026-03-01T00:00:00Z"}
    private = {"id": 77, "first_name": "Hidden", "last_name": "Figure", "is_private": True, "recruiter_id": 8} | times
    async with bulk.crm.database.work("acme", actor="ats", cause="test") as unit:
        await ingest.raw(unit, "people", [private])
    hidden, recruiter = bulk.crm.mapper.id("people", 77), UserId(bulk.crm.mapper.id("users", 8))

    done = await bulk.run(await bulk.check(_QUIET, hidden))
    assert await bulk.outcomes(done) == {hidden: (NOT_FOUND, NOT_FOUND)}
    theirs = await bulk.check(_QUIET, hidden, user=recruiter)
    assert {each.outcome for each in theirs.expected} == {DONE}


async def test_an_action_is_its_users_alone(bulk: Bulk) -> None:
    [one] = await bulk.people(1)
    checked = await bulk.check(_QUIET, one)

    assert (await bulk.crm.ask(GetBulkActionsByIds(ids=(checked.id,)), user=BEN)).items == ()
    for request in (StartBulkAction(bulk_action_id=checked.id), GetBulkActionPeople(bulk_action_id=checked.id)):
        assert await bulk.crm.ask(request, Role.ADMIN, user=BEN) == NotFound(what="bulk action", id=str(checked.id))
    assert isinstance(await bulk.crm.ask(StartBulkAction(bulk_action_id=checked.id), Role.INTERVIEWER), Forbidden)
    assert await bulk.worker.step() is False
    same = await bulk.crm.ask(
        CheckBulkAction(selection=PeopleSelection(person_ids=(one,)), action=_QUIET), user=BEN, key="one key"
    )
    mine = await bulk.crm.ask(
        CheckBulkAction(selection=PeopleSelection(person_ids=(one,)), action=_QUIET), user=ANNA, key="one key"
    )
    assert same.id != mine.id


async def test_a_review_is_recorded_once_with_who_is_in_it(bulk: Bulk) -> None:
    one, gone = await bulk.people(2)
    checked = await bulk.check(_REVIEW, one, gone)
    review, other = uuid4(), uuid4()
    refused = await bulk.crm.ask(StartBulkAction(bulk_action_id=checked.id))
    assert isinstance(refused, Invalid)
    assert (await bulk.now(checked.id)).state is BulkActionState.CHECKED

    record = RecordReviewOfPeople(bulk_action_id=checked.id, review_id=review, person_ids=(one,))
    done = await bulk.crm.ask(record)
    again = await bulk.crm.ask(record.model_copy(update={"review_id": other}))

    assert (done.state, done.result_id) == (BulkActionState.DONE, review)
    assert again == done
    assert await bulk.outcomes(done) == {one: (DONE, DONE), gone: (DONE, NOT_FOUND)}


async def test_pages_of_people_go_on_by_number_and_by_outcome(bulk: Bulk) -> None:
    people = await bulk.people(3)
    checked = await bulk.check(_QUIET, *people, uuid4())
    ask = GetBulkActionPeople(bulk_action_id=checked.id, outcome=DONE, page=Page(first=2))

    first = await bulk.crm.ask(ask)
    second = await bulk.crm.ask(ask.model_copy(update={"page": Page(first=2, after=first.edges[-1].cursor)}))

    assert (first.has_next, second.has_next) == (True, False)
    assert [edge.node.person_id for edge in (*first.edges, *second.edges)] == people
    refused = await bulk.crm.ask(ask.model_copy(update={"page": Page(after=("x",))}))
    assert isinstance(refused, Invalid)
