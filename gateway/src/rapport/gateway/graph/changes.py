"""What all changes have in common: the payloads of subscriptions."""

from collections.abc import AsyncGenerator, Callable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, TypeVar
from uuid import UUID

import strawberry

from rapport import activity
from rapport.gateway.errors import ClientError
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import enumeration
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Kind, global_id
from rapport.gateway.graph.loaders import LoaderFactory
from rapport.gateway.subscriptions.hub import StreamedEvent
from rapport.gateway.subscriptions.replay import cursor_of
from rapport.gateway.subscriptions.subscription import Subscription, follow
from rapport.gateway.subscriptions.topics import Topic

_ChangeT = TypeVar("_ChangeT")

After = Annotated[
    str | None,
    strawberry.argument(
        description="The `cursor` of the last change you have seen: everything since then comes first, without a gap."
    ),
]


class ActorKind(StrEnum):
    """Who can cause a change."""

    USER = "user"
    """A user of the organisation."""
    CANDIDATE = "person"
    """A person the organisation may hire, who replied or unsubscribed."""
    ATS = "ats"
    """It was read from the ATS, which does not say who did it."""
    SYSTEM = "system"
    """Rapport itself, as a message that becomes due."""


@strawberry.type(description="Who did it.")
class Actor:
    kind: enumeration(ActorKind) = strawberry.field(description="What kind of actor.")  # type: ignore[valid-type]
    user_id: strawberry.ID | None = strawberry.field(description="The user's id; only if it was one.")
    person_id: strawberry.ID | None = strawberry.field(description="The candidate's id; only if it was one.")
    uuid: strawberry.Private[UUID | None] = None


def actor_of(text: str) -> Actor:
    """The actor an event names."""
    kind, _, name = text.partition(":")
    actor_kind = ActorKind(kind)
    uuid = UUID(name) if actor_kind in {ActorKind.USER, ActorKind.CANDIDATE} else None
    return Actor(
        kind=actor_kind,
        user_id=global_id(Kind.USER, uuid) if uuid and actor_kind is ActorKind.USER else None,
        person_id=global_id(Kind.PERSON, uuid) if uuid and actor_kind is ActorKind.CANDIDATE else None,
        uuid=uuid,
    )


@strawberry.interface(description="Something that happened.")
class Change:
    streamed: strawberry.Private[StreamedEvent]

    @field("Opaque; the change's place in the order of all changes: subscribe again after it and miss nothing.")
    def cursor(self) -> str:
        return cursor_of(self.streamed.position)

    @field("The trace of the request that caused it, if it was traced.")
    def trace_id(self) -> str | None:
        return self.streamed.traceparent.split("-")[1] if self.streamed.traceparent else None

    @field("When it happened.")
    def occurred_at(self) -> datetime:
        return self.streamed.event.time

    @field("Who did it.")
    def actor(self) -> Actor:
        return actor_of(activity.actor_of(self.streamed.event))


async def changes_of_one(
    info: Info,
    name: str,
    topic: Topic,
    after: str | None,
    change: Callable[..., _ChangeT],
    loader: LoaderFactory[UUID, Any],
    missing: ClientError,
) -> AsyncGenerator[_ChangeT, None]:
    """What happens to one thing, for those who may load it.

    Args:
        info: of the subscription.
        name: its field.
        topic: which thing.
        after: the cursor of the last change that the client has seen.
        change: the type of its changes.
        loader: loads the thing; None once it is not for the viewer any more.
        missing: the error if it is not from the start.
    """
    context = info.context

    async def change_of(streamed: StreamedEvent) -> _ChangeT | None:
        return change(streamed=streamed)

    async def probe() -> object:
        return await context.loader(loader).load(topic.id)

    return await follow(context, Subscription(name, topic, after, change_of, probe, missing))


@strawberry.type
class ChangeQueries:
    @field(
        "The place in the order of all changes that this answer is not older than: subscribe with it as `after`, and "
        "miss nothing; some changes that the answer has already may come again. Null until the stream can be read."
    )
    def cursor(self, info: Info) -> str | None:
        # Without waiting for anything: it is taken before the rest of the operation reads what it shows.
        position = info.context.hub.position
        return cursor_of(position) if position else None
