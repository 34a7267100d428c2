"""Writes what was done here to the ATS: claimed, sent with the state we expect, confirmed or a conflict."""

import time
from contextlib import AbstractAsyncContextManager
from datetime import datetime

from opentelemetry import trace
from opentelemetry.trace import SpanKind

from rapport.contracts.vocabulary import ApplicationAction, ApplicationStatus
from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.kit.runtime.worker import Worker
from rapport.kit.telemetry import continued, untraced
from rapport.pipeline.connectors.connector import AtsConnector, AtsRefusedError, AtsUnavailableError
from rapport.pipeline.domain.outcome import carried_out, refused
from rapport.pipeline.domain.records import ApplicationRecord, Collection
from rapport.pipeline.recording import record_with_changes
from rapport.pipeline.store import SQL, applications, sync
from rapport.pipeline.store.bulk import is_bulk
from rapport.pipeline.sync.ingest import UNSTORABLE, Ingest

_LEASE = 60.0
"""Seconds for which a claimed write is left alone: longer than an attempt can take."""
_DELAYS = (1.0, 3.0, 10.0, 30.0, 60.0, 300.0)

_RATE_LIMIT_RESERVE = 0.2
"""The share of the ATS's rate limit that is left to what is done to single applications, and to reading."""
_SLOWLY = 1.0
"""Seconds between writes of what was done to many once the rest is used: each says how much is left by then."""

_tracer = trace.get_tracer("rapport.pipeline.writes")


class WriteBackWorker:
    """Writes what was done to one connection's applications; to each in order."""

    def __init__(self, connector: AtsConnector, database: Database, ingest: Ingest) -> None:
        """``ingest`` stores the application in the ATS's response."""
        self._connector = connector
        self._connection = connector.connection
        self._database = database
        self._ingest = ingest
        self._last_of_bulk = 0.0
        self.worker = Worker("writes", self._write_next)

    async def _write_next(self) -> bool:
        with untraced():
            async with self._database.work(self._connection.org_id, actor="ats", cause="write") as unit:
                name, bulk = self._connection.name, self._has_room_for_bulk()
                write = await sync.claim_write(unit, name, lease_seconds=_LEASE, bulk=bulk)
        if write is None:
            return False
        await self._write(write)
        if is_bulk(write.cause):
            self._last_of_bulk = time.monotonic()
        return True

    def _has_room_for_bulk(self) -> bool:
        """Near the rate limit, what was done to many is written slowly: what somebody does to one card is not late."""
        near_limit = self._connector.rate_limit_left < _RATE_LIMIT_RESERVE
        return not near_limit or time.monotonic() - self._last_of_bulk >= _SLOWLY

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
            record = await self._carry_out(write)
        except AtsRefusedError as problem:
            await self._resolve_refusal(write, str(problem))
        else:
            await self._confirm(write, record, in_effect_at=_in_effect_at(write, record))

    async def _carry_out(self, write: sync.Write) -> ApplicationRecord:
        application, user = write.application_ref, write.user_ref
        if application is None or user is None:
            raise AtsRefusedError("the ATS does not know this application or user")
        match write.action:
            case ApplicationAction.MOVE:
                return await self._move(write, application, user)
            case ApplicationAction.REJECT | ApplicationAction.WITHDRAW:
                _expect(write)
                if write.reason_ref is None:
                    raise AtsRefusedError("the ATS does not know this reason")
                return await self._connector.reject(application, reason=write.reason_ref, note=write.note, user=user)
            case ApplicationAction.REOPEN:
                _expect(write)
                return await self._connector.reopen(application, user=user)
            case ApplicationAction.TRANSFER:
                if write.from_stage_ref is None or write.to_job_ref is None:
                    raise AtsRefusedError("the ATS does not know this stage or job")
                return await self._connector.transfer(
                    application, from_stage=write.from_stage_ref, to_job=write.to_job_ref, user=user
                )
            case ApplicationAction.HIRE:
                _expect(write)
                return await self._connector.hire(
                    application, opening=write.opening_ref, starts_on=write.starts_on, user=user
                )
            case ApplicationAction.ASSIGN | ApplicationAction.NOTE | ApplicationAction.MARK_SEEN:
                raise AssertionError("what is no state of the application is not written here")

    async def _move(self, write: sync.Write, application: str, user: str) -> ApplicationRecord:
        from_stage, to_stage = write.from_stage_ref, write.to_stage_ref
        if from_stage is None or to_stage is None:
            raise AtsRefusedError("the ATS does not know this stage")
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
        """Find out how the ATS has it: as it was to be (an earlier attempt succeeded), or otherwise."""
        record = await self._read(write.application_ref) if write.application_ref else None
        if record and _is_done(write, record):
            # When it entered the stage is unknown: it may have left and come back.
            await self._confirm(write, record, in_effect_at=None)
            return
        async with self._work(write) as unit:
            await self._ingest.ingest(unit, Collection.APPLICATIONS, [record] if record else [])
            locked = await applications.lock_application(unit, write.application_id)
            rows = await unit.fetch(SQL["refuse_ats_writes"], write.application_id, unit.now, reason)
            if locked and rows:
                # What was wanted in the end is what the last of them did.
                action = ApplicationAction(rows[-1]["action"])
                moves = tuple(row["version"] for row in rows if row["version"] is not None)
                await record_with_changes(unit, [refused(locked, action, moves, reason, at=unit.now)])

    async def _postpone(self, write: sync.Write, problem: AtsUnavailableError) -> None:
        delay = problem.retry_after or _DELAYS[min(write.attempts, len(_DELAYS)) - 1]
        async with self._work(write) as unit:
            await unit.execute(SQL["postpone_ats_write"], write.id, delay, str(problem))

    def _work(self, write: sync.Write) -> AbstractAsyncContextManager[UnitOfWork]:
        return self._database.work(self._connection.org_id, actor="ats", cause=f"write:{write.id}")


_CLOSED_UNHIRED = frozenset({ApplicationStatus.REJECTED, ApplicationStatus.WITHDRAWN})


def _expect(write: sync.Write) -> None:
    """Refuse what was decided about another state than the ATS has: for anything but a move it does not check that."""
    closed = write.from_status in _CLOSED_UNHIRED
    if closed is not (write.ats_status in _CLOSED_UNHIRED) or write.ats_status is ApplicationStatus.HIRED:
        raise AtsRefusedError(f"the application is {write.ats_status} in the ATS")
    if write.ats_stage_id != write.from_stage_id:
        raise AtsRefusedError("the ATS has the application in another stage")


def _is_done(write: sync.Write, record: ApplicationRecord) -> bool:
    """Whether the ATS has it as the write leaves it."""
    match write.action:
        case ApplicationAction.REJECT | ApplicationAction.WITHDRAW:
            return record.status in _CLOSED_UNHIRED
        case ApplicationAction.HIRE:
            return record.status is ApplicationStatus.HIRED
        case ApplicationAction.TRANSFER:
            return record.job_id == write.to_job_id
        case ApplicationAction.REOPEN:
            return record.status is ApplicationStatus.ACTIVE
        case _:
            return record.stage_id == write.to_stage_id


def _in_effect_at(write: sync.Write, record: ApplicationRecord) -> datetime | None:
    """When a move took effect, by the ATS's answer."""
    moved = write.action is ApplicationAction.MOVE and record.stage_id == write.to_stage_id
    return record.stage_entered_at if moved else None
