"""Users by id."""

from uuid import UUID

from strawberry.dataloader import DataLoader

from rapport.contracts.pipeline import GetUsersByIds, User
from rapport.contracts.requests import MAX_IDS
from rapport.gateway.service_client import ServiceClient


def users_by_id(services: ServiceClient) -> DataLoader[UUID, User | None]:
    """None for a user who is unknown."""

    async def load(ids: list[UUID]) -> list[User | None]:
        result = await services.read(GetUsersByIds(ids=tuple(ids)))
        by_id = {user.id: user for user in result.items}
        return [by_id.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)
