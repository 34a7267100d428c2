"""Users of the organisation."""

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.graph.changes import Actor, ActorKind
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.fields import extend, field
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.nodes import Node
from rapport.gateway.users.resolvers import user_of


@exposes(
    pipeline.User,
    id_of=Kind.USER,
    name="First and last name.",
    email="Their e-mail address.",
)
class User(Node):
    """A user of the organisation."""


@extend(Actor)
class ActorUser:
    """The user behind an actor."""

    @field("The user; only if it was one.", graphql_type=User | None)
    @staticmethod
    async def user(actor: strawberry.Parent[Actor], info: Info) -> pipeline.User | None:
        is_user = actor.kind is ActorKind.USER
        return await user_of(info, actor.uuid) if is_user and actor.uuid else None
