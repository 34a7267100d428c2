"""A reaction to events: each is applied exactly once, in its own organisation, and acknowledged after the commit."""

import asyncio
import hashlib
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from typing import Any, NamedTuple, Protocol, runtime_checkable

import asyncpg
from nats.aio.msg import Msg
from opentelemetry import propagate, trace
from opentelemetry.trace import SpanKind, StatusCode
from pydantic import ValidationError

from rapport.contracts.events import Event, parse_event
from rapport.kit.database.queries import Queries
from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.kit.errors import TRANSIENT, Reject, RetryLater
from rapport.kit.events.pull import PullSubscription
from rapport.kit.events.relay import STREAM
from rapport.kit.rpc.broker import Broker
from rapport.kit.runtime.backoff import Backoff
from rapport.kit.runtime.process import raise_if_cancelled
from rapport.kit.telemetry import untraced

_TRIES = 6
_DELAYS = (0.2, 1.0, 5.0, 15.0, 60.0)
"""Seconds before the next try, by the number of tries so far."""
_POLL_INTERVAL = 5.0
"""Seconds between checks whether this version may write to its read model again."""

_SQL = Queries("rapport.kit")
_log = logging.getLogger(__name__)
_tracer = trace.get_tracer("rapport.kit.events.consumer")


class Reaction(Protocol):
    """What a service does with events; ``consumer`` names its durable consumer in ``deploy/nats``."""

    consumer: str

    async def apply(self, unit: UnitOfWork, events: Sequence[Event[Any]]) -> None:
        """Apply events of one organisation, none of them applied before; may raise RetryLater or Reject."""


@runtime_checkable
class ReadModel(Reaction, Protocol):
    """A reaction that only maintains tables, which nothing else writes: they can be rebuilt from the stream."""

    @property
    def tables(self) -> tuple[str, ...]:
        """In the order in which :meth:`apply` writes them."""

    @property
    def version(self) -> int:
        """Of what :meth:`apply` makes of the events: raised when the same events have to give other rows."""


class SupersededError(Exception):
    """A newer version has rebuilt the read model; this one must not write to its rows."""


class Delivery(NamedTuple):
    """A message with the event it carries."""

    message: Msg
    event: Event[Any]


class Consumer:
    """Runs one reaction against its durable consumer."""

    def __init__(self, broker: Broker, database: Database, reaction: Reaction, *, batch: int = 500) -> None:
        """``batch`` events at most share a transaction."""
        self._broker = broker
        self._database = database
        self._reaction = reaction
        self._batch = batch
        self._tries: dict[int, int] = {}
        self._pull: PullSubscription | None = None

    @property
    def present(self) -> bool:
        """Whether the broker knows our durable consumer."""
        return self._pull is not None and self._pull.present

    async def run(self) -> None:
        """Consume until cancelled."""
        while True:
            async with PullSubscription(self._broker, STREAM, self._reaction.consumer, batch=self._batch) as self._pull:
                left = await self._consume(self._pull)
            _log.warning(
                "%s leaves events to newer processes: its rows were rebuilt as a newer version", self._reaction.consumer
            )
            with suppress(*TRANSIENT):
                for message in left:
                    await message.nak()
            await self._until_current()

    async def _consume(self, pull: PullSubscription) -> list[Msg]:
        """Consume until a newer version has rebuilt the read model; returns what is left to it."""
        while True:
            messages = await pull.next()
            try:
                await self._take(messages)
            except SupersededError:
                return [message for message in (*messages, *pull.take_arrived()) if not message.is_acked]
            except TRANSIENT as problem:
                # Not acknowledged, so redelivered; the inbox drops what has been applied.
                _log.warning("%s was interrupted (%s)", self._reaction.consumer, type(problem).__name__)
                await asyncio.sleep(1)
            raise_if_cancelled()

    async def _until_current(self) -> None:
        """Wait until the rows are of this version, or of an older one: somebody has gone back and rebuilt them."""
        while True:
            await asyncio.sleep(_POLL_INTERVAL)
            with suppress(*TRANSIENT):
                async with self._database.pool.acquire() as connection:
                    stored = await connection.fetchval(_SQL["read_model_version"], self._reaction.consumer)
                if not _is_superseded(self._reaction, stored):
                    return
            raise_if_cancelled()

    async def _take(self, messages: list[Msg]) -> None:
        deliveries = [d for d in [await self._read(message) for message in messages] if d]
        for org_id, group in groupby(deliveries, key=lambda d: d.event.orgid):
            together = list(group)
            try:
                await self._persist(org_id, together)
            except SupersededError:
                raise
            except Exception:  # noqa: BLE001 - one of them fails: they are applied one by one to find it
                for delivery in together:
                    await self._take_alone(org_id, delivery)

    async def _read(self, message: Msg) -> Delivery | None:
        try:
            event = parse_event(message.data, message.subject)
        except KeyError:
            # A newer service publishes more than this one knows; that is not an error.
            await message.ack()
            return None
        except ValidationError as problem:
            await self._park(message, f"not a {message.subject.split('.', 2)[2]}: {_places(problem)}", attempts=1)
            return None
        return Delivery(message, event)

    async def _persist(self, org_id: str, deliveries: Sequence[Delivery]) -> None:
        """Apply in one transaction, waiting out a database that is away, then acknowledge."""
        backoff = Backoff(0.1, 5.0)
        while True:
            try:
                await self._apply(org_id, deliveries)
                break
            except asyncpg.DataError:
                raise
            except TRANSIENT as problem:
                raise_if_cancelled()
                _log.warning("%s waits for the database (%s)", self._reaction.consumer, type(problem).__name__)
                await backoff.pause()
        for delivery in deliveries:
            await delivery.message.ack()
            if self._tries:
                self._tries.pop(delivery.message.metadata.sequence.stream, None)

    async def _apply(self, org_id: str, deliveries: Sequence[Delivery]) -> None:
        spans = [
            _tracer.start_span(
                f"process {self._reaction.consumer}",
                context=propagate.extract(d.message.headers or {}),
                kind=SpanKind.CONSUMER,
                attributes={
                    "messaging.system": "nats",
                    "messaging.operation.type": "process",
                    "messaging.consumer.group.name": self._reaction.consumer,
                    "rapport.event.type": d.event.type,
                },
            )
            for d in deliveries
            if "traceparent" in (d.message.headers or {})
        ]
        try:
            # A single event carries its trace on into the transaction; a batch of many has no one trace to belong to.
            within = (
                trace.use_span(spans[0], record_exception=False, set_status_on_exception=False)
                if len(deliveries) == 1 and spans
                else untraced()
            )
            cause = str(deliveries[0].event.id) if len(deliveries) == 1 else f"batch:{self._reaction.consumer}"
            with within:
                async with self._database.work(org_id, actor=f"system:{self._reaction.consumer}", cause=cause) as unit:
                    await _apply_fresh(unit, self._reaction, [d.event for d in deliveries])
        except Exception as problem:
            for span in spans:
                span.set_status(StatusCode.ERROR, type(problem).__qualname__)
            raise
        finally:
            for span in spans:
                span.end()

    async def _take_alone(self, org_id: str, delivery: Delivery) -> None:
        message = delivery.message
        place = message.metadata.sequence.stream
        tries = self._tries[place] = self._tries.get(place, 0) + 1
        try:
            await self._persist(org_id, [delivery])
        except SupersededError:
            raise
        except Reject as problem:
            await self._park(message, str(problem), attempts=tries)
        except RetryLater as problem:
            await self._later_or_park(message, str(problem), tries, problem.delay)
        except Exception as problem:  # noqa: BLE001 - the message boundary: retried, then parked with its reason
            _log.exception("%s failed on event %s", self._reaction.consumer, delivery.event.id)
            await self._later_or_park(message, type(problem).__qualname__, tries, 0)

    async def _later_or_park(self, message: Msg, reason: str, tries: int, delay: float) -> None:
        if tries >= _TRIES:
            await self._park(message, reason, attempts=tries)
        else:
            await message.nak(delay=max(delay, _DELAYS[min(tries, len(_DELAYS)) - 1]))

    async def _park(self, message: Msg, reason: str, *, attempts: int) -> None:
        """Keep the message where it can be replayed, and let those behind it pass."""
        org_id = message.subject.split(".", 2)[1]
        # A message that was published without an id gets one derived from its content.
        message_id = (message.headers or {}).get("Nats-Msg-Id") or hashlib.sha256(message.data).hexdigest()
        consumer = self._reaction.consumer
        async with self._database.work(org_id, actor=f"system:{consumer}", cause=message_id) as unit:
            await unit.execute(
                _SQL["park_message"], org_id, consumer, message_id, message.subject, message.data, reason, attempts
            )
        await message.ack()
        self._tries.pop(message.metadata.sequence.stream, None)
        _log.error("%s parked message %s: %s", consumer, message_id, reason)


