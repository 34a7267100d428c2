"""Mailboxes read over IMAP: nothing in them is marked, moved or changed.

The library waits for the server, so that this runs in a thread; every wait has an end.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from imapclient import SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from rapport.outreach.channels.email.accounts import Login, Security, Server
from rapport.outreach.channels.email.bounded_imap import LARGEST_MAIL, BoundedClient, TooMuchError
from rapport.outreach.channels.transport import Batch, Fetched

_PATIENCE = SocketTimeout(connect=10, read=30)
_MOST_AT_ONCE = 50
_MOST_BYTES = 8 * 1024 * 1024
"""After so many, what was read takes effect before the rest is read."""

_PROBLEMS = (IMAPClientError, OSError, ValueError, AssertionError)
"""How a logout may fail; the library asserts what servers should have sent."""
_NOT_NOW = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]")
"""What a server says that may hand a mail over another time (RFC 5530)."""
_NO_VALIDITY = 0
"""Of a server that tells none: its ids are taken to mean the same for ever."""


def fetch_new(
    server: Server, login: Login, *, uid_validity: int | None, last_uid: int | None, since: datetime
) -> Batch:
    """The mails after a position; if there is none, or it means nothing any more, those since a day before ``since``.

    Raises:
        Exception: the mailbox cannot be read now; of which kind depends on what the server says.
    """
    with _opened(server, login) as (client, state):
        validity = int(state.get(b"UIDVALIDITY", _NO_VALIDITY))
        known = last_uid if validity == uid_validity else None
        uids = _uids(client, known, since) if state.get(b"EXISTS", 0) else []
        mails = _fetch(client, uids)
        reached = mails[-1].uid if len(mails) < len(uids) else _end(state, uids, known)
        return Batch(validity, tuple(mails), reached, more=len(mails) < len(uids))


def _uids(client: BoundedClient, known: int | None, since: datetime) -> list[int]:
    if known is None:
        return sorted(client.search(["SINCE", (since - timedelta(days=1)).date()]))
    # Servers answer "after the last one" with the last one.
    return sorted(uid for uid in client.search(["UID", f"{known + 1}:*"]) if uid > known)


def _fetch(client: BoundedClient, uids: list[int]) -> list[Fetched]:
    mails: list[Fetched] = []
    size = 0
    for uid in uids[:_MOST_AT_ONCE]:
        if size > _MOST_BYTES:
            break
        mail = _fetch_one(client, uid)
        mails.append(mail)
        size += len(mail.raw or b"")
        if client.is_lost:
            break
    return mails


def _fetch_one(client: BoundedClient, uid: int) -> Fetched:
    try:
        found: dict[bytes, Any] = client.fetch([uid], [f"BODY.PEEK[]<0.{LARGEST_MAIL}>", "INTERNALDATE"]).get(uid, {})
    except TooMuchError as problem:
        return Fetched(uid, None, problem.beginning)
    except IMAPClientAbortError:
        raise
    except IMAPClientError as problem:
        # A mail that the server itself cannot read must not keep those behind it from being read.
        if any(code in str(problem).upper() for code in _NOT_NOW):
            raise
        return Fetched(uid, None, None)
    raw = next((value for key, value in found.items() if key.startswith(b"BODY[]")), None) or b""
    return Fetched(uid, _utc(found.get(b"INTERNALDATE")), raw)


def _utc(moment: datetime | None) -> datetime | None:
    # The library gives local times without a zone.
    return moment.astimezone(UTC) if moment else None


def _end(state: dict[bytes, Any], uids: list[int], known: int | None) -> int:
    """The last unique id handed out; a mail that comes now gets a higher one."""
    promised = int(state[b"UIDNEXT"]) - 1 if state.get(b"UIDNEXT") else 0
    return max([*uids[-1:], known or 0] if uids or known else [promised])


@contextmanager
def _opened(server: Server, login: Login) -> Iterator[tuple[BoundedClient, dict[bytes, Any]]]:
    client = BoundedClient(
        server.host, server.port, ssl=server.security is Security.TLS, use_uid=True, timeout=_PATIENCE
    )
    try:
        if server.security is Security.STARTTLS:
            client.starttls()
        client.login(login.name, login.password.get_secret_value() if login.password else "")
        # Read-only: not even a flag can change.
        yield client, client.select_folder("INBOX", readonly=True)
    finally:
        with suppress(*_PROBLEMS):
            client.leave()
