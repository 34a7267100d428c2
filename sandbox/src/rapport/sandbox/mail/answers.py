"""How people and their mail servers answer a mail: replies, automatic replies and bounces, as real ones look."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr
from enum import StrEnum
from html import escape
from uuid import uuid4

from rapport.kit.mail import assembled, encoded_mailbox, encoded_text, text_and_page
from rapport.sandbox.mail.addresses import domain_of, mailbox_of
from rapport.sandbox.mail.reading import Content, read, read_headers
from rapport.sandbox.mail.store import Mail

_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{3,250}>")
_MOST_REFERENCES = 20
_MOST_HEADERS = 64 * 1024
_AWAY_FOR = timedelta(days=14)
_SATURDAY = 5


class Kind(StrEnum):
    """What one can do with a mail in one click."""

    INTERESTED = "interested"
    NO_THANKS = "no_thanks"
    OUT_OF_OFFICE = "out_of_office"
    BOUNCE = "bounce"
    TEXT = "text"


WORDS = {
    Kind.INTERESTED: (
        "Thanks for reaching out, this sounds interesting. I would like to hear more. "
        "Could we talk some time this week?"
    ),
    Kind.NO_THANKS: "Thank you for thinking of me. I am happy where I am and not looking for a change, so no thanks.",
}


@dataclass(frozen=True)
class Outgoing:
    """A mail on its way: an empty `envelope_from` means an automatic mail, which is never answered."""

    envelope_from: str
    mailboxes: tuple[str, ...]
    content: bytes


@dataclass(frozen=True)
class NotAnswered:
    """Why a mail gets no such answer."""

    reason: str


def answer(
    kind: Kind, mail: Mail, raw: bytes, *, at: datetime, text: str = "", until: date | None = None
) -> Outgoing | NotAnswered:
    """Write the reply of the mailbox's owner (or of its server) to a mail.

    Args:
        kind: what the answer says.
        mail: what is answered.
        raw: the same as it was delivered.
        at: when the answer is written.
        text: what it says, if `kind` is `text`.
        until: the day an automatic reply names; without one, a working day in two weeks.
    """
    match kind:
        case Kind.BOUNCE:
            return _bounce(mail, raw, at)
        case Kind.OUT_OF_OFFICE:
            return _out_of_office(mail, read(raw), at, until or _working_day(at.date() + _AWAY_FOR))
        case Kind.INTERESTED | Kind.NO_THANKS:
            return _reply(mail, read(raw), WORDS[kind], at)
        case Kind.TEXT:
            return _reply(mail, read(raw), text, at) if text.strip() else NotAnswered("an answer needs a text")


def _reply(mail: Mail, original: Content, words: str, at: datetime) -> Outgoing | NotAnswered:
    people = original.people("Reply-To") or original.people("From")
    mailboxes = tuple(dict.fromkeys(mailbox for _, address in people if (mailbox := mailbox_of(address))))
    if not mailboxes:
        return NotAnswered("it does not say whom to answer: neither Reply-To nor From has an address")
    subject = original.header("Subject")
    answered = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    to = ",\r\n ".join(encoded_mailbox("To", *person) for person in people)
    headers = [*_headers_of(mail, original, at, answered), ("To", to)]
    whose = formataddr(people[0])
    written = original.header("Date") or format_datetime(mail.received)
    intro = f"On {written}, {whose} wrote:"
    quoted = "\n".join(f"> {line}" if line else ">" for line in original.plain.rstrip().splitlines())
    body = text_and_page(f"{words.strip()}\n\n{intro}\n\n{quoted}\n", _as_html(words, intro, original))
    return Outgoing(mail.mailbox, mailboxes, assembled(headers, body, eight_bits=True))


def _as_html(words: str, intro: str, original: Content) -> str:
    """Quote as the most common mail program does."""
    quoted = _paragraphs(original.plain) if original.html is None else _inside_of_body(original.html)
    return (
        f'<div dir="ltr">{_paragraphs(words)}</div><br>'
        f'<div class="gmail_quote"><div dir="ltr" class="gmail_attr">{escape(intro)}<br></div>'
        '<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">'
        f"{quoted}</blockquote></div>\n"
    )


def _inside_of_body(html: str) -> str:
    lower = html.lower()
    begins = lower.find(">", max(lower.find("<body"), 0)) + 1 if "<body" in lower else 0
    ends = lower.rfind("</body")
    return html[begins:] if ends < begins else html[begins:ends]


def _paragraphs(text: str) -> str:
    return "<br>\n".join(escape(line) for line in text.strip().splitlines())


def _out_of_office(mail: Mail, original: Content, at: datetime, until: date) -> Outgoing | NotAnswered:
    if not mail.envelope_from:
        return NotAnswered("its envelope has no sender: machines do not answer such mail")
    if original.is_automatic:
        return NotAnswered("it was sent by a machine: machines do not answer such mail")
    headers = [
        *_headers_of(mail, original, at, f"Automatic reply: {original.header('Subject')}"),
        ("To", mail.envelope_from),
        ("Auto-Submitted", "auto-replied"),
        ("X-Auto-Response-Suppress", "All"),
    ]
    words = (
        f"Thank you for your message. I am out of the office until {until:%A}, {until.day} {until:%B %Y}, "
        "and cannot read mail until then. I will get back to you when I return."
    )
    content = assembled(headers, text_and_page(f"{words}\n", None), eight_bits=True)
    return Outgoing("", (mail.envelope_from,), content)


def _working_day(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= _SATURDAY else 0)


def _headers_of(mail: Mail, original: Content, at: datetime, subject: str) -> list[tuple[str, str]]:
    """Begin a mail that replies to another, from the mailbox's owner."""
    thread = _thread(original)
    names = [name for name, address in original.people("To") if mailbox_of(address) == mail.mailbox]
    headers = [
        ("From", encoded_mailbox("From", names[0] if names else "", mail.mailbox)),
        ("Subject", encoded_text("Subject", subject)),
        ("Date", format_datetime(at)),
        ("Message-ID", f"<{uuid4().hex}@{domain_of(mail.mailbox)}>"),
    ]
    if thread:
        headers += [("In-Reply-To", thread[-1]), ("References", "\r\n ".join(thread))]
    return headers


