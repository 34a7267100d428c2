"""Addresses that were kept as they had been typed, put into their canonical form, which only Python can tell.

Of an address whose hash alone is left, and which was spelt otherwise, nothing can be told: such an entry of the ledger
goes on to stand for its person, and for the address in that spelling.
"""

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from rapport.contracts.addresses import comparable_address
from rapport.outreach.domain.suppression import address_hash

_TABLES = ("message", "mailbox", "suppression", "suppression_address", "salt")
_MAYBE_OTHERWISE = r"!~ '^[a-z0-9.!#$%&''*+/=?^_`{|}~-]+@([a-z0-9_-]+\.)*[a-z0-9_-]+$'"
"""All that is not canonical at first sight."""


async def apply(connection: asyncpg.Connection) -> list[str]:
    """Rewrite what differs; answers what was joined, by counts and ids, never by address."""
    async with _every_organisation(connection):
        rehashed, together = await _rewrite_hashes(connection)
        rows = [await _rewrite_column(connection, *column) for column in _COLUMNS]
        renamed, joined = await _rewrite_mailboxes(connection)
    report = [
        f"{sum(rows)} addresses of messages and suppressions were put into their canonical form",
        f"{rehashed} hashes of suppressed addresses were computed from it",
        f"{renamed} mailboxes were renamed, {joined} joined with another row of the same mailbox",
    ]
    if together:
        report.append(f"suppressions in force that now stand for the same address: {', '.join(together)}")
    return report if any((*rows, rehashed, renamed, joined)) else []


@asynccontextmanager
async def _every_organisation(connection: asyncpg.Connection) -> AsyncIterator[None]:
    """The owner, who is bound to one organisation like everybody else, sees all of them meanwhile."""
    for table in _TABLES:
        await connection.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    yield
    for table in _TABLES:
        await connection.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


_COLUMNS = (("message", "from_address"), ("message", "to_address"), ("suppression", "address"))
_KNOWN = " UNION ".join(
    f"SELECT org_id, {column} AS address FROM {table} WHERE {column} {_MAYBE_OTHERWISE}"  # noqa: S608 - names of ours
    for table, column in _COLUMNS
)


async def _rewrite_column(connection: asyncpg.Connection, table: str, column: str) -> int:
    """Answers how many rows had another spelling."""
    found = await connection.fetch(
        f"SELECT org_id, {column} AS address, count(*) AS rows FROM {table} "  # noqa: S608 - names of ours
        f"WHERE {column} {_MAYBE_OTHERWISE} GROUP BY 1, 2"
    )
    changed = [row for row in found if comparable_address(row["address"]) != row["address"]]
    await connection.executemany(
        f"UPDATE {table} SET {column} = $3 WHERE org_id = $1 AND {column} = $2",  # noqa: S608 - names of ours
        [(row["org_id"], row["address"], comparable_address(row["address"])) for row in changed],
    )
    return sum(row["rows"] for row in changed)


async def _rewrite_hashes(connection: asyncpg.Connection) -> tuple[int, list[str]]:
    """Answers how many hashes changed, and the suppressions that now share one with others."""
    salts = {row["org_id"]: row["salt"] for row in await connection.fetch("SELECT org_id, salt FROM salt")}
    rehashed, together = 0, set[str]()
    for org_id, address in await connection.fetch(_KNOWN):
        if org_id not in salts or (typed := address.strip().lower()) == comparable_address(address):
            continue
        old = hmac.new(salts[org_id], typed.encode(), hashlib.sha256).digest()
        new = address_hash(salts[org_id], address)
        moved = await connection.fetch(
            "DELETE FROM suppression_address WHERE org_id = $1 AND address_hash = $2 RETURNING suppression_id",
            *(org_id, old),
        )
        await connection.executemany(
            "INSERT INTO suppression_address (org_id, address_hash, suppression_id) VALUES ($1, $2, $3) "
            "ON CONFLICT DO NOTHING",
            [(org_id, new, row["suppression_id"]) for row in moved],
        )
        rehashed += len(moved)
        standing = await connection.fetch(_IN_FORCE, org_id, new)
        together |= {str(row["id"]) for row in standing} if moved and len(standing) > 1 else set()
    return rehashed, sorted(together)


_IN_FORCE = """
SELECT s.id FROM suppression_address a JOIN suppression s ON s.org_id = a.org_id AND s.id = a.suppression_id
WHERE a.org_id = $1 AND a.address_hash = $2 AND s.lifted_at IS NULL
"""


async def _rewrite_mailboxes(connection: asyncpg.Connection) -> tuple[int, int]:
    """Answers how many were renamed, and how many of them were known by the other spelling as well."""
    found = await connection.fetch(f"SELECT org_id, address FROM mailbox WHERE address {_MAYBE_OTHERWISE}")  # noqa: S608
    renamed, joined = 0, 0
    for org_id, address in found:
        canonical = comparable_address(address)
        if canonical == address:
            continue
        renamed += 1
        joined += bool(await connection.fetchval(_JOIN, org_id, address, canonical))
        await connection.execute("DELETE FROM mailbox WHERE org_id = $1 AND address = $2", org_id, address)
    return renamed, joined


_JOIN = """
INSERT INTO mailbox AS known (org_id, address, writing_since, uid_validity, last_uid)
SELECT org_id, $3, writing_since, uid_validity, last_uid FROM mailbox WHERE org_id = $1 AND address = $2
ON CONFLICT (org_id, address) DO UPDATE SET
    -- Read on from the earlier place: a mail that had its effect has none the second time.
    writing_since = least(known.writing_since, excluded.writing_since),
    last_uid = CASE WHEN known.uid_validity = excluded.uid_validity THEN least(known.last_uid, excluded.last_uid) END,
    uid_validity = CASE WHEN known.uid_validity = excluded.uid_validity THEN known.uid_validity END
RETURNING xmax::text <> '0'
"""
