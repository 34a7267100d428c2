"""Requests about check-ins: what a job's team looks at together, and what they agree to do until the next one."""

from uuid import UUID

from rapport.contracts.authorisation import SEE_JOBS, SEE_OFFERS, Rule
from rapport.contracts.events import AgreedActionChanged, CheckInHeld
from rapport.contracts.identity import Viewer
from rapport.contracts.pipeline import (
    BETWEEN_CHECK_INS,
    FIRST_CHECK_IN,
    MAX_OPEN_ACTIONS,
    MAX_TOP_CANDIDATES,
    AddAgreedAction,
    AgreedAction,
    AgreedActions,
    ChangeAgreedAction,
    CheckIn,
    CheckInBrief,
    CompleteAgreedAction,
    GetCheckIn,
    GetOwnAgreedActions,
    HoldCheckIn,
    RemoveAgreedAction,
)
from rapport.contracts.refusals import (
    AgreedActionConflict,
    AgreedActionState,
    Forbidden,
    InputProblemCode,
    Invalid,
    NotFound,
    TooSoon,
)
from rapport.contracts.vocabulary import AgreedActionChange
from rapport.kit.database.unit_of_work import Database, ReadSession, UnitOfWork
from rapport.kit.identity import derived_id
from rapport.kit.rpc.envelope import RequestContext
from rapport.kit.rpc.server import RequestServer
from rapport.pipeline.domain.top_candidates import top_candidates
from rapport.pipeline.privacy import private_to
from rapport.pipeline.store import SQL
from rapport.pipeline.store import check_ins as store


