"""People are found by words of what is known of them and by filters, as far as the viewer may see it."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from rapport.contracts.events import Event, EventData, SuppressionLifted, SuppressionRecorded
from rapport.contracts.identity import Role, UserId
from rapport.contracts.pipeline import (
    AddNote,
    ChangeTags,
    GetPeopleFacets,
    MergedPerson,
    MergePeople,
    PeopleFacets,
    PeopleFilter,
    PersonMatchPage,
    SearchPeople,
    UndoMerge,
)
from rapport.contracts.refusals import Invalid
from rapport.contracts.requests import Page
from rapport.contracts.vocabulary import (
    MatchQuality,
    NoteVisibility,
    PeopleFacet,
    PeopleSort,
    SuppressionReason,
    TextField,
)
from rapport.kit.database.unit_of_work import Database
from rapport.pipeline.merge_requests import MergeRequests
from rapport.pipeline.reactions import PersonActivity
from rapport.pipeline.search.feeder import PeopleIndexes
from rapport.pipeline.search.requests import SearchRequests
from services.pipeline.tests.support.raw_ingest import RawIngest
from services.pipeline.tests.test_crm import ANNA, BEN, Crm, acme, event

__all__ = ["acme"]

_SKILLS = json.loads((Path(__file__).parent / "fixtures" / "skills.json").read_text())


class Searching:
    """Searches of users, and an index that has followed everything so far."""

    def __init__(self, crm: Crm) -> None:
        self.crm = crm
        self.indexes = PeopleIndexes(crm.database, ["acme"])
        SearchRequests(crm.database, self.indexes).register(crm)  # type: ignore[arg-type]
        MergeRequests(crm.database).register(crm)  # type: ignore[arg-type]

    async def page(
        self, text: str | None = None, *, role: Role = Role.RECRUITER, user: UserId = ANNA, **more: Any
    ) -> Any:
        await self.indexes.step()
        return await self.crm.ask(SearchPeople(text=text, **more), role, user=user)

    async def found(self, text: str | None = None, **more: Any) -> set[UUID]:
        page = await self.page(text, **more)
        assert isinstance(page, PersonMatchPage), page
        assert page.total == len(page.edges)
        return {edge.node.person_id for edge in page.edges}


@pytest_asyncio.fixture
async def search(acme: Crm) -> AsyncIterator[Searching]:
    yield Searching(acme)


async def test_a_skill_finds_exactly_who_has_it_whatever_signs_it_has(search: Searching) -> None:
    people = {}
    for name, tags in _SKILLS["people"].items():
        people[name] = (await search.crm.create(f"Somebody {name}")).person.id
        await search.crm.ask(ChangeTags(person_id=people[name], add=tuple(tags)))

    for text, expected in _SKILLS["searches"].items():
        found = await search.page(text)
        assert isinstance(found, PersonMatchPage), text
        if expected != "no error":
            assert {edge.node.person_id for edge in found.edges} == {people[name] for name in expected}, text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Zoë Müller", "zoe MULLER"),
        ("Łukasz Żółw", "lukasz zolw"),
        ("Søren Ærø", "soren aero"),
        ("Straße Groß", "strasse gross"),
        ("Мария Иванова", "иванова"),
        ("Мария Иванова", "мари"),
        ("محمد العربي", "العربي"),
        ("朱镕基", "镕基"),
        ("朱镕基", "朱"),
        ("김철수", "철수"),
        ("Amélie O’Brien", "obrien"),
        ("Amélie O'Brien", "O’Brien"),
        ("Ana Smith-Jones", "jones"),
        ("Katherine Schneider", "kathrine"),
        ("Katherine Schneider", "Schnieder kath"),
        ("प्रिया शर्मा", "प्रिया"),
    ],
)
async def test_names_are_found_in_every_script_by_their_beginning_and_in_spite_of_typos(
    search: Searching, name: str, text: str
) -> None:
    person = (await search.crm.create(name)).person.id
    await search.crm.create("Nobody Else")

    assert await search.found(text) == {person}


async def test_who_has_a_word_exactly_comes_before_who_has_one_like_it(search: Searching) -> None:
    people = {name: (await search.crm.create(name)).person.id for name in ("Marc Tan", "Mark Tan", "Marcel Tan")}

    page = await search.page("marc")

    assert [e.node.person_id for e in page.edges] == [people["Marc Tan"], people["Marcel Tan"], people["Mark Tan"]]
    assert [e.node.words[0].quality for e in page.edges] == list(MatchQuality)
    assert {e.node.words[0].field for e in page.edges} == {TextField.NAME}


async def test_a_change_is_found_and_what_was_before_no_longer_is(search: Searching) -> None:
    person = (await search.crm.create("Ana Lima")).person.id
    await search.crm.ask(ChangeTags(person_id=person, add=("Rust",)))
    assert await search.found("rust") == {person}

    await search.crm.ask(ChangeTags(person_id=person, remove=("Rust",)))
    assert await search.found("rust") == set()
    await search.crm.erase(person)
    assert await search.found("lima") == set()


async def test_notes_are_found_by_those_who_may_read_them(search: Searching) -> None:
    candidate, job = search.crm.candidate, search.crm.job
    for body, visibility in (("openly", "public"), ("secretly", "private"), ("confidentially", "hiring_team")):
        note = AddNote(
            person_id=candidate,
            body=body,
            visibility=NoteVisibility(visibility),
            job_id=job if visibility == "hiring_team" else None,
        )
        await search.crm.ask(note, user=ANNA)

    async def sees(user: UserId, role: Role) -> set[str]:
        words = ("openly", "secretly", "confidentially")
        return {word for word in words if await search.found(word, user=user, role=role)}

    assert await sees(ANNA, Role.RECRUITER) == {"openly", "secretly", "confidentially"}
    assert await sees(BEN, Role.RECRUITER) == {"openly"}
    assert await sees(BEN, Role.ADMIN) == {"openly", "confidentially"}
    assert await sees(search.crm.manager, Role.HIRING_MANAGER) == {"openly", "confidentially"}


async def test_hiring_managers_find_the_applicants_of_their_jobs_alone(search: Searching) -> None:
    await search.crm.create("Kate Other")

    assert await search.found("kate", role=Role.HIRING_MANAGER, user=search.crm.manager) == {search.crm.candidate}
    assert await search.found("kate", role=Role.HIRING_MANAGER, user=UserId(uuid4())) == set()
    assert len(await search.found("kate")) == 2


async def test_pages_neither_repeat_nor_miss_anybody_while_others_are_added(search: Searching) -> None:
    people = {(await search.crm.create(f"Ana Number{n}")).person.id for n in range(7)}
    seen: list[UUID] = []
    after = None
    while True:
        page = await search.page("ana", sort=PeopleSort.ADDED, page=Page(first=2, after=after))
        seen += [edge.node.person_id for edge in page.edges]
        if not page.has_next:
            break
        after = page.end
        await search.crm.create("Ana Newcomer")

    assert len(seen) == len(set(seen))
    assert people <= set(seen)


async def test_facets_count_people_by_what_they_have(search: Searching) -> None:
    for name in ("Ana One", "Ana Two"):
        person = (await search.crm.create(name)).person.id
        await search.crm.ask(ChangeTags(person_id=person, add=("Rust", name)))
    await search.indexes.step()

    counted = await search.crm.ask(GetPeopleFacets(text="ana", facets=(PeopleFacet.TAG,)))

    assert isinstance(counted, PeopleFacets)
    assert counted.total == 2
    assert [(c.value, c.people) for c in counted.facets[0].choices] == [("Rust", 2), ("Ana One", 1), ("Ana Two", 1)]


async def test_a_filter_that_costs_too_much_is_refused_with_the_first_condition_beyond(search: Searching) -> None:
    one = PeopleFilter(tag=("Rust",))

    refused = await search.page(filter=PeopleFilter(any=(one,) * 200))

    assert isinstance(refused, Invalid)
    assert refused.problems[0].path == "filter.any.50.tag"
    deep = one
    for _ in range(10):
        deep = PeopleFilter(not_=deep)
    assert isinstance(await search.page(filter=deep), Invalid)


async def test_applications_explain_why_somebody_was_found(search: Searching) -> None:
    filters = PeopleFilter.model_validate({"applications": {"some": {"job": [search.crm.job]}}})

    page = await search.page(filter=filters)

    assert [edge.node.person_id for edge in page.edges] == [search.crm.candidate]
    assert len(page.edges[0].node.application_ids) == 1
    negated = PeopleFilter(not_=filters)
    await search.crm.create("Ana Lima")
    assert search.crm.candidate not in await search.found(filter=negated)


async def test_what_changed_in_a_transaction_that_ends_late_is_not_missed(
    search: Searching, pipeline: Database, ingest: RawIngest
) -> None:
    times = {"created_at": "2026-03-01T00:00:00Z", "updated_at": "2026-03-01T00:00:00Z"}
    await search.indexes.step()
    async with pipeline.work("acme", actor="ats", cause="test") as unit:
        await ingest.raw(unit, "people", [{"id": 99, "first_name": "Xylophon", "last_name": "Quartz"} | times])
        await search.crm.create("Early Bird")
        assert await search.found("early")
        assert await search.found("xylophon") == set()
    assert await search.found("xylophon")


async def test_whoever_is_merged_is_found_as_the_one_they_are_and_again_by_themselves_afterwards(
    search: Searching,
) -> None:
    one, other = [(await search.crm.create(name)).person.id for name in ("Katharina Quandt", "Xenia Zobel")]
    await search.crm.ask(ChangeTags(person_id=other, add=("Rust",)))
    assert await search.found("rust") == {other}

    merged = await search.crm.ask(MergePeople(survivor_id=one, merged_id=other))
    assert isinstance(merged, MergedPerson)
    assert await search.found("rust") == {one}
    assert await search.found("xenia") == set()

    await search.crm.ask(UndoMerge(merge_id=merged.merge_id))
    assert await search.found("rust") == {other}
    assert await search.found("quandt") == {one}


async def test_a_job_of_another_department_is_found_by_it(
    search: Searching, pipeline: Database, ingest: RawIngest
) -> None:
    times = {"created_at": "2026-03-01T00:00:00Z", "updated_at": "2026-03-01T00:00:00Z"}
    job = {"id": 3, "name": "Engineer", "status": "open", "department_id": 5} | times

    async def by(department: str) -> set[UUID]:
        filters = {"applications": {"some": {"department": [department]}}}
        return await search.found(filter=PeopleFilter.model_validate(filters))

    assert await by("sales") == set()
    async with pipeline.work("acme", actor="ats", cause="test") as unit:
        await ingest.raw(unit, "jobs", [job])
    async with pipeline.work("acme", actor="ats", cause="test") as unit:
        await ingest.raw(unit, "departments", [{"id": 5, "name": "Sales"}])
    assert await by("sales") == {search.crm.candidate}
    async with pipeline.work("acme", actor="ats", cause="test") as unit:
        await ingest.raw(unit, "departments", [{"id": 5, "name": "Revenue"}])
    assert await by("sales") == set()
    assert await by("Revenue") == {search.crm.candidate}


async def test_private_people_are_neither_found_nor_counted_by_those_who_do_not_work_on_them(
    search: Searching, pipeline: Database, ingest: RawIngest
) -> None:
    times = {"created_at": "2026-03-01T00:00:00Z", "updated_at": "2026-03-01T00:00:00Z"}
    private = {"id": 77, "first_name": "Hidden", "last_name": "Figure", "is_private": True, "recruiter_id": 8} | times
    async with pipeline.work("acme", actor="ats", cause="test") as unit:
        await ingest.raw(unit, "people", [private])
    recruiter = UserId(search.crm.mapper.id("users", 8))

    assert await search.found("hidden") == set()
    counted = await search.crm.ask(GetPeopleFacets(text="hidden"))
    assert isinstance(counted, PeopleFacets)
    assert counted.total == 0
    assert len(await search.found("hidden", user=recruiter)) == 1


class Ledger:
    """What outreach tells of its ledger."""

    def __init__(self, search: Searching) -> None:
        self._search = search

    @staticmethod
    def said(entry: UUID, person: UUID | None, version: int, *, whole: bool = True) -> Event[Any]:
        reason = SuppressionReason.DO_NOT_CONTACT if whole else SuppressionReason.BOUNCED
        data: EventData = (
            SuppressionRecorded(person_id=person, reason=reason, whole_person=whole)
            if version == 1
            else SuppressionLifted(person_id=person, reason=reason, whole_person=whole)
        )
        return event(data, "2026-03-01T00:00:00+00:00", subject=entry, version=version)

    async def tells(self, *events: Event[Any]) -> None:
        async with self._search.crm.database.work("acme", actor="system:test", cause="test") as unit:
            await PersonActivity().apply(unit, events)

    async def suppressed(self) -> set[UUID]:
        suppressed = await self._search.found("ana", filter=PeopleFilter(suppressed=True))
        others = await self._search.found("ana", filter=PeopleFilter(suppressed=False))
        assert others == await self._search.found("ana", filter=PeopleFilter(not_=PeopleFilter(suppressed=True)))
        assert suppressed | others == await self._search.found("ana")
        assert not suppressed & others
        return suppressed


@pytest.fixture
def ledger(search: Searching) -> Ledger:
    return Ledger(search)


async def test_who_must_not_be_written_to_is_found_by_it_until_all_that_says_so_is_lifted(
    search: Searching, ledger: Ledger
) -> None:
    ana, bea = [(await search.crm.create(f"Ana {name}")).person.id for name in ("One", "Two")]
    one, other, bounced = uuid4(), uuid4(), uuid4()

    await ledger.tells(ledger.said(one, ana, 1), ledger.said(other, ana, 1))
    # Bea may be written to at another address.
    await ledger.tells(ledger.said(bounced, bea, 1, whole=False), ledger.said(uuid4(), None, 1, whole=False))
    assert await ledger.suppressed() == {ana}
    await ledger.tells(ledger.said(one, ana, 2))
    assert await ledger.suppressed() == {ana}
    await ledger.tells(ledger.said(other, ana, 2))
    assert await ledger.suppressed() == set()


async def test_what_outreach_tells_late_or_again_changes_nothing(search: Searching, ledger: Ledger) -> None:
    ana, bea = [(await search.crm.create(f"Ana {name}")).person.id for name in ("One", "Two")]
    one, other = uuid4(), uuid4()

    await ledger.tells(ledger.said(one, ana, 2))
    await ledger.tells(ledger.said(one, ana, 1))
    await ledger.tells(ledger.said(other, bea, 1))
    await ledger.tells(ledger.said(other, bea, 1))
    assert await ledger.suppressed() == {bea}
    # Both at once, the later one first.
    third = uuid4()
    await ledger.tells(ledger.said(third, ana, 2), ledger.said(third, ana, 1))
    assert await ledger.suppressed() == {bea}


async def test_after_a_merge_it_holds_what_outreach_entered_for_the_one_they_are(
    search: Searching, ledger: Ledger
) -> None:
    ana, bea = [(await search.crm.create(f"Ana {name}")).person.id for name in ("One", "Two")]
    await ledger.tells(ledger.said(uuid4(), bea, 1))

    merged = await search.crm.ask(MergePeople(survivor_id=ana, merged_id=bea))
    copied = uuid4()
    await ledger.tells(ledger.said(copied, ana, 1))
    assert await ledger.suppressed() == {ana}
    # A user lifts it for the one; that of the record remains, and is nobody's.
    await ledger.tells(ledger.said(copied, ana, 2))
    assert await ledger.suppressed() == set()

    await search.crm.ask(UndoMerge(merge_id=merged.merge_id))
    assert await ledger.suppressed() == {bea}
    await search.crm.erase(bea)
    assert await ledger.suppressed() == set()
