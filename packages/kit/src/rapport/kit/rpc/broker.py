"""The connection to NATS: it reconnects for ever, and reports when it is closed for good."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from faststream.nats import NatsBroker
from faststream.nats.subscriber.usecases.core_subscriber import ConcurrentCoreSubscriber
from nats.aio.client import Client
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

INBOXES = "_INBOX"
"""The prefix of reply subjects."""
_VIOLATION = "permissions violation"
_FINISHES = 5.0
"""Seconds for requests in progress when the process stops, as long as callers wait; and for the broker to receive our
last messages."""

_log = logging.getLogger(__name__)


class Broker:
    """One process's connection; ``requests`` is FastStream's view of it, ``client`` the plain one."""

    def __init__(self, requests: NatsBroker) -> None:
        """Made by :func:`open_broker`."""
        self.requests = requests
        self.reconnections = 0

    @property
    def client(self) -> Client:
        """The connected client."""
        return self.requests.connection

    @property
    def connected(self) -> bool:
        """Whether there is a server at the other end right now."""
        return self.client.is_connected

    async def settle(self) -> None:
        """Return when the server has processed what was sent so far, new subscriptions above all."""
        # The library's flush pings ahead of what still waits to be written; a second one comes after it.
        await self.client.flush()
        await self.client.flush()

    async def finish_requests(self) -> None:
        """Stop taking requests, which other replicas get from now on, and answer those that were taken."""
        subscribers = [each for each in self.requests.subscribers if isinstance(each, ConcurrentCoreSubscriber)]
        for subscriber in subscribers:
            # The library would stop listening at once and unsubscribe only later, losing the requests in between.
            subscription, subscriber.subscription = subscriber.subscription, None
            if isinstance(subscription, Subscription):
                await subscription.drain()  # type: ignore[no-untyped-call]
        while any(_under_way(subscriber) for subscriber in subscribers):  # noqa: ASYNC110 - the library offers no event
            await asyncio.sleep(0.01)


@asynccontextmanager
async def open_broker(url: str, name: str, *, on_closed: Callable[[], None]) -> AsyncIterator[Broker]:
    """Connect to NATS at ``url`` and stay connected.

    Args:
        url: the server's address.
        name: shown in the server's list of connections; replies come to inboxes that are called after it, which is
            how the server keeps them from others.
        on_closed: called if the connection ends for good, which only a bug or a refused login can cause;
            a process without its broker must end, not linger.
    """
    closing = False

    async def reconnected() -> None:
        broker.reconnections += 1
        _log.info("connected to the broker again")

    async def disconnected() -> None:
        if not closing:
            _log.warning("lost the broker; reconnecting")

    async def closed() -> None:
        if not closing:
            _log.error("the broker's connection ended for good")
            on_closed()

    async def failed(error: Exception) -> None:
        # A permissions violation names its subject; other errors may quote an address with its password.
        _log.warning("broker: %s", error if _VIOLATION in str(error) else type(error).__name__)

    broker = Broker(
        NatsBroker(
            url,
            name=name,
            inbox_prefix=f"{INBOXES}_{name}",
            # The library's default gives up after two minutes and then spins; never giving up avoids both.
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.25,  # type: ignore[arg-type]  # seconds; a float is what nats-py sleeps for
            ping_interval=10,
            pending_size=16 * 1024 * 1024,
            logger=None,
            # What is under way has been finished by then.
            graceful_timeout=None,
            # Its injection of arguments takes each message through a thread; the request server reads its own.
            apply_types=False,
            disconnected_cb=disconnected,
            reconnected_cb=reconnected,
            closed_cb=closed,
            error_cb=failed,
        )
    )
    await broker.requests.connect()
    try:
        yield broker
    finally:
        closing = True
        try:
            async with asyncio.timeout(_FINISHES):
                await broker.finish_requests()
                await broker.settle()
            await broker.requests.stop()
        except (NatsError, TimeoutError):
            # Away while we end: there is nothing to drain to. The library would try all the same, for longer than we
            # may take, or trip over the lost connection.
            with suppress(OSError, TypeError):
                await broker.client.close()


def _under_way(subscriber: ConcurrentCoreSubscriber) -> bool:
    waiting: int = subscriber.send_stream.statistics().current_buffer_used
    return waiting > 0 or subscriber.limiter.value < subscriber.max_workers
