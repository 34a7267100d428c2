"""Parse delivery reports and complaints.

Recipients and explanations are taken from standard reports (RFC 3464, RFC 5965), Amazon's notifications, the formats
that ``flufl.bounce`` knows, and free text. Three things are then determined independently for each recipient:

- whether the failure is final: the action decides, and the status code only if there is no action;
- which of our recipients failed: an address in the report, never a path, a program or a forwarding target;
- the cause: :mod:`rapport.outreach.domain.diagnosis`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import HeaderParser

from rapport.outreach.channels.email.compose import mail_ids_in
from rapport.outreach.channels.email.parsing import ses
from rapport.outreach.channels.email.parsing.mime import (
    LENIENT,
    address_of,
    addresses,
    earlier_mail_ids,
    header,
    lenient_text,
    mail_ids_of,
    part_text,
    parts,
    raw_header,
)
from rapport.outreach.channels.email.parsing.phrases import (
    MOST_READ,
    about,
    delayed_addresses,
    failed_addresses,
    is_from_machine,
    is_text,
    meant_for,
    notice_of,
    speaks_of_delay,
    speaks_of_failure,
)
from rapport.outreach.channels.email.relay_ids import relay_id_of_field, relay_ids_of
from rapport.outreach.channels.transport import DeliveryReport, Failure
from rapport.outreach.domain.diagnosis import Cause, Evidence, cause_of, status_code, step_of

_MOST_EXPLAINED = 500
_MOST_FAILURES = 50
_MOST_GROUPS = 500
_MOST_IDS = 50
_MOST_WORDS = 2_000


@dataclass(frozen=True, slots=True)
class _Reported:
    """What a report says about one recipient."""

    recipient: str
    final: bool
    evidence: Evidence
    meant_for: str | None = None
    is_address: bool = field(default=True)
    """False if a path or a program behind the recipient's address failed."""

    def failure(self) -> Failure:
        """The failure, if the report is final."""
        hard = self.is_address and bool(self.recipient) and cause_of(self.evidence) is Cause.ADDRESS
        said = " ".join(lenient_text(next(filter(None, self.evidence.words), "")).split())
        return Failure(self.recipient, hard, said[:_MOST_EXPLAINED] or self.evidence.status, self.meant_for)


def parse_report(mail: Message) -> DeliveryReport | None:
    """Parse a mail; None if it is not a report."""
    feedback = _first(mail, "message/feedback-report")
    if feedback is not None:
        return _complaint(mail, feedback)
    if _is_complaint_in_words(mail):
        return _complaint(mail, Message())
    if notified := ses.parse_ses_notification(mail):
        return _notified(notified)
    status = _first(mail, "message/delivery-status", "message/global-delivery-status")
    if status is None and not is_from_machine(mail):
        return None
    reported = _standard(mail, list(_blocks(status)) if status is not None else _blocks_in_text(mail))
    if not reported:
        reported = _in_words(mail)
        if not reported and status is None:
            return None
    return DeliveryReport(
        complaint=False,
        mail_ids=tuple(dict.fromkeys(_original_mail_ids(mail)))[-_MOST_IDS:],
        recipients=tuple(dict.fromkeys(each.recipient for each in reported if each.recipient))[:_MOST_FAILURES],
        failures=tuple(each.failure() for each in reported if each.final)[:_MOST_FAILURES],
        relay_ids=tuple(dict.fromkeys(_relay_ids(mail, status)))[:_MOST_IDS],
    )


def _first(mail: Message, *content_types: str) -> Message | None:
    return next((part for part in parts(mail) if part.get_content_type() in content_types), None)


# Complaints -----------------------------------------------------------------------------------------------


_COMPLAINTS = ("abuse", "fraud", "opt-out", "opt-out-list", "complaint", "miscategorized", "")


def _is_complaint_in_words(mail: Message) -> bool:
    """Whether it is a complaint of a large provider that sends no standard fields, only a subject and the mail."""
    subject = header(mail, "Subject").lower()
    return subject.startswith("complaint about message from") and _first(mail, "message/rfc822") is not None


def _complaint(mail: Message, feedback: Message) -> DeliveryReport:
    fields = next(_blocks(feedback), Message())
    recipients = [a for name in ("Original-Rcpt-To", "Removal-Recipient") for a in addresses(fields, name)]
    original = _first(mail, "message/rfc822")
    nested = original.get_payload() if original is not None else None
    if isinstance(nested, list) and nested and isinstance(nested[0], Message):
        recipients += addresses(nested[0], "To")
    return DeliveryReport(
        complaint=raw_header(fields, "Feedback-Type").lower() in _COMPLAINTS,
        mail_ids=tuple(_original_mail_ids(mail))[-_MOST_IDS:],
        recipients=tuple(recipients[:_MOST_FAILURES]),
        failures=(),
        relay_ids=tuple(_relay_ids(mail, None))[:_MOST_IDS],
    )


