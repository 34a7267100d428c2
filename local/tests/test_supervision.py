"""What keeps the parts running: a child, a group, and what they leave behind when they are killed."""

import asyncio
import io
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from rapport.local.console import Console
from rapport.local.processes import Identity, Program, identify, launch
from rapport.local.supervisor.logs import cut
from rapport.local.supervisor.orphans import stop_orphans
from rapport.local.supervisor.plan import USUAL_PORTS, choose_ports
from rapport.local.supervisor.process_group import ProcessGroup
from rapport.local.supervisor.state import State
from rapport.local.supervisor.supervised import Child, StartFailedError
from rapport.local.waiting import eventually, wait_for


@dataclass
class Stage:
    """A state folder and a console whose words a test can read."""

    state: State
    out: io.StringIO = field(default_factory=io.StringIO)

    @property
    def said(self) -> str:
        return self.out.getvalue()

    def child(self, name: str, *argv: str) -> Child:
        """Make a child that counts as ready as soon as it runs."""
        program = Program(name, argv, self.state.logs / f"{name}.log")

        async def is_ready(_: int) -> bool:
            return True

        return Child(name, lambda: program, is_ready, self.state, Console(self.out))

    async def hears(self, words: str) -> None:
        async def heard() -> bool:
            return words in self.said

        await eventually(heard, within=60, what=f"saying {words!r}")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    state = State(tmp_path)
    state.make()
    return Stage(state)


@asynccontextmanager
async def group() -> AsyncIterator[ProcessGroup]:
    async with asyncio.TaskGroup() as tasks:
        group = ProcessGroup(tasks)
        try:
            yield group
        finally:
            await group.stop()


async def test_a_killed_part_is_restarted_and_reported_on_the_console(stage: Stage) -> None:
    async with group() as running:
        await running.start(stage.child("sleeper", "sleep", "60"), within=60)
        first = stage.state.children()["sleeper"]
        os.kill(first.pid, signal.SIGKILL)
        await stage.hears("sleeper is back")
        second = stage.state.children()["sleeper"]

    assert "! sleeper was ended by SIGKILL; starting it again in 0.2 s" in stage.said
    assert second.pid != first.pid


async def test_a_part_that_keeps_dying_is_started_less_and_less_often(stage: Stage) -> None:
    async with group() as running:
        running.begin(stage.child("weak", "sh", "-c", "exit 3"))
        await stage.hears("again in 1.0 s")

    assert "! weak ended with code 3; starting it again in 0.2 s" in stage.said
    assert "again in 0.5 s" in stage.said


async def test_a_part_that_cannot_start_is_an_error_with_what_it_wrote_last(stage: Stage) -> None:
    child = stage.child("broken", "sh", "-c", "echo DATABASE_URL is missing; exit 1")

    async def never(_: int) -> bool:
        return False

    child.is_ready = never
    with pytest.RaisesGroup(StartFailedError) as failure:
        async with group() as running:
            await running.start(child, within=60)

    assert "broken does not start" in str(failure.value.exceptions[0])
    assert "DATABASE_URL is missing" in str(failure.value.exceptions[0])


_WRITES_WHEN_STOPPED = """
import signal, sys, time
def stop(*_):
    with open({order!r}, "a") as order:
        print(sys.argv[1], file=order)
    sys.exit()
signal.signal(signal.SIGTERM, stop)
print("set", flush=True)
time.sleep(60)
"""


async def test_the_parts_started_last_are_stopped_first(stage: Stage) -> None:
    order = stage.state.folder / "order"
    script = _WRITES_WHEN_STOPPED.format(order=str(order))
    async with group() as running:
        for name in ("server", "service", "gateway"):
            await running.start(stage.child(name, sys.executable, "-c", script, name), within=60)
            log = stage.state.logs / f"{name}.log"

            await asyncio.to_thread(wait_for, log.read_text, within=60, what="the handler")

    assert order.read_text().split() == ["gateway", "service", "server"]
    assert stage.state.children() == {}


def test_what_a_killed_run_left_is_stopped(stage: Stage) -> None:
    left = launch(Program("nats", ("sleep", "60"), stage.state.logs / "nats.log"))
    stage.state.note_child("nats", identify(left.pid))

    stop_orphans(stage.state, Console(stage.out))

    assert left.wait(5) == -signal.SIGTERM
    assert stage.state.children() == {}
    assert "nats is left from a run that was killed" in stage.said


def test_another_process_with_a_reused_pid_is_not_stopped(stage: Stage) -> None:
    stranger = launch(Program("stranger", ("sleep", "60"), stage.state.logs / "stranger.log"))
    stage.state.note_child("nats", Identity(stranger.pid, started=identify(stranger.pid).started - 3600))

    stop_orphans(stage.state, Console(stage.out))

    assert stranger.poll() is None
    assert stage.said == ""
    stranger.kill()
    stranger.wait(5)


def test_usual_ports_that_are_taken_are_replaced_by_the_next_free_ones() -> None:
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        taken: int = squatter.getsockname()[1]
        chosen = choose_ports({"gateway": taken})

    assert chosen["gateway"] != taken
    assert len(set(chosen.values())) == len(USUAL_PORTS)


def test_ports_of_the_last_run_are_reused_while_they_are_free() -> None:
    first = choose_ports({})
    moved = first | {"gateway": first["gateway"] + 1000}
    assert choose_ports(moved) == moved


def test_secrets_are_stable_and_readable_by_their_owner_only(stage: Stage) -> None:
    secret = stage.state.secret("nats")
    assert State(stage.state.folder).secret("nats") == secret
    assert stage.state.secret("postgres") != secret
    assert (stage.state.folder / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_a_folder_is_held_by_one_stack_at_a_time(stage: Stage) -> None:
    with stage.state.held() as first, stage.state.held() as second:
        assert (first, second) == (True, False)
    with stage.state.held() as again:
        assert again


def test_a_long_log_is_cut_while_its_writer_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "part.log"
    with log.open("ab") as writer:
        writer.write(b"x" * 2000)
        writer.flush()
        cut(log, largest=1000)
        writer.write(b"and on")

    assert log.read_bytes() == b"and on"
    assert len((tmp_path / "part.log.1").read_bytes()) == 2000
