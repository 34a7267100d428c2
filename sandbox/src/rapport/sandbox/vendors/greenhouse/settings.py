"""Settings of the sandbox ATS."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import time


@dataclass(frozen=True)
class Client:
    """Who may ask for tokens."""

    client_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class WebhookEndpoint:
    """An address that receives changes, and the secret its deliveries are signed with."""

    url: str
    secret: str = field(repr=False)


def _milliseconds_now() -> int:
    return round(time() * 1000)


@dataclass(frozen=True)
class SandboxSettings:
    """Settings of one sandbox, which serves one company's file. Durations are in seconds.

    `address` is how clients reach the app, prefix included; links to further pages begin with it. Left empty,
    they begin with what the request itself came to. `retry_scale` shortens the minutes between webhook tries:
    1/60 makes the vendor's minutes seconds.
    """

    company: Path
    clients: tuple[Client, ...]
    address: str = ""
    webhooks: tuple[WebhookEndpoint, ...] = ()
    token_lifetime: float = 3600.0
    list_lag: float = 0.0
    rate_limit: int = 200
    rate_window: float = 10.0
    retry_scale: float = 1.0
    delivery_timeout: float = 10.0
    trickle_per_minute: float = 0.0
    control: bool = True
    clock: Callable[[], int] = _milliseconds_now

    def __post_init__(self) -> None:
        """Refuse what would only be noticed much later."""
        if not self.clients:
            raise ValueError("the sandbox needs at least one client that may ask for tokens")
        if not 0 <= self.list_lag <= _LONGEST_LAG:
            raise ValueError(f"list_lag must be between 0 and {_LONGEST_LAG} seconds")


_LONGEST_LAG = 300
"""The vendor promises that changes are in the lists after five minutes."""
