"""A pipeline beside a sandbox ATS that it has read: moves are made on either side, written and read step by step."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import asyncpg
from aiohttp import web

from rapport.contracts.events import Event, parse_event
from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import (
    AddToJob,
    Application,
    ApplicationResult,
    Applications,
    CloseReason,
    CloseReasons,
    GetApplicationActions,
    GetApplicationsByIds,
    GetCloseReasons,
    GetJobAdditions,
    GetOpenings,
    HireApplication,
    JobAddition,
    JobAdditions,
    MoveApplication,
    MoveResult,
    Openings,
    RejectApplication,
    RejectionMail,
    ReopenApplication,
    TransferApplication,
    WithdrawApplication,
)
from rapport.contracts.refusals import Refusal
from rapport.contracts.vocabulary import ApplicationAction, ClosedBy
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database, open_database
from rapport.kit.rpc.envelope import RequestContext
from rapport.kit.web.http import listening
from rapport.local import ports
from rapport.local.waiting import eventually
from rapport.pipeline.additions import AdditionRequests, AdditionWorker
from rapport.pipeline.application_requests import ApplicationRequests
from rapport.pipeline.connectors.connection import Connection
from rapport.pipeline.connectors.greenhouse.api import GreenhouseApi
from rapport.pipeline.connectors.greenhouse.connector import GreenhouseConnector
from rapport.pipeline.domain.records import ApplicationRecord, Collection
from rapport.pipeline.recording import record_changes
from rapport.pipeline.requests import PipelineRequests
from rapport.pipeline.settings import PipelineSettings
from rapport.pipeline.store import applications, sync
from rapport.pipeline.sync.endings import EndReason
from rapport.pipeline.sync.ingest import Ingest
from rapport.pipeline.sync.runs import SyncRunner
from rapport.pipeline.sync.writes import WriteBackWorker
from rapport.sandbox.company.generation import generate
from rapport.sandbox.company.parameters import Parameters
from rapport.sandbox.vendors.greenhouse import server
from rapport.sandbox.vendors.greenhouse.settings import Client, SandboxSettings
from rapport.testing.databases import DatabaseFactory, Templates

_PATIENCE = 20
_CARDS = """
SELECT b.application_id, b.stage_id, a.external_id, a.version, (
    SELECT array_agg(s.id ORDER BY s.position) FROM job_stage s
    WHERE s.job_id = b.job_id AND s.active AND s.kind <> 'hired' AND s.id <> b.stage_id) AS others
FROM board_card b JOIN application a ON a.id = b.application_id
ORDER BY b.application_id
"""


TEAM_OF_ONE = """
SELECT t.user_id FROM job_team t JOIN application a ON a.job_id = t.job_id
WHERE a.id = $1 AND t.user_id NOT IN (
    SELECT o.user_id FROM job_team o JOIN application b ON b.job_id = o.job_id WHERE b.id = $2)
