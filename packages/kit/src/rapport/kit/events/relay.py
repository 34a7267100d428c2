"""The relay: the only one that publishes. It carries events from the outbox to the stream, in order, at least once."""

import asyncio
import logging
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError
from opentelemetry import propagate, trace
from opentelemetry.trace import Span, SpanKind

from rapport.kit.database.queries import Queries
from rapport.kit.database.unit_of_work import transpose
from rapport.kit.errors import TRANSIENT
from rapport.kit.identity import new_id
from rapport.kit.rpc.broker import Broker
from rapport.kit.runtime.backoff import Backoff
from rapport.kit.runtime.leadership import leadership
from rapport.kit.runtime.process import raise_if_cancelled

STREAM = "HIRING"
_LEADER = 0x7265_6C61
"""Advisory lock that makes one process of a service its relay."""
_BATCH = 1000
"""Events per atomic batch: the server's limit, and one fsync for all of them."""
_POLL_INTERVAL = 5.0
"""Seconds between polls of the outbox when no notification arrives."""
_DAY = 86_400.0

_SQL = Queries("rapport.kit")
_log = logging.getLogger(__name__)
_tracer = trace.get_tracer("rapport.kit.events.relay")


class _BatchRefusedError(NatsError):
    """The broker refused an atomic batch as a whole: one message id in it is known already."""


