"""Events, told to whoever watches what they change.

The process reads the stream once; each watcher has a short queue of its own. One that does not keep up is dropped and
told so: it never slows the others, nor the reading.
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
from rapport.gateway.events.sight import Sight
from rapport.gateway.events.topics import Topic, topics_of
from rapport.kit.events.stream import StreamPosition

_MOST_WAITING = 256
"""Changes a watcher may be behind before it is dropped."""
_TRACED = 10
"""Deliveries of a change that are shown in its trace: a thousand more would say nothing more, and cost."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Happened:
    """An event, its place in the stream, and the trace it happened in, if what becomes of it belongs there."""

    place: StreamPosition
    event: Event[Any]
    traceparent: str | None


def read_happened(message: Msg, stream: str) -> Happened | None:
    """The event in a message; None if it is of a kind we do not know."""
    try:
        event = parse_event(message.data, message.subject)
    except (KeyError, ValidationError):
        _log.warning("an event of a kind we do not know: %s", message.subject.split(".", 2)[2])
        return None
    traceparent = (message.headers or {}).get("traceparent") or event.traceparent
    return Happened(StreamPosition(stream, message.metadata.sequence.stream), event, traceparent)


class Watcher:
    """One subscription's queue."""

    def __init__(self, since: StreamPosition | None) -> None:
        """It hears of everything after ``since``; None if the stream has not been heard yet."""
        self.since = since
        self._waiting: deque[Happened] = deque()
        self._news = asyncio.Event()
        self._ended: ClientError | None = None

    def tell(self, happened: Happened) -> bool:
        """Add a change; if the watcher is too far behind for that, end it and answer True."""
        if len(self._waiting) >= _MOST_WAITING:
            self.end(ClientError(Code.SLOW_SUBSCRIBER, "changes were not read fast enough; load anew what is shown"))
            return True
        if self._ended is None:
            self._waiting.append(happened)
            self._news.set()
        return False

    def end(self, why: ClientError) -> None:
        """Let the watcher hear of nothing more but this."""
        self._waiting.clear()
        self._ended = self._ended or why
        self._news.set()

    async def next(self) -> Happened:
        """The next change; waits as long as it takes.

        Raises:
            ClientError: it was ended.
        """
        while not self._waiting:
            if self._ended:
                raise self._ended
            self._news.clear()
            await self._news.wait()
        return self._waiting.popleft()


class Changes:
    """Who watches what."""

    def __init__(self) -> None:
        """Nobody watches yet, and nothing was heard."""
        self._watchers: dict[tuple[str, Topic], set[Watcher]] = defaultdict(set)
        self._organisations: dict[str, int] = defaultdict(int)
        self.sight = Sight()
        self.heard: StreamPosition | None = None
        """Up to where the stream was heard: watchers that begin now hear of all that comes after."""
        self.dropped = 0
        """Watchers that did not keep up."""

    @contextmanager
    def watching(self, org_id: str, topic: Topic) -> Iterator[Watcher]:
        """Hear of what happens from now on."""
        watcher = Watcher(self.heard)
        self._watchers[org_id, topic].add(watcher)
        self._organisations[org_id] += 1
        try:
            yield watcher
        finally:
            self._watchers[org_id, topic].discard(watcher)
            self._organisations[org_id] -= 1
            if not self._watchers[org_id, topic]:
                del self._watchers[org_id, topic]

    def anyone_in(self, org_id: str) -> bool:
        """Whether anybody of the organisation watches anything."""
        return self._organisations.get(org_id, 0) > 0

    def watched(self, org_id: str, topic: Topic) -> int:
        """How many watch this."""
        return len(self._watchers.get((org_id, topic), ()))

    def tell(self, happened: Happened) -> None:
        """Tell those who watch what the event changes."""
        untraced = replace(happened, traceparent=None)
        for topic in topics_of(happened.event):
            for number, watcher in enumerate(tuple(self._watchers.get((happened.event.orgid, topic), ()))):
                self.dropped += watcher.tell(happened if number < _TRACED else untraced)

    def end_all(self, why: ClientError) -> None:
        """Send every watcher away."""
        for watchers in self._watchers.values():
            for watcher in watchers:
                watcher.end(why)
