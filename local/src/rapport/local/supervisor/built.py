"""What is built from npm packages while the stack starts: the web app, and GraphiQL for the sandbox."""

import asyncio
import subprocess
from pathlib import Path

from rapport.local.checkout import CHECKOUT
from rapport.local.processes import Program, launch, stop

_STOP_WITHIN = 5.0


async def build(target: str, log: Path) -> str | None:
    """Make a target of the Makefile that needs npm; does nothing if it is up to date.

    Returns:
        Why it could not be made, in a line; None if it was.
    """
    program = Program(target, ("make", "--silent", "--no-print-directory", "-C", str(CHECKOUT), target), log)
    try:
        process = _begin(program)
    except OSError as problem:
        return str(problem)
    try:
        await asyncio.to_thread(process.wait)
    finally:
        stop(process, program.stop_signal, within=_STOP_WITHIN)
    return _reason(log) if process.returncode else None


def _begin(program: Program) -> subprocess.Popen[bytes]:
    program.log.unlink(missing_ok=True)
    return launch(program)


def _reason(log: Path) -> str:
    """What the command said last, without make's own line about it."""
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    said = [line for line in lines if not line.startswith("make")]
    return f"{said[-1] if said else 'make failed'} (see {log})"
