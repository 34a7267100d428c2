"""The SMTP dialogue, one step at a time: it matters from which step on the server may have the mail."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import aiosmtplib
from aiosmtplib.response import SMTPResponse

from rapport.outreach.channels.email.accounts import Login, Security, Server
from rapport.outreach.channels.transport import InDoubtError, NotNowError, RefusedError, UnknownRecipientError
from rapport.outreach.domain.diagnosis import refuses_address

_CONNECT_PATIENCE = 10.0
_MOST_EXPLAINED = 500
_GO_ON = 354
_PROBLEMS = (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError)
"""All ways in which a dialogue ends otherwise than it should; ValueError: an address no command can hold."""


@dataclass(frozen=True, slots=True)
class Route:
    """Which server to speak to, and as whom."""

    server: Server
    login: Login


class Session:
    """A connection on which one mail after the other is offered and handed over."""

    def __init__(self, client: aiosmtplib.SMTP) -> None:
        """Made by :func:`connected`."""
        self._client = client
        self.fresh = True
        """Whether nothing was offered on it yet: an older one may have been closed meanwhile."""

    async def offer(self, sender: str, recipient: str) -> None:
        """Name sender and recipient; the server agrees to take a mail for them.

        Raises:
            UnknownRecipientError: it does not know the recipient.
            RefusedError: it does not, for good.
            NotNowError: not now, or not from this sender, which is nothing a mail can help.
        """
        self.fresh = False
        try:
            await self._client.mail(sender)
        except aiosmtplib.SMTPResponseException as problem:
            raise NotNowError(explained(problem.code, problem.message)) from problem
        except _PROBLEMS as problem:
            raise NotNowError(type(problem).__name__) from problem
        try:
            await self._client.rcpt(recipient)
        except aiosmtplib.SMTPResponseException as problem:
            raise _judged_of_recipient(problem.code, problem.message) from problem
        except _PROBLEMS as problem:
            raise NotNowError(type(problem).__name__) from problem

    async def withdraw(self) -> None:
        """Take back what was offered; if that fails, the connection is of no more use."""
        try:
            await self._client.rset()
        except _PROBLEMS:
            self._client.close()

    async def go_ahead(self, *, patience: float) -> None:
        """The server waits for the text of the mail that was offered: :meth:`hand_over` or :meth:`abandon` it.

        Raises:
            RefusedError: the server says that it does not take it, for good.
            NotNowError: not now.
        """
        try:
            start = await self._client.execute_command(b"DATA", timeout=patience)
        except aiosmtplib.SMTPResponseException as problem:
            raise _judged(problem.code, problem.message) from problem
        except _PROBLEMS as problem:
            raise NotNowError(type(problem).__name__) from problem
        if start.code != _GO_ON:
            raise _judged(start.code, start.message)

    def abandon(self) -> None:
        """End the connection: a server that waits for a text delivers nothing without its final dot."""
        self._client.close()

    async def hand_over(self, content: bytes, *, patience: float) -> str:
        """Send the text that the server waits for; answers its words when it has it.

        Raises:
            RefusedError: the server says that it does not take it, for good.
            NotNowError: not now, or the connection was lost before anything was sent.
            InDoubtError: no certain answer came after the mail was sent.
        """
        answer = await self._transmit(content, patience)
        if 200 <= answer.code < 300:
            return explained(answer.code, answer.message)
        if 400 <= answer.code < 600:
            raise _judged(answer.code, answer.message)
        raise InDoubtError(explained(answer.code, answer.message))

    async def _transmit(self, content: bytes, patience: float) -> SMTPResponse:
        protocol = self._client.protocol
        if protocol is None or not protocol.is_connected:
            raise NotNowError("SMTPServerDisconnected")
        try:
            protocol.write(_stuffed(content))
            return await protocol.read_response(timeout=patience)
        except _PROBLEMS as problem:
            # The final dot was on its way: whether it arrived, only the server knows.
            self._client.close()
            raise InDoubtError(type(problem).__name__) from problem

    @property
    def is_open(self) -> bool:
        """Whether it may be used for another mail."""
        return self._client.is_connected

    async def close(self) -> None:
        """Quit, if the connection is open."""
        if self._client.is_connected:
            with suppress(*_PROBLEMS):
                await self._client.quit(timeout=2)
        self._client.close()


async def connect(route: Route, *, hostname: str, patience: float) -> Session:
    """Connect, greet, secure the connection and log in.

    Raises:
        NotNowError: any of it failed; a wrong password is nothing a mail can help.
    """
    server, password = route.server, route.login.password
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.security is Security.TLS,
        start_tls=server.security is Security.STARTTLS,
        username=route.login.name if password else None,
        password=password.get_secret_value() if password else None,
        local_hostname=hostname,
        timeout=min(patience, _CONNECT_PATIENCE),
    )
    try:
        async with asyncio.timeout(patience):
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
    except _PROBLEMS as problem:
        client.close()
        if isinstance(problem, aiosmtplib.SMTPResponseException):
            raise NotNowError(explained(problem.code, problem.message)) from problem
        raise NotNowError(type(problem).__name__) from problem
    except BaseException:
        client.close()
        raise
    return Session(client)


@asynccontextmanager
async def connected(route: Route, *, hostname: str, patience: float) -> AsyncIterator[Session]:
    """A session for a single mail."""
    session = await connect(route, hostname=hostname, patience=patience)
    try:
        yield session
    finally:
        await session.close()


def explained(code: int, words: str) -> str:
    """What a server said, as it is shown to people."""
    clean = re.sub(r"[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd]+", " ", f"{code} {words}")
    return " ".join(clean.split())[:_MOST_EXPLAINED]


_OUR_OWN_FAULT = (503, 530, 535, 538)
"""Commands out of order, a login that is missing or wrong: nothing a mail can help, so it is not refused for it."""


def _judged(code: int, words: str) -> RefusedError | NotNowError:
    permanent = 500 <= code < 600 and code not in _OUR_OWN_FAULT
    return RefusedError(explained(code, words)) if permanent else NotNowError(explained(code, words))


def _judged_of_recipient(code: int, words: str) -> RefusedError | NotNowError:
    judged = _judged(code, words)
    if isinstance(judged, RefusedError) and refuses_address(str(judged)):
        return UnknownRecipientError(str(judged))
    return judged


def _stuffed(content: bytes) -> bytes:
    """The mail as DATA sends it: lines end with CR LF, those that begin with a dot get another one, a dot ends it."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", content)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines) + b".\r\n"
