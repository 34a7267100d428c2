"""What a killed stack left running: found by what was noted about it, and stopped."""

import signal

import psutil

from rapport.local.console import Console
from rapport.local.processes import Identity, kill_session, wait_gone
from rapport.local.supervisor.state import State

_STOP_WITHIN = 5.0
# The last to be stopped: the others still write to them.
_SERVERS = ("nats", "postgres")


def stop_orphans(state: State, console: Console) -> None:
    """Stop the children that outlived their supervisor. A number that meanwhile became a stranger's is left alone."""
    left = state.children()
    for name in sorted(left, key=lambda name: name in _SERVERS):
        if process := left[name].running():
            console.say(f"! {name} is left from a run that was killed; stopping it")
            _stop(process, left[name])
        state.forget_child(name)


def _stop(process: psutil.Process, identity: Identity) -> None:
    try:
        process.send_signal(signal.SIGINT if process.name() == "postgres" else signal.SIGTERM)
    except psutil.NoSuchProcess:
        return
    if not wait_gone(identity, within=_STOP_WITHIN):
        kill_session(identity.pid)
        wait_gone(identity, within=_STOP_WITHIN)
