"""Every fault by name: what it does to the stack, and how long recovery may take."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

from rapport.testing.stack import ALL_SERVICES
from tests.support.harness import Harness

FREEZE = float(os.environ.get("FAULT_FREEZE_SECONDS", "4"))
"""A minute when run by hand."""
AWAY = float(os.environ.get("FAULT_AWAY_SECONDS", "3"))
"""Three minutes when run by hand."""
_DELAY = 0.1
"""Seconds that everything takes on a slow network."""
_REACHED = {
    "pipeline": ("broker", "database", "ATS"),
    "reviews": ("broker", "database"),
    "outreach": ("broker", "database", "smtp", "imap"),
    "analytics": ("broker", "database"),
    "gateway": ("broker",),
}
_NEEDED = ("broker", "database")
"""Without these a part says that it is not ready."""
_POISONED = {"pipeline.application.stage_changed.v1": 2, "pipeline.job.changed.v1": 3, "reviews.notification.due.v1": 1}
"""Subjects, and how many consumers hear of each."""

Fault = Callable[[Harness], Awaitable[None]]


async def _killed(part: str, harness: Harness) -> None:
    await harness.kill(part)


async def _ended(part: str, harness: Harness) -> None:
    assert await harness.end(part) == 0


async def _ended_in_silence(part: str, server: str, harness: Harness) -> None:
    # What is under way cannot be finished; it may end as one that was killed.
    assert await harness.end_in_silence(part, server) in {0, 1}


async def _frozen(part: str, harness: Harness) -> None:
    async with harness.frozen(part):
        await asyncio.sleep(FREEZE)


async def _two_of(part: str, harness: Harness) -> None:
    """The second takes over what the first led, and gives it back."""
    async with harness.replica(part):
        await asyncio.sleep(1)
        await harness.kill(part)
        await asyncio.sleep(AWAY)


async def _cut(part: str, server: str, harness: Harness) -> None:
    for _ in range(3):
        harness.fault_proxy(part, server).cut()
        await asyncio.sleep(0.3)
    await harness.ready(part)


async def _unplugged(part: str, server: str, harness: Harness) -> None:
    async with harness.unplugged(part, server):
        await _away(part, server, harness)


async def _silent(part: str, server: str, harness: Harness) -> None:
    async with harness.silent(part, server):
        await _away(part, server, harness)


async def _away(part: str, server: str, harness: Harness) -> None:
    if server in _NEEDED:
        await harness.unready(part)
    await asyncio.sleep(AWAY)


async def _slow(part: str, server: str, harness: Harness) -> None:
    async with harness.slow(part, server, _DELAY):
        await asyncio.sleep(AWAY)


async def _broker_away(harness: Harness) -> None:
    async with harness.without_broker():
        for part in harness.stack.programs:
            await harness.unready(part)
        await asyncio.sleep(AWAY)


async def _broker_empty(harness: Harness) -> None:
    await harness.lose_the_brokers_store()


async def _consumers_gone(harness: Harness) -> None:
    await harness.delete_consumers()
    for part in ALL_SERVICES:
        await harness.unready(part)
    await harness.declare_again()


async def _database_away(harness: Harness) -> None:
    async with harness.without_database():
        for part in ALL_SERVICES:
            await harness.unready(part)
        await asyncio.sleep(AWAY)


async def _unusable(
    how: Callable[[Harness, str], AbstractAsyncContextManager[None]], part: str, harness: Harness
) -> None:
    async with how(harness, part):
        await harness.unready(part)
        await asyncio.sleep(AWAY)


async def _relay_cut(part: str, harness: Harness) -> None:
    await harness.cut_the_relay(part, times=10)


async def _events_repeated(harness: Harness) -> None:
    for seed in range(3):
        await harness.repeat_events(200, seed=seed)
        await asyncio.sleep(0.5)


async def _poison(harness: Harness) -> None:
    await harness.poison_the_stream(_POISONED)


FAULTS: dict[str, Fault] = {
    **{f"{part} killed": partial(_killed, part) for part in _REACHED},
    **{f"{part} asked to end": partial(_ended, part) for part in _REACHED},
    **{
        f"{part} asked to end while the {server} is silent": partial(_ended_in_silence, part, server)
        for part in ALL_SERVICES
        for server in _NEEDED
    },
    **{f"{part} frozen": partial(_frozen, part) for part in _REACHED},
    **{f"two of {part}": partial(_two_of, part) for part in ALL_SERVICES},
    **{
        f"{part} and {server}: {what}": partial(fault, part, server)
        for part, servers in _REACHED.items()
        for server in servers
        for what, fault in (("cut", _cut), ("unplugged", _unplugged), ("silent", _silent), ("slow", _slow))
    },
    **{f"{part}'s relay cut": partial(_relay_cut, part) for part in ("pipeline", "reviews", "outreach")},
    **{
        f"no connection left for {part}": partial(_unusable, Harness.without_connections, part) for part in ALL_SERVICES
    },
    **{f"{part}'s database read-only": partial(_unusable, Harness.read_only, part) for part in ALL_SERVICES},
    "the broker away": _broker_away,
    "the broker's store lost": _broker_empty,
    "the consumers deleted": _consumers_gone,
    "the database away": _database_away,
    "events repeated in any order": _events_repeated,
    "messages that are no events": _poison,
}

REPRESENTATIVE = (
    *(f"{part} killed" for part in _REACHED),
    "outreach frozen",
    "reviews asked to end",
    "outreach asked to end",
    "pipeline asked to end while the broker is silent",
    "outreach asked to end while the database is silent",
    "two of pipeline",
    "pipeline and broker: cut",
    "outreach and smtp: silent",
    "reviews and database: unplugged",
    "gateway and broker: silent",
    "pipeline and database: slow",
    "pipeline's relay cut",
    "no connection left for outreach",
    "reviews's database read-only",
    "events repeated in any order",
    "messages that are no events",
    "the broker away",
    "the database away",
    "the consumers deleted",
    "the broker's store lost",
)
"""One of every kind, in an order in which each still finds what it breaks."""