def _thread(original: Content) -> list[str]:
    """Return the ids of the conversation, this mail's last."""
    own = _MESSAGE_ID.findall(original.header("Message-ID"))[:1]
    before = _MESSAGE_ID.findall(original.header("References")) or _MESSAGE_ID.findall(original.header("In-Reply-To"))
    return [*before[-_MOST_REFERENCES:], *own] if own else []


def _bounce(mail: Mail, raw: bytes, at: datetime) -> Outgoing | NotAnswered:
    """Report that the address is unknown, as the server of its domain would (RFC 3464)."""
    if not mail.envelope_from:
        return NotAnswered("its envelope has no sender: such mail is never bounced")
    server = f"mail.{_ascii(domain_of(mail.mailbox))}"
    report = MIMEMultipart("report")
    report.set_param("report-type", "delivery-status")
    report["From"] = f"Mail Delivery System <mailer-daemon@{_ascii(domain_of(mail.mailbox))}>"
    report["To"] = _ascii(mail.envelope_from)
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report["Date"] = format_datetime(at)
    report["Message-ID"] = f"<{uuid4().hex}@{server}>"
    report["Auto-Submitted"] = "auto-replied"
    for part, what in (
        (_notification(mail, server), "Notification"),
        (_delivery_status(mail, server), "Delivery report"),
        (_returned_headers(raw), "Undelivered Message Headers"),
    ):
        part["Content-Description"] = what
        report.attach(part)
    return Outgoing("", (mail.envelope_from,), report.as_bytes(policy=report.policy.clone(linesep="\r\n")))


def _notification(mail: Mail, server: str) -> Message:
    return MIMEText(
        f"This is the mail system at host {server}.\n\n"
        "I'm sorry to have to inform you that your message could not\n"
        "be delivered to one or more recipients. It's attached below.\n\n"
        f"<{_ascii(mail.mailbox)}>: {_diagnosis(mail)}\n",
        "plain",
        "us-ascii",
    )


def _delivery_status(mail: Mail, server: str) -> Message:
    about_mail, about_recipient = Message(), Message()
    about_mail["Reporting-MTA"] = f"dns; {server}"
    about_mail["Arrival-Date"] = format_datetime(mail.received)
    kind = "rfc822" if mail.mailbox.isascii() else "utf-8"
    about_recipient["Final-Recipient"] = f"{kind}; {_ascii(mail.mailbox)}"
    about_recipient["Action"] = "failed"
    about_recipient["Status"] = "5.1.1"
    about_recipient["Diagnostic-Code"] = f"smtp; {_diagnosis(mail)}"
    status = MIMEBase("message", "delivery-status")
    status.attach(about_mail)
    status.attach(about_recipient)
    return status


def _diagnosis(mail: Mail) -> str:
    return f"550 5.1.1 <{_ascii(mail.mailbox)}>: Recipient address rejected: User unknown"


def _returned_headers(raw: bytes) -> Message:
    part = MIMEBase("text", "rfc822-headers")
    part.set_payload(read_headers(raw)[:_MOST_HEADERS].decode("ascii", "surrogateescape") + "\n")
    return part


def _ascii(address: str) -> str:
    """Write an international address as reports do (RFC 6533)."""
    return "".join(letter if letter.isascii() else f"\\x{{{ord(letter):X}}}" for letter in address)
