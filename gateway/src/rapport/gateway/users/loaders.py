"""Users by id."""

from uuid import UUID

from strawberry.dataloader import DataLoader

from rapport.contracts.pipeline import GetUsersByIds, User
from rapport.contracts.requests import MAX_IDS
from rapport.gateway.asking import Asking


def users_by_id(asking: Asking) -> DataLoader[UUID, User | None]:
    """None for a user who is unknown."""

    async def load(ids: list[UUID]) -> list[User | None]:
        reply = await asking.read(GetUsersByIds(ids=tuple(ids)))
        found = {user.id: user for user in reply.items}
        return [found.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)
