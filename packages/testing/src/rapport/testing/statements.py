"""Counts the statements that a piece of code sends to the database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

_TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "SELECT set_config(")


@asynccontextmanager
async def counted_statements(pool: asyncpg.Pool) -> AsyncIterator[list[str]]:
    """Every statement sent over the pool's connections in the block, in order, without those of the transaction."""
    statements: list[str] = []

    def log(query: asyncpg.connection.LoggedQuery) -> None:
        if not query.query.lstrip().startswith(_TRANSACTION):
            statements.append(query.query)

    connections = [await pool.acquire() for _ in range(pool.get_max_size())]
    # The connections themselves: listeners of a proxy end with its release.
    raw = [connection._con for connection in connections]  # type: ignore[attr-defined]  # noqa: SLF001
    for connection in raw:
        connection.add_query_logger(log)
    for acquired in connections:
        await pool.release(acquired)
    try:
        yield statements
    finally:
        for connection in raw:
            connection.remove_query_logger(log)
