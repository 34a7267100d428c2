"""A stack to measure, and the measuring: interleaved rounds, so that a noisy machine disturbs all alike."""

import asyncio
import json
import os
import platform
import sys
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit

import psutil

from rapport.testing.databases import Templates
from rapport.testing.folders import temporary_folder
from rapport.testing.servers import PostgresForTests
from rapport.testing.stack import ALL_SERVICES, Stack, running_stack

HERE = Path(__file__).parent
_RESULTS = HERE / "results.md"
_SERVERS = ("postgres", "nats-server")
_WORTH_SAYING = 0.02
"""Milliseconds of CPU."""


@contextmanager
def a_server() -> Iterator[PostgresForTests]:
    """A PostgreSQL of its own."""
    with temporary_folder() as servers:
        postgres = PostgresForTests.at(servers / "postgres")
        postgres.start()
        try:
            yield postgres
        finally:
            postgres.kill()


@asynccontextmanager
async def a_stack(people: int, **settings: str) -> AsyncIterator[Stack]:
    """A stack of its own over a company of that size."""
    with a_server() as postgres, tempfile.TemporaryDirectory() as folder:
        async with running_stack(
            Templates(postgres), Path(folder), people=people, settings=settings, services=ALL_SERVICES
        ) as stack:
            yield stack


class Usage:
    """What a process has used: of the processor, and the most memory, looked at ten times a second."""

    def __init__(self, pid: int) -> None:
        """Of the process with that id."""
        self._process = psutil.Process(pid)
        self.before = self.highest = self._resident()

    def processor_seconds(self) -> float:
        """How long it has had a core."""
        times = self._process.cpu_times()
        return float(times.user + times.system)

    def _resident(self) -> float:
        return float(self._process.memory_info().rss) / 2**20

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            self.highest = max(self.highest, self._resident())
            await asyncio.sleep(0.1)


class Report:
    """What a benchmark prints; with ``--keep`` it also takes the place of the last one in results.md."""

    def __init__(self, name: str) -> None:
        """``name`` is that of the benchmark."""
        self._name = name
        self._lines = [f"{datetime.now(UTC):%Y-%m-%d}. {_machine()}"]
        sys.stdout.write(f"{self._lines[0]}\n")

    def say(self, line: str = "") -> None:
        """Print a line."""
        self._lines.append(line)
        say(line)

    def end(self) -> None:
        """Keep it if that is wanted."""
        if "--keep" not in sys.argv:
            return
        begins, ends = f"<!-- {self._name} -->\n", f"<!-- end of {self._name} -->\n"
        before, _, rest = _RESULTS.read_text().partition(begins)
        _, _, after = rest.partition(ends)
        kept = "\n".join(self._lines)
        _RESULTS.write_text(f"{before}{begins}```\n{kept}\n```\n{ends}{after}")


def _machine() -> str:
    named = ", ".join(
        f"{name} {version(name)}" for name in ("strawberry-graphql", "graphql-core", "aiohttp", "asyncpg")
    )
    busy = os.getloadavg()[0]
    return f"{os.cpu_count()} cores (load {busy:.1f} before), Python {platform.python_version()}, {named}"


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@dataclass(frozen=True)
class Contender:
    """A server that gives every HTTP request the same response."""

    name: str
    url: str
    body: bytes
    programs: tuple[str, ...]
    """Those that work on the answer: their CPU is counted."""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def order(self) -> dict[str, object]:
        """What the load generator has to know."""
        address = urlsplit(self.url)
        named = {"Host": address.netloc, "Content-Type": "application/json", "Accept": "application/json"}
        named |= {"Content-Length": str(len(self.body)), **self.headers}
        head = f"POST {address.path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in named.items()) + "\r\n"
        return {"host": address.hostname, "port": address.port, "request": head + self.body.decode()}


