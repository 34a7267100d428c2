"""Requests about actions on many people, checked and then started; and on many applications, started at once."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from rapport.contracts.identity import Viewer
from rapport.contracts.pipeline import (
    MAX_REVIEWED,
    MAX_SELECTED,
    ApplicationsAction,
    BulkAction,
    ChangeApplications,
    CheckBulkAction,
    GetBulkActionPeople,
    GetBulkActionsByIds,
    RecordReviewOfPeople,
    SearchQuery,
    StartBulkAction,
    UndoBulkAction,
)
from rapport.contracts.refusals import Forbidden, InputProblemCode, Invalid, NotFound
from rapport.contracts.vocabulary import BulkActionKind, BulkActionState
from rapport.kit.database.pagination import keyset
from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.kit.identity import derived_id
from rapport.kit.rpc.envelope import Json, RequestContext
from rapport.kit.rpc.server import RequestServer
from rapport.pipeline.bulk.applications import changes_of, denial, undoing
from rapport.pipeline.domain.rejection_mail import too_far_off
from rapport.pipeline.privacy import private_to
from rapport.pipeline.search.diversity import keeps_no_diversity
from rapport.pipeline.search.feeder import PeopleIndexes
from rapport.pipeline.search.requests import too_expensive, viewer_of
from rapport.pipeline.search.searching import ids_found
from rapport.pipeline.store import SQL, additions, bulk

_TOO_MANY = f"at most {MAX_SELECTED:,} can be chosen at once"


class BulkRequests:
    """Handles requests about actions on many people or applications."""

    def __init__(
        self,
        database: Database,
        indexes: PeopleIndexes,
        wake: Callable[[], None],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """``wake`` is called when there is work for the worker."""
        self._database = database
        self._indexes = indexes
        self._wake = wake
        self._clock = clock

    def register(self, server: RequestServer) -> None:
        """Register every handler."""
        server.handle(CheckBulkAction, self.check_bulk_action)
        server.handle(StartBulkAction, self.start_bulk_action)
        server.handle(RecordReviewOfPeople, self.record_review_of_people)
        server.handle(ChangeApplications, self.change_applications)
        server.handle(UndoBulkAction, self.undo_bulk_action)
        server.handle(GetBulkActionsByIds, self.get_bulk_actions_by_ids)
        server.handle(GetBulkActionPeople, self.get_bulk_action_people)

    async def check_bulk_action(
        self, request: CheckBulkAction, context: RequestContext
    ) -> BulkAction | Forbidden | Invalid | NotFound:
        """Select people, and say what would become of each."""
        viewer, action = context.viewer, request.action
        if refused := denial(action, viewer):
            return refused
        ids = await self._selected(request, viewer)
        if isinstance(ids, Invalid):
            return ids
        if action.kind is BulkActionKind.REQUEST_REVIEW and len(ids) > MAX_REVIEWED:
            message = f"names {len(ids)} people; at most {MAX_REVIEWED} fit into a review"
            return Invalid.because("selection", message, InputProblemCode.TOO_MANY)
        private = private_to(viewer)
        async with self._work(context) as unit:
            action_id = derived_id("bulk action", unit.org_id, viewer.user_id, context.key)
            if action.project_id and await unit.fetchrow(SQL["lock_project"], action.project_id) is None:
                return NotFound(what="project", id=str(action.project_id))
            if action.job_id and (not_open := await additions.not_open(unit, action.job_id)):
                return not_open
            people = await bulk.check(unit, ids, action, private)
            await bulk.create(unit, action_id, action, people, by=viewer.user_id, private=private)
            checked = await bulk.answer(unit, action_id, viewer.user_id)
            assert checked is not None
            return checked

    async def start_bulk_action(
        self, request: StartBulkAction, context: RequestContext
    ) -> BulkAction | Forbidden | Invalid | NotFound:
        """Let the worker begin."""
        viewer = context.viewer
        async with self._work(context) as unit:
            action = await bulk.lock(unit, request.bulk_action_id, of=viewer.user_id)
            if action is None:
                return _unknown(request.bulk_action_id)
            if refused := denial(action.action, viewer):
                return refused
            if action.action.kind is BulkActionKind.REQUEST_REVIEW:
                message = "is a review, which names its reviewers"
                return Invalid.because("bulk_action_id", message, InputProblemCode.NOT_ALLOWED)
            if action.state is BulkActionState.CHECKED:
                action.state = BulkActionState.RUNNING
                await bulk.save(unit, action)
            started = await bulk.answer(unit, action.id, viewer.user_id)
        self._wake()
        assert started is not None
        return started

    async def record_review_of_people(
        self, request: RecordReviewOfPeople, context: RequestContext
    ) -> BulkAction | Invalid | NotFound:
        """The review was requested."""
        viewer = context.viewer
        async with self._work(context) as unit:
            action = await bulk.lock(unit, request.bulk_action_id, of=viewer.user_id)
            if action is None:
                return _unknown(request.bulk_action_id)
            if action.action.kind is not BulkActionKind.REQUEST_REVIEW:
                return Invalid.because("bulk_action_id", "is no review", InputProblemCode.NOT_ALLOWED)
            if action.state is BulkActionState.CHECKED:
                await bulk.settle_reviewed(unit, action.id, request.person_ids)
                action.state, action.result_id = BulkActionState.DONE, request.review_id
                await bulk.save(unit, action)
            recorded = await bulk.answer(unit, action.id, viewer.user_id)
            assert recorded is not None
            return recorded

    async def change_applications(
        self, request: ChangeApplications, context: RequestContext
    ) -> BulkAction | Forbidden | Invalid | NotFound:
        """Begin with these applications, of which the viewer sees at least one."""
        viewer, action = context.viewer, request.action
        if refused := denial(action, viewer):
            return refused
        mail = action.rejection and action.rejection.mail
        if mail and (too_far := too_far_off(mail, "action.rejection.mail", at=self._clock())):
            return too_far
        changes = changes_of(request)
        ids = [each.seen.application_id for each in changes]
        async with self._work(context) as unit:
            scope = (request.rule.scope_user(viewer), ids, private_to(viewer), viewer.user_id)
            if not await unit.fetch(SQL["application_actions"], *scope):
                return NotFound(what="application", id=str(ids[0]))
            action_id = derived_id("bulk action", unit.org_id, viewer.user_id, context.key)
            await bulk.start(unit, action_id, action, changes, viewer)
            started = await bulk.answer(unit, action_id, viewer.user_id)
            is_about = await bulk.applications_of(unit, action_id)
        assert started is not None
        if not bulk.says_same(started.action, action) or is_about != {each.seen for each in changes}:
            message = "was used for another action"
            return Invalid.because("idempotency_key", message, InputProblemCode.KEY_REUSED)
        self._wake()
        return started

    async def undo_bulk_action(
        self, request: UndoBulkAction, context: RequestContext
    ) -> BulkAction | Forbidden | Invalid | NotFound:
        """Begin to take an action back."""
        viewer = context.viewer
        async with self._work(context) as unit:
            action = await bulk.lock(unit, request.bulk_action_id, of=viewer.user_id)
            if action is None:
                return _unknown(request.bulk_action_id)
            if action.state is not BulkActionState.DONE:
                message = "is not done yet"
                return Invalid.because("bulk_action_id", message, InputProblemCode.WRONG_STATE)
            done = await bulk.done_to(unit, action.id)
            undo = undoing(action.action, done) if isinstance(action.action, ApplicationsAction) else None
            if undo is None:
                return Invalid.because("bulk_action_id", "cannot be undone", InputProblemCode.NOT_ALLOWED)
            taking_back, changes = undo
            if not changes:
                return Invalid.because("bulk_action_id", "has changed nothing", InputProblemCode.TOO_FEW)
            if refused := denial(taking_back, viewer):
                return refused
            undo_id = derived_id("undo", unit.org_id, action.id)
            await bulk.start(unit, undo_id, taking_back, changes, viewer)
            started = await bulk.answer(unit, undo_id, viewer.user_id)
        self._wake()
        assert started is not None
        return started

    async def get_bulk_actions_by_ids(self, request: GetBulkActionsByIds, context: RequestContext) -> Json:
        """These actions."""
        async with self._database.read_session(context.viewer.org_id) as session:
            return Json(await bulk.actions(session, request.ids, context.viewer.user_id))

    async def get_bulk_action_people(
        self, request: GetBulkActionPeople, context: RequestContext
    ) -> Json | Invalid | NotFound:
        """A page of the people of an action."""
        after = request.page.after or ("0",)
        if len(after) != 1 or not after[0].isdecimal() or len(after[0]) > 9:
            return Invalid.because("page.after", "not a cursor of this list", InputProblemCode.MALFORMED)
        # The length of the page is checked with its place, of which there is none here.
        checked = keyset(request.page.model_copy(update={"after": None}))
        if isinstance(checked, Invalid):
            return checked
        arguments = (context.viewer.user_id, int(after[0]), request.outcome, request.page.first)
        async with self._database.read_session(context.viewer.org_id) as session:
            people = await session.fetchval(SQL["get_bulk_people"], request.bulk_action_id, *arguments)
        return _unknown(request.bulk_action_id) if people is None else Json(people)

    async def _selected(self, request: CheckBulkAction, viewer: Viewer) -> Sequence[UUID] | Invalid:
        """Whom the request selects, each once."""
        selection = request.selection
        if selection.search is None:
            return list(dict.fromkeys(selection.person_ids or ()))
        refused = keeps_no_diversity(selection.search, "selection.search.")
        if refused is not None or (refused := too_expensive(selection.search, "selection.search.")) is not None:
            return refused
        found = await self._found(selection.search, viewer, request, at_most=MAX_SELECTED + len(selection.except_ids))
        if found is not None:
            spared = set(selection.except_ids)
            found = [id_ for id_ in found if id_ not in spared]
        if found is None or len(found) > MAX_SELECTED:
            return Invalid.because("selection.search", f"finds too many people; {_TOO_MANY}", InputProblemCode.TOO_MANY)
        if not found:
            return Invalid.because("selection.search", "finds nobody", InputProblemCode.TOO_FEW)
        return found

    async def _found(
        self, query: SearchQuery, viewer: Viewer, request: CheckBulkAction, *, at_most: int
    ) -> list[UUID] | None:
        async with self._database.read_session(viewer.org_id) as session:
            searching = await viewer_of(session, request.rule, viewer)
        job = partial(ids_found, viewer=searching, query=query, now=self._clock(), at_most=at_most)
        return await self._indexes.use(viewer.org_id, job)

    def _work(self, context: RequestContext) -> AbstractAsyncContextManager[UnitOfWork]:
        viewer = context.viewer
        return self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key)


def _unknown(action_id: UUID) -> NotFound:
    return NotFound(what="bulk action", id=str(action_id))
