"""A stack to measure, and the measuring: interleaved rounds, so that a noisy machine disturbs all alike."""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median, quantiles

from rapport.local.testing.databases import Templates
from rapport.local.testing.folders import temporary_folder
from rapport.local.testing.servers import PostgresForTests
from rapport.local.testing.stack import Stack, running_stack

Operation = Callable[[], Awaitable[object]]


@asynccontextmanager
async def a_stack(people: int, **settings: str) -> AsyncIterator[Stack]:
    """A stack of its own over a company of that size."""
    with temporary_folder() as servers, tempfile.TemporaryDirectory() as folder:
        postgres = PostgresForTests.at(servers / "postgres")
        postgres.start()
        try:
            async with running_stack(Templates(postgres), Path(folder), people=people, settings=settings) as stack:
                yield stack
        finally:
            postgres.kill()


async def rounds(operations: dict[str, Operation], *, seconds: float, times: int, concurrency: int) -> None:
    """Run the operations in turn, and print what each did per second, how long it took, and how it compares."""
    rates: dict[str, list[float]] = {name: [] for name in operations}
    took: dict[str, list[float]] = {name: [] for name in operations}
    for _ in range(times):
        for name, operation in operations.items():
            rates[name].append(await _rate(operation, seconds, concurrency, took[name]))
    first = median(next(iter(rates.values())))
    say(f"{'':34}{'per s':>9}{'ratio':>8}{'p50 ms':>9}{'p99 ms':>9}")
    for name, measured in rates.items():
        cuts = quantiles(took[name], n=100)
        say(
            f"{name:34}{median(measured):9.0f}{median(measured) / first:8.2f}{cuts[49] * 1e3:9.1f}{cuts[98] * 1e3:9.1f}"
        )


async def _rate(operation: Operation, seconds: float, concurrency: int, took: list[float]) -> float:
    done = 0
    ends = time.monotonic() + seconds

    async def worker() -> None:
        nonlocal done
        while time.monotonic() < ends:
            began = time.monotonic()
            await operation()
            took.append(time.monotonic() - began)
            done += 1

    began = time.monotonic()
    await asyncio.gather(*(worker() for _ in range(concurrency)))
    return done / (time.monotonic() - began)


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
