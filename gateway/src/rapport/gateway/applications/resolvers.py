"""An application as something else refers to it: loaded with as much as is selected."""

from uuid import UUID

from rapport.contracts.pipeline import Application
from rapport.gateway.applications.loaders import applications_by_id, applications_with_history_by_id
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.nodes import fetches


@fetches(Kind.APPLICATION)
async def application_by_id(info: Info, application_id: UUID) -> Application | None:
    """The application, with its history if that is selected."""
    factory = applications_with_history_by_id if info.selects("history") else applications_by_id
    return await info.context.loader(factory).load(application_id)
