"""What waits for a user: replies to answer, messages in doubt, and permissions to give."""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from rapport.contracts.identity import Viewer
from rapport.contracts.outreach import (
    MAX_EXCERPT,
    REPLIES_WAIT,
    CancelMessage,
    GetWaitingMessages,
    Message,
    SuppressPerson,
    WaitingMessages,
)
from rapport.contracts.requests import MAX_WAITING
from rapport.contracts.vocabulary import Blocker, MessageState, ReplyKind
from rapport.kit.database.queries import Statement
from rapport.kit.identity import new_id
from rapport.outreach.store import SQL, messages
from rapport.outreach.store.messages import NewReply
from rapport.testing import TestDatabase
from rapport.testing.statements import counted_statements
from services.outreach.tests.support.acme import Acme, asked

_WRITTEN = Statement("SELECT created_at FROM message WHERE id = $1")
_DOUBT = Statement("UPDATE message SET state = 'in_doubt', next_try_at = NULL WHERE id = $1")
_AGE = Statement("UPDATE message SET created_at = created_at - $1::interval")


async def waiting(acme: Acme, viewer: Viewer | None = None) -> WaitingMessages:
    found = await acme.messages.get_waiting_messages(GetWaitingMessages(), asked(viewer or acme.recruiter))
    assert isinstance(found, WaitingMessages)
    return found


async def replied(
    acme: Acme, message: Message, text: str = "Gladly!", kind: ReplyKind = ReplyKind.PERSONAL, *, days_ago: int = 0
) -> UUID:
    """A reply that arrived right after the message, which was written some days ago."""
    reply_id = new_id()
    async with acme.database.work("acme", actor="system:test", cause="test") as unit:
        await unit.execute(_AGE, timedelta(days=days_ago))
        written: datetime = await unit.fetchval(_WRITTEN, message.id)
        at = written + timedelta(microseconds=1)
        await messages.insert_reply(
            unit, NewReply(reply_id, message.id, message.person_id, kind, at, "Re: Hello", text, None, None)
        )
    return reply_id


async def test_a_reply_waits_until_somebody_writes_to_the_person_again(acme: Acme) -> None:
    person = acme.peer.person("kate@example.org")
    job = acme.peer.job()
    written = await acme.send(person, job_id=job)
    reply = await replied(acme, written, "Gladly! " * 40)
    found = await waiting(acme)
    [waits] = found.replies
    assert (waits.reply_id, waits.message_id, waits.person_id, waits.job_id) == (reply, written.id, person, job)
    assert waits.excerpt == ("Gladly! " * 40)[:MAX_EXCERPT]
    assert found.replies_total == 1
    answer = await acme.send(person, reply_to_message_id=written.id, viewer=acme.admin)
    assert (await waiting(acme)).replies == ()
    await acme.messages.cancel_message(CancelMessage(message_id=answer.id), asked(acme.admin))
    assert [each.reply_id for each in (await waiting(acme)).replies] == [reply]


async def test_the_author_and_the_owner_of_the_mailbox_are_asked_and_nobody_else(acme: Acme) -> None:
    written = await acme.send(acme.peer.person("kate@example.org"), from_user_id=acme.manager.user_id)
    reply = await replied(acme, written)
    for viewer in (acme.recruiter, acme.manager):
        assert [each.reply_id for each in (await waiting(acme, viewer)).replies] == [reply]
    assert (await waiting(acme, acme.admin)).replies == ()


async def test_a_person_who_replied_several_times_waits_once_with_the_newest(acme: Acme) -> None:
    person = acme.peer.person("kate@example.org")
    first, second = await acme.send(person), await acme.send(person)
    await replied(acme, first)
    newest = await replied(acme, second, "And one more thing")
    found = await waiting(acme)
    assert [each.reply_id for each in found.replies] == [newest]
    assert found.replies_total == 1


@pytest.mark.parametrize("kind", [kind for kind in ReplyKind if kind is not ReplyKind.PERSONAL])
async def test_what_a_machine_wrote_needs_no_answer(acme: Acme, kind: ReplyKind) -> None:
    await replied(acme, await acme.send(acme.peer.person("kate@example.org")), kind=kind)
    assert (await waiting(acme)).replies == ()


async def test_who_must_not_be_written_to_waits_for_no_answer(acme: Acme) -> None:
    person = acme.peer.person("kate@example.org")
    await replied(acme, await acme.send(person), "Please stop")
    await acme.suppressions.suppress_person(SuppressPerson(person_id=person), asked(acme.recruiter))
    assert (await waiting(acme)).replies == ()


