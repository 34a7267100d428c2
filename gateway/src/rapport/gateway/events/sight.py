"""Whether those who watch still see what they watch."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable

from rapport.kit.errors import ServiceFailedError, ServiceUnavailableError

_BELIEVED = 30.0
"""Seconds for which it is believed that a viewer still sees something, as the directory is."""
_BELIEVED_AT_MOST = 300.0
"""The same while the service that knows does not answer: nobody is sent away because of its restart."""
_ASK_AGAIN = 5.0

Look = Callable[[], Awaitable[object]]


class Sight:
    """Asks once for all of a viewer's subscriptions to a topic, and not at every event."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is known."""
        self._clock = clock
        self._seen_at: dict[Hashable, float] = {}
        self._believed_until: dict[Hashable, float] = {}
        self._asking: dict[Hashable, asyncio.Task[bool]] = {}

    async def sees(self, key: Hashable, look: Look) -> bool:
        """Whether what ``look`` answers is there; ``key`` stands for the viewer and the thing.

        Raises:
            ServiceUnavailableError: nobody knows, and has not known for minutes.
            ServiceFailedError: the same.
        """
        if self._clock() < self._believed_until.get(key, 0):
            return True
        if key not in self._asking:
            self._asking[key] = asyncio.create_task(self._look(key, look))
            self._asking[key].add_done_callback(lambda _: self._asking.pop(key))
        return await asyncio.shield(self._asking[key])

    async def _look(self, key: Hashable, look: Look) -> bool:
        try:
            seen = await look() is not None
        except (ServiceUnavailableError, ServiceFailedError):
            if self._clock() > self._seen_at.get(key, float("-inf")) + _BELIEVED_AT_MOST:
                raise
            self._believed_until[key] = self._clock() + _ASK_AGAIN
            return True
        now = self._clock()
        if seen:
            self._seen_at[key], self._believed_until[key] = now, now + _BELIEVED
        else:
            self._forget(key)
        for old in [each for each, at in self._seen_at.items() if at < now - _BELIEVED_AT_MOST]:
            self._forget(old)
        return seen

    def _forget(self, key: Hashable) -> None:
        self._seen_at.pop(key, None)
        self._believed_until.pop(key, None)
