"""What arrives in the mailboxes of users: replies, out-of-office replies, bounces, complaints, and private mail."""

import asyncio
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
import pytest_asyncio

from rapport.contracts.outreach import GetSuppressions, LiftSuppression, Message, Suppression
from rapport.contracts.vocabulary import Blocker, MessageState, ReplyKind
from rapport.kit.database.queries import Statement
from rapport.local.waiting import eventually
from rapport.outreach.channels.email.accounts import Account
from rapport.outreach.channels.email.imap import fetch_new
from rapport.outreach.channels.transport import Batch
from rapport.outreach.inbound.mailboxes import MailboxReader
from rapport.outreach.store import mailboxes, messages
from services.outreach.tests.support.acme import Acme, asked, running
from services.outreach.tests.support.imap_server import ImapServer, imap_server
from services.outreach.tests.support.mail_server import Step
from services.outreach.tests.support.odd_imap import Endless, odd_imap

_TAKEN = Statement("SELECT count(*) FROM processed_mail")
_RESET = Statement("UPDATE mailbox SET uid_validity = 1, last_uid = 0")


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[ImapServer]:
    with imap_server(tmp_path, "ruth@example.com") as server:
        yield server


@pytest.fixture
def account(account: Account, mailbox: ImapServer) -> Account:
    """The organisation's account, with the IMAP server of its only user."""
    return account.model_copy(update={"imap": account.imap.model_copy(update={"port": mailbox.port})})


@pytest_asyncio.fixture
async def sent(acme: Acme) -> Message:
    """A message that Kate has received."""
    await acme.limit()
    written = await acme.send(acme.peer.person("kate@example.org"))
    async with acme.sending():
        return await acme.until(written.id, MessageState.SENT)


def mail(
    sender: str, text: str = "Gladly!\n\nOn Monday, Ruth <ruth@example.com> wrote:\n> How are you?", **more: str
) -> EmailMessage:
    """A mail to the recruiter."""
    made = EmailMessage()
    made["From"] = sender
    made["To"] = "ruth@example.com"
    made["Subject"] = "Re: Hello"
    for name, value in more.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def mail_id(message: Message) -> str:
    return f"<{message.id.hex}@example.com>"


def report(
    message: Message,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    said: str = "550 5.1.1 User unknown",
    recipient: str = "Final-Recipient: rfc822; kate@example.org",
    queue_id: str = "none",
    returns: bool = True,
) -> bytes:
    """A delivery status report (RFC 3464)."""
    original = f"Message-ID: {mail_id(message)}\nFrom: ruth@example.com\nTo: kate@example.org\nSubject: Hello\n\n"
    return f"""Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@example.org>
To: ruth@example.com
Subject: Undelivered Mail Returned to Sender
Message-ID: <report-{status}-{action}@example.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="limit"

--limit
Content-Type: text/plain

This is the mail system. It did not work out.

--limit
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
X-Postfix-Queue-ID: {queue_id}

{recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--limit
Content-Type: text/rfc822-headers

{original if returns else "Subject: something"}
--limit--
""".replace("\n", "\r\n").encode()


async def read(acme: Acme) -> None:
    await MailboxReader([acme.inbox()], acme.database, pause=1).read_all()


async def taken(acme: Acme) -> int:
    async with acme.database.read_session("acme") as session:
        return int(await session.fetchval(_TAKEN))


async def test_a_reply_is_stored_without_its_quotation(acme: Acme, sent: Message, mailbox: ImapServer) -> None:
    mailbox.deliver(mail("Kate <kate@elsewhere.test>", In_Reply_To=mail_id(sent), Message_ID="<1@x>").as_bytes())
    await read(acme)
    found = await acme.message(sent.id)
    [result] = found.replies
    assert (result.kind, result.text, result.subject) == (ReplyKind.PERSONAL, "Gladly!", "Re: Hello")
    assert (found.state, found.version) == (MessageState.SENT, 3)
    [(_, data)] = await acme.events("replied")
    assert (data["reply_id"], data["kind"]) == (str(result.id), "personal")
    assert await acme.events("suppression") == []


async def test_reading_a_mailbox_again_changes_nothing_and_marks_nothing(
    acme: Acme, sent: Message, mailbox: ImapServer
) -> None:
    mailbox.deliver(mail("kate@example.org", In_Reply_To=mail_id(sent), Message_ID="<1@x>").as_bytes())
    mailbox.deliver(mail("kate@example.org", "Another", References=f"<0@x> {mail_id(sent)}").as_bytes())
    await read(acme)
    async with acme.database.work("acme", actor="system:test", cause="test") as unit:
        await unit.execute(_RESET)
    for _ in range(2):
        await read(acme)
    assert [a.text for a in (await acme.message(sent.id)).replies] == ["Gladly!", "Another"]
    assert not [flags for flags in mailbox.flags() if b"\\Seen" in flags]