ORDER BY t.user_id LIMIT 1
"""
"""Somebody on the team of one application's job, and not on that of another's."""


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
        self.api = GreenhouseApi(connector.connection, session)
        self.control = control
        self._session = session
        self._ingest = Ingest(connector)
        self.requests = PipelineRequests(
            pipeline, [connector.connection], move_queued=lambda _: None, run_requested=lambda _: None
        )
        self.actions = ApplicationRequests(pipeline, write_queued=lambda _: None)
        self.additions = AdditionRequests(pipeline, queued=lambda _: None)
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

    def cards_of_one_job(self, number: int) -> list[Card]:
        """So many of one job, from more than one of its stages."""
        of_job = defaultdict[frozenset[UUID], list[Card]](list)
        for card in self._cards:
            of_job[frozenset({card.stage, *card.others})].append(card)
        for cards in of_job.values():
            taken = cards[: number - 1]
            last = next((card for card in cards[number - 1 :] if {card.stage} != {each.stage for each in taken}), None)
            if last is not None:
                taken.append(last)
                self._cards = [card for card in self._cards if card not in taken]
                return taken
        raise AssertionError(f"no job has {number} cards left")

    async def cards_of_two_teams(self) -> tuple[Card, Card]:
        """Two, such that somebody is on the team of the first alone."""
        one = self.card()
        for other in self._cards:
            if await self.rows(TEAM_OF_ONE, one.application, other.application):
                self._cards.remove(other)
                return one, other
        raise AssertionError("all jobs have the same team")

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

    def context(self, *, user: int | UserId = 0, key: str | None = None) -> RequestContext:
        """A request of one of the recruiters, or of a user whom the ATS does not know."""
        user_id = self.user(user) if isinstance(user, int) else user
        return RequestContext(
            Viewer(org_id="acme", user_id=user_id, roles=frozenset({Role.RECRUITER})), key or str(uuid4())
        )

    async def reason(self, closed_by: ClosedBy = ClosedBy.ORGANISATION, number: int = 0) -> CloseReason:
        """One of the account's reasons of a kind."""
        found = await self.actions.get_close_reasons(GetCloseReasons(), self.context())
        reasons = CloseReasons.model_validate_json(found).items
        return [reason for reason in reasons if reason.closed_by is closed_by][number]

    async def reject(
        self,
        card: Card,
        *,
        stage: UUID | None = None,
        note: str | None = None,
        mail: RejectionMail | None = None,
        user: int | UserId = 0,
        key: str | None = None,
    ) -> ApplicationResult | Refusal:
        """Somebody rejects it here, having seen it in a stage."""
        reason = await self.reason()
        request = RejectApplication(
            application_id=card.application, stage_id=stage or card.stage, reason_id=reason.id, note=note, mail=mail
        )
        return await self.actions.close_application(request, self.context(user=user, key=key))

    async def withdraw(self, card: Card) -> ApplicationResult | Refusal:
        """Somebody records here that the person withdrew."""
        reason = await self.reason(ClosedBy.PERSON)
        request = WithdrawApplication(application_id=card.application, stage_id=card.stage, reason_id=reason.id)
        return await self.actions.close_application(request, self.context())

    async def reopen(self, card: Card, *, user: int | UserId = 0) -> ApplicationResult | Refusal:
        """Somebody takes back here that it was closed."""
        request = ReopenApplication(application_id=card.application)
        return await self.actions.reopen_application(request, self.context(user=user))

    async def transferable(self) -> tuple[Card, UUID, UUID]:
        """A card, an open job for which the person is not pursued, and the first stage of that."""
        card = self.card()
        [[job, first]] = await self.rows(
            "SELECT j.id, (SELECT s.id FROM job_stage s WHERE s.job_id = j.id AND s.active ORDER BY s.position LIMIT 1)"
            " FROM job j WHERE j.status = 'open' AND NOT EXISTS ("
            "   SELECT 1 FROM application a JOIN application c ON c.person_id = a.person_id"
            "   WHERE c.id = $1 AND a.job_id = j.id) ORDER BY j.id LIMIT 1",
            card.application,
        )
        return card, job, first

    async def transfer(
        self, card: Card, job: UUID, *, stage: UUID | None = None, user: int | UserId = 0
    ) -> ApplicationResult | Refusal:
        """Somebody lets it go on in another job."""
        request = TransferApplication(application_id=card.application, stage_id=stage or card.stage, to_job_id=job)
        return await self.actions.transfer_application(request, self.context(user=user))

    async def hireable(self) -> tuple[Card, UUID]:
        """A card, and an open seat of its job."""
        while True:
            card = self.card()
            [[job]] = await self.rows("SELECT job_id FROM application WHERE id = $1", card.application)
            found = await self.actions.get_openings(GetOpenings(job_id=job), self.context())
            if openings := Openings.model_validate_json(found).items:
                return card, openings[-1].id

    async def hire(
        self, card: Card, *, opening: UUID | None = None, starts_on: date | None = None
    ) -> ApplicationResult | Refusal:
        """Somebody records that the person is hired."""
        request = HireApplication(
            application_id=card.application, stage_id=card.stage, opening_id=opening, starts_on=starts_on
        )
        return await self.actions.hire_application(request, self.context())

    async def allowed(
        self, card: Card, *, roles: frozenset[Role] = frozenset({Role.RECRUITER}), user: int | UserId = 0
    ) -> dict[ApplicationAction, str | None]:
        """What a viewer may do to it, with the reasons why not; nothing, if they do not see it."""
        viewer = self.context(user=user).viewer.model_copy(update={"roles": roles})
        request = GetApplicationActions(ids=(card.application,))
        found = await self.actions.get_application_actions(request, RequestContext(viewer, "key"))
        return {each.action: each.reason for item in found.items for each in item.actions}

    async def act_in_ats(self, card: Card, action: str, **body: object) -> None:
        """Another client of the ATS rejects, unrejects or hires there."""
        await self.api.write(f"applications/{card.ref}/{action}", body, user=self._users[-1][1])

    async def in_ats(self, card: Card) -> ApplicationRecord:
        """The ATS's own record."""
        [record] = (await self.connector.by_ids(Collection.APPLICATIONS, [card.ref])).records
        assert isinstance(record, ApplicationRecord)
        return record

    async def in_rejection_details(self, card: Card) -> dict[str, Any]:
        """The ATS's own details of its rejection."""
        page = await self.api.first_page("rejection_details")
        [detail] = [each for each in page.records if str(each["application_id"]) == card.ref]
        return detail

    def user_ref(self, number: int = 0) -> int:
        """One of the recruiters, as the ATS knows them."""
        return int(self._users[number][1])

    async def reason_ref(self, reason: CloseReason) -> str:
        """A reason, as the ATS knows it."""
        [[ref]] = await self.rows("SELECT external_id FROM rejection_reason WHERE id = $1", reason.id)
        return str(ref)

    async def stage_in_ats(self, card: Card) -> UUID:
        """Where the ATS has it."""
        return (await self.in_ats(card)).stage_id

    async def application(self, card: Card) -> Application:
        """As those who see it are shown it."""
        request = GetApplicationsByIds(ids=(card.application,), include_history=True)
        found = await self.requests.get_applications_by_ids(request, self.context())
        [application] = Applications.model_validate_json(found).items
        return application

    async def written(self) -> None:
        """Every waiting write was decided by the ATS."""
        worker = WriteBackWorker(self.connector, self.pipeline, self._ingest).worker
        running = asyncio.create_task(worker.run())

        async def none_waiting() -> bool:
            return not await self.rows("SELECT 1 FROM ats_write WHERE state = 'waiting' LIMIT 1")

        await eventually(none_waiting, within=_PATIENCE, what="the writing of every move")
        await _cancelled(running)

    async def added(self) -> None:
        """Everybody who was added to a job is there, or the ATS has refused it."""
        worker = AdditionWorker(self.connector, self.pipeline, self._ingest, lag_seconds=0.2).worker
        running = asyncio.create_task(worker.run())

        async def none_waiting() -> bool:
            return not await self.rows("SELECT 1 FROM application_addition WHERE state = 'waiting' LIMIT 1")

        await eventually(none_waiting, within=_PATIENCE, what="the addition of everybody")
        await _cancelled(running)

    async def add(
        self, person: UUID, job: UUID, *, user: int | UserId = 0, key: str | None = None
    ) -> JobAddition | Refusal:
        """Somebody adds a person to a job here."""
        request = AddToJob(person_id=person, job_id=job)
        return await self.additions.add_to_job(request, self.context(user=user, key=key))

    async def erase(self, person: UUID) -> None:
        """The person is erased, as if the ATS had deleted them."""
        async with self.pipeline.work("acme", actor="ats", cause="test") as unit:
            await self._ingest.endings.erase(unit, [person], EndReason.DELETED)

    async def additions_of(self, person: UUID) -> list[JobAddition]:
        """What of them waits or was refused."""
        found = await self.additions.get_job_additions(GetJobAdditions(person_ids=(person,)), self.context())
        return list(JobAdditions.model_validate_json(found).items)

    async def change_in_ats(self, change: str, **body: object) -> None:
        """Something happens there."""
        async with self._session.post(f"{self.control}/changes", json={"change": change, **body}) as response:
            response.raise_for_status()

    async def polled(self, card: Card) -> None:
        """What the ATS has of the application was read, as a webhook or a list says it."""
        await self.read_application(card.ref)

    async def read_application(self, ref: str) -> None:
        """The same of an application that may be new."""
        page = await self.connector.by_ids(Collection.APPLICATIONS, [ref])
        async with self.pipeline.work("acme", actor="ats", cause="test") as unit:
            await self._ingest.ingest(unit, Collection.APPLICATIONS, page.records)
            ids = [record.id for record in page.records if isinstance(record, ApplicationRecord)]
            await record_changes(unit, await applications.lock_applications(unit, ids))

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
        async with self._session.post(f"{self.control}/faults", json=faults) as response:
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
async def two_way(pipeline: Database, connection: Connection, folder: Path, people: int = 400) -> AsyncIterator[TwoWay]:
    """A pipeline that has read a small company from a sandbox ATS of its own."""
    company = folder / "company.sqlite"
    generate(company, Parameters(now=datetime(2026, 11, 1, tzinfo=UTC), people=people))
    served = web.Application()
    served.add_subapp("/ats", server.create(SandboxSettings(company=company, clients=(Client("id", "secret"),))))
    async with listening(served, ports.LOOPBACK, 0) as port, aiohttp.ClientSession() as session:
        address = f"http://{ports.LOOPBACK}:{port}/ats"
        known = connection.model_copy(update={"base_url": f"{address}/v3", "token_url": f"{address}/token"})
        both = TwoWay(pipeline, GreenhouseConnector(known, session), f"{address}/control", session)
        await both.read_everything()
        yield both


@asynccontextmanager
async def served(templates: Templates, folder: Path, *, people: int = 400) -> AsyncIterator[TwoWay]:
    """The same, with a database of its own; for the tests of a file."""
    databases = DatabaseFactory(templates)
    try:
        made: Any = await databases("pipeline")
        connection = Connection.model_validate(
            {
                "org_id": "acme",
                "name": "greenhouse",
                "kind": "greenhouse",
                "base_url": "http://127.0.0.1:9/v3",
                "token_url": "http://127.0.0.1:9/token",
                "client_id": "id",
                "client_secret": "secret",
                "webhook_secret": "secret",
            }
        )
        async with (
            open_database(made.url, service="pipeline") as pipeline,
            two_way(pipeline, connection, folder, people) as both,
        ):
            yield both
    finally:
        await databases.drop_all()


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
