"""How a process lives: it starts, serves until it is told to stop, finishes what is under way and ends."""

import asyncio
import faulthandler
import gc
import logging
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import uvloop

from rapport.kit.telemetry import log_loop_problem

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
_LINGERS = 8.0
"""Seconds after which a process that was told to stop says what it still waits for."""
_ENDS_WITHIN = 20.0
"""Seconds after which it ends whatever it waits for: a process may be killed at any time, and this is then one."""

_COLLECTED_AFTER = (50_000, 20, 10)
"""Objects that are made before new ones are looked through, and how often that is done before older ones are."""

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
            loop.add_signal_handler(number, self._begin)

    def fail(self) -> None:
        """End the process as failed, so that whoever started it starts it again."""
        self.failed = True
        self._begin()

    def _begin(self) -> None:
        if not self._event.is_set():
            self._event.set()
            asyncio.get_running_loop().call_later(_LINGERS, _tell_what_lingers)
            # Kept by a thread of its own, which works also while the interpreter waits for others at its end.
            faulthandler.dump_traceback_later(_ENDS_WITHIN, exit=True)

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
        end_if_told()
        await asyncio.sleep(pause)
        pause = _FIRST_PAUSE if time.monotonic() - began > _LONGEST_PAUSE else min(pause * 2, _LONGEST_PAUSE)


@asynccontextmanager
async def in_background(part: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run a part until the end of the block, which does not wait for it."""
    task = asyncio.create_task(part)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def end_if_told() -> None:
    """End the current task now if it was cancelled, though what it awaited ended as if nothing had happened.

    A loop that waits out failures has to ask: a cancellation is lost when the answer comes in the same moment
    (``asyncio.wait_for`` before Python 3.12, which the broker's and mail servers' clients use), and when a group of
    tasks fails while it is being cancelled, for then it raises the failure. The process would never end.
    """
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError


def _tell_what_lingers() -> None:
    waiting = [_place(task) for task in asyncio.all_tasks()]
    _log.warning("told to stop, and still waiting for: %s", "; ".join(sorted(waiting)))


def _place(task: asyncio.Task[Any]) -> str:
    """Where a task stands, from the outermost function to the innermost."""
    frames: list[str] = []
    awaited: Any = task.get_coro()
    while frame := getattr(awaited, "cr_frame", None) or getattr(awaited, "gi_frame", None):
        frames.append(f"{frame.f_code.co_qualname}:{frame.f_lineno}")
        awaited = getattr(awaited, "cr_await", None) or getattr(awaited, "gi_yieldfrom", None)
    return " > ".join([*frames, type(awaited).__name__] if awaited else frames)


def main(program: str, commands: Mapping[str, Command]) -> None:
    """Run the command named on the command line."""
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(f"usage: {program} {'|'.join(commands)}")
    # What has been imported stays, and most of what requests make goes by itself: a process with a thousand
    # subscriptions spent a third of its time looking for circles.
    gc.freeze()
    gc.set_threshold(*_COLLECTED_AFTER)
    uvloop.run(_observed(commands[sys.argv[1]]))


async def _observed(command: Command) -> None:
    asyncio.get_running_loop().set_exception_handler(log_loop_problem)
    await command()
