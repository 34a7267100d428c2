"""The e-mail transport: messages rendered as mails and sent over SMTP."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from rapport.outreach.channels.email.accounts import Account
from rapport.outreach.channels.email.compose import RenderedEmail, compose
from rapport.outreach.channels.email.relay_ids import relay_id_in
from rapport.outreach.channels.email.smtp import Route, Session, connect
from rapport.outreach.channels.transport import NotNowError, Prepared, Receipt

MessageT = TypeVar("MessageT")


class PreparedEmail:
    """A mail for whose text the server waits."""

    def __init__(self, session: Session, content: bytes) -> None:
        """``session`` is after DATA; ``content`` is the whole mail."""
        self.session = session
        self.content = content

    def abandon(self) -> None:
        """Close the connection; without its final dot, the server delivers nothing."""
        self.session.abandon()


class EmailTransport(Generic[MessageT]):
    """Sends one organisation's mails, one after the other, over a connection that is kept while there are more."""

    def __init__(
        self,
        account: Account,
        render: Callable[[MessageT], RenderedEmail],
        *,
        step_timeout: float,
        response_timeout: float,
    ) -> None:
        """Times are in seconds: ``step_timeout`` for each command, ``response_timeout`` for the answer to the text."""
        self._account = account
        self._render = render
        self._step_timeout = step_timeout
        self._response_timeout = response_timeout
        self._session: Session | None = None
        self._route: Route | None = None

    def has_sender(self, address: str) -> bool:
        """Whether the address is in one of the organisation's domains."""
        return self._account.has_mailbox(address)

    async def prepare(self, message: MessageT, *, until: float) -> PreparedEmail:
        """Compose the mail first: what cannot be composed was certainly not sent. Then offer it."""
        email = self._render(message)
        content = compose(email)
        return PreparedEmail(await self._offered(email, until=until), content)

    async def hand_over(self, prepared: Prepared) -> Receipt:
        """Send the text, and its final dot."""
        assert isinstance(prepared, PreparedEmail)
        words = await prepared.session.hand_over(prepared.content, patience=self._response_timeout)
        return Receipt(words, relay_id_in(words))

    async def withdraw(self) -> None:
        """Reset the dialogue, if the connection is still open."""
        if self._session and self._session.is_open:
            await self._session.withdraw()

    async def close(self) -> None:
        """Disconnect."""
        session, self._session = self._session, None
        if session:
            await session.close()

    async def _offered(self, email: RenderedEmail, *, until: float) -> Session:
        """A session on which the server waits for the text of this mail."""
        try:
            async with asyncio.timeout_at(until):
                session = await self._connected(email)
                reused = not session.fresh
                try:
                    await self._offer(session, email)
                except NotNowError:
                    if not reused or session.is_open:
                        raise
                    # The server had closed an idle connection: that says nothing about this mail.
                    session = await self._connected(email)
                    await self._offer(session, email)
                return session
        except TimeoutError as problem:
            await self.close()
            raise NotNowError("the dialogue took too long") from problem

    async def _offer(self, session: Session, email: RenderedEmail) -> None:
        await session.offer(email.sender[1], email.recipient[1])
        await session.go_ahead(patience=self._step_timeout)

    async def _connected(self, email: RenderedEmail) -> Session:
        route = Route(self._account.smtp, self._account.login(email.sender[1]))
        if self._session and self._session.is_open and self._route == route:
            return self._session
        await self.close()
        self._session = await connect(route, hostname=self._account.domains[0], patience=self._step_timeout)
        self._route = route
        return self._session