@dataclass
class Measured:
    """All rounds of one contender."""

    rates: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    cpu: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    done: int = 0
    errors: int = 0

    def add(self, run: Mapping[str, object], cpu: Mapping[str, float]) -> None:
        """A round has ended."""
        self.rates.append(run["done"] / run["seconds"])
        self.took += run["took"]
        self.done += run["done"]
        self.errors += run["errors"]
        for name, seconds in cpu.items():
            self.cpu[name] += seconds

    @property
    def rate(self) -> float:
        """Requests per second."""
        return median(self.rates)

    def percentile(self, percent: int) -> float:
        """Seconds within which so many of a hundred were answered."""
        return quantiles(self.took, n=100)[percent - 1]

    @property
    def milliseconds(self) -> dict[str, float]:
        """CPU per request by process, the most first."""
        each = {name: seconds / self.done * 1e3 for name, seconds in self.cpu.items()}
        return dict(sorted(each.items(), key=lambda item: -item[1]))


class Load:
    """A load generator in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """Made by :func:`load_generator`."""
        self._process = process

    async def run(self, contender: Contender, *, seconds: float, connections: int) -> dict[str, object]:
        """Ask as fast as answers come; what is no answer, or has errors in it, is counted as an error."""
        order = contender.order | {"seconds": seconds, "connections": connections}
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        answer = await self._process.stdout.readline()
        return json.loads(answer)


@asynccontextmanager
async def load_generator() -> AsyncIterator[Load]:
    """A load generator that ends with the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(HERE / "load.py"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**24,
    )
    try:
        yield Load(process)
    finally:
        process.stdin.close()
        await process.wait()


def cpu_seconds() -> dict[str, float]:
    """What each program started here has used so far, user and system; a server's processes together."""
    used: dict[str, float] = defaultdict(float)
    for process in psutil.Process().children(recursive=True):
        try:
            # Those whose children have ended count them.
            used[program_of(process)] += sum(process.cpu_times()[:4])
        except psutil.NoSuchProcess:
            continue
    return used


def program_of(process: psutil.Process) -> str:
    """The name of what a process runs: a service, a server or a script."""
    for server in _SERVERS:
        if process.name().startswith(server):
            return server.removesuffix("-server")
    words = process.cmdline()
    if "-m" in words:
        return words[words.index("-m") + 1].rsplit(".", 1)[1]
    return Path(words[1]).stem if len(words) > 1 else process.name()


async def one_round(measured: Measured, contender: Contender, load: Load, *, seconds: float, connections: int) -> None:
    """Send requests to a server for a while."""
    before = cpu_seconds()
    run = await load.run(contender, seconds=seconds, connections=connections)
    after = cpu_seconds()
    measured.add(run, {name: after[name] - before[name] for name in contender.programs})


async def rounds(
    report: Report, contenders: Sequence[Contender], load: Load, *, seconds: float, times: int, connections: int
) -> None:
    """Ask the contenders in turn, round after round, and print how they compare."""
    measured = {contender.name: Measured() for contender in contenders}
    for _ in range(times):
        for contender in contenders:
            await one_round(measured[contender.name], contender, load, seconds=seconds, connections=connections)
    table(report, f"{connections} connections", measured)


def table(report: Report, title: str, measured: Mapping[str, Measured]) -> None:
    """Print a line for each; the ratio is to the first."""
    first = next(iter(measured.values())).rate
    report.say(f"{title:28}{'per s':>8}{'ratio':>7}{'p50 ms':>8}{'p99 ms':>8}{'CPU ms':>8}  of which")
    for name, found in measured.items():
        if found.errors:
            report.say(f"{name:28}failed: {found.errors} of {found.errors + found.done} answers were errors")
            continue
        each = found.milliseconds
        split = ", ".join(f"{part} {spent:.2f}" for part, spent in each.items() if spent >= _WORTH_SAYING)
        report.say(
            f"{name:28}{found.rate:8.0f}{found.rate / first:7.2f}{found.percentile(50) * 1e3:8.1f}"
            f"{found.percentile(99) * 1e3:8.1f}{sum(each.values()):8.2f}  {split}"
        )


def numbers(*usual: float) -> tuple[float, ...]:
    """The numbers on the command line, and the usual ones where there are none."""
    given = [float(word) for word in sys.argv[1:] if not word.startswith("-")]
    return (*given, *usual[len(given) :])
