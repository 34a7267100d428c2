"""Which operating system user a server runs as, and which folders that user can reach.

PostgreSQL refuses to run as root. A root that starts the stack (a container, a CI job) therefore hands
the server to an unprivileged user, who may not be able to enter root's own folders.
"""

import hashlib
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Account:
    """An unprivileged user that root hands a server to."""

    uid: int
    gid: int


def unprivileged_account() -> Account | None:
    """The account for a server that refuses root; None when we are not root ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise LookupError("PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody")


def can_enter(account: Account | None, folder: Path) -> bool:
    """Tell whether every folder down to this one lets the account through."""
    if account is None:
        return True
    resolved = folder.resolve()
    return all(_lets_through(account, step) for step in (resolved, *resolved.parents) if step.exists())


def _lets_through(account: Account, folder: Path) -> bool:
    status = folder.stat()
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == account.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def private_folder(folder: Path, account: Account | None) -> Path:
    """Make a folder only its account (and root) can enter; refuse one that a stranger put there first."""
    owner = account.uid if account else os.geteuid()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if account and folder.stat().st_uid == os.geteuid():
        os.chown(folder, account.uid, account.gid)
    if folder.is_symlink() or folder.stat().st_uid != owner:
        raise PermissionError(f"{folder} belongs to someone else; remove it and start again")
    folder.chmod(0o700)
    return folder


def folder_within_reach(wanted: Path, account: Account | None) -> Path:
    """Return the wanted folder, or a stand-in under /var/tmp when the account cannot get to it.

    The stand-in's name is derived from the wanted one, so the next run finds the same data.
    """
    parent = next(step for step in wanted.parents if step.exists())
    if can_enter(account, parent) and len(str(wanted)) <= _LONGEST_PATH:
        return wanted
    digest = hashlib.sha256(str(wanted.resolve()).encode()).hexdigest()[:12]
    return Path("/var/tmp") / f"rapport-{os.geteuid()}-{digest}"  # noqa: S108 - made private, owner checked


# A unix socket's path may have 107 bytes; below the folder come "run/.s.PGSQL." and the port.
_LONGEST_PATH = 80
