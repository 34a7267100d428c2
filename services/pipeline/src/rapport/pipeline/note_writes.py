"""Writes notes to the ATS with the applications they are about: each once, whatever becomes of moves and endings."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from opentelemetry import trace
from opentelemetry.trace import SpanKind

from rapport.contracts.events import NoteAtsStateChanged
from rapport.contracts.vocabulary import AtsNoteState, NoteVisibility
from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.kit.runtime.worker import Worker
from rapport.kit.telemetry import continued, untraced
from rapport.pipeline.connectors.connector import AtsConnector, AtsRefusedError, AtsUnavailableError, NewNote
from rapport.pipeline.store import SQL, crm

_LEASE = 60.0
"""Seconds for which a claimed one is left alone, unless the ATS's lists lag behind for longer: an attempt is over by
then, and the lists show what it did."""
_DELAYS = (1.0, 3.0, 10.0, 30.0, 60.0, 300.0)

_tracer = trace.get_tracer("rapport.pipeline.note_writes")


@dataclass(frozen=True, slots=True)
class _Write:
    """A note for the ATS; the references are the ATS's ids, None if unknown."""

    note_id: UUID
    requested_at: datetime
    attempts: int
    cause: str
    traceparent: str | None
    body: str
    visibility: NoteVisibility
    application_ref: str | None
    person_ref: str | None
    user_ref: str | None


class NoteWriter:
    """Writes the notes of one connection's applications, the oldest first."""

    def __init__(self, connector: AtsConnector, database: Database, *, lag_seconds: float) -> None:
        """``lag_seconds``: how late the ATS's lists may show what was carried out."""
        self._connector = connector
        self._connection = connector.connection
        self._database = database
        self._lag = lag_seconds
        self.worker = Worker("notes", self.step)

    async def step(self) -> bool:
        """Write one; whether there was one."""
        with untraced():
            async with self._database.work(self._connection.org_id, actor="ats", cause="note") as unit:
                row = await unit.fetchrow(SQL["claim_note_write"], self._connection.name, max(_LEASE, self._lag))
        if row is None:
            return False
        write = _Write(**row)
        carrier = {"traceparent": write.traceparent} if write.traceparent else {}
        with continued(carrier, _tracer, "write note to ats", SpanKind.INTERNAL):
            try:
                await self._attempt(write)
            except AtsRefusedError as problem:
                await self._finish(write, AtsNoteState.REFUSED, str(problem))
            except AtsUnavailableError as problem:
                await self._postpone(write, problem)
            else:
                await self._finish(write, AtsNoteState.WRITTEN, None)
        return True

    async def _attempt(self, write: _Write) -> None:
        application, person, user = write.application_ref, write.person_ref, write.user_ref
        if application is None or person is None or user is None:
            raise AtsRefusedError("the ATS does not know this application or user")
        note = NewNote(application, person, write.body, public=write.visibility == NoteVisibility.PUBLIC)
        # An earlier attempt may have been carried out: its answer was lost, or the process that made it.
        if write.attempts > 1 and await self._connector.has_note(note, user=user, since=write.requested_at):
            return
        await self._connector.add_note(note, user=user)

    async def _finish(self, write: _Write, state: AtsNoteState, reason: str | None) -> None:
        async with self._work(write) as unit:
            # It may be gone: erased with its person meanwhile.
            if await crm.lock_note(unit, write.note_id) is None:
                return
            row = await unit.fetchrow(SQL["finish_note_write"], write.note_id, state, reason, unit.now)
            if row is not None:
                event = NoteAtsStateChanged(
                    person_id=row["person_id"],
                    job_id=row["job_id"],
                    application_id=row["application_id"],
                    state=state,
                )
                unit.record(event, aggregate_id=write.note_id, version=row["version"], occurred_at=unit.now)

    async def _postpone(self, write: _Write, problem: AtsUnavailableError) -> None:
        delay = problem.retry_after or _DELAYS[min(write.attempts, len(_DELAYS)) - 1]
        if not problem.answered:
            delay = max(delay, self._lag)
        async with self._work(write) as unit:
            await unit.execute(SQL["postpone_note_write"], write.note_id, delay, str(problem))

    def _work(self, write: _Write) -> AbstractAsyncContextManager[UnitOfWork]:
        return self._database.work(self._connection.org_id, actor="ats", cause=f"note:{write.note_id}")
