"""All mail of the world outside, in SQLite: a row for each mailbox that a mail was delivered to."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import TypeVar

from rapport.sandbox.mail.reading import Content, read

_T = TypeVar("_T")
_Values = Mapping[str, str | int] | tuple[str | int, ...]

# A row's number is the mail's UID in IMAP: never given twice, and growing within every mailbox.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS mail (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mailbox TEXT NOT NULL, envelope_from TEXT NOT NULL, received INTEGER NOT NULL, flags TEXT NOT NULL DEFAULT '',
    sender TEXT NOT NULL, recipients TEXT NOT NULL, subject TEXT NOT NULL, message_id TEXT NOT NULL,
    snippet TEXT NOT NULL, searched TEXT NOT NULL, raw BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS mail_by_mailbox ON mail (mailbox, id);
CREATE TABLE IF NOT EXISTS store (made INTEGER NOT NULL);
"""
_KEEP = """
INSERT INTO mail (mailbox, envelope_from, received, sender, recipients, subject, message_id, snippet, searched, raw)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_FORGET = "DELETE FROM mail WHERE id <= (SELECT max(id) FROM mail) - ?"

_LISTED = "id, mailbox, envelope_from, received, flags, sender, recipients, subject, message_id, snippet"
_NEWEST = f"""
SELECT {_LISTED} FROM mail
WHERE (:mailbox = '' OR mailbox = :mailbox) AND (:to = '' OR instr(mailbox, :to))
  AND (:text = '' OR instr(searched, :text)) AND (:before = 0 OR id < :before)
