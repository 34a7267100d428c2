"""Deliveries handled one after the other, whatever one of them says."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.local.waiting import eventually
from rapport.pipeline.connectors.greenhouse.connector import GreenhouseConnector
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper
from rapport.pipeline.recording import record_changes
from rapport.pipeline.store import SQL, applications
from rapport.pipeline.sync.deliveries import Deliveries
from services.pipeline.tests.support.raw_ingest import RawIngest

_STATES = Statement("SELECT delivery_id, state, reason FROM delivery ORDER BY delivery_id")
_CARDS = Statement("SELECT card ->> 'person_name' AS name FROM board_card")
_STAGES = [
    {"id": 31, "job_id": 3, "name": "Phone Screen", "sort_order": 0},
    {"id": 32, "job_id": 3, "name": "Onsite", "sort_order": 1},
]


@pytest.fixture
def asked_to_read() -> asyncio.Event:
    """Set when the lists are to be read."""
    return asyncio.Event()


@pytest_asyncio.fixture
async def handling(
    pipeline: Database, connector: GreenhouseConnector, ingest: RawIngest, asked_to_read: asyncio.Event
) -> AsyncIterator[Deliveries]:
    """Deliveries being handled, with a job's stages known."""
    async with pipeline.work("acme", actor="ats", cause="test") as unit:
        await ingest.raw(unit, "job_stages", _STAGES)
    deliveries = Deliveries(connector, pipeline, ingest, read_changes=asked_to_read.set)
    running = asyncio.create_task(deliveries.worker.run())
    yield deliveries
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def moved(stage: int, at: str, **candidate: Any) -> dict[str, Any]:
    """What a webhook says of application 1 of candidate 2."""
    return {
        "id": 1,
        "candidate": {"id": 2, "first_name": "Kate", "last_name": "Austen", "created_at": at} | candidate,
        "jobs": [{"id": 3}],
        "current_stage": {"id": stage},
        "status": "active",
        "applied_at": "2026-03-01T00:00:00Z",
        "last_activity_at": at,
    }


async def deliver(pipeline: Database, deliveries: Deliveries, name: str, action: str, payload: object) -> None:
    body = json.dumps({"action": action, "payload": payload}).encode()
    async with pipeline.work("acme", actor="ats", cause="test") as unit:
        await unit.execute(
            SQL["store_delivery"], "greenhouse", name, action, body, unit.now, "waiting", None, None, None
        )
    deliveries.worker.wake()


async def rows(pipeline: Database, statement: Statement) -> list[tuple[Any, ...]]:
    async with pipeline.read_session("acme") as session:
        return [tuple(row) for row in await session.fetch(statement)]


async def settled(pipeline: Database, condition: Callable[[list[tuple[Any, ...]]], bool]) -> list[tuple[Any, ...]]:
    async def found() -> list[tuple[Any, ...]] | None:
        states = await rows(pipeline, _STATES)
        return states if all(s[1] != "waiting" for s in states) and condition(states) else None

    return await eventually(found, within=60, what="the handling of every delivery")


async def test_text_that_cannot_be_stored_is_cleaned_and_the_delivery_applied(
    pipeline: Database, handling: Deliveries
) -> None:
    spoiled = {"application": moved(31, "2026-03-02T00:00:00Z", first_name="Ka\x00te \ud83d")}
    await deliver(pipeline, handling, "d-1", "candidate_stage_change", spoiled)
    states = await settled(pipeline, lambda states: len(states) == 1)
    assert states == [("d-1", "handled", None)]
    assert await rows(pipeline, _CARDS) == [("Kate \ufffd Austen",)]


async def test_a_malformed_delivery_fails_alone(pipeline: Database, handling: Deliveries) -> None:
    broken = {"application": moved(31, "2026-03-02T00:00:00Z") | {"candidate": 7}}
    await deliver(pipeline, handling, "d-1", "candidate_stage_change", broken)
    whole = {"application": moved(32, "2026-03-03T00:00:00Z")}
    await deliver(pipeline, handling, "d-2", "candidate_stage_change", whole)
    states = await settled(pipeline, lambda states: len(states) == 2)
    assert [state[:2] for state in states] == [("d-1", "failed"), ("d-2", "handled")]
    assert await rows(pipeline, _CARDS) == [("Kate Austen",)]