def _notified(found: ses.SesNotification) -> DeliveryReport:
    """Convert a notification of Amazon SES."""
    reported = [
        _Reported(each.address, found.final, Evidence(each.status or found.status, (each.words,), step_of(each.words)))
        for each in found.recipients
    ]
    return DeliveryReport(
        complaint=found.complaint,
        mail_ids=found.mail_ids,
        recipients=tuple(each.recipient for each in reported)[:_MOST_FAILURES],
        failures=() if found.complaint else tuple(r.failure() for r in reported if r.final)[:_MOST_FAILURES],
        relay_ids=found.relay_ids,
    )


# Standard reports -----------------------------------------------------------------------------------------


def _standard(mail: Message, blocks: Iterable[Message]) -> list[_Reported]:
    """Parse the recipient groups of a delivery status report."""
    described = [block for block in blocks if any(name in block for name in _NAMES)]
    notice = notice_of(mail) if described else ""
    alone = len(described) == 1
    return [_of_block(block, notice, alone=alone) for block in described]


_NAMES = ("Original-Recipient", "Final-Recipient", "X-Actual-Recipient")


def _of_block(block: Message, notice: str, *, alone: bool) -> _Reported:
    original, final, actual = (_named(block, name) for name in _NAMES)
    recipient, before, is_address = _who(original, final, actual)
    status = status_code(raw_header(block, "Status")) or status_code(raw_header(block, "Diagnostic-Code"))
    said = header(block, "Diagnostic-Code")[:_MOST_WORDS]
    # In a report on several recipients, text without an address may be about another one.
    nearby = about(notice, recipient) if recipient else ""
    spoken = nearby or (notice[:_MOST_WORDS] if alone and not said else "")
    step = step_of(said) or step_of(nearby) or (step_of(notice) if alone else None)
    return _Reported(
        recipient,
        _is_final(raw_header(block, "Action"), status),
        Evidence(status, (said, spoken) if said and not _is_empty(said) else (spoken,), step),
        before or meant_for(nearby),
        is_address,
    )


def _is_empty(said: str) -> bool:
    """Whether a diagnosis is only a type or a number: ``smtp;``, ``X-Unix; 255``."""
    return not re.search(r"[^\W\d]{3}", said.partition(";")[2] or said)


def _is_final(action: str, status: str | None) -> bool:
    """Whether the server has given up, by the action; by the status code if there is no action."""
    verb = re.split(r"[\s;(]", action.strip().lower(), maxsplit=1)[0]
    if not verb:
        return status is None or status.startswith("5")
    return verb in ("failed", "failure", "fail", "bounced", "undeliverable", "error")


@dataclass(frozen=True, slots=True)
class _Named:
    """The value of a recipient field: an address, or something else."""

    text: str
    addresses: tuple[str, ...]
    """The possible spellings of the address."""


def _named(block: Message, name: str) -> _Named | None:
    if name not in block:
        return None
    kind, separator, text = header(block, name).partition(";")
    text = (text if separator else kind).strip()
    if kind.strip().lower() == "utf-8":
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    if kind.strip().lower() in ("x-unix", "x-local", "x-file", "x-pipe") or text.startswith(
        ("|", "/", '"|', '"/', ":")
    ):
        return _Named(text, ())
    spellings = (_without_xtext(text), text) if name == "Original-Recipient" else (text,)
    found = dict.fromkeys(address for each in spellings if (address := address_of(each)))
    return _Named(text, tuple(found))


_ESCAPED = re.compile(r"\\x\{((?:10|[1-9A-F])?[0-9A-F]{4}|[0-9A-F]{2,3})\}", re.IGNORECASE)
"""A character of an internationalised address (RFC 6533)."""
_XTEXT = re.compile(r"\+(2B|3D|40)")
"""Characters that clients encode; any other plus sign is part of the address."""


def _without_xtext(text: str) -> str:
    """Decode the xtext of an ORCPT parameter (RFC 3461)."""
    return _XTEXT.sub(lambda found: chr(int(found[1], 16)), text)


def _who(original: _Named | None, final: _Named | None, actual: _Named | None) -> tuple[str, str | None, bool]:
    """The failed address, the address before forwarding, and whether an address failed (not a path or a program)."""
    known = next((each.addresses for each in (final, original) if each and each.addresses), ())
    target = actual or final
    if target and not target.addresses and _is_local(target, known):
        target = None  # only the local part, as the last server knows it
    if target and target.addresses:
        before = _other(original, target) or (_other(final, target) if actual else None)
        return target.addresses[0], before, True
    return (known[0] if known else ""), None, target is None or not target.text


