"""The owner of a mailbox hears by mail that messages wait for their permission: once a day for each author."""

from collections.abc import Sequence
from uuid import UUID

from rapport.contracts.identity import Role
from rapport.contracts.outreach import CancelMessage, RevokeSending
from rapport.contracts.vocabulary import Blocker, MessageState
from rapport.kit.database.queries import Statement
from rapport.local.waiting import eventually
from services.outreach.tests.support.acme import PATIENCE, Acme, asked

_STATES = Statement("SELECT state FROM notification ORDER BY due_at")
_YESTERDAY = Statement("UPDATE notification SET id = gen_random_uuid()")
HENRY = "henry@example.com"


async def states(acme: Acme) -> list[str]:
    async with acme.database.read_session("acme") as session:
        return [row["state"] for row in await session.fetch(_STATES)]


async def execute(acme: Acme, statement: Statement) -> None:
    async with acme.database.work("acme", actor="system:test", cause="test") as unit:
        await unit.execute(statement)


async def waiting(acme: Acme, *, messages: int = 1, **more: object) -> list[UUID]:
    """Messages in the manager's name that have been looked at, and wait for their permission."""
    people = [acme.peer.person(f"kate{n}@example.org") for n in range(messages)]
    written = [await acme.send(person, from_user_id=acme.manager.user_id, **more) for person in people]
    sender = acme.sender()
    while await sender._step():
        pass
    found = [await acme.message(message.id) for message in written]
    assert {message.blocker for message in found} == {Blocker.GRANT_MISSING}
    return [message.id for message in found]


async def until(acme: Acme, expected: Sequence[str]) -> None:
    async def there() -> bool:
        return await states(acme) == list(expected)

    await eventually(there, within=PATIENCE, what=f"notifications {expected}")


async def test_the_owner_of_a_mailbox_is_told_who_waits_for_their_permission_and_not_for_whom(acme: Acme) -> None:
    await waiting(acme, messages=2, subject="Dear Kate Austen")
    async with acme.sending():
        await until(acme, ["sent"])
    [mail] = acme.mail_server.mails
    assert (mail["From"], mail["To"]) == ("Rapport <rapport@example.com>", "Henry Manager <henry@example.com>")
    assert mail["Reply-To"] == "Ruth Recruiter <ruth@example.com>"
    assert mail["Subject"] == "Ruth Recruiter asks to send mail from your mailbox"
    assert "https://app.acme.example/settings/mailbox" in str(mail.get_body(("plain",)))
    assert mail["Auto-Submitted"] == "auto-generated"
    for kind in ("plain", "html"):
        part = mail.get_body((kind,))
        assert part is not None
        text = part.get_content()
        assert "Ruth Recruiter" in text
        assert "2 messages" in text
        assert "Kate" not in text
        assert "Austen" not in text
        assert "example.org" not in text


async def test_one_mail_a_day_for_each_author_however_often_the_service_restarts(acme: Acme) -> None:
    sourcer = acme.viewer(acme.peer.user("sam@example.com", "Sam Sourcer"), Role.SOURCER)
    await waiting(acme)
    for _ in range(2):
        async with acme.sending():
            await until(acme, ["sent"])
        await waiting(acme)
    await waiting(acme, viewer=sourcer)
    async with acme.sending():
        await until(acme, ["sent", "sent"])
    mails = acme.mail_server.mails_to(HENRY)
    assert [mail["Reply-To"] for mail in mails] == [
        "Ruth Recruiter <ruth@example.com>",
        "Sam Sourcer <sam@example.com>",
    ]
    await execute(acme, _YESTERDAY)
    await waiting(acme)
    async with acme.sending():
        await until(acme, ["sent", "sent", "sent"])
    assert len(acme.mail_server.mails_to(HENRY)) == 3


async def test_what_was_allowed_or_called_off_before_the_mail_is_sent_needs_none(acme: Acme) -> None:
    [called_off] = await waiting(acme)
    await acme.messages.cancel_message(CancelMessage(message_id=called_off), asked(acme.recruiter))
    async with acme.sending():
        await until(acme, ["dropped"])
    [allowed] = await waiting(acme)
    assert await states(acme) == ["waiting"]
    granted = await acme.grant(acme.manager, role=Role.RECRUITER)
    async with acme.sending():
        await until(acme, ["dropped"])
        await acme.until(allowed, MessageState.SENT)
    assert acme.mail_server.mails_to(HENRY) == []
    await acme.grants.revoke_sending(RevokeSending(grant_id=granted.id), asked(acme.manager))
    await waiting(acme)
    async with acme.sending():
        await until(acme, ["sent"])
    assert len(acme.mail_server.mails_to(HENRY)) == 1


async def test_nobody_is_asked_for_a_permission_that_one_who_has_left_would_use_or_give(acme: Acme) -> None:
    await waiting(acme)
    acme.peer.leave(acme.recruiter.user_id)
    async with acme.sending():
        await until(acme, ["dropped"])
    # Of one that finds out only when it is to be sent, nobody is asked in the first place.
    acme.peer.leave(acme.recruiter.user_id, back=True)
    await execute(acme, _YESTERDAY)
    written = await acme.send(acme.peer.person("jack@example.org"), from_user_id=acme.manager.user_id)
    acme.peer.leave(acme.manager.user_id)
    async with acme.sending():
        await acme.until(written.id, MessageState.SCHEDULED, blocker=Blocker.SENDER_GONE)
    assert await states(acme) == ["dropped"]
    assert acme.mail_server.accepted == []
