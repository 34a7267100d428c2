"""A user as something else refers to them."""

from uuid import UUID

from rapport.contracts.pipeline import User
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.nodes import fetches
from rapport.gateway.users.loaders import users_by_id


@fetches(Kind.USER)
async def user_by_id(info: Info, user_id: UUID) -> User | None:
    """The user, also one who has left."""
    return await info.context.loader(users_by_id).load(user_id)


async def user_of(info: Info, user_id: UUID, name: str | None = None) -> User | None:
    """The user; their id alone costs no request, and neither does their name, if it came with what refers to them."""
    if info.selects_only("id") or (name is not None and info.selects_only("id", "name")):
        return User.model_construct(id=user_id, name=name)
    return await user_by_id(info, user_id)