async def test_a_mail_from_the_persons_address_replies_to_the_last_message(
    acme: Acme, sent: Message, mailbox: ImapServer
) -> None:
    mailbox.deliver(mail("Kate Austen <KATE@example.org>", "By the way").as_bytes())
    await read(acme)
    assert [a.text for a in (await acme.message(sent.id)).replies] == ["By the way"]


async def test_a_person_who_has_replied_is_not_sent_what_was_written_before(
    acme: Acme, sent: Message, mailbox: ImapServer
) -> None:
    before = await acme.send(sent.person_id)
    mailbox.deliver(mail("kate@example.org", In_Reply_To=mail_id(sent)).as_bytes())
    acme.mail_server.hold(Step.RCPT)
    async with acme.sending():
        await acme.mail_server.reached(Step.RCPT)
        await read(acme)
        acme.mail_server.release(Step.RCPT)
        assert (await acme.until(before.id, MessageState.FAILED)).blocker is Blocker.REPLIED
        after = await acme.send(sent.person_id)
        await acme.until(after.id, MessageState.SENT)
    assert {after.id.hex in str(m["Message-ID"]) for m in acme.mail_server.mails[1:]} == {True}


async def test_an_out_of_office_reply_does_not_keep_a_message(acme: Acme, sent: Message, mailbox: ImapServer) -> None:
    before = await acme.send(sent.person_id)
    mailbox.deliver(mail("kate@example.org", Auto_Submitted="auto-replied", In_Reply_To=mail_id(sent)).as_bytes())
    await read(acme)
    async with acme.sending():
        await acme.until(before.id, MessageState.SENT)


async def test_nothing_is_stored_of_private_mails(acme: Acme, sent: Message, mailbox: ImapServer) -> None:
    mailbox.deliver(mail("friend@elsewhere.test", "Dinner?").as_bytes())
    mailbox.deliver(mail("friend@elsewhere.test", In_Reply_To="<other@example.com>").as_bytes())
    mailbox.deliver(mail("kate@example.org", "News!", List_Id="<news.example.org>").as_bytes())
    mailbox.deliver(mail("ruth@example.com", "Note to myself", In_Reply_To=mail_id(sent)).as_bytes())
    await read(acme)
    assert (await acme.message(sent.id)).replies == ()
    assert await taken(acme) == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"X_Autoreply": "yes"},
        {"Precedence": "auto_reply"},
        {"X_Auto_Response_Suppress": "All", "Subject": "Automatic reply: Hello"},
    ],
    ids=lambda headers: next(iter(headers)),
)
async def test_an_out_of_office_note_is_an_automatic_reply(
    acme: Acme, sent: Message, mailbox: ImapServer, headers: dict[str, str]
) -> None:
    made = mail("kate@example.org", "I am away until Friday.", In_Reply_To=mail_id(sent))
    for name, value in headers.items():
        del made[name.replace("_", "-")]
        made[name.replace("_", "-")] = value
    mailbox.deliver(made.as_bytes())
    await read(acme)
    [result] = (await acme.message(sent.id)).replies
    assert result.kind is ReplyKind.AUTOMATIC


@pytest.mark.parametrize("returns", [True, False], ids=["with the message", "with the address only"])
async def test_a_hard_bounce_is_shown_and_suppresses_the_address(
    acme: Acme, sent: Message, mailbox: ImapServer, returns: bool
) -> None:
    mailbox.deliver(report(sent, action="failed", status="5.1.1", said="550 5.1.1 User unknown", returns=returns))
    await read(acme)
    found = await acme.message(sent.id)
    assert (found.state, found.explanation) == (MessageState.BOUNCED, "smtp; 550 5.1.1 User unknown")
    assert found.replies == ()
    [(_, data)] = await acme.events("suppression")
    assert (data["reason"], data["whole_person"], data["message_id"]) == ("bounced", False, str(sent.id))
    again = await acme.send(acme.peer.person("kate@example.org"))
    async with acme.sending():
        assert (await acme.until(again.id, MessageState.FAILED)).blocker is Blocker.SUPPRESSED


