"""Webhook deliveries handled.

What they say of an application, and that something ended, is applied at once; the rest is read soon."""

import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from opentelemetry import trace
from opentelemetry.trace import SpanKind

from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.kit.errors import TRANSIENT
from rapport.kit.json_text import loads
from rapport.kit.runtime.worker import Worker
from rapport.kit.telemetry import continued, untraced
from rapport.pipeline.connectors.connection import Connection
from rapport.pipeline.connectors.greenhouse import webhooks as kinds
from rapport.pipeline.connectors.greenhouse.api import AtsRefusedError, AtsUnavailableError, GreenhouseApi, Record
from rapport.pipeline.connectors.greenhouse.records import FROM_DELIVERY, GreenhouseMapper, MalformedRecordError
from rapport.pipeline.connectors.greenhouse.webhooks import Kind, Meaning, kind_of
from rapport.pipeline.recording import record_changes
from rapport.pipeline.store import SQL, applications, sync
from rapport.pipeline.sync.endings import APPLICATIONS, PEOPLE, EndReason
from rapport.pipeline.sync.ingest import MALFORMED_RECORD, Ingest

_TRIES = 8
_PARTS_OF_JOBS = frozenset({"job_interview_stages", "departments", "offices"})
"""What events about jobs say as well."""

_log = logging.getLogger(__name__)
_tracer = trace.get_tracer("rapport.pipeline.deliveries")


class Deliveries:
    """Handles one connection's stored deliveries, oldest first."""

    def __init__(
        self,
        mapper: GreenhouseMapper,
        database: Database,
        api: GreenhouseApi,
        ingest: Ingest,
        read_changes: Callable[[], None],
        compare: Callable[[], None] = lambda: None,
    ) -> None:
        """``read_changes`` makes the runner read the lists soon; ``compare``: a comparison was asked for."""
        self._mapper = mapper
        self._connection: Connection = mapper.connection
        self._database = database
        self._api = api
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
            kind = kind_of(delivery.action)
            try:
                await self._handle(delivery, kind)
            except AtsUnavailableError as problem:
                await self._postpone(delivery, kind, str(problem))
            except AtsRefusedError as problem:
                await self._fail(delivery, kind, f"not understood: {problem}")
            except MALFORMED_RECORD as problem:
                await self._fail(delivery, kind, f"not understood: {type(problem).__name__}")
            except TRANSIENT:
                raise
            except Exception as problem:  # noqa: BLE001 - the message boundary: kept with its reason, holds up nothing
                _log.error("a delivery of kind %s failed", delivery.action, exc_info=True)
                await self._fail(delivery, kind, type(problem).__name__)
        return True

    async def _handle(self, delivery: sync.Delivery, kind: Kind) -> None:
        payload = loads(delivery.body).get("payload")
        match kind.meaning:
            case Meaning.APPLICATION_CHANGED:
                await self._application_changed(delivery, payload["application"])
            case Meaning.RECORD_ENDED:
                ended = self._mapper.id(kind.collection, kinds.named_id(kind, payload))
                async with self._work(delivery) as unit:
                    await self._ingest.endings.end(unit, kind.collection, [ended], EndReason.DELETED)
                    if kind.collection in _PARTS_OF_JOBS:
                        await self._ingest.publish_jobs(unit)
                    await self._handled(unit, delivery)
            case Meaning.PERSON_DELETED:
                await self._person_deleted(delivery, payload, kinds.named_id(kind, payload))
            case Meaning.PERSON_ANONYMIZED:
                await self._person_anonymized(delivery, payload, kinds.named_id(kind, payload))
            case Meaning.PERSON_MERGED:
                merged = kinds.merged_id(payload, kind)
                await self._person_merged(delivery, merged, kinds.survivor_named(payload, merged))
            case Meaning.UNKNOWN_ENDING:
                raise MalformedRecordError("a kind we do not know")
            case Meaning.UNKNOWN:
                await self._finish(delivery, "unknown", None)
            case _:
                await self._finish(delivery, "handled", None)
                if kind.meaning is Meaning.LISTS_CHANGED:
                    self._read_changes()

    async def _person_deleted(self, delivery: sync.Delivery, payload: kinds.Payload, person: str) -> None:
        """Erase them, unless they were merged: then the ATS tells of a deletion too, in which no application goes."""
        person_id = self._mapper.id(PEOPLE, person)
        if survivor := await self._merged_into(payload, person):
            await self._person_merged(delivery, person, survivor)
            return
        async with self._work(delivery) as unit:
            gone = [self._mapper.id(APPLICATIONS, each) for each in kinds.applications_gone(payload) or ()]
            await self._ingest.endings.end(unit, PEOPLE, [person_id], EndReason.DELETED)
            await self._ingest.endings.end(unit, APPLICATIONS, gone, EndReason.DELETED)
            await self._handled(unit, delivery)

    async def _merged_into(self, payload: kinds.Payload, person: str) -> str | None:
        """Into whom a deleted person was merged, if no application went with them but the ATS has theirs."""
        if kinds.applications_gone(payload) != []:
            return None
        async with self._database.read_session(self._connection.org_id) as session:
            rows = await session.fetch(SQL["applications_of_person"], self._mapper.id(PEOPLE, person))
        if not rows:
            return None
        found = await self._api.by_ids(APPLICATIONS, [row["external_id"] for row in rows])
        others = {kinds.external_id(record.get("candidate_id")) for record in found} - {person, None}
        return others.pop() if len(others) == 1 else None

    async def _person_anonymized(self, delivery: sync.Delivery, payload: kinds.Payload, person: str) -> None:
        what = kinds.anonymized(payload)
        async with self._work(delivery) as unit:
            await self._ingest.endings.anonymize(unit, self._mapper.id(PEOPLE, person), what)
            if not what.unknown:
                await self._handled(unit, delivery)
        if what.unknown:
            # What we know of is gone; the rest the ATS's record shows.
            self._read_changes()
            raise MalformedRecordError("anonymized_fields has names we do not know")

    async def _person_merged(self, delivery: sync.Delivery, person: str, survivor: str) -> None:
        """Everything of the one becomes the other's, whom we may not have read yet."""
        person_id, survivor_id = self._mapper.id(PEOPLE, person), self._mapper.id(PEOPLE, survivor)
        async with self._database.read_session(self._connection.org_id) as session:
            rows = await session.fetch(SQL["unknown_people"], [person_id, survivor_id], [person, survivor])
        unknown = {row["external_id"] for row in rows}
        found = await self._api.by_ids(PEOPLE, [survivor]) if survivor in unknown else []
        if survivor in unknown and person not in unknown and not found:
            raise MalformedRecordError("the ATS does not have who stays")
        async with self._work(delivery) as unit:
            await self._ingest.ingest(unit, PEOPLE, found)
            await self._ingest.endings.merge(unit, person_id, survivor_id)
            await self._handled(unit, delivery)
        self._read_changes()

    async def _application_changed(self, delivery: sync.Delivery, said: Record) -> None:
        record = _application_record(said)
        if record is None:
            # This kind of delivery says too little (a hire names neither time nor stage): ask.
            found = await self._api.by_ids("applications", [str(said["id"])])
            self._read_changes()
        else:
            found = [record]
        people = [p for p in [_person_record(said)] if p]
        async with self._work(delivery) as unit:
            await self._ingest.ingest(unit, "candidates", people)
            await self._ingest.ingest(unit, "applications", found)
            application_id = self._mapper.id("applications", said["id"])
            told = await record_changes(unit, await applications.lock_applications(unit, [application_id]))
            await self._handled(unit, delivery)
        if not told:
            self._read_changes()  # in a stage of which we have not heard: the delivery that told of it may be lost

    def _work(self, delivery: sync.Delivery) -> AbstractAsyncContextManager[UnitOfWork]:
        return self._database.work(self._connection.org_id, actor="ats", cause=f"delivery:{delivery.id}")

    async def _handled(self, unit: UnitOfWork, delivery: sync.Delivery) -> None:
        await unit.execute(SQL["finish_delivery"], self._connection.name, delivery.id, "handled", None)

    async def _finish(self, delivery: sync.Delivery, state: str, reason: str | None) -> None:
        async with self._work(delivery) as unit:
            await unit.execute(SQL["finish_delivery"], self._connection.name, delivery.id, state, reason)

    async def _fail(self, delivery: sync.Delivery, kind: Kind, reason: str) -> None:
        """Keep it with the reason. What it was to end is still here: the operator is told, and all is compared."""
        state = "unknown" if kind.meaning is Meaning.UNKNOWN_ENDING else "failed"
        async with self._work(delivery) as unit:
            name, ends = self._connection.name, kind.ends_something
            await unit.execute(SQL["finish_delivery"], name, delivery.id, state, reason)
            if ends:
                await unit.execute(SQL["mark_ending_unapplied"], name, delivery.id)
                await unit.execute(SQL["request_comparison"], name, unit.now)
        if ends:
            _log.error(
                "delivery %s of %s says by its kind (%s) that something ended in the ATS, and could not be applied;"
                " everything is compared with the ATS",
                delivery.id,
                self._connection.name,
                delivery.action,
            )
            self._compare()

    async def _postpone(self, delivery: sync.Delivery, kind: Kind, reason: str) -> None:
        if delivery.attempts + 1 >= _TRIES:
            await self._fail(delivery, kind, reason)
            self._read_changes()
            return
        async with self._work(delivery) as unit:
            await unit.execute(
                SQL["postpone_delivery"], self._connection.name, delivery.id, reason, 2.0**delivery.attempts
            )


