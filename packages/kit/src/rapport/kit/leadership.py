"""One process among replicas does the work that must be done once: whoever holds an advisory lock."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from rapport.kit.errors import TRANSIENT
from rapport.kit.process import end_if_told

_LOOK_AGAIN = 5.0
"""Seconds between tries to take the lead, and between looks whether we still have it."""
_LONGEST_PAUSE = 5.0

_log = logging.getLogger(__name__)


@asynccontextmanager
async def leading(dsn: str, lock: int) -> AsyncIterator[asyncpg.Connection]:
    """Wait for the lead; yields the connection that holds it. With the connection goes the lead."""
    connection = await asyncpg.connect(dsn, command_timeout=30)
    try:
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", lock):  # noqa: ASYNC110 - only the database knows
            await asyncio.sleep(_LOOK_AGAIN)
        yield connection
    finally:
        connection.terminate()


async def lead(dsn: str, lock: int, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Do ``work`` while we have the lead, until cancelled; it is stopped when the lead is lost, and begun again."""
    pause = 0.1
    while True:
        try:
            async with leading(dsn, lock) as connection:
                pause = 0.1
                await _work_while_leading(connection, work)
        except* TRANSIENT as problems:
            _log.warning("lost the lead (%s); again in %.1f s", type(problems.exceptions[0]).__name__, pause)
        end_if_told()
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


async def _work_while_leading(connection: asyncpg.Connection, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    lost = asyncio.Event()
    connection.add_termination_listener(lambda _: lost.set())
    async with asyncio.TaskGroup() as group:
        working = group.create_task(work())
        losing = group.create_task(lost.wait())
        while not working.done():
            await asyncio.wait([working, losing], timeout=_LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED)
            # Fails at once if the lead is lost, which stops the work: by now another process may have begun it.
            await connection.fetchval("SELECT 1")
        losing.cancel()
