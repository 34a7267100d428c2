"""People are found by what they said of themselves where that is switched on, and nobody learns what they said."""

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio

from rapport.contracts.authorisation import DIVERSITY_SOURCING
from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import (
    ApplicationFilter,
    ApplicationsFilter,
    CheckBulkAction,
    DiversityFilter,
    DiversitySourcing,
    DiversityUse,
    DiversityUsePage,
    GetDiversityFilter,
    GetDiversitySourcing,
    GetDiversityUses,
    GetPeopleFacets,
    IdentifyViewer,
    MergePeople,
    PeopleAction,
    PeopleFacets,
    PeopleFilter,
    PeopleSelection,
    PersonMatchPage,
    SavedQuery,
    SaveSearch,
    SearchPeople,
    SearchQuery,
    SetDiversitySourcing,
    UndoMerge,
)
from rapport.contracts.refusals import Forbidden, InputProblemCode, Invalid, NotFound
from rapport.contracts.requests import Page
from rapport.contracts.vocabulary import BulkActionKind, DiversityUseKind, PeopleFacet, PeopleSort
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.kit.rpc.envelope import RequestContext
from rapport.pipeline.bulk.requests import BulkRequests
from rapport.pipeline.connectors.connection import Connection
from rapport.pipeline.directory_requests import DirectoryRequests
from rapport.pipeline.domain.records import Anonymized, Collection
from rapport.pipeline.merge_requests import MergeRequests
from rapport.pipeline.search.diversity_requests import DiversityRequests
from rapport.pipeline.search.feeder import PeopleIndexes
from rapport.pipeline.search.requests import SearchRequests
from rapport.pipeline.search.saved import SavedSearchRequests
from rapport.pipeline.sync.endings import EndReason
from services.pipeline.tests.support.raw_ingest import RawIngest
from services.pipeline.tests.test_crm import ANNA, BEN, Crm, acme

__all__ = ["acme"]

_AT = {"created_at": "2026-03-01T00:00:00Z", "updated_at": "2026-03-01T00:00:00Z"}
_LATER = {"created_at": "2026-04-01T00:00:00Z", "updated_at": "2026-04-01T00:00:00Z"}
_LATEST = {"created_at": "2026-05-01T00:00:00Z", "updated_at": "2026-05-01T00:00:00Z"}
_EARLIER = {"created_at": "2025-01-01T00:00:00Z", "updated_at": "2025-01-01T00:00:00Z"}
_GRANT = frozenset({DIVERSITY_SOURCING})
_QUESTIONS = {1: "Gender", 2: "Ethnicity", 3: "Veteran", 9: "May we find you by this?"}
WOMAN, MAN, ASIAN, WHITE, VETERAN, CIVILIAN, YES, NO = 11, 12, 21, 22, 31, 32, 91, 92
_OPTIONS = (WOMAN, MAN, ASIAN, WHITE, VETERAN, CIVILIAN, YES, NO)
DIVERSE = PeopleFilter(diversity=True)


