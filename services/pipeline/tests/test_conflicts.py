"""Conflicts with the ATS, as they wait for those on the jobs' hiring teams."""

from datetime import UTC, datetime
from uuid import UUID

from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import Conflicts, GetConflicts
from rapport.contracts.vocabulary import SyncState
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.kit.rpc.envelope import RequestContext
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper
from rapport.pipeline.recording import record_changes
from rapport.pipeline.requests import PipelineRequests
from rapport.pipeline.store import applications
from rapport.testing.statements import counted_statements
from services.pipeline.tests.support.raw_ingest import RawIngest

_AT = "2026-03-01T00:00:00Z"
_TIMES = {"created_at": _AT, "updated_at": _AT, "current_stage_at": _AT, "last_activity_at": _AT}
_TEAM = Statement(
    "INSERT INTO job_team (org_id, id, job_id, user_id, role, responsible)"
    " VALUES (current_org(), gen_random_uuid(), $1, $2, 'recruiter', true)"
)
_REFUSED = Statement(
    "UPDATE application SET sync_state = 'conflicted', sync_since = $2, sync_reason = 'the stage is full',"
    " ats_stage_id = $3 WHERE id = $1"
)
KATE, LIAM = (UserId(UUID(int=n)) for n in (1, 2))


async def test_a_conflict_waits_for_the_team_of_its_job_with_both_stages(
    pipeline: Database, ingest: RawIngest, mapper: GreenhouseMapper
) -> None:
    requests = PipelineRequests(pipeline, [], move_queued=lambda _: None, run_requested=lambda _: None)

    async def conflicts(user: UserId, *roles: Role) -> Conflicts:
        context = RequestContext(Viewer(org_id="acme", user_id=user, roles=frozenset(roles)), "key")
        return Conflicts.model_validate_json(await requests.get_conflicts(GetConflicts(), context))

    ids = [mapper.id("applications", n) for n in (1, 2, 3)]
    async with pipeline.work("acme", actor="ats", cause="sync") as unit:
        await ingest.raw(unit, "jobs", [{"id": 3, "name": "Engineer", "status": "open"} | _TIMES])
        stages = [{"id": n, "job_id": 3, "name": name, "sort_order": n} for n, name in ((31, "Screen"), (32, "Onsite"))]
        await ingest.raw(unit, "job_stages", stages)
        await ingest.raw(unit, "people", [{"id": 2, "first_name": "Kate", "last_name": "Austen"} | _TIMES])
        given = {"candidate_id": 2, "job_id": 3, "stage_id": 31, "status": "active"} | _TIMES
        closed = {"id": 3, "status": "rejected", "rejected_at": _AT}
        await ingest.raw(unit, "applications", [{"id": 1} | given, {"id": 2} | given, given | closed])
        await record_changes(unit, await applications.lock_applications(unit, ids))
        await unit.execute(_TEAM, mapper.id("jobs", 3), KATE)
    assert await conflicts(KATE) == Conflicts(items=(), total=0)

    later, earlier = datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)
    async with pipeline.work("acme", actor="ats", cause="write") as unit:
        for id_, since in zip(ids, (later, earlier, earlier), strict=True):
            await unit.execute(_REFUSED, id_, since, mapper.id("job_stages", 32))
    async with counted_statements(pipeline.pool) as statements:
        found = await conflicts(KATE, Role.HIRING_MANAGER)
    assert statements == ["get_conflicts"]
    # The closed one has no card to look at; of the others, what waits longest comes first.
    assert ([application.id for application in found.items], found.total) == ([ids[1], ids[0]], 2)
    sync = found.items[0].sync
    assert (sync.state, sync.since, sync.reason) == (SyncState.CONFLICTED, earlier, "the stage is full")
    assert sync.ats_stage is not None
    assert (found.items[0].stage.name, sync.ats_stage.name) == ("Screen", "Onsite")
    assert await conflicts(LIAM, Role.ADMIN) == Conflicts(items=(), total=0)
