"""The worker of actions on many people or applications: a slice at once, so that one that takes over goes on there.

A person who fails is tried alone: the others neither wait nor fail, and nothing that was done is undone. Applications
are always changed one by one, each in a unit of work of its own and under the key of the action: whoever takes over in
the middle of a slice may try those again that were changed already, and nothing is done twice.
"""

import logging
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import assert_never
from uuid import UUID

from rapport.contracts.identity import UserId
from rapport.contracts.pipeline import PeopleAction
from rapport.contracts.refusals import Invalid, NotFound
from rapport.contracts.vocabulary import BulkActionKind, BulkActionState, BulkOutcome, PersonField
from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.kit.errors import TRANSIENT
from rapport.kit.runtime.process import raise_if_cancelled
from rapport.kit.runtime.worker import Worker
from rapport.kit.telemetry import untraced
from rapport.pipeline.additions import add_to_job
from rapport.pipeline.bulk.applications import Change, change, with_mail_time
from rapport.pipeline.crm import recording
from rapport.pipeline.store import SQL, bulk, crm
from rapport.pipeline.store.bulk import Became, LockedAction, Member, cause_of

_SLICE = 50
_FORGET_AFTER = timedelta(days=30)
_log = logging.getLogger(__name__)


class BulkWorker:
    """Does what users started."""

    def __init__(self, database: Database, org_ids: Sequence[str], make: Change) -> None:
        """Nothing runs before ``worker.run``. ``make`` answers a request about one application."""
        self._database = database
        self._org_ids = tuple(sorted(set(org_ids)))
        self._make = make
        self.worker = Worker("bulk actions", self.step)

    async def step(self) -> bool:
        """Do a slice for each organisation; whether there was one."""
        return any([await self._step(org_id) for org_id in self._org_ids])

    async def _step(self, org_id: str) -> bool:
        async with self._database.read_session(org_id) as session:
            action_id = await session.fetchval(SQL["next_bulk_action"])
            members = [] if action_id is None else await bulk.to_try(session, action_id, _SLICE)
        if action_id is None:
            async with self._database.work(org_id, actor="system:bulk", cause="retention", traced=False) as unit:
                await unit.execute(SQL["forget_old_bulk_actions"], unit.now - _FORGET_AFTER)
            return False
        if any(each.change for each in members):
            await self._change_applications(org_id, action_id, members)
            return True
        people = {each.number: each.person_id for each in members if each.person_id}
        try:
            await self._try(org_id, action_id, people)
        except TRANSIENT:
            raise
        except Exception as problem:  # noqa: BLE001 - who fails delays nobody else, and is told apart
            _log.warning("an action on %d people failed (%s); each alone", len(people), type(problem).__name__)
            for number, person_id in people.items():
                await self._try_alone(org_id, action_id, number, person_id)
        return True

    async def _change_applications(self, org_id: str, action_id: UUID, members: Sequence[Member]) -> None:
        """Change these applications, then say how far it is."""
        async with self._work(org_id, action_id) as unit:
            if (action := await _running(unit, action_id)) is None:
                return
            action = await with_mail_time(unit, action)
        became = dict[int, Became]()
        with untraced():
            for each in members:
                became[each.number] = await self._change_one(action, each)
                raise_if_cancelled()
        async with self._work(org_id, action_id) as unit:
            if action := await _running(unit, action_id):
                await bulk.settle(unit, action_id, became)
                await _went_on(unit, action)

    async def _change_one(self, action: LockedAction, member: Member) -> Became:
        assert member.change is not None
        try:
            return await change(action, member.change, self._make)
        except TRANSIENT:
            raise
        except Exception as problem:  # noqa: BLE001 - what fails delays nothing else, and is told apart
            _log.warning("an action on one application failed (%s)", type(problem).__name__)
            return Became(BulkOutcome.FAILED)

    async def _try_alone(self, org_id: str, action_id: UUID, number: int, person_id: UUID) -> None:
        try:
            await self._try(org_id, action_id, {number: person_id})
        except TRANSIENT:
            raise
        except Exception as problem:  # noqa: BLE001 - who fails delays nobody else, and is told apart
            _log.warning("an action on one person failed (%s)", type(problem).__name__)
            async with self._work(org_id, action_id) as unit:
                if await _running(unit, action_id):
                    await bulk.settle(unit, action_id, {number: Became(BulkOutcome.FAILED)})

    async def _try(self, org_id: str, action_id: UUID, people: Mapping[int, UUID]) -> None:
        """Do it with these people; without any, it is done."""
        async with self._work(org_id, action_id) as unit:
            action = await _running(unit, action_id)
            if action is None:
                return
            if people:
                outcomes = await _do(unit, action, list(people.values()))
                settled = {number: Became(outcomes[person_id]) for number, person_id in people.items()}
                await bulk.settle(unit, action_id, settled)
            await _went_on(unit, action)

    def _work(self, org_id: str, action_id: UUID) -> AbstractAsyncContextManager[UnitOfWork]:
        return self._database.work(org_id, actor="system:bulk", cause=cause_of(action_id), traced=False)