class Relay:
    """Publishes a service's events while it holds the service's relay lock."""

    def __init__(self, system_dsn: str, broker: Broker, service: str) -> None:
        """``system_dsn`` connects as the role that sees every organisation's outbox of ``service``."""
        self._service = service
        self._dsn = system_dsn
        self._broker = broker
        self._wake = asyncio.Event()
        self.leading = False
        self.trouble: str | None = None
        """Why events cannot be published at present; None while all is well, here or with the relay that leads."""

    async def run(self) -> None:
        """Relay until cancelled; wait while the database or the broker is unavailable."""
        backoff = Backoff(0.1, _POLL_INTERVAL)
        while True:
            try:
                await self._lead()
                backoff.reset()
            except TRANSIENT as problem:
                self.trouble = type(problem).__name__
                _log.warning("relay interrupted (%s); again in %.1f s", type(problem).__name__, backoff.next_pause)
            finally:
                self.leading = False
            raise_if_cancelled()
            await backoff.pause()

    async def _lead(self) -> None:
        # Everything goes through this one connection: with it goes the lock, and with the lock the right to publish.
        async with leadership(self._dsn, _LEADER) as connection:
            await connection.add_listener("outbox", lambda *_: self._wake.set())
            connection.add_termination_listener(lambda _: self._wake.set())
            await self._publish_forever(connection)

    async def _publish_forever(self, connection: asyncpg.Connection) -> None:
        verified_at_reconnection = -1
        partitioned_at = float("-inf")
        while True:
            if time.monotonic() - partitioned_at > _DAY:
                await connection.execute("SELECT ensure_outbox_partitions(2)")
                partitioned_at = time.monotonic()
            if verified_at_reconnection != self._broker.reconnections:
                reconnections = self._broker.reconnections
                await self._verify_stream(connection)
                verified_at_reconnection = reconnections
            self._wake.clear()
            while rows := await connection.fetch(_SQL["waiting_events"], _BATCH):
                sequences = await self._publish(rows)
                await connection.execute(_SQL["mark_published"], [row["position"] for row in rows], sequences)
                raise_if_cancelled()
            raise_if_cancelled()
            self.leading, self.trouble = True, None
            try:
                async with asyncio.timeout(_POLL_INTERVAL):
                    await self._wake.wait()
            except TimeoutError:
                await self._stream_info()  # gone behind our back: noticed before there is something to publish

    async def _publish(self, rows: Sequence[asyncpg.Record]) -> list[int]:
        spans = [_span_of(row) for row in rows]
        headers = [_headers(row, span) for row, span in zip(rows, spans, strict=True)]
        try:
            if len(rows) == 1:
                return await self._publish_each(rows, headers)
            try:
                return await self._publish_batch(rows, headers)
            except _BatchRefusedError:
                return await self._publish_each(rows, headers)
        finally:
            for span in spans:
                if span:
                    span.end()

    async def _publish_batch(self, rows: Sequence[asyncpg.Record], headers: Sequence[dict[str, str]]) -> list[int]:
        client = self._broker.client
        batch = new_id().hex
        numbered = [
            header | {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(number)}
            for number, header in enumerate(headers, start=1)
        ]
        for row, header in zip(rows[:-1], numbered[:-1], strict=True):
            await client.publish(row["subject"], row["body"].encode(), headers=header)
        commit = numbered[-1] | {"Nats-Batch-Commit": "1"}
        reply = await client.request(rows[-1]["subject"], rows[-1]["body"].encode(), timeout=10, headers=commit)
        acknowledged = orjson.loads(reply.data)
        if "error" in acknowledged or acknowledged.get("count") != len(rows):
            raise _BatchRefusedError(str(acknowledged.get("error", {}).get("description")))
        last = int(acknowledged["seq"])
        return list(range(last - len(rows) + 1, last + 1))

    async def _publish_each(self, rows: Sequence[asyncpg.Record], headers: Sequence[dict[str, str]]) -> list[int]:
        """One by one, in order: a repeated id is answered with the place of the first copy."""
        stream = self._broker.client.jetstream(timeout=10)
        return [
            (await stream.publish(row["subject"], row["body"].encode(), stream=STREAM, headers=header)).seq
            for row, header in zip(rows, headers, strict=True)
        ]

    async def _verify_stream(self, connection: asyncpg.Connection) -> None:
        """Notice a stream that was lost, replaced or rolled back; what it lacks waits to be published again."""
        created = datetime.fromisoformat((await self._stream_info())["created"])
        known = await connection.fetchval(_SQL["known_stream"], STREAM)
        if known is not None and known != created:
            _log.warning("the stream was recreated; publishing everything again")
            await connection.execute(_SQL["forget_published_after"], -1)
        elif (last := await connection.fetchrow(_SQL["last_published"])) and not await self._holds(last):
            kept = await self._last_held(connection)
            _log.warning("the stream lost its tail; publishing again what came after position %d", kept)
            await connection.execute(_SQL["forget_published_after"], kept)
        if known != created:
            await connection.execute(_SQL["remember_stream"], STREAM, created)
        await self._adopt_tail(connection)

    async def _adopt_tail(self, connection: asyncpg.Connection) -> None:
        """Mark what a relay before us published and did not live to mark: the broker forgets message ids in minutes.

        That is one batch at the most, so no more than that is looked at.
        """
        if not await connection.fetch(_SQL["waiting_events"], 1):
            return
        last = await connection.fetchrow(_SQL["last_published"])
        place = last["stream_sequence"] if last else 0
        found: list[tuple[UUID, int]] = []
        for _ in range(_BATCH):
            message = await self._next_of_ours(place + 1)
            if message is None:
                break
            place, message_id = message
            found.append((message_id, place))
        rows = await connection.fetch(_SQL["is_waiting"], *transpose(found, 2))
        if rows:
            _log.warning("%d events had been published by a relay that died before marking them", len(rows))
            positions, sequences = transpose(((row["position"], row["stream_sequence"]) for row in rows), 2)
            await connection.execute(_SQL["mark_published"], positions, sequences)

    async def _next_of_ours(self, sequence: int) -> tuple[int, UUID] | None:
        """The first message of this service at or after a place in the stream: its place and its id."""
        try:
            message = await self._broker.client.jetstream(timeout=5).get_msg(
                STREAM, seq=sequence, subject=f"hiring.*.{self._service}.>", next=True
            )
        except NotFoundError:
            return None
        try:
            message_id = UUID((message.headers or {}).get("Nats-Msg-Id", ""))
        except ValueError:
            message_id = UUID(int=0)  # of another publisher, without an id of ours
        return int(message.seq or sequence), message_id

    async def _stream_info(self) -> dict[str, Any]:
        reply = await self._broker.client.request(f"$JS.API.STREAM.INFO.{STREAM}", b"", timeout=5)
        info: dict[str, Any] = orjson.loads(reply.data)
        if "error" in info:
            raise NatsError(info["error"].get("description", "stream not found"))
        return info

    async def _holds(self, row: asyncpg.Record) -> bool:
        """Whether the broker has our message where it said it put it."""
        try:
            message = await self._broker.client.jetstream(timeout=5).get_msg(STREAM, seq=row["stream_sequence"])
        except NotFoundError:
            return False
        return (message.headers or {}).get("Nats-Msg-Id") == str(row["id"])

    async def _last_held(self, connection: asyncpg.Connection) -> int:
        """The highest place in the stream at which our message still is; a tail is lost as a whole, so halve."""
        low, high = 0, int(await connection.fetchval(_SQL["count_published"]))
        kept = -1
        while low < high:
            middle = (low + high) // 2
            row = await connection.fetchrow(_SQL["published_at_rank"], middle)
            if row is not None and await self._holds(row):
                kept, low = row["stream_sequence"], middle + 1
            else:
                high = middle
        return kept


def _span_of(row: asyncpg.Record) -> Span | None:
    if not row["traceparent"]:
        return None
    return _tracer.start_span(
        "publish hiring",
        context=propagate.extract({"traceparent": row["traceparent"]}),
        kind=SpanKind.PRODUCER,
        attributes={
            "messaging.system": "nats",
            "messaging.operation.type": "send",
            "messaging.destination.name": STREAM,
            "messaging.message.id": str(row["id"]),
        },
    )


def _headers(row: asyncpg.Record, span: Span | None) -> dict[str, str]:
    headers = {"Nats-Msg-Id": str(row["id"])}
    if span:
        propagate.inject(headers, context=trace.set_span_in_context(span))
    return headers
