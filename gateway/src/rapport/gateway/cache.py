"""The cache of the gateway: entries expire, their number is bounded, and concurrent misses compute a value once."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Hashable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from cachetools import TLRUCache

_KeyT = TypeVar("_KeyT", bound=Hashable)
_ValueT = TypeVar("_ValueT")


@dataclass(frozen=True, slots=True)
class _Entry(Generic[_ValueT]):
    value: _ValueT
    expires_at: float


@dataclass(slots=True)
class _Flight(Generic[_ValueT]):
    """A computation that concurrent callers share."""

    task: asyncio.Task[_ValueT]
    expires_at: float
    waiters: int = 0


def _expires_at(_: object, entry: _Entry[Any], __: float) -> float:
    return entry.expires_at


class TtlCache(Generic[_KeyT, _ValueT]):
    """Values by their keys, each for a limited time; the least recently used goes first when the cache is full."""

    def __init__(
        self,
        ttl: float,
        max_size: int,
        *,
        size_of: Callable[[_ValueT], int] = lambda _: 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """An empty cache.

        Args:
            ttl: seconds until an entry expires; computed values expire that long after their computation began.
            max_size: the sum of all entries' sizes.
            size_of: an entry's size; by default every entry counts 1.
            clock: in seconds.
        """
        self._ttl = ttl
        self._clock = clock
        self._entries: TLRUCache[_KeyT, _Entry[_ValueT]] = TLRUCache(
            max_size, _expires_at, timer=clock, getsizeof=lambda entry: size_of(entry.value)
        )
        self._flights: dict[_KeyT, _Flight[_ValueT]] = {}

    def __len__(self) -> int:
        """Entries that have not expired, and values that are being computed."""
        self._entries.expire()
        return len(self._entries) + len(self._flights)

    def get(self, key: _KeyT) -> _ValueT | None:
        """The value, unless it is missing or has expired."""
        entry = self._entries.get(key)
        return entry.value if entry else None

    def put(self, key: _KeyT, value: _ValueT, *, ttl: float | None = None) -> None:
        """Store a value; ``ttl`` replaces the cache's own."""
        self._store(key, _Entry(value, self._clock() + (self._ttl if ttl is None else ttl)))

    def discard(self, key: _KeyT) -> None:
        """Forget the value, if there is one."""
        self._entries.pop(key, None)

    async def get_or_compute(
        self,
        key: _KeyT,
        compute: Callable[[], Coroutine[Any, Any, _ValueT]],
        *,
        is_cacheable: Callable[[_ValueT], bool] = lambda _: True,
    ) -> _ValueT:
        """The cached value, or else the result of ``compute``, which concurrent callers share.

        A caller that is cancelled does not cancel the computation while others wait for it.

        Args:
            key: of the value.
            compute: called on a miss; its errors are raised to all who wait and are not cached.
            is_cacheable: whether a computed value may be stored.
        """
        if (cached := self.get(key)) is not None:
            return cached
        flight = self._flights.get(key)
        if flight is None or flight.expires_at < self._clock():
            flight = self._take_off(key, compute, is_cacheable)
        flight.waiters += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiters -= 1
            if not flight.waiters and not flight.task.done():
                flight.task.cancel()
                self._remove(key, flight)

    def _take_off(
        self,
        key: _KeyT,
        compute: Callable[[], Coroutine[Any, Any, _ValueT]],
        is_cacheable: Callable[[_ValueT], bool],
    ) -> _Flight[_ValueT]:
        flight = self._flights[key] = _Flight(asyncio.create_task(compute()), self._clock() + self._ttl)
        flight.task.add_done_callback(partial(self._land, key, flight, is_cacheable))
        return flight

    def _land(
        self,
        key: _KeyT,
        flight: _Flight[_ValueT],
        is_cacheable: Callable[[_ValueT], bool],
        task: asyncio.Task[_ValueT],
    ) -> None:
        is_newest = self._flights.get(key) is flight
        self._remove(key, flight)
        if is_newest and not task.cancelled() and not task.exception() and is_cacheable(task.result()):
            self._store(key, _Entry(task.result(), flight.expires_at))

    def _remove(self, key: _KeyT, flight: _Flight[_ValueT]) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]

    def _store(self, key: _KeyT, entry: _Entry[_ValueT]) -> None:
        with suppress(ValueError):  # larger than the whole cache
            self._entries[key] = entry
