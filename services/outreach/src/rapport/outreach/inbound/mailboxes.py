"""Mailboxes read again and again: each from where it was left, a few at a time, and none in the way of another."""

import asyncio
import logging
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial

from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.kit.errors import TRANSIENT
from rapport.kit.runtime.process import raise_if_cancelled
from rapport.kit.telemetry import untraced
from rapport.outreach.channels.email.accounts import Account, Accounts
from rapport.outreach.channels.email.imap import Batch, Fetched, fetch_new
from rapport.outreach.channels.email.parsing.mail import InboundMessage
from rapport.outreach.channels.email.parsing.parser_process import (
    MailParserProcess,
    ParserUnavailableError,
    UnparsableMailError,
)
from rapport.outreach.inbound.effects import apply_mail
from rapport.outreach.store import mailboxes
from rapport.outreach.store.mailboxes import Mailbox, Position

_AT_ONCE = 4
"""Mailboxes of one organisation."""
_CONNECTIONS = 3
"""Of the service's to the database, which requests need as well."""
_PATIENCE = 300.0
"""Seconds a batch may take at most; what does not answer at all ends much earlier."""
_MAIL_PATIENCE = 20.0
"""Seconds in which a mail must be read: none that a person writes takes one."""

_LATER: tuple[type[Exception], ...] = (*TRANSIENT, ParserUnavailableError)
"""Why mailboxes cannot be read now, whatever is in them."""

_log = logging.getLogger(__name__)


class MailboxReader:
    """Reads the mailboxes of every organisation from which something was sent; one process does it for all."""

    def __init__(
        self, accounts: Accounts, database: Database, *, pause: float, mail_patience: float = _MAIL_PATIENCE
    ) -> None:
        """``pause``: seconds between two readings; ``mail_patience``: seconds one mail may take."""
        database_turns = asyncio.Semaphore(_CONNECTIONS)
        self._readers = [
            _AccountReader(account, database, database_turns, mail_patience)
            for account in accounts.values()
            if account.password is not None
        ]
        self._pause = pause

    async def run(self) -> None:
        """Read until cancelled; a mail server that is slow or away delays its own organisation only."""
        async with asyncio.TaskGroup() as group:
            for reader in self._readers:
                group.create_task(self._poll_forever(reader))

    async def read_all(self) -> None:
        """Read every mailbox once."""
        async with asyncio.TaskGroup() as group:
            for reader in self._readers:
                group.create_task(reader.read_all())

    async def _poll_forever(self, reader: "_AccountReader") -> None:
        while True:
            try:
                await reader.read_all()
            except _LATER as problem:
                _log.warning("the mailboxes of an organisation have to wait (%s)", type(problem).__name__)
            raise_if_cancelled()
            await asyncio.sleep(self._pause)


class _AccountReader:
    """Reads the mailboxes of one organisation."""

    def __init__(
        self, account: Account, database: Database, database_turns: asyncio.Semaphore, mail_patience: float
    ) -> None:
        self._account = account
        self._database = database
        self._database_turns = database_turns
        self._mail_patience = mail_patience
        self._free = asyncio.Semaphore(_AT_ONCE)

    async def read_all(self) -> None:
        """Read every mailbox once."""
        with untraced():
            async with self._database_turns, self._database.read_session(self._account.org_id) as session:
                found = await mailboxes.mailboxes(session)
            ours = [each for each in found if self._account.has_mailbox(each.address)]
            # Threads of its own: those that wait for a server that is away are missed by nobody else.
            threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="mailbox")
            try:
                async with MailParserProcess(patience=self._mail_patience) as parser:
                    await self._read_each(ours, threads, parser)
            finally:
                threads.shutdown(wait=False, cancel_futures=True)

    async def _read_each(self, found: list[Mailbox], threads: ThreadPoolExecutor, parser: MailParserProcess) -> None:
        reads = (self._read(each, threads, parser) for each in found)
        results = await asyncio.gather(*reads, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _read(self, mailbox: Mailbox, threads: ThreadPoolExecutor, parser: MailParserProcess) -> None:
        position = mailbox.position
        async with self._free:
            more = True
            while more:
                try:
                    batch = await self._fetch(threads, mailbox, position)
                except Exception as problem:  # noqa: BLE001 - what a server says may break the library anywhere
                    _log.warning("a mailbox of %s cannot be read (%s)", self._account.org_id, type(problem).__name__)
                    return
                await self._take(mailbox.address, batch, position, parser)
                position = Position(batch.uid_validity, batch.last_uid)
                more = batch.more

    async def _fetch(self, threads: ThreadPoolExecutor, mailbox: Mailbox, position: Position) -> Batch:
        fetch = partial(
            fetch_new,
            self._account.imap,
            self._account.login(mailbox.address),
            uid_validity=position.uid_validity,
            last_uid=position.last_uid,
            since=mailbox.writing_since,
        )
        async with asyncio.timeout(_PATIENCE):
            return await asyncio.get_running_loop().run_in_executor(threads, fetch)

    async def _take(self, address: str, batch: Batch, before: Position, parser: MailParserProcess) -> None:
        """Let what was read have its effect, and write down how far that is."""
        for mail in batch.mails:
            incoming = await self._parsed(mail, parser)
            if incoming:
                await self._apply_one(address, mail, incoming)
        reached = Position(batch.uid_validity, batch.last_uid)
        if reached != before:
            async with self._work(batch.last_uid) as unit:
                await mailboxes.lock(unit, address)
                await mailboxes.save_position(unit, address, reached)

    async def _parsed(self, mail: Fetched, parser: MailParserProcess) -> InboundMessage | None:
        """What a mail is to us, before anything is held or a connection taken."""
        if mail.raw is None:
            self._log_skipped(mail, "the server does not hand it over")
            return None
        try:
            return await parser.parse(mail.raw)
        except UnparsableMailError as problem:
            self._log_skipped(mail, str(problem))
            return None

    async def _apply_one(self, address: str, mail: Fetched, incoming: InboundMessage) -> None:
        # A unit of work for each: what one of them holds is never waited for while another's is held.
        try:
            async with self._work(mail.uid) as unit:
                await apply_mail(unit, self._account, address, incoming, mail.arrived_at)
        except TRANSIENT:
            raise
        except Exception:  # noqa: BLE001 - one mail that nobody foresaw must not keep those behind it from being read
            _log.exception("mail %d of a mailbox of %s was passed over", mail.uid, self._account.org_id)

    def _log_skipped(self, mail: Fetched, why: str) -> None:
        _log.warning("mail %d of a mailbox of %s was passed over: %s", mail.uid, self._account.org_id, why)

    @asynccontextmanager
    async def _work(self, uid: int) -> AsyncIterator[UnitOfWork]:
        org_id = self._account.org_id
        async with (
            self._database_turns,
            self._database.work(org_id, actor="system:mailboxes", cause=f"mailbox:{uid}") as unit,
        ):
            yield unit
