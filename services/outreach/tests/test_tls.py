"""Connections to mail servers are private, and with the server that was meant, or nothing is said on them."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from imapclient.exceptions import CapabilityError
from pydantic import SecretStr

from rapport.outreach.channels.email.accounts import Login, Security, Server
from rapport.outreach.channels.email.compose import RenderedEmail, compose
from rapport.outreach.channels.email.imap import fetch_new
from rapport.outreach.channels.email.smtp import NotNowError, Route, connected
from services.outreach.tests.support.imap_server import imap_server
from services.outreach.tests.support.mail_server import MailServer

OWNER = "ruth@example.com"
LOGIN = Login(OWNER, SecretStr("secret"))
PRIVATE = [Security.STARTTLS, Security.TLS]
LETTER = RenderedEmail(
    mail_id="<1@example.com>",
    sender=("Ruth", OWNER),
    recipient=("Kate", "kate@example.org"),
    subject="Hello",
    text="How are you?",
    html="<p>How are you?</p>",
    date=datetime(2026, 11, 27, tzinfo=UTC),
)


@dataclass(frozen=True)
class Authority:
    """Who vouches for the servers, and how a process is told of it."""

    ca: trustme.CA
    file: Path

    def server(self, name: str = "127.0.0.1") -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.ca.issue_cert(name).configure_cert(context)
        return context

    def client(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.file))


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    ca = trustme.CA()
    file = tmp_path / "authority.pem"
    ca.cert_pem.write_to_path(file)
    return Authority(ca, file)


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The authority, as an operator names it to a process."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority


@asynccontextmanager
async def smtp(security: Security, context: ssl.SSLContext | None) -> AsyncIterator[MailServer]:
    private = {"starttls": context} if security is Security.STARTTLS else {"tls": context}
    async with MailServer(**private).serving() as server:
        yield server


async def send(port: int, security: Security) -> None:
    route = Route(Server(host="127.0.0.1", port=port, security=security), LOGIN)
    async with connected(route, hostname="example.com", patience=10) as session:
        await session.offer(OWNER, "kate@example.org")
        await session.go_ahead(patience=10)
        await session.hand_over(compose(LETTER), patience=10)


async def read(port: int, security: Security) -> list[bytes]:
    server = Server(host="127.0.0.1", port=port, security=security)
    since = datetime.now(UTC) - timedelta(days=1)
    batch = await asyncio.to_thread(fetch_new, server, LOGIN, uid_validity=None, last_uid=None, since=since)
    return [mail.raw or b"" for mail in batch.mails]


@asynccontextmanager
async def behind_tls(port: int, context: ssl.SSLContext) -> AsyncIterator[int]:
    """A port on which a plain server is reached privately."""
    tasks: set[asyncio.Task[None]] = set()

    async def passed_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        tasks.add(task)
        further_reader, further_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_copied(reader, further_writer), _copied(further_reader, writer), return_exceptions=True)

    server = await asyncio.start_server(passed_on, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


@pytest.mark.parametrize("security", PRIVATE)
async def test_a_mail_is_sent_to_a_server_that_the_operator_trusts(trusted: Authority, security: Security) -> None:
    async with smtp(security, trusted.server()) as server:
        await send(server.port, security)
    assert [envelope.rcpt_tos for envelope in server.accepted] == [["kate@example.org"]]
    assert server.logins == [(OWNER, "secret")]


async def _untrusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    return authority.server()


async def _another_host(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority.server("mail.example.net")


_Wrong = Callable[[Authority, pytest.MonkeyPatch], Awaitable[ssl.SSLContext]]


@pytest.mark.parametrize("wrong", [_untrusted, _another_host])
@pytest.mark.parametrize("security", PRIVATE)
async def test_nothing_is_said_to_a_server_that_may_be_another(
    authority: Authority, security: Security, wrong: _Wrong, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with smtp(security, await wrong(authority, monkeypatch)) as server:
        with pytest.raises(NotNowError):
            await send(server.port, security)
    assert (server.logins, server.accepted) == ([], [])


@pytest.mark.parametrize("security", PRIVATE)
async def test_nothing_is_said_to_a_server_without_tls(trusted: Authority, security: Security) -> None:
    async with smtp(Security.NONE, None) as server:
        with pytest.raises(NotNowError):
            await send(server.port, security)
    assert (server.logins, server.accepted) == ([], [])


@pytest.mark.parametrize("security", PRIVATE)
async def test_a_mailbox_is_read_privately(trusted: Authority, security: Security, tmp_path: Path) -> None:
    if security is Security.STARTTLS:
        certificate = tmp_path / "server.pem"
        trusted.ca.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(certificate)
        with imap_server(tmp_path, OWNER, certificate=certificate, trusting=trusted.client()) as server:
            server.deliver(compose(LETTER))
            assert len(await read(server.port, security)) == 1
    else:
        with imap_server(tmp_path, OWNER) as server:
            server.deliver(compose(LETTER))
            async with behind_tls(server.port, trusted.server()) as port:
                assert len(await read(port, security)) == 1


@pytest.mark.parametrize("wrong", [_untrusted, _another_host])
async def test_a_mailbox_of_a_server_that_may_be_another_is_not_logged_in_to(
    authority: Authority, wrong: _Wrong, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with imap_server(tmp_path, OWNER) as server:
        async with behind_tls(server.port, await wrong(authority, monkeypatch)) as port:
            with pytest.raises(ssl.SSLCertVerificationError):
                await read(port, Security.TLS)
        with pytest.raises(CapabilityError):
            await read(server.port, Security.STARTTLS)
