"""A read model made anew from the stream while its service serves, and compared with the one that was kept.

It grows in temporary tables, by the very statements that keep it. When it has caught up with what the consumer has
applied, nothing is applied for a moment, in which the rows that differ are put right. Whoever reads meanwhile is not
held up, and what the consumer has yet to apply is left to it.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Protocol

import asyncpg
from nats.aio.msg import Msg
from pydantic import ValidationError

from rapport.contracts.facts import Fact, read_fact
from rapport.kit.consumer import Reaction
from rapport.kit.database import Database
from rapport.kit.errors import Later, Never
from rapport.kit.queries import Queries
from rapport.kit.stream import NotYetError, Stream

_TOGETHER = 2000
"""Facts that share a transaction."""
_NEAR = 2000
"""Facts that may be missing when the service has to wait: they take a moment."""
_TELL_EVERY = 2.0
_FIRST_LOOK = 1000

_SQL = Queries("rapport.kit")

Connection = asyncpg.pool.PoolConnectionProxy
Progress = Callable[[int, int], None]
"""Is told how many facts of how many (places in the stream) have been read."""


class ReadModel(Reaction, Protocol):
    """A reaction that does nothing but keep tables, which nobody else writes."""

    @property
    def tables(self) -> tuple[str, ...]:
        """In the order in which :meth:`apply` writes them."""


@dataclass(frozen=True)
class Rebuilt:
    """What came of it."""

    facts: int
    """Facts that were read."""
    passed_over: int
    """Those of them that cannot be applied: the consumer has parked them, or will."""
    corrected: dict[str, int]
    """Rows that were not as they should have been, by table."""


async def rebuild(database: Database, stream: Stream, model: ReadModel, progress: Progress) -> Rebuilt:
    """Make a read model what the stream says.

    Args:
        database: the service's own, with one connection of which nobody else makes use.
        stream: holds every fact since the first one.
        model: what to rebuild; its consumer says of which facts.
        progress: is told every few seconds how far it is.

    Raises:
        NotYetError: the broker does not answer or lost a part on the way, or the stream does not (yet) hold all that
            has been applied; nothing has been changed.
    """
    async with database.pool.acquire() as connection:
        return await _Rebuilding(database, connection, stream, model, progress).run()


class _Rebuilding:
    def __init__(
        self, database: Database, connection: Connection, stream: Stream, model: ReadModel, progress: Progress
    ) -> None:
        self._database = database
        self._connection = connection
        self._stream = stream
        self._model = model
        self._progress = progress
        self._told_at = time.monotonic()
        self._facts = 0
        self._passed_over = 0
        self._look_at = _FIRST_LOOK
        self._subjects: list[str] = []
        self._organisations: set[str] = set()

    async def run(self) -> Rebuilt:
        tables = list(self._model.tables)
        await self._connection.execute(_SQL["begin_rebuild"], tables)
        done = 0
        while (applied := await self._acknowledged()) - done > _NEAR:
            await self._read(done, applied)
            done = applied
        async with self._connection.transaction():
            await self._connection.execute(_SQL["lock_read_model"], tables)
            await self._catch_up(done)
            await self._refuse_what_is_not_whole()
            corrected = {table: await self._put_right(table) for table in tables}
        return Rebuilt(self._facts, self._passed_over, corrected)

    async def _acknowledged(self) -> int:
        """The place up to which the consumer has applied everything, or parked it."""
        self._subjects, place = await self._stream.durable(self._model.consumer)
        return place

    async def _read(self, after: int, until: int) -> None:
        async with aclosing(self._batches(after, until)) as batches:
            coming = asyncio.create_task(_read_next(batches))
            try:
                while (found := await coming) is not None:
                    # The next facts are read while the database works on these.
                    coming = asyncio.create_task(_read_next(batches))
                    async with self._connection.transaction():
                        await self._apply(found)
                    # The database looks at temporary tables only when told to, and plans as if they were still empty.
                    if self._facts >= self._look_at:
                        await self._connection.execute("ANALYZE")
                        self._look_at *= 4
            finally:
                coming.cancel()
                await asyncio.gather(coming, return_exceptions=True)

    async def _catch_up(self, done: int) -> None:
        """Read what the consumer has applied since: acknowledged, or written down and not yet acknowledged."""
        acknowledged = await self._acknowledged()
        async for messages in self._batches(done, (await self._stream.newest()).sequence):
            await self._apply(_by_organisation(m for m in messages if _place(m) <= acknowledged))
            await self._apply(await self._applied(_by_organisation(m for m in messages if _place(m) > acknowledged)))

    async def _applied(self, found: dict[str, list[Fact[Any]]]) -> dict[str, list[Fact[Any]]]:
        """Those of the facts that the consumer has written down as applied."""
        applied: dict[str, list[Fact[Any]]] = {}
        for org_id, facts in found.items():
            await self._bind(org_id)
            ids = [fact.id for fact in facts]
            rows = await self._connection.fetch(_SQL["applied_facts"], org_id, self._model.consumer, ids)
            known = {row["event_id"] for row in rows}
            if known:
                applied[org_id] = [fact for fact in facts if fact.id in known]
        return applied

    async def _refuse_what_is_not_whole(self) -> None:
        for org_id in self._organisations:
            await self._bind(org_id)
            missing = await self._connection.fetchval(_SQL["count_events_not_read"], self._model.consumer)
            if missing:
                raise NotYetError(
                    f"the stream lacks {missing} facts that have been applied; it may be being filled anew"
                )

    async def _batches(self, after: int, until: int) -> AsyncGenerator[list[Msg], None]:
        waiting: list[Msg] = []
        async with aclosing(self._stream.messages(self._subjects, after=after, until=until)) as messages:
            async for message in messages:
                waiting.append(message)
                if len(waiting) >= _TOGETHER:
                    self._tell(_place(message), until)
                    yield waiting
                    waiting = []
        if waiting:
            yield waiting

    def _tell(self, place: int, newest: int) -> None:
        if time.monotonic() - self._told_at > _TELL_EVERY:
            self._told_at = time.monotonic()
            self._progress(place, newest)

    async def _apply(self, found: Mapping[str, Sequence[Fact[Any]]]) -> None:
        for org_id, facts in found.items():
            self._organisations.add(org_id)
            self._facts += len(facts)
            try:
                await self._apply_together(org_id, facts)
            except (Later, Never, asyncpg.PostgresError):
                for fact in facts:
                    await self._apply_alone(org_id, fact)

    async def _apply_together(self, org_id: str, facts: Sequence[Fact[Any]]) -> None:
        async with self._connection.transaction():
            unit = await self._database.bound(self._connection, org_id, actor="system:rebuild", cause="rebuild")
            await self._model.apply(unit, facts)
            await self._connection.execute(_SQL["note_events_read"], [fact.id for fact in facts])

    async def _apply_alone(self, org_id: str, fact: Fact[Any]) -> None:
        try:
            await self._apply_together(org_id, [fact])
        except (Later, Never, asyncpg.PostgresError):
            self._passed_over += 1

    async def _put_right(self, table: str) -> int:
        changed = 0
        for org_id in sorted(self._organisations):
            await self._bind(org_id)
            changed += await self._connection.fetchval(_SQL["finish_rebuild"], table)
        return changed

    async def _bind(self, org_id: str) -> None:
        await self._database.bound(self._connection, org_id, actor="system:rebuild", cause="rebuild")


async def _read_next(batches: AsyncGenerator[list[Msg], None]) -> dict[str, list[Fact[Any]]] | None:
    """The next facts; None if there are no more."""
    messages = await anext(batches, None)
    return None if messages is None else _by_organisation(messages)


def _by_organisation(messages: Iterable[Msg]) -> dict[str, list[Fact[Any]]]:
    """The facts in messages, in their order; what is no fact, or none we know, is nobody's."""
    found: dict[str, list[Fact[Any]]] = defaultdict(list)
    for message in messages:
        try:
            fact = read_fact(message.data, message.subject)
        except (KeyError, ValidationError):
            continue
        found[fact.orgid].append(fact)
    return found


def _place(message: Msg) -> int:
    return int(message.metadata.sequence.stream)
