"""An IMAP server with one mailbox, which a test fills as a mail server would."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imapclient import IMAPClient

from rapport.local import ports
from rapport.local.waiting import wait_for
from rapport.testing.forked import ForkedProcess
from rapport.testing.reserved_ports import ReservedPort
from services.outreach.tests.support import pymap_process


@dataclass(frozen=True)
class ImapServer:
    """Where it listens, and whose mailbox it holds."""

    port: int
    owner: str
    trusting: ssl.SSLContext | None = None
    """How a test trusts it, if it insists on STARTTLS."""

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
        if self.trusting:
            client.starttls(self.trusting)
        client.login(self.owner, "secret")
        return client


@contextmanager
def imap_server(
    folder: Path, owner: str, *, certificate: Path | None = None, trusting: ssl.SSLContext | None = None
) -> Iterator[ImapServer]:
    """Run it until the end of the block; with a certificate (and its key, in one file) it insists on STARTTLS."""
    port = ReservedPort()
    tls = ("--cert", str(certificate), "--key", str(certificate)) if certificate else ("--no-tls",)
    address = ("--host", ports.LOOPBACK, "--port", str(port.number))
    login = ("--demo-user", owner, "--demo-password", "secret")
    process = ForkedProcess(
        f"{pymap_process.__name__}:main", (*tls, *address, "dict", *login), {}, folder / "pymap.log"
    )
    server = ImapServer(port.number, owner, trusting)

    def answers() -> bool:
        try:
            server.flags()
        except OSError:
            return False
        return True

    try:
        wait_for(answers, within=60, what="a start of the IMAP server")
        yield server
    finally:
        process.kill()
        process.wait(10)
