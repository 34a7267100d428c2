"""A user as something else refers to them."""

from uuid import UUID

from rapport.contracts.pipeline import User
from rapport.gateway.context import Info


async def user_of(info: Info, user_id: UUID) -> User | None:
    """The user; their id alone costs no request."""
    if info.chooses_only("id"):
        return User.model_construct(id=user_id)
    return await info.context.loaders.users_by_id.load(user_id)