async def test_a_full_mailbox_is_a_bounce_without_a_suppression(acme: Acme, sent: Message, mailbox: ImapServer) -> None:
    mailbox.deliver(report(sent, action="failed", status="5.2.2", said="552 5.2.2 Mailbox full"))
    await read(acme)
    assert (await acme.message(sent.id)).state is MessageState.BOUNCED
    assert await acme.events("suppression") == []


async def test_a_message_that_was_given_up_is_a_bounce_without_a_suppression(
    acme: Acme, sent: Message, mailbox: ImapServer
) -> None:
    mailbox.deliver(report(sent, status="4.4.7", said="451 4.4.1 no answer from mx.example.org"))
    await read(acme)
    found = await acme.message(sent.id)
    assert (found.state, found.explanation) == (MessageState.BOUNCED, "smtp; 451 4.4.1 no answer from mx.example.org")
    assert await acme.events("suppression") == []


@pytest.mark.parametrize(
    "recipient",
    [
        "Final-Recipient: rfc822; k.austen@elsewhere.test",
        "Original-Recipient: rfc822;kate@example.org\nFinal-Recipient: rfc822; k.austen@elsewhere.test",
        "Final-Recipient: rfc822; kate@example.org\nX-Actual-Recipient: rfc822; k.austen@elsewhere.test",
    ],
    ids=["forwarded", "forwarded by whom it was sent to", "forwarded, as Sendmail says it"],
)
async def test_a_copy_that_died_where_it_was_passed_on_to_changes_nothing(
    acme: Acme, sent: Message, mailbox: ImapServer, recipient: str
) -> None:
    mailbox.deliver(report(sent, recipient=recipient))
    await read(acme)
    assert (await acme.message(sent.id)).state is MessageState.SENT
    assert await acme.events("suppression") == []
    assert await taken(acme) == 0


@pytest.mark.parametrize(
    "recipient",
    [
        "Final-Recipient: X-Notes; Kate Austen/Example",
        "Final-Recipient: rfc822; kate@example.org\nX-Actual-Recipient: X-Unix; |/usr/bin/procmail",
        "Original-Recipient: rfc822;kate@example.org\nFinal-Recipient: rfc822; kate@store.example.org",
    ],
    ids=["a name", "a program", "another name within their domain"],
)
async def test_a_report_that_names_no_address_of_the_person_blames_none(
    acme: Acme, sent: Message, mailbox: ImapServer, recipient: str
) -> None:
    mailbox.deliver(report(sent, recipient=recipient))
    await read(acme)
    assert (await acme.message(sent.id)).state is MessageState.BOUNCED
    assert await acme.events("suppression") == []


async def _sent_as(acme: Acme, answer: str) -> Message:
    """A message to somebody else, taken by the mail server with these words."""
    await acme.limit()
    acme.mail_server.accepts = answer
    written = await acme.send(acme.peer.person("cy@example.org"))
    async with acme.sending():
        return await acme.until(written.id, MessageState.SENT)


async def test_a_reply_finds_the_message_whose_id_the_relay_replaced(
    acme: Acme, sent: Message, mailbox: ImapServer
) -> None:
    relayed = await _sent_as(acme, "250 Ok 0100018f2c3d4e5f-6a7b8c9d-0e1f-4a5b-8c9d-0e1f2a3b4c5d-000000")
    named = "<0100018f2c3d4e5f-6a7b8c9d-0e1f-4a5b-8c9d-0e1f2a3b4c5d-000000@email.amazonses.com>"
    mailbox.deliver(mail("cy@private.test", "Yes", In_Reply_To=named).as_bytes())
    await read(acme)
    assert [a.text for a in (await acme.message(relayed.id)).replies] == ["Yes"]
    assert (await acme.message(sent.id)).replies == ()


async def test_a_report_finds_the_message_by_the_name_that_the_relay_gave_it(
    acme: Acme, sent: Message, mailbox: ImapServer
) -> None:
    relayed = await _sent_as(acme, "250 2.0.0 Ok: queued as 4F2A1B9C3D")
    await _sent_as(acme, "250 2.0.0 Ok: queued as 5A6B7C8D9E")
    recipient = "Final-Recipient: rfc822; cy@example.org"
    mailbox.deliver(report(sent, recipient=recipient, queue_id="4F2A1B9C3D", returns=False))
    await read(acme)
    assert (await acme.message(relayed.id)).state is MessageState.BOUNCED
    assert len(await acme.listed(MessageState.BOUNCED)) == 1


