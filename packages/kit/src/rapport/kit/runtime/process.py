"""The life of a process: it starts, serves until it receives a signal, finishes work in progress and exits."""

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

from rapport.kit.runtime.backoff import Backoff
from rapport.kit.telemetry import log_loop_problem

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
_WARN_AFTER = 8.0
"""Seconds after the stop signal at which the process logs which tasks are still pending."""
_EXIT_AFTER = 20.0
"""Seconds after the stop signal at which the process exits regardless; being killed at any time is safe."""

_COLLECTED_AFTER = (50_000, 20, 10)
"""Thresholds of the garbage collector's three generations."""

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
        """End the process as failed, so that its supervisor restarts it."""
        self.failed = True
        self._begin()

    def _begin(self) -> None:
        if not self._event.is_set():
            _log.info("stopping")
            self._event.set()
            asyncio.get_running_loop().call_later(_WARN_AFTER, _log_pending_tasks)
            # Kept by a thread of its own, which works also while the interpreter waits for others at its end.
            faulthandler.dump_traceback_later(_EXIT_AFTER, exit=True)

    async def wait(self) -> None:
        """Return when it is time to stop."""
        await self._event.wait()


async def run_until(stop: Stop, *parts: Coroutine[Any, Any, None]) -> None:
    """Run the parts until the stop signal; a part that fails ends the process, never silently."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(part) for part in parts]
        await stop.wait()
        for task in tasks:
            task.cancel()
    if stop.failed:
        sys.exit(1)


async def supervised(name: str, part: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a part until cancelled; when it fails it is logged and restarted after a pause, and the others go on."""
    backoff = Backoff(_FIRST_PAUSE, _LONGEST_PAUSE)
    while True:
        began = time.monotonic()
        try:
            await part()
        except Exception:  # noqa: BLE001 - a bug in one worker must not stop the service; it is logged and tried again
            _log.error("%s failed; again in %.0f s", name, backoff.next_pause, exc_info=True)
        raise_if_cancelled()
        if time.monotonic() - began > _LONGEST_PAUSE:
            backoff.reset()
        await backoff.pause()


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


def raise_if_cancelled() -> None:
    """Raise ``CancelledError`` if the current task was cancelled, though what it awaited returned normally.

    A loop that waits out failures has to check: a cancellation is lost when a result arrives at the same moment
    (``asyncio.wait_for`` before Python 3.12, which the broker's and mail servers' clients use), and when a group of
    tasks fails while it is being cancelled, for then it raises the failure. The process would never end.
    """
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError


def _log_pending_tasks() -> None:
    waiting = [_place(task) for task in asyncio.all_tasks()]
    _log.warning("still pending after the stop signal: %s", "; ".join(sorted(waiting)))


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
    # Imported objects stay, and most objects of a request are freed by reference counting: a process with a thousand
    # subscriptions spent a third of its time in the collector.
    gc.freeze()
    gc.set_threshold(*_COLLECTED_AFTER)
    uvloop.run(_observed(commands[sys.argv[1]]))


async def _observed(command: Command) -> None:
    asyncio.get_running_loop().set_exception_handler(log_loop_problem)
    await command()
