"""up, down, reset and status, as a person at a terminal means them."""

import asyncio
import contextlib
import os
import shlex
import shutil
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import asyncpg

from rapport.kit.database.migrate import MigrationError
from rapport.local import topology
from rapport.local.console import Console
from rapport.local.processes import identify, wait_gone
from rapport.local.provision.jetstream import ProvisionError
from rapport.local.supervisor.orphans import stop_orphans
from rapport.local.supervisor.plan import Plan, postgres_home
from rapport.local.supervisor.stack import Stack
from rapport.local.supervisor.state import State
from rapport.local.supervisor.supervised import StartFailedError

# Stopping the parts in order, each with its own patience, takes at most this.
_STOPPED_WITHIN = 60.0


def up() -> int:
    """Bring the stack up and keep it up until a signal; a second one only reports where the first is."""
    console, state = Console(), State.of_this_checkout()
    state.make()
    with state.held() as free:
        if not free:
            return _already_up(state, console)
        state.note_supervisor(identify(os.getpid()))
        stop_orphans(state, console)
        try:
            return asyncio.run(_run(Stack(Plan.for_(state), console), state, console))
        finally:
            state.forget_supervisor()


async def _run(stack: Stack, state: State, console: Console) -> int:
    task = asyncio.current_task()
    assert task
    _once(task.cancel)

    def announce(text: str) -> None:
        state.note_supervisor(identify(os.getpid()), text)
        console.say(f"\n{text}")

    try:
        return await _explained(stack.run(announce), console)
    except asyncio.CancelledError:
        console.say("stopped; the data is kept")
        return 0


async def _explained(run: Coroutine[Any, Any, None], console: Console) -> int:
    """Turn what can be wrong with a machine into a sentence instead of a traceback."""
    try:
        await run
    except* (StartFailedError, ProvisionError, MigrationError, asyncpg.PostgresError, OSError) as failures:
        for failure in failures.exceptions:
            console.say(f"! {failure}")
        return_code = 1
    else:
        return_code = 0
    return return_code


def _once(stop: Callable[[], object]) -> None:
    """Stop at the first signal, and let nothing interrupt the stopping."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def first() -> None:
        for number in signals:
            loop.add_signal_handler(number, lambda: None)
        stop()

    for number in signals:
        loop.add_signal_handler(number, first)


def _already_up(state: State, console: Console) -> int:
    known = state.supervisor()
    console.say(f"Already up.\n\n{known[1]}" if known and known[1] else "Already starting, in another terminal.")
    return 0


def down() -> int:
    """Stop the stack, or what a killed one left."""
    console, state = Console(), State.of_this_checkout()
    known = state.supervisor()
    process = known[0].running() if known else None
    if known and process:
        console.progress("stopping")
        process.terminate()
        if not wait_gone(known[0], within=_STOPPED_WITHIN):
            process.kill()
    stop_orphans(state, console)
    console.say("down; the data is kept" if process else "not running")
    return 0


def reset() -> int:
    """Stop the stack and delete all it kept; servers that were given to it keep their data."""
    down()
    console, state = Console(), State.of_this_checkout()
    for folder in (postgres_home(state), state.folder):
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(folder)
    console.say("deleted all data")
    if os.environ.get("DATABASE_URL") or os.environ.get("NATS_URL"):
        console.say("what is on the servers of DATABASE_URL and NATS_URL is still there")
    return 0


def status() -> int:
    """Say what runs."""
    console, state = Console(), State.of_this_checkout()
    known = state.supervisor()
    if not known or not known[0].running():
        console.say("not running")
        return 1
    for name, identity in state.children().items():
        console.say(f"{name:12} {'runs' if identity.running() else 'is down'}, pid {identity.pid}")
    console.say(f"\n{known[1]}")
    return 0


def env(service: str) -> int:
    """Print a service's environment as a shell reads it, for its commands and psql."""
    state = State.of_this_checkout()
    if service not in topology.SERVICES:
        Console().say(f"! no such service: {service}; there are {', '.join(topology.SERVICES)}")
        return 2
    if not state.folder.exists():
        Console().say("! nothing has run here yet; start it with `make up`")
        return 1
    for name, value in Plan.of_last_run(state).environment(service).items():
        sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
    return 0


COMMANDS: dict[str, Callable[[], int]] = {"up": up, "down": down, "reset": reset, "status": status}
