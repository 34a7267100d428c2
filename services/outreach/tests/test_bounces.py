"""Real mails that came back, and what they say: whether an address is dead."""

import csv
import json
from collections import defaultdict
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.contracts.vocabulary import ReplyKind
from rapport.outreach.channels.email.parsing.bounces import parse_report
from rapport.outreach.channels.email.parsing.mail import parse_mail
from rapport.outreach.channels.email.parsing.mime import parse
from rapport.outreach.channels.transport import DeliveryReport

_FOLDER = Path(__file__).parent / "fixtures" / "bounces"
_CASES = _FOLDER.parent / "cases"
_FILES = sorted(_FOLDER.glob("*.eml"))


def labels() -> dict[str, list[dict[str, str]]]:
    """By file, what is known of each recipient."""
    found = defaultdict[str, list[dict[str, str]]](list)
    with (_FOLDER / "labels.csv").open() as file:
        for row in csv.DictReader(file):
            found[row["file"]].append(row)
    return found


def report(file: Path) -> DeliveryReport | None:
    return parse_report(parse(file.read_bytes()))


def dead(found: DeliveryReport | None) -> int:
    """How many addresses a report says are dead."""
    return sum(failure.hard for failure in found.failures) if found else 0


def test_nineteen_of_twenty_dead_addresses_are_found() -> None:
    known = labels()
    there = {file.name: sum(row["hard"] == "true" for row in known[file.name]) for file in _FILES}
    found = {file.name: min(dead(report(file)), there[file.name]) for file in _FILES}
    assert sum(found.values()) / sum(there.values()) >= 19 / 20, [n for n in found if found[n] < there[n]]


def test_no_address_is_called_dead_of_which_the_server_does_not_say_so() -> None:
    known = labels()
    wrong = [
        file.name
        for file in _FILES
        if dead(report(file)) > sum(row["hard"] == "true" for row in known[file.name])
        # The collection's makers know that this server refuses what it filters with "User unknown"; the mail does not.
        and not all(row["reason"] == "filtered" for row in known[file.name])
    ]
    assert wrong == []


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.stem)
def test_a_report_is_never_parsed_as_a_persons_reply(file: Path) -> None:
    found = parse_mail(file.read_bytes())
    reasons = {row["reason"] for row in labels()[file.name]}
    if "feedback" in reasons:
        assert found.report is not None
        assert found.report.complaint
    elif "vacation" in reasons:
        assert (found.report, found.kind) == (None, ReplyKind.AUTOMATIC)
    else:
        assert found.report is None or not found.report.complaint


