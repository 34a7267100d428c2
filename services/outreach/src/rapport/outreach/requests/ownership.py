"""Requests about who is in touch with a person."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from uuid import UUID

from rapport.contracts import outreach as contract
from rapport.contracts.events import OwnershipAnswered, OwnershipRequested, OwnershipTakenOver
from rapport.contracts.identity import Viewer
from rapport.contracts.outreach import (
    AnswerTakeover,
    GetOwnershipRules,
    OwnershipResult,
    OwnershipRules,
    RequestTakeover,
    SetOwnershipRules,
    TakeOver,
)
from rapport.contracts.refusals import Forbidden, InputProblemCode, Invalid, NotFound, Refusal
from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.kit.identity import derived_id, new_id
from rapport.kit.rpc.envelope import RequestContext
from rapport.kit.rpc.server import RequestServer
from rapport.outreach.domain.ownership import Ownership, TakeoverRequest, check_rules
from rapport.outreach.pipeline_client import PipelineClient
from rapport.outreach.store import notifications, ownership, people, senders
from rapport.outreach.store.notifications import TakeoverRequested
from rapport.outreach.store.ownership import NewTakeover


class OwnershipRequests:
    """Handles requests about who is in touch with people, and by which rules."""

    def __init__(self, database: Database, pipeline: PipelineClient, *, freed: Callable[[str], None]) -> None:
        """``freed`` is called with the organisation whose waiting messages may be sent now."""
        self._database = database
        self._pipeline = pipeline
        self._freed = freed

    def register(self, server: RequestServer) -> None:
        """Let the server route each request here."""
        server.handle(RequestTakeover, self.request_takeover)
        server.handle(AnswerTakeover, self.answer_takeover)
        server.handle(TakeOver, self.take_over)
        server.handle(GetOwnershipRules, self.get_ownership_rules)
        server.handle(SetOwnershipRules, self.set_ownership_rules)

    async def request_takeover(self, request: RequestTakeover, context: RequestContext) -> OwnershipResult | Refusal:
        """Ask the owner to hand a person over."""
        viewer = context.viewer
        person = await self._pipeline.person(viewer, request.person_id)
        if person is None:
            return NotFound(what="person", id=str(request.person_id))
        if wrong := await self._find_absent_owner(viewer, person.id):
            return wrong
        async with self._work(context) as unit:
            await ownership.lock(unit, person.id)
            if await people.is_erased(unit, person.id):
                return NotFound(what="person", id=str(request.person_id))
            owner = await ownership.current(unit, person.id)
            if owner is None:
                return _wrong_state("person_id", "nobody is in touch with them: you can write to them")
            if owner.user_id == viewer.user_id:
                return _wrong_state("person_id", "you are in touch with them yourself")
            known = await ownership.unanswered(unit, [person.id])
            if not any(each.requested_by == viewer.user_id and each.waits_for(owner) for each in known[person.id]):
                await _ask(unit, person.id, owner, viewer, request.reason)
            return OwnershipResult(ownership=await _shown(unit, person.id, viewer))

    async def _find_absent_owner(self, viewer: Viewer, person_id: UUID) -> Invalid | None:
        async with self._database.read_session(viewer.org_id) as session:
            owner = await ownership.current(session, person_id)
        user = owner and (await self._pipeline.users(viewer, (owner.user_id,))).get(owner.user_id)
        if user and not user.active:
            return Invalid.because(
                "person_id",
                "who is in touch with them has left the organisation: an admin can take them over",
                InputProblemCode.USER_LEFT,
            )
        return None

    async def answer_takeover(self, request: AnswerTakeover, context: RequestContext) -> OwnershipResult | Refusal:
        """Hand a person over, or decline; the same answer again changes nothing."""
        viewer = context.viewer
        async with self._work(context) as unit:
            asked = await _lock_request(unit, request.takeover_request_id)
            if asked is None or viewer.user_id not in (asked.owner_id, asked.requested_by):
                return NotFound(what="takeover request", id=str(request.takeover_request_id))
            if asked.owner_id != viewer.user_id:
                return Forbidden(reason="only who is in touch with the person hands them over")
            if asked.accepted is None:
                if not asked.waits_for(await ownership.current(unit, asked.person_id)):
                    return _wrong_state("takeover_request_id", "you are no longer in touch with the person")
                await _answer(unit, asked, accept=request.accept)
            elif asked.accepted is not request.accept:
                return _wrong_state("takeover_request_id", "it was answered otherwise")
            answered = OwnershipResult(ownership=await _shown(unit, asked.person_id, viewer))
        self._freed(viewer.org_id)
        return answered

    async def take_over(self, request: TakeOver, context: RequestContext) -> OwnershipResult | Refusal:
        """Become the owner of a person; who is it already stays it."""
        viewer = context.viewer
        person = await self._pipeline.person(viewer, request.person_id)
        if person is None:
            return NotFound(what="person", id=str(request.person_id))
        async with self._work(context) as unit:
            await ownership.lock(unit, person.id)
            if await people.is_erased(unit, person.id):
                return NotFound(what="person", id=str(request.person_id))
            if not (await senders.limits(unit)).ownership_days:
                return _wrong_state("person_id", "nobody owns anybody: the rules are switched off")
            owner = await ownership.current(unit, person.id)
            if owner is None or owner.user_id != viewer.user_id:
                new = NewTakeover(new_id(), person.id, viewer.user_id, viewer.user_id, request.reason)
                await _take_over(unit, new, owner)
            taken = OwnershipResult(ownership=await _shown(unit, person.id, viewer))
        self._freed(viewer.org_id)
        return taken

    async def get_ownership_rules(self, _: GetOwnershipRules, context: RequestContext) -> OwnershipRules:
        """The rules in force."""
        async with self._database.read_session(context.viewer.org_id) as session:
            return OwnershipRules(days=(await senders.limits(session)).ownership_days)

    async def set_ownership_rules(
        self, request: SetOwnershipRules, context: RequestContext
    ) -> OwnershipRules | Refusal:
        """Replace the rules."""
        if wrong := check_rules(request.days):
            return wrong
        async with self._work(context) as unit:
            await ownership.set_days(unit, request.days)
        self._freed(context.viewer.org_id)
        return OwnershipRules(days=request.days)

    def _work(self, context: RequestContext) -> AbstractAsyncContextManager[UnitOfWork]:
        viewer = context.viewer
        return self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key)


async def _ask(unit: UnitOfWork, person_id: UUID, owner: Ownership, viewer: Viewer, note: str) -> None:
    new = TakeoverRequest(
        id=new_id(),
        person_id=person_id,
        record_id=person_id,
        owner_id=owner.user_id,
        requested_by=viewer.user_id,
        requested_at=unit.now,
        note=note,
        accepted=None,
    )
    await ownership.insert_request(unit, new)
    await notifications.request_takeover(unit, TakeoverRequested(new.id, new.owner_id, new.requested_by))
    unit.record(
        OwnershipRequested(person_id=person_id, owner_id=new.owner_id, requested_by=new.requested_by),
        aggregate_id=new.id,
        version=1,
        occurred_at=unit.now,
    )


async def _lock_request(unit: UnitOfWork, request_id: UUID) -> TakeoverRequest | None:
    """A request whose person is locked; the person may be merged until then."""
    found = await ownership.takeover_request(unit, request_id)
    while found:
        await ownership.lock(unit, found.person_id)
        again = await ownership.takeover_request(unit, request_id)
        if again == replace(found, accepted=again.accepted if again else None):
            return again
        found = again
    return None


async def _answer(unit: UnitOfWork, asked: TakeoverRequest, *, accept: bool) -> None:
    await ownership.answer_request(unit, asked.id, accept=accept)
    unit.record(
        OwnershipAnswered(
            person_id=asked.person_id, owner_id=asked.owner_id, requested_by=asked.requested_by, accepted=accept
        ),
        aggregate_id=asked.id,
        version=2,
        occurred_at=unit.now,
    )
    if accept:
        new = NewTakeover(
            derived_id("accepted", asked.id), asked.person_id, asked.requested_by, asked.owner_id, asked.note, asked.id
        )
        await _take_over(unit, new, await ownership.current(unit, asked.person_id))


async def _take_over(unit: UnitOfWork, new: NewTakeover, previous: Ownership | None) -> None:
    await ownership.insert_takeover(unit, new)
    unit.record(
        OwnershipTakenOver(
            person_id=new.person_id,
            user_id=new.user_id,
            previous_user_id=previous.user_id if previous else None,
            request_id=new.request_id,
        ),
        aggregate_id=new.id,
        version=1,
        occurred_at=unit.now,
    )


async def _shown(unit: UnitOfWork, person_id: UUID, viewer: Viewer) -> contract.Ownership | None:
    found = await ownership.current(unit, person_id)
    if found is None:
        return None
    requests = await ownership.unanswered(unit, [person_id])
    return shown_ownership(person_id, found, requests[person_id], viewer)


def shown_ownership(
    person_id: UUID, found: Ownership, requests: Sequence[TakeoverRequest], viewer: Viewer
) -> contract.Ownership:
    """Who is in touch with a person, as a viewer sees it: the requests they may answer, or made."""
    return contract.Ownership(
        person_id=person_id,
        user_id=found.user_id,
        since=found.since,
        until=found.until,
        messages=found.messages,
        days=found.days,
        takeover_requests=tuple(
            contract.TakeoverRequest(
                id=each.id,
                person_id=person_id,
                requested_by=each.requested_by,
                requested_at=each.requested_at,
                note=each.note,
            )
            for each in requests
            if each.waits_for(found) and viewer.user_id in (each.owner_id, each.requested_by)
        ),
    )


def _wrong_state(path: str, message: str) -> Invalid:
    return Invalid.because(path, message, InputProblemCode.WRONG_STATE)
