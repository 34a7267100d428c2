"""What somebody wrote in an answer, without what they quote and without their signature."""

import re
from email.message import Message

from inscriptis import get_text
from lxml import html as markup
from lxml.etree import LxmlError
from mailparser_reply import EmailReplyParser

from rapport.outreach.mail.reading import lenient_text, text_of, without_tags

MAX_TEXT = 20_000
"""Characters of an answer that are kept."""
_MOST_READ = 20_000
"""Characters that are looked at: an answer stands at the top."""
_MOST_MARKUP = 500_000
_LONGEST_LINE = 1_000
_LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pl", "sv", "da", "cs", "ja", "ko", "zh"]
_QUOTES = "//blockquote | //*[contains(concat(' ', @class, ' '), ' gmail_quote ')] | //head | //style | //script"
_ATTRIBUTION = re.compile(r"(?=.*\d)(?=.*(@|\d:\d\d)).{8,400}:")
"""The line above a quotation, in whatever language: a date or a time, often an address, and a colon."""


def answer_in(mail: Message) -> str:
    """The new text of a mail, at most ``MAX_TEXT`` characters; all of it if what is quoted cannot be told."""
    plain = text_of(mail, "plain")
    text = plain if plain.strip() else _from_html(text_of(mail, "html")[:_MOST_MARKUP])
    text = "\n".join(line[:_LONGEST_LINE].rstrip() for line in text[:_MOST_READ].splitlines())
    return (_new_part(text) or text.strip())[:MAX_TEXT]


def _new_part(text: str) -> str:
    found = EmailReplyParser(languages=list(_LANGUAGES)).read(text).replies
    new = next((reply.body for reply in found if reply.body.strip()), "")
    return _without_quotes(new).strip()


def _without_quotes(text: str) -> str:
    """Quoted lines gone, and the line that introduces the last of them if nothing follows."""
    lines = text.splitlines()
    kept = [line for line in lines if not line.lstrip().startswith(">")]
    while kept and not kept[-1].strip():
        kept.pop()
    if kept and len(kept) < len(lines) and _ATTRIBUTION.fullmatch(kept[-1].strip()):
        kept.pop()
    return "\n".join(kept)


def _from_html(text: str) -> str:
    """The text of a page; quotations become a quoted line, as they are in plain text."""
    if not text.strip():
        return ""
    try:
        page = markup.document_fromstring(text.encode("utf-8", "replace"), parser=markup.HTMLParser(encoding="utf-8"))
        for quotation in page.xpath(_QUOTES):
            quotation.text = "> quoted" if quotation.tag not in ("head", "style", "script") else ""
            for child in list(quotation):
                quotation.remove(child)
        return str(get_text(markup.tostring(page, encoding="unicode")))
    except (LxmlError, ValueError, RecursionError):
        return lenient_text(without_tags(text))