async def test_a_short_name_of_a_relay_finds_nothing_in_another_mailbox_or_organisation(
    acme: Acme, sent: Message
) -> None:
    await _sent_as(acme, "250 2.0.0 Ok: queued as 4F2A1B9C3D")
    since = datetime(2026, 1, 1, tzinfo=UTC)
    found = []
    for org_id, address in (
        ("acme", "ruth@example.com"),
        ("acme", "henry@example.com"),
        ("globex", "ruth@example.com"),
    ):
        async with acme.database.read_session(org_id) as session:
            found.append(await messages.with_relay_id(session, address, ["4F2A1B9C3D"], since=since) is not None)
    assert found == [True, False, False]


async def test_a_read_receipt_is_no_reply(acme: Acme, sent: Message, mailbox: ImapServer) -> None:
    receipt = (Path(__file__).parent / "fixtures" / "cases" / "read-receipt.eml").read_text()
    mailbox.deliver(receipt.replace("<m1@example.com>", mail_id(sent)).replace("\n", "\r\n").encode())
    await read(acme)
    assert (await acme.message(sent.id)).replies == ()
    assert await taken(acme) == 0


async def test_a_signature_is_stored_beside_the_text(acme: Acme, sent: Message, mailbox: ImapServer) -> None:
    text = "Thursday works.\n\n-- \nKate Austen\n+44 20 7946 0000\n\nOn Monday, Ruth <ruth@example.com> wrote:\n> When?"
    mailbox.deliver(mail("kate@example.org", text, In_Reply_To=mail_id(sent)).as_bytes())
    await read(acme)
    [result] = (await acme.message(sent.id)).replies
    assert (result.text, result.signature) == ("Thursday works.", "Kate Austen\n+44 20 7946 0000")


@pytest.mark.parametrize(
    ("action", "status"), [("delayed", "4.4.1"), ("delayed", "5.1.1"), ("relayed", "2.0.0"), ("delivered", "2.0.0")]
)
async def test_what_is_not_final_changes_nothing(
    acme: Acme, sent: Message, mailbox: ImapServer, action: str, status: str
) -> None:
    mailbox.deliver(report(sent, action=action, status=status, said="Connection timed out"))
    await read(acme)
    found = await acme.message(sent.id)
    assert (found.state, found.version, found.replies) == (MessageState.SENT, 2, ())
    assert await taken(acme) == 0


async def test_a_person_who_reports_spam_receives_nothing_more(acme: Acme, sent: Message, mailbox: ImapServer) -> None:
    complaint = f"""From: staff@provider.test
To: ruth@example.com
Subject: FW: Hello
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="limit"

--limit
Content-Type: text/plain

This is an abuse report.

--limit
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Provider/1.0
Version: 1

--limit
Content-Type: message/rfc822

Message-ID: {mail_id(sent)}
From: ruth@example.com
To: kate@example.org
Subject: Hello

Hello
--limit--
"""
    mailbox.deliver(complaint.replace("\n", "\r\n").encode())
    await read(acme)
    [(_, data)] = await acme.events("suppression")
    assert (data["reason"], data["whole_person"], data["person_id"]) == ("complained", True, str(sent.person_id))
    found = await acme.message(sent.id)
    assert (found.state, found.replies) == (MessageState.SENT, ())
    [entry] = (await acme.suppressions.get_suppressions(GetSuppressions(), asked(acme.admin))).edges  # type: ignore[union-attr]
    lifted = await acme.suppressions.lift_suppression(LiftSuppression(suppression_id=entry.node.id), asked(acme.admin))
    assert isinstance(lifted, Suppression)
    assert lifted.lifted_at is not None


async def test_a_mail_no_program_would_write_does_not_keep_the_next_from_being_read(
    acme: Acme, sent: Message, mailbox: ImapServer
) -> None:
    broken = (
        b"From: =?utf-7?q?\xff\xfe?= <kate@example.org>\r\nSubject: =?x?b?%%%?=\r\n"
        b"Content-Type: text/plain; charset=nonsense\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        b"\xff\x00=\x00not base64\r\n"
    )
    mailbox.deliver(broken)
    mailbox.deliver(mail("kate@example.org", "Fine", In_Reply_To=mail_id(sent)).as_bytes())
    await read(acme)
    assert [a.text for a in (await acme.message(sent.id)).replies][-1] == "Fine"


