"""An import as something else refers to it."""

from uuid import UUID

from rapport.contracts.pipeline import Import
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.nodes import fetches
from rapport.gateway.imports.loaders import imports_by_id


@fetches(Kind.IMPORT)
async def import_by_id(info: Info, import_id: UUID) -> Import | None:
    """The import, if the viewer imports people."""
    return await info.context.loader(imports_by_id).load(import_id)
