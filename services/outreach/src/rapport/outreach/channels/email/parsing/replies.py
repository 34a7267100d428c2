"""Extract the new text of a reply: without quotations, the signature separate.

Quotations are recognised by their form, in any language. In doubt a line is kept: too much text does no harm, but a
lost line may be the one that matters.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from itertools import islice

from rapport.contracts.addresses import domain_of
from rapport.outreach.channels.email.parsing.mime import addresses, header
from rapport.outreach.channels.email.parsing.texts import Line, Mark, lines_of

MAX_TEXT = 20_000
"""Characters of a reply that are stored."""
MAX_SIGNATURE = 2_000
_LOOKED_AT = 500
"""Characters of a line that are examined."""


@dataclass(frozen=True, slots=True)
class ReplyText:
    """The new text of a reply."""

    text: str
    """At most ``MAX_TEXT`` characters; the whole mail if nothing of it is new."""
    signature: str | None
    """At most ``MAX_SIGNATURE`` characters."""


def extract_reply(mail: Message) -> ReplyText:
    """The new text of a mail, and the signature below it."""
    lines = lines_of(mail)
    kept = _new(lines, _Known.of(mail))
    if not any(line.text.strip() for line in kept):
        kept = [Line(_as_written(line)) for line in lines]
    text, signature = _apart(kept)
    return ReplyText(_joined(text)[:MAX_TEXT].rstrip(), _joined(signature)[:MAX_SIGNATURE].rstrip() or None)


def _as_written(line: Line) -> str:
    return f"{'>' * line.depth} {line.text}" if line.depth else line.text


def _joined(lines: Sequence[Line]) -> str:
    text = "\n".join(line.text for line in lines)
    return re.sub(r"\n[^\S\n]{0,50}(?:\n[^\S\n]{0,50}){1,5000}\n", "\n\n", text).strip()


@dataclass(frozen=True, slots=True)
class _Known:
    """What identifies the answered mail inside a reply."""

    domains: frozenset[str]
    """The domains of the reply's recipients; empty if it names none."""
    sender: str
    subject: str

    @classmethod
    def of(cls, mail: Message) -> "_Known":
        to = [address for name in ("To", "Cc", "Delivered-To", "X-Original-To") for address in addresses(mail, name)]
        sender = next(iter(addresses(mail, "From")), "")
        return cls(frozenset(map(domain_of, to)), sender, _bare_subject(header(mail, "Subject")))

    def names_us(self, text: str) -> bool:
        """Whether a text has an address of the reply's recipients."""
        for found in _ADDRESS.finditer(text[:_LOOKED_AT]):
            address = found[0].lower()
            if domain_of(address) in self.domains if self.domains else address != self.sender:
                return True
        return False


_PREFIX = re.compile(r"^(?:[^\W\d_]{1,5}(?:\[\d{1,3}\]|\(\d{1,3}\))?\s{0,2}[:\uff1a]\s{0,3}){1,10}")


def _bare_subject(text: str) -> str:
    return " ".join(_PREFIX.sub("", text).lower().split())


# The new text --------------------------------------------------------------------------------------------


def _new(lines: list[Line], known: _Known) -> list[Line]:
    """The lines that neither are a quotation nor introduce one."""
    lines = lines[: _rest(lines, known)]
    _mark_blocks(lines)
    introducing = _introducing(lines)
    kept: list[Line] = []
    left_out = False
    for number, line in enumerate(lines):
        if line.depth or line.mark is Mark.ATTRIBUTION or number in introducing:
            left_out = True
            continue
        line.resumes, left_out = left_out, False
        kept.append(line)
    return kept


def _mark_blocks(lines: list[Line]) -> None:
    """Mark as quoted the blocks that quote the answered mail, and not those that the writer indented.

    The first block that quotes has an attribution line; the ones after it are the same quotation, with answers in
    between. If the mail program marks its quotations, a block without that mark is the writer's own.
    """
    if any(line.depth and line.mark is not Mark.BLOCK for line in lines):
        return
    quoting = False
    for number, line in enumerate(lines):
        if line.mark is Mark.BLOCK and not line.depth:
            begins = number == 0 or lines[number - 1].mark is not Mark.BLOCK
            if begins and not quoting:
                quoting = (
                    bool(_attribution_above(lines, number))
                    or _marked_above(lines, number)
                    or _begins_with_attribution(lines, number)
                )
            line.depth = int(quoting)