@pytest.mark.parametrize("file", _FILES[::3], ids=lambda file: file.stem)
def test_a_report_that_was_cut_off_anywhere_is_read_as_far_as_it_goes(file: Path) -> None:
    whole = file.read_bytes()
    for share in range(0, 100, 7):
        parse_mail(whole[: len(whole) * share // 100])


def machine(text: str, **headers: str) -> bytes:
    """A mail server's words."""
    lines = {"From": "MAILER-DAEMON@mx.example.org", "Subject": "Undelivered Mail Returned to Sender"} | headers
    return ("".join(f"{name}: {value}\n" for name, value in lines.items()) + "\n" + text).encode()


@pytest.mark.parametrize(
    ("words", "hard"),
    [
        ("550 5.1.1 <kate@example.org>: Recipient address rejected: User unknown in virtual mailbox table", True),
        ("550 No such user here", True),
        ("Host or domain name not found. Name service error for name=example.org type=A: Host not found", True),
        ("552 5.2.2 Mailbox full", False),
        ("550 5.7.1 Message rejected due to local policy: SPF check failed", False),
        ("554 5.7.1 Service unavailable; client host blocked using a blocklist", False),
        ("550 5.1.8 Sender address rejected", False),
    ],
)
def test_the_servers_words_say_whether_an_address_is_dead(words: str, hard: bool) -> None:
    found = parse_report(parse(machine(f"Your message could not be delivered:\n\n<kate@example.org>: {words}\n")))
    assert found is not None
    assert [(f.recipient, f.hard) for f in found.failures] == [("kate@example.org", hard)]


def case(name: str) -> DeliveryReport:
    found = parse_report(parse((_CASES / name).read_bytes()))
    assert found is not None
    return found


def test_a_failed_action_is_final_even_with_a_temporary_code() -> None:
    [failure] = case("failed-with-4xx.eml").failures
    assert (failure.recipient, failure.hard) == ("ana@example.org", False)


def test_an_address_that_exchange_denies_is_dead_but_not_one_it_refuses_by_policy() -> None:
    assert [f.hard for f in case("access-denied.eml").failures] == [True]
    policy = (_CASES / "access-denied.eml").read_bytes().replace(b"5.4.1", b"5.7.1")
    found = parse_report(parse(policy))
    assert found is not None
    assert [f.hard for f in found.failures] == [False]


def test_an_address_encoded_for_the_report_is_read_as_it_was() -> None:
    assert [(f.recipient, f.hard) for f in case("xtext-plus.eml").failures] == [("ana+jobs@example.org", True)]


def test_an_internationalised_address_is_read_as_it_is_written() -> None:
    found = standard(block(r"Final-Recipient: utf-8; jos\x{E9}@example.org"))
    assert [(f.recipient, f.hard) for f in found.failures] == [("jos\u00e9@example.org", True)]


def block(*fields: str) -> str:
    """A recipient's fields in a report."""
    return "\n".join([*fields, "Action: failed", "Status: 5.1.1", "Diagnostic-Code: smtp; 550 5.1.1 User unknown"])


def standard(*blocks: str, text: str = "It did not work out.") -> DeliveryReport:
    """A delivery status report."""
    raw = f"""From: MAILER-DAEMON@mx.example.net
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="limit"

--limit
Content-Type: text/plain

{text}

--limit
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
X-Postfix-Queue-ID: 4F2A1B9C3D

{(chr(10) * 2).join(blocks)}

--limit--
"""
    found = parse_report(parse(raw.encode()))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("fields", "recipient", "hard", "meant_for"),
    [
        (("Final-Recipient: rfc822; Ana@B\u00fccher.example",), "ana@xn--bcher-kva.example", True, None),
        (("Original-Recipient: rfc822;ana+2Bx@example.org",), "ana+x@example.org", True, None),
        (("Original-Recipient: rfc822;ana+20@example.org",), "ana+20@example.org", True, None),
        (("Original-Recipient: rfc822;ana+AB@example.org",), "ana+ab@example.org", True, None),
        (
            ("Original-Recipient: rfc822;ana@example.org", "Final-Recipient: rfc822; a.lima@gmail.test"),
            "a.lima@gmail.test",
            True,
            "ana@example.org",
        ),
        (
            ("Final-Recipient: rfc822; ana@example.org", "X-Actual-Recipient: rfc822; a.lima@gmail.test"),
            "a.lima@gmail.test",
            True,
            "ana@example.org",
        ),
        (
            ("Final-Recipient: rfc822; ana@example.org", "X-Actual-Recipient: X-Unix; |/usr/bin/procmail"),
            "ana@example.org",
            False,
            None,
        ),
        (
            ("Original-Recipient: rfc822;ana@example.org", "Final-Recipient: X-Local; /var/mail/ana"),
            "ana@example.org",
            False,
            None,
        ),
        (("Original-Recipient: rfc822;ana@example.org", "Final-Recipient: rfc822; ana"), "ana@example.org", True, None),
        (('Final-Recipient: rfc822; "|/usr/bin/vacation ana@example.org"',), "", False, None),
        (("Final-Recipient: X-Notes; Ana Lima/Example",), "", False, None),
    ],
)
def test_a_report_blames_an_address_that_it_names_and_nothing_else(
    fields: tuple[str, ...], recipient: str, hard: bool, meant_for: str | None
) -> None:
    [failure] = standard(block(*fields)).failures
    assert (failure.recipient, failure.hard, failure.meant_for) == (recipient, hard, meant_for)


def test_in_a_report_on_several_recipients_each_has_their_own_words() -> None:
    fields = "Final-Recipient: rfc822; {}@example.org\nAction: failed\nStatus: 5.0.0"
    text = """<ana@example.org>: host mx.example.org said: 550 5.1.1 User unknown
    (in reply to RCPT TO command)

<bo@example.org>: host mx.example.org said: 552 5.2.2 Mailbox
    full (in reply to RCPT TO command)

<cy@example.org>: connect to mx.example.org: Connection timed out"""
    found = standard(*(fields.format(name) for name in ("ana", "bo", "cy")), text=text)
    assert [(f.recipient, f.hard) for f in found.failures] == [
        ("ana@example.org", True),
        ("bo@example.org", False),
        ("cy@example.org", False),
    ]
    assert [("Mailbox full" in (f.explanation or "")) for f in found.failures] == [False, True, False]


def test_a_report_names_the_original_as_the_relay_knew_it() -> None:
    assert "4F2A1B9C3D" in standard(block("Final-Recipient: rfc822; ana@example.org")).relay_ids


@pytest.mark.parametrize(
    "words",
    [
        "<a.lima@gmail.test> (expanded from <ana@example.org>): host mx said: 550 5.1.1 User unknown",
        "  a.lima@gmail.test\n    (generated from ana@example.org)\n    550 5.1.1 User unknown",
    ],
)
def test_words_tell_for_whom_a_mail_was_passed_on(words: str) -> None:
    found = parse_report(parse(machine(f"Your message could not be delivered:\n\n{words}\n")))
    assert found is not None
    assert [(f.recipient, f.meant_for) for f in found.failures] == [("a.lima@gmail.test", "ana@example.org")]


def notification(kind: str, **detail: object) -> bytes:
    """What Amazon tells of a mail."""
    message = {
        "notificationType": kind,
        kind.lower(): detail,
        "mail": {"messageId": "0100018f-000000", "commonHeaders": {"messageId": "<m1@example.com>"}},
    }
    body = json.dumps({"Type": "Notification", "Message": json.dumps(message)})
    return machine(body, From="SES <no-reply@sns.amazonaws.com>", Subject="AWS Notification Message")


def test_a_notification_of_amazon_is_read_like_a_report() -> None:
    ana = {"emailAddress": "ana@example.org", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}
    found = parse_report(parse(notification("Bounce", bounceType="Permanent", bouncedRecipients=[ana])))
    assert found is not None
    assert [(f.recipient, f.hard) for f in found.failures] == [("ana@example.org", True)]
    assert (found.mail_ids, found.relay_ids) == (("<m1@example.com>",), ("0100018f-000000",))
    complaint = parse_report(parse(notification("Complaint", complainedRecipients=[ana])))
    assert complaint is not None
    assert (complaint.complaint, complaint.recipients, complaint.failures) == (True, ("ana@example.org",), ())
    assert parse_report(parse(notification("Delivery"))) is None


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '{"Message": 5}', '{"Message": "{\\"notificationType\\": []}"}', "[" * 9000]
)
def test_a_notification_that_is_none_says_nothing(body: str) -> None:
    assert (
        parse_report(parse(machine(body, From="no-reply@sns.amazonaws.com", Subject="AWS Notification Message")))
        is None
    )


