"""Keeps the logs of the parts from filling the disk."""

import asyncio
import os
import shutil
from pathlib import Path

_LARGEST = 5 * 1024 * 1024
_EVERY = 5.0


async def keep_small(folder: Path) -> None:
    """Cut logs that have grown too long, keeping one older part of each. Runs until cancelled."""
    while True:
        cut_all(folder)
        await asyncio.sleep(_EVERY)


def cut_all(folder: Path) -> None:
    """Cut those logs of a folder that have grown too long."""
    for log in folder.glob("*.log"):
        cut(log)


def cut(log: Path, largest: int = _LARGEST) -> None:
    """Move a long log aside by copying: its writer holds it open and goes on at the new end."""
    if log.stat().st_size > largest:
        older = log.with_suffix(".log.1")
        shutil.copyfile(log, older)
        older.chmod(0o600)
        os.truncate(log, 0)
