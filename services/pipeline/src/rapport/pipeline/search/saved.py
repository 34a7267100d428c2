"""Requests about saved searches, and how many people each finds anew.

New is who matches now and did not when the user last opened the search. Whom it found then is remembered by their ids,
so that this is exact: neither the time of a change nor that of an entry says who did not match before.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from rapport.contracts.authorisation import SEARCH_PEOPLE
from rapport.contracts.events import SavedSearchChanged
from rapport.contracts.identity import Role, Viewer
from rapport.contracts.pipeline import (
    MAX_FOLLOWED,
    MAX_SAVED_SEARCHES,
    ChangeSavedSearch,
    CountNewPeople,
    GetSavedSearches,
    GetSavedSearchesByIds,
    NewPeople,
    NewPeopleOfSearches,
    OpenSavedSearch,
    RemoveSavedSearch,
    SavedQuery,
    SavedSearch,
    SavedSearches,
    SaveSearch,
)
from rapport.contracts.refusals import Forbidden, InputProblemCode, Invalid, NotFound
from rapport.contracts.vocabulary import SavedSearchChangeKind, SearchSharing
from rapport.kit.database.unit_of_work import Database, ReadSession, UnitOfWork
from rapport.kit.identity import derived_id
from rapport.kit.rpc.envelope import RequestContext
from rapport.kit.rpc.server import RequestServer
from rapport.pipeline.search.built_in import BUILT_IN
from rapport.pipeline.search.diversity import keeps_no_diversity
from rapport.pipeline.search.evaluation import SearchViewer
from rapport.pipeline.search.feeder import PeopleIndexes
from rapport.pipeline.search.requests import too_expensive, viewer_of
from rapport.pipeline.search.searching import ids_found
from rapport.pipeline.store import SQL, saved_searches
from rapport.pipeline.store.saved_searches import Look


class SavedSearchRequests:
    """Handles requests about saved searches."""

    def __init__(
        self, database: Database, indexes: PeopleIndexes, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """``indexes`` follow ``database``."""
        self._database = database
        self._indexes = indexes
        self._clock = clock

    def register(self, server: RequestServer) -> None:
        """Register every handler."""
        server.handle(GetSavedSearches, self.get_saved_searches)
        server.handle(GetSavedSearchesByIds, self.get_saved_searches_by_ids)
        server.handle(CountNewPeople, self.count_new_people)
        server.handle(OpenSavedSearch, self.open_saved_search)
        server.handle(SaveSearch, self.save_search)
        server.handle(ChangeSavedSearch, self.change_saved_search)
        server.handle(RemoveSavedSearch, self.remove_saved_search)

    async def get_saved_searches(self, _: GetSavedSearches, context: RequestContext) -> SavedSearches:
        """Those that the viewer may open."""
        async with self._database.read_session(context.viewer.org_id) as session:
            return SavedSearches(items=tuple(await _visible(session, context.viewer)))

    async def get_saved_searches_by_ids(self, request: GetSavedSearchesByIds, context: RequestContext) -> SavedSearches:
        """These, as far as the viewer may open them."""
        async with self._database.read_session(context.viewer.org_id) as session:
            return SavedSearches(items=tuple(await _visible(session, context.viewer, request.ids)))

    async def count_new_people(self, request: CountNewPeople, context: RequestContext) -> NewPeopleOfSearches:
        """How many people each finds anew."""
        viewer = context.viewer
        async with self._database.read_session(viewer.org_id) as session:
            searches = await _visible(session, viewer, request.ids)
            looks = await saved_searches.looks(session, viewer.user_id, [search.id for search in searches])
            searching = await viewer_of(session, SEARCH_PEOPLE, viewer)
        counted = []
        # One after the other, so that searches of others come in between.
        for search in searches:
            look = looks.get(search.id)
            people = None if look is None else await self._number_of_new(search, look, searching, viewer.org_id)
            counted.append(NewPeople(search_id=search.id, people=people))
        return NewPeopleOfSearches(items=tuple(counted))

    async def open_saved_search(self, request: OpenSavedSearch, context: RequestContext) -> SavedSearch | NotFound:
        """Remember whom it finds."""
        async with self._database.read_session(context.viewer.org_id) as session:
            searches = await _visible(session, context.viewer, [request.search_id])
            searching = await viewer_of(session, SEARCH_PEOPLE, context.viewer)
        if not searches:
            return _unknown(request.search_id)
        people = await self._found(searches[0].query, searching, context.viewer.org_id)
        async with self._work(context) as unit:
            await saved_searches.look(unit, request.search_id, context.viewer.user_id, people)
            return searches[0].model_copy(update={"looked_at": unit.now})

    async def save_search(self, request: SaveSearch, context: RequestContext) -> SavedSearch | Invalid | NotFound:
        """Save a search."""
        if (refused := _not_to_be_saved(request.query)) is not None:
            return refused
        viewer = context.viewer
        async with self._database.read_session(viewer.org_id) as session:
            searching = await viewer_of(session, SEARCH_PEOPLE, viewer)
        people = await self._found(request.query, searching, viewer.org_id)
        async with self._work(context) as unit:
            search = SavedSearch(
                id=derived_id("saved search", unit.org_id, context.key),
                name=request.search_name,
                query=request.query,
                owner_id=viewer.user_id,
                sharing=request.sharing,
                job_id=request.job_id,
                looked_at=unit.now,
                version=1,
            )
            number = await saved_searches.number_of(unit, viewer.user_id)
            known = await saved_searches.visible(unit, viewer, [search.id])
            if known:
                return known[0]
            if not await _sees_job(unit, request, viewer):
                return NotFound(what="job", id=str(request.job_id))
            if number >= MAX_SAVED_SEARCHES:
                message = f"cannot be saved: you have {number} searches, and {MAX_SAVED_SEARCHES} are allowed"
                return Invalid.because("search_name", message, InputProblemCode.TOO_MANY)
            if await saved_searches.add(unit, search):
                await saved_searches.look(unit, search.id, viewer.user_id, people)
                _record(unit, search, SavedSearchChangeKind.SAVED)
            return search

    async def change_saved_search(
        self, request: ChangeSavedSearch, context: RequestContext
    ) -> SavedSearch | Invalid | NotFound | Forbidden:
        """Change a search."""
        if request.query is not None and (refused := _not_to_be_saved(request.query)) is not None:
            return refused
        viewer = context.viewer
        async with self._work(context) as unit:
            search = await _locked(unit, request, viewer)
            if not isinstance(search, SavedSearch):
                return search
            if request.sharing is SearchSharing.HIRING_TEAM and not await _sees_job(unit, request, viewer):
                return NotFound(what="job", id=str(request.job_id))
            changed, changes = _changed(search, request)
            if changes:
                await saved_searches.change(unit, changed)
            if SavedSearchChangeKind.CHANGED in changes:
                await saved_searches.forget_looks(unit, search.id)
            for at, change in enumerate(changes, start=search.version + 1):
                _record(unit, changed.model_copy(update={"version": at}), change)
            [answer] = await saved_searches.visible(unit, viewer, [search.id]) or [changed]
            return answer

    async def remove_saved_search(
        self, request: RemoveSavedSearch, context: RequestContext
    ) -> SavedSearch | Invalid | NotFound | Forbidden:
        """Remove a search."""
        async with self._work(context) as unit:
            search = await _locked(unit, request, context.viewer)
            if isinstance(search, SavedSearch):
                await saved_searches.remove(unit, search.id)
                removed = search.model_copy(update={"version": search.version + 1})
                _record(unit, removed, SavedSearchChangeKind.REMOVED)
            return search

    async def _found(self, query: SavedQuery, viewer: SearchViewer, org_id: str) -> Sequence[UUID] | None:
        """Whom a search finds for a viewer; None if they are too many to be remembered."""
        job = partial(ids_found, viewer=viewer, query=query, now=self._clock(), at_most=MAX_FOLLOWED)
        return await self._indexes.use(org_id, job)

    async def _number_of_new(self, search: SavedSearch, look: Look, viewer: SearchViewer, org_id: str) -> int | None:
        found = await self._found(search.query, viewer, org_id)
        if found is None or look.people is None:
            return None
        new = set(found) - look.people
        if new and (gone := look.people.difference(found)):
            # Whose record was found then, and was merged since, was found.
            async with self._database.read_session(org_id) as session:
                new -= await saved_searches.roots_of(session, gone)
        return len(new)

    def _work(self, context: RequestContext) -> AbstractAsyncContextManager[UnitOfWork]:
        viewer = context.viewer
        return self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key)


async def _visible(session: ReadSession, viewer: Viewer, ids: Sequence[UUID] | None = None) -> list[SavedSearch]:
    """Those built in, then those saved."""
    built_in = [search for id_, search in BUILT_IN.items() if ids is None or id_ in ids]
    looks = await saved_searches.looks(session, viewer.user_id, [search.id for search in built_in])
    opened = [
        search.model_copy(update={"looked_at": looks[search.id].at}) if search.id in looks else search
        for search in built_in
    ]
    return opened + await saved_searches.visible(session, viewer, ids)


async def _locked(
    unit: UnitOfWork, request: ChangeSavedSearch | RemoveSavedSearch, viewer: Viewer
) -> SavedSearch | Invalid | NotFound | Forbidden:
    """The search, if the viewer may change it."""
    if request.search_id in BUILT_IN:
        return Invalid.because("search_id", "is built in, and cannot be changed", InputProblemCode.NOT_ALLOWED)
    search = await saved_searches.lock(unit, request.search_id, viewer)
    if search is None:
        return _unknown(request.search_id)
    if search.owner_id != viewer.user_id and Role.ADMIN not in viewer.roles:
        return Forbidden(reason="only who saved it, and admins, may change or remove a search")
    return search


def _not_to_be_saved(query: SavedQuery) -> Invalid | None:
    return keeps_no_diversity(query, "query.") or too_expensive(query, "query.")


def _changed(search: SavedSearch, request: ChangeSavedSearch) -> tuple[SavedSearch, list[SavedSearchChangeKind]]:
    changes = list[SavedSearchChangeKind]()
    name, query, sharing, job_id = search.name, search.query, search.sharing, search.job_id
    if request.search_name is not None and request.search_name != name:
        name = request.search_name
        changes.append(SavedSearchChangeKind.RENAMED)
    if request.query is not None and request.query != query:
        query = request.query
        changes.append(SavedSearchChangeKind.CHANGED)
    if request.sharing is not None and (request.sharing, request.job_id) != (sharing, job_id):
        sharing, job_id = request.sharing, request.job_id
        changes.append(SavedSearchChangeKind.SHARED)
    changed = {"name": name, "query": query, "sharing": sharing, "job_id": job_id}
    return search.model_copy(update={**changed, "version": search.version + len(changes)}), changes


async def _sees_job(session: ReadSession, request: SaveSearch | ChangeSavedSearch, viewer: Viewer) -> bool:
    if request.job_id is None:
        return True
    return bool(await session.fetchval(SQL["sees_job"], request.job_id, SEARCH_PEOPLE.scope_user(viewer)))


def _record(unit: UnitOfWork, search: SavedSearch, change: SavedSearchChangeKind) -> None:
    assert search.owner_id is not None
    event = SavedSearchChanged(change=change, owner_id=search.owner_id, sharing=search.sharing, job_id=search.job_id)
    unit.record(event, aggregate_id=search.id, version=search.version, occurred_at=unit.now)


def _unknown(search_id: UUID) -> NotFound:
    return NotFound(what="saved search", id=str(search_id))
