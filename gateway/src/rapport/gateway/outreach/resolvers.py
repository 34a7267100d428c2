"""A message as something else refers to it."""

from uuid import UUID

from rapport.contracts.outreach import Message, Reply
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.nodes import fetches
from rapport.gateway.outreach.loaders import messages_by_id


@fetches(Kind.MESSAGE)
async def message_by_id(info: Info, message_id: UUID) -> Message | None:
    """The message, if the viewer may see it."""
    return await info.context.loader(messages_by_id).load(message_id)


async def message_of(info: Info, message_id: UUID) -> Message | None:
    """The message; its id alone costs no request."""
    if info.selects_only("id"):
        return Message.model_construct(id=message_id)
    return await message_by_id(info, message_id)


async def reply_by_id(info: Info, message_id: UUID, reply_id: UUID | None) -> Reply | None:
    """One of the replies to a message."""
    message = await message_by_id(info, message_id)
    return next((reply for reply in message.replies if reply.id == reply_id), None) if message else None
