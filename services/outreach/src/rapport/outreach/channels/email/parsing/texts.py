"""A mail's text as lines with their quotation depth, from plain text and from HTML.

Only explicit markup is read here (``>``, ``blockquote``, classes of mail programs). Unmarked quotations are recognised
in :mod:`rapport.outreach.channels.email.parsing.replies`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from enum import Enum, auto

from lxml import etree
from lxml import html as markup

from rapport.outreach.channels.email.parsing.mime import lenient_text, part_text, parts, without_tags

_MOST_MARKUP = 1_000_000
_MOST_READ = 200_000
"""Characters that are read. Many, because an answer may follow a long quotation."""
_MOST_LINES = 5_000
_MOST_ELEMENTS = 50_000


class Mark(Enum):
    """What the markup says about a line."""

    NONE = auto()
    ATTRIBUTION = auto()
    """It introduces a quotation: "On Monday, Ana wrote:"."""
    SIGNATURE = auto()
    BLOCK = auto()
    """In a ``blockquote`` of unknown origin: the answered mail, or something that the writer quotes."""
    REST = auto()
    """The answered mail begins here, without quotation marks."""


@dataclass(slots=True)
class Line:
    """A line of a mail."""

    text: str
    depth: int = 0
    """Quotation depth; 0 if it is not quoted."""
    mark: Mark = Mark.NONE
    resumes: bool = False
    """Whether a quotation above it was left out."""


def lines_of(mail: Message) -> list[Line]:
    """The lines of all text parts, in order, without attachments; of alternatives only one is read."""
    found: list[Line] = []
    size = 0
    for plain, page in _texts(mail):
        lines = _best(plain, page)
        if found and found[-1].text.strip() and lines and lines[0].text.strip():
            found.append(Line(""))
        for line in lines:
            if size >= _MOST_READ or len(found) >= _MOST_LINES:
                return found
            line.text = line.text[: _MOST_READ - size]
            size += len(line.text) + 1
            found.append(line)
    return found


def _best(plain: str, page: str) -> list[Line]:
    """The plain text, unless only the HTML marks its quotations."""
    lines = lines_of_plain(plain) if plain.strip() else []
    if page.strip() and not any(line.depth for line in lines):
        of_page = lines_of_page(page)
        if not lines or any(line.depth or line.mark in (Mark.REST, Mark.ATTRIBUTION) for line in of_page):
            return of_page if any(line.text.strip() for line in of_page) else lines
    return lines


# Choosing parts -------------------------------------------------------------------------------------------


def _texts(mail: Message) -> Iterator[tuple[str, str]]:
    """Text parts in order, each as plain text and as HTML; one of the two may be empty."""
    for part in _readable(mail):
        if part.get_content_type() == "multipart/alternative" and part.is_multipart():
            kinds = {"text/plain": "", "text/html": ""}
            for each in parts(part):
                kind = each.get_content_type()
                if kind in kinds and not _is_attached(each):
                    kinds[kind] = kinds[kind] + "\n" + part_text(each) if kinds[kind] else part_text(each)
            yield kinds["text/plain"], kinds["text/html"]
        elif part.get_content_type() == "text/html":
            yield "", part_text(part)
        else:
            yield part_text(part), ""


def _readable(mail: Message) -> Iterator[Message]:
    """Text parts; a ``multipart/alternative`` is returned as a whole."""
    within: list[Message] = []
    for part in parts(mail):
        if any(part is each for each in within):
            continue
        if part.get_content_type() == "multipart/alternative" and part.is_multipart():
            within += list(parts(part))[1:]
            yield part
        elif (part.get_content_type() in _TEXTS or _is_broken(part)) and not _is_attached(part):
            yield part


_TEXTS = ("text/plain", "text/html", "text/markdown", "text/enriched")


def _is_broken(part: Message) -> bool:
    """Whether a multipart's boundaries were not found; it is then read as text."""
    return part.get_content_maintype() == "multipart" and not part.is_multipart()


