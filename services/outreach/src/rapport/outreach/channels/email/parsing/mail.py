"""What a mail in a mailbox is to us: a report about one of ours, an answer, or nobody's business."""

from dataclasses import dataclass

from rapport.contracts.vocabulary import ReplyKind
from rapport.outreach.channels.email.parsing.automatic import comment_on_invitation, is_automatic, is_receipt
from rapport.outreach.channels.email.parsing.bounces import DeliveryReport, parse_report
from rapport.outreach.channels.email.parsing.mime import (
    addresses,
    earlier_mail_ids,
    fingerprint,
    header,
    own_mail_id,
    parse,
)
from rapport.outreach.channels.email.parsing.replies import MAX_TEXT, ReplyText, extract_reply

_MAX_SUBJECT = 500
_MOST_OF_A_REPORT = 100_000
"""Bytes in which a report is looked for, in so many lines: what it says stands before the mail that it returns."""
_MOST_LINES = 3_000


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A mail, as far as it may concern us."""

    fingerprint: bytes
    mail_id: str | None
    from_address: str
    """As addresses are compared; empty if the mail does not say."""
    earlier: tuple[str, ...]
    """Message-IDs of what it answers, the nearest last."""
    kind: ReplyKind
    to_many: bool
    """Whether it went to a list, as newsletters do."""
    subject: str
    text: str
    signature: str | None
    report: DeliveryReport | None
    receipt: bool
    """Whether it only says that a mail was opened."""


def parse_mail(raw: bytes) -> InboundMessage:
    """Read a mail, whatever it is like."""
    mail = parse(raw)
    receipt = is_receipt(mail)
    report = None if receipt else parse_report(parse(_beginning(raw)))
    written = ReplyText("", None) if report or receipt else extract_reply(mail)
    text = written.text or comment_on_invitation(mail)[:MAX_TEXT]
    return InboundMessage(
        fingerprint=fingerprint(mail, raw),
        mail_id=own_mail_id(mail),
        from_address=next(iter(addresses(mail, "From")), ""),
        earlier=tuple(earlier_mail_ids(mail)),
        kind=ReplyKind.AUTOMATIC if is_automatic(mail, text) else ReplyKind.PERSONAL,
        to_many="List-Id" in mail or "List-Unsubscribe" in mail,
        subject=header(mail, "Subject")[:_MAX_SUBJECT],
        text=text,
        signature=written.signature,
        report=report,
        receipt=receipt,
    )


def _beginning(raw: bytes) -> bytes:
    return b"\n".join(raw[:_MOST_OF_A_REPORT].split(b"\n", _MOST_LINES)[:_MOST_LINES])
