"""Requests about the ledger of suppressions."""

from uuid import UUID

from rapport.contracts.events import SuppressionLifted
from rapport.contracts.identity import Viewer
from rapport.contracts.outreach import (
    GetSuppressedAddresses,
    GetSuppressions,
    LiftSuppression,
    SuppressedAddresses,
    Suppression,
    SuppressionEdge,
    SuppressionPage,
    SuppressPerson,
)
from rapport.contracts.refusals import Invalid, NotFound, Refusal
from rapport.contracts.requests import MAX_PAGE, Page
from rapport.contracts.vocabulary import SuppressionReason
from rapport.kit.database.pagination import keyset
from rapport.kit.database.unit_of_work import Database
from rapport.kit.identity import new_id
from rapport.kit.rpc.envelope import RequestContext
from rapport.kit.rpc.server import RequestServer
from rapport.outreach.domain.suppression import decide_lift
from rapport.outreach.pipeline_client import PipelineClient
from rapport.outreach.recording import suppress
from rapport.outreach.store import SQL, suppressions
from rapport.outreach.store.suppressions import NewSuppression


class SuppressionRequests:
    """Handles requests about the ledger."""

    def __init__(self, database: Database, pipeline: PipelineClient) -> None:
        """``pipeline`` knows the people."""
        self._database = database
        self._pipeline = pipeline

    def register(self, server: RequestServer) -> None:
        """Let the server route each request here."""
        server.handle(SuppressPerson, self.suppress_person)
        server.handle(LiftSuppression, self.lift_suppression)
        server.handle(GetSuppressions, self.get_suppressions)
        server.handle(GetSuppressedAddresses, self.get_suppressed_addresses)

    async def get_suppressed_addresses(
        self, request: GetSuppressedAddresses, context: RequestContext
    ) -> SuppressedAddresses:
        """Those of these addresses that are suppressed."""
        async with self._database.read_session(context.viewer.org_id) as session:
            found = await suppressions.suppressed_addresses(session, request.addresses)
        return SuppressedAddresses(suppressed=tuple(found))

    async def suppress_person(self, request: SuppressPerson, context: RequestContext) -> Suppression | Refusal:
        """Suppress a person, with all their addresses."""
        viewer = context.viewer
        person = await self._pipeline.person(viewer, request.person_id)
        if person is None:
            return NotFound(what="person", id=str(request.person_id))
        new = NewSuppression(
            new_id(),
            person.id,
            whole_person=True,
            reason=SuppressionReason.DO_NOT_CONTACT,
            recorded_by=viewer.user_id,
            message_id=None,
            addresses=[email.value for email in person.emails],
        )
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            return await suppressions.suppression_by_id(unit, await suppress(unit, new))

    async def lift_suppression(self, request: LiftSuppression, context: RequestContext) -> Suppression | Refusal:
        """Lift a suppression."""
        viewer = context.viewer
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            held = await suppressions.lock_suppression(unit, request.suppression_id)
            if held is None or _is_hidden(held.recorded_by, viewer):
                return NotFound(what="suppression", id=str(request.suppression_id))
            is_known = held.reason is not SuppressionReason.ERASED or await self._is_known(viewer, held.person_id)
            forbidden = decide_lift(
                *(held.reason, held.recorded_by, held.recorded_at, viewer), at=unit.now, is_known=is_known
            )
            if forbidden:
                return forbidden
            if held.lifted_at is None:
                await suppressions.lift_suppression(unit, request.suppression_id, viewer.user_id)
                unit.record(
                    SuppressionLifted(person_id=held.person_id, reason=held.reason, whole_person=held.whole_person),
                    aggregate_id=request.suppression_id,
                    version=held.version + 1,
                    occurred_at=unit.now,
                )
            return await suppressions.suppression_by_id(unit, request.suppression_id)

    async def _is_known(self, viewer: Viewer, person_id: UUID | None) -> bool:
        return person_id is not None and await self._pipeline.person(viewer, person_id) is not None

    async def get_suppressions(self, request: GetSuppressions, context: RequestContext) -> SuppressionPage | Refusal:
        """A page of the ledger; those bound to their jobs see the entries of the people they see."""
        viewer = context.viewer
        if isinstance(wrong := keyset(request.page), Invalid):
            return wrong
        if request.rule.scope_user(viewer) is None:
            return await self._page(request, viewer, request.page)
        return await self._seen_page(request, viewer)

    async def _page(self, request: GetSuppressions, viewer: Viewer, page: Page) -> SuppressionPage | Invalid:
        place = keyset(page)
        if isinstance(place, Invalid):
            return place
        async with self._database.read_session(viewer.org_id) as session:
            text = await session.fetchval(
                SQL["get_suppressions"], request.person_id, request.include_lifted, *place, page.first
            )
        return SuppressionPage.model_validate_json(text)

    async def _seen_page(self, request: GetSuppressions, viewer: Viewer) -> SuppressionPage | Invalid:
        """A full page of visible entries: a page without any would have no cursor to continue from."""
        seen: list[SuppressionEdge] = []
        after, more = request.page.after, True
        while more and len(seen) <= request.page.first:
            looked = await self._page(request, viewer, Page(first=MAX_PAGE, after=after))
            if isinstance(looked, Invalid):
                return looked
            seen += await self._seen_part(looked, viewer)
            more = looked.has_next
            after = looked.edges[-1].cursor if looked.edges else after
        first = request.page.first
        return SuppressionPage(edges=tuple(seen[:first]), has_next=more or len(seen) > first)

    async def _seen_part(self, page: SuppressionPage, viewer: Viewer) -> list[SuppressionEdge]:
        ids = tuple({edge.node.person_id for edge in page.edges if edge.node.person_id})
        seen = await self._pipeline.people(viewer, ids) if ids else {}
        return [edge for edge in page.edges if edge.node.person_id in seen]


def _is_hidden(recorded_by: UUID | None, viewer: Viewer) -> bool:
    """Whether an entry is hidden from a viewer who sees only some people."""
    return GetSuppressions.rule.scope_user(viewer) is not None and recorded_by != viewer.user_id