def _is_attached(part: Message) -> bool:
    try:
        return part.get_content_disposition() == "attachment" or part.get_filename() is not None
    except (LookupError, ValueError, TypeError):
        return True


# Plain text -----------------------------------------------------------------------------------------------


_QUOTED = re.compile(r"(?:\s{0,3}>){1,50}\s?")
_ESCAPED = re.compile(r">+From ")
"""A line that began with "From ", as mbox escapes it."""


def lines_of_plain(text: str) -> list[Line]:
    """The lines of a plain text; quoted ones begin with angle brackets."""
    written = text[:_MOST_READ].splitlines()[:_MOST_LINES]
    return [_plain_line(written, number) for number in range(len(written))]


def _plain_line(written: list[str], number: int) -> Line:
    line = written[number]
    if _ESCAPED.match(line) and not _has_quoted_neighbour(written, number):
        return Line(line[1:].rstrip())
    quoted = _QUOTED.match(line)
    return Line(line[quoted.end() :].rstrip(), quoted[0].count(">")) if quoted else Line(line.rstrip())


def _has_quoted_neighbour(written: list[str], number: int) -> bool:
    beside = written[max(0, number - 1) : number] + written[number + 1 : number + 2]
    return any(line.startswith(">") and not _ESCAPED.match(line) for line in beside)


# HTML -----------------------------------------------------------------------------------------------------


_UNSEEN = {"head", "style", "script", "title", "template", "noscript", "object"}
_BLOCKS = {
    *("address", "article", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "footer"),
    *("form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section"),
    *("table", "tbody", "tfoot", "thead", "tr", "ul"),
}
_APART = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre"}
"""Blocks with an empty line around them."""
_QUOTING = {"gmail_quote", "gmail_quote_container", "gmail_extra", "zmail_extra", "protonmail_quote", "tutanota_quote"}
"""Classes of containers that hold a quotation and the answers in it: only their blockquotes are quoted."""
_QUOTED_WHOLE = {"yahoo_quoted", "ms-outlook-mobile-reference-message", "mail-editor-reference-message-container"}
_ATTRIBUTIONS = {"gmail_attr", "moz-cite-prefix"}
_SIGNATURES = {
    "gmail_signature",
    "moz-signature",
    "protonmail_signature_block",
    "ms-outlook-mobile-signature",
    "signature",
}
_RESTS = {"divrplyfwdmsg", "appendonsend", "outlookmessageheader"}
_EMOJI = 8


@dataclass(slots=True)
class _State:
    """The state inherited from the enclosing elements."""

    depth: int = 0
    mark: Mark = Mark.NONE
    in_quoting: bool = False
    unseen: bool = False
    verbatim: bool = False


@dataclass(slots=True)
class _Page:
    """The lines read so far."""

    lines: list[Line] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    ends: bool = False
    """Whether the answered mail has begun."""
    size: int = 0

    def add(self, text: str, state: _State) -> None:
        """Text within an element."""
        if state.unseen or self.size > _MOST_READ:
            return
        self.size += len(text)
        if state.verbatim and "\n" in text:
            *whole, last = text.split("\n")
            for each in whole:
                self.begun.append(each)
                self.end_line(state, keep_empty=True)
            text = last
        self.begun.append(text if state.verbatim else re.sub(r"[ \t\r\n\f]+", " ", text))

    def end_line(self, state: _State, *, keep_empty: bool = False) -> None:
        """End the current line."""
        text = "".join(self.begun)
        text = text.rstrip() if state.verbatim else re.sub(r" {2,}", " ", text).strip(" ")
        self.begun.clear()
        if text.strip() or keep_empty:
            self._append(Line(text, state.depth, Mark.REST if self.ends else state.mark))

    def leave_space(self, state: _State) -> None:
        """Add an empty line, unless the last one is empty."""
        if self.lines and self.lines[-1].text.strip():
            self._append(Line("", state.depth, Mark.REST if self.ends else state.mark))

    def _append(self, line: Line) -> None:
        if len(self.lines) < _MOST_LINES:
            self.lines.append(line)


