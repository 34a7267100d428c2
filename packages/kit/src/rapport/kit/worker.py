"""A worker: it works through what waits, then rests until it is nudged or looks again by itself."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from rapport.kit.errors import TRANSIENT
from rapport.kit.process import end_if_told

_LOOK_AGAIN = 1.0
"""Seconds: what is due later, and what another process has left, is found by looking."""

_log = logging.getLogger(__name__)


class Worker:
    """Runs a step again and again while there is something to do."""

    def __init__(self, name: str, step: Callable[[], Awaitable[bool]]) -> None:
        """``step`` does one thing and answers whether there was one."""
        self._name = name
        self._step = step
        self._nudge = asyncio.Event()

    def nudge(self) -> None:
        """There is something to do."""
        self._nudge.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            self._nudge.clear()
            try:
                while await self._step():
                    end_if_told()
            except TRANSIENT as problem:
                _log.warning("%s wait for the database (%s)", self._name, type(problem).__name__)
            end_if_told()
            try:
                async with asyncio.timeout(_LOOK_AGAIN):
                    await self._nudge.wait()
            except TimeoutError:
                pass
