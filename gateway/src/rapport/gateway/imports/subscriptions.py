"""Following an import."""

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.errors import not_found
from rapport.gateway.graph.changes import After, Change, changes_of_one
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.fields import field, subscription
from rapport.gateway.graph.ids import Kind, uuid_of
from rapport.gateway.imports.loaders import imports_by_id
from rapport.gateway.imports.resolvers import import_by_id
from rapport.gateway.imports.types import Import
from rapport.gateway.subscriptions.topics import Topic, TopicKind


@strawberry.type(description="An import came into another state, or came further.")
class ImportChange(Change):
    @field("How many of its rows were checked.")
    def rows(self) -> int:
        return int(self.streamed.event.data.rows)

    @field("How many of its rows have a problem.")
    def refused(self) -> int:
        return int(self.streamed.event.data.refused)

    @field("How many of its rows were imported.")
    def applied(self) -> int:
        return int(self.streamed.event.data.applied)

    @field("The import as it is now.", graphql_type=Import | None, name="import")
    async def import_(self, info: Info) -> pipeline.Import | None:
        return await import_by_id(info, self.streamed.event.subject)


@strawberry.type
class ImportSubscriptions:
    @subscription("How far an import comes.", graphql_type=ImportChange)
    async def import_changed(
        self,
        info: Info,
        import_id: Annotated[strawberry.ID, strawberry.argument(description="Which import.")],
        after: After = None,
    ) -> AsyncGenerator[ImportChange, None]:
        topic = Topic(TopicKind.IMPORT, uuid_of(Kind.IMPORT, import_id, "importId"))
        missing = not_found("import", "importId")
        return await changes_of_one(info, "importChanged", topic, after, ImportChange, imports_by_id, missing)
