"""Reading the stream of facts as they happen, through restarts of the broker, without a gap."""

import asyncio
import logging
from typing import Any, NoReturn

import orjson
from nats.aio.msg import Msg
from pydantic import ValidationError

from rapport.contracts.facts import read_fact
from rapport.gateway.events.changes import BoardChanges, Happened
from rapport.kit.broker import Broker
from rapport.kit.errors import TRANSIENT
from rapport.kit.http import Check
from rapport.kit.identity import new_id
from rapport.kit.pull import Pull
from rapport.kit.relay import STREAM

_FACTS = "hiring.*.pipeline.application.>"
_FORGOTTEN_AFTER = 30_000_000_000
"""Nanoseconds after which the broker forgets the consumer of a process that reads no more."""
_ASK_WITHIN = 2.0
_LOOK_AFTER = 2.0
"""Seconds without a fact after which we look whether the broker still knows our consumer."""
_PAUSE = 0.25

_log = logging.getLogger(__name__)


class _NotYetError(Exception):
    """The broker does not (yet) have the stream, or no room for a consumer."""


_AWAY: tuple[type[Exception], ...] = (*TRANSIENT, _NotYetError)


class Listening:
    """One process's ephemeral consumer; several gateways each hear everything."""

    def __init__(self, broker: Broker, changes: BoardChanges) -> None:
        """``changes`` is told what happens."""
        self._broker = broker
        self._changes = changes
        self._seen: int | None = None
        self._hears = False

    async def run(self) -> NoReturn:
        """Listen for as long as the process lives."""
        while True:
            try:
                await self._listen(await self._new_consumer())
            except _AWAY as problem:
                _log.warning("cannot listen to the stream (%s)", type(problem).__name__)
            self._hears = False
            await asyncio.sleep(_PAUSE)

    async def _new_consumer(self) -> str:
        """Make a consumer that begins after the last fact seen; the first one begins with what happens next."""
        newest = (await self._ask(f"STREAM.INFO.{STREAM}", {}))["state"]["last_seq"]
        if self._seen is None or self._seen > newest:  # a stream that is behind us was made anew
            self._seen = newest
        name = f"gateway-{new_id().hex}"
        config = {
            "name": name,
            "description": "A gateway tells its clients what happens",
            "filter_subject": _FACTS,
            "deliver_policy": "by_start_sequence",
            "opt_start_seq": self._seen + 1,
            "ack_policy": "none",
            "inactive_threshold": _FORGOTTEN_AFTER,
            "mem_storage": True,
            "num_replicas": 1,
        }
        await self._ask(f"CONSUMER.CREATE.{STREAM}.{name}", {"stream_name": STREAM, "config": config})
        return name

    async def _ask(self, subject: str, body: dict[str, Any]) -> dict[str, Any]:
        reply = await self._broker.client.request(f"$JS.API.{subject}", orjson.dumps(body), timeout=_ASK_WITHIN)
        answer: dict[str, Any] = orjson.loads(reply.data)
        if "error" in answer:
            raise _NotYetError(answer["error"].get("description"))
        return answer

    async def _listen(self, consumer: str) -> None:
        """Pass on what happens until the broker no longer knows the consumer."""
        async with Pull(self._broker, STREAM, consumer) as pull:
            self._hears = True
            while True:
                try:
                    async with asyncio.timeout(_LOOK_AFTER):
                        messages = await pull.next()
                except TimeoutError:
                    if not pull.present:
                        return
                    continue
                for message in messages:
                    self._take(message)

    def _take(self, message: Msg) -> None:
        sequence = message.metadata.sequence.stream
        self._seen = max(self._seen or 0, sequence)
        if not self._changes.anyone_in(message.subject.split(".", 2)[1]):
            return
        try:
            fact = read_fact(message.data, message.subject)
        except (KeyError, ValidationError):
            _log.warning("a fact of a kind we do not know: %s", message.subject.split(".", 2)[2])
            return
        headers = message.headers or {}
        self._changes.tell(Happened(sequence, fact, headers.get("traceparent") or fact.traceparent))

    def check(self) -> Check:
        """Whether clients hear what happens, for readiness."""

        async def hears() -> str | None:
            return None if self._hears else "does not hear the stream"

        return hears
