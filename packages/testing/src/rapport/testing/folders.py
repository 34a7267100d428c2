"""Folders for the servers of a test run, gone when the run is, even one that was killed."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from rapport.local.accounts import can_enter, unprivileged_account

_PREFIX = "rapport-test-"
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made there
_ROOM = 4 * 1024**3
"""Bytes: a worker's servers take some hundred MB."""


@contextmanager
def temporary_folder(*, in_memory: bool = False) -> Iterator[Path]:
    """Make a folder that servers of any user can enter, and remove it afterwards.

    Not pytest's tmp_path: only its user can enter that, and its path is too long for a unix socket. `in_memory` puts it
    into the system's memory if that offers files and has room: a database is then copied in a quarter of the time, and
    what else writes to the disk does not matter.
    """
    parent = _IN_MEMORY if in_memory and _has_room(_IN_MEMORY) else _parent()
    _sweep(parent)
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _has_room(parent: Path) -> bool:
    return parent.is_dir() and can_enter(unprivileged_account(), parent) and shutil.disk_usage(parent).free >= _ROOM


def _parent() -> Path:
    """Return the place for temporary files, unless the servers' user cannot get there."""
    usual = Path(tempfile.gettempdir())
    return usual if can_enter(unprivileged_account(), usual) else Path("/var/tmp")  # noqa: S108


def _sweep(parent: Path) -> None:
    """Remove what killed runs left: their process number is part of the name."""
    for folder in parent.glob(f"{_PREFIX}*"):
        maker = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if maker.isdigit() and not psutil.pid_exists(int(maker)):
            shutil.rmtree(folder, ignore_errors=True)
