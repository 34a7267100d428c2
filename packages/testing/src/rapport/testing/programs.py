"""A real process of ours under test: started, ready, signalled, and always ended."""

import asyncio
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from rapport.local import ports
from rapport.local.processes import stop
from rapport.local.readiness import is_ready
from rapport.local.waiting import until
from rapport.testing.forked import ForkedProcess
from rapport.testing.reserved_ports import ReservedPort

_READY_WITHIN = 60.0
_STOP_WITHIN = 15.0


@dataclass(frozen=True)
class RunningProgram:
    """A process, where it answers HTTP, and what it wrote."""

    name: str
    url: str
    log_file: Path
    process: ForkedProcess

    @property
    def pid(self) -> int:
        """Its number."""
        return self.process.pid

    @property
    def log(self) -> str:
        """Everything it wrote so far."""
        return self.log_file.read_text(errors="replace")

    def terminate(self, *, within: float = _STOP_WITHIN) -> int:
        """Ask it to stop as an operator would, wait, and return its exit code."""
        if not stop(self.process, signal.SIGTERM, within=within):
            raise TimeoutError(f"{self.name} did not stop within {within} s:\n{self.log}")
        return self.process.wait(0)

    def kill(self) -> None:
        """Kill it (SIGKILL)."""
        self.process.kill()
        self.process.wait(_STOP_WITHIN)

    async def ended(self, *, within: float = _READY_WITHIN) -> int:
        """Wait until it ends by itself and return its exit code."""
        return await asyncio.to_thread(self.process.wait, within)

    async def ready(self, *, within: float = _READY_WITHIN) -> None:
        """Wait until it says that it can serve; fail with its log if it ends or takes too long."""

        async def so() -> bool:
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.name} ended with {self.process.returncode}:\n{self.log}")
            return await is_ready(session, self.url)

        try:
            async with asyncio.timeout(within), aiohttp.ClientSession() as session:
                await until(so)
        except TimeoutError:
            raise TimeoutError(f"{self.name} was not ready within {within} s:\n{self.log}") from None


@dataclass
class ProgramFactory:
    """`await start_program("rapport.pipeline", "serve", env=...)`; what it started is ended after the test."""

    folder: Path
    started: list[RunningProgram] = field(default_factory=list)
    _reserved: list[ReservedPort] = field(default_factory=list)

    async def __call__(
        self, module: str, *arguments: str, env: Mapping[str, str], wait_ready: bool = True
    ) -> RunningProgram:
        """Run `python -m module arguments` on a free HTTP port with only this environment."""
        port = env.get("HTTP_PORT") or str(self.reserve_port())
        address = {"HTTP_HOST": ports.LOOPBACK, "HTTP_PORT": port}
        name = f"{module}-{len(self.started)}"
        log, settings = self.folder / f"{name}.log", address | dict(env)
        url = f"http://{ports.LOOPBACK}:{settings['HTTP_PORT']}"
        running = RunningProgram(name, url, log, ForkedProcess(module, arguments, settings, log))
        self.started.append(running)
        if wait_ready:
            await running.ready()
        return running

    def reserve_port(self) -> int:
        """A port for one of its programs, which keeps it over restarts."""
        self._reserved.append(ReservedPort())
        return self._reserved[-1].number

    def end_all(self) -> None:
        """End what still runs."""
        for running in reversed(self.started):
            stop(running.process, signal.SIGTERM, within=_STOP_WITHIN)