class CheckInRequests:
    """Serves the gateway."""

    def __init__(self, database: Database) -> None:
        """On the service's database."""
        self._database = database

    def register(self, server: RequestServer) -> None:
        """Register every handler."""
        server.handle(GetCheckIn, self.get_check_in)
        server.handle(HoldCheckIn, self.hold_check_in)
        server.handle(AddAgreedAction, self.add_agreed_action)
        server.handle(ChangeAgreedAction, self.change_agreed_action)
        server.handle(CompleteAgreedAction, self.complete_agreed_action)
        server.handle(RemoveAgreedAction, self.remove_agreed_action)
        server.handle(GetOwnAgreedActions, self.get_own_agreed_actions)

    async def get_check_in(self, request: GetCheckIn, context: RequestContext) -> CheckInBrief | NotFound:
        """What is looked at together."""
        viewer, job_id = context.viewer, request.job_id
        private = private_to(viewer, presentable=request.presentable)
        # Who sees a job by its hiring team alone is on it.
        sees_offers = SEE_OFFERS.allows(viewer, on_team=True)
        # A unit of work for its time, up to which this looks. A part may show a change that came after an earlier part.
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as session:
            if not await session.fetchval(SQL["sees_job"], job_id, request.rule.scope_user(viewer)):
                return _unknown_job(job_id)
            previous = await store.last_held(session, job_id)
            since = request.since or (previous.held_at if previous else session.now - FIRST_CHECK_IN)
            stages = await store.stages(session, job_id, private)
            counts, changes = await store.changes(session, job_id, private, since, offers=sees_offers)
            considered = await store.considered(
                session, job_id, private, viewer.user_id, ratings=not request.presentable
            )
            open_actions, done_actions = await store.actions_of_job(session, job_id, private, since)
            return CheckInBrief(
                job_id=job_id,
                since=since,
                as_of=session.now,
                previous=previous,
                stages=stages,
                change_counts=counts,
                changes=changes,
                top_candidates=top_candidates(
                    considered,
                    {each.stage.position: each.count for each in stages},
                    now=session.now,
                    at_most=MAX_TOP_CANDIDATES,
                ),
                offers_out=await store.offers_out(session, job_id, private) if sees_offers else None,
                sourcing=await store.sourcing(session, job_id, since),
                open_actions=open_actions,
                done_actions=done_actions,
            )

    async def hold_check_in(
        self, request: HoldCheckIn, context: RequestContext
    ) -> CheckIn | NotFound | Forbidden | Invalid | TooSoon:
        """End a check-in."""
        viewer, job_id = context.viewer, request.job_id
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            if refusal := await _refusal(unit, request.rule, viewer, job_id):
                return refusal
            await unit.execute(SQL["lock_job_of_check_in"], job_id)
            check_in = CheckIn(
                id=derived_id("check-in", unit.org_id, job_id, context.key),
                job_id=job_id,
                held_by=viewer.user_id,
                held_at=min(request.held_at or unit.now, unit.now),
            )
            if earlier := await store.held(unit, check_in.id):
                return earlier
            if refused := _too_soon(check_in, await store.last_held(unit, job_id)):
                return refused
            await unit.execute(SQL["hold_check_in"], check_in.id, job_id, check_in.held_by, check_in.held_at)
            unit.record(
                CheckInHeld(job_id=job_id, held_by=viewer.user_id),
                aggregate_id=check_in.id,
                version=1,
                occurred_at=check_in.held_at,
            )
            return check_in

    async def add_agreed_action(
        self, request: AddAgreedAction, context: RequestContext
    ) -> AgreedAction | NotFound | Forbidden | Invalid:
        """Agree on an action."""
        viewer, job_id = context.viewer, request.job_id
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            if refusal := await _refusal(unit, request.rule, viewer, job_id):
                return refusal
            await unit.execute(SQL["lock_job_of_check_in"], job_id)
            action_id = derived_id("agreed action", unit.org_id, job_id, context.key)
            if earlier := await store.action(unit, action_id):
                return earlier
            if problem := await _problem_with(unit, request):
                return problem
            about = (job_id, request.text, request.owner_id, request.due_on, viewer.user_id, unit.now)
            await unit.execute(SQL["add_agreed_action"], action_id, *about)
            action = await store.changed_action(unit, action_id)
            _record(unit, action, AgreedActionChange.AGREED)
            return action

    async def change_agreed_action(
        self, request: ChangeAgreedAction, context: RequestContext
    ) -> AgreedAction | NotFound | Forbidden | Invalid | AgreedActionConflict:
        """Change what was agreed on."""
        viewer = context.viewer
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            locked = await store.lock_action(unit, request.action_id)
            if locked is None or locked.removed_at is not None:
                return _unknown_action(request.action_id)
            if refusal := await _refusal(unit, request.rule, viewer, locked.job_id, locked.id):
                return refusal
            if (request.text, request.owner_id, request.due_on) == (locked.text, locked.owner_id, locked.due_on):
                return await store.changed_action(unit, locked.id)
            if request.expected_version not in (None, locked.version):
                return AgreedActionConflict(current=AgreedActionState.model_validate(locked, from_attributes=True))
            if request.owner_id != locked.owner_id and (problem := await _unknown_owner(unit, request.owner_id)):
                return problem
            about = (request.text, request.owner_id, request.due_on)
            await unit.execute(SQL["change_agreed_action"], locked.id, *about, locked.version + 1)
            action = await store.changed_action(unit, locked.id)
            previous = None if locked.owner_id == action.owner_id else locked.owner_id
            _record(unit, action, AgreedActionChange.CHANGED, previous_owner_id=previous)
            return action

    async def complete_agreed_action(
        self, request: CompleteAgreedAction, context: RequestContext
    ) -> AgreedAction | NotFound | Forbidden | Invalid:
        """Say that it was done, or not after all."""
        viewer = context.viewer
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            locked = await store.lock_action(unit, request.action_id)
            if locked is None or locked.removed_at is not None:
                return _unknown_action(request.action_id)
            if refusal := await _refusal(unit, request.rule, viewer, locked.job_id, locked.id):
                return refusal
            if request.done == (locked.done_at is not None):
                return await store.changed_action(unit, locked.id)
            if not request.done:
                await unit.execute(SQL["lock_job_of_check_in"], locked.job_id)
                if problem := await _too_many(unit, locked.job_id):
                    return problem
            done = (viewer.user_id, unit.now) if request.done else (None, None)
            await unit.execute(SQL["complete_agreed_action"], locked.id, *done, locked.version + 1)
            action = await store.changed_action(unit, locked.id)
            _record(unit, action, AgreedActionChange.DONE if request.done else AgreedActionChange.REOPENED)
            return action

    async def remove_agreed_action(
        self, request: RemoveAgreedAction, context: RequestContext
    ) -> AgreedAction | NotFound | Forbidden | Invalid | AgreedActionConflict:
        """Remove what is not to be done, or take that back."""
        viewer = context.viewer
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            locked = await store.lock_action(unit, request.action_id)
            if locked is None:
                return _unknown_action(request.action_id)
            own = locked.agreed_by == viewer.user_id
            if refusal := await _refusal(unit, request.rule, viewer, locked.job_id, locked.id, own=own):
                return refusal
            if request.removed == (locked.removed_at is not None):
                return await store.changed_action(unit, locked.id)
            if request.expected_version not in (None, locked.version):
                return AgreedActionConflict(current=AgreedActionState.model_validate(locked, from_attributes=True))
            if not request.removed and locked.done_at is None:
                await unit.execute(SQL["lock_job_of_check_in"], locked.job_id)
                if problem := await _too_many(unit, locked.job_id):
                    return problem
            removed_at = unit.now if request.removed else None
            await unit.execute(SQL["remove_agreed_action"], locked.id, removed_at, locked.version + 1)
            action = await store.changed_action(unit, locked.id)
            _record(unit, action, AgreedActionChange.REMOVED if request.removed else AgreedActionChange.RESTORED)
            return action

    async def get_own_agreed_actions(self, _: GetOwnAgreedActions, context: RequestContext) -> AgreedActions:
        """What the viewer is to do."""
        viewer = context.viewer
        async with self._database.read_session(viewer.org_id) as session:
            return await store.own_actions(session, viewer.user_id, SEE_JOBS.scope_user(viewer))