def _application_record(said: Record) -> Record | None:
    """What a delivery says of an application, in the shape of the lists; None if it says too little."""
    stage, jobs = said.get("current_stage"), said.get("jobs")
    if not (stage and jobs and said.get("status") and said.get("last_activity_at") and said.get("applied_at")):
        return None
    return {
        FROM_DELIVERY: True,
        "id": said["id"],
        "candidate_id": said["candidate"]["id"],
        "job_id": jobs[0]["id"],
        "stage_id": stage["id"],
        "status": said["status"],
        "prospect": said.get("prospect", False),
        "source_id": _id(said.get("source")),
        "credited_user_id": _id(said.get("credited_to")),
        "created_at": said["applied_at"],
        "updated_at": said["last_activity_at"],
        "last_activity_at": said["last_activity_at"],
        "current_stage_at": said["last_activity_at"],
        "rejected_at": said.get("rejected_at"),
        "rejection_reason_id": _id(said.get("rejection_reason")),
    }


def _person_record(said: Record) -> Record | None:
    """The person a delivery describes, taken in only if unknown: it does not say when they last changed."""
    candidate: dict[str, Any] = said.get("candidate") or {}
    if not isinstance(candidate, dict):
        raise MalformedRecordError("candidate is not an object")
    if "created_at" not in candidate:
        return None
    return {**candidate, FROM_DELIVERY: True, "updated_at": candidate["created_at"]}


def _id(reference: Record | None) -> object:
    return reference.get("id") if reference else None
