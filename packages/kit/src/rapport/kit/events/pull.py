"""Messages of a pull consumer as they arrive, without the per-message waiting of the client library's fetch."""

import asyncio
import logging
from contextlib import AsyncExitStack
from types import TracebackType

import orjson
from nats.aio.msg import Msg

from rapport.kit.rpc.broker import Broker

PULL_EXPIRES = 5.0
"""Seconds that one request for messages stays open."""
_HEARTBEAT = 0.5
_SILENCE = 2.5 * _HEARTBEAT
"""Seconds without message or heartbeat after which the request is taken to be lost (broker restarted)."""
_NO_CONSUMER = "503"
_EXPIRED = "408"

_log = logging.getLogger(__name__)


class PullSubscription:
    """Keeps one pull request open and hands out what arrived; an async context manager.

    While the reader works on ``batch`` messages at most, as many may arrive, and no more: a slow reader slows the
    broker down, not this process.
    """

    def __init__(self, broker: Broker, stream: str, consumer: str, *, batch: int = 500) -> None:
        """``consumer`` is an existing pull consumer of ``stream``."""
        self._broker = broker
        self._subject = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}"
        self._consumer = consumer
        self._batch = batch
        self._arrived: list[Msg] = []
        self._news = asyncio.Event()
        self._missing = 0
        self._exit = AsyncExitStack()
        self.present = False
        """Whether the broker knows the consumer; false until it has answered."""

    async def __aenter__(self) -> "PullSubscription":
        """Subscribe to an inbox of our own."""
        self._inbox = self._broker.client.new_inbox()
        subscription = await self._broker.client.subscribe(self._inbox, cb=self._receive)
        self._exit.push_async_callback(subscription.unsubscribe)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """Unsubscribe; what was not acknowledged is redelivered to the next subscriber."""
        if self._broker.connected:
            await self._exit.aclose()

    async def next(self) -> list[Msg]:
        """The messages that have arrived, at least one; waits as long as it takes."""
        while not self._arrived:
            if self._missing <= 0:
                await self._ask()
            self._news.clear()
            try:
                async with asyncio.timeout(_SILENCE):
                    await self._news.wait()
            except TimeoutError:
                self._missing = 0
        taken = self.take_arrived()
        if self._missing <= 0:
            await self._ask()  # what comes next travels while this is worked on
        return taken

    def take_arrived(self) -> list[Msg]:
        """What has arrived and was not handed out yet."""
        taken, self._arrived = self._arrived, []
        return taken

    async def _ask(self) -> None:
        self._missing = self._batch
        request = {"batch": self._batch, "expires": int(PULL_EXPIRES * 1e9), "idle_heartbeat": int(_HEARTBEAT * 1e9)}
        await self._broker.client.publish(self._subject, orjson.dumps(request), reply=self._inbox)

    async def _receive(self, message: Msg) -> None:
        status = (message.headers or {}).get("Status") if not message.data else None
        if status is None:
            self._arrived.append(message)
            self._missing -= 1
            self.present = True
        elif status == _NO_CONSUMER:
            if self.present:
                _log.error("consumer %s is gone", self._consumer)
            self.present = False
            return  # the silence that follows is the pause before the next attempt
        elif status == "100":
            self.present = True
        elif status == _EXPIRED:
            self._missing = 0
        else:
            # 409 and others end the request for a reason that may pass (a consumer deleted, too many waiting requests):
            # the silence that follows is the pause; without it, a broker that refuses would be called in a busy loop.
            return
        self._news.set()
