"""Webhook deliveries handled: what they say of an application is applied at once, the rest is read soon."""

import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import orjson
from opentelemetry import trace
from opentelemetry.trace import SpanKind

from rapport.kit.database import Database, UnitOfWork
from rapport.kit.errors import TRANSIENT
from rapport.kit.telemetry import continued, untraced
from rapport.kit.worker import Worker
from rapport.pipeline.ats.connection import Connection
from rapport.pipeline.ats.harvest import AtsRefusedError, AtsUnavailableError, Harvest, Record
from rapport.pipeline.store import SQL, applications, sync
from rapport.pipeline.sync.intake import UNREADABLE, Intake
from rapport.pipeline.sync.records import FROM_DELIVERY, Reader
from rapport.pipeline.sync.telling import tell_applications

_TRIES = 8

_ABOUT_APPLICATION = frozenset(
    {
        "new_candidate_application",
        "application_updated",
        "candidate_stage_change",
        "hire_candidate",
        "unhire_candidate",
        "reject_candidate",
        "unreject_candidate",
    }
)
_ENDS_PERSON = frozenset({"delete_candidate", "candidate_anonymized", "anonymize_candidate"})
_CHANGES_SOMETHING = (
    "candidate",
    "job",
    "offer",
    "interview",
    "scorecard",
    "office",
    "department",
    "user",
    "application",
)
"""A known subject in the action's name: the change is read from the lists, which say more than the delivery."""

_log = logging.getLogger(__name__)
_tracer = trace.get_tracer("rapport.pipeline.deliveries")


def is_known(action: str) -> bool:
    """Whether deliveries of this kind are handled; others are kept."""
    return action == "ping" or any(subject in action for subject in _CHANGES_SOMETHING)


def person_ref(payload: object) -> str | None:
    """The ATS's id of the person a delivery is about, if it says."""
    said = payload if isinstance(payload, dict) else {}
    application = said.get("application")
    within = application if isinstance(application, dict) else said
    person = within.get("candidate") or within.get("person")
    found = person.get("id") if isinstance(person, dict) else None
    return str(found) if isinstance(found, int | str) else None


class Deliveries:
    """Handles one connection's stored deliveries, oldest first."""

    def __init__(
        self,
        reader: Reader,
        database: Database,
        harvest: Harvest,
        intake: Intake,
        read_changes: Callable[[], None],
    ) -> None:
        """``read_changes`` makes the engine read the lists soon."""
        self._reader = reader
        self._connection: Connection = reader.connection
        self._database = database
        self._harvest = harvest
        self._intake = intake
        self._read_changes = read_changes
        self.worker = Worker("deliveries", self._handle_next)

    async def _handle_next(self) -> bool:
        with untraced():
            async with self._database.reading(self._connection.org_id) as reading:
                delivery = await sync.next_delivery(reading, self._connection.name)
        if delivery is None:
            return False
        carrier = {"traceparent": delivery.traceparent} if delivery.traceparent else {}
        with continued(
            carrier, _tracer, "handle delivery", SpanKind.INTERNAL, rapport__delivery__action=delivery.action
        ):
            try:
                await self._handle(delivery)
            except AtsUnavailableError as problem:
                await self._postpone(delivery, str(problem))
            except AtsRefusedError as problem:
                await self._finish(delivery, "failed", f"not understood: {problem}")
            except UNREADABLE as problem:
                await self._finish(delivery, "failed", f"not understood: {type(problem).__name__}")
            except TRANSIENT:
                raise
            except Exception as problem:  # noqa: BLE001 - the message boundary: kept with its reason, holds up nothing
                _log.error("a delivery of kind %s failed", delivery.action, exc_info=True)
                await self._finish(delivery, "failed", type(problem).__name__)
        return True

    async def _handle(self, delivery: sync.Delivery) -> None:
        payload = orjson.loads(delivery.body)["payload"]
        if delivery.action in _ABOUT_APPLICATION:
            await self._application_changed(delivery, payload["application"])
        elif delivery.action in _ENDS_PERSON:
            person = payload.get("person") or payload["candidate"]
            person_id = self._reader.id("candidates", person["id"])
            async with self._work(delivery) as unit:
                await unit.execute(SQL["delete_person"], person_id, unit.now)
                # Their cards show the name: they go as well.
                shown = await unit.fetch(SQL["applications_of_people"], [person_id])
                await applications.render_cards(unit, [row["id"] for row in shown])
                await self._handled(unit, delivery)
                await unit.execute(SQL["forget_bodies"], person_id)
        else:
            await self._finish(delivery, "handled", None)
            if delivery.action != "ping":
                self._read_changes()

    async def _application_changed(self, delivery: sync.Delivery, said: Record) -> None:
        record = _application_record(said)
        if record is None:
            # This kind of delivery says too little (a hire names neither time nor stage): ask.
            found = await self._harvest.by_ids("applications", [str(said["id"])])
            self._read_changes()
        else:
            found = [record]
        people = [p for p in [_person_record(said)] if p]
        async with self._work(delivery) as unit:
            await self._intake.take(unit, "candidates", people)
            await self._intake.take(unit, "applications", found)
            application_id = self._reader.id("applications", said["id"])
            told = await tell_applications(unit, await applications.lock_applications(unit, [application_id]))
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

    async def _postpone(self, delivery: sync.Delivery, reason: str) -> None:
        if delivery.attempts + 1 >= _TRIES:
            await self._finish(delivery, "failed", reason)
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
    if "created_at" not in candidate:
        return None
    return {**candidate, "updated_at": candidate["created_at"]}


def _id(reference: Record | None) -> object:
    return reference.get("id") if reference else None
