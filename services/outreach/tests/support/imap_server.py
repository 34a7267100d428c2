"""An IMAP server with one mailbox, which a test fills as a mail server would."""

import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imapclient import IMAPClient

from rapport.local import ports
from rapport.local.processes import Program, kill_session, launch
from rapport.local.waiting import wait_for


@dataclass(frozen=True)
class ImapServer:
    """Where it listens, and whose mailbox it holds."""

    port: int
    owner: str

    def deliver(self, mail: bytes) -> None:
        """A mail arrives."""
        client = self._client()
        client.append("INBOX", mail)
        client.logout()

    def flags(self) -> list[tuple[bytes, ...]]:
        """What the mails are marked with."""
        client = self._client()
        client.select_folder("INBOX", readonly=True)
        uids = client.search()
        found = client.fetch(uids, ["FLAGS"]) if uids else {}
        client.logout()
        return [each[b"FLAGS"] for each in found.values()]

    def _client(self) -> IMAPClient:
        client = IMAPClient(ports.LOOPBACK, self.port, ssl=False, timeout=20)
        client.login(self.owner, "secret")
        return client


@contextmanager
def imap_server(folder: Path, owner: str) -> Iterator[ImapServer]:
    """Run it until the end of the block."""
    port = ports.any_free()
    script = Path(sysconfig.get_path("scripts")) / "pymap"
    command = (sys.executable, str(script), "--no-tls", "--host", ports.LOOPBACK, "--port", str(port), "dict")
    login = ("--demo-user", owner, "--demo-password", "secret")
    process = launch(Program("pymap", (*command, *login), folder / "pymap.log", {}))
    server = ImapServer(port, owner)

    def answers() -> bool:
        try:
            server.flags()
        except OSError:
            return False
        return True

    try:
        wait_for(answers, within=30, what="a start of the IMAP server")
        yield server
    finally:
        kill_session(process.pid)
        process.wait(10)
