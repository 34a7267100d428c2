"""Counts the statements that a piece of code sends to the database."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import asyncpg

Connection = Any
"""A connection of the pool, as a proxy."""

_NAMED = "-- name: "
"""How a statement of a service begins; the driver's own, of transactions and types, are not counted."""


@asynccontextmanager
async def counted_statements(pool: asyncpg.Pool) -> AsyncIterator[list[str]]:
    """The name of every statement sent over the pool's connections in the block, in order."""
    statements: list[str] = []

    def log(query: asyncpg.connection.LoggedQuery) -> None:
        if query.query.startswith(_NAMED):
            statements.append(query.query.partition("\n")[0].removeprefix(_NAMED))

    async with _every_connection(pool) as connections:
        for connection in connections:
            connection.add_query_logger(log)
    try:
        yield statements
    finally:
        async with _every_connection(pool) as connections:
            for connection in connections:
                connection.remove_query_logger(log)


@asynccontextmanager
async def _every_connection(pool: asyncpg.Pool) -> AsyncIterator[list[Connection]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(pool.acquire()) for _ in range(pool.get_max_size())]
