"""An ATS whose pages are read into a pipeline, record by record."""

from typing import Any

from rapport.kit.database.unit_of_work import Database
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper
from rapport.pipeline.recording import record_changes
from rapport.pipeline.store import applications
from services.pipeline.tests.support.raw_ingest import RawIngest

AT = "2026-03-01T00:00:00Z"
TIMES = {"created_at": AT, "updated_at": AT}


class ReadAts:
    """An ATS whose pages are read."""

    def __init__(self, pipeline: Database, ingest: RawIngest, mapper: GreenhouseMapper) -> None:
        self.pipeline, self._ingest, self.mapper = pipeline, ingest, mapper
        self.application_id = mapper.id("applications", 1)

    async def read(self, collection: str, *records: dict[str, Any]) -> None:
        async with self.pipeline.work("acme", actor="ats", cause="sync") as unit:
            await self._ingest.raw(unit, collection, records)

    async def compare(self, *applications_: int) -> None:
        """The end of a run: what the ATS says of applications is recorded."""
        async with self.pipeline.work("acme", actor="ats", cause="sync") as unit:
            ids = [self.mapper.id("applications", number) for number in applications_]
            await record_changes(unit, await applications.lock_applications(unit, ids))


def application(number: int, **more: Any) -> dict[str, Any]:
    """As the ATS lists it: of person 2, in stage 31 of job 3."""
    named = {"id": number, "candidate_id": 2, "job_id": 3, "stage_id": 31, "status": "active"}
    return named | TIMES | {"current_stage_at": AT, "last_activity_at": AT} | more
