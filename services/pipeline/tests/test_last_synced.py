"""When an application was last known to be as the ATS has it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import (
    Application,
    Applications,
    AtsOfJobs,
    Board,
    BoardFilter,
    Card,
    GetApplicationsByIds,
    GetAtsOfJobs,
    GetBoard,
    GetCardsByIds,
    MoveApplication,
    MoveResult,
    PlacedCards,
)
from rapport.contracts.vocabulary import Origin
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.kit.rpc.envelope import RequestContext
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper
from rapport.pipeline.requests import PipelineRequests
from rapport.pipeline.store import SQL, sync
from services.pipeline.tests.support.raw_ingest import RawIngest
from services.pipeline.tests.support.read_ats import AT, TIMES, ReadAts, application

_READ = datetime.fromisoformat(AT)
_LATER = _READ + timedelta(days=1)
_VIEWER = Viewer(org_id="acme", user_id=UserId(UUID(int=1)), roles=frozenset({Role.RECRUITER}))
_PUBLISHED = Statement("SELECT count(*) FROM outbox")


class Synced(ReadAts):
    """An ATS that is read in runs, and the cards made of it."""

    def __init__(self, pipeline: Database, ingest: RawIngest, mapper: GreenhouseMapper) -> None:
        super().__init__(pipeline, ingest, mapper)
        self.requests = PipelineRequests(pipeline, [], move_queued=lambda _: None, run_requested=lambda _: None)
        self.context = RequestContext(_VIEWER, "key")
        self.job = mapper.id("jobs", 3)

    async def begin_run(self, at: datetime) -> None:
        async with self.pipeline.work("acme", actor="ats", cause="sync") as unit:
            await sync.begin_run(unit, "greenhouse", "greenhouse", full=False, collections=())
            await unit.execute(Statement("UPDATE sync_run SET started_at = $1"), at)

    async def finish_run(self) -> None:
        async with self.pipeline.work("acme", actor="ats", cause="sync") as unit:
            await unit.execute(SQL["finish_run"], "greenhouse", unit.now)

    async def cards(self) -> list[Card]:
        """The first application's, as each answer has it."""
        found: list[Card] = []
        for wanted in (BoardFilter(), BoardFilter(origin=Origin.UNKNOWN)):
            answer = await self.requests.get_board(GetBoard(job_id=self.job, filter=wanted), self.context)
            assert isinstance(answer, str)
            columns = Board.model_validate_json(answer).columns
            found += [edge.node for column in columns for edge in column.cards.edges]
        by_id = await self.requests.get_cards_by_ids(GetCardsByIds(ids=(self.application_id,)), self.context)
        return [*found, *(placed.card for placed in PlacedCards.model_validate_json(by_id).items)]

    async def application(self) -> Application:
        asked = GetApplicationsByIds(ids=(self.application_id,))
        answer = await self.requests.get_applications_by_ids(asked, self.context)
        [shown] = Applications.model_validate_json(answer).items
        return shown

    async def last_synced_at(self) -> datetime | None:
        """What every answer says."""
        cards = await self.cards()
        assert len(cards) == 3
        [said] = {card.last_synced_at for card in cards} | {(await self.application()).sync.last_synced_at}
        return said

    async def published(self) -> Any:
        async with self.pipeline.read_session("acme") as session:
            return await session.fetchval(_PUBLISHED)


@pytest_asyncio.fixture
async def ats(pipeline: Database, ingest: RawIngest, mapper: GreenhouseMapper) -> Synced:
    ats = Synced(pipeline, ingest, mapper)
    await ats.read("jobs", {"id": 3, "name": "Engineer", "status": "open"} | TIMES)
    stages = ({"id": n, "job_id": 3, "name": f"Stage {n}", "sort_order": n} for n in (31, 32))
    await ats.read("job_stages", *stages)
    await ats.read("people", {"id": 2, "first_name": "Kate", "last_name": "Austen"} | TIMES)
    await ats.read("applications", application(1))
    await ats.compare(1)
    return ats


async def test_before_the_first_run_is_over_it_is_when_the_ats_changed_the_application(ats: Synced) -> None:
    assert await ats.last_synced_at() == _READ
    await ats.begin_run(_LATER)
    assert await ats.last_synced_at() == _READ


async def test_a_finished_run_proves_everything_as_of_its_start_and_publishes_nothing(ats: Synced) -> None:
    before, version = await ats.published(), (await ats.application()).version
    await ats.begin_run(_LATER)
    await ats.finish_run()
    assert await ats.last_synced_at() == _LATER
    # The next one proves nothing before it is over.
    await ats.begin_run(_LATER + timedelta(minutes=1))
    assert await ats.last_synced_at() == _LATER
    assert await ats.published() == before
    assert (await ats.application()).version == version


async def test_what_the_ats_said_of_one_application_since_the_last_run_counts_for_it(ats: Synced) -> None:
    await ats.begin_run(_LATER)
    await ats.finish_run()
    changed = _LATER + timedelta(minutes=5)
    await ats.read("applications", application(1, stage_id=32, updated_at=changed.isoformat()))
    # What was read is shown once it was compared.
    assert await ats.last_synced_at() == _LATER
    await ats.compare(1)
    assert await ats.last_synced_at() == changed


async def test_what_is_not_in_the_ats_yet_is_not_in_sync_whatever_is_read(ats: Synced) -> None:
    await ats.begin_run(_LATER)
    await ats.finish_run()
    frm, to = (ats.mapper.id("job_stages", number) for number in (31, 32))
    move = MoveApplication(application_id=ats.application_id, from_stage_id=frm, to_stage_id=to)
    assert isinstance(await ats.requests.move_application(move, ats.context), MoveResult)
    assert await ats.last_synced_at() is None
    await ats.begin_run(datetime.now(UTC))
    await ats.finish_run()
    assert await ats.last_synced_at() is None


@pytest.mark.parametrize(("role", "sees"), [(Role.RECRUITER, True), (Role.HIRING_MANAGER, False)])
async def test_the_ats_of_a_job_is_told_to_who_sees_the_job(ats: Synced, role: Role, *, sees: bool) -> None:
    await ats.begin_run(_LATER)
    await ats.finish_run()
    viewer = _VIEWER.model_copy(update={"roles": frozenset({role})})
    answer = await ats.requests.get_ats_of_jobs(GetAtsOfJobs(ids=(ats.job,)), RequestContext(viewer, "key"))
    found = [(each.kind, each.in_sync_at) for each in AtsOfJobs.model_validate_json(answer).items]
    assert found == ([("greenhouse", _LATER)] if sees else [])
