"""A mail parsed into what concerns us: a reply, or a report about a message of ours."""

from rapport.contracts.vocabulary import ReplyKind
from rapport.outreach.channels.email.parsing.automatic import comment_on_invitation, is_automatic, is_receipt
from rapport.outreach.channels.email.parsing.bounces import parse_report
from rapport.outreach.channels.email.parsing.mime import (
    addresses,
    earlier_mail_ids,
    fingerprint,
    header,
    own_mail_id,
    parse,
)
from rapport.outreach.channels.email.parsing.replies import MAX_TEXT, ReplyText, extract_reply
from rapport.outreach.channels.email.relay_ids import relay_ids_of
from rapport.outreach.channels.transport import InboundMessage

_MAX_SUBJECT = 500
_MOST_OF_A_REPORT = 100_000
"""Bytes in which a report is looked for, in so many lines: what it says stands before the mail that it returns."""
_MOST_LINES = 3_000


def parse_mail(raw: bytes) -> InboundMessage:
    """Parse a mail, however malformed."""
    mail = parse(raw)
    receipt = is_receipt(mail)
    report = None if receipt else parse_report(parse(_beginning(raw)))
    written = ReplyText("", None) if report or receipt else extract_reply(mail)
    text = written.text or comment_on_invitation(mail)[:MAX_TEXT]
    earlier = earlier_mail_ids(mail)
    return InboundMessage(
        fingerprint=fingerprint(mail, raw),
        mail_id=own_mail_id(mail),
        from_address=next(iter(addresses(mail, "From")), ""),
        earlier=tuple(earlier),
        earlier_relay_ids=tuple(relay_ids_of(earlier)),
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