async def test_an_old_reply_waits_no_more(acme: Acme) -> None:
    await replied(acme, await acme.send(acme.peer.person("kate@example.org")), days_ago=REPLIES_WAIT.days + 1)
    assert (await waiting(acme)).replies == ()


async def test_a_message_in_doubt_waits_for_its_author_and_the_owner_of_the_mailbox(acme: Acme) -> None:
    person = acme.peer.person("kate@example.org")
    written = await acme.send(person, from_user_id=acme.manager.user_id, subject="An idea")
    async with acme.database.work("acme", actor="system:test", cause="test") as unit:
        await unit.execute(_DOUBT, written.id)
    for viewer in (acme.recruiter, acme.manager):
        [uncertain] = (await waiting(acme, viewer)).in_doubt
        assert (uncertain.message_id, uncertain.person_id, uncertain.subject) == (written.id, person, "An idea")
    assert (await waiting(acme, acme.admin)).in_doubt_total == 0


async def test_the_owner_of_a_mailbox_sees_who_waits_for_their_permission_until_they_give_it(acme: Acme) -> None:
    for n in range(2):
        await acme.send(acme.peer.person(f"kate{n}@example.org"), from_user_id=acme.manager.user_id)
    sender = acme.sender()
    while await sender._step():
        pass
    assert {m.blocker for m in await acme.listed(MessageState.SCHEDULED)} == {Blocker.GRANT_MISSING}
    [request] = (await waiting(acme, acme.manager)).grants
    assert (request.author_id, request.messages) == (acme.recruiter.user_id, 2)
    assert (await waiting(acme)).grants == ()
    await acme.grant(acme.manager, user_id=acme.recruiter.user_id)
    while await sender._step():
        pass
    assert (await waiting(acme, acme.manager)).grants_total == 0


async def test_a_long_list_takes_no_more_statements_than_a_short_one(acme: Acme) -> None:
    for n in range(MAX_WAITING + 2):
        await replied(acme, await acme.send(acme.peer.person(f"kate{n}@example.org")))
    async with counted_statements(acme.database.pool) as statements:
        found = await waiting(acme)
    assert (len(found.replies), found.replies_total) == (MAX_WAITING, MAX_WAITING + 2)
    assert statements == ["get_waiting_messages", "takeover_requests_to_answer"]


_MANY_MESSAGES = """
INSERT INTO message (org_id, id, person_id, job_id, channel, author_id, author_roles, from_user_id, from_name,
    from_address, to_name, to_address, subject, body, mail_id, earlier_mail_ids, created_at, send_at, state,
    state_since, version, cause, record_id)
SELECT 'acme', md5(n::text)::uuid, md5((n % 2000)::text)::uuid, NULL, 'email', md5((n % 50)::text)::uuid, '{}',
    md5((n % 40)::text)::uuid, 'Ruth', 'ruth@example.com', 'Kate', 'kate@example.org', 'Hello', 'Hello', n::text, '{}',
    now() - n * interval '1 hour', now(), 'sent', now(), 1, 'test', md5((n % 2000)::text)::uuid
FROM generate_series(1, 10000) n
"""
_MANY_REPLIES = """
INSERT INTO reply (org_id, id, message_id, person_id, kind, received_at, subject, text)
SELECT 'acme', gen_random_uuid(), id, person_id, 'personal', created_at + interval '1 minute', 'Re', 'Yes' FROM message
"""


async def test_only_the_newest_replies_of_an_organisation_are_looked_at(acme: Acme, stored: TestDatabase) -> None:
    async with acme.database.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('rapport.org_id', 'acme', true)")
        await connection.execute(_MANY_MESSAGES)
        await connection.execute(_MANY_REPLIES)
    owner = await asyncpg.connect(stored.owner_url)
    await owner.execute("ANALYZE message, reply")
    await owner.close()
    async with acme.database.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('rapport.org_id', 'acme', true)")
        await connection.execute(f"PREPARE waiting AS {SQL['get_waiting_messages']}")
        rows = await connection.fetch(
            f"EXPLAIN EXECUTE waiting ('{new_id()}', {MAX_WAITING}, now() - interval '60 days', {MAX_EXCERPT})"
        )
        await connection.execute("DEALLOCATE waiting")
    plan = "\n".join(row[0] for row in rows)
    assert {
        index for index in ("reply_newest", "message_by_state", "message_waiting_for_grant") if index not in plan
    } == set(), plan
    assert "Seq Scan on" not in plan, plan
