"""E-mails in the form in which they travel: whatever a stranger is called, the mail is the one that was meant."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rapport.contracts.text import one_line
from rapport.outreach.channels.email.compose import RenderedEmail, UnsendableError, compose
from rapport.outreach.domain.message import sendable_address

LETTER = RenderedEmail(
    mail_id="<1@example.com>",
    sender=("Ruth", "ruth@example.com"),
    recipient=("Kate", "kate@example.org"),
    subject="Hello",
    text="How are you?",
    html="<p>How are you?</p>",
    date=datetime(2026, 11, 27, tzinfo=UTC),
    earlier=("<0@example.com>",),
    unsubscribe_url="https://rapport.test/u/token",
    reply_to=("Ruth", "ruth@example.com"),
    automatic=True,
)
HEADERS = [
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
    "List-Unsubscribe", "List-Unsubscribe-Post", "MIME-Version", "Content-Type",
]  # fmt: skip
INJECTIONS = [
    "=?utf-8?q?x=0D=0AReply-To:_a@evil.example?=",
    "=?utf-8?q?x=0D=0A=0D=0Aanother_body?=",
    "=?utf-8?b?eA0KQmNjOiBhQGV2aWwuZXhhbXBsZQ==?=",
    "=?utf-8?q?x=0Ay?= =?iso-8859-1?q?x=00y?=",
    "a =?utf-8?q?typed?= b",
    '"Kate" <a@evil.example>, "',
    "Kate (comment) \\ \" ; : @ ,",
    "x\r\nBcc: a@evil.example\r\n\r\nbody",
    "x\x85\u2028\u2029\x0b\x0c\x1cy",
    "=?utf-8?q?" + "=41" * 400 + "?=",
    "é" * 500 + "=?",
    "a" * 700,
    "\ud83d \u202eevil",
]  # fmt: skip
_TEXT = st.text(st.characters(codec=None), max_size=120) | st.sampled_from(INJECTIONS) | st.from_regex(
    r"(=\?(utf-8|us-ascii|iso-8859-1)\?[qQbB]\?[A-Za-z0-9=_+/]{0,40}\?=[ \r\n]{0,2}){1,3}", fullmatch=True
)  # fmt: skip


def read(email: RenderedEmail) -> EmailMessage:
    """The mail as the standard library's old parser splits it, which takes every line for what it is."""
    content = compose(email)
    assert re.search(rb"[^\r]\n|\r[^\n]|[\x00\x80-\xff]", content) is None
    assert max(map(len, content.split(b"\r\n"))) <= 998
    mail = message_from_bytes(content, policy=policy.compat32)
    assert mail.keys() == HEADERS
    return mail  # type: ignore[return-value]


def text_of(mail: EmailMessage, name: str) -> str:
    return str(make_header(decode_header(re.sub(r"\r\n(?=[ \t])", "", str(mail[name])))))


@given(_TEXT)
@example(INJECTIONS[0])
def test_a_subject_arrives_as_it_was_typed(subject: str) -> None:
    mail = read(replace(LETTER, subject=subject))
    assert text_of(mail, "Subject") == one_line(subject)
    modern = message_from_bytes(compose(replace(LETTER, subject=subject)), policy=policy.default)
    assert list(modern.keys()) == HEADERS


@given(_TEXT, st.sampled_from(["sender", "recipient", "reply_to"]))
@example(INJECTIONS[0], "recipient")
def test_a_name_is_a_name_and_nothing_else(name: str, whose: str) -> None:
    mail = read(replace(LETTER, **{whose: (name, "kate@example.org")}))
    header = {"sender": "From", "recipient": "To", "reply_to": "Reply-To"}[whose]
    [(found, address)] = getaddresses([re.sub(r"\r\n(?=[ \t])", "", str(mail[header]))])
    assert address == "kate@example.org"
    assert str(make_header(decode_header(found))) == one_line(name)


@given(_TEXT)
def test_an_address_that_is_none_is_never_written_to(local: str) -> None:
    address = f"{local}@example.org"
    if sendable_address(address) is None:
        with pytest.raises(UnsendableError):
            compose(replace(LETTER, recipient=("Kate", address)))
    else:
        [(_, found)] = getaddresses([str(read(replace(LETTER, recipient=("", address)))["To"])])
        assert found == sendable_address(address)


@pytest.mark.parametrize("typed", INJECTIONS)
def test_a_local_part_injects_nothing(typed: str) -> None:
    assert sendable_address(f"{typed}@example.org") is None or typed == "a" * 64


@given(_TEXT, _TEXT)
def test_a_body_arrives_as_it_was_typed(text: str, markup: str) -> None:
    text, markup = (each.encode("utf-8", "replace").decode() for each in (text, markup))
    mail = read(replace(LETTER, text=text, html=markup))
    assert mail.get_content_type() == "multipart/alternative"
    plain, page = (part.get_payload(decode=True).decode() for part in mail.get_payload())  # type: ignore[union-attr]
    for typed, arrived in ((text, plain), (markup, page)):
        assert re.split(r"\r\n|\r|\n", arrived.removesuffix("\r\n")) == re.split(
            r"\r\n|\r|\n", re.sub(r"(\r\n|\r|\n)\Z", "", typed)
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"mail_id": "<1@example.com>\r\nBcc: a@evil.example"},
        {"unsubscribe_url": "https://rapport.test/u/x>\r\nBcc: a@evil.example\r\n"},
        {"unsubscribe_url": "https://rapport.test/u/\n"},
        {"unsubscribe_url": "https://rapport.test/ü"},
        {"unsubscribe_url": "https://rapport.test/" + "u" * 1000},
    ],
)
def test_what_is_not_the_mail_that_was_meant_does_not_leave(wrong: dict[str, str]) -> None:
    with pytest.raises(UnsendableError):
        compose(replace(LETTER, **wrong))


def test_ids_that_are_none_are_left_out() -> None:
    mail = read(replace(LETTER, earlier=("<0@example.com>", "<x@y>\r\nBcc: a@evil.example", "<2@example.com>")))
    assert str(mail["References"]).split() == ["<0@example.com>", "<2@example.com>"]
