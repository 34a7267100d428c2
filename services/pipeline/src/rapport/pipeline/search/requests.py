"""Requests that search for people."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from rapport.contracts.authorisation import Rule
from rapport.contracts.identity import Role, Viewer
from rapport.contracts.pipeline import (
    MAX_CONDITIONS,
    MAX_DEPTH,
    GetPeopleFacets,
    PeopleFacets,
    PersonMatchEdge,
    PersonMatchPage,
    SearchPeople,
    SearchQuery,
)
from rapport.contracts.pipeline.search import conditions, depth
from rapport.contracts.refusals import Forbidden, InputProblemCode, Invalid, Refusal
from rapport.contracts.vocabulary import DiversityUseKind
from rapport.kit.database.pagination import place
from rapport.kit.database.unit_of_work import Database, ReadSession
from rapport.kit.rpc.envelope import RequestContext
from rapport.kit.rpc.server import RequestServer
from rapport.pipeline.privacy import private_to
from rapport.pipeline.search.diversity import DiversityPeople, DiversityUses
from rapport.pipeline.search.evaluation import SearchViewer
from rapport.pipeline.search.feeder import PeopleIndexes
from rapport.pipeline.search.index import PeopleIndex
from rapport.pipeline.search.searching import Found, Place, Search
from rapport.pipeline.store import crm, search_index

_BEFORE_ALL: Place = (2**63 - 1, UUID(int=2**128 - 1))


class SearchRequests:
    """Handles searches."""

    def __init__(
        self, database: Database, indexes: PeopleIndexes, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """``indexes`` follow ``database``."""
        self._database = database
        self._indexes = indexes
        self._diversity = DiversityUses(database)
        self._clock = clock

    def register(self, server: RequestServer) -> None:
        """Register every handler."""
        server.handle(SearchPeople, self.search_people)
        server.handle(GetPeopleFacets, self.get_people_facets)

    async def search_people(
        self, request: SearchPeople, context: RequestContext
    ) -> PersonMatchPage | Invalid | Forbidden:
        """A page of who is found. The index answers who matches; the database decides who of them is shown."""
        if (refused := too_expensive(request)) is not None:
            return refused
        after = place(request.page, _sort_key, begins=_BEFORE_ALL)
        if isinstance(after, Invalid):
            return after
        people = await self._diversity.people(request, context.viewer)
        if isinstance(people, Refusal):
            return people
        viewer = await self._viewer(request, context.viewer)
        job = partial(_find, viewer=viewer, request=request, after=after, now=self._clock(), diversity=people)
        found = await self._indexes.use(context.viewer.org_id, job)
        if people is not None:
            too_few = await self._diversity.record(request, context, DiversityUseKind.SEARCHED, found.total)
            if too_few is not None:
                return too_few
        scope = request.rule.scope_user(context.viewer)
        async with self._database.read_session(context.viewer.org_id) as session:
            ids = [match.person_id for _, match in found.matches]
            shown = await crm.seen_among(session, ids, scope, private_to(context.viewer))
        edges = tuple(
            PersonMatchEdge(cursor=(str(key), str(person_id)), node=match)
            for (key, person_id), match in found.matches
            if person_id in shown
        )
        end = found.matches[-1][0] if found.matches else None
        return PersonMatchPage(
            edges=edges,
            has_next=found.has_next,
            total=found.total,
            end=(str(end[0]), str(end[1])) if end else None,
        )

    async def get_people_facets(
        self, request: GetPeopleFacets, context: RequestContext
    ) -> PeopleFacets | Invalid | Forbidden:
        """How those who are found are spread."""
        if (refused := too_expensive(request)) is not None:
            return refused
        people = await self._diversity.people(request, context.viewer)
        if isinstance(people, Refusal):
            return people
        if people is not None and request.facets:
            message = "must be none beside what people said of themselves: only how many are found is told"
            return Invalid.because("facets", message, InputProblemCode.NOT_ALLOWED)
        viewer = await self._viewer(request, context.viewer)
        job = partial(_count, viewer=viewer, request=request, now=self._clock(), diversity=people)
        counted = await self._indexes.use(context.viewer.org_id, job)
        if people is not None:
            too_few = await self._diversity.record(request, context, DiversityUseKind.COUNTED, counted.total)
            if too_few is not None:
                return too_few
        return counted

    async def _viewer(self, request: SearchPeople | GetPeopleFacets, viewer: Viewer) -> SearchViewer:
        async with self._database.read_session(viewer.org_id) as session:
            return await viewer_of(session, request.rule, viewer)


async def viewer_of(session: ReadSession, rule: Rule, viewer: Viewer) -> SearchViewer:
    """Who searches, by the rule of a request that searches."""
    jobs, in_ats = await search_index.jobs_of(session, viewer.user_id)
    return SearchViewer(
        user_id=viewer.user_id,
        jobs=jobs,
        jobs_in_ats=in_ats,
        bound_to_jobs=rule.scope_user(viewer) is not None,
        sees_private=private_to(viewer) is None,
        reads_team_notes=Role.ADMIN in viewer.roles,
    )


def _sort_key(text: str) -> int:
    key = int(text)
    if not -(2**63) <= key < 2**63:
        raise ValueError("no sort key")
    return key


def _find(
    index: PeopleIndex,
    *,
    viewer: SearchViewer,
    request: SearchPeople,
    after: Place,
    now: datetime,
    diversity: DiversityPeople | None,
) -> Found:
    return Search(index, viewer, request, now, diversity).page(
        request.sort, request.page.first, None if request.page.after is None else after
    )


def _count(
    index: PeopleIndex,
    *,
    viewer: SearchViewer,
    request: GetPeopleFacets,
    now: datetime,
    diversity: DiversityPeople | None,
) -> PeopleFacets:
    search = Search(index, viewer, request, now, diversity)
    return PeopleFacets(total=search.total, facets=search.facets(request.facets))


def too_expensive(query: SearchQuery, path: str = "") -> Invalid | None:
    """The refusal of a filter that costs more than a search may; each condition is a pass over everything.

    Args:
        query: what is searched for.
        path: where it is in the request: empty, or with a dot at its end.
    """
    if query.filter is None:
        return None
    if depth(query.filter) > MAX_DEPTH:
        message = f"is nested too deeply; at most {MAX_DEPTH} levels are allowed"
        return Invalid.because(f"{path}filter", message, InputProblemCode.TOO_MANY)
    paths = list(conditions(query.filter))
    if len(paths) > MAX_CONDITIONS:
        message = f"costs {len(paths)} conditions; at most {MAX_CONDITIONS} are allowed, and this is the first beyond"
        return Invalid.because(f"{path}filter.{paths[MAX_CONDITIONS]}", message, InputProblemCode.TOO_MANY)
    return None
