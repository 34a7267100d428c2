"""An application as something else refers to it: loaded with as much as is selected."""

from uuid import UUID

from rapport.contracts.pipeline import Application
from rapport.gateway.context import Info


async def application_by_id(info: Info, application_id: UUID) -> Application | None:
    """The application, with its history if that is selected."""
    loaders = info.context.loaders
    if info.chooses("history"):
        return await loaders.applications_with_history_by_id.load(application_id)
    return await loaders.applications_by_id.load(application_id)
