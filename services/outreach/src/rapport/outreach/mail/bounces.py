"""Mails that came back, and complaints: what they say of whom.

Standardised reports first (RFC 3464, RFC 5965), then the kinds that ``flufl.bounce`` knows, then what the report's
headers alone say. Whether an address is dead is told by the report's words, else by its enhanced status code
(RFC 3463): a full mailbox, a refused text or a blocked sender says nothing against an address.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser

from flufl.bounce import all_failures

from rapport.outreach.mail.compose import mail_ids_in
from rapport.outreach.mail.reading import (
    LENIENT,
    addresses,
    earlier_mail_ids,
    header,
    lenient_text,
    part_text,
    parts,
    raw_header,
    without_tags,
)

_MOST_EXPLAINED = 500
_MOST_FAILURES = 50
_MOST_GROUPS = 500
_MOST_READ = 200_000
"""Characters of a part in which something is searched for."""
_MOST_NOTICE = 20_000
_NEARBY = 600
"""Characters after a recipient's address that are about that recipient."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A recipient whom a mail did not reach, for good."""

    recipient: str
    """In lower case."""
    hard: bool
    """Whether there is nobody at this address."""
    explanation: str | None


@dataclass(frozen=True, slots=True)
class Returned:
    """A report about a mail of ours. Without failures it says nothing final: a delay, or a delivery."""

    complaint: bool
    """The recipient called it spam."""
    mail_ids: tuple[str, ...]
    """Message-IDs that may be the original's."""
    recipients: tuple[str, ...]
    """Whom it was to reach."""
    failures: tuple[Failure, ...]


def returned(mail: Message) -> Returned | None:
    """What a report says; None if the mail is none."""
    feedback = _first(mail, "message/feedback-report")
    if feedback is not None:
        return _complaint(mail, feedback)
    if _is_complaint_in_words(mail):
        return _complaint(mail, Message())
    status = _first(mail, "message/delivery-status", "message/global-delivery-status")
    failures, recipients = _standard(mail, list(_blocks(status)) if status is not None else _blocks_in_text(mail))
    if not recipients:
        if not _is_from_a_machine(mail):
            return None
        failures, recipients = _other_kinds(mail)
        if not recipients and status is None:
            return None
    return Returned(
        complaint=False,
        mail_ids=tuple(_original_mail_ids(mail)),
        recipients=tuple(recipients),
        failures=tuple(failures[:_MOST_FAILURES]),
    )


def _first(mail: Message, *content_types: str) -> Message | None:
    return next((part for part in parts(mail) if part.get_content_type() in content_types), None)


# Complaints -----------------------------------------------------------------------------------------------


_COMPLAINTS = ("abuse", "fraud", "opt-out", "opt-out-list", "complaint", "miscategorized", "")


def _is_complaint_in_words(mail: Message) -> bool:
    """A large provider reports without the standard's fields: such a subject, and the mail itself."""
    subject = header(mail, "Subject").lower()
    return subject.startswith("complaint about message from") and _first(mail, "message/rfc822") is not None


def _complaint(mail: Message, feedback: Message) -> Returned:
    fields = next(_blocks(feedback), Message())
    recipients = [a for name in ("Original-Rcpt-To", "Removal-Recipient") for a in addresses(fields, name)]
    original = _first(mail, "message/rfc822")
    nested = original.get_payload() if original is not None else None
    if isinstance(nested, list) and nested and isinstance(nested[0], Message):
        recipients += addresses(nested[0], "To")
    return Returned(
        complaint=raw_header(fields, "Feedback-Type").lower() in _COMPLAINTS,
        mail_ids=tuple(_original_mail_ids(mail)),
        recipients=tuple(recipients[:_MOST_FAILURES]),
        failures=(),
    )


# Standard reports -----------------------------------------------------------------------------------------


def _standard(mail: Message, blocks: Iterable[Message]) -> tuple[list[Failure], list[str]]:
    """The failures of a delivery status report, and everybody it is about."""
    failures, recipients = [], []
    named = [(block, recipient) for block in blocks if (recipient := _recipient(block))]
    notice = _notice(mail) if named else ""
    for block, recipient in named:
        recipients.append(recipient)
        action = raw_header(block, "Action").lower().split(" ")[0].rstrip(";")
        code = _status_code(raw_header(block, "Status")) or _status_code(raw_header(block, "Diagnostic-Code"))
        if action not in ("failed", "failure", "") or _is_temporary(code):
            continue
        said = header(block, "Diagnostic-Code")
        failures.append(_failure(recipient, code, said, _about(notice, recipient)))
    return failures, recipients


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
    for group in re.split(r"\n\s*\n", text[:_MOST_READ])[:_MOST_GROUPS]:
        if group.strip():
            yield HeaderParser(policy=LENIENT).parsestr(group.strip("\n") + "\n\n")


