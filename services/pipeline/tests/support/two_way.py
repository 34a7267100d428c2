"""A pipeline beside a sandbox ATS that it has read: moves are made on either side, written and read step by step."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import asyncpg
from aiohttp import web

from rapport.contracts.events import Event, parse_event
from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import MoveApplication, MoveResult
from rapport.contracts.refusals import Refusal
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.kit.rpc.envelope import RequestContext
from rapport.kit.web.http import listening
from rapport.local import ports
from rapport.local.waiting import eventually
from rapport.pipeline.connectors.connection import Connection
from rapport.pipeline.connectors.greenhouse.connector import GreenhouseConnector
from rapport.pipeline.domain.records import Collection
from rapport.pipeline.recording import record_changes
from rapport.pipeline.requests import PipelineRequests
from rapport.pipeline.settings import PipelineSettings
from rapport.pipeline.store import applications, sync
from rapport.pipeline.sync.ingest import Ingest
from rapport.pipeline.sync.runs import SyncRunner
from rapport.pipeline.sync.writes import WriteBackWorker
from rapport.sandbox.company.generation import generate
from rapport.sandbox.company.parameters import Parameters
from rapport.sandbox.vendors.greenhouse import server
from rapport.sandbox.vendors.greenhouse.settings import Client, SandboxSettings

_PATIENCE = 20
_CARDS = """
SELECT b.application_id, b.stage_id, a.external_id, a.version, (
    SELECT array_agg(s.id ORDER BY s.position) FROM job_stage s
    WHERE s.job_id = b.job_id AND s.active AND s.kind <> 'hired' AND s.id <> b.stage_id) AS others
