"""The composition root: the only place that constructs."""

from rapport.kit.service import migrate_service, open_service
from rapport.kit.settings import ServiceSettings, from_environment

_SERVICE = "reviews"


async def serve() -> None:
    """Serve until told to stop."""
    async with open_service(_SERVICE, from_environment(ServiceSettings)) as service:
        await service.serve()


async def migrate() -> None:
    """Bring the database to the newest schema."""
    await migrate_service(_SERVICE)