def _blocks_in_text(mail: Message) -> list[Message]:
    """The groups of fields of a report that is broken, or whose kind was lost on the way."""
    if mail.get_content_type() != "multipart/report" and not _is_from_a_machine(mail):
        return []
    texts = (part_text(part) for part in parts(mail) if _is_text(part))
    return [block for text in texts for block in _groups(text) if "Final-Recipient" in block]


def _recipient(block: Message) -> str | None:
    for name in ("Original-Recipient", "Final-Recipient", "X-Actual-Recipient"):
        _, _, address = raw_header(block, name).rpartition(";")
        address = address.strip().strip("<>").lower()
        if re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", address):
            return address
    return None


# Other kinds ----------------------------------------------------------------------------------------------


_MACHINES = re.compile(
    r"(mailer-?daemon|postmaster|mail[._-]?(delivery|er|admin)|mdaemon|bounces?|daemon)\b", re.IGNORECASE
)


def _is_from_a_machine(mail: Message) -> bool:
    """Whether a mail server may have written this; a person may quote a report as well."""
    null_sender = raw_header(mail, "Return-Path") == "<>"
    automatic = raw_header(mail, "Auto-Submitted").lower() not in ("", "no")
    named = bool(_MACHINES.search(raw_header(mail, "From")))
    report = mail.get_content_type() == "multipart/report"
    return named or report or "X-Failed-Recipients" in mail or ((null_sender or automatic) and _speaks_of_failure(mail))


_FAILURE_SUBJECTS = re.compile(
    r"undeliver|returned mail|delivery (status|fail|report|notification|problem)|failure|failed|mail system error"
    r"|could not be delivered|not delivered|unzustellbar|non remis|delayed",
    re.IGNORECASE,
)


def _speaks_of_failure(mail: Message) -> bool:
    return bool(_FAILURE_SUBJECTS.search(header(mail, "Subject")))


def _other_kinds(mail: Message) -> tuple[list[Failure], list[str]]:
    temporary, permanent = _detected(mail)
    named = addresses(mail, "X-Failed-Recipients")
    notice = _notice(mail)
    if not temporary and not permanent:
        permanent = named or _addresses_said_to_have_failed(mail, notice)
    failures = []
    for recipient in permanent:
        about = _about(notice, recipient)
        code = _status_code(about)
        if not _is_temporary(code) and not _DELAYED.search(notice):
            failures.append(_failure(recipient, code, "", about))
    return failures, [*permanent, *temporary]


def _detected(mail: Message) -> tuple[list[str], list[str]]:
    try:
        temporary, permanent = all_failures(mail)
    except Exception:  # noqa: BLE001 - what the library trips over is not a kind it knows
        return [], []
    return _lower(temporary), _lower(permanent)


def _lower(found: frozenset[bytes]) -> list[str]:
    return sorted({address.decode("utf-8", "replace").strip("<> ").lower() for address in found})


_ADDRESS = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
_DELAYED = re.compile(
    r"warning message only|has been delayed|delivery (?:is )?delayed|will (?:keep|continue) trying|still being retried"
    r"|do(?:es)? not need to (?:resend|be resent)|will be retried",
    re.IGNORECASE,
)


def _addresses_said_to_have_failed(mail: Message, notice: str) -> list[str]:
    """The addresses a notice names, if it says that something failed; not the one it was sent to."""
    if not (_speaks_of_failure(mail) or _UNKNOWN.search(notice)):
        return []
    ours = {*addresses(mail, "To"), *addresses(mail, "From"), *addresses(mail, "Delivered-To")}
    found = dict.fromkeys(address.lower() for address in _ADDRESS.findall(notice))
    return [address for address in found if address not in ours and not _MACHINES.match(address)][:3]


# What a failure means -------------------------------------------------------------------------------------


