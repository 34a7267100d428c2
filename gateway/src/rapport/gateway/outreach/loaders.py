"""Messages by id, with their replies."""

from uuid import UUID

from strawberry.dataloader import DataLoader

from rapport.contracts.outreach import MAX_IDS, GetMessagesByIds, Message
from rapport.gateway.asking import Asking


def messages_by_id(asking: Asking) -> DataLoader[UUID, Message | None]:
    """None for a message that is unknown or hidden from the viewer."""

    async def load(ids: list[UUID]) -> list[Message | None]:
        reply = await asking.read(GetMessagesByIds(ids=tuple(ids)))
        found = {message.id: message for message in reply.items}
        return [found.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)
