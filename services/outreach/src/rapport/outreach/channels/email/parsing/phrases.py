"""Delivery reports in free text: recognising them, and extracting recipients and explanations."""

import re
from email.message import Message

from flufl.bounce import all_failures

from rapport.outreach.channels.email.parsing.mime import (
    address_of,
    addresses,
    automatic,
    header,
    null_sender,
    part_text,
    parts,
    without_tags,
)

MOST_READ = 200_000
"""Characters of a part that are searched."""
_MOST_NOTICE = 20_000
_MOST_WORDS = 8_000
_NEARBY = 900
"""Characters after a recipient's address that are taken for the explanation."""
_MOST_NAMED = 3
_MOST_LINES = 12


# The author -----------------------------------------------------------------------------------------------


_DAEMON = re.compile(r"mailer-?daemon|mail[ ._-]?delivery[ ._-]?(?:sub)?system|mdaemon\b", re.IGNORECASE)
_OFFICE = re.compile(r"\b(?:postmaster|mail[._-]?(?:er|admin)|bounces?|daemon|system administrator)\b", re.IGNORECASE)
"""Sender names that programs use, but people too."""
_FAILURE_SUBJECT = re.compile(
    r"undeliver|returned (?:mail|to sender)|return(?:ed)? (?:mail|letter)|mail (?:could not|not|returned)"
    r"|(?:mail )?delivery (?:status|fail|report|notif|problem|error|has failed|incomplete|unsuccessful)|failure notice"
    r"|failed (?:delivery|mail)|mail system error|mail (?:delivery )?fail|message (?:not delivered|undeliverable)"
    r"|(?:e-?mail|message|nachricht|mail) (?:could not|konnte nicht)|could not be delivered|not delivered|unzustellbar"
    r"|non remis|delayed|warning: (?:message|could)|nicht zugestellt|no se (?:pudo|puede) entregar|no entregado"
    r"|non recapitabile|mancato recapito|niet bezorgd|onbestelbaar|falha na entrega|não entregue|nie dostarczono"
    r"|配信不能|送信エラー|退信|系统退信|無法傳遞|недоставлен|не доставлено|error: ?mail",
    re.IGNORECASE,
)
_ANSWER_SUBJECT = re.compile(r"\s*\w{2,4}(?:\[\d{1,3}\])?\s?[:\uff1a]", re.IGNORECASE)
_WARNING_SUBJECT = re.compile(r"\s*(?:nde?r|dsn|ndn|warning|error)\b", re.IGNORECASE)


def is_from_machine(mail: Message) -> bool:
    """Whether a mail server may have written this, and not a person who quotes a report or writes as postmaster."""
    if mail.get_content_type() == "multipart/report" or "X-Failed-Recipients" in mail:
        return True
    subject = header(mail, "Subject")
    answers = bool(_ANSWER_SUBJECT.match(subject)) and not _WARNING_SUBJECT.match(subject)
    unanswerable = null_sender(mail) or automatic(mail)
    if answers and not unanswerable:
        return False
    sender = header(mail, "From")
    if _DAEMON.search(sender):
        return True
    if unanswerable and any(part.get_content_type() == "message/rfc822" for part in parts(mail)):
        return True
    return (unanswerable or bool(_OFFICE.search(sender))) and speaks_of_failure(mail)


def speaks_of_failure(mail: Message) -> bool:
    """Whether the subject is one that mail servers give to delivery reports."""
    return bool(_FAILURE_SUBJECT.search(header(mail, "Subject")))


# The text ------------------------------------------------------------------------------------------------


_ORIGINAL = re.compile(
    r"^[ >*-]{0,20}(?:this is a copy of|original message|below (?:this line )?is (?:a|the) copy"
    r"|your message reads|unsent message (?:follows|below)|the (?:text|body|header) of the (?:original|message)"
    r"|message (?:header|text) follows|return-path:|received:|returned message|copy of (?:the )?(?:original )?message)",
    re.IGNORECASE | re.MULTILINE,
)
_DELAYED = re.compile(
    r"warning message only|has been delayed|delivery (?:is )?delayed|will (?:keep|continue) trying|still being retried"
    r"|do(?:es)? not need to (?:resend|be resent)|will be retried|will continue to be attempted|not yet been delivered"
    r"|noch nicht (?:zugestellt|ausgeliefert)|wird weiterhin versucht|n.a pas encore",
    re.IGNORECASE,
)


def notice_of(mail: Message) -> str:
    """The mail server's own text, without the returned mail."""
    for part in parts(mail):
        if is_text(part) and (text := part_text(part)).strip():
            if part.get_content_subtype() == "html":
                text = without_tags(text[:MOST_READ])
            text = text[:_MOST_NOTICE]
            begins = _ORIGINAL.search(text)
            return text[: begins.start() if begins and begins.start() > 0 else _MOST_WORDS][:_MOST_WORDS]
    return ""


def is_text(part: Message) -> bool:
    """Whether a part is text; a multipart without its boundaries is read as text too."""
    broken = part.get_content_maintype() == "multipart" and not part.is_multipart()
    return broken or part.get_content_type() in ("text/plain", "text/html")


