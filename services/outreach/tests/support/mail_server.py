"""A mail server that remembers every mail it has accepted, and can be told to say no or to hold a dialogue anywhere."""

import asyncio
import ssl
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import StrEnum
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


class Step(StrEnum):
    """Where a dialogue may be held, in its order."""

    CONNECT = "connect"
    EHLO = "ehlo"
    MAIL = "mail"
    RCPT = "rcpt"
    BEFORE_GO_AHEAD = "before_go_ahead"
    WITHIN_DATA = "within_data"
    BEFORE_ANSWER = "before_answer"
    AFTER_ANSWER = "after_answer"


@dataclass
class MailServer:
    """The server's memory and its orders."""

    accepted: list[Envelope] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    says: dict[Step, str] = field(default_factory=dict)
    """What it answers at a step, instead of yes."""
    drops: set[Step] = field(default_factory=set)
    """Where it just ends the connection."""
    accepts: str = "250 2.0.0 queued as 4711"
    """What it answers to the text of a mail that it takes."""
    passing: set[str] = field(default_factory=set)
    """Recipients who are never held."""
    held: Counter[Step] = field(default_factory=Counter)
    """How many dialogues were held at a step."""
    port: int = 0
    starttls: ssl.SSLContext | None = None
    """With which it insists on a private connection, after the greeting."""
    tls: ssl.SSLContext | None = None
    """With which a connection is private from the beginning."""
    _lock_claimed: dict[Step, tuple[asyncio.Event, asyncio.Event]] = field(default_factory=dict)

    @property
    def mails(self) -> list[EmailMessage]:
        """What it has accepted, read."""
        return [message_from_bytes(bytes(e.content or b""), policy=policy.default) for e in self.accepted]  # type: ignore[misc]

    def mails_to(self, address: str) -> list[EmailMessage]:
        """Those of them that went to an address."""
        return [mail for envelope, mail in zip(self.accepted, self.mails, strict=True) if address in envelope.rcpt_tos]

    def hold(self, step: Step) -> None:
        """Hold every dialogue that gets there from now on."""
        self._lock_claimed[step] = (asyncio.Event(), asyncio.Event())

    async def reached(self, step: Step, *, within: float = 30) -> None:
        """Return when a held dialogue has got there."""
        async with asyncio.timeout(within):
            await self._lock_claimed[step][0].wait()

    def release(self, step: Step) -> None:
        """Let the held dialogue go on, and hold none there any more."""
        if step in self._lock_claimed:
            self._lock_claimed.pop(step)[1].set()

    def let_pass(self, recipient: str) -> None:
        """Do not hold mails to this address."""
        self.passing.add(recipient)

    async def at(self, step: Step) -> None:
        """A dialogue gets there."""
        if step in self._lock_claimed:
            reached, go_on = self._lock_claimed[step]
            self.held[step] += 1
            reached.set()
            await go_on.wait()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["MailServer"]:
        """Listen until the end of the block."""
        dialogues: set[_Dialogue] = set()

        def begin() -> _Dialogue:
            dialogue = _Dialogue(self)
            dialogues.add(dialogue)
            return dialogue

        server = await asyncio.get_running_loop().create_server(begin, "127.0.0.1", self.port, ssl=self.tls)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            for step in list(self._lock_claimed):
                self.release(step)
            server.close()
            for dialogue in dialogues:
                dialogue.end()
            await server.wait_closed()


class _Hooks:
    def __init__(self, server: MailServer) -> None:
        self._server = server

    async def handle_EHLO(  # noqa: N802 - the library's name
        self, smtp: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        await self._server.at(Step.EHLO)
        return responses

    async def handle_MAIL(self, smtp: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        await self._server.at(Step.MAIL)
        if Step.MAIL in self._server.says:
            return self._server.says[Step.MAIL]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, smtp: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        if address not in self._server.passing:
            await self._server.at(Step.RCPT)
        if Step.RCPT in self._server.drops:
            smtp.transport.close()
        if Step.RCPT in self._server.says:
            return self._server.says[Step.RCPT]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, smtp: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        if Step.BEFORE_ANSWER in self._server.says:
            return self._server.says[Step.BEFORE_ANSWER]
        self._server.accepted.append(envelope)
        await self._server.at(Step.BEFORE_ANSWER)
        if Step.BEFORE_ANSWER in self._server.drops:
            smtp.transport.close()
        return self._server.accepts


class _Dialogue(SMTP):
    def __init__(self, server: MailServer) -> None:
        super().__init__(
            _Hooks(server),
            hostname="mx.test",
            enable_SMTPUTF8=False,
            auth_require_tls=False,
            authenticator=self._check_login,
            data_size_limit=None,
            tls_context=server.starttls,
            require_starttls=server.starttls is not None,
        )
        self._mail_server = server

    def _check_login(self, smtp: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        login, password = data.login.decode(), data.password.decode()
        self._mail_server.logins.append((login, password))
        return AuthResult(success=password == "secret")

    async def _handle_client(self) -> None:
        await self._mail_server.at(Step.CONNECT)
        await super()._handle_client()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - the library's name
        await self._mail_server.at(Step.BEFORE_GO_AHEAD)
        if Step.BEFORE_GO_AHEAD in self._mail_server.says:
            await self.push(self._mail_server.says[Step.BEFORE_GO_AHEAD])
            return
        await super().smtp_DATA(arg)

    async def push(self, status: Any) -> None:
        await super().push(status)
        if str(status).startswith("354"):
            await self._mail_server.at(Step.WITHIN_DATA)
        elif "queued as" in str(status):
            await self._mail_server.at(Step.AFTER_ANSWER)

    def end(self) -> None:
        if self.transport:
            self.transport.close()