def _begins_with_attribution(lines: list[Line], number: int) -> bool:
    """Whether the attribution line is inside the block, at its beginning."""
    for last in range(number, min(number + _MOST_WRAPPED, len(lines))):
        text = _one_line(lines, range(number, last + 1))
        if lines[last].mark is not Mark.BLOCK or len(text) > _LOOKED_AT:
            return False
        if _ENDS.search(text):
            return bool(_ADDRESS.search(text)) and _has_moment(text)
    return False


def _marked_above(lines: list[Line], number: int) -> bool:
    above = (line for line in reversed(lines[:number]) if line.text.strip())
    return next(above, Line("")).mark is Mark.ATTRIBUTION


def _introducing(lines: list[Line]) -> set[int]:
    """The attribution lines above quotations.

    Lines between two quoted parts are usually answers; they count as an attribution only with an address.
    """
    found: set[int] = set()
    quoted = False
    for number, line in enumerate(lines):
        if line.depth and (number == 0 or not lines[number - 1].depth):
            above = _attribution_above(lines, number)
            if not quoted or _ADDRESS.search(_one_line(lines, above)):
                found |= set(above)
            quoted = True
    return found


_MOST_BLANK = 3
_MOST_WRAPPED = 5
_WRAPPED_AT = 58
"""A line of at least so many characters was probably wrapped by a program."""


def _attribution_above(lines: list[Line], number: int) -> list[int]:
    """The attribution directly above a quotation, on one line or wrapped over several."""
    at = number - 1
    while at >= 0 and number - at <= _MOST_BLANK and not lines[at].text.strip() and not lines[at].depth:
        at -= 1
    window: list[int] = []
    while at >= 0 and len(window) < _MOST_WRAPPED and lines[at].text.strip() and not lines[at].depth:
        window.insert(0, at)
        text = _one_line(lines, window)
        if len(text) > _LOOKED_AT:
            return []
        if _introduces(text):
            return _with_its_beginning(lines, window)
        at -= 1
    return []


def _with_its_beginning(lines: list[Line], window: list[int]) -> list[int]:
    """An attribution, with the line before it if it begins there."""
    above = window[0] - 1
    if above < 0 or _has_moment(_one_line(lines, window)):
        return window
    before = lines[above]
    first_word = lines[window[0]].text.split(maxsplit=1)[0]
    wrapped = len(before.text) + len(first_word) >= _WRAPPED_AT and not before.text.rstrip().endswith((".", "!", "?"))
    return [above, *window] if wrapped and not before.depth and re.search(r"\d", before.text[:_LOOKED_AT]) else window


def _one_line(lines: list[Line], numbers: Sequence[int]) -> str:
    return " ".join(" ".join(lines[number].text[:_LOOKED_AT] for number in numbers).split())


_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_TIME = re.compile(r"(?<!\d)\d{1,2}\s?[:.h\u6642\u65f6\uff1a]\s?\d{2}(?!\d)|\d{1,2}\s?(?:am|pm)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,4}")
_ENDS = re.compile(r"[:\uff1a]\s{0,3}[*_]{0,2}$|-{2,}$")


def _introduces(text: str) -> bool:
    """Whether a text is an attribution: an address and a date, or one of them before a final colon."""
    named, dated = bool(_ADDRESS.search(text)), _has_moment(text)
    return (named and dated) or (bool(_ENDS.search(text)) and (named or dated))


def _has_moment(text: str) -> bool:
    """Whether a text has a date and a time, or a date with its year."""
    without_address = _ADDRESS.sub(" ", text[:_LOOKED_AT])
    time = _TIME.search(without_address)
    numbers = _NUMBER.findall(_TIME.sub(" ", without_address, count=1) if time else without_address)
    if time:
        return len(numbers) >= 2 or (len(numbers) == 1 and len(text) > 20)
    return len(numbers) >= 2 and any(len(number) == 4 for number in numbers)


# An answered mail without quotation marks -------------------------------------------------------------------


_FIELD = re.compile(r"\s{0,4}[*_]{0,2}(?:[^\W\d_][^:\uff1a\n]{0,34}?)[*_]{0,2}\s?[:\uff1a]\s?[*_]{0,2}\s{0,4}(\S.*)?$")
_LEAST_FIELDS = 3
_MOST_FIELDS = 12
_RULE = re.compile(r"\s*[-_\u2014*=\u2500]{3,200}\s*$|\s*-{2,20}\s?\S[^\n]{0,60}?\s?-{2,20}\s*$|\s*_{5,200}\s*$")


