"""Following an action on many people or applications."""

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.bulk.loaders import bulk_actions_by_id
from rapport.gateway.bulk.types import BulkAction, bulk_action_by_id
from rapport.gateway.errors import not_found
from rapport.gateway.graph.changes import After, Change, changes_of_one
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.fields import field, subscription
from rapport.gateway.graph.ids import Kind, uuid_of
from rapport.gateway.subscriptions.topics import Topic, TopicKind


@strawberry.type(description="An action on many people or applications was started, came further, or is done.")
class BulkActionChange(Change):
    @field("With how many of its people or applications it was tried.")
    def tried(self) -> int:
        return int(self.streamed.event.data.tried)

    @field("The action as it is now.", graphql_type=BulkAction | None)
    async def bulk_action(self, info: Info) -> pipeline.BulkAction | None:
        return await bulk_action_by_id(info, self.streamed.event.subject)


@strawberry.type
class BulkSubscriptions:
    @subscription("How far an action of yours on many people or applications comes.", graphql_type=BulkActionChange)
    async def bulk_action_changed(
        self,
        info: Info,
        bulk_action_id: Annotated[strawberry.ID, strawberry.argument(description="Which action.")],
        after: After = None,
    ) -> AsyncGenerator[BulkActionChange, None]:
        topic = Topic(TopicKind.BULK_ACTION, uuid_of(Kind.BULK_ACTION, bulk_action_id, "bulkActionId"))
        missing = not_found("bulk action", "bulkActionId")
        return await changes_of_one(
            info, "bulkActionChanged", topic, after, BulkActionChange, bulk_actions_by_id, missing
        )