def speaks_of_delay(notice: str) -> bool:
    """Whether the server keeps trying."""
    return bool(_DELAYED.search(notice))


# Recipients -----------------------------------------------------------------------------------------------


_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_MEANT_FOR = re.compile(
    r"(?:expanded from|generated from|ultimately generated from|forwarded from"
    r"|rewritten from)\s?:?\s{0,3}<?([^\s<>()]{3,320})"
)
_WORDS = re.compile(r"[^\W\d_]{4}|[^\x00-\u2fff]{2}")
_CODE = re.compile(r"\s{0,8}(?:<<< )?[245]\d\d[ -]")


def failed_addresses(mail: Message, notice: str, *, unknown: bool) -> list[str]:
    """The recipients that a notice in free text reports as failed; ``unknown``: it says that a mailbox is unknown."""
    found = _known_kinds(mail) or addresses(mail, "X-Failed-Recipients")
    if not found and (speaks_of_failure(mail) or unknown or _FAILED.search(notice)):
        found = _ADDRESS.findall(_ID_LINE.sub("", notice))
    ours = {*addresses(mail, "To"), *addresses(mail, "From"), *addresses(mail, "Delivered-To")}
    named = dict.fromkeys(address for each in found if (address := address_of(each)))
    others = [address for address in named if address not in ours and not _OFFICE.match(address)]
    meant = {address_of(each) for each in _MEANT_FOR.findall(notice)}
    return [address for address in others if address not in meant] or others


_FAILED = re.compile(
    r"(?:could|can|was|has) ?not (?:be )?(?:been )?delivered|undeliverable|unable to deliver"
    r"|delivery [^.\n]{0,40}failed|"
    r"mail ?box is full",
    re.IGNORECASE,
)
_ID_LINE = re.compile(
    r"^[ >]{0,20}(?:message-id|references|in-reply-to)\s?:[^\n]{0,1000}$", re.IGNORECASE | re.MULTILINE
)


def delayed_addresses(mail: Message) -> list[str]:
    """The recipients that a notice of a known format reports as delayed."""
    return _detected(mail)[0]


def _known_kinds(mail: Message) -> list[str]:
    return _detected(mail)[1]


def _detected(mail: Message) -> tuple[list[str], list[str]]:
    try:
        temporary, permanent = all_failures(mail)
    except Exception:  # noqa: BLE001 - a mail that the library fails on has no format that it knows
        return [], []
    return _readable(temporary), _readable(permanent)


def _readable(found: frozenset[bytes]) -> list[str]:
    return sorted({a for each in found if (a := address_of(each.decode("utf-8", "replace").strip("<> ")))})


def meant_for(text: str) -> str | None:
    """The address that the mail was sent to before it was forwarded to the one that failed."""
    found = _MEANT_FOR.search(text)
    return address_of(found[1]) if found else None


def about(notice: str, recipient: str) -> str:
    """The lines of a notice about one recipient: those with the address, and the lines that belong to them."""
    lines = notice.splitlines()
    explanations: list[str] = []
    read_to = 0
    for number, line in enumerate(lines):
        if number >= read_to and recipient in line.lower() and len(explanations) < _MOST_NAMED:
            following = _following(lines, number, recipient)
            read_to = number + 1 + len(following)
            explanations.append(_said(lines, number, recipient, following))
    return "\n".join(filter(None, explanations))


def _said(lines: list[str], number: int, recipient: str, following: list[str]) -> str:
    """The text after the address, on its line and the following ones; if there is none, the text before it."""
    line = lines[number]
    at = line.lower().find(recipient)
    before, after = line[:at].rstrip("< "), line[at + len(recipient) :].lstrip("> :")
    rest = "\n".join([after, *following])[:_NEARBY]
    if _WORDS.search(_MEANT_FOR.sub("", rest)):
        return f"{before} {rest}" if _CODE.match(line) or _WORDS.search(before) else rest
    return (before if _WORDS.search(before) else "\n".join(_preceding(lines, number)))[-_NEARBY:]


def _following(lines: list[str], number: int, recipient: str) -> list[str]:
    """The following lines about the same recipient."""
    found: list[str] = []
    starts_with_code = bool(_CODE.match(lines[number]))
    for line in lines[number + 1 : number + 1 + _MOST_LINES]:
        names_another = any(address_of(other) != recipient for other in _ADDRESS.findall(line))
        if names_another and _indent(line) <= _indent(lines[number]):
            break
        if starts_with_code and (_CODE.match(line) or not line.startswith((" ", "\t"))):
            break
        if not line.strip() and any(_WORDS.search(each) for each in found):
            break
        found.append(line)
    return found


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _preceding(lines: list[str], number: int) -> list[str]:
    """The preceding lines, back to an empty one."""
    found: list[str] = []
    for line in reversed(lines[max(0, number - 3) : number]):
        if not line.strip():
            break
        found.insert(0, line)
    return found