FROM board_card b JOIN application a ON a.id = b.application_id
ORDER BY b.application_id
"""


@dataclass(frozen=True)
class Card:
    """A card that no other test moves: where it is, and stages where it could go."""

    application: UUID
    ref: str
    stage: UUID
    others: tuple[UUID, ...]
    version: int
    """Before anything was done with it."""


class TwoWay:
    """What people do on both sides, and what both sides say."""

    def __init__(
        self, pipeline: Database, connector: GreenhouseConnector, control: str, session: aiohttp.ClientSession
    ) -> None:
        self.pipeline = pipeline
        self.connector = connector
        self._control = control
        self._session = session
        self._ingest = Ingest(connector)
        self.requests = PipelineRequests(
            pipeline, [connector.connection], move_queued=lambda _: None, run_requested=lambda _: None
        )
        self._refs: dict[UUID, str] = {}
        self._cards: list[Card] = []
        self._users: list[tuple[UserId, str]] = []

    async def read_everything(self) -> None:
        """The first run."""
        settings = PipelineSettings.model_construct(ats_poll_seconds=3600.0, ats_lag_seconds=1.0)
        running = asyncio.create_task(SyncRunner(self.connector, self.pipeline, self._ingest, settings).run())

        async def idle() -> bool:
            async with self.pipeline.read_session("acme") as session:
                run = await sync.current_run(session, "greenhouse")
            return run is not None and run.phase == "idle"

        await eventually(idle, within=60, what="the end of the run")
        await _cancelled(running)
        self._refs = {row["id"]: row["external_id"] for row in await self.rows("SELECT id, external_id FROM job_stage")}
        self._cards = [
            Card(row["application_id"], row["external_id"], row["stage_id"], tuple(row["others"]), row["version"])
            for row in await self.rows(_CARDS)
            if row["others"] and len(row["others"]) > 3
        ]
        team = await self.rows(
            "SELECT DISTINCT u.id, u.external_id FROM user_account u JOIN job_team t ON t.user_id = u.id"
            " WHERE t.role = 'recruiter' ORDER BY u.external_id"
        )
        self._users = [(UserId(row["id"]), row["external_id"]) for row in team]

    def card(self) -> Card:
        """One that was not given out yet."""
        return self._cards.pop()

    def user(self, number: int = 0) -> UserId:
        """One of the recruiters."""
        return self._users[number][0]

    async def move(
        self, card: Card, frm: UUID, to: UUID, *, ats: UUID | None = None, key: str | None = None, user: int = 0
    ) -> MoveResult | Refusal:
        """Somebody moves it here, or settles a conflict in which they see the ATS's stage ``ats``."""
        viewer = Viewer(org_id="acme", user_id=self.user(user), roles=frozenset({Role.RECRUITER}))
        request = MoveApplication(application_id=card.application, from_stage_id=frm, to_stage_id=to, ats_stage_id=ats)
        return await self.requests.move_application(request, RequestContext(viewer, key or str(uuid4())))

    async def move_in_ats(self, card: Card, frm: UUID, to: UUID) -> None:
        """Another client of the ATS moves it there."""
        stages = {"from_stage": self._refs[frm], "to_stage": self._refs[to]}
        await self.connector.move(card.ref, **stages, user=self._users[-1][1])

    async def stage_in_ats(self, card: Card) -> UUID:
        """Where the ATS has it."""
        [record] = (await self.connector.by_ids(Collection.APPLICATIONS, [card.ref])).records
        stage: UUID = record.stage_id  # type: ignore[union-attr]
        return stage

    async def written(self) -> None:
        """Every waiting write was decided by the ATS."""
        worker = WriteBackWorker(self.connector, self.pipeline, self._ingest).worker
        running = asyncio.create_task(worker.run())

        async def none_waiting() -> bool:
            return not await self.rows("SELECT 1 FROM ats_write WHERE state = 'waiting' LIMIT 1")

        await eventually(none_waiting, within=_PATIENCE, what="the writing of every move")
        await _cancelled(running)

    async def polled(self, card: Card) -> None:
        """What the ATS has of the application was read, as a webhook or a list says it."""
        page = await self.connector.by_ids(Collection.APPLICATIONS, [card.ref])
        async with self.pipeline.work("acme", actor="ats", cause="test") as unit:
            await self._ingest.ingest(unit, Collection.APPLICATIONS, page.records)
            await record_changes(unit, await applications.lock_applications(unit, [card.application]))

    async def history_read(self, *, until: datetime | None = None) -> None:
        """The ATS's history of every application was read; with ``until``, its list lags behind."""
        page = await self.connector.page(Collection.STAGE_ENTRIES)
        while True:
            records = [r for r in page.records if until is None or r.entered_at <= until]  # type: ignore[union-attr]
            async with self.pipeline.work("acme", actor="ats", cause="test") as unit:
                await self._ingest.ingest(unit, Collection.STAGE_ENTRIES, records)
            if page.next_page is None:
                break
            page = await self.connector.page(Collection.STAGE_ENTRIES, token=page.next_page)
        async with self.pipeline.work("acme", actor="ats", cause="test") as unit:
            await self._ingest.record_next_changes(unit, after=applications.LOWEST_ID)

    async def fault(self, **faults: float) -> None:
        """Something goes wrong in the ATS."""
        async with self._session.post(f"{self._control}/faults", json=faults) as response:
            response.raise_for_status()

    async def conflict(self) -> tuple[Card, UUID, UUID]:
        """A card that was moved here and elsewhere in the ATS: with our stage and the ATS's."""
        card = self.card()
        ours, theirs = card.others[0], card.others[1]
        assert isinstance(await self.move(card, card.stage, ours), MoveResult)
        await self.move_in_ats(card, card.stage, theirs)
        await self.written()
        return card, ours, theirs

    async def state(self, card: Card) -> tuple[str, UUID, UUID | None]:
        """The sync's state, our stage, and the ATS's stage as the card shows it."""
        [row] = await self.rows(
            "SELECT card ->> 'sync', stage_id, (card ->> 'ats_stage_id')::uuid FROM board_card"
            " WHERE application_id = $1",
            card.application,
        )
        return (row[0], row[1], row[2])

    async def transitions(self, card: Card) -> list[tuple[UUID | None, UUID, str, bool]]:
        """Its moves since the first run: from, to, by whom, and whether they were read late."""
        rows = await self.rows(
            "SELECT from_stage_id, to_stage_id, split_part(actor, ':', 1), backfilled FROM transition"
            " WHERE application_id = $1 AND kind = 'moved' AND version > $2 ORDER BY version",
            card.application,
            card.version,
        )
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    async def published(self, card: Card) -> list[Event[Any]]:
        """All its events, oldest first."""
        rows = await self.rows(
            "SELECT body, subject FROM outbox WHERE aggregate_id = $1 ORDER BY aggregate_version", card.application
        )
        return [parse_event(row["body"], row["subject"]) for row in rows]

    async def rows(self, statement: str, *arguments: Any) -> list[asyncpg.Record]:
        """What the pipeline has stored."""
        async with self.pipeline.read_session("acme") as session:
            return await session.fetch(Statement(statement), *arguments)


@asynccontextmanager
async def two_way(pipeline: Database, connection: Connection, folder: Path) -> AsyncIterator[TwoWay]:
    """A pipeline that has read a small company from a sandbox ATS of its own."""
    company = folder / "company.sqlite"
    generate(company, Parameters(now=datetime(2026, 11, 1, tzinfo=UTC), people=400))
    served = web.Application()
    served.add_subapp("/ats", server.create(SandboxSettings(company=company, clients=(Client("id", "secret"),))))
    async with listening(served, ports.LOOPBACK, 0) as port, aiohttp.ClientSession() as session:
        address = f"http://{ports.LOOPBACK}:{port}/ats"
        known = connection.model_copy(update={"base_url": f"{address}/v3", "token_url": f"{address}/token"})
        both = TwoWay(pipeline, GreenhouseConnector(known, session), f"{address}/control", session)
        await both.read_everything()
        yield both


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
