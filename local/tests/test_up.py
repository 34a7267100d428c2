"""`make up` as a person lives with it: real servers, the real process, killed in every way."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psutil
import pytest

from rapport.local.processes import Identity, wait_gone
from rapport.local.supervisor.plan import USUAL_PORTS, Plan
from rapport.local.supervisor.state import State
from rapport.local.waiting import wait_for
from rapport.testing.folders import temporary_folder
from rapport.testing.reserved_ports import ReservedPort

_WITHOUT = "gateway,reviews,outreach,pipeline,analytics"
_PATIENCE = 120.0
"""Seconds, on a machine that does other things as well: what is waited for here takes a few."""


@dataclass
class Terminal:
    """Somebody at a terminal, with a checkout of their own."""

    state: State
    runs: list[subprocess.Popen[str]]

    def up(self, **more: str) -> subprocess.Popen[str]:
        """Type `make up`, with more in the environment."""
        log = (self.state.folder / f"terminal-{len(self.runs)}").open("w")
        with log:
            run = subprocess.Popen(
                self._argv("up"), env=self._environment() | more, stdout=log, stderr=subprocess.STDOUT, text=True
            )
        self.runs.append(run)
        return run

    def sees(self, words: str, *, terminal: int = -1) -> None:
        """Wait until the words appear."""
        number = terminal % len(self.runs)
        wait_for(lambda: words in self.screen(number), within=_PATIENCE, what=f"{words!r} on the terminal")

    def screen(self, number: int = -1) -> str:
        return (self.state.folder / f"terminal-{number % len(self.runs)}").read_text()

    def runs_once(self, *command: str) -> str:
        """Type another command and wait for it."""
        return subprocess.run(
            self._argv(*command),
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE,
        ).stdout

    def _argv(self, *command: str) -> list[str]:
        return [sys.executable, "-m", "rapport.local", *command]

    def _environment(self) -> dict[str, str]:
        own = {"RAPPORT_STATE": str(self.state.folder), "RAPPORT_WITHOUT": _WITHOUT, "SANDBOX_PEOPLE": "20"}
        return {"PATH": os.environ["PATH"]} | own


@contextmanager
def _somebody_at_a_terminal() -> Iterator[Terminal]:
    with temporary_folder(in_memory=True) as folder:
        state = State(folder / "state")
        state.make()
        # Ports of its own, so that a stack of this machine and tests beside this one are left in peace.
        reserved = {part: ReservedPort() for part in USUAL_PORTS}
        state.remember_ports({part: port.number for part, port in reserved.items()})
        terminal = Terminal(state, [])
        try:
            yield terminal
        finally:
            for run in terminal.runs:
                run.kill()
                run.wait(10)
            terminal.runs_once("down")


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    with _somebody_at_a_terminal() as terminal:
        yield terminal


@pytest.fixture(scope="module")
def up() -> Iterator[Terminal]:
    """A stack that is up, for tests that leave it as it is: a start takes several seconds of the processor."""
    with _somebody_at_a_terminal() as terminal:
        terminal.up()
        terminal.sees("Rapport is up")
        yield terminal


def child(terminal: Terminal, name: str) -> Identity:
    return terminal.state.children()[name]


def marked(terminal: Terminal) -> int:
    """Leave one more mark in the database server, and count them."""
    return asyncio.run(_mark(_database_server(terminal)))


def _database_server(terminal: Terminal) -> str:
    return Plan(terminal.state, terminal.state.remembered_ports(), None, None).database_server


async def _mark(server: str) -> int:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute("CREATE TABLE IF NOT EXISTS mark (n int); INSERT INTO mark VALUES (1)")
        return int(await connection.fetchval("SELECT count(*) FROM mark"))
    finally:
        await connection.close()


async def _as_of_another_version(server: str) -> None:
    """Give analytics a row to lose, and a history of migrations that this version does not continue."""
    connection = await asyncpg.connect(server, database="rapport_analytics")
    try:
        await connection.execute("INSERT INTO projection VALUES ('acme', 'c', now())")
        await connection.execute("UPDATE schema_migration SET name = 'other', checksum = 'other'")
    finally:
        await connection.close()


async def _projections(server: str) -> int:
    connection = await asyncpg.connect(server, database="rapport_analytics")
    try:
        return int(await connection.fetchval("SELECT count(*) FROM projection WHERE org_id = 'acme'"))
    finally:
        await connection.close()


def test_data_is_kept_between_runs_and_deleted_by_a_reset(terminal: Terminal) -> None:
    first = terminal.up()
    terminal.sees("Rapport is up")
    assert marked(terminal) == 1
    first.send_signal(signal.SIGINT)
    assert first.wait(_PATIENCE) == 0
    assert "stopped; the data is kept" in terminal.screen()
    assert terminal.state.children() == {}

    terminal.up()
    terminal.sees("Rapport is up")
    assert marked(terminal) == 2

    assert "deleted all data" in terminal.runs_once("reset")
    assert not terminal.state.folder.exists()
    terminal.state.make()


def test_data_of_other_migrations_is_refused_and_kept(terminal: Terminal) -> None:
    with_analytics = {"RAPPORT_WITHOUT": "gateway,reviews,outreach,pipeline"}
    first = terminal.up(**with_analytics)
    terminal.sees("Rapport is up")
    asyncio.run(_as_of_another_version(_database_server(terminal)))
    assert "down; the data is kept" in terminal.runs_once("down")
    assert first.wait(_PATIENCE) == 0
    assert terminal.runs_once("down") == "not running\n"

    again = terminal.up(**with_analytics)
    assert again.wait(60) == 1
    refusals = [line for line in terminal.screen().splitlines() if line.startswith("! ")]
    assert len(refusals) == 1
    assert refusals[0].startswith("! the database rapport_analytics was migrated by a version of Rapport that this one")
    assert "make reset" in refusals[0]
    assert "Traceback" not in terminal.screen()
    assert terminal.state.children() == {}

    terminal.up()
    terminal.sees("Rapport is up")
    assert asyncio.run(_projections(_database_server(terminal))) == 1


def test_the_environment_of_a_service_runs_its_commands(up: Terminal) -> None:
    exports = up.runs_once("env", "analytics")
    for command in ("migrate", "rebuild", "replay"):
        script = f"{exports}\nexec {sys.executable} -m rapport.analytics {command}"
        done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=False, timeout=_PATIENCE)
        assert done.returncode == 0, done.stderr
    assert "no such service" in up.runs_once("env", "nobody")


def test_a_second_up_says_where_the_first_is(up: Terminal) -> None:
    second = up.up()
    assert second.wait(_PATIENCE) == 0

    assert up.screen().startswith("Already up.")
    sandbox = up.state.remembered_ports()["sandbox"]
    assert f"http://127.0.0.1:{sandbox}/" in up.screen()
    assert up.runs[0].poll() is None


def test_every_part_that_is_killed_comes_back_with_its_data(terminal: Terminal) -> None:
    terminal.up()
    terminal.sees("Rapport is up")
    marked(terminal)

    for part in ("nats", "postgres", "sandbox"):
        os.kill(child(terminal, part).pid, signal.SIGKILL)
        terminal.sees(f"! {part} was ended by SIGKILL; starting it again in 0.2 s")
        terminal.sees(f"{part} is back")

    assert marked(terminal) == 2


def test_a_killed_stack_leaves_nothing_running_and_starts_again(terminal: Terminal) -> None:
    first = terminal.up()
    terminal.sees("Rapport is up")
    marked(terminal)
    parts = terminal.state.children()
    used = terminal.state.remembered_ports()

    first.kill()
    first.wait(10)
    if sys.platform == "linux":
        assert all(wait_gone(identity, within=60) for identity in parts.values())

    terminal.up()
    terminal.sees("Rapport is up")
    assert terminal.state.remembered_ports() == used
    assert marked(terminal) == 2


def test_children_that_outlived_a_killed_stack_are_stopped_by_the_next(terminal: Terminal) -> None:
    first = terminal.up()
    terminal.sees("Rapport is up")
    # A child that cannot hear the kernel's signal is as deaf as one on a system that sends none.
    deaf = child(terminal, "sandbox")
    os.kill(deaf.pid, signal.SIGSTOP)
    first.kill()
    first.wait(10)
    assert deaf.running()

    terminal.up()
    terminal.sees("sandbox is left from a run that was killed; stopping it")
    terminal.sees("Rapport is up")
    assert not deaf.running()


def test_what_is_private_stays_private(up: Terminal) -> None:
    readable = [
        file
        for file in up.state.folder.rglob("*")
        if file.is_file() and file.stat().st_mode & 0o044 and not _hidden(file, up.state.folder)
    ]
    assert [file.name for file in readable if not file.name.startswith("terminal")] == ["lock"]
    secrets = json.loads((up.state.folder / "secrets.json").read_text())
    arguments = [" ".join(psutil.Process(identity.pid).cmdline()) for identity in up.state.children().values()]
    assert not any(secret in line for secret in secrets.values() for line in arguments)


def _hidden(file: Path, top: Path) -> bool:
    """Tell whether a folder on the way keeps others out."""
    between = [folder for folder in file.parents if folder != top and folder.is_relative_to(top)]
    return any(not folder.stat().st_mode & 0o001 for folder in between)


def test_a_demo_organisation_keeps_its_size(terminal: Terminal) -> None:
    first = terminal.up()
    terminal.sees("Rapport is up")
    first.send_signal(signal.SIGINT)
    assert first.wait(_PATIENCE) == 0
    company = terminal.state.folder / "sandbox" / "company.sqlite"
    before = company.read_bytes()

    other = terminal.up(SANDBOX_PEOPLE="30")
    assert other.wait(60) == 1
    assert "the demo organisation was made of 20 people from seed 1, and keeps to that" in terminal.screen()
    assert company.read_bytes() == before


@pytest.mark.parametrize(
    ("variable", "address"),
    [
        ("NATS_URL", "nats://127.0.0.1:1"),
        ("NATS_URL", "nonsense"),
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/postgres"),
        ("DATABASE_URL", "nonsense"),
    ],
)
def test_a_server_that_is_given_and_does_not_answer_is_named(terminal: Terminal, variable: str, address: str) -> None:
    run = terminal.up(**{variable: address})
    assert run.wait(60) == 1
    assert f"! {variable}: " in terminal.screen()
    assert "Traceback" not in terminal.screen()
    assert terminal.state.children() == {}
