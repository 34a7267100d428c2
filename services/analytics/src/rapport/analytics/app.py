"""The composition root: the only place that constructs."""

import sys

import asyncpg

from rapport.analytics.reactions import FunnelProjection
from rapport.analytics.requests import AnalyticsRequests
from rapport.kit.consumer import replay_parked
from rapport.kit.database import open_database
from rapport.kit.service import migrate_service, open_service
from rapport.kit.settings import DatabaseSettings, ServiceSettings, from_environment

_SERVICE = "analytics"


async def serve() -> None:
    """Serve until told to stop."""
    async with open_service(_SERVICE, from_environment(ServiceSettings)) as service:
        AnalyticsRequests(service.database).register(service.requests)
        await service.serve(reactions=[FunnelProjection()])


async def migrate() -> None:
    """Bring the database to the newest schema."""
    await migrate_service(_SERVICE)


async def replay() -> None:
    """Apply parked messages again; those that fail again stay parked."""
    settings = from_environment(DatabaseSettings)
    system = await asyncpg.connect(settings.system_database_url)
    async with open_database(settings.database_url, service=_SERVICE) as database:
        replayed = await replay_parked(system, database, FunnelProjection())
    await system.close()
    sys.stdout.write(f"{replayed} messages replayed\n")
