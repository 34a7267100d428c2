"""One database per service, and units of work bound to one organisation."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
from opentelemetry import trace

from rapport.contracts.events import EventData
from rapport.kit.database.outbox import EventMetadata, OutboxRow, to_outbox_row
from rapport.kit.database.queries import Queries, Statement
from rapport.kit.telemetry import spanning, traceparent

_KIT = Queries("rapport.kit")
_tracer = trace.get_tracer("rapport.kit.database.unit_of_work")
_POSTGRESQL = {"db.system.name": "postgresql"}


class ReadSession:
    """A connection bound to one organisation, for reads."""

    def __init__(self, connection: asyncpg.pool.PoolConnectionProxy, org_id: str) -> None:
        """Made by :class:`Database` only."""
        self._connection = connection
        self.org_id = org_id

    async def fetch(self, statement: Statement, *arguments: Any) -> list[asyncpg.Record]:
        """All rows of a named statement."""
        return await self._connection.fetch(statement, *arguments)

    async def fetchrow(self, statement: Statement, *arguments: Any) -> asyncpg.Record | None:
        """The first row of a named statement, if any."""
        return await self._connection.fetchrow(statement, *arguments)

    async def fetchval(self, statement: Statement, *arguments: Any) -> Any:
        """The first column of the first row, or None."""
        return await self._connection.fetchval(statement, *arguments)


class UnitOfWork(ReadSession):
    """A transaction: state, events and the reaction's inbox entry commit together or not at all."""

    def __init__(self, connection: asyncpg.pool.PoolConnectionProxy, metadata: EventMetadata) -> None:
        """Made by :class:`Database` only."""
        super().__init__(connection, metadata.org_id)
        self.metadata = metadata
        self._events: list[OutboxRow] = []

    @property
    def now(self) -> datetime:
        """When this unit of work began: the one clock of everything it writes."""
        return self.metadata.recorded_at

    async def execute(self, statement: Statement, *arguments: Any) -> str:
        """Run a named statement for its effect; answers PostgreSQL's command tag."""
        return await self._connection.execute(statement, *arguments)

    def record(self, data: EventData, *, aggregate_id: UUID, version: int, occurred_at: datetime) -> None:
        """Record an event of an aggregate whose row this transaction has locked or created."""
        self._events.append(
            to_outbox_row(data, self.metadata, aggregate_id=aggregate_id, version=version, occurred_at=occurred_at)
        )

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """A part that may fail by itself: what it wrote and recorded is undone, and the rest can go on."""
        recorded = len(self._events)
        try:
            async with self._connection.transaction():
                yield
        except BaseException:
            del self._events[recorded:]
            raise

    async def flush_events(self) -> None:
        """Write the recorded events to the outbox; called once, before the commit."""
        if not self._events:
            return
        await self.execute(
            _KIT["record_events"],
            self.org_id,
            self.now,
            [f.id for f in self._events],
            [f.subject for f in self._events],
            [f.aggregate_id for f in self._events],
            [f.aggregate_version for f in self._events],
            [f.traceparent for f in self._events],
            [f.body for f in self._events],
        )
        self._events.clear()


class Database:
    """A service's own database, by its own role; nothing is visible outside a named organisation."""

    def __init__(self, pool: asyncpg.Pool, source: str, clock: Callable[[], datetime]) -> None:
        """Made by :func:`open_database`."""
        self.pool = pool
        self._source = source
        self._clock = clock

    @asynccontextmanager
    async def read_session(self, org_id: str) -> AsyncIterator[ReadSession]:
        """A connection for reads of one organisation, without a transaction around them."""
        with spanning(_tracer, "read", attributes=_POSTGRESQL):
            async with self.pool.acquire() as connection:
                # Every way to a connection of this pool begins by naming the organisation, so none is inherited.
                await connection.execute("SELECT set_config('rapport.org_id', $1, false)", org_id)
                yield ReadSession(connection, org_id)

    @asynccontextmanager
    async def work(self, org_id: str, *, actor: str, cause: str, traced: bool = True) -> AsyncIterator[UnitOfWork]:
        """A unit of work for one organisation; commits on leaving, with the events recorded in it.

        Args:
            org_id: the organisation; row-level security shows no other.
            actor: who does it: ``user:<id>``, ``ats`` or ``system:<name>``.
            cause: the request, delivery or event that led here.
            traced: whether the events carry this trace on; bulk history does not.
        """
        with spanning(_tracer, "commit", attributes=_POSTGRESQL):
            async with self.pool.acquire() as connection, connection.transaction():
                unit = await self.bind(connection, org_id, actor=actor, cause=cause, traced=traced)
                yield unit
                await unit.flush_events()

    async def bind(
        self, connection: asyncpg.pool.PoolConnectionProxy, org_id: str, *, actor: str, cause: str, traced: bool = False
    ) -> UnitOfWork:
        """Bind a transaction that has begun to an organisation until its end, or until it is bound to another."""
        await connection.execute("SELECT set_config('rapport.org_id', $1, true)", org_id)
        parent = traceparent() if traced else None
        return UnitOfWork(connection, EventMetadata(org_id, self._source, actor, cause, self._clock(), parent))


_SESSION = {
    # Times in JSON that the database writes are UTC.
    "timezone": "UTC",
    # Statements are few and long-lived: planning one again for its arguments costs more than it saves.
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
}


@asynccontextmanager
async def open_database(
    dsn: str, *, service: str, size: int = 8, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> AsyncIterator[Database]:
    """The service's pool; connections are made as needed, so that a database that is down delays, not fails, a start.

    Args:
        dsn: as the service's role.
        service: becomes the source of its events.
        size: connections at most.
        clock: when a unit of work says it happened.
    """
    async with asyncpg.create_pool(
        dsn, min_size=0, max_size=size, command_timeout=60, connection_class=_Unreset, server_settings=_SESSION
    ) as pool:
        yield Database(pool, f"rapport/{service}", clock)


class _Unreset(asyncpg.Connection):
    """Skips the reset on release: the only session state ever set is the organisation, and it is set on every use."""

    def get_reset_query(self) -> str:
        return ""


def transpose(rows: Iterable[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Rows turned into columns, the shape ``unnest`` takes; ``width`` empty columns when there are no rows."""
    turned = [list(column) for column in zip(*rows, strict=True)]
    return turned or [[] for _ in range(width)]
