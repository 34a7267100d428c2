"""One address, however it is spelt: sent to in one form, and suppressed in all of them."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from acme import Acme, asked

from rapport.contracts.outreach import Suppression, SuppressPerson
from rapport.contracts.vocabulary import MessageState, Obstacle
from rapport.kit.database.migrate import _LEDGER, _apply, migrate, migrations_of
from rapport.kit.identity import new_id
from rapport.local.testing import DatabaseFactory
from rapport.outreach.domain.suppression import address_hash

_CASES = Path(__file__).parent / "fixtures" / "addresses"


def cases(name: str) -> list[Any]:
    found: list[Any] = json.loads((_CASES / name).read_text())
    return found


@pytest.mark.parametrize("case", cases("international.json"), ids=lambda case: case["rcpt_to"])
async def test_an_international_domain_is_written_to_in_the_form_servers_know(acme: Acme, case: Any) -> None:
    message = await acme.send(acme.peer.person(case["address"]))
    async with acme.sending():
        await acme.until(message.id, MessageState.SENT)
    [envelope] = acme.mail_server.accepted
    assert envelope.rcpt_tos == [case["rcpt_to"]]
    assert case.get("never") not in envelope.rcpt_tos
    assert message.to_address == case["rcpt_to"]
    assert acme.mail_server.mails[0]["To"].addresses[0].addr_spec == case["rcpt_to"]


@pytest.mark.parametrize("case", cases("spellings.json"), ids=lambda case: case["note"])
async def test_who_is_suppressed_in_one_spelling_is_in_all_of_them(acme: Acme, case: Any) -> None:
    if case["suppressed"]:
        other = acme.peer.person(case["suppressed"])
        entry = await acme.suppressions.suppress_person(SuppressPerson(person_id=other), asked(acme.admin))
        assert isinstance(entry, Suppression)
    message = await acme.send(acme.peer.person(case["known_as"]))
    async with acme.sending():
        if case["may_send"]:
            await acme.until(message.id, MessageState.SENT)
            assert acme.mail_server.accepted[0].rcpt_tos == [case["sent_to"]]
        else:
            await acme.until(message.id, MessageState.FAILED, obstacle=Obstacle.SUPPRESSED)
            assert acme.mail_server.accepted == []


async def _as_before(connection: asyncpg.Connection) -> None:
    """The schema as it was when addresses were kept as they had been typed."""
    await connection.execute(_LEDGER)
    for migration in migrations_of("rapport.outreach"):
        if migration.package == "rapport.kit" or migration.number < 11:
            await _apply(connection, migration)


_SALTS = {"acme": b"salt of acme", "globex": b"salt of globex"}


class Before:
    """Rows as they were kept then."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def begin(self) -> None:
        for org_id, salt in _SALTS.items():
            await self._bound(org_id, "INSERT INTO salt VALUES ($1, $2)", org_id, salt)

    async def _bound(self, org_id: str, statement: str, *arguments: Any) -> None:
        await self._connection.execute("SELECT set_config('rapport.org_id', $1, false)", org_id)
        await self._connection.execute(statement, *arguments)

    async def message(self, org_id: str, from_address: str, to_address: str) -> None:
        await self._bound(
            org_id,
            "INSERT INTO message (org_id, id, person_id, channel, author_id, author_roles, from_user_id, from_name,"
            " from_address, to_name, to_address, subject, body, mail_id, earlier_mail_ids, created_at, send_at, state,"
            " state_since, version, cause) VALUES ($1, $2, $2, 'email', $2, '{}', $2, '', $3, '', $4, '', '', '<1@x>',"
            " '{}', now(), now(), 'sent', now(), 1, '')",
            *(org_id, new_id(), from_address, to_address),
        )

    async def mailbox(self, org_id: str, address: str, validity: int | None, uid: int | None, since: str) -> None:
        await self._bound(
            org_id,
            "INSERT INTO mailbox VALUES ($1, $2, $3::text::timestamptz, $4, $5)",
            *(org_id, address, since, validity, uid),
        )

    async def suppression(self, org_id: str, address: str, *, whole_person: bool = False) -> str:
        entry = new_id()
        await self._bound(
            org_id,
            "INSERT INTO suppression (org_id, id, person_id, address, whole_person, reason, recorded_at, version)"
            " VALUES ($1, $2, $2, $3, $4, 'bounced', now(), 1)",
            *(org_id, entry, None if whole_person else address, whole_person),
        )
        hashed = hmac.new(_SALTS[org_id], address.strip().lower().encode(), hashlib.sha256).digest()
        await self._bound(org_id, "INSERT INTO suppression_address VALUES ($1, $2, $3)", *(org_id, hashed, entry))
        return str(entry)