def test_a_person_may_write_as_postmaster() -> None:
    found = parse_mail((_CASES / "postmaster-is-a-person.eml").read_bytes())
    assert (found.report, found.kind) == (None, ReplyKind.PERSONAL)
    assert "that address no longer exists" in found.text


def test_a_person_who_quotes_a_report_has_not_bounced() -> None:
    text = "Look what I got:\n> <kate@example.org>: 550 5.1.1 User unknown\n"
    assert parse_report(parse(machine(text, From="kate@example.org", Subject="Re: Hello"))) is None


@pytest.mark.parametrize(
    "hostile",
    [
        machine("-" * 500_000),
        machine(" " * 500_000),
        machine("\n" * 500_000),
        machine("<" * 1_000_000, **{"Content-Type": "text/html"}),
        machine("a: b\n\n" * 300_000, **{"Content-Type": "multipart/report"}),
        machine("Message-ID:\n" * 100_000),
        machine("x", From="=?utf-8?q?a?= " * 100_000),
        machine("x", Subject="=?utf-8?q?a?= " * 100_000),
        machine("x", **{"Content-Type": "text/plain" + "; a=b" * 100_000}),
    ],
    ids=["dashes", "spaces", "blank", "tags", "groups", "ids", "sender", "subject", "parameters"],
)
def test_a_report_made_to_take_long_does_not(hostile: bytes) -> None:
    began = process_time()
    parse_mail(hostile)
    assert process_time() - began < 5


@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "Final-Recipient: rfc822; ana@example.org",
                    "Original-Recipient: rfc822;x",
                    "Action: failed",
                    "",
                    "\xff",
                ),
                *(
                    "Status: 5.1.1",
                    "Diagnostic-Code: smtp; 550 \u00e4",
                    "--limit",
                    "Content-Type: message/rfc822",
                    "a" * 500,
                ),
                *(
                    "<ana@example.org>: 550 no",
                    "Content-Type: multipart/mixed; boundary=limit",
                    "X-Failed-Recipients: @",
                ),
                *("Content-Transfer-Encoding: base64", "Subject: Undeliverable", "Return-Path: <>", "=?utf-8?b?/?="),
            ]
        ),
        max_size=25,
    )
)
def test_any_report_is_parsed_within_limits(lines: list[str]) -> None:
    found = parse_mail("\n".join(["From: MAILER-DAEMON@x.test", *lines]).encode())
    for failure in found.report.failures if found.report else ():
        assert len(failure.explanation or "") <= 500
        assert len(failure.recipient) <= 600