async def test_a_reply_settles_a_message_in_doubt(acme: Acme, mailbox: ImapServer) -> None:
    acme.mail_server.drops.add(Step.BEFORE_ANSWER)
    written = await acme.send(acme.peer.person("kate@example.org"))
    async with acme.sending():
        doubted = await acme.until(written.id, MessageState.IN_DOUBT)
    mailbox.deliver(mail("kate@example.org", In_Reply_To=mail_id(doubted)).as_bytes())
    await read(acme)
    found = await acme.message(written.id)
    assert (found.state, len(found.replies)) == (MessageState.SENT, 1)


async def test_a_mail_that_takes_too_long_to_read_is_passed_over(
    acme: Acme, sent: Message, mailbox: ImapServer
) -> None:
    slow = b"From: kate@example.org\r\nContent-Transfer-Encoding: uuencode\r\n\r\nbegin 644 x\r\n" + b"M\r\n" * 600_000
    mailbox.deliver(slow)
    mailbox.deliver(mail("kate@example.org", "Fine", In_Reply_To=mail_id(sent)).as_bytes())
    await MailboxReader([acme.inbox(parse_timeout=2)], acme.database, pause=1).read_all()
    assert [a.text for a in (await acme.message(sent.id)).replies] == ["Fine"]


async def test_a_mail_that_the_server_cannot_read_does_not_keep_those_behind_it_from_being_read(
    account: Account,
) -> None:
    async with odd_imap({1: b"first", 2: None, 3: b"third"}) as server:
        batch = await _fetched(account.model_copy(update={"imap": server}))
    assert [(mail.uid, mail.raw) for mail in batch.messages] == [(1, b"first"), (2, None), (3, b"third")]
    assert (batch.uid_validity, batch.last_uid, batch.more) == (7, 3, False)


@pytest.mark.parametrize("endless", [Endless(), Endless(announced=None)], ids=["one literal", "many answers"])
async def test_a_server_that_ignores_limits_takes_little_memory_and_the_next_mail_is_read(
    account: Account, endless: Endless
) -> None:
    async with odd_imap({1: b"first", 2: endless, 3: b"third"}) as server:
        odd = account.model_copy(update={"imap": server})
        tracemalloc.start()
        try:
            batch = await _fetched(odd)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        following = await _fetched(odd, after=batch.last_uid)
    assert [mail.uid for mail in batch.messages] == [1, 2]
    assert batch.more
    assert len(batch.messages[1].raw or b"") == (2 * 1024 * 1024 if endless.announced else 0)
    assert peak < 24 * 1024 * 1024
    assert endless.sent < 64 * 1024 * 1024
    assert [mail.raw for mail in following.messages] == [b"third"]


async def test_a_mail_larger_than_what_was_asked_for_is_read_from_its_beginning(account: Account) -> None:
    large = b"From: kate@example.org\r\n\r\nHello\r\n" + b"x" * 5_000_000
    async with odd_imap({1: large, 2: b"second"}) as server:
        batch = await _fetched(account.model_copy(update={"imap": server}))
    [mail] = batch.messages
    assert mail.raw == large[: 2 * 1024 * 1024]
    assert (batch.last_uid, batch.more) == (1, True)


async def test_a_server_that_tells_no_validity_is_read(account: Account) -> None:
    async with odd_imap({1: b"first"}, opening="* FLAGS ()") as server:
        batch = await _fetched(account.model_copy(update={"imap": server}))
    assert [mail.raw for mail in batch.messages] == [b"first"]


async def _fetched(account: Account, *, after: int | None = None) -> Batch:
    since = datetime(2026, 3, 1, tzinfo=UTC)
    login = account.login("ruth@example.com")
    position = {"uid_validity": 7, "last_uid": after} if after else {"uid_validity": None, "last_uid": None}
    return await asyncio.to_thread(fetch_new, account.imap, login, since=since, **position)


async def test_a_server_that_never_responds_delays_only_its_own_organisation(
    acme: Acme, sent: Message, mailbox: ImapServer
) -> None:
    async with acme.database.work("globex", actor="system:test", cause="test") as unit:
        await mailboxes.open_mailbox(unit, "gus@example.com")
    mailbox.deliver(mail("kate@example.org", "Fine", In_Reply_To=mail_id(sent)).as_bytes())

    async def answered() -> bool:
        return bool((await acme.message(sent.id)).replies)

    async with odd_imap({}, silent=True) as server:
        globex = acme.account.model_copy(update={"org_id": "globex", "imap": server})
        reader = MailboxReader([acme.inbox(globex), acme.inbox()], acme.database, pause=0.2)
        async with running(reader.run()):
            await eventually(answered, within=60, what="an answer beside a server that never says anything")
