"""A child does not outlive its parent, and a process number alone proves nothing."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rapport.local.processes import Identity, Program, identify, launch, stop, wait_gone
from rapport.local.waiting import wait_for

_PARENT = """
import sys, time
from pathlib import Path
from rapport.local.processes import Program, launch
child = launch(Program("sleeper", ("sleep", "60"), Path(sys.argv[1])))
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child's life to its parent's")
def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", _PARENT, str(tmp_path / "log")]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = identify(int(parent.stdout.readline()))
        parent.kill()

    assert wait_gone(child, within=60)


def test_a_child_that_ignores_the_request_is_killed_with_all_it_started(tmp_path: Path) -> None:
    script = "trap '' TERM; sleep 60 & echo $!; wait; wait"
    process = launch(Program("deaf", ("sh", "-c", script), tmp_path / "log"))
    grandchild = identify(int(wait_for((tmp_path / "log").read_text, within=60, what="the script's start")))

    assert stop(process, signal.SIGTERM, within=0.2) is False
    assert wait_gone(grandchild, within=60)


def test_a_child_knows_nothing_of_our_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://postgres:secret@db/")
    process = launch(Program("env", ("env",), tmp_path / "log", {"HTTP_PORT": "1"}))
    process.wait(5)

    known = (tmp_path / "log").read_text()
    assert "HTTP_PORT=1" in known
    assert "secret" not in known


def test_a_number_that_now_belongs_to_someone_else_is_not_the_process() -> None:
    ours = identify(os.getpid())
    assert ours.running()
    assert Identity(ours.pid, ours.started - 100).running() is None
