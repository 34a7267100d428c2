"""Facts about applications, told to whoever watches the board they change.

The process reads the stream once; each watcher has a short queue of its own. One that does not keep up is dropped and
told so: it never slows the others, nor the reading.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rapport.contracts.facts import Fact
from rapport.gateway.errors import ClientError, Code

_MOST_WAITING = 256
"""Changes a watcher may be behind before it is dropped."""


@dataclass(frozen=True, slots=True)
class Happened:
    """A fact, its place in the stream, and the trace it happened in."""

    sequence: int
    fact: Fact[Any]
    traceparent: str | None


class Watcher:
    """One subscription's queue."""

    def __init__(self) -> None:
        """Starts empty."""
        self._waiting: deque[Happened] = deque()
        self._news = asyncio.Event()
        self._ended: ClientError | None = None

    def tell(self, happened: Happened) -> bool:
        """Add a change; if the watcher is too far behind for that, end it and answer True."""
        if len(self._waiting) >= _MOST_WAITING:
            self.end(ClientError(Code.SLOW_SUBSCRIBER, "changes were not read fast enough; load the board anew"))
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


class BoardChanges:
    """Who watches which board."""

    def __init__(self) -> None:
        """Nobody watches yet."""
        self._watchers: dict[tuple[str, UUID], set[Watcher]] = defaultdict(set)
        self._organisations: dict[str, int] = defaultdict(int)
        self.dropped = 0
        """Watchers that did not keep up."""

    @contextmanager
    def watching(self, org_id: str, job_id: UUID) -> Iterator[Watcher]:
        """Hear of what happens on a job's board from now on."""
        watcher = Watcher()
        self._watchers[org_id, job_id].add(watcher)
        self._organisations[org_id] += 1
        try:
            yield watcher
        finally:
            self._watchers[org_id, job_id].discard(watcher)
            self._organisations[org_id] -= 1
            if not self._watchers[org_id, job_id]:
                del self._watchers[org_id, job_id]

    def anyone_in(self, org_id: str) -> bool:
        """Whether anybody of the organisation watches anything."""
        return self._organisations.get(org_id, 0) > 0

    def watched(self, org_id: str, job_id: UUID) -> int:
        """How many watch this board."""
        return len(self._watchers.get((org_id, job_id), ()))

    def tell(self, happened: Happened) -> None:
        """Tell those who watch a board that the fact changes."""
        for job_id in {happened.fact.data.job_id, getattr(happened.fact.data, "current_job_id", None)} - {None}:
            for watcher in tuple(self._watchers.get((happened.fact.orgid, job_id), ())):
                self.dropped += watcher.tell(happened)

    def end_all(self) -> None:
        """Send every watcher elsewhere: this process ends."""
        for watchers in self._watchers.values():
            for watcher in watchers:
                watcher.end(ClientError(Code.UNAVAILABLE, "the gateway is being restarted; subscribe again"))