ORDER BY id DESC LIMIT :limit
"""  # noqa: S608 - our own names
_SINCE = (
    f"SELECT {_LISTED} FROM mail WHERE (:mailbox = '' OR mailbox = :mailbox) AND id > :since ORDER BY id LIMIT :limit"  # noqa: S608
)
_ONE = f"SELECT {_LISTED} FROM mail WHERE mailbox = ? AND id = ?"  # noqa: S608
_OF_MAILBOX = f"SELECT {_LISTED} FROM mail WHERE mailbox = ? ORDER BY id"  # noqa: S608
_RAW = "SELECT raw FROM mail WHERE mailbox = ? AND id = ?"
_MAILBOXES = "SELECT mailbox, count(*) FROM mail GROUP BY mailbox ORDER BY max(id) DESC LIMIT ?"

# What a search looks through of one mail's text.
_SEARCHED = 20_000


@dataclass(frozen=True)
class Mail:
    """A mail in a mailbox, as lists show it. `envelope_from` is empty for what must not be answered or bounced."""

    id: int
    mailbox: str
    envelope_from: str
    received: datetime
    flags: frozenset[str]
    sender: str
    recipients: str
    subject: str
    message_id: str
    snippet: str


class MailStore:
    """Keeps at most so many mails. Asked in threads, one question at a time, so that the ATS beside it can answer."""

    def __init__(self, file: Path | str, *, kept: int) -> None:
        """Open the file, or make it."""
        self._kept = kept
        self._turn = threading.Lock()
        self._connection = sqlite3.connect(file, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        # Accepted mail survives the end of the process; only a power cut may take the last of it.
        self._connection.execute("PRAGMA synchronous = NORMAL")
        with self._connection:
            self._connection.executescript(_SCHEMA)
            made = int(datetime.now(UTC).timestamp())
            self._connection.execute("INSERT INTO store SELECT ? WHERE NOT EXISTS (SELECT 1 FROM store)", (made,))
        self.made = int(self._connection.execute("SELECT made FROM store").fetchone()[0])
        """Seconds; UIDs of another store mean other mails."""

    def close(self) -> None:
        """Close the file, after what is under way."""
        with self._turn:
            self._connection.close()

    async def deliver(
        self, envelope_from: str, mailboxes: Iterable[str], content: bytes, *, at: datetime | None = None
    ) -> list[Mail]:
        """Put a mail into mailboxes, all or none, forgetting the oldest; return it as each has it."""
        now = at or datetime.now(UTC)
        different = list(dict.fromkeys(mailboxes))
        read_ = await asyncio.to_thread(read, content)
        rows = [_row(mailbox, envelope_from, content, read_, now) for mailbox in different]

        def keep() -> list[Mail]:
            with self._connection:
                ids = [self._connection.execute(_KEEP, row).lastrowid or 0 for row in rows]
                self._connection.execute(_FORGET, (self._kept,))
            found = [self._connection.execute(_ONE, key).fetchone() for key in zip(different, ids, strict=True)]
            return [_mail(row) for row in found if row]

        return await self._ask(keep)

    async def newest(
        self, *, mailbox: str = "", to: str = "", text: str = "", before: int = 0, limit: int
    ) -> list[Mail]:
        """Return mails, newest first: of one mailbox, of those whose name contains `to`, with a text, before one."""
        wanted: _Values = {
            "mailbox": mailbox,
            "to": to.lower(),
            "text": text.strip().lower(),
            "before": before,
            "limit": limit,
        }
        return await self._list(_NEWEST, wanted)

    async def since(self, last: int, *, mailbox: str = "", limit: int) -> list[Mail]:
        """Return the mails after one, oldest first."""
        return await self._list(_SINCE, {"mailbox": mailbox, "since": last, "limit": limit})

    async def mail(self, mailbox: str, number: int) -> Mail | None:
        """Return one mail."""
        found = await self._list(_ONE, (mailbox, number))
        return found[0] if found else None

    async def mails_of(self, mailbox: str) -> list[Mail]:
        """Return all of a mailbox, oldest first."""
        return await self._list(_OF_MAILBOX, (mailbox,))

    async def raw(self, mailbox: str, number: int) -> bytes | None:
        """Return a mail as it was delivered."""
        row = await self._ask(lambda: self._connection.execute(_RAW, (mailbox, number)).fetchone())
        return bytes(row[0]) if row else None

    async def mailboxes(self, *, limit: int) -> list[tuple[str, int]]:
        """Return the mailboxes that got something last, each with its number of mails."""
        return await self._ask(lambda: self._connection.execute(_MAILBOXES, (limit,)).fetchall())

    async def next_id(self) -> int:
        """Return the number that the next mail will have."""
        last = await self._ask(
            lambda: self._connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'mail'").fetchone()
        )
        return (int(last[0]) if last else 0) + 1

    async def flag(self, mailbox: str, number: int, flags: Iterable[str]) -> None:
        """Give a mail these flags and no others."""
        row = (" ".join(sorted(flags)), mailbox, number)

        def change() -> None:
            with self._connection:
                self._connection.execute("UPDATE mail SET flags = ? WHERE mailbox = ? AND id = ?", row)

        await self._ask(change)

    async def delete(self, mailbox: str, numbers: Iterable[int]) -> None:
        """Remove mails of a mailbox."""
        rows = [(mailbox, number) for number in numbers]

        def change() -> None:
            with self._connection:
                self._connection.executemany("DELETE FROM mail WHERE mailbox = ? AND id = ?", rows)

        await self._ask(change)

    async def _list(self, statement: str, values: _Values) -> list[Mail]:
        return await self._ask(lambda: [_mail(row) for row in self._connection.execute(statement, values)])

    async def _ask(self, question: Callable[[], _T]) -> _T:
        def in_turn() -> _T:
            with self._turn:
                return question()

        return await asyncio.to_thread(in_turn)


def _row(
    mailbox: str, envelope_from: str, content: bytes, known: Content, at: datetime
) -> tuple[str | int | bytes, ...]:
    sender, recipients, subject = (known.header(name) for name in ("From", "To", "Subject"))
    searched = "\n".join((mailbox, envelope_from, sender, recipients, subject, known.plain[:_SEARCHED])).lower()
    received = int(at.timestamp() * 1_000_000)
    shown = (sender, recipients, subject, known.header("Message-ID"), known.snippet)
    return mailbox, envelope_from, received, *shown, searched, _stamped(mailbox, envelope_from, content, at)


def _stamped(mailbox: str, envelope_from: str, content: bytes, at: datetime) -> bytes:
    """Return the mail with what the last server on its way adds (RFC 5321)."""
    stamp = (
        f"Return-Path: <{envelope_from}>\r\nDelivered-To: {mailbox}\r\n"
        f"Received: by sandbox with ESMTP; {format_datetime(at)}\r\n"
    )
    return stamp.encode() + content


def _mail(row: Sequence[str | int]) -> Mail:
    number, mailbox, envelope_from, received, flags, *shown = row
    sender, recipients, subject, message_id, snippet = map(str, shown)
    return Mail(
        id=int(number),
        mailbox=str(mailbox),
        envelope_from=str(envelope_from),
        received=datetime.fromtimestamp(int(received) / 1_000_000, UTC),
        flags=frozenset(str(flags).split()),
        sender=sender,
        recipients=recipients,
        subject=subject,
        message_id=message_id,
        snippet=snippet,
    )