def _is_local(target: _Named, known: tuple[str, ...]) -> bool:
    return any(address.rpartition("@")[0] == target.text.lower().strip('<>" ') for address in known)


def _other(named: _Named | None, target: _Named) -> str | None:
    """The address of a field, if it differs from the target."""
    if named is None or not named.addresses or set(named.addresses) & set(target.addresses):
        return None
    return named.addresses[0]


def _blocks(status: Message) -> Iterator[Message]:
    """The groups of fields of a report, also if its body is encoded or plain text."""
    payload = status.get_payload()
    if isinstance(payload, list):
        blocks = [block for block in payload if isinstance(block, Message)]
        if any(block.keys() for block in blocks) and status.get(
            "Content-Transfer-Encoding", ""
        ).lower().strip() not in (
            "base64",
            "quoted-printable",
        ):
            yield from blocks
            return
        plain = Message()
        plain["Content-Transfer-Encoding"] = status.get("Content-Transfer-Encoding", "7bit")
        plain.set_payload("\n\n".join(block.as_string().strip("\n") for block in blocks))
        text = part_text(plain)
    else:
        text = part_text(status)
    yield from _groups(text)


def _groups(text: str) -> Iterator[Message]:
    for group in re.split(r"\n\s*\n", text[:MOST_READ])[:_MOST_GROUPS]:
        if group.strip():
            yield HeaderParser(policy=LENIENT).parsestr(group.strip("\n") + "\n\n")


def _blocks_in_text(mail: Message) -> list[Message]:
    """The groups of fields of a malformed report, or of one whose content type was lost in transit."""
    texts = (part_text(part) for part in parts(mail) if is_text(part))
    return [block for text in texts for block in _groups(text) if "Final-Recipient" in block]


# Free text -----------------------------------------------------------------------------------------------


def _in_words(mail: Message) -> list[_Reported]:
    """Parse a report that has no fields."""
    notice = notice_of(mail)
    unknown = cause_of(Evidence(None, (notice[:_MOST_WORDS],))) is Cause.ADDRESS
    failed = failed_addresses(mail, notice, unknown=unknown)[:_MOST_FAILURES]
    final = not speaks_of_delay(notice)
    found = []
    if not failed and final and speaks_of_failure(mail):
        found.append(_Reported("", final, Evidence(None, (notice[:_MOST_WORDS],))))
    for recipient in failed:
        said = about(notice, recipient) or (notice[:_MOST_WORDS] if len(failed) == 1 else "")
        step = step_of(said) or (step_of(notice) if len(failed) == 1 else None)
        evidence = Evidence(status_code(said), (said, header(mail, "Subject")), step)
        found.append(_Reported(recipient, final, evidence, meant_for(said)))
    waiting = (address for address in delayed_addresses(mail) if address not in failed)
    return [*found, *(_Reported(address, final=False, evidence=Evidence(None, ())) for address in waiting)]


# The original mail ----------------------------------------------------------------------------------------


def _original_mail_ids(mail: Message) -> Iterator[str]:
    """Message-IDs of the mails inside the report and of those its headers refer to."""
    yield from earlier_mail_ids(mail)
    yield from mail_ids_of(mail, "X-MS-Exchange-Parent-Message-Id")
    for part in parts(mail):
        content_type = part.get_content_type()
        if content_type.startswith("message/"):
            for each in _nested(part):
                for name in ("Message-ID", "Original-Message-ID", "X-Original-Message-ID"):
                    yield from mail_ids_of(each, name)
        elif content_type == "text/rfc822-headers" or is_text(part):
            for found in _MAIL_ID_LINE.finditer(part_text(part)[:MOST_READ]):
                yield from mail_ids_in(found[1])


_MAIL_ID_LINE = re.compile(
    r"^[ >]{0,20}(?:x-)?(?:original-)?message-id:\s{0,20}(<[^<>\s]{1,250}>)", re.IGNORECASE | re.MULTILINE
)


def _nested(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    for each in payload if isinstance(payload, list) else ():
        if isinstance(each, Message):
            yield each


def _relay_ids(mail: Message, status: Message | None) -> Iterator[str]:
    """Queue ids that a mail server may have given the original when it accepted it."""
    for block in _nested(status) if status is not None else ():
        for name in ("X-Postfix-Queue-ID", "X-Queue-ID", "Original-Envelope-Id"):
            if name in block and (found := relay_id_of_field(raw_header(block, name))):
                yield found
    yield from relay_ids_of(_original_mail_ids(mail))