async def test_an_application_in_an_unknown_stage_triggers_a_sync(
    pipeline: Database, handling: Deliveries, asked_to_read: asyncio.Event
) -> None:
    known = {"application": moved(31, "2026-03-02T00:00:00Z")}
    await deliver(pipeline, handling, "d-1", "candidate_stage_change", known)
    await settled(pipeline, lambda states: len(states) == 1)
    assert not asked_to_read.is_set()
    unknown = {"application": moved(99, "2026-03-03T00:00:00Z")}
    await deliver(pipeline, handling, "d-2", "candidate_stage_change", unknown)
    await settled(pipeline, lambda states: len(states) == 2)
    async with asyncio.timeout(60):
        await asked_to_read.wait()


async def test_an_older_delivery_that_arrives_later_changes_nothing(pipeline: Database, handling: Deliveries) -> None:
    for name, stage, at in (("d-1", 32, "2026-03-03T00:00:00Z"), ("d-2", 31, "2026-03-02T00:00:00Z")):
        await deliver(pipeline, handling, name, "candidate_stage_change", {"application": moved(stage, at)})
    await settled(pipeline, lambda states: len(states) == 2)
    history = Statement(
        "SELECT t.kind, s.name FROM transition t JOIN job_stage s ON s.id = t.to_stage_id ORDER BY version"
    )
    assert await rows(pipeline, history) == [("received", "Onsite")]


def listed(stage: int, at: str) -> dict[str, Any]:
    """What the ATS's list says of application 1."""
    times = {"created_at": "2026-03-01T00:00:00Z", "updated_at": at, "current_stage_at": at, "last_activity_at": at}
    return {"id": 1, "candidate_id": 2, "job_id": 3, "stage_id": stage, "status": "active"} | times


async def test_of_two_simultaneous_moves_the_listed_one_is_the_later(
    pipeline: Database, handling: Deliveries, ingest: RawIngest, mapper: GreenhouseMapper
) -> None:
    moment = "2026-03-02T00:00:00.685Z"
    await deliver(pipeline, handling, "d-1", "candidate_stage_change", {"application": moved(31, moment)})
    await settled(pipeline, lambda states: len(states) == 1)
    # The greater id is the later entry, whatever our own ids are.
    entries = [
        {"id": 9 + n, "application_id": 1, "job_interview_stage_id": 31 + n, "entered_at": moment} for n in range(2)
    ]
    async with pipeline.work("acme", actor="ats", cause="sync") as unit:
        await ingest.raw(unit, "applications", [listed(32, moment)])
        await ingest.raw(unit, "stage_entries", entries)
        await record_changes(unit, await applications.lock_applications(unit, [mapper.id("applications", 1)]))
    await deliver(pipeline, handling, "d-2", "candidate_stage_change", {"application": moved(31, moment)})
    await settled(pipeline, lambda states: len(states) == 2)
    history = Statement(
        "SELECT t.kind, s.name FROM transition t JOIN job_stage s ON s.id = t.to_stage_id ORDER BY version"
    )
    assert await rows(pipeline, history) == [("received", "Phone Screen"), ("moved", "Onsite")]


async def test_a_deleted_persons_name_disappears_from_the_board(pipeline: Database, handling: Deliveries) -> None:
    known = {"application": moved(31, "2026-03-02T00:00:00Z")}
    await deliver(pipeline, handling, "d-1", "candidate_stage_change", known)
    await settled(pipeline, lambda states: len(states) == 1)
    assert await rows(pipeline, _CARDS) == [("Kate Austen",)]
    await deliver(pipeline, handling, "d-2", "delete_candidate", {"person": {"id": 2}})
    await settled(pipeline, lambda states: len(states) == 2)
    assert await rows(pipeline, _CARDS) == []


async def test_history_read_late_is_backfilled_once(
    pipeline: Database, handling: Deliveries, ingest: RawIngest, mapper: GreenhouseMapper
) -> None:
    late = {"application": moved(32, "2026-03-03T00:00:00Z")}
    await deliver(pipeline, handling, "d-1", "candidate_stage_change", late)
    await settled(pipeline, lambda states: len(states) == 1)
    entries = [
        {"id": n, "application_id": 1, "job_interview_stage_id": stage, "entered_at": f"2026-03-0{n}T00:00:00Z"}
        for n, stage in ((1, 31), (3, 32))
    ]
    for _ in range(2):
        async with pipeline.work("acme", actor="ats", cause="sync") as unit:
            await ingest.raw(unit, "stage_entries", entries)
            await record_changes(unit, await applications.lock_applications(unit, [mapper.id("applications", 1)]))
    history = Statement(
        "SELECT version, t.kind, s.name, backfilled, e.transition_id IS NOT NULL AS known FROM transition t"
        " JOIN job_stage s ON s.id = t.to_stage_id LEFT JOIN stage_entry_link e ON e.transition_id = t.id"
        " ORDER BY version"
    )
    assert await rows(pipeline, history) == [
        (1, "received", "Onsite", False, True),
        (2, "moved", "Phone Screen", True, True),
    ]
    assert await rows(pipeline, Statement("SELECT name FROM application a JOIN job_stage s ON s.id = a.stage_id")) == [
        ("Onsite",)
    ]


