"""A reaction to facts: each is applied exactly once, in its own organisation, and acknowledged after the commit."""

import asyncio
import hashlib
import logging
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple, Protocol

import asyncpg
from nats.aio.msg import Msg
from opentelemetry import propagate, trace
from opentelemetry.trace import SpanKind, StatusCode
from pydantic import ValidationError

from rapport.contracts.facts import Fact, read_fact
from rapport.kit.broker import Broker
from rapport.kit.database import Database, UnitOfWork
from rapport.kit.errors import TRANSIENT, Later, Never
from rapport.kit.process import end_if_told
from rapport.kit.pull import Pull
from rapport.kit.queries import Queries
from rapport.kit.relay import STREAM
from rapport.kit.telemetry import untraced

_TRIES = 6
_DELAYS = (0.2, 1.0, 5.0, 15.0, 60.0)
"""Seconds before the next try, by the number of tries so far."""

_SQL = Queries("rapport.kit")
_log = logging.getLogger(__name__)
_tracer = trace.get_tracer("rapport.kit.consumer")


class Reaction(Protocol):
    """What a service does with facts; ``consumer`` names its durable consumer in ``deploy/nats``."""

    consumer: str

    async def apply(self, unit: UnitOfWork, facts: Sequence[Fact[Any]]) -> None:
        """Apply facts of one organisation, none of them applied before; Later and Never are the ways to fail."""


class Delivery(NamedTuple):
    """A message with the fact it carries."""

    message: Msg
    fact: Fact[Any]


class Consumer:
    """Runs one reaction against its durable consumer."""

    def __init__(self, broker: Broker, database: Database, reaction: Reaction, *, batch: int = 500) -> None:
        """``batch`` facts at most share a transaction."""
        self._broker = broker
        self._database = database
        self._reaction = reaction
        self._batch = batch
        self._tries: dict[int, int] = {}
        self._pull: Pull | None = None

    @property
    def present(self) -> bool:
        """Whether the broker knows our durable consumer."""
        return self._pull is not None and self._pull.present

    async def run(self) -> None:
        """Consume until cancelled."""
        async with Pull(self._broker, STREAM, self._reaction.consumer, batch=self._batch) as self._pull:
            while True:
                messages = await self._pull.next()
                try:
                    await self._take(messages)
                except TRANSIENT as problem:
                    # Not acknowledged, so delivered again; what was applied by then falls away as a copy.
                    _log.warning("%s was interrupted (%s)", self._reaction.consumer, type(problem).__name__)
                    await asyncio.sleep(1)
                end_if_told()

    async def _take(self, messages: list[Msg]) -> None:
        deliveries = [d for d in [await self._read(message) for message in messages] if d]
        for org_id, group in groupby(deliveries, key=lambda d: d.fact.orgid):
            together = list(group)
            try:
                await self._persist(org_id, together)
            except Exception:  # noqa: BLE001 - one of them fails: which one, and how, is found one by one
                for delivery in together:
                    await self._take_alone(org_id, delivery)

    async def _read(self, message: Msg) -> Delivery | None:
        try:
            fact = read_fact(message.data, message.subject)
        except KeyError:
            # A newer service publishes more than this one knows; that is not an error.
            await message.ack()
            return None
        except ValidationError as problem:
            await self._park(message, f"not a {message.subject.split('.', 2)[2]}: {_places(problem)}", attempts=1)
            return None
        return Delivery(message, fact)

    async def _persist(self, org_id: str, deliveries: Sequence[Delivery]) -> None:
        """Apply in one transaction, waiting out a database that is away, then acknowledge."""
        pause = 0.1
        while True:
            try:
                await self._apply(org_id, deliveries)
                break
            except asyncpg.DataError:
                raise
            except TRANSIENT as problem:
                end_if_told()
                _log.warning("%s waits for the database (%s)", self._reaction.consumer, type(problem).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)
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
                    "rapport.fact.type": d.fact.type,
                },
            )
            for d in deliveries
            if "traceparent" in (d.message.headers or {})
        ]
        try:
            # A single fact carries its trace on into the transaction; a batch of many has no one trace to belong to.
            within = (
                trace.use_span(spans[0], record_exception=False, set_status_on_exception=False)
                if len(deliveries) == 1 and spans
                else untraced()
            )
            cause = str(deliveries[0].fact.id) if len(deliveries) == 1 else f"batch:{self._reaction.consumer}"
            with within:
                async with self._database.work(org_id, actor=f"system:{self._reaction.consumer}", cause=cause) as unit:
                    await self._apply_fresh(unit, [d.fact for d in deliveries])
        except Exception as problem:
            for span in spans:
                span.set_status(StatusCode.ERROR, type(problem).__qualname__)
            raise
        finally:
            for span in spans:
                span.end()

    async def _apply_fresh(self, unit: UnitOfWork, facts: Sequence[Fact[Any]]) -> None:
        accepted = await unit.fetch(
            _SQL["accept_facts"], unit.org_id, self._reaction.consumer, list({fact.id for fact in facts})
        )
        waiting = {row["event_id"] for row in accepted}
        fresh = [fact for fact in facts if fact.id in waiting and not waiting.discard(fact.id)]  # type: ignore[func-returns-value]
        if fresh:
            await self._reaction.apply(unit, fresh)

    async def _take_alone(self, org_id: str, delivery: Delivery) -> None:
        message = delivery.message
        place = message.metadata.sequence.stream
        tries = self._tries[place] = self._tries.get(place, 0) + 1
        try:
            await self._persist(org_id, [delivery])
        except Never as problem:
            await self._park(message, str(problem), attempts=tries)
        except Later as problem:
            await self._later_or_park(message, str(problem), tries, problem.delay)
        except Exception as problem:  # noqa: BLE001 - the message boundary: retried, then parked with its reason
            _log.exception("%s failed on fact %s", self._reaction.consumer, delivery.fact.id)
            await self._later_or_park(message, type(problem).__qualname__, tries, 0)

    async def _later_or_park(self, message: Msg, reason: str, tries: int, delay: float) -> None:
        if tries >= _TRIES:
            await self._park(message, reason, attempts=tries)
        else:
            await message.nak(delay=max(delay, _DELAYS[min(tries, len(_DELAYS)) - 1]))

    async def _park(self, message: Msg, reason: str, *, attempts: int) -> None:
        """Keep the message where it can be replayed, and let those behind it pass."""
        org_id = message.subject.split(".", 2)[1]
        # Whoever published it without an id gets one that follows from what it says.
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
            fact = read_fact(bytes(row["body"]), row["subject"])
            async with database.work(row["org_id"], actor=f"system:{reaction.consumer}", cause=str(fact.id)) as unit:
                if await unit.fetch(_SQL["accept_facts"], row["org_id"], reaction.consumer, [fact.id]):
                    await reaction.apply(unit, [fact])
                await unit.execute(_SQL["mark_replayed"], row["org_id"], reaction.consumer, row["message_id"])
        except (ValidationError, KeyError, Later, Never, asyncpg.PostgresError) as problem:
            _log.warning("message %s stays parked (%s)", row["message_id"], type(problem).__name__)
        else:
            replayed += 1
    return replayed


def _places(problem: ValidationError) -> str:
    """Where a message is wrong and how, without quoting it."""
    found = problem.errors(include_input=False)[:5]
    return "; ".join(f"{'.'.join(map(str, e['loc']))}: {_how(e['type'], e.get('ctx', {}))}" for e in found)


def _how(kind: str, context: Mapping[str, object]) -> str:
    """In the words of the contract, where it has its own."""
    return str(context["error"]) if kind == "value_error" else kind
