"""The broker's stream of events, read with ephemeral consumers beside the durable ones."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
from nats.aio.msg import Msg

from rapport.kit.errors import TRANSIENT
from rapport.kit.events.pull import PullSubscription
from rapport.kit.events.relay import STREAM
from rapport.kit.rpc.broker import Broker

_FORGOTTEN_AFTER = 30_000_000_000
"""Nanoseconds after which the broker forgets the consumer of a process that reads no more."""
_ASK_WITHIN = 2.0
_CHECK_AFTER = 2.0
"""Seconds without a message after which it is checked whether more can be expected."""
_NOT_FOUND = 404

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StreamPosition:
    """A position in the order of all events. ``stream`` distinguishes a stream from the one recreated in its place."""

    stream: str
    sequence: int


class DurableConsumer(NamedTuple):
    """What the broker knows of a durable consumer; the numbers are positions in the stream."""

    subjects: list[str]
    acknowledged: int
    """Everything up to here has been acknowledged."""
    delivered: int
    """Nothing after this has been delivered."""


class StreamNotReadyError(Exception):
    """The broker does not (yet) have the stream, or no room for a consumer."""


class _NotFoundError(StreamNotReadyError):
    pass


AWAY: tuple[type[Exception], ...] = (*TRANSIENT, StreamNotReadyError)


class StreamReader:
    """Queries the broker about the stream, and reads parts of it."""

    def __init__(self, broker: Broker, name: Callable[[], str]) -> None:
        """``broker`` is the process's connection; ``name`` gives its next consumer a name."""
        self._broker = broker
        self._name = name

    @property
    def reconnections(self) -> int:
        """How often the connection to the broker was re-established."""
        return self._broker.reconnections

    async def last_position(self) -> StreamPosition:
        """The position of the last event."""
        info = await self._ask(f"STREAM.INFO.{STREAM}", {})
        return StreamPosition(str(info["created"]), int(info["state"]["last_seq"]))

    async def consumer(self, subjects: Sequence[str], *, after: int) -> tuple[str, int]:
        """Create a consumer of what comes after a position; returns its name and how many messages it has already."""
        name = self._name()
        config = {
            "name": name,
            "filter_subjects": list(subjects),
            "deliver_policy": "by_start_sequence",
            "opt_start_seq": after + 1,
            "ack_policy": "none",
            "inactive_threshold": _FORGOTTEN_AFTER,
            "mem_storage": True,
            "num_replicas": 1,
        }
        made = await self._ask(f"CONSUMER.CREATE.{STREAM}.{name}", {"stream_name": STREAM, "config": config})
        return name, int(made["num_pending"])

    async def discard_leftover(self) -> None:
        """Delete the consumer that a killed process left behind, if names are used again and there is one.

        The broker would give it to the next reader as it is: without the messages that its first reader got.
        """
        with suppress(_NotFoundError):
            await self._ask(f"CONSUMER.DELETE.{STREAM}.{self._name()}", {})

    async def durable(self, consumer: str) -> DurableConsumer:
        """The current state of a durable consumer."""
        info = await self._ask(f"CONSUMER.INFO.{STREAM}.{consumer}", {})
        return DurableConsumer(
            list(info["config"]["filter_subjects"]),
            acknowledged=int(info["ack_floor"]["stream_seq"]),
            delivered=int(info["delivered"]["stream_seq"]),
        )

    def pull(self, consumer: str) -> PullSubscription:
        """Its messages, as they arrive."""
        return PullSubscription(self._broker, STREAM, consumer)

    async def messages(self, subjects: Sequence[str], *, after: int, until: int) -> AsyncGenerator[Msg, None]:
        """The messages on these subjects after one position in the stream, up to and including another.

        Raises:
            StreamNotReadyError: the broker lost the consumer, or messages were lost in transit.
        """
        reconnections = self.reconnections
        name, left = await self.consumer(subjects, after=after)
        try:
            async with self.pull(name) as pull:
                number = 0
                while left > 0:
                    for message in await self._next(pull, reconnections):
                        left, number = left - 1, number + 1
                        if message.metadata.sequence.consumer != number:
                            raise StreamNotReadyError("messages were lost in transit")
                        if message.metadata.sequence.stream > until:
                            return
                        yield message
        finally:
            await self._forget(name)

    async def _next(self, pull: PullSubscription, reconnections: int) -> list[Msg]:
        """The next messages; none if there are none for a while, but may be later."""
        try:
            async with asyncio.timeout(_CHECK_AFTER):
                return await pull.next()
        except TimeoutError:
            if self.reconnections != reconnections or not pull.present:
                raise StreamNotReadyError("the broker lost the consumer") from None
            return []

    async def _forget(self, consumer: str) -> None:
        try:
            await self._ask(f"CONSUMER.DELETE.{STREAM}.{consumer}", {})
        except AWAY:
            _log.info("the broker will forget a consumer by itself")

    async def _ask(self, subject: str, body: dict[str, Any]) -> dict[str, Any]:
        reply = await self._broker.client.request(f"$JS.API.{subject}", orjson.dumps(body), timeout=_ASK_WITHIN)
        answer: dict[str, Any] = orjson.loads(reply.data)
        if "error" in answer:
            kind = _NotFoundError if answer["error"].get("code") == _NOT_FOUND else StreamNotReadyError
            raise kind(answer["error"].get("description"))
        return answer