async def test_a_changed_source_is_published_once_with_the_one_before(
    pipeline: Database, handling: Deliveries, ingest: RawIngest, mapper: GreenhouseMapper
) -> None:
    async def sync(record: dict[str, Any]) -> None:
        async with pipeline.work("acme", actor="ats", cause="sync") as unit:
            await ingest.raw(unit, "applications", [record])
            await record_changes(unit, await applications.lock_applications(unit, [mapper.id("applications", 1)]))

    async with pipeline.work("acme", actor="ats", cause="sync") as unit:
        sources = [
            {"id": 7, "name": "LinkedIn", "type": "Prospecting"},
            {"id": 8, "name": "Employee", "type": "Referral"},
        ]
        await ingest.raw(unit, "sources", sources)
    await sync(listed(31, "2026-03-01T00:00:00Z") | {"source_id": 7})
    for day in (2, 3):
        await sync(listed(31, f"2026-03-0{day}T00:00:00Z") | {"source_id": 8})
    published = Statement("SELECT body FROM outbox WHERE subject LIKE '%.application.details_changed.v1'")
    [[body]] = await rows(pipeline, published)
    data = json.loads(body)["data"]
    assert data["previous"] | {"source_id": None} == data["current"] | {"source_id": None, "origin": "sourced"}
    assert [data[side]["source_id"] for side in ("previous", "current")] == [
        str(mapper.id("sources", 7)), str(mapper.id("sources", 8)),
    ]  # fmt: skip
    assert data["current"]["origin"] == "referral"
    assert "LinkedIn" not in body


async def test_the_reason_of_a_rejection_is_in_its_own_event_and_a_corrected_one_is_published(
    pipeline: Database, handling: Deliveries, ingest: RawIngest, mapper: GreenhouseMapper
) -> None:
    async def sync(record: dict[str, Any]) -> None:
        async with pipeline.work("acme", actor="ats", cause="sync") as unit:
            await ingest.raw(unit, "applications", [record])
            await record_changes(unit, await applications.lock_applications(unit, [mapper.id("applications", 1)]))

    await sync(listed(31, "2026-03-01T00:00:00Z"))
    rejected = {"status": "rejected", "rejected_at": "2026-03-02T00:00:00Z"}
    await sync(listed(31, "2026-03-02T00:00:00Z") | rejected | {"rejection_reason_id": 5})
    await sync(listed(31, "2026-03-03T00:00:00Z") | rejected | {"rejection_reason_id": 6})
    types = Statement(r"SELECT substring(subject FROM 'application\.(\w+)') FROM outbox ORDER BY aggregate_version")
    assert [row[0] for row in await rows(pipeline, types)] == ["received", "closed", "details_changed"]


async def test_the_events_that_introduce_an_application_and_its_job_name_the_ids_of_the_ats(
    pipeline: Database, handling: Deliveries, ingest: RawIngest, mapper: GreenhouseMapper
) -> None:
    at = "2026-03-01T00:00:00Z"
    person = {"id": 2, "first_name": "Kate", "last_name": "Austen", "created_at": at, "updated_at": at}
    async with pipeline.work("acme", actor="ats", cause="sync") as unit:
        await ingest.raw(
            unit, "jobs", [{"id": 3, "name": "Engineer", "status": "open", "created_at": at, "updated_at": at}]
        )
        await ingest.raw(unit, "people", [person | {"last_activity_at": at}])
        await ingest.raw(unit, "applications", [listed(31, "2026-03-01T00:00:00Z")])
        await record_changes(unit, await applications.lock_applications(unit, [mapper.id("applications", 1)]))
        await ingest.publish_jobs(unit)
    received = Statement("SELECT body FROM outbox WHERE subject LIKE '%.application.received.v1'")
    [[body]] = await rows(pipeline, received)
    data = json.loads(body)["data"]
    assert (data["ats_application_id"], data["ats_person_id"]) == ("1", "2")
    [[body]] = await rows(pipeline, Statement("SELECT body FROM outbox WHERE subject LIKE '%.job.changed.v1' LIMIT 1"))
    assert json.loads(body)["data"]["ats_job_id"] == "3"
