"""The composition root: the only place that constructs."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial

import aiohttp

from rapport.kit.database.unit_of_work import Database, open_database
from rapport.kit.runtime.leadership import run_as_leader
from rapport.kit.runtime.process import supervised
from rapport.kit.runtime.service import migrate_service, open_service, rebuild_service, replay_service
from rapport.kit.runtime.settings import from_environment
from rapport.kit.runtime.worker import Worker
from rapport.kit.telemetry import untraced
from rapport.kit.web.links import Links
from rapport.pipeline.additions import AdditionRequests, AdditionWorker
from rapport.pipeline.application_requests import ApplicationRequests
from rapport.pipeline.assignments import AssignmentRequests
from rapport.pipeline.attention import AttentionRequests, AttentionWorker
from rapport.pipeline.bulk.applications import change_by
from rapport.pipeline.bulk.requests import BulkRequests
from rapport.pipeline.bulk.worker import BulkWorker
from rapport.pipeline.check_ins import CheckInRequests
from rapport.pipeline.connectors.connection import Connection, read_connections
from rapport.pipeline.connectors.connector import AtsConnector
from rapport.pipeline.connectors.greenhouse.connector import GreenhouseConnector
from rapport.pipeline.crm.notes import NoteRequests
from rapport.pipeline.crm.people import PeopleRequests
from rapport.pipeline.crm.projects import ProjectRequests
from rapport.pipeline.directory_requests import DirectoryRequests
from rapport.pipeline.downloads import ATTACHMENT, AttachmentDownloads, AttachmentLinks
from rapport.pipeline.duplicates import DuplicateFinder, DuplicateRequests
from rapport.pipeline.http import MAX_DELIVERY, WebhookReceiver
from rapport.pipeline.imports.requests import ImportRequests
from rapport.pipeline.imports.worker import ImportWorker
from rapport.pipeline.merge_requests import MergeRequests
from rapport.pipeline.note_writes import NoteWriter
from rapport.pipeline.reactions import PersonActivity
from rapport.pipeline.requests import AttachmentRequests, PipelineRequests
from rapport.pipeline.search.diversity_requests import DiversityRequests
from rapport.pipeline.search.feeder import PeopleIndexes
from rapport.pipeline.search.requests import SearchRequests
from rapport.pipeline.search.saved import SavedSearchRequests
from rapport.pipeline.settings import PipelineRebuildSettings, PipelineSettings
from rapport.pipeline.store import applications
from rapport.pipeline.sync.comparison import ComparisonWorker
from rapport.pipeline.sync.deliveries import Deliveries
from rapport.pipeline.sync.ingest import Ingest
from rapport.pipeline.sync.runs import SyncRunner
from rapport.pipeline.sync.writes import WriteBackWorker

_SERVICE = "pipeline"
_SYNC_LEADER = 0x7379_6E63
"""Advisory lock of the one replica that syncs."""
_REBUILD_SLICE = 1000


class ConnectionWorkers:
    """One connection's workers."""

    def __init__(self, connector: AtsConnector, database: Database, settings: PipelineSettings) -> None:
        """Nothing runs before :meth:`run`."""
        ingest = Ingest(connector)
        self.org_id = connector.connection.org_id
        self.runner = SyncRunner(connector, database, ingest, settings)
        self.write_back = WriteBackWorker(connector, database, ingest)
        self.additions = AdditionWorker(connector, database, ingest, lag_seconds=settings.ats_lag_seconds)
        self.notes = NoteWriter(connector, database, lag_seconds=settings.ats_lag_seconds)
        self.comparison = ComparisonWorker(connector, database, ingest, settings)
        self.deliveries = Deliveries(connector, database, ingest, self.runner.wake, self.comparison.wake)

    async def run(self) -> None:
        """Sync, compare, apply deliveries, write moves and render changing cards, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(supervised("sync", self.runner.run))
            group.create_task(supervised("comparison", self.comparison.run))
            group.create_task(supervised("cards", self.runner.render_changing_cards))
            group.create_task(supervised("deliveries", self.deliveries.worker.run))
            group.create_task(supervised("write-back", self.write_back.worker.run))
            group.create_task(supervised("additions", self.additions.worker.run))
            group.create_task(supervised("notes", self.notes.worker.run))


class Workers:
    """The workers of every connection and those of the organisations, and ways to wake them."""

    def __init__(self, connections: Sequence[ConnectionWorkers]) -> None:
        """Nothing runs before :meth:`run`."""
        self._workers = connections

    async def run(self, others: Mapping[str, Worker]) -> None:
        """Run them all until cancelled; ``others``: by name, one of each kind for all organisations."""
        async with asyncio.TaskGroup() as group:
            for name, worker in others.items():
                group.create_task(supervised(name, worker.run))
            for workers in self._workers:
                group.create_task(workers.run())

    def write_to_ats(self, org_id: str) -> None:
        """Something was queued that is to be written to an ATS of this organisation."""
        for workers in self._of(org_id):
            workers.write_back.worker.wake()
            workers.additions.worker.wake()
            workers.notes.worker.wake()

    def read_changes(self, org_id: str) -> None:
        """A user of this organisation requested a run."""
        for workers in self._of(org_id):
            workers.runner.wake()

    def compare(self, org_id: str) -> None:
        """A user of this organisation requested a comparison."""
        for workers in self._of(org_id):
            workers.comparison.wake()

    def handle_deliveries(self, connection: Connection) -> None:
        """A delivery of this connection was stored."""
        for workers in self._of(connection.org_id):
            workers.deliveries.worker.wake()

    def _of(self, org_id: str) -> list[ConnectionWorkers]:
        return [workers for workers in self._workers if workers.org_id == org_id]


async def serve() -> None:
    """Serve until stopped."""
    settings = from_environment(PipelineSettings)
    connections = read_connections(settings.ats_connections_file)
    async with (
        open_service(_SERVICE, settings, max_body=MAX_DELIVERY, raw_bodies=True) as service,
        aiohttp.ClientSession() as session,
    ):
        connectors = [_connector(connection, session) for connection in connections]
        org_ids = [connection.org_id for connection in connections]
        imports = ImportWorker(service.database, org_ids)
        indexes = PeopleIndexes(service.database, org_ids)
        links = AttachmentLinks(Links(settings.link_secret.get_secret_value(), ATTACHMENT), settings.public_url)
        workers = Workers([ConnectionWorkers(connector, service.database, settings) for connector in connectors])
        board = PipelineRequests(
            service.database,
            connections,
            move_queued=workers.write_to_ats,
            run_requested=workers.read_changes,
            comparison_requested=workers.compare,
        )
        changes = ApplicationRequests(service.database, write_queued=workers.write_to_ats)
        bulk = BulkWorker(service.database, org_ids, change_by(board, changes))
        for requests in (
            DirectoryRequests(service.database, connections),
            board,
            changes,
            PeopleRequests(service.database),
            ProjectRequests(service.database),
            NoteRequests(service.database, write_queued=workers.write_to_ats),
            MergeRequests(service.database),
            DuplicateRequests(service.database),
            AttentionRequests(service.database),
            CheckInRequests(service.database),
            ImportRequests(service.database, imports.worker.wake),
            SearchRequests(service.database, indexes),
            DiversityRequests(service.database),
            SavedSearchRequests(service.database, indexes),
            BulkRequests(service.database, indexes, bulk.worker.wake),
            AssignmentRequests(service.database, connectors),
            AdditionRequests(service.database, queued=workers.write_to_ats),
        ):
            requests.register(service.requests)
        AttachmentRequests(service.database, links).register(service.requests)
        webhooks = WebhookReceiver(connectors, service.database, workers.handle_deliveries)
        service.application.add_routes(webhooks.routes())
        service.application.add_routes(AttachmentDownloads(links, connectors, service.database).routes())
        others = {
            "imports": imports.worker,
            "duplicates": DuplicateFinder(service.database, org_ids).worker,
            "attention": AttentionWorker(service.database, org_ids).worker,
            "bulk actions": bulk.worker,
        }
        syncing = run_as_leader(settings.system_database_url, _SYNC_LEADER, partial(workers.run, others))
        await service.serve(syncing, supervised("search", indexes.worker.run), reactions=[PersonActivity()])


def _connector(connection: Connection, session: aiohttp.ClientSession) -> AtsConnector:
    match connection.kind:
        case "greenhouse":
            return GreenhouseConnector(connection, session)


async def migrate() -> None:
    """Bring the database to the newest schema."""
    await migrate_service(_SERVICE)


async def replay() -> None:
    """Apply parked messages again; those that fail again stay parked."""
    await replay_service(_SERVICE, PersonActivity())


async def rebuild() -> None:
    """While the service runs: render every card of the board again, and rebuild the feeds from the stream."""
    settings = from_environment(PipelineRebuildSettings)
    connections = read_connections(settings.ats_connections_file)
    async with open_database(settings.database_url, service=_SERVICE) as database:
        with untraced():
            for org_id in sorted({c.org_id for c in connections}):
                await _render_all(database, org_id)
    await rebuild_service(_SERVICE, PersonActivity())


async def _render_all(database: Database, org_id: str) -> None:
    last = applications.LOWEST_ID
    while True:
        async with database.work(org_id, actor="system:rebuild", cause="rebuild") as unit:
            ids = await applications.application_ids(unit, after=last, limit=_REBUILD_SLICE)
            await applications.lock_cards(unit, ids)
            # Nothing happened to these applications: nothing is published, even if the new cards show more.
            await applications.render_cards(unit, ids)
        if not ids:
            return
        last = ids[-1]
