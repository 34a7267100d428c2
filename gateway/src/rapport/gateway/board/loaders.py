"""Cards by the ids of their applications."""

from uuid import UUID

from strawberry.dataloader import DataLoader

from rapport.contracts.pipeline import GetCardsByIds, PlacedCard
from rapport.contracts.requests import MAX_IDS
from rapport.gateway.service_client import ServiceClient


def cards_by_application(services: ServiceClient) -> DataLoader[UUID, PlacedCard | None]:
    """None for an application that is on no board the viewer sees."""

    async def load(ids: list[UUID]) -> list[PlacedCard | None]:
        result = await services.read(GetCardsByIds(ids=tuple(ids)))
        by_id = {placed.card.application_id: placed for placed in result.items}
        return [by_id.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)
