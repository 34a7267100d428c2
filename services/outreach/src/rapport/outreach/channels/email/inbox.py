"""The mailboxes of an organisation, read over IMAP; their mails are parsed in a process of its own."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

from rapport.outreach.channels.email.accounts import Account
from rapport.outreach.channels.email.imap import fetch_new
from rapport.outreach.channels.email.parsing.parser_process import MailParserProcess
from rapport.outreach.channels.transport import Batch, InboundMessage

_MAILBOXES_AT_ONCE = 4
_BATCH_TIMEOUT = 300.0
"""Seconds for a batch; a server that does not answer at all is given up much earlier."""
_PARSE_TIMEOUT = 20.0
"""Seconds for one mail: none that a person writes takes that long."""


class EmailInbox:
    """One organisation's mailboxes."""

    def __init__(self, account: Account, *, parse_timeout: float = _PARSE_TIMEOUT) -> None:
        """``parse_timeout``: seconds in which one mail must be parsed."""
        self._account = account
        self._parse_timeout = parse_timeout
        self.org_id = account.org_id

    def has_mailbox(self, address: str) -> bool:
        """Whether the address is in one of the organisation's domains."""
        return self._account.has_mailbox(address)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["EmailInboxSession"]:
        """Threads for IMAP and a process for parsing, until the block ends."""
        # A pool of its own: threads that wait for an unavailable server must not hold up other work.
        threads = ThreadPoolExecutor(_MAILBOXES_AT_ONCE, thread_name_prefix="mailbox")
        try:
            async with MailParserProcess(timeout=self._parse_timeout) as parser:
                yield EmailInboxSession(self._account, threads, parser)
        finally:
            threads.shutdown(wait=False, cancel_futures=True)


class EmailInboxSession:
    """Reads a few mailboxes at once."""

    def __init__(self, account: Account, threads: ThreadPoolExecutor, parser: MailParserProcess) -> None:
        """Created by :meth:`EmailInbox.opened`."""
        self._account = account
        self._threads = threads
        self._parser = parser

    async def fetch(self, address: str, *, uid_validity: int | None, last_uid: int | None, since: datetime) -> Batch:
        """The next mails, fetched in a thread."""
        fetch = partial(
            fetch_new,
            self._account.imap,
            self._account.login(address),
            uid_validity=uid_validity,
            last_uid=last_uid,
            since=since,
        )
        async with asyncio.timeout(_BATCH_TIMEOUT):
            return await asyncio.get_running_loop().run_in_executor(self._threads, fetch)

    async def parse_inbound(self, raw: bytes) -> InboundMessage:
        """Parse a mail in the other process."""
        return await self._parser.parse(raw)
