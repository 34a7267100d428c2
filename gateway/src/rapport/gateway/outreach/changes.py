"""What can happen to the messages to a person, as clients hear of it."""

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from rapport.contracts import outreach
from rapport.contracts.events import MessageScheduled, MessageStateChanged, ReplyReceived
from rapport.contracts.vocabulary import MessageState
from rapport.gateway.context import Context, Info
from rapport.gateway.errors import not_found
from rapport.gateway.events.change import Change, Since
from rapport.gateway.events.changes import Happened
from rapport.gateway.events.following import follow
from rapport.gateway.events.topics import Topic, Watched
from rapport.gateway.fields import field, subscription
from rapport.gateway.ids import Kind, global_id, uuid_of
from rapport.gateway.outreach.types import Message, Reply
from rapport.gateway.shown import enumeration


@strawberry.interface(description="A change of a message.")
class MessageChange(Change):
    @field("Which message.")
    def message_id(self) -> strawberry.ID:
        return global_id(Kind.MESSAGE, self.happened.event.subject)

    @field("The message as it is by now.", shown_as=Message | None)
    async def message(self, info: Info) -> outreach.Message | None:
        return await info.context.loaders.messages_by_id.load(self.happened.event.subject)


@strawberry.type(description="A message was written, sent, came back, failed, was called off, or is in doubt.")
class MessageStateChange(MessageChange):
    @field("Where it stood before; null for a new one.", shown_as=enumeration(MessageState) | None)
    def previous(self) -> MessageState | None:
        return getattr(self.happened.event.data, "previous", None)

    @field("Where it stood then.", shown_as=enumeration(MessageState))
    def current(self) -> MessageState:
        return getattr(self.happened.event.data, "current", MessageState.SCHEDULED)


@strawberry.type(description="A message was answered.")
class MessageReplied(MessageChange):
    @field("The answer.", shown_as=Reply | None)
    async def reply(self, info: Info) -> outreach.Reply | None:
        message = await info.context.loaders.messages_by_id.load(self.happened.event.subject)
        reply_id = self.happened.event.data.reply_id
        return next((reply for reply in message.replies if reply.id == reply_id), None) if message else None


async def message_change_of(context: Context, happened: Happened) -> MessageChange | None:
    """What the event means for whoever watches the messages to a person, if they may see the message."""
    if await context.loaders.messages_by_id.load(happened.event.subject) is None:
        return None
    match happened.event.data:
        case MessageScheduled() | MessageStateChanged():
            return MessageStateChange(happened=happened)
        case ReplyReceived():
            return MessageReplied(happened=happened)
    return None


@strawberry.type
class MessageSubscriptions:
    @subscription(
        "What becomes of messages, and their answers: of those to a person, or of your own (those you wrote, and those "
        "that come from your mailbox).",
        shown_as=MessageChange,
    )
    async def message_changed(
        self,
        info: Info,
        person_id: Annotated[strawberry.ID | None, strawberry.argument(description="Your own, if left out.")] = None,
        after: Since = None,
    ) -> AsyncGenerator[MessageChange, None]:
        context = info.context
        person = uuid_of(Kind.PERSON, person_id, "personId") if person_id is not None else None

        async def shown(happened: Happened) -> MessageChange | None:
            return await message_change_of(context, happened)

        async def visible() -> object:
            return await context.loaders.people_by_id.load(person) if person else context.session

        own = Topic(Watched.OWN_MESSAGES, context.session.viewer.user_id)
        topic = Topic(Watched.CONVERSATION, person) if person else own
        return await follow(context, "messageChanged", topic, after, shown, visible, not_found("person", "personId"))
