"""Reports that have no fields to read, as mail servers write them: whom they are about, and who of them is gone."""

import pytest

from rapport.outreach.channels.email.parsing.mail import parse_mail


def m(body: str, **headers: str) -> bytes:
    """A mail of a mail server."""
    lines = {"From": "MAILER-DAEMON@mx.test", "Subject": "Undelivered Mail Returned to Sender"}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\n" for name, value in lines.items())
    return f"{head}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{body}".encode()


REPORTS = [
    (
        "qmail",
        m(
            "Hi. This is the qmail-send program at mx.test.\n"
            "I'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
            "<ana@example.org>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
            "--- Below this line is a copy of the message.\n\nReturn-Path: <kim@example.com>\n"
            "Message-ID: <m1@example.com>\n",
            Subject="failure notice",
        ),
        [("ana@example.org", True)],
    ),
    (
        "qmail remote",
        m(
            "<ana@example.org>:\n192.0.2.1 does not like recipient.\n"
            "Remote host said: 550 5.1.1 <ana@example.org>... User unknown\nGiving up on 192.0.2.1.\n",
            Subject="failure notice",
        ),
        [("ana@example.org", True)],
    ),
    (
        "qmail text",
        m(
            "<ana@example.org>:\n192.0.2.1 failed after I sent the message.\n"
            "Remote host said: 550 spam message rejected\n",
            Subject="failure notice",
        ),
        [("ana@example.org", False)],
    ),
    (
        "exim",
        m(
            "This message was created automatically by mail delivery software.\n\n"
            "A message that you sent could not be delivered to one or more of its\n"
            "recipients. This is a permanent error. The following address(es) failed:\n\n  ana@example.org\n"
            "    host mx.example.org [192.0.2.1]\n"
            "    SMTP error from remote mail server after RCPT TO:<ana@example.org>:\n"
            "    550 5.1.1 <ana@example.org>: Recipient address rejected:\n"
            "    User unknown in local recipient table\n  bo@example.org\n    retry timeout exceeded\n",
            Subject="Mail delivery failed: returning message to sender",
            X_Failed_Recipients="ana@example.org, bo@example.org",
        ),
        [("ana@example.org", True), ("bo@example.org", False)],
    ),
    (
        "gmail",
        m(
            "** Address not found **\n\nYour message wasn't delivered to ana@example.org because the "
            "address couldn't be found, or is unable to receive mail.\n\n"
            "The response from the remote server was:\n"
            "550 5.1.1 The email account that you tried to reach does not exist.\n",
            From="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
            Subject="Delivery Status Notification (Failure)",
            X_Failed_Recipients="ana@example.org",
        ),
        [("ana@example.org", True)],
    ),
    (
        "gmail full",
        m(
            "Your message wasn't delivered to ana@example.org because the recipient's inbox is full.\n\n"
            "The response from the remote server was:\n"
            "552-5.2.2 The email account that you tried to reach is over quota.\n",
            From="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
            Subject="Delivery Status Notification (Failure)",
            X_Failed_Recipients="ana@example.org",
        ),
        [("ana@example.org", False)],
    ),
    (
        "exchange2003",
        m(
            "Your message did not reach some or all of the intended recipients.\n\n      Subject:\tHi\n\n"
            "The following recipient(s) could not be reached:\n\n"
            "      ana@example.org on 3/4/2026 10:12 AM\n            The e-mail account does not exist at "
            "the organization this message was sent to.\n            <mx.example.org #5.1.1>\n",
            From="System Administrator <postmaster@example.org>",
            Subject="Undeliverable: Hi",
        ),
        [("ana@example.org", True)],
    ),
    (
        "german",
        m(
            "Diese Nachricht wurde automatisch erzeugt.\n\nIhre E-Mail konnte nicht zugestellt werden:\n\n"
            "ana@example.org: Empfänger unbekannt\n",
            Subject="Unzustellbar: Gespräch",
            Return_Path="<>",
        ),
        [("ana@example.org", True)],
    ),
    (
        "chinese",
        m(
            "很抱歉，您的邮件被退回。\n收件人地址：ana@example.org\n退信原因：550 用户不存在\n",
            From="postmaster@qq.test",
            Subject="系统退信",
            Return_Path="<>",
        ),
        [("ana@example.org", True)],
    ),
    (
        "imail",
        m(
            "Unknown user: ana@example.org\n\nOriginal message follows.\n\nReceived: x",
            From='"Postmaster" <postmaster@example.org>',
            Subject="Undeliverable Mail",
        ),
        [("ana@example.org", True)],
    ),
    (
        "yahoo",
        m(
            "Sorry, we were unable to deliver your message to the following address.\n\n<ana@example.org>:\n"
            "552: 5.2.2 mailbox full\n\n--- Below this line is a copy of the message.",
            From="MAILER-DAEMON@yahoo.com",
            Subject="Failure Notice",
        ),
        [("ana@example.org", False)],
    ),
    (
        "gmx",
        m(
            "This message was created automatically by mail delivery software.\n\n"
            "A message that you sent could not be delivered to one or more of\n"
            "its recipients. This is a permanent error. The following address\nfailed:\n\nana@example.org:\n"
            "SMTP error from remote server for RCPT TO command, host: mx.example.org (192.0.2.1) reason: "
            "550 5.1.1 User unknown\n",
            From="GMX Mailer Daemon <mailer-daemon@gmx.de>",
            Subject="Mail delivery failed: returning message to sender",
        ),
        [("ana@example.org", True)],
    ),
    (
        "delay",
        m(
            "This is a warning only.\n\nYour message to ana@example.org has been delayed. We will continue trying.\n",
            Subject="Warning: message delayed 24 hours",
        ),
        [],
    ),
    (
        "mdaemon",
        m(
            "The following address(es) failed:\n\n  ana@example.org\n    No such user here (550)\n",
            From="MDaemon@example.org",
            Subject="Permanent Delivery Failure",
        ),
        [("ana@example.org", True)],
    ),
    (
        "person",
        m(
            "I got: ana@example.org 550 5.1.1 user unknown when I wrote.",
            From="bo@example.org",
            Subject="Re: Undeliverable?",
        ),
        None,
    ),
    (
        "person pm",
        m(
            "Delivery of the desk failed: ana@example.org does not exist.",
            From="postmaster@lima.test",
            Subject="Re: delivery failed",
        ),
        None,
    ),
]


@pytest.mark.parametrize(("kind", "raw", "dead"), REPORTS, ids=[kind for kind, *_ in REPORTS])
def test_a_report_in_words_is_read_as_its_writer_means_it(
    kind: str, raw: bytes, dead: list[tuple[str, bool]] | None
) -> None:
    report = parse_mail(raw).report
    assert (None if report is None else [(f.recipient, f.hard) for f in report.failures]) == dead, kind
