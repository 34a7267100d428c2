"""Watching a person's activity feed."""

from collections.abc import AsyncGenerator
from uuid import UUID

import strawberry

from rapport.activity import entries_of
from rapport.gateway.context import Context, Info
from rapport.gateway.errors import not_found
from rapport.gateway.events.change import Change, Since
from rapport.gateway.events.changes import Happened
from rapport.gateway.events.following import follow
from rapport.gateway.events.topics import Topic, Watched
from rapport.gateway.fields import field, subscription
from rapport.gateway.ids import Kind, uuid_of
from rapport.gateway.people.activity import Activity, activity_of


@strawberry.type(description="Something was added to a person's activity feed.")
class ActivityAdded(Change):
    item: strawberry.Private[Activity]

    @field("The new entry.", shown_as=Activity)
    def activity(self) -> Activity:
        return self.item


async def _added(context: Context, person_id: UUID, happened: Happened) -> ActivityAdded | None:
    """What the event adds to the person's feed, if the viewer may see it."""
    for entry in entries_of(happened.event):
        if entry.person_id != person_id:
            continue
        if entry.job_id and await context.loaders.jobs_by_id.load(entry.job_id) is None:
            return None
        shown = await activity_of(context.loaders, entry)
        return ActivityAdded(happened=happened, item=shown) if shown else None
    return None


@strawberry.type
class ActivitySubscriptions:
    @subscription("What is added to a person's activity feed, as it happens.", shown_as=ActivityAdded)
    async def activity_added(
        self, info: Info, person_id: strawberry.ID, after: Since = None
    ) -> AsyncGenerator[ActivityAdded, None]:
        person = uuid_of(Kind.PERSON, person_id, "personId")
        context = info.context

        async def visible() -> object:
            return await context.loaders.people_by_id.load(person)

        async def shown(happened: Happened) -> ActivityAdded | None:
            return await _added(context, person, happened)

        topic, missing = Topic(Watched.ACTIVITY, person), not_found("person", "personId")
        return await follow(context, "activityAdded", topic, after, shown, visible, missing)
