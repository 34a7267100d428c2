"""How a process lives: it starts, serves until it is told to stop, finishes what is under way and ends."""

import asyncio
import logging
import signal
import sys
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import uvloop

from rapport.kit.telemetry import log_loop_problem

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0

_log = logging.getLogger(__name__)

Command = Callable[[], Coroutine[Any, Any, None]]


class Stop:
    """Set by SIGTERM, SIGINT or a part that cannot go on."""

    def __init__(self) -> None:
        """Listens for the signals from now on; needs a running loop."""
        self._event = asyncio.Event()
        self.failed = False
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._event.set)

    def fail(self) -> None:
        """End the process as failed, so that whoever started it starts it again."""
        self.failed = True
        self._event.set()

    async def wait(self) -> None:
        """Return when it is time to stop."""
        await self._event.wait()


async def run_until(stop: Stop, *parts: Coroutine[Any, Any, None]) -> None:
    """Run the parts until told to stop; a part that fails ends the process, never silently."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(part) for part in parts]
        await stop.wait()
        for task in tasks:
            task.cancel()
    if stop.failed:
        sys.exit(1)


async def restarted(name: str, part: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a part until cancelled; one that fails is begun again after a pause, and does not take the others along."""
    pause = _FIRST_PAUSE
    while True:
        began = time.monotonic()
        try:
            await part()
        except Exception:  # noqa: BLE001 - a bug in one worker must not stop the service; it is logged and tried again
            _log.error("%s failed; again in %.0f s", name, pause, exc_info=True)
        await asyncio.sleep(pause)
        pause = _FIRST_PAUSE if time.monotonic() - began > _LONGEST_PAUSE else min(pause * 2, _LONGEST_PAUSE)


def main(program: str, commands: Mapping[str, Command]) -> None:
    """Run the command named on the command line."""
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(f"usage: {program} {'|'.join(commands)}")
    uvloop.run(_observed(commands[sys.argv[1]]))


async def _observed(command: Command) -> None:
    asyncio.get_running_loop().set_exception_handler(log_loop_problem)
    await command()