def lines_of_page(text: str) -> list[Line]:
    """The visible lines of an HTML page."""
    try:
        page = markup.document_fromstring(
            text[:_MOST_MARKUP].encode("utf-8", "replace"), parser=markup.HTMLParser(encoding="utf-8")
        )
        return _walked(page)
    except (etree.LxmlError, ValueError, AssertionError, RecursionError):
        return lines_of_plain(lenient_text(without_tags(text[:_MOST_MARKUP])))


def _walked(page: etree._Element) -> list[Line]:
    """Visit every element with an explicit stack: pages may be nested deeper than Python's recursion limit."""
    found = _Page()
    states = [_State()]
    seen = 0
    for event, element in etree.iterwalk(page, events=("start", "end", "comment", "pi")):
        if event == "start":
            seen += 1
            _open(found, states, element)
        elif event == "end":
            _close(found, states, element)
        elif element.tail:
            found.add(element.tail, states[-1])
        if seen > _MOST_ELEMENTS:
            break
    found.end_line(states[-1])
    return found.lines


def _open(found: _Page, states: list[_State], element: etree._Element) -> None:
    tag = _tag(element)
    before = states[-1]
    if tag in _BLOCKS:
        found.end_line(before)
        if tag in _APART:
            found.leave_space(before)
    names = _names(element)
    found.ends = found.ends or bool(names & _RESTS)
    state = _within(before, element, tag, names)
    states.append(state)
    if tag == "br":
        found.end_line(before, keep_empty=True)
    elif tag == "li":
        found.add("* ", state)
    elif tag in ("td", "th"):
        found.add(" ", state)
    elif tag == "img" and len(alternative := str(element.get("alt") or "")) <= _EMOJI:
        found.add(alternative, state)
    if element.text:
        found.add(element.text, state)


def _close(found: _Page, states: list[_State], element: etree._Element) -> None:
    tag = _tag(element)
    state = states.pop()
    if tag in _BLOCKS:
        found.end_line(state)
        if tag in _APART:
            found.leave_space(states[-1])
    if element.tail:
        found.add(element.tail, states[-1])


def _within(before: _State, element: etree._Element, tag: str, names: set[str]) -> _State:
    """The state inside an element."""
    depth, mark = before.depth, before.mark
    if names & _QUOTED_WHOLE or (tag == "blockquote" and (before.in_quoting or _cites(element, names))):
        depth += 1
    elif tag == "blockquote" and mark is Mark.NONE:
        mark = Mark.BLOCK
    if names & _ATTRIBUTIONS:
        mark = Mark.ATTRIBUTION
    elif names & _SIGNATURES and not depth:
        mark = Mark.SIGNATURE
    return _State(
        depth,
        mark,
        before.in_quoting or (tag != "blockquote" and bool(names & _QUOTING)),
        before.unseen or tag in _UNSEEN,
        before.verbatim or tag == "pre",
    )


def _cites(element: etree._Element, names: set[str]) -> bool:
    """Whether a blockquote is marked as a quotation of the answered mail."""
    by_attribute = str(element.get("type") or "").lower() == "cite" or element.get("cite") is not None
    return by_attribute or bool(names & _QUOTING - {"gmail_quote"})


def _tag(element: etree._Element) -> str:
    return element.tag.lower() if isinstance(element.tag, str) else ""


def _names(element: etree._Element) -> set[str]:
    """An element's classes and id, without the prefixes and suffixes that programs add when they forward a mail."""
    given = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('data-smartmail') or ''}"[:500]
    return {re.sub(r"^(?:x_){1,9}|_\d{3,30}$", "", name) for name in given.lower().split()}
