"""Checks that subscribers may still see what they subscribe to."""

import time
from collections.abc import Awaitable, Callable, Hashable

from rapport.gateway.cache import TtlCache
from rapport.kit.errors import ServiceFailedError, ServiceUnavailableError

_TRUSTED_FOR = 30.0
"""Seconds for which a positive check is trusted; the directory of users is cached as long."""
_TRUSTED_IN_OUTAGE = 300.0
"""The same while the service does not respond, so that its restart disconnects no subscriber."""
_RETRY_AFTER = 5.0
_MAX_CHECKS = 100_000

Probe = Callable[[], Awaitable[object]]


class AccessCheck:
    """One check for all of a viewer's subscriptions to a topic, and none for most events."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, trusted_for: float = _TRUSTED_FOR) -> None:
        """``trusted_for``: seconds for which a positive check is trusted."""
        self._visible: TtlCache[Hashable, bool] = TtlCache(trusted_for, _MAX_CHECKS, clock=clock)
        self._seen: TtlCache[Hashable, bool] = TtlCache(_TRUSTED_IN_OUTAGE, _MAX_CHECKS, clock=clock)

    async def is_visible(self, key: Hashable, probe: Probe) -> bool:
        """Whether ``probe`` returns something; ``key`` stands for the viewer and the thing.

        Raises:
            ServiceUnavailableError: the service has not responded for minutes.
            ServiceFailedError: the same.
        """

        async def check() -> bool:
            return await self._check(key, probe)

        return await self._visible.get_or_compute(key, check, is_cacheable=lambda visible: visible)

    async def _check(self, key: Hashable, probe: Probe) -> bool:
        try:
            visible = await probe() is not None
        except (ServiceUnavailableError, ServiceFailedError):
            if not self._seen.get(key):
                raise
            self._visible.put(key, value=True, ttl=_RETRY_AFTER)
            return True
        if visible:
            self._seen.put(key, value=True)
        else:
            self._seen.discard(key)
        return visible