async def test_what_was_kept_as_typed_is_migrated_and_what_was_joined_is_reported(database: DatabaseFactory) -> None:
    made = await database("outreach", migrated=False)
    owner, ours = await asyncpg.connect(made.owner_url), await asyncpg.connect(made.url)
    try:
        await _as_before(owner)
        before = Before(ours)
        await before.begin()
        await before.message("acme", "Ruth@Example.com", "ana@Bücher.example")
        await before.message("acme", "ruth@example.com", "ana@example.org")
        await before.message("globex", "ruth@example.com", "Bo@exam\u200bple.org")
        await before.mailbox("acme", "ruth@example.com", 7, 40, "2026-05-01")
        await before.mailbox("acme", "ruth@example.com.", 7, 30, "2026-04-01")
        await before.mailbox("acme", "henry@bücher.example", 9, 3, "2026-04-01")
        plain = await before.suppression("acme", "ana@example.org")
        typed = await before.suppression("acme", "ana@BÜCHER.example")
        same = await before.suppression("acme", "ana@xn--bcher-kva.example")
        # Of a whole person only the hash is kept; the message that was written to them tells the address.
        whole = await before.suppression("globex", "bo@exam\u200bple.org", whole_person=True)
        report = await migrate(made.owner_url, "rapport.outreach")
        name = "rapport.outreach/0011_canonical_addresses"
        assert [line for line in report if line.startswith(name)] == [
            name,
            f"{name}: 4 addresses of messages and suppressions were put into their canonical form",
            f"{name}: 2 hashes of suppressed addresses were computed from it",
            f"{name}: 2 mailboxes were renamed, 1 joined with another row of the same mailbox",
            f"{name}: suppressions in force that now stand for the same address: {', '.join(sorted((typed, same)))}",
        ]
        assert "@" not in " ".join(report)
        expected = {
            ("acme", address_hash(_SALTS["acme"], "ana@example.org"), plain),
            ("acme", address_hash(_SALTS["acme"], "ana@xn--bcher-kva.example"), typed),
            ("acme", address_hash(_SALTS["acme"], "ana@xn--bcher-kva.example"), same),
            ("globex", address_hash(_SALTS["globex"], "bo@example.org"), whole),
        }
        assert (
            await _rows(ours, "SELECT org_id, address_hash, suppression_id::text FROM suppression_address") == expected
        )
        assert await _rows(ours, "SELECT from_address, to_address FROM message") == {
            ("ruth@example.com", "ana@xn--bcher-kva.example"),
            ("ruth@example.com", "ana@example.org"),
            ("ruth@example.com", "bo@example.org"),
        }
        assert await _rows(ours, "SELECT address, uid_validity, last_uid, writing_since::date::text FROM mailbox") == {
            ("ruth@example.com", 7, 30, "2026-04-01"),
            ("henry@xn--bcher-kva.example", 9, 3, "2026-04-01"),
        }
        assert await _rows(ours, "SELECT address FROM suppression WHERE address IS NOT NULL") == {
            ("ana@example.org",), ("ana@xn--bcher-kva.example",)
        }  # fmt: skip
        assert await migrate(made.owner_url, "rapport.outreach") == []
    finally:
        await owner.close()
        await ours.close()


async def _rows(connection: asyncpg.Connection, statement: str) -> set[tuple[Any, ...]]:
    found = set[tuple[Any, ...]]()
    for org_id in _SALTS:
        await connection.execute("SELECT set_config('rapport.org_id', $1, false)", org_id)
        found |= {tuple(row) for row in await connection.fetch(statement)}
    return found
