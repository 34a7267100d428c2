"""Start a program so that it cannot outlive us, and recognise one that did.

A child that survives its parent keeps ports and data to itself. On Linux the kernel signals the child when
we die, however we die; elsewhere, and for a child that ignores the signal, the recorded identity lets the
next run find it and stop it.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import psutil

from rapport.local.accounts import Account

_PR_SET_PDEATHSIG = 1
# Loaded once, here: between fork and exec nothing may be imported or looked up.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Program:
    """What to run, and how to ask it to stop."""

    name: str
    argv: tuple[str, ...]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM


def launch(program: Program) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, appending what it writes to its log.

    Call it from the main thread: the kernel ties the child to the thread that forked it.
    """
    log_is_new = not program.log.exists()
    with program.log.open("ab") as log:
        if log_is_new:
            program.log.chmod(0o600)
        return subprocess.Popen(  # noqa: S603 - the command is ours, no shell reads it
            program.argv,
            env=surroundings() | dict(program.env),
            cwd="/" if program.account else None,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=program.account.uid if program.account else None,
            group=program.account.gid if program.account else None,
            extra_groups=[] if program.account else None,
            preexec_fn=die_with(os.getpid(), program.stop_signal),
        )


def die_with(parent: int, farewell: signal.Signals) -> Callable[[], None]:
    """Make the step, run in a child as it begins, that ties its life to its parent's."""
    number = int(farewell)

    def tie() -> None:
        if _libc is None:
            return
        _libc.prctl(_PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # we died before the tie was made
            os._exit(1)

    return tie


_PASSED_ON = ("HOME", "LANG", "LC_ALL", "PATH", "SSL_CERT_FILE", "TMPDIR", "TZ", "USER", "LOG_LEVEL")


def surroundings() -> dict[str, str]:
    """Return what a child may know of our environment: never a credential meant for us."""
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return passed_on | {"PYTHONUNBUFFERED": "1"}


class Child(Protocol):
    """What is needed of a process to stop it: `subprocess.Popen` has it."""

    pid: int

    def poll(self) -> int | None:
        """How it ended, or nothing while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises `subprocess.TimeoutExpired` after as many seconds."""

    def send_signal(self, number: int, /) -> None:
        """Signal it, unless it has ended."""


def stop(process: Child, farewell: signal.Signals, *, within: float) -> bool:
    """Ask a child to stop and insist after a while; say whether asking was enough."""
    if process.poll() is not None:
        return True
    process.send_signal(farewell)
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        kill_session(process.pid)
        process.wait(within)
        return False
    return True


def kill_session(pid: int) -> None:
    """Kill a child and its descendants."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


@dataclass(frozen=True)
class Identity:
    """Who a process is: its number alone may belong to a stranger by tomorrow."""

    pid: int
    started: float

    def running(self) -> psutil.Process | None:
        """Return the process if it is still this one."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < _CLOCK_STEP
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


# The start time is counted in clock ticks of 10 ms since boot, and boot itself is known to the second.
_CLOCK_STEP = 1.5


def identify(pid: int) -> Identity:
    """Note who a process is now."""
    return Identity(pid, psutil.Process(pid).create_time())


def wait_gone(identity: Identity, *, within: float) -> bool:
    """Wait for a process that is not our child to end."""
    deadline = time.monotonic() + within
    while identity.running():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
