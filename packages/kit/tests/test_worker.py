"""A worker ends when it is told to, whatever its step makes of that."""

import asyncio
from contextlib import suppress

import pytest

from rapport.kit.runtime.worker import Worker


@pytest.mark.parametrize("more", [True, False], ids=["with more to do", "with nothing more to do"])
async def test_a_worker_whose_step_loses_a_cancellation_ends_all_the_same(more: bool) -> None:
    began = asyncio.Event()

    async def step() -> bool:
        began.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return more

    running = asyncio.create_task(Worker("test", step).run())
    await began.wait()
    running.cancel()
    async with asyncio.timeout(60):
        with pytest.raises(asyncio.CancelledError):
            await running