async def replay_parked(
    system: asyncpg.Connection, database: Database, reaction: Reaction, *, limit: int = 1000
) -> int:
    """Apply parked messages again, oldest first; those that fail again stay parked. Answers how many succeeded."""
    replayed = 0
    for row in await system.fetch(_SQL["parked_messages"], reaction.consumer, limit):
        try:
            event = parse_event(bytes(row["body"]), row["subject"])
            async with database.work(row["org_id"], actor=f"system:{reaction.consumer}", cause=str(event.id)) as unit:
                await _apply_fresh(unit, reaction, [event])
                await unit.execute(_SQL["mark_replayed"], row["org_id"], reaction.consumer, row["message_id"])
        except (ValidationError, KeyError, RetryLater, Reject, SupersededError, asyncpg.PostgresError) as problem:
            _log.warning("message %s stays parked (%s)", row["message_id"], type(problem).__name__)
        else:
            replayed += 1
    return replayed


async def _apply_fresh(unit: UnitOfWork, reaction: Reaction, events: Sequence[Event[Any]]) -> None:
    """Apply those of the events that have not been applied before."""
    accepted = await unit.fetch(
        _SQL["accept_events"], unit.org_id, reaction.consumer, list({event.id for event in events})
    )
    waiting = {row["event_id"] for row in accepted}
    fresh = [event for event in events if event.id in waiting and not waiting.discard(event.id)]  # type: ignore[func-returns-value]
    if not fresh:
        return
    if isinstance(reaction, ReadModel):
        # Asked after writing to the inbox, which a rebuild locks: it ends before this, or begins after the commit.
        stored = await unit.fetchval(_SQL["read_model_version"], reaction.consumer)
        if _is_superseded(reaction, stored):
            raise SupersededError
    await reaction.apply(unit, fresh)


def _is_superseded(reaction: Reaction, stored: int | None) -> bool:
    return isinstance(reaction, ReadModel) and stored is not None and stored > reaction.version


def _places(problem: ValidationError) -> str:
    """Where a message is wrong and how, without quoting it."""
    found = problem.errors(include_input=False)[:5]
    return "; ".join(f"{'.'.join(map(str, e['loc']))}: {_how(e['type'], e.get('ctx', {}))}" for e in found)


def _how(kind: str, context: Mapping[str, object]) -> str:
    """In the words of the contract, where it has its own."""
    return str(context["error"]) if kind == "value_error" else kind
