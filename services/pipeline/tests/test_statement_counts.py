"""How many statements an operation sends to the database: a limit that grows only on purpose."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest_asyncio

from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import GetActivity, GetBoard, GetPeople, MoveApplication, MoveResult
from rapport.contracts.requests import Page
from rapport.kit.database.unit_of_work import Database, open_database
from rapport.kit.rpc.envelope import RequestContext
from rapport.pipeline.connectors.greenhouse.connector import GreenhouseConnector
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper
from rapport.pipeline.recording import record_changes
from rapport.pipeline.requests import PipelineRequests
from rapport.pipeline.store import applications
from rapport.testing import DatabaseFactory
from rapport.testing.statements import counted_statements
from services.pipeline.tests.support.raw_ingest import RawIngest

_AT = "2026-03-01T00:00:00Z"
_TIMES = {"created_at": _AT, "updated_at": _AT, "current_stage_at": _AT, "last_activity_at": _AT}
_APPLICATION = {"id": 1, "candidate_id": 2, "job_id": 3, "stage_id": 31, "status": "active"} | _TIMES


class Measured:
    """A pipeline, and a request context of an admin."""

    def __init__(self, database: Database, connector: GreenhouseConnector) -> None:
        self.database, self.ingest = database, RawIngest(connector)
        self.mapper = GreenhouseMapper(connector.connection)
        self.requests = PipelineRequests(database, [], move_queued=lambda _: None, run_requested=lambda _: None)
        viewer = Viewer(org_id="acme", user_id=UserId(UUID(int=1)), roles=frozenset({Role.ADMIN}))
        self.context = RequestContext(viewer, "key")

    async def sync(self, *records: dict[str, Any]) -> None:
        async with self.database.work("acme", actor="ats", cause="sync") as unit:
            await self.ingest.raw(unit, "applications", records)
            ids = [self.mapper.id("applications", record["id"]) for record in records]
            await record_changes(unit, await applications.lock_applications(unit, ids))


@pytest_asyncio.fixture
async def measured(database: DatabaseFactory, connector: GreenhouseConnector) -> AsyncIterator[Measured]:
    created: Any = await database("pipeline")
    async with open_database(created.url, service="pipeline") as opened:
        measured = Measured(opened, connector)
        async with opened.work("acme", actor="ats", cause="sync") as unit:
            ingest = measured.ingest
            await ingest.raw(unit, "jobs", [{"id": 3, "name": "Engineer", "status": "open"} | _TIMES])
            stages = [{"id": n, "job_id": 3, "name": name, "sort_order": n} for n, name in ((31, "A"), (32, "B"))]
            await ingest.raw(unit, "job_stages", stages)
            await ingest.raw(unit, "people", [{"id": 2, "first_name": "Kate", "last_name": "Austen"} | _TIMES])
        await measured.sync(_APPLICATION)
        yield measured


async def test_reads_are_one_statement_each(measured: Measured) -> None:
    job, person = measured.mapper.id("jobs", 3), measured.mapper.id("people", 2)
    async with counted_statements(measured.database.pool) as statements:
        assert isinstance(await measured.requests.get_board(GetBoard(job_id=job), measured.context), str)
        people = await measured.requests.get_people(GetPeople(page=Page(), job_id=job), measured.context)
        activity = await measured.requests.get_activity(GetActivity(person_id=person, page=Page()), measured.context)
    assert isinstance(people, str)
    assert isinstance(activity, str)
    assert statements == ["get_board", "get_people", "get_activity"]


async def test_a_move_locks_and_saves_once(measured: Measured) -> None:
    request = MoveApplication(
        application_id=measured.mapper.id("applications", 1),
        from_stage_id=measured.mapper.id("job_stages", 31),
        to_stage_id=measured.mapper.id("job_stages", 32),
    )
    async with counted_statements(measured.database.pool) as statements:
        assert isinstance(await measured.requests.move_application(request, measured.context), MoveResult)
    assert statements == [
        "lock_applications", "sees_application", "move_with_key", "stages_of_jobs",
        "insert_transitions", "update_applications", "render_cards", "queue_ats_write", "record_events",
    ]  # fmt: skip


async def test_a_changed_application_is_ingested_locked_and_saved_once(measured: Measured) -> None:
    later = "2026-03-02T00:00:00Z"
    async with counted_statements(measured.database.pool) as statements:
        await measured.sync(_APPLICATION | {"stage_id": 32, "updated_at": later, "current_stage_at": later})
    assert statements == [
        "lock_records", "ended_among", "upsert_application", "forget_unreadable",
        "lock_applications", "entries_of_applications", "recorded_transitions", "pending_of_applications",
        "stages_by_ids", "insert_transitions", "update_applications", "render_cards", "unpublished_progress",
        "record_events",
    ]  # fmt: skip
