"""Caches the responses of queries for a moment, so that many identical requests at once are executed once.

When a page opens, or a change makes every client reload a board, the same user sends the same query several times
within milliseconds. A response is reused only until this process receives an event of the organisation, or executes a
mutation for it: no user gets a response from before their own change, or from before a change they were notified of.
Other changes may be missing from a response for as long as it is cached.
"""

from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from typing import Any

from cachetools import LRUCache
from strawberry.types import ExecutionResult

from rapport.gateway.cache import TtlCache

_MAX_BYTES = 64 * 1024 * 1024
_MAX_ORGANISATIONS = 10_000


@dataclass(frozen=True, slots=True)
class Response:
    """The response to a query."""

    result: ExecutionResult
    body: bytes | None
    """Its JSON, ready to send; None if it has errors."""


class ResponseCache:
    """The responses of one process."""

    def __init__(self, seconds: float) -> None:
        """``seconds`` a response is cached, from when its computation began; 0 turns caching off."""
        self._responses: TtlCache[Hashable, Response] = TtlCache(seconds, _MAX_BYTES, size_of=_size_of)
        self._generations: LRUCache[str, object] = LRUCache(_MAX_ORGANISATIONS)
        """A new one for an organisation makes its cached responses unreachable; they expire soon."""
        self.is_enabled = seconds > 0

    async def get_or_compute(
        self, org_id: str, key: Hashable, compute: Callable[[], Coroutine[Any, Any, Response]]
    ) -> Response:
        """The cached response, or else the one that ``compute`` returns.

        Args:
            org_id: the organisation, whose events invalidate it.
            key: the viewer, and everything else the response depends on.
            compute: runs at most once at a time for the same key.
        """
        generation = self._generations.setdefault(org_id, object())
        return await self._responses.get_or_compute(
            (org_id, generation, key), compute, is_cacheable=lambda response: response.body is not None
        )

    def invalidate(self, org_id: str) -> None:
        """Compute the organisation's responses again from now on."""
        self._generations.pop(org_id, None)

    def __len__(self) -> int:
        """Responses that are cached or being computed."""
        return len(self._responses)


def _size_of(response: Response) -> int:
    return len(response.body or b"")
