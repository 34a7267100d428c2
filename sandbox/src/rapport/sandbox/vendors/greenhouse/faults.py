"""Faults on demand: what goes wrong next, and how often."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

from rapport.sandbox.vendors.greenhouse.access import too_many
from rapport.sandbox.vendors.greenhouse.refusals import Refused


@dataclass
class Faults:
    """What is wrong at present. Counters run down as they are used; times are in seconds.

    outage_requests, outage_seconds    the API answers 503
    rate_limit_requests                the API answers 429, whatever the limit
    slow_requests, slow_seconds        the API answers that much later
    drop_after_write                   a write is performed and the connection closed instead of an answer
    webhook_duplicates                 a delivery is made twice
    webhook_reorder                    so many deliveries are collected and made in reverse order
    webhook_losses                     a delivery is never made; never a ping
    list_lag                           lists show records as they were so long ago
    """

    outage_requests: int = 0
    outage_seconds: float = 0.0
    rate_limit_requests: int = 0
    slow_requests: int = 0
    slow_seconds: float = 0.0
    drop_after_write: int = 0
    webhook_duplicates: int = 0
    webhook_reorder: int = 0
    webhook_losses: int = 0
    list_lag: float = 0.0

    def __post_init__(self) -> None:
        """Begin without an outage."""
        self._outage_until = 0

    def set(self, wanted: Mapping[str, object], *, now: Callable[[], int]) -> None:
        """Change what is named; the rest stays as it is."""
        known = {field.name for field in fields(self)}
        unknown = sorted(set(wanted) - known)
        if unknown:
            raise Refused(422, *(f"Unknown fault: {name}; there are {', '.join(sorted(known))}" for name in unknown))
        for name, value in wanted.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MOST:
                raise Refused(422, f"{name} must be a number from 0 to {_MOST}.")
            setattr(self, name, type(getattr(self, name))(value))
        if "outage_seconds" in wanted:
            self._outage_until = now() + round(self.outage_seconds * 1000)

    def use(self, counter: str) -> bool:
        """Tell whether a counted fault happens now; it is one fewer afterwards."""
        left = getattr(self, counter)
        setattr(self, counter, max(0, left - 1))
        return bool(left)

    async def befall(self, *, now: int) -> None:
        """Let happen to an API request what is wrong at present."""
        if self.use("slow_requests"):
            await asyncio.sleep(self.slow_seconds)
        if now < self._outage_until or self.use("outage_requests"):
            raise Refused(503, "Service unavailable.")
        if self.use("rate_limit_requests"):
            raise too_many(1, {})


_MOST = 100_000
