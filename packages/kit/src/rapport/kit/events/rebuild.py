"""A read model recomputed from the stream while its service serves, and compared with the stored one.

It is built in temporary tables, by the statements that maintain it. When it has caught up with the consumer, the
consumer is blocked for a moment, in which the rows that differ are corrected. Readers are not blocked, and events that
the consumer has yet to apply are left to it. The version that built the rows is recorded with them.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
from nats.aio.msg import Msg
from pydantic import ValidationError

from rapport.contracts.events import Event, parse_event
from rapport.kit.database.queries import Queries
from rapport.kit.database.unit_of_work import Database
from rapport.kit.errors import Reject, RetryLater
from rapport.kit.events.consumer import ReadModel
from rapport.kit.events.stream import DurableConsumer, StreamNotReadyError, StreamReader
from rapport.kit.rpc.broker import Broker
from rapport.kit.runtime.leadership import leadership

_LOCK = 0x7265_6275
"""Advisory lock: one process of a service rebuilds, whether by command or by itself."""
_BATCH = 2000
"""Events that share a transaction."""
_NEAR = 2000
"""Events that may be missing when the service has to wait: they take a moment."""
_REPORT_EVERY = 2.0
_FIRST_ANALYZE = 1000

_SQL = Queries("rapport.kit")

Connection = asyncpg.pool.PoolConnectionProxy
Progress = Callable[[int, int], None]
"""Called with the position that was read and the last position of the stream."""


@dataclass(frozen=True)
class Rebuilt:
    """The result of a rebuild."""

    events: int
    """Events that were read."""
    skipped: int
    """Those of them that cannot be applied: the consumer has parked them, or will."""
    corrected: dict[str, int]
    """Rows that differed, by table."""


@asynccontextmanager
async def right_to_rebuild(system_dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """Wait until no other process of the service rebuilds; yields what :func:`rebuild` takes as ``system``."""
    async with leadership(system_dsn, _LOCK) as connection:
        yield connection


def rebuild_stream(broker: Broker, service: str) -> StreamReader:
    """The stream as rebuilds read it: by one name, which the broker lets only this service use."""
    return StreamReader(broker, lambda: f"{service}-rebuild")


async def stored_version(database: Database, model: ReadModel) -> int | None:
    """The version that built the stored rows; None if it was never recorded."""
    async with database.pool.acquire() as connection:
        version: int | None = await connection.fetchval(_SQL["read_model_version"], model.consumer)
    return version


async def rebuild(
    database: Database, system: asyncpg.Connection, stream: StreamReader, model: ReadModel, progress: Progress
) -> Rebuilt:
    """Recompute a read model from the stream, correct the rows that differ and record their version.

    Args:
        database: the service's own, with a single connection used by nothing else.
        system: from :func:`right_to_rebuild`. Nothing is changed once it is lost.
        stream: from :func:`rebuild_stream`; holds every event since the first one.
        model: what to rebuild; its consumer names the events.
        progress: called every few seconds.

    Raises:
        StreamNotReadyError: the broker does not answer, messages were lost in transit, or the stream does not hold
            everything yet that has been applied; nothing has been changed.
    """
    async with database.pool.acquire() as connection:
        return await _Rebuilding(database, connection, system, stream, model, progress).run()


class _Rebuilding:
    def __init__(
        self,
        database: Database,
        connection: Connection,
        system: asyncpg.Connection,
        stream: StreamReader,
        model: ReadModel,
        progress: Progress,
    ) -> None:
        self._database = database
        self._connection = connection
        self._system = system
        self._stream = stream
        self._model = model
        self._progress = progress
        self._reported_at = time.monotonic()
        self._events = 0
        self._passed_over = 0
        self._analyze_at = _FIRST_ANALYZE
        self._subjects: list[str] = []
        self._organisations: set[str] = set()

    async def run(self) -> Rebuilt:
        tables = list(self._model.tables)
        await self._stream.discard_leftover()
        await self._connection.execute(_SQL["begin_rebuild"], tables)
        done = 0
        while (applied := (await self._consumer()).acknowledged) - done > _NEAR:
            await self._read(done, applied)
            done = applied
        async with self._connection.transaction():
            await self._connection.execute(_SQL["lock_read_model"], tables)
            await self._catch_up(done)
            await self._verify_complete()
            corrected = {table: await self._correct(table) for table in tables}
            await self._connection.execute(_SQL["record_read_model_version"], self._model.consumer, self._model.version)
        return Rebuilt(self._events, self._passed_over, corrected)

    async def _consumer(self) -> DurableConsumer:
        """The model's consumer: it has applied or parked what it acknowledged, and perhaps more of what it got."""
        consumer = await self._stream.durable(self._model.consumer)
        self._subjects = consumer.subjects
        return consumer

    async def _read(self, after: int, until: int) -> None:
        async with aclosing(self._batches(after, until)) as batches:
            coming = asyncio.create_task(_read_next(batches))
            try:
                while (found := await coming) is not None:
                    # The next events are read while the database works on these.
                    coming = asyncio.create_task(_read_next(batches))
                    async with self._connection.transaction():
                        await self._apply(found)
                    # Temporary tables are not analysed automatically, and are planned as if they were empty.
                    if self._events >= self._analyze_at:
                        temporary = ", ".join(f'pg_temp."{table}"' for table in self._model.tables)
                        await self._connection.execute(f"ANALYZE {temporary}")
                        self._analyze_at *= 4
            finally:
                coming.cancel()
                await asyncio.gather(coming, return_exceptions=True)

    async def _catch_up(self, done: int) -> None:
        """Read what the consumer has applied since: acknowledged, or in its inbox and not yet acknowledged."""
        consumer = await self._consumer()
        acknowledged = consumer.acknowledged
        async for messages in self._batches(done, consumer.delivered):
            await self._apply(_by_organisation(m for m in messages if _place(m) <= acknowledged))
            await self._apply(await self._applied(_by_organisation(m for m in messages if _place(m) > acknowledged)))

    async def _applied(self, found: dict[str, list[Event[Any]]]) -> dict[str, list[Event[Any]]]:
        """Those of the events that are in the consumer's inbox."""
        applied: dict[str, list[Event[Any]]] = {}
        for org_id, events in found.items():
            await self._bind(org_id)
            ids = [event.id for event in events]
            rows = await self._connection.fetch(_SQL["applied_events"], org_id, self._model.consumer, ids)
            known = {row["event_id"] for row in rows}
            if known:
                applied[org_id] = [event for event in events if event.id in known]
        return applied

    async def _verify_complete(self) -> None:
        rows = await self._system.fetch(_SQL["organisations_applied"], self._model.consumer)
        self._organisations.update(row["org_id"] for row in rows)
        for org_id in self._organisations:
            await self._bind(org_id)
            missing = await self._connection.fetchval(_SQL["count_events_not_read"], self._model.consumer)
            if missing:
                raise StreamNotReadyError(
                    f"the stream lacks {missing} events that have been applied; they may still be being republished"
                )

    async def _batches(self, after: int, until: int) -> AsyncGenerator[list[Msg], None]:
        waiting: list[Msg] = []
        async with aclosing(self._stream.messages(self._subjects, after=after, until=until)) as messages:
            async for message in messages:
                waiting.append(message)
                if len(waiting) >= _BATCH:
                    self._report_progress(_place(message), until)
                    yield waiting
                    waiting = []
        if waiting:
            yield waiting

    def _report_progress(self, place: int, newest: int) -> None:
        if time.monotonic() - self._reported_at > _REPORT_EVERY:
            self._reported_at = time.monotonic()
            self._progress(place, newest)

    async def _apply(self, found: Mapping[str, Sequence[Event[Any]]]) -> None:
        for org_id, events in found.items():
            self._organisations.add(org_id)
            self._events += len(events)
            try:
                await self._apply_together(org_id, events)
            except (RetryLater, Reject, asyncpg.PostgresError):
                for event in events:
                    await self._apply_alone(org_id, event)

    async def _apply_together(self, org_id: str, events: Sequence[Event[Any]]) -> None:
        async with self._connection.transaction():
            unit = await self._database.bind(self._connection, org_id, actor="system:rebuild", cause="rebuild")
            await self._model.apply(unit, events)
            await self._connection.execute(_SQL["note_events_read"], [event.id for event in events])

    async def _apply_alone(self, org_id: str, event: Event[Any]) -> None:
        try:
            await self._apply_together(org_id, [event])
        except (RetryLater, Reject, asyncpg.PostgresError):
            self._passed_over += 1

    async def _correct(self, table: str) -> int:
        changed = 0
        for org_id in sorted(self._organisations):
            await self._bind(org_id)
            changed += await self._connection.fetchval(_SQL["finish_rebuild"], table)
        return changed

    async def _bind(self, org_id: str) -> None:
        await self._database.bind(self._connection, org_id, actor="system:rebuild", cause="rebuild")


async def _read_next(batches: AsyncGenerator[list[Msg], None]) -> dict[str, list[Event[Any]]] | None:
    """The next events; None if there are no more."""
    messages = await anext(batches, None)
    return None if messages is None else _by_organisation(messages)


def _by_organisation(messages: Iterable[Msg]) -> dict[str, list[Event[Any]]]:
    """The events in messages, in order; malformed messages and unknown types are left out."""
    found: dict[str, list[Event[Any]]] = defaultdict(list)
    for message in messages:
        try:
            event = parse_event(message.data, message.subject)
        except (KeyError, ValidationError):
            continue
        found[event.orgid].append(event)
    return found


def _place(message: Msg) -> int:
    return int(message.metadata.sequence.stream)
