"""Records that are one person: merged by users and in the ATS, undone, erased; compared with a plain model."""

import asyncio
import json
import random
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import GetMerges, MergedPerson, MergePeople, PersonMerges, UndoMerge, UnmergedPeople
from rapport.contracts.refusals import InputProblemCode, Invalid, NotFound
from rapport.contracts.vocabulary import MergedField, MergeOrigin
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.kit.rpc.envelope import RequestContext
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper
from rapport.pipeline.domain.records import Collection
from rapport.pipeline.merge_requests import MergeRequests
from rapport.pipeline.recording import record_changes
from rapport.pipeline.store import applications
from rapport.pipeline.sync.endings import EndReason
from services.pipeline.tests.support.raw_ingest import RawIngest

_AT = "2026-03-01T00:00:00Z"
_RECRUITER = Viewer(org_id="acme", user_id=UserId(UUID(int=7)), roles=frozenset({Role.RECRUITER}))
PEOPLE = 6
_OWN_ADDRESS = re.compile(r"p(\d+)@example\.org")


def _candidate(number: int, *, title: str | None = None, revision: int = 0) -> dict[str, Any]:
    return {
        "id": number,
        "first_name": f"First{number}",
        "last_name": f"Last{number}",
        "title": title,
        "company": f"Company {number}" if number % 2 else None,
        "email_addresses": [
            {"value": f"p{number}@example.org", "type": "personal"},
            {"value": f"p{number}r{revision}@example.org", "type": "work"},
        ],
        "phone_numbers": [{"value": f"+49 30 {number:06}"}],
        "tags": [f"tag {number}", "Go"],
        "created_at": _AT,
        "updated_at": f"2026-03-01T00:{revision:02}:00Z",
        "can_email": number != 3,
    }


def _application(number: int, candidate: int) -> dict[str, Any]:
    times = {"created_at": _AT, "updated_at": _AT, "current_stage_at": _AT, "last_activity_at": _AT}
    return {"id": number, "candidate_id": candidate, "job_id": 3, "stage_id": 31, "status": "active"} | times


