"""The composition root: the only place that constructs."""

from rapport.analytics.metrics.funnel.projection import FunnelProjection
from rapport.analytics.requests import AnalyticsRequests
from rapport.kit.events.consumer import ReadModel
from rapport.kit.runtime.service import migrate_service, open_service, rebuild_service, replay_service
from rapport.kit.runtime.settings import ServiceSettings, from_environment

_SERVICE = "analytics"
_PROJECTIONS: tuple[ReadModel, ...] = (FunnelProjection(),)
"""One for each metric."""


async def serve() -> None:
    """Serve until the stop signal."""
    async with open_service(_SERVICE, from_environment(ServiceSettings)) as service:
        AnalyticsRequests(service.database).register(service.requests)
        await service.serve(reactions=_PROJECTIONS)


async def migrate() -> None:
    """Bring the database to the newest schema."""
    await migrate_service(_SERVICE)


async def replay() -> None:
    """Apply parked messages again; those that fail again stay parked."""
    await replay_service(_SERVICE, *_PROJECTIONS)


async def rebuild() -> None:
    """Rebuild the metrics' rows from the stream while serving, and correct what differs."""
    await rebuild_service(_SERVICE, *_PROJECTIONS)
