"""What Amazon SES tells by mail of mails that it took: JSON, sent by its notification service."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Any

from rapport.outreach.channels.email.compose import mail_ids_in
from rapport.outreach.channels.email.parsing.mime import address_of, addresses, text_of

_LARGEST = 400_000
_MOST_RECIPIENTS = 50
_SENDER = "@sns.amazonaws.com"
_NOBODY = ("noemail", "suppressed", "onaccountsuppressionlist")
"""Kinds of bounces of an address that is known to be dead."""
_GONE = "5.1.1"


@dataclass(frozen=True, slots=True)
class SesRecipient:
    """A recipient, with what their server said."""

    address: str
    status: str | None
    words: str


@dataclass(frozen=True, slots=True)
class SesNotification:
    """What became of a mail."""

    complaint: bool
    final: bool
    status: str | None
    recipients: tuple[SesRecipient, ...]
    mail_ids: tuple[str, ...]
    relay_ids: tuple[str, ...]


def parse_ses_notification(mail: Message) -> SesNotification | None:
    """What the notification says; None if the mail is none."""
    if not any(address.endswith(_SENDER) for address in addresses(mail, "From")):
        return None
    event = _object(text_of(mail, "plain")[:_LARGEST])
    event = _object(event.get("Message")) or event
    kind = _text(event.get("notificationType") or event.get("eventType")).lower()
    if kind not in ("bounce", "complaint"):
        return None
    detail, original = _object(event.get(kind)), _object(event.get("mail"))
    complaint = kind == "complaint"
    listed = detail.get("complainedRecipients" if complaint else "bouncedRecipients")
    recipients = tuple(_recipients(listed))
    return SesNotification(
        complaint=complaint,
        # "Undetermined" is given to bounces whose words Amazon does not know; they are over all the same.
        final=bool(detail),
        status=_GONE if _text(detail.get("bounceSubType")).lower() in _NOBODY else None,
        recipients=recipients,
        mail_ids=tuple(mail_ids_in(_text(_object(original.get("commonHeaders")).get("messageId")))),
        relay_ids=tuple(filter(None, [_text(original.get("messageId"))[:250]])),
    )


def _recipients(listed: object) -> Iterator[SesRecipient]:
    for each in listed[:_MOST_RECIPIENTS] if isinstance(listed, list) else ():
        found = _object(each)
        if address := address_of(_text(found.get("emailAddress"))):
            yield SesRecipient(address, _text(found.get("status")) or None, _text(found.get("diagnosticCode")))


def _object(value: object) -> dict[str, Any]:
    """A JSON object, or one within a text; nothing if it is none."""
    if isinstance(value, str):
        try:
            value = json.loads(value, strict=False)  # long lines may have been broken on the way
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value[:2_000] if isinstance(value, str) else ""
