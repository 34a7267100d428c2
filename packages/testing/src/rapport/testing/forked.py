"""Our programs as processes that are forked from one which has imported them: half of what a start costs is imports."""

import multiprocessing
import os
import pkgutil
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing.connection import wait as wait_for_any
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

from rapport.local.processes import die_with, kill_session, surroundings

_PARTS = ("sandbox", "pipeline", "analytics", "reviews", "outreach", "gateway")
_PRELOADED = [
    *(f"rapport.{part}.app" for part in _PARTS),
    "pymap.main",
    "pymap.backend.dict",
    "pymap.backend.maildir",
    __name__,
]
"""Of these, what is not installed is not preloaded."""


class ForkedProcess:
    """``python -m module arguments``, without the imports, as a child in a session of its own.

    ``module:function`` calls a function instead, as an installed script does. It offers what is used of
    `subprocess.Popen`, from any thread.
    """

    def __init__(self, module: str, arguments: Sequence[str], env: Mapping[str, str], log: Path) -> None:
        log.touch(mode=0o600)
        run = (module, tuple(arguments), surroundings() | dict(env), str(log))
        self._process: ForkServerProcess = _context().Process(target=_run, args=run, daemon=True)
        self._process.start()
        self._polling = threading.Lock()
        self.pid: int = self._process.pid or 0

    @property
    def returncode(self) -> int | None:
        """How it ended, once that is known; of a signal, its negative number."""
        return self.poll()

    def poll(self) -> int | None:
        """How it ended, or nothing while it runs."""
        with self._polling:  # the code can be read once
            return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises `subprocess.TimeoutExpired` after as many seconds."""
        if (code := self.poll()) is None:
            wait_for_any([self._process.sentinel], timeout)
            code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        """Signal it, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to stop."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Kill it and its descendants."""
        self.send_signal(signal.SIGKILL)
        kill_session(self.pid)


@cache
def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


def _run(module: str, arguments: tuple[str, ...], env: dict[str, str], log: str) -> None:
    """Become the program: its session, its environment, its log, its arguments, its end."""
    os.setsid()
    die_with(os.getppid(), signal.SIGTERM)()  # the fork server, which ends with the tests, however these end
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    output, nothing = os.open(log, os.O_WRONLY | os.O_APPEND), os.open(os.devnull, os.O_RDONLY)
    for stream, number in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(stream, number)
    sys.stdout, sys.stderr = (open(number, "w", buffering=1, closefd=False) for number in (1, 2))  # noqa: SIM115
    sys.argv = [module, *arguments]
    sys.path[1:1] = filter(None, env.get("PYTHONPATH", "").split(os.pathsep))
    try:
        if ":" in module:
            sys.exit(pkgutil.resolve_name(module)())
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except Exception:  # noqa: BLE001 - what the interpreter does with what nobody caught
        sys.excepthook(*sys.exc_info())
        sys.exit(1)
