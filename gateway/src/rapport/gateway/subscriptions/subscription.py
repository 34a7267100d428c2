"""A subscription to a topic: missed events, then live ones, as one sequence without a gap or a repeat."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractContextManager, aclosing
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from opentelemetry import trace
from opentelemetry.trace import SpanKind

from rapport.gateway.errors import ClientError, Code
from rapport.gateway.session import Session, UnknownUserError, token_expired
from rapport.gateway.subscriptions.access_check import Probe
from rapport.gateway.subscriptions.hub import StreamedEvent, Subscriber, SubscriptionHub
from rapport.gateway.subscriptions.replay import EventReplay, position_of
from rapport.gateway.subscriptions.topics import Topic
from rapport.kit.errors import ServiceUnavailableError
from rapport.kit.events.stream import StreamPosition
from rapport.kit.telemetry import continued, untraced

_ChangeT = TypeVar("_ChangeT")

_tracer = trace.get_tracer("rapport.gateway.subscriptions")


class Operation(Protocol):
    """What a subscription needs of its operation's context."""

    session: Session
    hub: SubscriptionHub
    replay: EventReplay

    async def renew(self) -> None:
        """Forget everything loaded, and who the viewer was, before the next event."""


@dataclass(frozen=True, slots=True)
class Subscription(Generic[_ChangeT]):
    """What one client subscribes to."""

    name: str
    """The subscription field's, for spans."""
    topic: Topic
    after: str | None
    """The cursor of the last change the client has seen, if it has seen any."""
    change_of: Callable[[StreamedEvent], Awaitable[_ChangeT | None]]
    """The change that an event is for this client; None if it does not concern them or they may not see it."""
    probe: Probe
    """Loads the subject of the subscription; None once the viewer may not see it, which ends the subscription."""
    not_found: ClientError
    """The error if the viewer may not see it from the start."""


async def follow(operation: Operation, subscription: Subscription[_ChangeT]) -> AsyncGenerator[_ChangeT, None]:
    """The changes of a subscription, each in the trace of what caused it.

    Raises:
        ClientError: the viewer may not see the subject, or ``after`` is not a cursor.
    """
    if not await _is_visible(operation, subscription):
        raise subscription.not_found
    position = position_of(subscription.after) if subscription.after is not None else None
    return _follow(operation, subscription, position)


async def _follow(
    operation: Operation, subscription: Subscription[_ChangeT], after: StreamPosition | None
) -> AsyncGenerator[_ChangeT, None]:
    topic = subscription.topic
    with operation.hub.subscribe(operation.session.viewer.org_id, topic) as subscriber:
        async with aclosing(_missed_then_live(operation, topic, after, subscriber)) as events:
            async for streamed in events:
                if not await _is_still_visible(operation, subscription):
                    raise ClientError(Code.NOT_FOUND, "you may not see this any more")
                # Around the yield: loading what the client selects and sending it are part of the delivery.
                with _delivery(subscription.name, streamed):
                    change = await subscription.change_of(streamed)
                    if change is not None:
                        yield change


async def _is_still_visible(operation: Operation, subscription: Subscription[_ChangeT]) -> bool:
    """To the viewer as they are by now."""
    try:
        await operation.renew()
    except UnknownUserError:
        return False
    return await _is_visible(operation, subscription)


async def _is_visible(operation: Operation, subscription: Subscription[_ChangeT]) -> bool:
    viewer = operation.session.viewer
    key = (viewer.org_id, viewer.user_id, viewer.roles, viewer.grants, subscription.topic)
    return await operation.hub.access_check.is_visible(key, subscription.probe)


async def _missed_then_live(
    operation: Operation, topic: Topic, after: StreamPosition | None, subscriber: Subscriber
) -> AsyncGenerator[StreamedEvent, None]:
    if after is not None:
        if subscriber.since is None:
            raise ServiceUnavailableError("the stream of changes")
        missed = operation.replay.between(operation.session.viewer.org_id, topic, after, subscriber.since)
        async with aclosing(missed) as events:
            async for streamed in events:
                yield streamed
    while True:
        streamed = await _next(subscriber, operation.session.expires_at)
        if after is None or streamed.position.sequence > after.sequence:
            yield streamed


async def _next(subscriber: Subscriber, expires_at: float) -> StreamedEvent:
    try:
        async with asyncio.timeout(expires_at - time.time()):
            return await subscriber.next()
    except TimeoutError:
        raise token_expired() from None


def _delivery(name: str, streamed: StreamedEvent) -> AbstractContextManager[object]:
    if not streamed.traceparent:
        return untraced()
    carrier = {"traceparent": streamed.traceparent}
    attributes = {
        "messaging__system": "nats",
        "messaging__operation__type": "process",
        "rapport__event__type": streamed.event.type,
    }
    return continued(carrier, _tracer, f"deliver {name}", SpanKind.CONSUMER, **attributes)
