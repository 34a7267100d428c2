"""Mailboxes read again and again: each from where it was left, a few at a time, and none in the way of another."""

import asyncio
import logging
from collections.abc import Sequence

from rapport.kit.database import Database, UnitOfWork
from rapport.kit.errors import TRANSIENT
from rapport.kit.telemetry import untraced
from rapport.outreach.mail.accounts import Account, Accounts
from rapport.outreach.mail.imap import UNREADABLE, Batch, Fetched, fetch_new
from rapport.outreach.mail.incoming import read
from rapport.outreach.reading.effects import take
from rapport.outreach.store import mailboxes
from rapport.outreach.store.mailboxes import Mailbox, Position

_AT_ONCE = 8
_PATIENCE = 300.0
"""Seconds a batch may take at most; what does not answer at all ends much earlier."""

_log = logging.getLogger(__name__)


class MailboxReader:
    """Reads the mailboxes of every organisation from which something was sent; one process does it for all."""

    def __init__(self, accounts: Accounts, database: Database, *, pause: float) -> None:
        """``pause``: seconds between two readings."""
        self._accounts = accounts
        self._database = database
        self._pause = pause
        self._free = asyncio.Semaphore(_AT_ONCE)

    async def run(self) -> None:
        """Read until cancelled."""
        while True:
            try:
                await self.read_all()
            except TRANSIENT as problem:
                _log.warning("mailboxes wait for the database (%s)", type(problem).__name__)
            await asyncio.sleep(self._pause)

    async def read_all(self) -> None:
        """Read every mailbox once."""
        with untraced():
            for account in self._accounts.values():
                if account.password is None:
                    continue
                async with self._database.reading(account.org_id) as reading:
                    found = await mailboxes.mailboxes(reading)
                ours = [each for each in found if account.has_mailbox(each.address)]
                await self._read_each(account, ours)

    async def _read_each(self, account: Account, found: Sequence[Mailbox]) -> None:
        results = await asyncio.gather(*(self._read(account, each) for each in found), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _read(self, account: Account, mailbox: Mailbox) -> None:
        position = mailbox.position
        async with self._free:
            more = True
            while more:
                try:
                    batch = await self._fetch(account, mailbox, position)
                except UNREADABLE as problem:
                    _log.warning("a mailbox of %s cannot be read (%s)", account.org_id, type(problem).__name__)
                    return
                position = Position(batch.uid_validity, batch.last_uid)
                if position != mailbox.position or batch.mails:
                    await self._take(account, mailbox.address, batch)
                more = batch.more

    async def _fetch(self, account: Account, mailbox: Mailbox, position: Position) -> Batch:
        async with asyncio.timeout(_PATIENCE):
            return await asyncio.to_thread(
                fetch_new,
                account.imap,
                account.login(mailbox.address),
                uid_validity=position.uid_validity,
                last_uid=position.last_uid,
                since=mailbox.writing_since,
            )

    async def _take(self, account: Account, address: str, batch: Batch) -> None:
        """What was read, and how far, in one transaction."""
        async with self._database.work(
            account.org_id, actor="system:mailboxes", cause=f"mailbox:{batch.last_uid}"
        ) as unit:
            await mailboxes.hold(unit, address)
            for mail in batch.mails:
                await _take_one(unit, account, address, mail)
            await mailboxes.read_up_to(unit, address, Position(batch.uid_validity, batch.last_uid))


async def _take_one(unit: UnitOfWork, account: Account, address: str, mail: Fetched) -> None:
    try:
        incoming = await asyncio.to_thread(read, mail.raw)
        async with unit.attempt():
            await take(unit, account, address, incoming, mail.arrived_at)
    except TRANSIENT:
        raise
    except Exception:  # noqa: BLE001 - one mail that nobody foresaw must not keep those behind it from being read
        _log.exception("mail %d of a mailbox of %s was passed over", mail.uid, account.org_id)
