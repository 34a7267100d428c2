"""Adding people to jobs: requested here, created in the ATS, and received from it as every application is."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from uuid import UUID

from opentelemetry import trace
from opentelemetry.trace import SpanKind

from rapport.contracts.identity import UserId
from rapport.contracts.pipeline import AddToJob, GetJobAdditions, JobAddition
from rapport.contracts.refusals import InputProblemCode, Invalid, NotFound, Refusal
from rapport.contracts.vocabulary import AdditionState, JobStatus, MergeOrigin
from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.kit.identity import derived_id, new_id
from rapport.kit.rpc.envelope import Json, RequestContext
from rapport.kit.rpc.server import RequestServer
from rapport.kit.runtime.worker import Worker
from rapport.kit.telemetry import continued, untraced
from rapport.pipeline.connectors.connector import (
    AddedPerson,
    AtsConnector,
    AtsRefusedError,
    AtsUnavailableError,
)
from rapport.pipeline.domain.merging import Merge
from rapport.pipeline.domain.records import ApplicationRecord, Collection, NewPerson
from rapport.pipeline.merging import regrouping
from rapport.pipeline.privacy import private_to
from rapport.pipeline.recording import record_changes, refresh_cards
from rapport.pipeline.store import SQL, additions, applications
from rapport.pipeline.sync.ingest import UNSTORABLE, Ingest

_LEASE = 120.0
"""Seconds for which a claimed one is left alone: longer than an attempt can take."""
_DELAYS = (1.0, 3.0, 10.0, 30.0, 60.0, 300.0)

_tracer = trace.get_tracer("rapport.pipeline.additions")


class AdditionRequests:
    """Serves the gateway."""

    def __init__(self, database: Database, *, queued: Callable[[str], None]) -> None:
        """``queued`` takes an organisation and wakes its writers."""
        self._database = database
        self._queued = queued

    def register(self, server: RequestServer) -> None:
        """Register every handler."""
        server.handle(AddToJob, self.add_to_job)
        server.handle(GetJobAdditions, self.get_job_additions)

    async def add_to_job(self, request: AddToJob, context: RequestContext) -> JobAddition | Refusal:
        """Put a person into the process of a job."""
        viewer = context.viewer
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            added = await add_to_job(
                unit, request.person_id, request.job_id, by=viewer.user_id, private_to=private_to(viewer)
            )
        self._queued(viewer.org_id)
        return added

    async def get_job_additions(self, request: GetJobAdditions, context: RequestContext) -> Json:
        """What of these people waits, or was refused."""
        async with self._database.read_session(context.viewer.org_id) as session:
            return Json(
                await session.fetchval(SQL["get_job_additions"], list(request.person_ids), private_to(context.viewer))
            )


async def add_to_job(
    unit: UnitOfWork, person_id: UUID, job_id: UUID, *, by: UserId, private_to: UserId | None
) -> JobAddition | NotFound | Invalid:
    """Queue the creation of an application in the ATS, in a unit of work of the user ``by``.

    The same again within a unit of work of the same cause, or while the person is being added to the job, changes
    nothing more. ``private_to``: whom private people must be close to; None if the user sees everybody.
    """
    addition_id = derived_id("addition", unit.org_id, by, unit.metadata.cause, person_id, job_id)
    addable = await additions.lock_addable(unit, person_id, job_id, private_to)
    if addable is None:
        return NotFound(what="person", id=str(person_id))
    if known := await additions.find(unit, addition_id, person_id, job_id):
        return known
    if addable.job is not JobStatus.OPEN:
        return Invalid.because("job_id", "is not open", InputProblemCode.WRONG_STATE)
    if addable.pursued:
        return Invalid.because(
            "job_id", "is a job that the person is pursued for already", InputProblemCode.WRONG_STATE
        )
    return await additions.queue(unit, addition_id, addable, person_id=person_id, job_id=job_id, user_id=by)


class AdditionWorker:
    """Adds people to jobs in one connection's ATS: who is added alone before many, and the oldest first."""

    def __init__(self, connector: AtsConnector, database: Database, ingest: Ingest, *, lag_seconds: float) -> None:
        """``ingest`` stores what the ATS answers; ``lag_seconds``: how late its lists may show what was carried out."""
        self._connector = connector
        self._connection = connector.connection
        self._database = database
        self._ingest = ingest
        self._lag = lag_seconds
        self.worker = Worker("additions", self._add_next)

    async def _add_next(self) -> bool:
        with untraced():
            async with self._database.work(self._connection.org_id, actor="ats", cause="addition") as unit:
                addition = await additions.claim(unit, self._connection.name, lease_seconds=_LEASE)
        if addition is None:
            return False
        carrier = {"traceparent": addition.traceparent} if addition.traceparent else {}
        with continued(carrier, _tracer, "add to job in ats", SpanKind.INTERNAL):
            try:
                await self._attempt(addition)
            except AtsRefusedError as problem:
                await self._refused(addition, str(problem))
            except AtsUnavailableError as problem:
                await self._postpone(addition, problem)
            except UNSTORABLE:
                await self._postpone(addition, AtsUnavailableError("the ATS's response cannot be stored"))
        return True

    async def _attempt(self, addition: additions.Addition) -> None:
        job, user = addition.job_ref, addition.user_ref
        person: str | NewPerson | None = addition.person_ref
        if person is None:
            async with self._database.read_session(self._connection.org_id) as session:
                person = await additions.person_for_ats(session, addition.person_id)
        if job is None or user is None or person is None:
            raise AtsRefusedError("the ATS does not know this job or user, or the person is gone")
        added = None
        if addition.unanswered:
            added = await self._connector.find_added(person, job=job, since=addition.requested_at)
        if added is None:
            added = await self._added(addition, person, job, user)
        elif added.application is None:
            # The person was created, and nothing else: the answer to that is what was lost.
            added = await self._added(addition, added.person.external_id, job, user)
        if added.application is None:
            raise AtsUnavailableError("the ATS does not show the application yet")
        await self._confirm(addition, added, added.application)

    async def _added(self, addition: additions.Addition, person: str | NewPerson, job: str, user: str) -> AddedPerson:
        try:
            return await self._connector.add(person, job=job, user=user)
        except AtsRefusedError:
            # Somebody may have added them there meanwhile, or an earlier attempt of ours did.
            found = await self._connector.find_added(person, job=job, since=addition.requested_at)
            if found is None or found.application is None:
                raise
            return found

    async def _confirm(self, addition: additions.Addition, added: AddedPerson, application: ApplicationRecord) -> None:
        async with self._work(addition) as unit:
            await self._ingest.ingest(unit, Collection.PEOPLE, [added.person])
            await self._unite(unit, addition, added.person.id)
            await self._ingest.ingest(unit, Collection.APPLICATIONS, [application])
            await record_changes(unit, await applications.lock_applications(unit, [application.id]))
            await unit.execute(SQL["finish_addition"], addition.id, AdditionState.DONE, application.id, None, unit.now)

    async def _unite(self, unit: UnitOfWork, addition: additions.Addition, record_id: UUID) -> None:
        """Who was created in the ATS is the person who was to be added, by the word of the user who added them."""
        people = await regrouping(unit, [addition.person_id, record_id])
        survivor, other = people.root(addition.person_id), people.root(record_id)
        if survivor == other:
            return
        merge = Merge(new_id(), survivor, other, MergeOrigin.USER, unit.now)
        await people.add(merge, by=addition.user_id)
        await refresh_cards(unit, [moved.id for moved in await people.apply()])

    async def _refused(self, addition: additions.Addition, reason: str) -> None:
        async with self._work(addition) as unit:
            await unit.execute(SQL["finish_addition"], addition.id, AdditionState.REFUSED, None, reason, unit.now)

    async def _postpone(self, addition: additions.Addition, problem: AtsUnavailableError) -> None:
        delay = problem.retry_after or _DELAYS[min(addition.attempts, len(_DELAYS)) - 1]
        if not problem.answered:
            delay = max(delay, self._lag)
        async with self._work(addition) as unit:
            await unit.execute(SQL["postpone_addition"], addition.id, delay, str(problem), not problem.answered)

    def _work(self, addition: additions.Addition) -> AbstractAsyncContextManager[UnitOfWork]:
        actor = f"user:{addition.user_id}"
        return self._database.work(self._connection.org_id, actor=actor, cause=addition.cause)