def _rest(lines: list[Line], known: _Known) -> int:
    """The index at which the answered mail begins without quotation marks; the number of lines if it does not."""
    marked = (number for number, line in enumerate(lines) if line.depth or line.mark is Mark.BLOCK)
    last_marked = max(marked, default=-1)
    for number, line in enumerate(lines):
        if line.mark is Mark.REST:
            return _with_rule_above(lines, number)
        if line.depth or not line.text.strip():
            continue
        unmarked = number > last_marked and _begins_unmarked(lines, number, known)
        if unmarked or _begins_header(lines, number, known):
            return _with_rule_above(lines, number)
    return len(lines)


def _with_rule_above(lines: list[Line], number: int) -> int:
    """Where it begins, including the rule or the empty lines above it."""
    at = number
    while (
        at > 0
        and not lines[at - 1].depth
        and (not lines[at - 1].text.strip() or _RULE.match(lines[at - 1].text[:_LOOKED_AT]))
    ):
        at -= 1
    return at


def _begins_header(lines: list[Line], number: int, known: _Known) -> bool:
    """Whether a block of mail headers begins here, as some programs put it above the answered mail.

    People write lists of ``name: value`` lines too, with addresses in them. It is a header block if it has an address
    of the reply's recipients, the answered subject, a rule above it, or a sender with name and address.
    """
    fields = _fields(lines, number)
    if len(fields) < _LEAST_FIELDS or not any(_has_moment(value) for value in fields):
        return False
    if any(known.names_us(value) for value in fields):
        return True
    if bool(known.subject) and any(_bare_subject(value) == known.subject for value in fields):
        return True
    is_mail = any(_NAME_AND_ADDRESS.search(value) for value in fields) or _has_rule_above(lines, number)
    return is_mail and len(fields) > _LEAST_FIELDS


_NAME_AND_ADDRESS = re.compile(r"\S\s{1,3}[<\[(](?:mailto:)?[^\s<>@]{1,64}@[^\s<>]{1,250}[>\])]")


def _has_rule_above(lines: list[Line], number: int) -> bool:
    above = (line.text for line in reversed(lines[max(0, number - _MOST_BLANK) : number]) if line.text.strip())
    return bool(_RULE.match(next(above, "")[:_LOOKED_AT]))


def _fields(lines: list[Line], number: int) -> list[str]:
    """The values of consecutive ``name: value`` lines; a wrapped line belongs to the field above."""
    values: list[str] = []
    wrapped = 0
    for line in lines[number : number + 3 * _MOST_FIELDS]:
        text = line.text[:_LOOKED_AT]
        found = _FIELD.match(text)
        if found and not line.depth and len(values) < _MOST_FIELDS:
            values.append(found[1] or "")
            wrapped = 0
        elif not values or not text.strip() or line.depth or wrapped > 3:
            break
        else:
            values[-1] += f" {text.strip()}"
            wrapped += 1
    return values


def _begins_unmarked(lines: list[Line], number: int, known: _Known) -> bool:
    """Whether an attribution with an address of ours begins here, above lines without quotation marks."""
    for last in range(number, min(number + _MOST_WRAPPED, len(lines))):
        if not lines[last].text.strip():
            return False
        text = _one_line(lines, range(number, last + 1))
        if len(text) > _LOOKED_AT:
            return False
        if _ENDS.search(text):
            introduces = known.names_us(text) and _has_moment(text)
            return introduces and any(line.text.strip() for line in lines[last + 1 :])
    return False


# The signature --------------------------------------------------------------------------------------------


_DELIMITER = re.compile(r"-- ?$")
_POSTSCRIPT = re.compile(
    r"\s{0,3}(?:(?:p\.?[ -]?){1,4}s\.?(?:\s{0,2}[:\uff1a.,)\u2013-]|\s{1,3}[^\W\d_])|post\s?-?s[ck]ript"
    r"|(?:n\.?\s?b|p\.?\s?d|z\.?\s?[bs]|\u0437\.?\s?\u044b|\u05e0\.?\s?\u05d1)\.?\s{0,2}[:\uff1a.,)\u2013-]"
    r"|\u043f\u043e\u0441\u0442\u0441\u043a\u0440\u0438\u043f\u0442|\u8ffd[\u4f38\u8a18]|\u9644[:\uff1a])",
    re.IGNORECASE,
)
"""How a postscript begins. Labels of other languages count only before prose: see ``_is_prose``."""
_LABELLED = re.compile(r"\s{0,3}(?:[^\W\d_]{1,10}\.? ?){1,2}[:\uff1a]\s{0,3}(?=\S)|\s{0,3}[^\W\d_]{2}\. ")
_NO_WORDS = re.compile(r"[@\d|\u2022\u00b7/]|\bwww\.")
_SENTENCE_ENDS = re.compile(r"[^\W\d_]{2}[.!?\u2026\u3002\uff01\uff1f\u061f\u0964]+(?:\s|$)")
_DEVICE = re.compile(
    r"\b(?:iphone|ipad|android|samsung|galaxy|huawei|xiaomi|blackberry|windows phone"
    r"|outlook (?:for|para|für|pour|per|voor|f\u00f6r)|outlook\.com|yahoo mail|proton ?mail|mail (?:for|für"
    r"|pour) windows|gmx|web\.de)\b",
    re.IGNORECASE,
)
_LONGEST_DEVICE = 90
_LONGEST_SIGNATURE = 15
"""Lines; a longer block is text, even below a delimiter."""


