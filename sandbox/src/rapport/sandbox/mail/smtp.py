"""Where mail is handed in: a real SMTP server in the sandbox's own event loop."""

# ruff: noqa: ARG001, ARG002, N802 - aiosmtpd says what its handlers are called and given

import asyncio
import hmac
import ipaddress
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from rapport.sandbox.mail.addresses import mailbox_of
from rapport.sandbox.mail.store import MailStore

_LARGEST = 10 * 1024 * 1024
_MOST_RECIPIENTS = 100
# Taking apart a mail of a million parts would occupy the sandbox for minutes.
_MOST_PARTS = 10_000


class _Post:
    """Takes mail for everybody. Who comes from another machine must log in first."""

    def __init__(self, store: MailStore) -> None:
        self._store = store

    async def handle_MAIL(self, _: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if not session.authenticated and not _is_here(session):
            return "530 5.7.0 Authentication required"
        if address != "<>" and mailbox_of(address) is None:
            return "553 5.1.7 This is not an address that could be answered"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Sender accepted"

    async def handle_RCPT(self, _: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if mailbox_of(address) is None:
            return "553 5.1.3 This is not an address with a name, an @ and a domain"
        if len(envelope.rcpt_tos) >= _MOST_RECIPIENTS:
            return f"452 4.5.3 At most {_MOST_RECIPIENTS} recipients; send the others a mail of their own"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 Everybody has a mailbox here"

    async def handle_DATA(self, _: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        if content.count(b"\n--") > _MOST_PARTS:
            return f"554 5.6.0 A mail has at most {_MOST_PARTS} parts here"
        sender = mailbox_of(envelope.mail_from or "") or ""
        mailboxes = [mailbox for address in envelope.rcpt_tos if (mailbox := mailbox_of(address))]
        delivered = await self._store.deliver(sender, mailboxes, content)
        return f"250 2.0.0 Delivered as {delivered[0].id}" if delivered else "250 2.0.0 Delivered"


def _is_here(session: Session) -> bool:
    peer: object = session.peer  # declared as a text; over IP it is an address and a port
    try:
        return isinstance(peer, tuple) and ipaddress.ip_address(peer[0]).is_loopback
    except ValueError:
        return False


@asynccontextmanager
async def smtp_server(store: MailStore, host: str, port: int, password: str) -> AsyncIterator[int]:
    """Take mail until the end of the block; yields the port (`port` may be 0).

    Any address may log in with the password.
    """
    # It would write down who writes to whom, and warns of its own past at every login.
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    loop = asyncio.get_running_loop()
    connections: WeakSet[SMTP] = WeakSet()
    post = _Post(store)

    def authenticate(_: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object) -> AuthResult:
        right = isinstance(given, LoginPassword) and hmac.compare_digest(given.password, password.encode())
        return AuthResult(success=right, handled=False)

    def connection() -> SMTP:
        protocol = SMTP(
            post,
            data_size_limit=_LARGEST,
            enable_SMTPUTF8=True,
            hostname="sandbox",
            ident="Rapport sandbox",
            auth_require_tls=False,
            authenticator=authenticate,
            loop=loop,
        )
        connections.add(protocol)
        return protocol

    server = await loop.create_server(connection, host, port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for protocol in connections:
            if protocol.transport is not None:
                protocol.transport.close()