@dataclass
class People:
    """A pipeline whose candidates each have an application, and what is done to them."""

    database: Database
    mapper: GreenhouseMapper
    stored: RawIngest
    requests: MergeRequests = field(init=False)
    keys: int = 0

    def __post_init__(self) -> None:
        self.requests = MergeRequests(self.database)

    def id(self, number: int) -> UUID:
        return self.mapper.id(Collection.PEOPLE, number)

    def application(self, number: int) -> UUID:
        return self.mapper.id(Collection.APPLICATIONS, number)

    async def ingest(self, collection: str, *records: dict[str, Any]) -> None:
        async with self.database.work("acme", actor="ats", cause="sync") as unit:
            await self.stored.raw(unit, collection, records)
            if collection == "applications":
                ids = [self.mapper.id(Collection.APPLICATIONS, record["id"]) for record in records]
                await record_changes(unit, await applications.lock_applications(unit, ids))

    async def merge(self, survivor: int, merged: int, *, take: set[MergedField] = set(), key: str | None = None) -> Any:  # noqa: B006
        self.keys += 1
        request = MergePeople(survivor_id=self.id(survivor), merged_id=self.id(merged), taken=tuple(take))
        return await self.requests.merge_people(request, RequestContext(_RECRUITER, key or f"key-{self.keys}"))

    async def undo(self, merge_id: UUID) -> Any:
        self.keys += 1
        return await self.requests.undo_merge(
            UndoMerge(merge_id=merge_id), RequestContext(_RECRUITER, f"key-{self.keys}")
        )

    async def merges(self, *people: int) -> PersonMerges:
        request = GetMerges(person_ids=tuple(map(self.id, people)))
        return PersonMerges.model_validate_json(
            await self.requests.get_merges(request, RequestContext(_RECRUITER, "read"))
        )

    async def merge_in_ats(self, merged: int, survivor: int) -> None:
        async with self.database.work("acme", actor="ats", cause="webhook") as unit:
            await self.stored.endings.merge(unit, self.id(merged), self.id(survivor))

    async def delete_in_ats(self, number: int) -> None:
        async with self.database.work("acme", actor="ats", cause="webhook") as unit:
            await self.stored.endings.erase(unit, [self.id(number)], EndReason.DELETED)

    async def rows(self, statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
        async with self.database.read_session("acme") as session:
            return [tuple(row) for row in await session.fetch(Statement(statement), *arguments)]

    async def shown(self) -> dict[UUID, tuple[Any, ...]]:
        """Who is shown, with what."""
        rows = await self.rows(
            "SELECT id, first_name, title, company,"
            " ARRAY(SELECT e ->> 'value' FROM json_array_elements(emails) e),"
            " json_array_length(phones), tags, consents ->> 'email' FROM person_document"
        )
        return {row[0]: row[1:] for row in rows}

    async def owners(self) -> dict[UUID, UUID]:
        """To whom each application belongs."""
        return {row[0]: row[1] for row in await self.rows("SELECT id, person_id FROM application")}


@pytest_asyncio.fixture
async def people(pipeline: Database, mapper: GreenhouseMapper, ingest: RawIngest) -> AsyncIterator[People]:
    """A job, and candidates 1 to 6 who applied for it once each."""
    people = People(pipeline, mapper, ingest)
    await people.ingest("jobs", {"id": 3, "name": "Archaeologist", "status": "open", "created_at": _AT})
    await people.ingest("job_stages", {"id": 31, "job_id": 3, "name": "Phone Screen", "sort_order": 0})
    async with pipeline.work("acme", actor="ats", cause="sync") as unit:
        await ingest.publish_jobs(unit)
    numbers = range(1, PEOPLE + 1)
    await people.ingest("people", *(_candidate(n, title=f"Title {n}") for n in numbers))
    await people.ingest("applications", *(_application(100 + n, n) for n in numbers))
    yield people


def _refused(result: object, path: str, code: InputProblemCode) -> bool:
    return isinstance(result, Invalid) and [(p.path, p.code) for p in result.problems] == [(path, code)]


async def test_a_merged_person_has_the_contact_points_and_applications_of_both(people: People) -> None:
    merged = await people.merge(2, 1, take={MergedField.TITLE})
    assert isinstance(merged, MergedPerson)
    assert merged.person_id == people.id(2)
    shown = await people.shown()
    assert people.id(1) not in shown
    emails = ["p2@example.org", "p2r0@example.org", "p1@example.org", "p1r0@example.org"]
    # The company of the one who has any; the title as chosen; the tag that both have once.
    assert shown[people.id(2)] == ("First2", "Title 1", "Company 1", emails, 2, ["tag 2", "Go", "tag 1"], "true")
    owners = await people.owners()
    assert owners[people.application(101)] == owners[people.application(102)] == people.id(2)
    cards = await people.rows(
        "SELECT card ->> 'person_name' FROM board_card WHERE application_id = $1", people.application(101)
    )
    assert cards == [("First2 Last2",)]
    [merge] = (await people.merges(2)).items
    assert (merge.id, merge.record_id, merge.record_name) == (merged.merge_id, people.id(1), "First1 Last1")
    assert (merge.origin, merge.merged_by) == (MergeOrigin.USER, _RECRUITER.user_id)


async def test_undoing_gives_each_record_what_is_its_own(people: People) -> None:
    before, owned = await people.shown(), await people.owners()
    merged = await people.merge(2, 1, take=set(MergedField))
    undone = await people.undo(merged.merge_id)
    assert undone == UnmergedPeople(person_id=people.id(2), restored_id=people.id(1))
    assert (await people.shown(), await people.owners()) == (before, owned)
    assert (await people.undo(merged.merge_id)) == undone
    assert (await people.merges(1, 2)).items == ()


async def test_what_the_ats_says_meanwhile_goes_to_the_record_it_says_it_of(people: People) -> None:
    merged = await people.merge(2, 1)
    await people.ingest("people", _candidate(1, title="Chief", revision=1), _candidate(2, title="Head", revision=1))
    await people.ingest("applications", _application(201, 1))
    shown = (await people.shown())[people.id(2)]
    assert (shown[1], shown[3]) == (
        "Head",
        ["p2@example.org", "p2r1@example.org", "p1@example.org", "p1r1@example.org"],
    )
    assert (await people.owners())[people.application(201)] == people.id(2)
    await people.undo(merged.merge_id)
    after = await people.shown()
    assert (after[people.id(1)][1], after[people.id(2)][1]) == ("Chief", "Head")
    assert after[people.id(2)][3] == ["p2@example.org", "p2r1@example.org"]
    owners = await people.owners()
    assert owners[people.application(201)] == owners[people.application(101)] == people.id(1)


async def test_whoever_said_no_on_one_record_said_no(people: People) -> None:
    await people.merge(2, 3)
    assert (await people.shown())[people.id(2)][-1] == "false"


async def test_the_events_say_who_became_whom_and_what_moved(people: People) -> None:
    first = await people.merge(2, 1)
    second = await people.merge(4, 2)
    await people.undo(second.merge_id)
    rows = await people.rows(
        "SELECT aggregate_id, subject, body FROM outbox o JOIN publication p USING (org_id, id)"
        " WHERE subject LIKE '%.person.%' ORDER BY p.position"
    )
    said = [(row[0], row[1].split(".")[-2], json.loads(row[2])["data"]) for row in rows]
    one, two, four = (str(people.id(n)) for n in (1, 2, 4))
    both = sorted(str(people.application(n)) for n in (101, 102))
    assert said == [
        (
            people.id(1),
            "merged",
            {"into_person_id": two, "application_ids": [str(people.application(101))], "merge_id": str(first.merge_id)},
        ),
        (people.id(2), "merged", {"into_person_id": four, "application_ids": both, "merge_id": str(second.merge_id)}),
        (people.id(2), "unmerged", {"from_person_id": four, "record_ids": sorted([one, two]), "application_ids": both}),
    ]


async def test_refusals_say_what_is_wrong(people: People) -> None:
    assert await people.merge(1, 99) == NotFound(what="person", id=str(people.id(99)))
    merged = await people.merge(1, 2, key="same")
    assert await people.merge(1, 2, key="same") == merged
    assert _refused(await people.merge(1, 4, key="same"), "idempotency_key", InputProblemCode.KEY_REUSED)
    assert _refused(await people.merge(2, 1), "merged_id", InputProblemCode.WRONG_STATE)
    await people.merge_in_ats(5, 1)
    [in_ats] = [merge for merge in (await people.merges(1)).items if merge.origin is MergeOrigin.ATS]
    assert _refused(await people.undo(in_ats.id), "merge_id", InputProblemCode.NOT_ALLOWED)
    assert isinstance(await people.undo(UUID(int=1)), NotFound)
    await people.delete_in_ats(4)
    assert await people.merge(6, 4) == NotFound(what="person", id=str(people.id(4)))


async def test_a_record_that_ends_in_the_ats_leaves_the_others(people: People) -> None:
    await people.merge(2, 1)
    await people.delete_in_ats(2)
    shown = await people.shown()
    assert people.id(2) not in shown
    assert shown[people.id(1)][0] == "First1"
    assert await people.rows("SELECT 1 FROM person WHERE own IS NOT NULL") == []


async def test_of_a_record_that_the_ats_merged_nothing_stays(people: People) -> None:
    await people.merge(2, 1)
    await people.merge_in_ats(1, 4)
    shown = await people.shown()
    # Whom a user had said 1 to be is now the person of 4.
    assert shown.keys() == {people.id(n) for n in (2, 3, 5, 6)}
    assert shown[people.id(2)][3] == ["p2@example.org", "p2r0@example.org", "p4@example.org", "p4r0@example.org"]
    left = await people.rows(
        "SELECT first_name, last_name, emails::text, phones::text, tags, own::text FROM person WHERE id = $1",
        people.id(1),
    )
    assert left == [("", "", "[]", "[]", [], None)]
    owners = await people.owners()
    assert {owners[people.application(n)] for n in (101, 102, 104)} == {people.id(2)}


async def test_the_ats_may_merge_a_record_into_one_that_users_had_merged_into_it(people: People) -> None:
    await people.merge(2, 3)
    await people.merge(1, 2)
    await people.merge_in_ats(2, 3)
    shown = await people.shown()
    assert shown.keys() == {people.id(n) for n in (1, 4, 5, 6)}
    assert shown[people.id(1)][3] == ["p1@example.org", "p1r0@example.org", "p3@example.org", "p3r0@example.org"]


async def test_what_users_merged_with_a_record_of_the_ats_outlives_the_one_that_it_became(people: People) -> None:
    await people.merge(1, 4)
    await people.merge_in_ats(1, 5)
    await people.delete_in_ats(5)
    shown = await people.shown()
    assert shown[people.id(4)][3] == ["p4@example.org", "p4r0@example.org"]
    assert shown.keys() == {people.id(n) for n in (2, 3, 4, 6)}


async def test_what_was_said_of_a_record_goes_with_the_one_that_it_became(people: People) -> None:
    first = await people.merge(2, 6)
    await people.merge(1, 2)
    await people.merge(4, 3)
    await people.ingest("people", _candidate(6, title="Chief", revision=1))
    await people.merge_in_ats(3, 6)
    assert (await people.shown()).keys() == {people.id(n) for n in (4, 5)}
    await people.undo(first.merge_id)
    shown = await people.shown()
    assert shown[people.id(4)][3] == ["p4@example.org", "p4r0@example.org", "p6@example.org", "p6r1@example.org"]
    [other] = {people.id(1), people.id(2)} & shown.keys()
    assert {*shown[other][3]} == {f"p{n}{r}@example.org" for n in (1, 2) for r in ("", "r0")}


async def test_two_merges_at_once_leave_one_person(people: People) -> None:
    results = await asyncio.gather(people.merge(1, 2), people.merge(2, 1), people.merge(1, 2))
    assert sum(isinstance(result, MergedPerson) for result in results) == 1
    assert len(await people.shown()) == PEOPLE - 1


class Model:
    """Who is who, by nothing but what was said: edges between records, of which no two say the same.

    What the ATS merges is one record from then on, and what users said of either holds for it. If they had said that
    the two are one person, what they said of the record that goes is dropped: the ATS says it.
    """

    def __init__(self) -> None:
        self.said: dict[UUID, tuple[int, int]] = {}
        self.became: dict[int, int] = {}
        """The record that each record which the ATS has merged is part of now."""
        self.gone: set[int] = set()
        """The records that the ATS has merged or deleted."""

    @property
    def records(self) -> list[int]:
        """Those that the ATS has."""
        return [n for n in range(1, PEOPLE + 1) if n not in self.gone]

    def people(self) -> set[frozenset[int]]:
        return {frozenset(self._reached({n})) for n in self.records}

    def applications(self, person: frozenset[int]) -> frozenset[int]:
        """Those of a person, who has those of the records that the ATS has merged."""
        return frozenset(n for n in range(1, PEOPLE + 1) if self._now(n) in person)

    def merge_in_ats(self, merged: int, survivor: int) -> None:
        for merge_id, edge in list(self.said.items()):
            if merged in edge and survivor in self._reached({next(n for n in edge if n != merged)}, without=merged):
                del self.said[merge_id]
        self.said = {
            merge_id: tuple(survivor if n == merged else n for n in edge)  # type: ignore[misc]
            for merge_id, edge in self.said.items()
        }
        self.became[merged] = survivor
        self.gone.add(merged)

    def delete_in_ats(self, record: int) -> None:
        self.said = {merge_id: edge for merge_id, edge in self.said.items() if record not in edge}
        self.gone.add(record)

    def _now(self, record: int) -> int:
        return self._now(self.became[record]) if record in self.became else record

    def _reached(self, found: set[int], *, without: int | None = None) -> set[int]:
        edges = [edge for edge in self.said.values() if without not in edge]
        more = {n for edge in edges if found & {*edge} for n in edge}
        return found if more <= found else self._reached(found | more, without=without)


_LEFT = 3
"""So many records stay in the ATS: without any, nothing more happens."""


@pytest.mark.parametrize("seed", range(16))
async def test_any_history_of_merges_undoing_and_ends_in_the_ats_groups_as_a_plain_model_does(
    people: People, seed: int
) -> None:
    dice, model = random.Random(seed), Model()
    merged: list[UUID] = []
    revision = 0
    for _ in range(25):
        # Merged by users are people, as they see them: whatever records they have.
        visible = await people.shown()
        here = [n for n in model.records if people.id(n) in visible]
        ends = len(model.records) > _LEFT
        match dice.choice(("merge", "merge", "merge", "undo", "undo", "read", "merge in the ATS", "delete in the ATS")):
            case "merge" if len(here) > 1:
                one, other = dice.sample(here, 2)
                result = await people.merge(one, other)
                assert isinstance(result, MergedPerson)
                model.said[result.merge_id] = (one, other)
                merged.append(result.merge_id)
            case "undo" if merged:
                merge_id = dice.choice(merged)
                result = await people.undo(merge_id)
                # What the ATS has overruled, or was undone before, stays as it is.
                assert merge_id not in model.said or isinstance(result, UnmergedPeople)
                model.said.pop(merge_id, None)
            case "merge in the ATS" if ends:
                goes, stays = dice.sample(model.records, 2)
                await people.merge_in_ats(goes, stays)
                model.merge_in_ats(goes, stays)
            case "delete in the ATS" if ends:
                gone = dice.choice(model.records)
                await people.delete_in_ats(gone)
                model.delete_in_ats(gone)
            case _:
                revision += 1
                read = dice.choice(model.records)
                await people.ingest("people", _candidate(read, title=f"Title {read}", revision=revision))
        shown = await people.shown()
        groups = model.people()
        # A person shows the addresses of all their records that the ATS has, and of no other.
        addresses = {
            frozenset(int(own[1]) for email in row[3] if (own := _OWN_ADDRESS.fullmatch(email)))
            for row in shown.values()
        }
        assert addresses == groups
        owners = await people.owners()
        applied = range(1, PEOPLE + 1)
        owned = {frozenset(n for n in applied if owners[people.application(100 + n)] == owner) for owner in shown}
        assert owned == {model.applications(group) for group in groups}


async def test_a_merge_of_a_private_person_is_undone_only_by_who_sees_them(people: People) -> None:
    merged = await people.merge(2, 1)
    await people.ingest("people", _candidate(2, revision=1) | {"is_private": True})
    refused = await people.undo(merged.merge_id)
    assert refused == NotFound(what="merge", id=str(merged.merge_id))
    await people.ingest("people", _candidate(2, revision=2))
    assert isinstance(await people.undo(merged.merge_id), UnmergedPeople)
    # Whoever does not see one of the two learns nothing of it afterwards either.
    await people.ingest("people", _candidate(1, revision=3) | {"is_private": True})
    assert await people.undo(merged.merge_id) == NotFound(what="merge", id=str(merged.merge_id))
