"""A child that is restarted whenever it ends, with a line on the console."""

import asyncio
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

from rapport.local.console import Console
from rapport.local.processes import Program, identify, launch, stop
from rapport.local.supervisor.state import State
from rapport.local.waiting import until

_PAUSE = 0.05
# A little more than the processes allow themselves.
_STOP_WITHIN = 25.0
# A program that ends this often before it was ready once has a fault that starting again will not mend.
_FALSE_STARTS = 3
# Seconds to wait before the next start; a process that ran for a minute starts again from the shortest.
_BACKOFF = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_RAN_WELL = 60.0


class StartFailedError(Exception):
    """A part cannot be started; the message ends with what it wrote last."""


@dataclass
class Child:
    """One program of the stack.

    `make` is called before every start, and may repair things first; `is_ready` gets the process number.
    """

    name: str
    make: Callable[[], Program]
    is_ready: Callable[[int], Awaitable[bool]]
    state: State
    console: Console
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _stop_signal: signal.Signals = field(default=signal.SIGTERM, init=False)
    _was_ready: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _false_starts: int = field(default=0, init=False)

    async def keep_running(self) -> None:
        """Start the program, and again whenever it ended. Runs until cancelled."""
        delays = _delays()
        while True:
            began = time.monotonic()
            process = self._start()
            again = self._was_ready.is_set()
            announcing = asyncio.create_task(self._announce(process, again=again))
            code = await _exit_code(process)
            announcing.cancel()
            self._forget()
            if time.monotonic() - began > _RAN_WELL:
                delays = _delays()
            delay = next(delays)
            if not self._was_ready.is_set():
                self._false_starts += 1
            self.console.say(f"! {self.name} {_how(code)}; starting it again in {delay} s")
            await asyncio.sleep(delay)

    async def ready(self, *, within: float) -> None:
        """Wait until it was ready for the first time."""
        deadline = time.monotonic() + within
        while not self._was_ready.is_set():
            if self._false_starts >= _FALSE_STARTS or time.monotonic() > deadline:
                raise StartFailedError(f"{self.name} does not start.\n{last_lines(self.state, self.name)}")
            await asyncio.sleep(_PAUSE)

    async def stop(self) -> None:
        """Ask it to stop, and insist if it does not."""
        if (process := self._process) is None:
            return
        obeyed = await asyncio.to_thread(stop, process, self._stop_signal, within=_STOP_WITHIN)
        if not obeyed:
            self.console.say(f"! {self.name} did not stop within {_STOP_WITHIN:.0f} s and was killed")
        self._forget()

    def _start(self) -> subprocess.Popen[bytes]:
        program = self.make()
        process = launch(program)
        self._process, self._stop_signal = process, program.stop_signal
        self.state.note_child(self.name, identify(process.pid))
        return process

    async def _announce(self, process: subprocess.Popen[bytes], *, again: bool) -> None:
        """Note when the program is ready, and say so if it had been before."""
        await until(lambda: self.is_ready(process.pid), pause=_PAUSE)
        self._was_ready.set()
        if again:
            self.console.say(f"  {self.name} is back")

    def _forget(self) -> None:
        self.state.forget_child(self.name)
        self._process = None


def last_lines(state: State, name: str, count: int = 15) -> str:
    """Return the end of a part's log, and where the rest is."""
    log = state.logs / f"{name}.log"
    lines = log.read_text(errors="replace").splitlines()[-count:] if log.exists() else []
    return "\n".join([f"The end of {log}:", *(f"    {line}" for line in lines)])


def _delays() -> Iterator[float]:
    yield from _BACKOFF
    while True:
        yield _BACKOFF[-1]


async def _exit_code(process: subprocess.Popen[bytes]) -> int:
    async def ended() -> bool:
        return process.poll() is not None

    await until(ended, pause=_PAUSE)
    return process.returncode


def _how(code: int) -> str:
    """Say in words how a process ended."""
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