async def _went_on(unit: UnitOfWork, action: LockedAction) -> None:
    """Say how far it is; it is done once it was tried with everybody."""
    if not await bulk.to_try(unit, action.id, 1):
        action.state = BulkActionState.DONE
    await bulk.save(unit, action)


async def _running(unit: UnitOfWork, action_id: UUID) -> LockedAction | None:
    action = await bulk.lock(unit, action_id)
    return action if action is not None and action.state is BulkActionState.RUNNING else None


async def _do(unit: UnitOfWork, action: LockedAction, people: Sequence[UUID]) -> dict[UUID, BulkOutcome]:
    """What became of each. What is so already is looked at once they are locked."""
    given = action.action
    assert isinstance(given, PeopleAction)
    if given.project_id is not None:
        # As those who add people one by one: the project first, so that neither blocks the other.
        await unit.fetchrow(SQL["lock_project"], given.project_id)
    await bulk.lock_visible(unit, people, action.private_to)
    checked = await bulk.check(unit, people, given, action.private_to)
    outcomes = {each.person_id: each.expected for each in checked}
    todo = [person_id for person_id, outcome in outcomes.items() if outcome is BulkOutcome.DONE]
    if given.job_id is not None:
        return outcomes | {person_id: await _add_to_job(unit, action, person_id, given.job_id) for person_id in todo}
    await _change(unit, given, todo, by=action.requested_by)
    return outcomes


async def _add_to_job(unit: UnitOfWork, action: LockedAction, person_id: UUID, job_id: UUID) -> BulkOutcome:
    """The ATS is told next; what it refuses is shown with the person."""
    user_id = UserId(action.requested_by)
    match await add_to_job(unit, person_id, job_id, by=user_id, private_to=action.private_to):
        case NotFound():
            return BulkOutcome.NOT_FOUND
        case Invalid():
            # The job was closed meanwhile.
            return BulkOutcome.FAILED
    return BulkOutcome.DONE


async def _change(unit: UnitOfWork, given: PeopleAction, people: Sequence[UUID], *, by: UUID) -> None:
    if not people:
        return
    match given.kind:
        case BulkActionKind.ADD_TO_PROJECT:
            assert given.project_id is not None
            await recording.change_project_people(unit, given.project_id, add=people, by=by)
        case BulkActionKind.ADD_TAG:
            assert given.tag is not None
            tags = [(person_id, given.tag) for person_id in people]
            await recording.add_details(unit, (), tags, by=by)
        case BulkActionKind.REMOVE_TAG:
            assert given.tag is not None
            for person_id in people:
                await crm.remove_tags(unit, person_id, [given.tag])
            await recording.record_details(unit, {person_id: {PersonField.TAGS} for person_id in people})
        case BulkActionKind.REQUEST_REVIEW | BulkActionKind.ADD_TO_JOB:
            raise AssertionError("a review is requested elsewhere, and people are added to a job one by one")
        case _:
            assert_never(given.kind)
