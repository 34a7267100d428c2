"""Users save searches, share them, and see how many people each finds anew."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest_asyncio

from rapport.contracts.identity import Role, UserId
from rapport.contracts.pipeline import (
    MAX_CONDITIONS,
    MAX_SAVED_SEARCHES,
    ApplicationFilter,
    ApplicationsFilter,
    ChangeSavedSearch,
    ChangeTags,
    CountNewPeople,
    GetSavedSearches,
    GetSavedSearchesByIds,
    MergePeople,
    OpenSavedSearch,
    PeopleFilter,
    RemoveSavedSearch,
    SavedQuery,
    SavedSearch,
    SaveSearch,
)
from rapport.contracts.refusals import Forbidden, InputProblemCode, Invalid, NotFound
from rapport.contracts.vocabulary import PeopleSort, SearchSharing
from rapport.pipeline.search.built_in import BUILT_IN
from rapport.pipeline.search.saved import SavedSearchRequests
from services.pipeline.tests.test_crm import ANNA, BEN, Crm, acme
from services.pipeline.tests.test_people_search import Searching

__all__ = ["acme"]

_QUIET = SavedQuery(filter=PeopleFilter(tag=("Quiet",)), sort=PeopleSort.ADDED)


class Saved(Searching):
    """Searches of users that they save."""

    def __init__(self, crm: Crm) -> None:
        super().__init__(crm)
        SavedSearchRequests(crm.database, self.indexes).register(crm)  # type: ignore[arg-type]

    async def ask(self, request: Any, *roles: Role, **more: Any) -> Any:
        await self.indexes.step()
        return await self.crm.ask(request, *roles, **more)

    async def save(self, name: str = "Quiet ones", query: SavedQuery = _QUIET, **more: Any) -> SavedSearch:
        user, roles = more.pop("user", ANNA), more.pop("roles", ())
        saved = await self.ask(SaveSearch(search_name=name, query=query, **more), *roles, user=user)
        assert isinstance(saved, SavedSearch), saved
        return saved

    async def names(self, *roles: Role, user: UserId = ANNA) -> list[str]:
        """Of those that are not built in."""
        listed = await self.ask(GetSavedSearches(), *roles, user=user)
        return [search.name for search in listed.items if search.owner_id is not None]

    async def new(self, search_id: UUID, *roles: Role, user: UserId = ANNA) -> int | None:
        [counted] = (await self.ask(CountNewPeople(ids=(search_id,)), *roles, user=user)).items
        assert counted.search_id == search_id
        return counted.people  # type: ignore[no-any-return]

    async def tagged(self, name: str) -> UUID:
        person_id = (await self.crm.create(name)).person.id
        await self.crm.ask(ChangeTags(person_id=person_id, add=("Quiet",)))
        return person_id


@pytest_asyncio.fixture
async def saved(acme: Crm) -> AsyncIterator[Saved]:
    yield Saved(acme)


async def test_a_search_is_saved_once_under_a_key_with_all_that_it_searches_for(saved: Saved) -> None:
    filter_ = PeopleFilter(
        any=(
            PeopleFilter(not_=PeopleFilter(active=True)),
            PeopleFilter(applications=ApplicationsFilter(some=ApplicationFilter(job=(saved.crm.job,)))),
        )
    )
    query = SavedQuery(text="lima c++", filter=filter_, sort=PeopleSort.LAST_ACTIVITY)
    request = SaveSearch(search_name="Limas", query=query)
    one = await saved.ask(request, key="once")
    again = await saved.ask(request, key="once")

    assert one.id == again.id
    [found] = (await saved.ask(GetSavedSearchesByIds(ids=(one.id,)))).items
    assert (found.name, found.query, found.owner_id, found.version) == ("Limas", query, ANNA, 1)
    assert await saved.crm.events("hiring.acme.pipeline.saved_search") == ["saved_search.changed.v1"]


async def test_a_private_search_is_its_owners_alone(saved: Saved) -> None:
    search = await saved.save()

    assert await saved.names() == ["Quiet ones"]
    for roles in ((Role.RECRUITER,), (Role.ADMIN,)):
        assert await saved.names(*roles, user=BEN) == []
        for request in (
            OpenSavedSearch(search_id=search.id),
            ChangeSavedSearch(search_id=search.id, search_name="Mine"),
            RemoveSavedSearch(search_id=search.id),
        ):
            refused = await saved.ask(request, *roles, user=BEN)
            assert refused == NotFound(what="saved search", id=str(search.id))
        assert (await saved.ask(CountNewPeople(ids=(search.id,)), *roles, user=BEN)).items == ()
    assert await saved.names() == ["Quiet ones"]


async def test_a_search_is_shared_with_a_hiring_team_or_with_everybody_and_changed_by_its_owner_and_admins(
    saved: Saved,
) -> None:
    of_team = await saved.save("Of the team", sharing=SearchSharing.HIRING_TEAM, job_id=saved.crm.job)
    await saved.save("Of all", sharing=SearchSharing.ORGANISATION)

    manager = saved.crm.manager
    assert await saved.names(Role.HIRING_MANAGER, user=manager) == ["Of all", "Of the team"]
    assert await saved.names(user=BEN) == ["Of all"]
    assert await saved.names(Role.ADMIN, user=BEN) == ["Of all", "Of the team"]

    change = ChangeSavedSearch(search_id=of_team.id, search_name="Ours")
    refused = await saved.ask(change, Role.HIRING_MANAGER, user=manager)
    assert isinstance(refused, Forbidden)
    assert isinstance(await saved.ask(change, user=BEN), NotFound)
    assert "Of the team" in await saved.names()

    assert (await saved.ask(change, Role.ADMIN, user=BEN)).name == "Ours"
    unshared = await saved.ask(ChangeSavedSearch(search_id=of_team.id, sharing=SearchSharing.PRIVATE))
    assert (unshared.sharing, unshared.job_id, unshared.version) == (SearchSharing.PRIVATE, None, 3)
    assert await saved.names(Role.HIRING_MANAGER, user=manager) == ["Of all"]
    removed = await saved.ask(RemoveSavedSearch(search_id=of_team.id))
    assert removed.name == "Ours"
    assert await saved.names() == ["Of all"]
    versions = await saved.crm.rows(
        "SELECT aggregate_version FROM outbox WHERE subject LIKE '%saved_search%' AND aggregate_id = $1 ORDER BY 1",
        of_team.id,
    )
    assert [version for (version,) in versions] == [1, 2, 3, 4]


async def test_a_manager_shares_with_the_teams_they_are_on_and_with_no_other(saved: Saved) -> None:
    request = SaveSearch(search_name="Ours", query=_QUIET, sharing=SearchSharing.HIRING_TEAM, job_id=saved.crm.job)

    refused = await saved.ask(request, Role.HIRING_MANAGER, user=BEN)

    assert refused == NotFound(what="job", id=str(saved.crm.job))
    assert await saved.names(Role.HIRING_MANAGER, user=BEN) == []
    assert isinstance(await saved.ask(request, Role.HIRING_MANAGER, user=saved.crm.manager), SavedSearch)


async def test_an_event_about_a_search_says_neither_its_name_nor_what_it_searches_for(saved: Saved) -> None:
    await saved.save("Burned out at Initech")

    [(data,)] = await saved.crm.rows("SELECT body::text FROM outbox WHERE subject LIKE '%saved_search%'")

    assert "Initech" not in data
    assert "Quiet" not in data


async def test_new_is_who_matches_now_and_did_not_when_the_user_last_opened_the_search(saved: Saved) -> None:
    first = await saved.tagged("Ana Lima")
    search = await saved.save(sharing=SearchSharing.ORGANISATION)
    assert await saved.new(search.id) == 0
    assert await saved.new(search.id, user=BEN) is None

    # Who matched and changes is not new; who was known and begins to match is.
    await saved.crm.ask(ChangeTags(person_id=first, add=("Loud",)))
    await saved.tagged("Ben Costa")
    known = saved.crm.candidate
    await saved.crm.ask(ChangeTags(person_id=known, add=("Quiet",)))
    assert await saved.new(search.id) == 2

    await saved.ask(OpenSavedSearch(search_id=search.id), user=BEN)
    assert (await saved.new(search.id), await saved.new(search.id, user=BEN)) == (2, 0)

    # Who no longer matches is new once they match again after a look without them.
    await saved.crm.ask(ChangeTags(person_id=known, remove=("Quiet",)))
    opened = await saved.ask(OpenSavedSearch(search_id=search.id))
    assert opened.looked_at is not None
    assert await saved.new(search.id) == 0
    await saved.crm.ask(ChangeTags(person_id=known, add=("Quiet",)))
    assert (await saved.new(search.id), await saved.new(search.id, user=BEN)) == (1, 0)


async def test_a_viewer_bound_to_teams_counts_only_who_applied_for_jobs_of_theirs(saved: Saved) -> None:
    search = await saved.save(sharing=SearchSharing.ORGANISATION)
    manager = {"user": saved.crm.manager}
    await saved.ask(OpenSavedSearch(search_id=search.id), Role.HIRING_MANAGER, **manager)

    await saved.tagged("Ana Lima")
    await saved.crm.ask(ChangeTags(person_id=saved.crm.candidate, add=("Quiet",)))

    assert await saved.new(search.id) == 2
    assert await saved.new(search.id, Role.HIRING_MANAGER, **manager) == 1


async def test_a_merge_makes_nobody_new_and_an_erased_person_is_forgotten(saved: Saved) -> None:
    one, other = await saved.tagged("Ana Lima"), await saved.tagged("Anna Lima")
    search = await saved.save()
    survivor = (await saved.crm.create("Ana Lima-Costa")).person.id

    await saved.ask(MergePeople(survivor_id=survivor, merged_id=one))
    assert await saved.new(search.id) == 0

    await saved.crm.erase(other)
    assert await saved.new(search.id) == 0
    assert await saved.crm.rows("SELECT people FROM search_look") == [([one],)]


async def test_a_changed_search_was_opened_by_nobody(saved: Saved) -> None:
    search = await saved.save()

    query = SavedQuery(filter=PeopleFilter(tag=("Loud",)))
    changed = await saved.ask(ChangeSavedSearch(search_id=search.id, query=query))

    assert (changed.query, changed.looked_at) == (query, None)
    assert await saved.new(search.id) is None
    again = await saved.ask(ChangeSavedSearch(search_id=search.id, query=query, search_name=search.name))
    assert again.version == changed.version


async def test_built_in_searches_come_first_count_as_others_and_are_nobodys_to_change(saved: Saved) -> None:
    await saved.save("A search")
    listed = (await saved.ask(GetSavedSearches())).items
    assert [search.name for search in listed] == [*(search.name for search in BUILT_IN.values()), "A search"]

    built_in = listed[0]
    await saved.ask(OpenSavedSearch(search_id=built_in.id))
    assert await saved.new(built_in.id) == 0
    for request in (
        ChangeSavedSearch(search_id=built_in.id, search_name="Mine"),
        RemoveSavedSearch(search_id=built_in.id),
    ):
        refused = await saved.ask(request, Role.ADMIN)
        assert isinstance(refused, Invalid)
        assert refused.problems[0].code is InputProblemCode.NOT_ALLOWED


async def test_a_user_saves_so_many_searches_and_none_that_costs_too_much(saved: Saved) -> None:
    for number in range(MAX_SAVED_SEARCHES):
        await saved.save(f"Search {number}")

    refused = await saved.ask(SaveSearch(search_name="One more", query=_QUIET))
    assert isinstance(refused, Invalid)
    [problem] = refused.problems
    assert (problem.path, problem.code) == ("search_name", InputProblemCode.TOO_MANY)
    assert str(MAX_SAVED_SEARCHES) in problem.message
    assert isinstance(await saved.ask(SaveSearch(search_name="Another's", query=_QUIET), user=BEN), SavedSearch)

    many = SavedQuery(filter=PeopleFilter(any=tuple(PeopleFilter(active=True) for _ in range(MAX_CONDITIONS + 1))))
    for request in (
        SaveSearch(search_name="Costly", query=many),
        ChangeSavedSearch(search_id=uuid4(), query=many),
    ):
        refused = await saved.ask(request, user=BEN)
        assert isinstance(refused, Invalid)
        [problem] = refused.problems
        assert problem.path.startswith("query.filter.any")
