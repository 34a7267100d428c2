"""Work that only one of several replicas may do: the one that holds an advisory lock."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from rapport.kit.errors import TRANSIENT
from rapport.kit.runtime.backoff import Backoff
from rapport.kit.runtime.process import raise_if_cancelled

_POLL_INTERVAL = 5.0
"""Seconds between attempts to take the lock, and between checks that it is still held."""
_LONGEST_PAUSE = 5.0

_log = logging.getLogger(__name__)


@asynccontextmanager
async def leadership(dsn: str, lock: int) -> AsyncIterator[asyncpg.Connection]:
    """Wait for the advisory lock; yields the connection that holds it. Leadership is lost with the connection."""
    connection = await asyncpg.connect(dsn, command_timeout=30)
    try:
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", lock):  # noqa: ASYNC110 - only the database knows
            await asyncio.sleep(_POLL_INTERVAL)
        yield connection
    finally:
        connection.terminate()


async def run_as_leader(dsn: str, lock: int, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Do ``work`` while this process is the leader, until cancelled; it stops when leadership is lost."""
    backoff = Backoff(0.1, _LONGEST_PAUSE)
    while True:
        try:
            async with leadership(dsn, lock) as connection:
                backoff.reset()
                await _work_while_leading(connection, work)
        except* TRANSIENT as problems:
            _log.warning(
                "lost leadership (%s); again in %.1f s", type(problems.exceptions[0]).__name__, backoff.next_pause
            )
        raise_if_cancelled()
        await backoff.pause()


async def _work_while_leading(connection: asyncpg.Connection, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    lost = asyncio.Event()
    connection.add_termination_listener(lambda _: lost.set())
    async with asyncio.TaskGroup() as group:
        working = group.create_task(work())
        losing = group.create_task(lost.wait())
        while not working.done():
            await asyncio.wait([working, losing], timeout=_POLL_INTERVAL, return_when=asyncio.FIRST_COMPLETED)
            # Fails at once if leadership is lost, which stops the work: another process may already have begun it.
            await connection.fetchval("SELECT 1")
        losing.cancel()
