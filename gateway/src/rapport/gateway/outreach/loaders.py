"""Messages by id, with their replies; and who may see suppressions."""

import asyncio
from uuid import UUID

from strawberry.dataloader import DataLoader

from rapport.contracts.outreach import GetMessagesByIds, GetSuppressions, Message
from rapport.contracts.refusals import Refusal
from rapport.contracts.requests import MAX_IDS, Page
from rapport.gateway.service_client import ServiceClient


def messages_by_id(services: ServiceClient) -> DataLoader[UUID, Message | None]:
    """None for a message that is unknown or hidden from the viewer."""

    async def load(ids: list[UUID]) -> list[Message | None]:
        result = await services.read(GetMessagesByIds(ids=tuple(ids)))
        by_id = {message.id: message for message in result.items}
        return [by_id.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)


def can_see_suppressions(services: ServiceClient) -> DataLoader[UUID, bool]:
    """Whether the viewer may see that a person must not be written to."""

    async def allowed(person_id: UUID) -> bool:
        return not isinstance(await services.call(GetSuppressions(person_id=person_id, page=Page(first=1))), Refusal)

    async def load(ids: list[UUID]) -> list[bool]:
        return list(await asyncio.gather(*(allowed(person_id) for person_id in ids)))

    return DataLoader(load)
