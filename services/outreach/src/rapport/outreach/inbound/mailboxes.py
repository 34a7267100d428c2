"""Mailboxes polled for new messages: each from its last position, a few at a time, none blocking another."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.kit.errors import TRANSIENT
from rapport.kit.runtime.process import raise_if_cancelled
from rapport.kit.telemetry import untraced
from rapport.outreach.channels.transport import (
    Batch,
    Fetched,
    InboundMessage,
    Inbox,
    InboxSession,
    ParserUnavailableError,
    UnparsableError,
)
from rapport.outreach.inbound.effects import apply_mail
from rapport.outreach.store import mailboxes
from rapport.outreach.store.mailboxes import Mailbox, Position

_MAILBOXES_AT_ONCE = 4
"""Of one organisation."""
_CONNECTIONS = 3
"""Of the service's to the database, which requests need as well."""

_RETRYABLE: tuple[type[Exception], ...] = (*TRANSIENT, ParserUnavailableError)
"""Errors that mean that mailboxes cannot be read now."""

_log = logging.getLogger(__name__)


class MailboxReader:
    """Reads the mailboxes of every organisation from which something was sent; one process does it for all."""

    def __init__(self, inboxes: Sequence[Inbox], database: Database, *, pause: float) -> None:
        """``pause``: seconds between two polls."""
        connections = asyncio.Semaphore(_CONNECTIONS)
        self._readers = [_InboxReader(inbox, database, connections) for inbox in inboxes]
        self._pause = pause

    async def run(self) -> None:
        """Read until cancelled; a slow or unavailable server delays its own organisation only."""
        async with asyncio.TaskGroup() as group:
            for reader in self._readers:
                group.create_task(self._poll_forever(reader))

    async def read_all(self) -> None:
        """Read every mailbox once."""
        async with asyncio.TaskGroup() as group:
            for reader in self._readers:
                group.create_task(reader.read_all())

    async def _poll_forever(self, reader: "_InboxReader") -> None:
        while True:
            try:
                await reader.read_all()
            except _RETRYABLE as problem:
                _log.warning("the mailboxes of an organisation cannot be read now (%s)", type(problem).__name__)
            raise_if_cancelled()
            await asyncio.sleep(self._pause)


class _InboxReader:
    """Reads the mailboxes of one organisation."""

    def __init__(self, inbox: Inbox, database: Database, connections: asyncio.Semaphore) -> None:
        self._inbox = inbox
        self._database = database
        self._connections = connections
        self._free = asyncio.Semaphore(_MAILBOXES_AT_ONCE)

    async def read_all(self) -> None:
        """Read every mailbox once."""
        with untraced():
            async with self._connections, self._database.read_session(self._inbox.org_id) as session:
                known = await mailboxes.mailboxes(session)
            own = [mailbox for mailbox in known if self._inbox.has_mailbox(mailbox.address)]
            async with self._inbox.opened() as inbox:
                await self._read_each(own, inbox)

    async def _read_each(self, own: list[Mailbox], inbox: InboxSession) -> None:
        reads = (self._read(mailbox, inbox) for mailbox in own)
        results = await asyncio.gather(*reads, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _read(self, mailbox: Mailbox, inbox: InboxSession) -> None:
        position = mailbox.position
        async with self._free:
            more = True
            while more:
                try:
                    batch = await inbox.fetch(
                        mailbox.address,
                        uid_validity=position.uid_validity,
                        last_uid=position.last_uid,
                        since=mailbox.writing_since,
                    )
                except Exception as problem:  # noqa: BLE001 - what a server says may break the library anywhere
                    _log.warning("a mailbox of %s cannot be read (%s)", self._inbox.org_id, type(problem).__name__)
                    return
                await self._apply(mailbox.address, batch, position, inbox)
                position = Position(batch.uid_validity, batch.last_uid)
                more = batch.more

    async def _apply(self, address: str, batch: Batch, before: Position, inbox: InboxSession) -> None:
        """Apply the messages of a batch, then save the position after them."""
        for fetched in batch.messages:
            message = await self._parsed(fetched, inbox)
            if message:
                await self._apply_one(address, fetched, message)
        reached = Position(batch.uid_validity, batch.last_uid)
        if reached != before:
            async with self._work(batch.last_uid) as unit:
                await mailboxes.lock(unit, address)
                await mailboxes.save_position(unit, address, reached)

    async def _parsed(self, fetched: Fetched, inbox: InboxSession) -> InboundMessage | None:
        """The message, parsed before a connection is taken or a row locked; None if it is skipped."""
        if fetched.raw is None:
            self._log_skipped(fetched, "the server does not hand it over")
            return None
        try:
            return await inbox.parse_inbound(fetched.raw)
        except UnparsableError as problem:
            self._log_skipped(fetched, str(problem))
            return None

    async def _apply_one(self, address: str, fetched: Fetched, message: InboundMessage) -> None:
        # A unit of work for each message: none waits for a row that another one has locked.
        try:
            async with self._work(fetched.uid) as unit:
                await apply_mail(unit, self._inbox, address, message, fetched.arrived_at)
        except TRANSIENT:
            raise
        except Exception:  # noqa: BLE001 - one unforeseen message must not block those behind it
            _log.exception("message %d of a mailbox of %s was skipped", fetched.uid, self._inbox.org_id)

    def _log_skipped(self, fetched: Fetched, why: str) -> None:
        _log.warning("message %d of a mailbox of %s was skipped: %s", fetched.uid, self._inbox.org_id, why)

    @asynccontextmanager
    async def _work(self, uid: int) -> AsyncIterator[UnitOfWork]:
        async with (
            self._connections,
            self._database.work(self._inbox.org_id, actor="system:mailboxes", cause=f"mailbox:{uid}") as unit,
        ):
            yield unit