def _apart(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """Split into text and signature.

    The signature ends where the mail program's mark ends, at a quotation, and where prose follows: prose is text.
    """
    text: list[Line] = []
    signature: list[Line] = []
    signs = marked = False
    for number, line in enumerate(lines):
        is_marked = line.mark is Mark.SIGNATURE
        if signs and _goes_on(lines, number, marked=marked):
            signs = False
            text.append(Line(""))
        if not is_marked and _DELIMITER.fullmatch(line.text) and _is_short(lines[number + 1 :]):
            signs, marked = True, False
        elif signs or is_marked or _is_device(lines, number):
            if not _DELIMITER.fullmatch(line.text):
                signature.append(line)
        else:
            text.append(line)
        marked = is_marked or (marked and not line.text.strip())
    return (text, signature) if any(line.text.strip() for line in text) else (lines, [])


def _goes_on(lines: list[Line], number: int, *, marked: bool) -> bool:
    """Whether the text continues here, below the signature; ``marked``: the mail program marks the signature."""
    line = lines[number]
    if line.resumes:
        return True
    if line.mark is Mark.SIGNATURE or not line.text.strip():
        return False
    if marked or _POSTSCRIPT.match(line.text[:_LOOKED_AT]):
        return True
    above = lines[number - 1].text
    if _DELIMITER.fullmatch(above):
        return _is_prose(line.text)
    return not above.strip() and _is_prose(_paragraph(lines, number))


def _paragraph(lines: list[Line], number: int) -> str:
    found: list[str] = []
    for line in islice(lines, number, number + _LONGEST_SIGNATURE):
        if not line.text.strip():
            break
        found.append(line.text[:_LOOKED_AT])
    return " ".join(found)


def _is_prose(text: str) -> bool:
    """Whether a text is prose, and not a name, a title, an address or the line of a mail app.

    Names and titles are capitalised, in scripts that have capitals, and form no sentence.
    """
    if len(text) <= _LONGEST_DEVICE and _DEVICE.search(text):
        return False
    labelled = _LABELLED.match(text)
    said = text[labelled.end() :] if labelled else text
    words = re.findall(r"[^\W\d_]+", said)
    plain = sum(len(word) if _is_of_no_spaces(word) else not word[0].isupper() for word in words)
    if 2 * plain < len(words):
        return False
    if labelled and not _NO_WORDS.search(said):
        return plain >= _FEWEST_LABELLED
    return plain >= (_FEWEST_IN_SENTENCE if _SENTENCE_ENDS.search(said) else _FEWEST_WORDS)


_FEWEST_LABELLED = 2
_FEWEST_IN_SENTENCE = 2
_FEWEST_WORDS = 5


def _is_of_no_spaces(word: str) -> bool:
    """Whether the word is in a script without spaces, where a whole sentence matches as one word."""
    return "\u2e80" <= word[0] <= "\u9fff" or "\u0e00" <= word[0] <= "\u0eff"


def _is_short(lines: list[Line]) -> bool:
    written = sum(1 for _ in islice((line for line in lines if line.text.strip()), _LONGEST_SIGNATURE + 1))
    return 0 < written <= _LONGEST_SIGNATURE


def _is_device(lines: list[Line], number: int) -> bool:
    """Whether this is the last line, separate, and names a device or mail app ("Sent from my iPhone")."""
    line = lines[number].text
    alone = number > 0 and not lines[number - 1].text.strip()
    if not alone or len(line) > _LONGEST_DEVICE or line.rstrip().endswith("?") or not _DEVICE.search(line):
        return False
    return not any(each.text.strip() for each in lines[number + 1 :])
