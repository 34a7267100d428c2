"""The first synchronisation of a company: records, people and events per second, and what the processes weigh."""

import asyncio
import time

import psutil
from measuring import Report, a_stack, numbers

from rapport.local.waiting import until
from rapport.testing.stack import Stack


async def _projected(stack: Stack) -> bool:
    waiting = await stack.rows("pipeline", "SELECT count(*) AS n FROM publication WHERE stream_sequence IS NULL")
    counted = await stack.rows("analytics", "SELECT count(*) AS n FROM application")
    here = await stack.rows("pipeline", "SELECT count(*) AS n FROM application WHERE version > 0")
    return waiting[0]["n"] == 0 and counted[0]["n"] == here[0]["n"]


async def main(people: int) -> None:
    """Fill a stack of that many people and print how it went."""
    report, began = Report("sync"), time.monotonic()
    async with a_stack(people) as stack:
        started = time.monotonic()
        await stack.synced(within=36_000)
        synced = time.monotonic() - started
        await until(lambda: _projected(stack), pause=0.5)
        projected = time.monotonic() - started
        [records] = await stack.rows("pipeline", "SELECT sum(records)::bigint AS n FROM sync_collection")
        [events] = await stack.rows("pipeline", "SELECT count(*) AS n FROM publication")
        report.say(f"generated and started in {started - began:.1f} s")
        report.say(f"{people} people, {records['n']} records, {events['n']} events")
        report.say(
            f"synchronised in {synced:.1f} s: {people / synced:.0f} people/s, {records['n'] / synced:.0f} records/s"
        )
        report.say(f"every event projected after {projected:.1f} s: {events['n'] / projected:.0f} events/s")
        for name, program in stack.programs.items():
            process = psutil.Process(program.pid)
            report.say(
                f"{name:12}{process.memory_info().rss / 2**20:7.0f} MB{sum(process.cpu_times()[:2]):8.1f} s of CPU"
            )
    report.end()


if __name__ == "__main__":
    asyncio.run(main(int(numbers(5000)[0])))