async def _refusal(
    session: ReadSession,
    rule: Rule,
    viewer: Viewer,
    job_id: UUID,
    action_id: UUID | None = None,
    *,
    own: bool = False,
) -> NotFound | Forbidden | None:
    """Why the viewer may not change what is agreed on for a job; of one that they do not see, nothing is told."""
    if not await session.fetchval(SQL["sees_job"], job_id, SEE_JOBS.scope_user(viewer)):
        return _unknown_action(action_id) if action_id else _unknown_job(job_id)
    on_team = await session.fetchval(SQL["sees_job"], job_id, viewer.user_id)
    return None if rule.allows(viewer, on_team=on_team, own=own) else Forbidden(reason=rule.denial_reason)


def _too_soon(check_in: CheckIn, last: CheckIn | None) -> Invalid | TooSoon | None:
    if last is None or check_in.held_at >= (again_at := last.held_at + BETWEEN_CHECK_INS):
        return None
    if check_in.held_at < last.held_at:
        return Invalid.because("held_at", "must be after the last check-in", InputProblemCode.OUT_OF_RANGE)
    return TooSoon(reason="a check-in on this job ended a moment ago", again_at=again_at)


async def _problem_with(unit: UnitOfWork, request: AddAgreedAction) -> Invalid | None:
    return await _unknown_owner(unit, request.owner_id) or await _too_many(unit, request.job_id)


async def _unknown_owner(unit: UnitOfWork, owner_id: UUID) -> Invalid | None:
    if await unit.fetchval(SQL["is_active_user"], owner_id):
        return None
    return Invalid.because("owner_id", "does not belong to the organisation", InputProblemCode.NOT_FOUND)


async def _too_many(unit: UnitOfWork, job_id: UUID) -> Invalid | None:
    """Of a job that is locked."""
    if await unit.fetchval(SQL["count_open_actions"], job_id) < MAX_OPEN_ACTIONS:
        return None
    message = f"{MAX_OPEN_ACTIONS} actions of the job are open already"
    return Invalid.because("", message, InputProblemCode.TOO_MANY)


def _record(
    unit: UnitOfWork, action: AgreedAction, change: AgreedActionChange, *, previous_owner_id: UUID | None = None
) -> None:
    unit.record(
        AgreedActionChanged(
            change=change,
            job_id=action.job_id,
            owner_id=action.owner_id,
            previous_owner_id=previous_owner_id,
            due_on=action.due_on,
        ),
        aggregate_id=action.id,
        version=action.version,
        occurred_at=unit.now,
    )


def _unknown_job(job_id: UUID) -> NotFound:
    return NotFound(what="job", id=str(job_id))


def _unknown_action(action_id: UUID) -> NotFound:
    return NotFound(what="agreed action", id=str(action_id))