_UNKNOWN = re.compile(
    # what is unknown or invalid, before the noun
    r"(?:unknown|invalid|no such|non-?existent|bad|incorrect|unroute?able|undeliverable|illegal|no valid)[ -]+"
    r"(?:local |virtual |e-?mail |mail |destination |final )*"
    r"(?:user|recipient|mailbox|address|account|alias|domain|host|person|name)"
    # the noun, then what is the matter with it
    r"|(?:user|recipient|mailbox|address|account|addressee|person|alias|domain|e-?mail|host)s?\b[^.;\n]{0,80}?\b(?:unknown"
    r"|not (?:be )?(?:found|known|exist|valid|recogni[sz]ed|listed|located)|does ?n[o']t exist|do(?:es)? not exist"
    r"|no longer (?:available|valid|active|exists?|in use|here|on)|has (?:been )?(?:moved|left|removed|deleted|closed)"
    r"|is (?:invalid|undeliverable))"
    # there is none
    r"|does(?: not|n't) exist"
    r"|(?:not|no) (?:a )?(?:valid|known|local|existing) (?:user|recipient|mailbox|address|account)"
    r"|(?:does not|doesn't) have an? [^;\n]{0,60}account|no mail ?box (?:here|found)|not our (?:customer|user)"
    r"|no (?:mailbox|account|user|one)\b[^.;\n]{0,30}(?:here|by that name|with that name)"
    # no way to its domain
    r"|unroute?able|nxdomain|null mx|no mx\b|no mail exchanger|no smtp service|does not accept (?:e-?)?mail\b(?! from)"
    r"|name service error|name or service not known|could(?: not|n't) (?:be resolved|find any host)|dns error"
    r"|recipnotfound",
    re.IGNORECASE,
)
_SOMETHING_ELSE = re.compile(
    r"quota|full|mailbox size|too (?:large|big|many|much|long|fast)|exceeds|content|virus|malware"
    r"|spam|junk|unsolicited|block(?:ed|list)|black ?list|deny ?list|banned|reputation|polic(?:y|ies)|denied|prohibited"
    r"|not permitted|relay|authenticat|\bspf\b|\bdkim\b|\bdmarc\b|\bptr\b|reverse|sender|refused|filter"
    r"|temporar|time[d ]*out|try again|expired|gr[ae]ylist|rate limit|connection|system error|suspend|disabled",
    re.IGNORECASE,
)
_DEAD = re.compile(r"5\.(?:1\.(?:[012346]|10)|2\.1|4\.4)")
"""Enhanced status codes about the address itself, or the way to it."""
_ABOUT_SENDER = re.compile(r"\b5\.1\.[78]\b|\bsender(?:'s)? (?:e-?mail )?(?:address|domain)\b", re.IGNORECASE)


def _failure(recipient: str, code: str | None, said: str, about: str) -> Failure:
    explanation = " ".join(lenient_text(said or about).split())[:_MOST_EXPLAINED] or code
    return Failure(recipient, _is_hard(code, said or about) if said or about else _says_dead(code), explanation)


def _is_hard(code: str | None, words: str) -> bool:
    if _ABOUT_SENDER.search(f"{code} {words}"):
        return False
    if _UNKNOWN.search(words):
        return True
    return not _SOMETHING_ELSE.search(words) and _says_dead(code)


def _says_dead(code: str | None) -> bool:
    return code is not None and bool(_DEAD.fullmatch(code))


def _status_code(text: str) -> str | None:
    """The enhanced status code in a text: ``5.1.1``."""
    found = re.search(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.]*\d)", text)
    return found[0] if found else None


def _is_temporary(code: str | None) -> bool:
    return code is not None and code[0] in "24"


# Where it stands ------------------------------------------------------------------------------------------


_ORIGINAL = re.compile(
    r"^[ >*-]*(?:this is a copy of|original message|below (?:this line )?is (?:a|the) copy"
    r"|your message reads|unsent message (?:follows|below)|the (?:text|body) of the (?:original|message)"
    r"|message (?:header|text) follows|return-path:|received:)",
    re.IGNORECASE | re.MULTILINE,
)


def _notice(mail: Message) -> str:
    """What the mail server says in words, without the mail it returns."""
    for part in parts(mail):
        if _is_text(part) and (text := part_text(part)).strip():
            if part.get_content_subtype() == "html":
                text = without_tags(text[:_MOST_READ])
            text = text[:_MOST_NOTICE]
            begins = _ORIGINAL.search(text)
            return text[: begins.start() if begins and begins.start() > 0 else 8000][:8000]
    return ""


def _is_text(part: Message) -> bool:
    """Whether a part is text, be it that its limits were not found."""
    broken = part.get_content_maintype() == "multipart" and not part.is_multipart()
    return broken or part.get_content_type() in ("text/plain", "text/html")


def _about(notice: str, recipient: str) -> str:
    """What a notice says of one recipient: from there to the next address, or all of it if it does not name them."""
    lower = notice.lower()
    at = lower.find(recipient)
    if at < 0:
        return notice[:2000]
    rest = notice[at + len(recipient) :][:_NEARBY]
    following = next((m.start() for m in _ADDRESS.finditer(rest) if m[0].lower() != recipient), len(rest))
    nearby = rest[:following] if following > 40 else rest
    return nearby if re.search(r"[a-z]{4}", nearby, re.IGNORECASE) else notice[:2000]


def _original_mail_ids(mail: Message) -> Iterator[str]:
    """Message-IDs of mails within the report, and those its headers refer to."""
    yield from earlier_mail_ids(mail)
    for part in parts(mail):
        content_type = part.get_content_type()
        if content_type.startswith("message/"):
            nested = part.get_payload()
            for each in nested if isinstance(nested, list) else ():
                if isinstance(each, Message):
                    yield from mail_ids_in(raw_header(each, "Message-ID"))
        elif content_type == "text/rfc822-headers" or _is_text(part):
            for found in re.finditer(
                r"^[ >]*message-id:\s{0,20}(<[^<>\s]{1,250}>)",
                part_text(part)[:_MOST_READ],
                re.IGNORECASE | re.MULTILINE,
            ):
                yield from mail_ids_in(found[1])
