"""Applies stored webhooks: changes of applications and endings at once, everything else by reading the lists."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from opentelemetry import trace
from opentelemetry.trace import SpanKind

from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.kit.errors import TRANSIENT
from rapport.kit.runtime.worker import Worker
from rapport.kit.telemetry import continued, untraced
from rapport.pipeline.connectors.connector import (
    ApplicationChanged,
    AtsConnector,
    AtsRefusedError,
    AtsUnavailableError,
    ListsChanged,
    MalformedRecordError,
    NothingChanged,
    PersonAnonymized,
    PersonDeleted,
    PersonMerged,
    RecordEnded,
    RecordPage,
    UnknownChange,
    WebhookChange,
)
from rapport.pipeline.domain.records import ApplicationRecord, Collection, Record
from rapport.pipeline.recording import record_changes
from rapport.pipeline.store import SQL, applications, sync
from rapport.pipeline.sync.endings import EndReason
from rapport.pipeline.sync.ingest import UNSTORABLE, Ingest

_MAX_ATTEMPTS = 8
_PARTS_OF_JOBS = frozenset({Collection.JOB_STAGES, Collection.DEPARTMENTS, Collection.OFFICES})
"""What events about jobs contain as well."""
_MALFORMED: tuple[type[Exception], ...] = (KeyError, IndexError, TypeError, ValueError, AttributeError, *UNSTORABLE)

_log = logging.getLogger(__name__)
_tracer = trace.get_tracer("rapport.pipeline.deliveries")


class Deliveries:
    """Applies one connection's stored deliveries, oldest first."""

    def __init__(
        self,
        connector: AtsConnector,
        database: Database,
        ingest: Ingest,
        read_changes: Callable[[], None],
        compare: Callable[[], None] = lambda: None,
    ) -> None:
        """``read_changes`` wakes the sync, ``compare`` the comparison."""
        self._connector = connector
        self._connection = connector.connection
        self._database = database
        self._ingest = ingest
        self._read_changes = read_changes
        self._compare = compare
        self.worker = Worker("deliveries", self._handle_next)

    async def _handle_next(self) -> bool:
        with untraced():
            async with self._database.read_session(self._connection.org_id) as session:
                delivery = await sync.next_delivery(session, self._connection.name)
        if delivery is None:
            return False
        carrier = {"traceparent": delivery.traceparent} if delivery.traceparent else {}
        with continued(
            carrier, _tracer, "handle delivery", SpanKind.INTERNAL, rapport__delivery__action=delivery.action
        ):
            try:
                await self._apply(delivery, self._connector.read_webhook(delivery.action, delivery.body))
            except AtsUnavailableError as problem:
                await self._postpone(delivery, str(problem))
            except (AtsRefusedError, MalformedRecordError) as problem:
                await self._fail(delivery, f"not understood: {problem}")
            except _MALFORMED as problem:
                await self._fail(delivery, f"not understood: {type(problem).__name__}")
            except TRANSIENT:
                raise
            except Exception as problem:  # noqa: BLE001 - the message boundary: stored with its reason, blocks nothing
                _log.error("a delivery of kind %s failed", delivery.action, exc_info=True)
                await self._fail(delivery, type(problem).__name__)
        return True

    async def _apply(self, delivery: sync.Delivery, change: WebhookChange) -> None:
        match change:
            case ApplicationChanged():
                await self._application_changed(delivery, change)
            case RecordEnded():
                await self._record_ended(delivery, change)
            case PersonDeleted():
                await self._person_deleted(delivery, change)
            case PersonAnonymized():
                await self._person_anonymized(delivery, change)
            case PersonMerged():
                await self._person_merged(delivery, change)
            case ListsChanged():
                await self._finish(delivery, "handled", None)
                self._read_changes()
            case NothingChanged():
                await self._finish(delivery, "handled", None)
            case UnknownChange():
                await self._finish(delivery, "unknown", None)

    async def _application_changed(self, delivery: sync.Delivery, change: ApplicationChanged) -> None:
        records: Sequence[Record] = [change.application] if change.application else []
        if change.application is None:
            # This kind says too little (a hire has neither time nor stage): the ATS's own record is read.
            page = await self._connector.by_ids(Collection.APPLICATIONS, [change.ref.external_id])
            records = _well_formed(page)
            self._read_changes()
        async with self._work(delivery) as unit:
            await self._ingest.ingest(unit, Collection.PEOPLE, [change.person] if change.person else [])
            await self._ingest.ingest(unit, Collection.APPLICATIONS, records)
            locked = await applications.lock_applications(unit, [change.ref.id])
            compared = await record_changes(unit, locked)
            await self._handled(unit, delivery)
        if not compared:
            self._read_changes()  # it is in an unknown stage, whose own delivery may be lost

    async def _record_ended(self, delivery: sync.Delivery, change: RecordEnded) -> None:
        async with self._work(delivery) as unit:
            await self._ingest.endings.end(unit, change.collection, [change.id], EndReason.DELETED)
            if change.collection in _PARTS_OF_JOBS:
                await self._ingest.publish_jobs(unit)
            await self._handled(unit, delivery)

    async def _person_deleted(self, delivery: sync.Delivery, change: PersonDeleted) -> None:
        """Erase them, unless they were merged: the ATS then sends a deletion too, with no applications in it."""
        if survivor := await self._merged_into(change):
            await self._person_merged(delivery, survivor)
            return
        async with self._work(delivery) as unit:
            endings = self._ingest.endings
            await endings.end(unit, Collection.PEOPLE, [change.person.id], EndReason.DELETED)
            await endings.end(unit, Collection.APPLICATIONS, list(change.applications or ()), EndReason.DELETED)
            await self._handled(unit, delivery)

    async def _merged_into(self, change: PersonDeleted) -> PersonMerged | None:
        """The merge behind a deletion: none of their applications was deleted, and all are another person's now."""
        if change.applications is None or change.applications:
            return None
        async with self._database.read_session(self._connection.org_id) as session:
            rows = await session.fetch(SQL["applications_of_person"], change.person.id)
        if not rows:
            return None
        page = await self._connector.by_ids(Collection.APPLICATIONS, [row["external_id"] for row in rows])
        owners = {r.person for r in page.records if isinstance(r, ApplicationRecord)} - {change.person}
        return PersonMerged(change.person, owners.pop()) if len(owners) == 1 else None

    async def _person_anonymized(self, delivery: sync.Delivery, change: PersonAnonymized) -> None:
        async with self._work(delivery) as unit:
            await self._ingest.endings.anonymize(unit, change.id, change.anonymized)
            if not change.anonymized.unknown:
                await self._handled(unit, delivery)
        if change.anonymized.unknown:
            # The known fields are erased; the ATS's record shows the others.
            self._read_changes()
            raise MalformedRecordError("unknown fields were anonymized")

    async def _person_merged(self, delivery: sync.Delivery, change: PersonMerged) -> None:
        """Everything of the duplicate becomes the survivor's, who may not have been read yet."""
        merged, survivor = change.merged, change.survivor
        async with self._database.read_session(self._connection.org_id) as session:
            rows = await session.fetch(
                SQL["unknown_people"], [merged.id, survivor.id], [merged.external_id, survivor.external_id]
            )
        unknown = {row["external_id"] for row in rows}
        people: Sequence[Record] = []
        if survivor.external_id in unknown:
            people = _well_formed(await self._connector.by_ids(Collection.PEOPLE, [survivor.external_id]))
            if merged.external_id not in unknown and not people:
                raise MalformedRecordError("the ATS does not have the surviving person")
        async with self._work(delivery) as unit:
            await self._ingest.ingest(unit, Collection.PEOPLE, people)
            await self._ingest.endings.merge(unit, merged.id, survivor.id)
            await self._handled(unit, delivery)
        self._read_changes()

    def _work(self, delivery: sync.Delivery) -> AbstractAsyncContextManager[UnitOfWork]:
        return self._database.work(self._connection.org_id, actor="ats", cause=f"delivery:{delivery.id}")

    async def _handled(self, unit: UnitOfWork, delivery: sync.Delivery) -> None:
        await unit.execute(SQL["finish_delivery"], self._connection.name, delivery.id, "handled", None)

    async def _finish(self, delivery: sync.Delivery, state: str, reason: str | None) -> None:
        async with self._work(delivery) as unit:
            await unit.execute(SQL["finish_delivery"], self._connection.name, delivery.id, state, reason)

    async def _fail(self, delivery: sync.Delivery, reason: str) -> None:
        """Keep it with the reason. What it was to end is still here: alert the operator and compare everything."""
        ends = self._connector.ends_something(delivery.action)
        unknown = ends and not self._connector.knows(delivery.action)
        async with self._work(delivery) as unit:
            name = self._connection.name
            await unit.execute(SQL["finish_delivery"], name, delivery.id, "unknown" if unknown else "failed", reason)
            if ends:
                await unit.execute(SQL["mark_ending_unapplied"], name, delivery.id)
                await unit.execute(SQL["request_comparison"], name, unit.now)
        if ends:
            _log.error(
                "delivery %s of %s (%s) reports an ending in the ATS and could not be applied;"
                " everything is compared with the ATS",
                delivery.id,
                self._connection.name,
                delivery.action,
            )
            self._compare()

    async def _postpone(self, delivery: sync.Delivery, reason: str) -> None:
        if delivery.attempts + 1 >= _MAX_ATTEMPTS:
            await self._fail(delivery, reason)
            self._read_changes()
            return
        async with self._work(delivery) as unit:
            await unit.execute(
                SQL["postpone_delivery"], self._connection.name, delivery.id, reason, 2.0**delivery.attempts
            )


def _well_formed(page: RecordPage) -> Sequence[Record]:
    """The records of a page in which none may be malformed."""
    for skipped in page.skipped:
        if skipped.reason:
            raise MalformedRecordError(skipped.reason)
    return page.records
