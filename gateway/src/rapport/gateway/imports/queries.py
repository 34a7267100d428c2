"""Reading imports."""

from typing import Any

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.errors import not_found
from rapport.gateway.graph.connections import After, Connection, First, connection, page_request
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Id, Kind, uuid_of
from rapport.gateway.imports.resolvers import import_by_id
from rapport.gateway.imports.types import Import


@strawberry.type
class ImportQueries:
    @field("An import by its id.", graphql_type=Import | None, name="import")
    async def import_(self, info: Info, id: Id) -> pipeline.Import:  # noqa: A002 - the argument's name
        import_ = await import_by_id(info, uuid_of(Kind.IMPORT, id, "id"))
        if import_ is None:
            raise not_found("import", "id")
        return import_

    @field("The imports, the newest first.", graphql_type=Connection[Import] | None)
    async def imports(self, info: Info, first: First = 20, after: After = None) -> Connection[Any]:
        request = pipeline.GetImports(page=page_request("imports", first, after))
        return connection("imports", await info.context.services.read(request), after)
