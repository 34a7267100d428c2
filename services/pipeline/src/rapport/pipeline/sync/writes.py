"""Moves written to the ATS: claimed, sent with the stage we expect, and recorded as done or as a conflict."""

from contextlib import AbstractAsyncContextManager
from datetime import datetime

from opentelemetry import trace
from opentelemetry.trace import SpanKind

from rapport.contracts.vocabulary import SyncState
from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.kit.runtime.worker import Worker
from rapport.kit.telemetry import continued, untraced
from rapport.pipeline.connectors.greenhouse.api import AtsRefusedError, AtsUnavailableError, GreenhouseApi, Record
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper
from rapport.pipeline.recording import record_changes, record_settlement, record_sync_change
from rapport.pipeline.store import SQL, applications, sync
from rapport.pipeline.store.applications import LockedApplication
from rapport.pipeline.sync.ingest import MALFORMED_RECORD, Ingest

_LEASE = 60.0
"""Seconds a claimed move is left alone: longer than an attempt can take."""
_DELAYS = (1.0, 3.0, 10.0, 30.0, 60.0, 300.0)

_tracer = trace.get_tracer("rapport.pipeline.write_back")


class WriteBackWorker:
    """Writes one connection's moves, those of one application in their order."""

    def __init__(self, mapper: GreenhouseMapper, database: Database, api: GreenhouseApi, ingest: Ingest) -> None:
        """``ingest`` takes in what the ATS answers."""
        self._mapper = mapper
        self._connection = mapper.connection
        self._database = database
        self._api = api
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
            except MALFORMED_RECORD:
                await self._postpone(write, AtsUnavailableError("the ATS's answer cannot be read"))

    async def _attempt(self, write: sync.Write) -> None:
        try:
            record = await self._move(write)
        except AtsRefusedError as problem:
            await self._refused(write, str(problem))
        else:
            in_effect_at = self._mapper.in_stage_since(record, write.to_stage_id)
            await self._confirm(write, record, in_effect_at=in_effect_at)

    async def _move(self, write: sync.Write) -> Record:
        references = (write.application_ref, write.from_stage_ref, write.to_stage_ref, write.user_ref)
        application, from_stage, to_stage, user = references
        if application is None or from_stage is None or to_stage is None or user is None:
            raise AtsRefusedError("the ATS does not know this application, stage or user")
        return await self._api.move(application, from_stage=from_stage, to_stage=to_stage, user=user)

    async def _confirm(self, write: sync.Write, record: Record, *, in_effect_at: datetime | None) -> None:
        async with self._work(write) as unit:
            # The application before its writes, here as everywhere: two units of work cannot wait for each other.
            await self._ingest.ingest(unit, "applications", [record])
            await applications.lock_application(unit, write.application_id)
            await unit.execute(SQL["finish_ats_write"], write.id, unit.now, in_effect_at)
            await record_changes(unit, await applications.lock_applications(unit, [write.application_id]))

    async def _refused(self, write: sync.Write, reason: str) -> None:
        """Find out where the ATS has it: there already (an earlier try got through), or elsewhere."""
        found: list[Record] = []
        if write.application_ref:
            found = await self._api.by_ids("applications", [write.application_ref])
        for record in found:
            if self._mapper.stage_of(record) == write.to_stage_id:
                # Since when it is there says nothing of our move: it may have left and come back.
                await self._confirm(write, record, in_effect_at=None)
                return
        async with self._work(write) as unit:
            await self._ingest.ingest(unit, "applications", found)
            locked = await applications.lock_application(unit, write.application_id)
            refused = await unit.fetch(SQL["refuse_ats_writes"], write.application_id, unit.now, reason)
            if locked:
                await _conflict(unit, locked, reason, tuple(row["version"] for row in refused))
                await record_changes(unit, await applications.lock_applications(unit, [write.application_id]))

    async def _postpone(self, write: sync.Write, problem: AtsUnavailableError) -> None:
        delay = problem.retry_after or _DELAYS[min(write.attempts, len(_DELAYS)) - 1]
        async with self._work(write) as unit:
            await unit.execute(SQL["postpone_ats_write"], write.id, delay, str(problem))

    def _work(self, write: sync.Write) -> AbstractAsyncContextManager[UnitOfWork]:
        return self._database.work(self._connection.org_id, actor="ats", cause=f"write:{write.id}")


async def _conflict(unit: UnitOfWork, locked: LockedApplication, reason: str, refused: tuple[int, ...]) -> None:
    """Keep both values: what we say, and what the ATS insists on. The moves it refused do not count."""
    application = locked.application
    version = application.version
    if refused:
        version += 1
        record_settlement(unit, locked, refused, version=version, effective=False)
    state = locked.state(version=version + 1, sync=SyncState.CONFLICTED, sync_reason=reason)
    record_sync_change(unit, locked, state, previous=application.sync, ats_stage_id=application.ats.stage_id)
    await applications.save(unit, [state], [])
