"""What a stack remembers between runs: ports, secrets, who is running, and where everything is kept."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rapport.local.checkout import CHECKOUT
from rapport.local.processes import Identity

# Long enough to be unguessable without slowing down every new connection (see provision.roles).
_SECRET_BYTES = 32


@dataclass(frozen=True)
class State:
    """The folder of one stack (`.rapport` in the checkout, or `RAPPORT_STATE`)."""

    folder: Path

    @classmethod
    def of_this_checkout(cls) -> "State":
        """Return where this checkout's stack keeps its things."""
        return cls(Path(os.environ.get("RAPPORT_STATE") or CHECKOUT / ".rapport").absolute())

    @property
    def logs(self) -> Path:
        """One log for each part."""
        return self.folder / "logs"

    def make(self) -> None:
        """Make the folders. A server of another user passes through the outermost one, and sees nothing in it."""
        self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        for private in (self.logs, self._children, self.folder / "nats", self.folder / "sandbox"):
            private.mkdir(mode=0o700, exist_ok=True)

    def secret(self, name: str) -> str:
        """A secret, generated on first use."""
        known = _read(self._secrets)
        if name not in known:
            known[name] = secrets.token_hex(_SECRET_BYTES)
            _write(self._secrets, known)
        return str(known[name])

    def write_private(self, name: str, content: object) -> Path:
        """Write a file for a child, readable by nobody else."""
        file = self.folder / name
        _write(file, content)
        return file

    def remembered_ports(self) -> dict[str, int]:
        """Return the ports of the last run."""
        return _read(self.folder / "ports.json")

    def remember_ports(self, ports: Mapping[str, int]) -> None:
        """Note the ports for the next run, so that addresses stay the same."""
        _write(self.folder / "ports.json", dict(ports))

    @contextmanager
    def held(self) -> Iterator[bool]:
        """Hold the folder against a second stack; yields whether it was free. The kernel lets go when we die."""
        with (self.folder / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    def note_supervisor(self, identity: Identity, summary: str = "") -> None:
        """Note who runs the stack, and what a second `up` should say about it."""
        _write(self._supervisor, {"identity": asdict(identity), "summary": summary})

    def forget_supervisor(self) -> None:
        """Note that the stack does not run."""
        self._supervisor.unlink(missing_ok=True)

    def supervisor(self) -> tuple[Identity, str] | None:
        """Return who last ran the stack, and its summary."""
        if not (known := _read(self._supervisor)):
            return None
        return Identity(**known["identity"]), known["summary"]

    def has_begun(self) -> bool:
        """Whether the demo's users were given something to do."""
        return self._begun.exists()

    def note_begun(self) -> None:
        """Note that it was tried: it is done once."""
        _write(self._begun, {"begun": True})

    def note_child(self, name: str, identity: Identity) -> None:
        """Note a child, for the run that may have to stop what this one left."""
        _write(self._children / f"{name}.json", asdict(identity))

    def forget_child(self, name: str) -> None:
        """Forget a child that ended."""
        (self._children / f"{name}.json").unlink(missing_ok=True)

    def children(self) -> dict[str, Identity]:
        """Return the children noted and not forgotten."""
        if not self._children.exists():
            return {}
        return {file.stem: Identity(**_read(file)) for file in sorted(self._children.glob("*.json"))}

    @property
    def _children(self) -> Path:
        return self.folder / "children"

    @property
    def _secrets(self) -> Path:
        return self.folder / "secrets.json"

    @property
    def _begun(self) -> Path:
        return self.folder / "demo.json"

    @property
    def _supervisor(self) -> Path:
        return self.folder / "supervisor.json"


def _read(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text()) if file.exists() else {}


def _write(file: Path, content: object) -> None:
    """Replace a file atomically: a process that is killed in between leaves the old one."""
    unfinished = file.with_suffix(f".{os.getpid()}")
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(content, indent=2) + "\n")
    unfinished.replace(file)
