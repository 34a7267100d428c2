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


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Make a folder that servers of any user can enter, and remove it afterwards.

    Not pytest's tmp_path: only its user can enter that, and its path is too long for a unix socket.
    """
    parent = _parent()
    _sweep(parent)
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
