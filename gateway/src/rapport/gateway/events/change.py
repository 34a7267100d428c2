"""What all changes have in common, as clients hear of them."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.context import Info
from rapport.gateway.events.changes import Happened
from rapport.gateway.events.past import cursor_of
from rapport.gateway.fields import field
from rapport.gateway.ids import Kind, global_id
from rapport.gateway.shown import enumeration
from rapport.gateway.users.relations import user_of

if TYPE_CHECKING:
    from rapport.gateway.jobs.types import User

Since = Annotated[
    str | None,
    strawberry.argument(
        description="The `cursor` of the last change you have seen: what happened since comes first, without a gap."
    ),
]


class ActorKind(StrEnum):
    """Who can cause a change."""

    USER = "user"
    ATS = "ats"
    SYSTEM = "system"


@strawberry.type(description="Who did it.")
class Actor:
    kind: enumeration(ActorKind)  # type: ignore[valid-type]
    user_id: strawberry.ID | None = strawberry.field(description="The user's id; only if it was one.")
    uuid: strawberry.Private[UUID | None] = None

    @field(
        "The user; only if it was one.",
        shown_as=Annotated["User", strawberry.lazy("rapport.gateway.jobs.types")] | None,
    )
    async def user(self, info: Info) -> pipeline.User | None:
        return await user_of(info, self.uuid) if self.uuid else None


def actor_of(said: str) -> Actor:
    """Who an event says did it."""
    kind, _, name = said.partition(":")
    found = ActorKind(kind)
    uuid = UUID(name) if found is ActorKind.USER else None
    return Actor(kind=found, user_id=global_id(Kind.USER, uuid) if uuid else None, uuid=uuid)


@strawberry.interface(description="Something that happened.")
class Change:
    happened: strawberry.Private[Happened]

    @field("Opaque; the change's place in the order of all changes: subscribe again after it and miss nothing.")
    def cursor(self) -> str:
        return cursor_of(self.happened.place)

    @field("The trace of the request that caused it, if it is kept.")
    def trace_id(self) -> str | None:
        return self.happened.traceparent.split("-")[1] if self.happened.traceparent else None

    @field("When it happened.")
    def occurred_at(self) -> datetime:
        return self.happened.event.time

    @field("Who did it.")
    def actor(self) -> Actor:
        return actor_of(self.happened.event.actor)
