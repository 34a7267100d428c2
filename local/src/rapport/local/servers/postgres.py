"""A PostgreSQL server of our own, durable for the demo or fast for tests."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil

from rapport.local import ports
from rapport.local.accounts import Account, private_folder
from rapport.local.processes import Program, surroundings

SUPERUSER = "postgres"
_LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"

_DURABLE = {"max_connections": "200"}
# What a test commits must survive the killing of the server, so synchronous_commit stays; it need not
# survive a loss of power, so nothing waits for the disk.
_FAST = {
    "max_connections": "200",
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "64MB",
    "autovacuum_naptime": "1h",
}


@dataclass(frozen=True)
class Postgres:
    """A server whose data and sockets live in one folder."""

    home: Path
    binaries: Path
    port: int
    account: Account | None = None
    # Without one there is no TCP, and access to the socket's private folder is enough.
    password: str | None = None
    durable: bool = True

    @property
    def data(self) -> Path:
        """Where the databases are."""
        return self.home / "data"

    @property
    def sockets(self) -> Path:
        """Where clients on this machine connect: half the time of a TCP round trip."""
        return self.home / "run"

    @property
    def url(self) -> str:
        """The address for the superuser."""
        return self.url_for(SUPERUSER, self.password, "postgres")

    def url_for(self, role: str, password: str | None, database: str) -> str:
        """Return the address of a database for a role, over the unix socket."""
        credentials = role if password is None else f"{role}:{quote(password, safe='')}"
        return f"postgresql://{credentials}@/{database}?host={quote(str(self.sockets))}&port={self.port}"

    def prepare(self) -> None:
        """Make the folders, and the empty databases unless an earlier run did."""
        private_folder(self.home, self.account)
        private_folder(self.sockets, self.account)
        if not self.data.exists():
            self._initialise()
        self._forget_dead_owner()

    def program(self, log: Path) -> Program:
        """Return how to run the server."""
        settings = {
            "listen_addresses": ports.LOOPBACK if self.password else "",
            "port": str(self.port),
            "unix_socket_directories": str(self.sockets),
        } | (_DURABLE if self.durable else _FAST)
        options = tuple(part for name, value in settings.items() for part in ("-c", f"{name}={value}"))
        argv = (str(self.binaries / "postgres"), "-D", str(self.data), *options)
        # SIGINT disconnects clients and stops; SIGTERM would wait for them to leave.
        return Program("postgres", argv, log, account=self.account, stop_signal=signal.SIGINT)

    def is_ready(self, pid: int) -> bool:
        """Tell whether this very process accepts connections (the file may be left from one that died)."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 1 and lines[0].strip() == str(pid) and lines[-1].startswith("ready")

    def _initialise(self) -> None:
        """Create the databases beside their place, then move them: a killed run leaves none half made."""
        unfinished = self.home / "data.new"
        if unfinished.exists():
            shutil.rmtree(unfinished)
        private_folder(unfinished, self.account)
        argv = [str(self.binaries / "initdb"), "-D", str(unfinished), "-U", SUPERUSER]
        argv += ["-E", "UTF8", f"--locale={_LOCALE}"]
        argv += [] if self.durable else ["--no-sync"]
        with self._password_file() as password:
            argv += ["--auth=scram-sha-256", f"--pwfile={password}"] if password else ["--auth=trust"]
            self._run(argv)
        unfinished.rename(self.data)

    @contextmanager
    def _password_file(self) -> Iterator[Path | None]:
        """Hand the superuser's password to initdb, which reads it from a file."""
        if self.password is None:
            yield None
            return
        file = self.home / "password.new"
        file.touch(mode=0o600)
        if self.account:
            os.chown(file, self.account.uid, self.account.gid)
        file.write_text(self.password)
        try:
            yield file
        finally:
            file.unlink()

    def _run(self, argv: list[str]) -> None:
        outcome = subprocess.run(  # noqa: S603 - the command is ours, no shell reads it
            argv,
            env=surroundings(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            user=self.account.uid if self.account else None,
            group=self.account.gid if self.account else None,
            extra_groups=[] if self.account else None,
        )
        if outcome.returncode:
            raise ChildProcessError(f"{argv[0]} failed:\n{outcome.stdout}{outcome.stderr}")

    def _forget_dead_owner(self) -> None:
        """Remove the lock of a killed server whose process number now belongs to a stranger.

        PostgreSQL itself copes with a number nobody has, but takes any living process for a rival; in a
        container the same small numbers come back at every start.
        """
        lock = self.data / "postmaster.pid"
        if not lock.exists():
            return
        owner = int(lock.read_text().split()[0])
        try:
            if "postgres" not in psutil.Process(owner).name():
                lock.unlink()
        except psutil.NoSuchProcess:
            lock.unlink()
