"""Delivers events to the subscribers of the topics they affect.

The process reads the stream once; each subscriber has a short queue of its own. One that does not keep up is ended with
an error: it never slows down the others or the reading.
"""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from nats.aio.msg import Msg
from pydantic import ValidationError

from rapport.contracts.events import Event, parse_event
from rapport.gateway.errors import ClientError, Code
from rapport.gateway.subscriptions.access_check import AccessCheck
from rapport.gateway.subscriptions.topics import Topic, topics_of
from rapport.kit.events.stream import StreamPosition

_MAX_QUEUED = 256
"""Events a subscriber may be behind before it is ended."""
_MAX_TRACED = 10
"""Deliveries of one event that appear in its trace: a thousand more would show nothing new, and cost."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StreamedEvent:
    """An event with its position in the stream."""

    position: StreamPosition
    event: Event[Any]
    traceparent: str | None
    """The trace that deliveries of the event belong to, if they are to be traced."""


def parse_streamed_event(message: Msg, stream: str) -> StreamedEvent | None:
    """The event in a message; None if its type is unknown."""
    try:
        event = parse_event(message.data, message.subject)
    except (KeyError, ValidationError):
        _log.warning("skipped an event of unknown type: %s", message.subject.split(".", 2)[2])
        return None
    traceparent = (message.headers or {}).get("traceparent") or event.traceparent
    return StreamedEvent(StreamPosition(stream, message.metadata.sequence.stream), event, traceparent)


class Subscriber:
    """The queue of one subscription."""

    def __init__(self, since: StreamPosition | None) -> None:
        """It receives everything after ``since``; None if nothing has been read from the stream yet."""
        self.since = since
        self._queue: deque[StreamedEvent] = deque()
        self._ready = asyncio.Event()
        self._ended: ClientError | None = None

    def deliver(self, streamed: StreamedEvent) -> bool:
        """Queue an event; if the queue is full, end the subscriber and return False."""
        if len(self._queue) >= _MAX_QUEUED:
            self.end(
                ClientError(Code.SLOW_SUBSCRIBER, "changes were not read fast enough; reload, and subscribe again")
            )
            return False
        if self._ended is None:
            self._queue.append(streamed)
            self._ready.set()
        return True

    def end(self, reason: ClientError) -> None:
        """Deliver nothing more but this error."""
        self._queue.clear()
        self._ended = self._ended or reason
        self._ready.set()

    async def next(self) -> StreamedEvent:
        """The next event; waits as long as it takes.

        Raises:
            ClientError: the subscriber was ended.
        """
        while not self._queue:
            if self._ended:
                raise self._ended
            self._ready.clear()
            await self._ready.wait()
        return self._queue.popleft()


class SubscriptionHub:
    """The subscribers of one process."""

    def __init__(self) -> None:
        """No subscribers yet."""
        self._subscribers: dict[tuple[str, Topic], set[Subscriber]] = defaultdict(set)
        self._organisations: dict[str, int] = defaultdict(int)
        self.access_check = AccessCheck()
        self.position: StreamPosition | None = None
        """Up to where the stream was read: new subscribers receive everything that comes after."""
        self.dropped = 0
        """Subscribers that did not keep up."""

    @contextmanager
    def subscribe(self, org_id: str, topic: Topic) -> Iterator[Subscriber]:
        """Receive the topic's events from now on."""
        subscriber = Subscriber(self.position)
        self._subscribers[org_id, topic].add(subscriber)
        self._organisations[org_id] += 1
        try:
            yield subscriber
        finally:
            self._subscribers[org_id, topic].discard(subscriber)
            self._organisations[org_id] -= 1
            if not self._subscribers[org_id, topic]:
                del self._subscribers[org_id, topic]

    def has_subscribers(self, org_id: str) -> bool:
        """Whether anybody of the organisation subscribes to anything."""
        return self._organisations.get(org_id, 0) > 0

    def count(self, org_id: str, topic: Topic) -> int:
        """The number of a topic's subscribers."""
        return len(self._subscribers.get((org_id, topic), ()))

    def publish(self, streamed: StreamedEvent) -> None:
        """Deliver an event to the subscribers of every topic it affects."""
        untraced = replace(streamed, traceparent=None)
        for topic in topics_of(streamed.event):
            subscribers = tuple(self._subscribers.get((streamed.event.orgid, topic), ()))
            for number, subscriber in enumerate(subscribers):
                self.dropped += not subscriber.deliver(streamed if number < _MAX_TRACED else untraced)

    def end_all(self, reason: ClientError) -> None:
        """End every subscriber."""
        for subscribers in self._subscribers.values():
            for subscriber in subscribers:
                subscriber.end(reason)
