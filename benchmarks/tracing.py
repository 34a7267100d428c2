"""What tracing costs: board and person with every trace kept, with one in twenty, and with none.

    benchmarks/tracing.py [--keep] [seconds of a round] [rounds]

A process decides at its start what it traces, so every process is restarted for every round.
"""

import asyncio
from contextlib import AsyncExitStack

from company import Screens, filled
from measuring import Load, Measured, Report, a_stack, load_generator, numbers, one_round, table
from reads import PROGRAMS, of_gateway

from rapport.testing.stack import Stack

_PEOPLE = 1000
_CONNECTIONS = 16
_WARMED_UP = 1.0
_ENDPOINT, _SHARE = "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_TRACES_SAMPLER_ARG"
_ANSWERING = [name for name in PROGRAMS if name not in {"postgres", "nats", "sandbox"}]


async def _started_anew(stack: Stack, changed: dict[str, str]) -> None:
    """Start everybody who answers with other settings; one that is empty is left out."""
    await asyncio.gather(*(asyncio.to_thread(stack.programs[name].terminate) for name in _ANSWERING))
    for name in _ANSWERING:
        settings = stack.environments[name] | changed
        stack.environments[name] = {key: value for key, value in settings.items() if value}
    await asyncio.gather(*(stack.start(name) for name in _ANSWERING))


async def _round(load: Load, stack: Stack, screens: Screens, found: dict[str, Measured], seconds: float) -> None:
    for screen, measured in found.items():
        contender = of_gateway(stack, screen, screens.job if screen == "board" else screens.person)
        await load.run(contender, seconds=_WARMED_UP, connections=_CONNECTIONS)
        await one_round(measured, contender, load, seconds=seconds, connections=_CONNECTIONS)


async def main() -> None:
    """Fill a stack, then start and measure it in turns."""
    report = Report("tracing")
    seconds, times = numbers(3.0, 3)
    async with AsyncExitStack() as stay:
        stack = await stay.enter_async_context(a_stack(_PEOPLE, MAIL_POLL_SECONDS="30", RESPONSE_CACHE_SECONDS="0"))
        screens = await filled(stack)
        load = await stay.enter_async_context(load_generator())
        collector = stack.environments["gateway"][_ENDPOINT]
        ways = {
            "no traces": {_ENDPOINT: ""},
            "one trace in twenty kept": {_ENDPOINT: collector, _SHARE: "0.05"},
            "every trace kept": {_ENDPOINT: collector, _SHARE: "1.0"},
        }
        measured = {way: {"board": Measured(), "person": Measured()} for way in ways}
        for _ in range(int(times)):
            for way, settings in ways.items():
                await _started_anew(stack, settings)
                await _round(load, stack, screens, measured[way], seconds)
        for screen in ("board", "person"):
            table(
                report, f"{screen}, {_CONNECTIONS} connections", {way: found[screen] for way, found in measured.items()}
            )
    report.end()


if __name__ == "__main__":
    asyncio.run(main())
