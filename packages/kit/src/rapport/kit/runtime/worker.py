"""A worker: it processes what is due, then waits until it is woken or polls again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from rapport.kit.errors import TRANSIENT
from rapport.kit.runtime.process import raise_if_cancelled

_POLL_INTERVAL = 1.0
"""Seconds between polls, which find what is due later and what other processes left."""

_log = logging.getLogger(__name__)


class Worker:
    """Repeats a step while there is something to do."""

    def __init__(self, name: str, step: Callable[[], Awaitable[bool]]) -> None:
        """``step`` does one thing and answers whether there was one."""
        self._name = name
        self._step = step
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """There is something to do."""
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            self._wake.clear()
            try:
                while await self._step():
                    raise_if_cancelled()
            except TRANSIENT as problem:
                _log.warning("%s wait for the database (%s)", self._name, type(problem).__name__)
            raise_if_cancelled()
            try:
                async with asyncio.timeout(_POLL_INTERVAL):
                    await self._wake.wait()
            except TimeoutError:
                pass
