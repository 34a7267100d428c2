"""Writes moves to the ATS: claimed, sent with the stage we expect, and confirmed or recorded as a conflict."""

from contextlib import AbstractAsyncContextManager
from datetime import datetime

from opentelemetry import trace
from opentelemetry.trace import SpanKind

from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.kit.runtime.worker import Worker
from rapport.kit.telemetry import continued, untraced
from rapport.pipeline.connectors.connector import AtsConnector, AtsRefusedError, AtsUnavailableError
from rapport.pipeline.domain.outcome import carried_out, refused
from rapport.pipeline.domain.records import ApplicationRecord, Collection
from rapport.pipeline.recording import record_with_changes
from rapport.pipeline.store import SQL, applications, sync
from rapport.pipeline.sync.ingest import UNSTORABLE, Ingest

_LEASE = 60.0
"""Seconds for which a claimed move is left alone: longer than an attempt can take."""
_DELAYS = (1.0, 3.0, 10.0, 30.0, 60.0, 300.0)

_tracer = trace.get_tracer("rapport.pipeline.writes")


class WriteBackWorker:
    """Writes one connection's moves; those of one application in their order."""

    def __init__(self, connector: AtsConnector, database: Database, ingest: Ingest) -> None:
        """``ingest`` stores the application in the ATS's response."""
        self._connector = connector
        self._connection = connector.connection
        self._database = database
        self._ingest = ingest
        self.worker = Worker("moves", self._write_next)

    async def _write_next(self) -> bool:
        with untraced():
            async with self._database.work(self._connection.org_id, actor="ats", cause="write") as unit:
                write = await sync.claim_write(unit, self._connection.name, lease_seconds=_LEASE)
        if write is None:
            return False
        await self._write(write)
        return True

    async def _write(self, write: sync.Write) -> None:
        carrier = {"traceparent": write.traceparent} if write.traceparent else {}
        with continued(carrier, _tracer, "write move to ats", SpanKind.INTERNAL):
            try:
                await self._attempt(write)
            except AtsUnavailableError as problem:
                await self._postpone(write, problem)
            except UNSTORABLE:
                await self._postpone(write, AtsUnavailableError("the ATS's response cannot be stored"))

    async def _attempt(self, write: sync.Write) -> None:
        try:
            record = await self._move(write)
        except AtsRefusedError as problem:
            await self._resolve_refusal(write, str(problem))
        else:
            in_effect_at = record.stage_entered_at if record.stage_id == write.to_stage_id else None
            await self._confirm(write, record, in_effect_at=in_effect_at)

    async def _move(self, write: sync.Write) -> ApplicationRecord:
        references = (write.application_ref, write.from_stage_ref, write.to_stage_ref, write.user_ref)
        application, from_stage, to_stage, user = references
        if application is None or from_stage is None or to_stage is None or user is None:
            raise AtsRefusedError("the ATS does not know this application, stage or user")
        if not self._connector.moves_conditionally:
            current = await self._read(application)
            if current is None or current.stage_id != write.from_stage_id:
                raise AtsRefusedError("the ATS has the application in another stage")
        return await self._connector.move(application, from_stage=from_stage, to_stage=to_stage, user=user)

    async def _read(self, external_id: str) -> ApplicationRecord | None:
        page = await self._connector.by_ids(Collection.APPLICATIONS, [external_id])
        if any(skipped.reason for skipped in page.skipped):
            raise AtsUnavailableError("the ATS's application is malformed")
        return next((record for record in page.records if isinstance(record, ApplicationRecord)), None)

    async def _confirm(self, write: sync.Write, record: ApplicationRecord, *, in_effect_at: datetime | None) -> None:
        async with self._work(write) as unit:
            await self._ingest.ingest(unit, Collection.APPLICATIONS, [record])
            # The application is locked before its writes, here as everywhere: units of work cannot deadlock.
            locked = await applications.lock_applications(unit, [write.application_id])
            repeats = await applications.finish_write(unit, write.id, in_effect_at=in_effect_at)
            await record_with_changes(unit, [carried_out(each, repeats, at=unit.now) for each in locked])

    async def _resolve_refusal(self, write: sync.Write, reason: str) -> None:
        """Find out where the ATS has it: in the target stage (an earlier attempt succeeded), or elsewhere."""
        record = await self._read(write.application_ref) if write.application_ref else None
        if record and record.stage_id == write.to_stage_id:
            # When it entered the stage is unknown: it may have left and come back.
            await self._confirm(write, record, in_effect_at=None)
            return
        async with self._work(write) as unit:
            await self._ingest.ingest(unit, Collection.APPLICATIONS, [record] if record else [])
            locked = await applications.lock_application(unit, write.application_id)
            rows = await unit.fetch(SQL["refuse_ats_writes"], write.application_id, unit.now, reason)
            if locked:
                moves = tuple(row["version"] for row in rows)
                await record_with_changes(unit, [refused(locked, moves, reason, at=unit.now)])

    async def _postpone(self, write: sync.Write, problem: AtsUnavailableError) -> None:
        delay = problem.retry_after or _DELAYS[min(write.attempts, len(_DELAYS)) - 1]
        async with self._work(write) as unit:
            await unit.execute(SQL["postpone_ats_write"], write.id, delay, str(problem))

    def _work(self, write: sync.Write) -> AbstractAsyncContextManager[UnitOfWork]:
        return self._database.work(self._connection.org_id, actor="ats", cause=f"write:{write.id}")
