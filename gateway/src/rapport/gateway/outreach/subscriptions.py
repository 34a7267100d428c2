"""What happens to messages, and subscribing to it."""

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from rapport.contracts import outreach
from rapport.contracts.events import MessageScheduled, MessageStateChanged, ReplyReceived
from rapport.contracts.vocabulary import MessageState
from rapport.gateway.errors import not_found
from rapport.gateway.graph.changes import After, Change
from rapport.gateway.graph.context import Info, OperationContext
from rapport.gateway.graph.contract_types import enumeration
from rapport.gateway.graph.fields import field, subscription
from rapport.gateway.graph.ids import Kind, global_id, uuid_of
from rapport.gateway.outreach.loaders import messages_by_id
from rapport.gateway.outreach.resolvers import message_by_id, reply_by_id
from rapport.gateway.outreach.types import Message, Reply
from rapport.gateway.people.loaders import people_by_id
from rapport.gateway.subscriptions.hub import StreamedEvent
from rapport.gateway.subscriptions.subscription import Subscription, follow
from rapport.gateway.subscriptions.topics import Topic, TopicKind


@strawberry.interface(description="A change of a message.")
class MessageChange(Change):
    @field("Which message.")
    def message_id(self) -> strawberry.ID:
        return global_id(Kind.MESSAGE, self.streamed.event.subject)

    @field("The message's current state.", graphql_type=Message | None)
    async def message(self, info: Info) -> outreach.Message | None:
        return await message_by_id(info, self.streamed.event.subject)


@strawberry.type(description="A message was scheduled, sent, bounced, failed, was cancelled, or is in doubt.")
class MessageStateChange(MessageChange):
    @field("The state before; null for a new message.", graphql_type=enumeration(MessageState) | None)
    def previous(self) -> MessageState | None:
        return getattr(self.streamed.event.data, "previous", None)

    @field("The state after the change.", graphql_type=enumeration(MessageState))
    def current(self) -> MessageState:
        return getattr(self.streamed.event.data, "current", MessageState.SCHEDULED)


@strawberry.type(description="The person replied to a message.")
class MessageReplied(MessageChange):
    @field("The reply.", graphql_type=Reply | None)
    async def reply(self, info: Info) -> outreach.Reply | None:
        return await reply_by_id(info, self.streamed.event.subject, self.streamed.event.data.reply_id)


async def message_change_of(context: OperationContext, streamed: StreamedEvent) -> MessageChange | None:
    """The change of a message that the event is, if the viewer may see the message."""
    if await context.loader(messages_by_id).load(streamed.event.subject) is None:
        return None
    match streamed.event.data:
        case MessageScheduled() | MessageStateChanged():
            return MessageStateChange(streamed=streamed)
        case ReplyReceived():
            return MessageReplied(streamed=streamed)
    return None


@strawberry.type
class MessageSubscriptions:
    @subscription(
        "What happens to messages, and replies to them: to those to a person, or to your own (those you wrote, and "
        "those sent from your mailbox).",
        graphql_type=MessageChange,
    )
    async def message_changed(
        self,
        info: Info,
        person_id: Annotated[strawberry.ID | None, strawberry.argument(description="Your own, if left out.")] = None,
        after: After = None,
    ) -> AsyncGenerator[MessageChange, None]:
        context = info.context
        person = uuid_of(Kind.PERSON, person_id, "personId") if person_id is not None else None

        async def change(streamed: StreamedEvent) -> MessageChange | None:
            return await message_change_of(context, streamed)

        async def probe() -> object:
            return await context.loader(people_by_id).load(person) if person else context.session

        own = Topic(TopicKind.OWN_MESSAGES, context.session.viewer.user_id)
        topic = Topic(TopicKind.CONVERSATION, person) if person else own
        missing = not_found("person", "personId")
        return await follow(context, Subscription("messageChanged", topic, after, change, probe, missing))
