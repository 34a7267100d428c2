"""What every service is made of, put together the same way; a service's ``app.py`` adds what is its own."""

import sys
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import asyncpg
from aiohttp import web

from rapport.kit.database.migrate import MigrationError
from rapport.kit.database.migrate import migrate as apply_migrations
from rapport.kit.database.unit_of_work import Database, open_database
from rapport.kit.events.consumer import Consumer, Reaction, ReadModel, replay_parked
from rapport.kit.events.rebuild import rebuild, rebuild_stream, right_to_rebuild
from rapport.kit.events.relay import Relay
from rapport.kit.events.stream import AWAY, StreamNotReadyError
from rapport.kit.events.upgrade import ReadModelUpgrade
from rapport.kit.rpc.broker import Broker, open_broker
from rapport.kit.rpc.server import RequestServer
from rapport.kit.runtime import health
from rapport.kit.runtime.process import Stop, run_until
from rapport.kit.runtime.settings import (
    DatabaseSettings,
    MigrationSettings,
    RebuildSettings,
    ServiceSettings,
    from_environment,
)
from rapport.kit.telemetry import telemetry
from rapport.kit.web.http import http_application, listening


@dataclass(frozen=True, slots=True)
class Service:
    """A service's parts, connected but not yet serving: what is its own is added before :meth:`serve`."""

    name: str
    settings: ServiceSettings
    database: Database
    broker: Broker
    requests: RequestServer
    application: web.Application
    _checks: dict[str, Any]
    _stop: Stop
    _raw_bodies: bool = False

    async def serve(self, *parts: Coroutine[Any, Any, None], reactions: Sequence[Reaction] = ()) -> None:
        """Answer requests, relay events, react to them and run the service's own parts until the stop signal.

        Read models among the reactions whose rows are of an older version are rebuilt meanwhile.
        """
        consumers = [Consumer(self.broker, self.database, reaction) for reaction in reactions]
        relay = Relay(self.settings.system_database_url, self.broker, self.name)
        upgrade = ReadModelUpgrade(
            [reaction for reaction in reactions if isinstance(reaction, ReadModel)],
            self.broker,
            dsn=self.settings.database_url,
            system_dsn=self.settings.system_database_url,
            service=self.name,
        )
        self._checks["relay"] = health.relay_publishes(relay)
        if consumers:
            self._checks["consumers"] = health.consumers_exist(consumers)
        await self.broker.requests.start()
        # The broker knows our subscriptions before readiness is reported.
        await self.broker.settle()
        host, port = self.settings.http_host, self.settings.http_port
        async with listening(self.application, host, port, raw_bodies=self._raw_bodies):
            await run_until(
                self._stop,
                relay.run(),
                *(consumer.run() for consumer in consumers),
                upgrade.run(),
                *parts,
            )


@asynccontextmanager
async def open_service(
    name: str, settings: ServiceSettings, *, max_body: int = 1024 * 1024, raw_bodies: bool = False
) -> AsyncIterator[Service]:
    """Connect a service to its database and the broker.

    Args:
        name: of the service: its package, its subjects and its spans are called after it.
        settings: as read from the environment.
        max_body: bytes a request to its HTTP side may carry.
        raw_bodies: its HTTP side reads bodies itself, as they were sent (:mod:`rapport.kit.web.bodies`).
    """
    stop = Stop()
    async with AsyncExitStack() as stack:
        kept = settings.otel_traces_sampler_arg
        stack.enter_context(telemetry(name, settings.otel_exporter_otlp_endpoint, sampled=kept))
        database = await stack.enter_async_context(open_database(settings.database_url, service=name))
        broker = await stack.enter_async_context(open_broker(settings.nats_url, name, on_closed=stop.fail))
        checks = {
            "broker": health.broker_answers(broker),
            "database": health.database_is_migrated(database, f"rapport.{name}"),
        }
        application = http_application(checks, max_body=max_body)
        yield Service(
            name, settings, database, broker, RequestServer(broker, name), application, checks, stop, raw_bodies
        )


async def migrate_service(name: str) -> None:
    """The one-shot command that brings a service's database to its newest schema; says what it did."""
    settings = from_environment(MigrationSettings)
    try:
        applied = await apply_migrations(settings.migration_database_url, f"rapport.{name}")
    except MigrationError as problem:
        sys.exit(str(problem))
    for migration in applied:
        sys.stdout.write(f"{migration}\n")


async def replay_service(name: str, *reactions: Reaction) -> None:
    """The one-shot command that applies a service's parked messages again; says how many succeeded."""
    settings = from_environment(DatabaseSettings)
    system = await asyncpg.connect(settings.system_database_url)
    try:
        async with open_database(settings.database_url, service=name) as database:
            replayed = sum([await replay_parked(system, database, reaction) for reaction in reactions])
    finally:
        await system.close()
    sys.stdout.write(f"{replayed} messages replayed\n")


async def rebuild_service(name: str, *models: ReadModel) -> None:
    """The one-shot command that rebuilds read models from the stream; reports which rows it corrected."""
    settings = from_environment(RebuildSettings)
    for model in models:
        began = time.monotonic()
        async with (
            # One connection per model: its temporary tables end with it.
            open_database(settings.database_url, service=name, size=1) as database,
            open_broker(settings.nats_url, name, on_closed=lambda: None) as broker,
        ):
            try:
                async with right_to_rebuild(settings.system_database_url) as system:
                    stream = rebuild_stream(broker, name)
                    rebuilt = await rebuild(database, system, stream, model, partial(_progress, model))
            except StreamNotReadyError as problem:
                sys.exit(f"{model.consumer}: nothing was changed: {problem}")
            except AWAY as problem:
                sys.exit(f"{model.consumer}: was interrupted ({type(problem).__name__}); run it again")
        rows = ", ".join(f"{table} {number}" for table, number in rebuilt.corrected.items())
        took = time.monotonic() - began
        sys.stdout.write(f"{model.consumer}: {rebuilt.events} events read in {took:.1f} s; rows corrected: {rows}\n")
        if rebuilt.skipped:
            sys.stdout.write(f"{model.consumer}: {rebuilt.skipped} events could not be applied\n")


def _progress(model: ReadModel, place: int, newest: int) -> None:
    sys.stdout.write(f"{model.consumer}: {place} of {newest}\n")
    sys.stdout.flush()
