"""Subscribing to a person's activity feed."""

from collections.abc import AsyncGenerator
from typing import Annotated
from uuid import UUID

import strawberry

from rapport.activity import entries_of
from rapport.gateway.activity.types import Activity
from rapport.gateway.activity.visibility import activity_of
from rapport.gateway.errors import not_found
from rapport.gateway.graph.changes import After, Change
from rapport.gateway.graph.context import Info, OperationContext
from rapport.gateway.graph.fields import field, subscription
from rapport.gateway.graph.ids import Kind, uuid_of
from rapport.gateway.jobs.loaders import jobs_by_id
from rapport.gateway.people.loaders import people_by_id
from rapport.gateway.subscriptions.hub import StreamedEvent
from rapport.gateway.subscriptions.subscription import Subscription, follow
from rapport.gateway.subscriptions.topics import Topic, TopicKind


@strawberry.type(description="Something was added to a person's activity feed.")
class ActivityAdded(Change):
    entry: strawberry.Private[Activity]

    @field("The new entry.", graphql_type=Activity)
    def activity(self) -> Activity:
        return self.entry


async def _added(context: OperationContext, person_id: UUID, streamed: StreamedEvent) -> ActivityAdded | None:
    """What the event adds to the person's feed, if the viewer may see it."""
    for entry in entries_of(streamed.event):
        if entry.person_id != person_id:
            continue
        if entry.job_id and await context.loader(jobs_by_id).load(entry.job_id) is None:
            return None
        activity = await activity_of(context, entry)
        return ActivityAdded(streamed=streamed, entry=activity) if activity else None
    return None


@strawberry.type
class ActivitySubscriptions:
    @subscription("What is added to a person's activity feed, as it happens.", graphql_type=ActivityAdded)
    async def activity_added(
        self,
        info: Info,
        person_id: Annotated[strawberry.ID, strawberry.argument(description="Whose feed.")],
        after: After = None,
    ) -> AsyncGenerator[ActivityAdded, None]:
        person = uuid_of(Kind.PERSON, person_id, "personId")
        context = info.context

        async def added(streamed: StreamedEvent) -> ActivityAdded | None:
            return await _added(context, person, streamed)

        async def probe() -> object:
            return await context.loader(people_by_id).load(person)

        topic, missing = Topic(TopicKind.ACTIVITY, person), not_found("person", "personId")
        return await follow(context, Subscription("activityAdded", topic, after, added, probe, missing))
