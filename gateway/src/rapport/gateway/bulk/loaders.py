"""Actions on many people by id."""

from uuid import UUID

from strawberry.dataloader import DataLoader

from rapport.contracts.pipeline import BulkAction, GetBulkActionsByIds
from rapport.contracts.refusals import Forbidden, Refusal
from rapport.contracts.requests import MAX_IDS
from rapport.gateway.errors import from_refusal
from rapport.gateway.service_client import ServiceClient


def bulk_actions_by_id(services: ServiceClient) -> DataLoader[UUID, BulkAction | None]:
    """None for an action that is not the viewer's."""

    async def load(ids: list[UUID]) -> list[BulkAction | None]:
        answer = await services.call(GetBulkActionsByIds(ids=tuple(ids)))
        if isinstance(answer, Forbidden):
            return [None] * len(ids)
        if isinstance(answer, Refusal):
            raise from_refusal(answer)
        by_id = {action.id: action for action in answer.items}
        return [by_id.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)
