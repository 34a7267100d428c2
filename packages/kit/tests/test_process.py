"""A process that is told to stop ends, whatever its parts make of that."""

import asyncio
import signal
import subprocess
import sys
from contextlib import suppress

import pytest

from rapport.kit.runtime import process
from rapport.kit.runtime.leadership import run_as_leader
from rapport.kit.runtime.process import supervised

_STUBBORN = """
import asyncio, sys
from contextlib import suppress
from rapport.kit.runtime import process

async def deaf():
    while True:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(1000)

async def serve():
    process._WARN_AFTER, process._EXIT_AFTER = 0.3, 1.0
    stop = process.Stop()
    print("ready", flush=True)
    await process.run_until(stop, deaf())

process.main("stubborn", {"serve": serve})
"""


async def test_a_part_that_fails_on_cancellation_is_not_restarted() -> None:
    began = asyncio.Event()

    async def fails_when_told() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise OSError("gone in the same moment") from None

    await _ends_when_cancelled(asyncio.create_task(supervised("test", fails_when_told)), began)


async def test_the_leader_stops_on_cancellation_even_if_its_work_fails(stored: object) -> None:
    began = asyncio.Event()

    async def fails_when_told() -> None:
        began.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        raise OSError("gone in the same moment")

    leading = asyncio.create_task(run_as_leader(stored.system_url, 1, fails_when_told))  # type: ignore[attr-defined]
    await _ends_when_cancelled(leading, began)


async def _ends_when_cancelled(task: "asyncio.Task[None]", began: asyncio.Event) -> None:
    await began.wait()
    task.cancel()
    async with asyncio.timeout(60):
        with pytest.raises(asyncio.CancelledError):
            await task


def test_a_process_that_does_not_stop_logs_its_pending_tasks_and_exits() -> None:
    assert process._WARN_AFTER < process._EXIT_AFTER
    command = [sys.executable, "-c", _STUBBORN, "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline() == "ready\n"
        running.send_signal(signal.SIGTERM)
        assert running.wait(10) == 1
        said = running.stderr.read()
    assert "still pending after" in said
    assert "deaf:" in said