class Diverse:
    """An organisation whose people said something of themselves, and who may search by it."""

    def __init__(self, crm: Crm) -> None:
        self.crm, self.database = crm, crm.database
        self.now = datetime(2026, 6, 1, tzinfo=UTC)
        self.indexes = PeopleIndexes(crm.database, ["acme"])
        for requests in (
            SearchRequests(crm.database, self.indexes, lambda: self.now),
            DiversityRequests(crm.database),
            SavedSearchRequests(crm.database, self.indexes),
            BulkRequests(crm.database, self.indexes, lambda: None),
            MergeRequests(crm.database),
        ):
            requests.register(crm)  # type: ignore[arg-type]
        self._answers = 0

    def person(self, number: int) -> UUID:
        return UUID(str(self.crm.mapper.id("people", number)))

    def option(self, number: int) -> UUID:
        return UUID(str(self.crm.mapper.id(Collection.DEMOGRAPHIC_OPTIONS, number)))

    async def ask_ats(self) -> None:
        """The ATS asks people about themselves."""
        async with self._work() as unit:
            ingest = self.crm.ingest
            await ingest.raw(unit, "demographic_sets", [{"id": 1, "title": "About you"} | _AT])
            await ingest.raw(
                unit,
                "demographic_questions",
                [
                    {"id": id_, "name": name, "demographic_question_set_id": 1, "active": True} | _AT
                    for id_, name in _QUESTIONS.items()
                ],
            )
            await ingest.raw(
                unit,
                "demographic_options",
                [{"id": id_, "name": f"Option {id_}", "demographic_question_id": id_ // 10} | _AT for id_ in _OPTIONS],
            )

    async def people(self, answers: dict[int, tuple[int, ...]], *, of: Any = _AT, title: str = "Engineer") -> None:
        """People by number, each with an application of the same number in which they gave these answers."""
        async with self._work() as unit:
            ingest = self.crm.ingest
            people = [
                {"id": number, "first_name": "Ana", "last_name": f"Number{number}", "title": title} | _AT
                for number in answers
            ]
            await ingest.raw(unit, "people", people)
            applications = [
                {"id": number, "candidate_id": number, "job_id": 3, "stage_id": 31, "status": "active"} | _AT
                for number in answers
            ]
            await ingest.raw(unit, "applications", applications)
            await ingest.record_next_changes(unit, after=UUID(int=0))
            await self._answer(unit, answers, of)

    async def answer(self, answers: dict[int, tuple[int, ...]], of: Any = _AT) -> None:
        """Answers that were given in these applications."""
        async with self._work() as unit:
            await self._answer(unit, answers, of)

    async def _answer(self, unit: Any, answers: dict[int, tuple[int, ...]], of: Any) -> None:
        records = []
        for application, options in answers.items():
            for option in options:
                self._answers += 1
                answer = {"id": self._answers, "application_id": application, "free_form_text": "a secret"}
                asked = {"demographic_question_id": option // 10, "demographic_answer_option_id": option}
                records.append(answer | asked | of)
        await self.crm.ingest.raw(unit, "demographic_answers", records)

    async def choose(self, *options: int, on: bool = True, consent: int | None = YES, user: UserId = BEN) -> Any:
        request = SetDiversitySourcing(
            on=on,
            option_ids=tuple(map(self.option, options)) or None,
            consent_option_id=None if consent is None else self.option(consent),
        )
        return await self.crm.ask(request, Role.ADMIN, user=user)

    async def age(self, days: int) -> None:
        """The choice was made so many days earlier."""
        async with self._work() as unit:
            await unit.execute(
                Statement("UPDATE diversity_sourcing SET chosen_at = chosen_at - $1 * interval '1 day'"), days
            )

    async def search(self, filter_: PeopleFilter | None = DIVERSE, **more: Any) -> Any:
        await self.indexes.step()
        granted = more.pop("grants", _GRANT)
        roles = more.pop("roles", (Role.RECRUITER,))
        user = more.pop("user", ANNA)
        return await self.crm.ask(SearchPeople(filter=filter_, **more), *roles, user=user, grants=granted)

    async def found(self, filter_: PeopleFilter | None = DIVERSE, **more: Any) -> set[UUID]:
        page = await self.search(filter_, page=Page(first=200), **more)
        assert isinstance(page, PersonMatchPage), page
        assert page.total == len(page.edges)
        return {edge.node.person_id for edge in page.edges}

    async def uses(self, **page: Any) -> list[DiversityUse]:
        answer = await self.crm.ask(GetDiversityUses(page=Page(**page)), Role.ADMIN)
        assert isinstance(answer, DiversityUsePage), answer
        return [edge.node for edge in answer.edges]

    async def call(self, titles: Mapping[str, Iterable[int]]) -> None:
        """Give people titles, by number."""
        people = [
            {"id": number, "first_name": "Ana", "last_name": f"Number{number}", "title": title} | _LATER
            for title, numbers in titles.items()
            for number in numbers
        ]
        async with self._work() as unit:
            await self.crm.ingest.raw(unit, "people", people)

    def _work(self) -> Any:
        return self.database.work("acme", actor="ats", cause="test")


_HALF = {100 + n: (WOMAN if n % 2 else MAN, WHITE if n % 2 else ASIAN, CIVILIAN, YES) for n in range(30)}
"""Thirty people who agreed: half of them women, the others Asian."""
_OTHERS = {200 + n: (MAN, WHITE, CIVILIAN, YES if n % 2 else NO) for n in range(10)}
"""Ten people who are neither."""


@pytest_asyncio.fixture
async def diverse(acme: Crm) -> AsyncIterator[Diverse]:
    """Women and Asian people are found, if they agreed; 30 did."""
    made = Diverse(acme)
    await made.ask_ats()
    await made.people({**_HALF, **_OTHERS})
    switched = await made.choose(WOMAN, ASIAN)
    assert isinstance(switched, DiversitySourcing), switched
    yield made


def _refusal(answer: Any, path: str, code: InputProblemCode) -> None:
    assert isinstance(answer, Invalid), answer
    assert [(problem.path, problem.code) for problem in answer.problems] == [(path, code)]


# Who is found --------------------------------------------------------------------------------------------------------


async def test_who_gave_any_of_the_answers_and_agreed_is_found(diverse: Diverse) -> None:
    await diverse.people({300: (WOMAN, ASIAN, NO), 301: (WOMAN,), 302: (YES,)})

    assert await diverse.found() == {diverse.person(number) for number in _HALF}


async def test_consent_goes_with_its_answer_and_with_a_later_no(diverse: Diverse) -> None:
    await diverse.people({300 + n: (WOMAN, YES) for n in range(10)})
    assert len(await diverse.found()) == 40

    # One of them says no in another application; that somebody said no before they agreed changes nothing.
    async with diverse.database.work("acme", actor="ats", cause="test") as unit:
        again = {"id": 400, "candidate_id": 300, "job_id": 3, "stage_id": 31, "status": "active"}
        earlier = {"id": 401, "candidate_id": 301, "job_id": 3, "stage_id": 31, "status": "active"}
        await diverse.crm.ingest.raw(unit, "applications", [again | _LATER, earlier | _EARLIER])
    await diverse.answer({400: (NO,)}, _LATER)
    # When an answer was last touched says nothing: the application does.
    await diverse.answer({401: (NO,)}, _LATER)
    found = await diverse.found()
    # 39 are left, of whom 30 are shown.
    assert len(found) == 30
    assert diverse.person(300) not in found

    async with diverse.database.work("acme", actor="ats", cause="test") as unit:
        rows = await unit.fetch(
            Statement("SELECT id FROM demographic_answer WHERE option_id = $1"), diverse.option(YES)
        )
        await diverse.crm.ingest.endings.end(
            unit, Collection.DEMOGRAPHIC_ANSWERS, [row["id"] for row in rows], EndReason.ABSENT
        )
    _refusal(await diverse.search(), "filter.diversity", InputProblemCode.TOO_FEW)


@pytest.mark.parametrize("gone", [Collection.DEMOGRAPHIC_ANSWERS, Collection.APPLICATIONS])
async def test_consent_does_not_come_back_when_a_later_no_is_gone(diverse: Diverse, gone: Collection) -> None:
    """They said yes, then no; neither the end of the no nor a touch of the yes makes them agree again."""
    await diverse.people({300 + n: (WOMAN, YES) for n in range(10)}, title="Gardener")
    gardeners = PeopleFilter(diversity=True, title="gardener")
    assert len(await diverse.found(gardeners)) == 10
    async with diverse.database.work("acme", actor="ats", cause="test") as unit:
        again = {"id": 400, "candidate_id": 300, "job_id": 3, "stage_id": 31, "status": "active"}
        await diverse.crm.ingest.raw(unit, "applications", [again | _LATER])
        await diverse.crm.ingest.record_next_changes(unit, after=UUID(int=0))
    await diverse.answer({400: (WOMAN, NO)}, _LATER)
    too_few = await diverse.search(gardeners)
    _refusal(too_few, "filter.diversity", InputProblemCode.TOO_FEW)
    async with diverse.database.work("acme", actor="ats", cause="test") as unit:
        await unit.execute(
            Statement("UPDATE demographic_answer SET answered_at = '2026-05-01' WHERE option_id = $1"),
            diverse.option(YES),
        )
    assert await diverse.search(gardeners) == too_few

    later = UUID(str(diverse.crm.mapper.id("applications", 400)))
    async with diverse.database.work("acme", actor="ats", cause="test") as unit:
        rows = await unit.fetch(Statement("SELECT id FROM demographic_answer WHERE application_id = $1"), later)
        ids = [later] if gone is Collection.APPLICATIONS else [row["id"] for row in rows]
        await diverse.crm.ingest.endings.end(unit, gone, ids, EndReason.DELETED)
    assert await diverse.search(gardeners) == too_few
    [(kept,)] = await diverse.crm.rows(
        "SELECT count(option_id) FROM demographic_answer WHERE application_id = $1", later
    )
    assert kept == 0

    # In a later application they agree again.
    async with diverse.database.work("acme", actor="ats", cause="test") as unit:
        third = {"id": 401, "candidate_id": 300, "job_id": 3, "stage_id": 31, "status": "active"}
        await diverse.crm.ingest.raw(unit, "applications", [third | _LATEST])
        await diverse.crm.ingest.record_next_changes(unit, after=UUID(int=0))
    await diverse.answer({401: (WOMAN, YES)}, _LATEST)
    assert len(await diverse.found(gardeners)) == 10


async def test_what_somebody_said_goes_with_them_and_with_their_application(diverse: Diverse) -> None:
    async def kept(number: int) -> int:
        [(count,)] = await diverse.crm.rows(
            "SELECT count(option_id) FROM demographic_answer WHERE application_id = $1",
            diverse.crm.mapper.id("applications", number),
        )
        return int(count)

    assert await kept(100) == await kept(101) == await kept(102) == 4
    await diverse.crm.erase(diverse.person(100))
    async with diverse.database.work("acme", actor="ats", cause="test") as unit:
        gone = [UUID(str(diverse.crm.mapper.id("applications", 101)))]
        await diverse.crm.ingest.endings.end(unit, Collection.APPLICATIONS, gone, EndReason.DELETED)
        await diverse.crm.ingest.endings.anonymize(unit, diverse.person(102), Anonymized(whole=False))

    assert [await kept(number) for number in (100, 101, 102, 103)] == [0, 0, 0, 4]
    # The list lags behind: nothing of somebody who is gone is taken again.
    await diverse.answer({100: (WOMAN, YES), 101: (WOMAN, YES)})
    assert [await kept(number) for number in (100, 101)] == [0, 0]
    assert await diverse.found() <= {diverse.person(number) for number in _HALF} - {diverse.person(100)}


async def test_what_two_records_said_holds_for_the_one_they_are_until_they_are_two_again(diverse: Diverse) -> None:
    await diverse.people({300: (MAN, WHITE, NO)}, title="Gardener")
    await diverse.people(dict.fromkeys(range(310, 320), (WOMAN, YES)), title="Gardener")
    gardeners = PeopleFilter(title="gardener", diversity=True)
    assert await diverse.found(gardeners) == {diverse.person(n) for n in range(310, 320)}

    # 300 refused, and is now one of them: whoever refused on one record refused.
    merged = await diverse.crm.ask(MergePeople(survivor_id=diverse.person(300), merged_id=diverse.person(310)))
    _refusal(await diverse.search(gardeners), "filter.diversity", InputProblemCode.TOO_FEW)
    await diverse.crm.ask(UndoMerge(merge_id=merged.merge_id))
    assert await diverse.found(gardeners) == {diverse.person(n) for n in range(310, 320)}


# Who may ask, and how -------------------------------------------------------------------------------------------------


async def test_it_is_there_for_holders_of_the_grant_where_it_is_switched_on(diverse: Diverse, acme: Crm) -> None:
    available = await acme.ask(GetDiversityFilter(), grants=_GRANT)
    assert available == DiversityFilter(
        available=True, consent_question="May we find you by this?", consent_answer="Option 91"
    )
    assert (await acme.ask(GetDiversityFilter(), Role.ADMIN)).available is False
    for role in (Role.RECRUITER, Role.ADMIN):
        assert isinstance(await diverse.search(roles=(role,), grants=frozenset()), Forbidden)
        refused = await acme.ask(GetPeopleFacets(filter=DIVERSE, facets=()), role)
        assert isinstance(refused, Forbidden)

    off = await diverse.choose(on=False, consent=None)
    assert (off.on, set(off.option_ids)) == (False, {diverse.option(WOMAN), diverse.option(ASIAN)})
    assert (await acme.ask(GetDiversityFilter(), grants=_GRANT)).available is False
    _refusal(await diverse.search(), "filter.diversity", InputProblemCode.NOT_ALLOWED)


async def test_the_grant_is_declared_with_the_connection(pipeline: Database, connection: Connection) -> None:
    declared = connection.model_copy(update={"diversity_sourcing": frozenset({"ana@example.com"})})
    requests = DirectoryRequests(pipeline, [declared])
    async with pipeline.work("acme", actor="ats", cause="test") as unit:
        await unit.execute(
            Statement(
                "INSERT INTO user_account (org_id, id, connection, external_id, name, email, site_admin, active)"
                " VALUES ('acme', $1, 'greenhouse', '1', 'Ana', 'ana@example.com', false, true),"
                " ('acme', $2, 'greenhouse', '2', 'Ben', 'ben@example.com', true, true)"
            ),
            ANNA,
            BEN,
        )
    grants = {}
    for name in ("ana", "ben"):
        known: Any = await requests.identify_viewer(IdentifyViewer(org_id="acme", email=f"{name}@example.com"))
        grants[name] = known.viewer.grants
    assert grants == {"ana": _GRANT, "ben": frozenset()}


@pytest.mark.parametrize(
    ("filter_", "path"),
    [
        (PeopleFilter(not_=DIVERSE), "not_.diversity"),
        (PeopleFilter(any=(DIVERSE,)), "any.0.diversity"),
        (PeopleFilter(all=(PeopleFilter(not_=DIVERSE),)), "all.0.not_.diversity"),
        (PeopleFilter(all=(PeopleFilter(all=(DIVERSE,)),)), "all.0.all.0.diversity"),
        (PeopleFilter(diversity=True, any=(PeopleFilter(active=True), DIVERSE)), "any.1.diversity"),
        (PeopleFilter(diversity=False), "diversity"),
        (PeopleFilter(all=(PeopleFilter(diversity=False),)), "all.0.diversity"),
    ],
)
async def test_it_stands_beside_the_other_conditions_and_nowhere_else(
    diverse: Diverse, filter_: PeopleFilter, path: str
) -> None:
    _refusal(await diverse.search(filter_), f"filter.{path}", InputProblemCode.NOT_ALLOWED)
    assert [use.kind for use in await diverse.uses()] == [DiversityUseKind.SWITCHED_ON, DiversityUseKind.CHOSEN]


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ({"text": "lima"}, "text"),
        ({"filter_": PeopleFilter(diversity=True, tag=("Five",))}, "filter.tag"),
        ({"filter_": PeopleFilter(diversity=True, not_=PeopleFilter(project=(uuid4(),)))}, "filter.not_.project"),
        (
            {"filter_": PeopleFilter(all=(DIVERSE, PeopleFilter(any=(PeopleFilter(active=True, tag=("Five",)),))))},
            "filter.all.1.any.0.tag",
        ),
    ],
)
async def test_it_does_not_go_with_what_users_decide_of_chosen_people(
    diverse: Diverse, query: dict[str, Any], path: str
) -> None:
    _refusal(await diverse.search(**query), path, InputProblemCode.NOT_ALLOWED)
    counted = GetPeopleFacets(text=query.get("text"), filter=query.get("filter_", DIVERSE), facets=())
    _refusal(await diverse.crm.ask(counted, grants=_GRANT), path, InputProblemCode.NOT_ALLOWED)
    assert DiversityUseKind.SEARCHED not in {use.kind for use in await diverse.uses()}


async def test_it_is_in_no_saved_search_and_nothing_is_done_with_all_whom_it_finds(diverse: Diverse) -> None:
    query = SavedQuery(filter=PeopleFilter(all=(DIVERSE,)))
    saved = await diverse.crm.ask(SaveSearch(search_name="Mine", query=query), grants=_GRANT)
    _refusal(saved, "query.filter.all.0.diversity", InputProblemCode.NOT_ALLOWED)
    selection = PeopleSelection(search=SearchQuery(filter=DIVERSE))
    action = PeopleAction(kind=BulkActionKind.ADD_TAG, tag="Found")
    checked = await diverse.crm.ask(CheckBulkAction(selection=selection, action=action), grants=_GRANT)
    _refusal(checked, "selection.search.filter.diversity", InputProblemCode.NOT_ALLOWED)
    counted = await diverse.crm.ask(GetPeopleFacets(filter=DIVERSE, facets=(PeopleFacet.TAG,)), grants=_GRANT)
    _refusal(counted, "facets", InputProblemCode.NOT_ALLOWED)


# What can be learnt --------------------------------------------------------------------------------------------------


async def test_no_combination_of_searches_tells_who_answered_what(diverse: Diverse) -> None:
    """Two organisations that differ in which of the answers each person gave look the same in every search.

    What each person answered is turned round: women said that they are Asian, and the other way round. Every search,
    total, order and page is as it was.
    """
    await diverse.call({"Ten": range(100, 110), "Nine": range(120, 129), "One": (105,)})
    before = await _everything_shown(diverse)
    assert any(isinstance(shown, Invalid) for shown in before)
    assert any(isinstance(shown, list) for shown in before)

    turned = {
        number: (MAN if WOMAN in said else WOMAN, ASIAN if WHITE in said else WHITE) for number, said in _HALF.items()
    }
    async with diverse.database.work("acme", actor="ats", cause="test") as unit:
        await unit.execute(
            Statement("DELETE FROM demographic_answer WHERE option_id = ANY($1::uuid[])"),
            [diverse.option(number) for number in (WOMAN, MAN, ASIAN, WHITE)],
        )
    await diverse.answer(turned)

    assert await _everything_shown(diverse) == before


def _called(title: str) -> PeopleFilter:
    return PeopleFilter(title=title)


async def _everything_shown(diverse: Diverse) -> list[Any]:
    """What a holder of the grant is told by many searches that narrow each other, one person after the other."""
    narrowing = [
        PeopleFilter(),
        PeopleFilter(active=True),
        PeopleFilter(not_=PeopleFilter(active=True)),
        _called("Ten"),
        _called("Nine"),
        _called("One"),
        PeopleFilter(not_=_called("One")),
        PeopleFilter(any=(_called("Ten"), _called("One"))),
        PeopleFilter(title="engineer"),
        PeopleFilter(applications=ApplicationsFilter(some=ApplicationFilter(job=(diverse.crm.job,)))),
    ]
    shown: list[Any] = []
    for narrow in narrowing:
        for filter_ in (PeopleFilter(diversity=True, all=(narrow,)), PeopleFilter(all=(narrow, DIVERSE))):
            shown += [await _pages(diverse, filter_, sort=sort) for sort in PeopleSort]
            counted = await diverse.crm.ask(GetPeopleFacets(filter=filter_, facets=()), grants=_GRANT)
            shown.append(counted)
    return shown


async def _pages(diverse: Diverse, filter_: PeopleFilter, **more: Any) -> Any:
    """Every page to the end: who is on it, why, and what is said of the number; or the refusal."""
    pages: list[Any] = []
    after = None
    while True:
        page = await diverse.search(filter_, page=Page(first=7, after=after), **more)
        if isinstance(page, Invalid):
            return page
        pages.append((page.total, page.edges, page.has_next))
        if not page.has_next:
            return pages
        after = page.end


async def test_neither_a_total_nor_the_end_of_the_list_tells_of_a_single_person(diverse: Diverse) -> None:
    await diverse.people({300 + n: (WOMAN, YES) for n in range(7)})
    whole = await diverse.found()
    assert len(whole) == 30

    # However it is sorted, paged or put otherwise, the same people are shown of the 37.
    for sort in PeopleSort:
        assert await diverse.found(sort=sort) == whole
        pages = await _pages(diverse, DIVERSE, sort=sort)
        assert {edge.node.person_id for _, edges, _ in pages for edge in edges} == whole
        assert {total for total, _, _ in pages} == {30}
    assert await diverse.found(PeopleFilter(diversity=True, active=True)) == whole
    assert await diverse.found(PeopleFilter(diversity=True, not_=PeopleFilter(title="gardener"))) == whole

    # One more or one less of them changes no total.
    await diverse.call({"Gardener": (300,)})
    fewer = PeopleFilter(diversity=True, not_=PeopleFilter(title="gardener"))
    counted = [
        await diverse.crm.ask(GetPeopleFacets(filter=each, facets=()), grants=_GRANT) for each in (DIVERSE, fewer)
    ]
    assert counted == [PeopleFacets(total=30, facets=())] * 2


async def test_fewer_than_ten_people_are_not_shown_whether_nobody_or_nine_are_found(diverse: Diverse) -> None:
    await diverse.call({"Nine": range(100, 109), "Ten": range(109, 119)})

    answers = [await diverse.search(PeopleFilter(diversity=True, title=title)) for title in ("Nobody", "Nine")]
    assert answers[0] == answers[1]
    _refusal(answers[0], "filter.diversity", InputProblemCode.TOO_FEW)
    assert len(await diverse.found(PeopleFilter(diversity=True, title="ten"))) == 10
    # A page that would begin after what is shown has nobody either.
    beyond = Page(first=5, after=("0", str(uuid4())))
    _refusal(
        await diverse.search(PeopleFilter(diversity=True, title="nine"), page=beyond),
        "filter.diversity",
        InputProblemCode.TOO_FEW,
    )


async def test_who_sees_only_some_people_is_shown_no_fewer_than_ten_either(diverse: Diverse) -> None:
    manager = {"roles": (Role.HIRING_MANAGER,), "user": diverse.crm.manager}
    assert len(await diverse.found(**manager)) == 30
    stranger = {"roles": (Role.HIRING_MANAGER,), "user": UserId(uuid4())}
    _refusal(await diverse.search(**stranger), "filter.diversity", InputProblemCode.TOO_FEW)


async def test_what_people_said_stands_in_no_event_card_document_or_index(diverse: Diverse) -> None:
    await diverse.found()
    for number in (WOMAN, ASIAN, YES):
        text = str(diverse.option(number))
        [(places,)] = await diverse.crm.rows(
            "SELECT (SELECT count(*) FROM outbox o WHERE o.body::text LIKE '%' || $1 || '%')"
            " + (SELECT count(*) FROM board_card c WHERE c.card::text LIKE '%' || $1 || '%')"
            " + (SELECT count(*) FROM person_document d WHERE row_to_json(d)::text LIKE '%' || $1 || '%')",
            text,
        )
        assert places == 0
    # Not even what they wrote freely is kept.
    answers = await diverse.crm.rows("SELECT row_to_json(d)::text FROM demographic_answer d")
    assert answers
    assert not [text for (text,) in answers if "secret" in text]


async def test_nobody_is_shown_any_more_once_nearly_all_gave_one_answer(diverse: Diverse) -> None:
    assert len(await diverse.found()) == 30
    await diverse.people({300 + n: (WOMAN, YES) for n in range(46)})

    # 61 of 76 are women.
    _refusal(await diverse.search(), "filter.diversity", InputProblemCode.TOO_FEW)
    counted = await diverse.crm.ask(GetPeopleFacets(filter=DIVERSE, facets=()), grants=_GRANT)
    _refusal(counted, "filter.diversity", InputProblemCode.TOO_FEW)
    await diverse.people({400 + n: (ASIAN, YES) for n in range(20)})
    assert len(await diverse.found()) == 90


# What may be chosen --------------------------------------------------------------------------------------------------


async def test_a_group_that_would_tell_an_answer_is_refused_and_nothing_changes(diverse: Diverse) -> None:
    await diverse.age(days=31)
    before = await diverse.crm.ask(GetDiversitySourcing(), Role.ADMIN)

    _refusal(await diverse.choose(WOMAN), "option_ids", InputProblemCode.NOT_ALLOWED)
    _refusal(await diverse.choose(WOMAN, MAN), "option_ids", InputProblemCode.NOT_ALLOWED)
    # Who were found only now would be veterans.
    _refusal(await diverse.choose(WOMAN, ASIAN, VETERAN), "option_ids", InputProblemCode.NOT_ALLOWED)
    # Nobody who agreed is a veteran, so all whom it adds are men.
    _refusal(await diverse.choose(WOMAN, ASIAN, VETERAN, MAN), "option_ids", InputProblemCode.TOO_FEW)
    _refusal(await diverse.choose(WOMAN, ASIAN, consent=MAN), "consent_option_id", InputProblemCode.NOT_ALLOWED)
    unknown = SetDiversitySourcing(on=True, option_ids=(uuid4(),), consent_option_id=diverse.option(YES))
    assert isinstance(await diverse.crm.ask(unknown, Role.ADMIN), NotFound)
    assert isinstance(await diverse.crm.ask(unknown, Role.RECRUITER), Forbidden)

    assert await diverse.crm.ask(GetDiversitySourcing(), Role.ADMIN) == before
    assert len(await diverse.uses()) == 2


async def test_another_group_may_be_chosen_after_thirty_days(diverse: Diverse) -> None:
    await diverse.people(
        {500 + n: (MAN if n % 2 else WOMAN, WHITE, VETERAN if n % 3 else CIVILIAN, YES) for n in range(40)}
    )
    wider = (WOMAN, ASIAN, VETERAN, MAN)
    _refusal(await diverse.choose(*wider), "option_ids", InputProblemCode.WRONG_STATE)
    same = await diverse.choose(ASIAN, WOMAN)
    assert isinstance(same, DiversitySourcing)
    await diverse.age(days=29)
    _refusal(await diverse.choose(*wider), "option_ids", InputProblemCode.WRONG_STATE)

    await diverse.age(days=1)
    changed = await diverse.choose(*wider)
    assert isinstance(changed, DiversitySourcing), changed
    assert set(changed.option_ids) == {diverse.option(number) for number in wider}
    assert changed.may_choose_at is not None
    assert changed.may_choose_at - timedelta(days=30) == changed.changed_at


async def test_it_is_not_switched_on_before_answers_and_consent_are_chosen(acme: Crm) -> None:
    diverse = Diverse(acme)
    await diverse.ask_ats()
    off = await diverse.crm.ask(GetDiversitySourcing(), Role.ADMIN)
    assert (off.on, off.option_ids, off.consent_option_id, off.changed_at) == (False, (), None, None)
    assert [question.name for question in off.questions] == sorted(_QUESTIONS.values())

    _refusal(await diverse.choose(consent=None), "option_ids", InputProblemCode.REQUIRED)
    _refusal(await diverse.choose(WOMAN, ASIAN, consent=None), "consent_option_id", InputProblemCode.REQUIRED)
    # Nobody has answered yet.
    _refusal(await diverse.choose(WOMAN, ASIAN), "option_ids", InputProblemCode.TOO_FEW)
    assert await diverse.crm.ask(GetDiversitySourcing(), Role.ADMIN) == off
    assert await diverse.uses() == []


# What is remembered --------------------------------------------------------------------------------------------------


async def test_each_use_and_each_change_is_remembered_for_admins_without_texts(diverse: Diverse) -> None:
    filter_ = PeopleFilter(
        title="Engineer Lima", applications=ApplicationsFilter(none=ApplicationFilter(source=("Ana",)))
    )
    await diverse.search(PeopleFilter(diversity=True, all=(filter_,)))
    await diverse.search()
    await diverse.crm.ask(GetPeopleFacets(filter=DIVERSE, facets=()), grants=_GRANT)
    await diverse.choose(on=False, consent=None)

    off, counted, searched, refused, on, chosen = await diverse.uses()
    assert [use.kind for use in (off, counted, searched, refused, on, chosen)] == [
        DiversityUseKind.SWITCHED_OFF,
        DiversityUseKind.COUNTED,
        DiversityUseKind.SEARCHED,
        DiversityUseKind.SEARCHED,
        DiversityUseKind.SWITCHED_ON,
        DiversityUseKind.CHOSEN,
    ]
    assert [use.user_id for use in (off, counted, chosen)] == [BEN, ANNA, BEN]
    assert [use.people for use in (counted, searched, refused, on)] == [30, 30, None, None]
    assert not refused.with_text
    assert refused.filter == PeopleFilter(
        diversity=True,
        all=(PeopleFilter(title="…", applications=ApplicationsFilter(none=ApplicationFilter(source=("…",)))),),
    )
    assert chosen.options == ("Option 11", "Option 21")
    assert isinstance(await diverse.crm.ask(GetDiversityUses()), Forbidden)

    seen: list[DiversityUse] = []
    after = None
    while True:
        page = await diverse.crm.ask(GetDiversityUses(page=Page(first=4, after=after)), Role.ADMIN)
        seen += [edge.node for edge in page.edges]
        if not page.has_next:
            break
        after = page.edges[-1].cursor
    assert seen == [off, counted, searched, refused, on, chosen]


@pytest.mark.parametrize("statement", ["DELETE FROM diversity_use", "UPDATE diversity_use SET people = 10"])
async def test_what_is_remembered_is_neither_changed_nor_deleted(diverse: Diverse, statement: str) -> None:
    async with diverse.database.work("acme", actor="system:test", cause="test") as unit:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await unit.execute(Statement(statement))


async def test_another_organisation_shares_neither_the_switch_nor_the_people(
    diverse: Diverse, ingest: RawIngest
) -> None:
    viewer = Viewer(org_id="globex", user_id=BEN, roles=frozenset({Role.ADMIN}), grants=_GRANT)
    indexes = PeopleIndexes(diverse.database, ["globex"])
    await indexes.step()
    requests = DiversityRequests(diverse.database)
    context = RequestContext(viewer, "a key")
    sourcing = await requests.get_diversity_sourcing(GetDiversitySourcing(), context)
    assert (sourcing.on, sourcing.option_ids, sourcing.questions) == (False, (), ())
    foreign = SetDiversitySourcing(
        on=True, option_ids=(diverse.option(WOMAN), diverse.option(ASIAN)), consent_option_id=diverse.option(YES)
    )
    assert isinstance(await requests.set_diversity_sourcing(foreign, context), NotFound)
    refused = await SearchRequests(diverse.database, indexes).search_people(SearchPeople(filter=DIVERSE), context)
    _refusal(refused, "filter.diversity", InputProblemCode.NOT_ALLOWED)
    assert (await diverse.crm.ask(GetDiversitySourcing(), Role.ADMIN)).on
