"""Mails that came back, and complaints: what they say of whom.

A report is read into its recipients, each with what is said of them: from standardised reports first (RFC 3464, RFC
5965), then from Amazon's notifications, from the kinds that ``flufl.bounce`` knows, and from what is said in words.
Then three questions are answered apart. Is it final: the action says so, whatever the code. Who is meant: an address
that the report names, not a path, a program, or whoever a mail was passed on to. Whose fault is it:
:mod:`rapport.outreach.domain.diagnosis`.
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
from rapport.outreach.domain.diagnosis import Cause, Evidence, cause_of, status_code, step_of

_MOST_EXPLAINED = 500
_MOST_FAILURES = 50
_MOST_GROUPS = 500
_MOST_IDS = 50
_MOST_WORDS = 2_000


@dataclass(frozen=True, slots=True)
class Failure:
    """A recipient whom a mail did not reach, for good."""

    recipient: str
    """The address, as it is compared; empty if the report names none."""
    hard: bool
    """Whether there is nobody at this address."""
    explanation: str | None
    meant_for: str | None = None
    """The address that the mail had before it was passed on to this one, if it was."""


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """A report about a mail of ours. Without failures it says nothing final: a delay, or a delivery."""

    complaint: bool
    """The recipient called it spam."""
    mail_ids: tuple[str, ...]
    """Message-IDs that may be the original's."""
    recipients: tuple[str, ...]
    """Whom it was to scope."""
    failures: tuple[Failure, ...]
    relay_ids: tuple[str, ...] = ()
    """Names that a mail server may have given the original when it took it."""


@dataclass(frozen=True, slots=True)
class _Reported:
    """What a report says of one recipient."""

    recipient: str
    final: bool
    evidence: Evidence
    meant_for: str | None = None
    is_address: bool = field(default=True)
    """False if what failed is a path or a program, behind the recipient's address."""

    def failure(self) -> Failure:
        """The failure, of a report that is final."""
        hard = self.is_address and bool(self.recipient) and cause_of(self.evidence) is Cause.ADDRESS
        said = " ".join(lenient_text(next(filter(None, self.evidence.words), "")).split())
        return Failure(self.recipient, hard, said[:_MOST_EXPLAINED] or self.evidence.status, self.meant_for)


def parse_report(mail: Message) -> DeliveryReport | None:
    """What a report says; None if the mail is none."""
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
    """A large provider reports without the standard's fields: such a subject, and the mail itself."""
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
    """What Amazon tells of a mail that it sent for us."""
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
    """What a delivery status report says of each recipient it is about."""
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
    # In a report on several recipients, words that name none of them are about all or about another one.
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
    """Whether a diagnosis has nothing but its kind, or a number: ``smtp;``, ``X-Unix; 255``."""
    return not re.search(r"[^\W\d]{3}", said.partition(";")[2] or said)


def _is_final(action: str, status: str | None) -> bool:
    """Whether the server has given up: the action says so; only where there is none, the code."""
    verb = re.split(r"[\s;(]", action.strip().lower(), maxsplit=1)[0]
    if not verb:
        return status is None or status.startswith("5")
    return verb in ("failed", "failure", "fail", "bounced", "undeliverable", "error")


@dataclass(frozen=True, slots=True)
class _Named:
    """What a field names: an address, or something else."""

    text: str
    addresses: tuple[str, ...]
    """The address in the spellings that the field may mean."""


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
"""What has to be encoded of an address, or sometimes is; anything else after a plus sign belongs to the address."""


def _without_xtext(text: str) -> str:
    """A text as it was before a client encoded it for ORCPT (RFC 3461)."""
    return _XTEXT.sub(lambda found: chr(int(found[1], 16)), text)


def _who(original: _Named | None, final: _Named | None, actual: _Named | None) -> tuple[str, str | None, bool]:
    """The address that failed, that which the mail had before, and whether it is an address that failed."""
    known = next((each.addresses for each in (final, original) if each and each.addresses), ())
    target = actual or final
    if target and not target.addresses and _is_local(target, known):
        target = None  # the local part alone, as the last server knows it
    if target and target.addresses:
        before = _other(original, target) or (_other(final, target) if actual else None)
        return target.addresses[0], before, True
    return (known[0] if known else ""), None, target is None or not target.text


def _is_local(target: _Named, known: tuple[str, ...]) -> bool:
    return any(address.rpartition("@")[0] == target.text.lower().strip('<>" ') for address in known)


def _other(named: _Named | None, target: _Named) -> str | None:
    """What a field names, if it is another address."""
    if named is None or not named.addresses or set(named.addresses) & set(target.addresses):
        return None
    return named.addresses[0]


def _blocks(status: Message) -> Iterator[Message]:
    """A report's groups of fields, also where its body is encoded or is plain text."""
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
    """The groups of fields of a report that is broken, or whose kind was lost on the way."""
    texts = (part_text(part) for part in parts(mail) if is_text(part))
    return [block for text in texts for block in _groups(text) if "Final-Recipient" in block]


# In words -------------------------------------------------------------------------------------------------


def _in_words(mail: Message) -> list[_Reported]:
    """What a report says that has no fields to read."""
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


# What it is about -----------------------------------------------------------------------------------------


def _original_mail_ids(mail: Message) -> Iterator[str]:
    """Message-IDs of mails within the report, and those its headers refer to."""
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
    """Names that a mail server may have given the original when it took it."""
    for block in _nested(status) if status is not None else ():
        for name in ("X-Postfix-Queue-ID", "X-Queue-ID", "Original-Envelope-Id"):
            if name in block and (found := relay_id_of_field(raw_header(block, name))):
                yield found
    yield from relay_ids_of(_original_mail_ids(mail))
