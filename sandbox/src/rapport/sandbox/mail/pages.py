"""Lists of mails and one mail, as pages that need no script."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from rapport.sandbox.mail.answers import Kind
from rapport.sandbox.mail.reading import Attachment, Content, people_in
from rapport.sandbox.mail.store import Mail
from rapport.sandbox.pages import Html, escape

_ADDRESS = re.compile(r"(https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]])")
_HEADED = ("From", "To", "Cc", "Date")
_BUTTONS = (
    (Kind.INTERESTED, "Interested"),
    (Kind.NO_THANKS, "No thanks"),
    (Kind.OUT_OF_OFFICE, "Out of office"),
    (Kind.BOUNCE, "Bounce"),
)


def place_of(mailbox: str, number: int | None = None) -> str:
    """Return the address of a mailbox's page, or of a mail's."""
    return f"/mail/{quote(mailbox, safe='@')}" + (f"/{number}" if number is not None else "")


@dataclass(frozen=True)
class Search:
    """What a list shows: of one mailbox or of those whose address contains `to`, with a text, before a mail."""

    mailbox: str = ""
    to: str = ""
    text: str = ""
    before: int = 0

    def older(self, last: int) -> str:
        """Return the address of the page after this mail."""
        asked = {"to": self.to, "q": self.text, "before": last}
        return f"{self.place}?{urlencode({name: value for name, value in asked.items() if value})}"

    @property
    def place(self) -> str:
        """The address of the list itself."""
        return place_of(self.mailbox) if self.mailbox else "/mail"


def list_of_mails(
    mails: Sequence[Mail], search: Search, *, more: bool, mailboxes: Sequence[tuple[str, int]], servers: str
) -> Html:
    """Return the list, newest first, below its search."""
    if not mails:
        asked = search.text or search.to or search.before
        nothing = "Nothing matches." if asked else "No mail yet. All mails that Rapport sends arrive here."
        return Html(f'{_search(search, mailboxes)}<p class="nothing">{nothing}</p>{_servers(servers)}')
    rows = "".join(_row(mail, search) for mail in mails)
    older = f'<a href="{escape(search.older(mails[-1].id))}">Older</a>' if more else ""
    newest = f'<a href="{escape(search.place)}">Newest</a>' if search.before else ""
    turning = f'<p class="row">{newest}{older}</p>' if newest or older else ""
    return Html(f'{_search(search, mailboxes)}<ol class="mails">{rows}</ol>{turning}{_servers(servers)}')


def _search(search: Search, mailboxes: Sequence[tuple[str, int]]) -> Html:
    if search.mailbox:
        back = '<p class="events"><a href="/mail">All mail</a></p>'
        filtering = ""
    else:
        back = ""
        options = "".join(f'<option value="{escape(name)}">{count} mails</option>' for name, count in mailboxes)
        filtering = (
            f'<input type="search" name="to" value="{escape(search.to)}" placeholder="To anybody" '
            f'aria-label="Mailbox" list="mailboxes"><datalist id="mailboxes">{options}</datalist>'
        )
    return Html(
        f'{back}<form class="search" method="get" action="{escape(search.place)}">'
        f'<input type="search" name="q" value="{escape(search.text)}" placeholder="Text, subject or address" '
        f'aria-label="Text, subject or address">{filtering}<button>Search</button></form>'
    )


def _servers(servers: str) -> Html:
    return Html(f'<p class="events"><small>{escape(servers)}</small></p>')


def _row(mail: Mail, search: Search) -> Html:
    name, address = next(iter(people_in([mail.sender])), ("", ""))
    to = (
        ""
        if search.mailbox
        else f'<small>to <a href="{escape(place_of(mail.mailbox))}">{escape(mail.mailbox)}</a></small>'
    )
    return Html(
        f'<li><span class="who">{escape(name or address or mail.sender or "nobody")}{to}</span>'
        f'<a class="what" href="{escape(place_of(mail.mailbox, mail.id))}"><strong>{_subject(mail)}</strong> '
        f"<small>{escape(mail.snippet)}</small></a>{_moment(mail.received)}</li>"
    )


def _subject(mail: Mail) -> Html:
    return escape(mail.subject or "(no subject)")


def title_of(mail: Mail) -> str:
    """Return a mail's title."""
    return mail.subject or "(no subject)"


def one_mail(mail: Mail, content: Content, news: Html) -> Html:
    """Return a mail with everything one can do with it."""
    return Html(
        f'<p class="events"><a href="/mail">All mail</a> · <a href="{escape(place_of(mail.mailbox))}">'
        f'{escape(mail.mailbox)}</a></p>{news}<div class="letter"><article>{_head(mail, content)}'
        f"{_body(mail, content)}{_attachments(content.attachments)}{_headers(mail, content)}</article>"
        f"<aside>{_answers(mail)}{_unsubscribing(mail, content)}</aside></div>"
    )


def _head(mail: Mail, content: Content) -> Html:
    lines = [(name, content.header(name)) for name in _HEADED if content.header(name)]
    lines.append(("Arrived", f"{mail.received:%Y-%m-%d %H:%M:%S} UTC"))
    return Html("<dl>" + "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in lines) + "</dl>")


def _body(mail: Mail, content: Content) -> Html:
    text = _linked(content.text or "")
    if content.html is None:
        return Html(f'<pre class="text">{text or "(nothing is written in it)"}</pre>')
    frame = (
        f'<iframe src="{escape(place_of(mail.mailbox, mail.id))}/html" title="The mail as its sender formatted it" '
        'sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer"></iframe>'
    )
    if content.text is None:
        return Html(frame)
    return Html(f'{frame}<details><summary>The text part</summary><pre class="text">{text}</pre></details>')


def _linked(text: str) -> Html:
    """Make the addresses in a text links, as mail programs do."""
    parts = _ADDRESS.split(text)
    return Html("".join(_outside(part, part) if number % 2 else escape(part) for number, part in enumerate(parts)))


def _outside(address: str, words: str) -> Html:
    return Html(f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">{escape(words)}</a>')


def _attachments(attachments: Sequence[Attachment]) -> Html:
    chips = "".join(
        f'<span class="chip">{escape(each.name)} <small>{escape(each.kind)}, {each.size:,} bytes</small></span>'
        for each in attachments
    )
    return Html(f'<p class="attached">{chips}</p>' if chips else "")


def _headers(mail: Mail, content: Content) -> Html:
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in content.headers)
    sender = mail.envelope_from or "none: no report if it cannot be delivered"
    return Html(
        f"<details><summary>All headers</summary><div class=details><table><tr><th>(envelope sender)</th>"
        f"<td>{escape(sender)}</td></tr>{rows}</table></div></details>"
        f'<p><a href="{escape(place_of(mail.mailbox, mail.id))}/raw">As it arrived, raw</a></p>'
    )


def _answers(mail: Mail) -> Html:
    action = f"{escape(place_of(mail.mailbox, mail.id))}/answers"
    buttons = "".join(f'<button name="kind" value="{kind}">{label}</button>' for kind, label in _BUTTONS)
    return Html(
        f"<h2>Answer as {escape(mail.mailbox)}</h2>"
        f'<form method="post" action="{action}" class="buttons">{buttons}</form>'
        f'<form method="post" action="{action}"><input type="hidden" name="kind" value="{Kind.TEXT}">'
        '<label for="text">Or write</label><textarea id="text" name="text" rows="5" maxlength="20000" required>'
        "</textarea><button>Send</button></form>"
    )


def _unsubscribing(mail: Mail, content: Content) -> Html:
    if content.unsubscribe_page is None:
        return Html("")
    page = f"<p>{_outside(content.unsubscribe_page, 'The page to unsubscribe')}</p>"
    button = (
        f'<form method="post" action="{escape(place_of(mail.mailbox, mail.id))}/unsubscribe">'
        '<button class="quiet">Unsubscribe (one click)</button></form>'
    )
    return Html(f"<h2>No more of these</h2>{button if content.one_click else ''}{page}")


def answered(sent: Mail) -> Html:
    """Say where an answer is."""
    place = escape(place_of(sent.mailbox, sent.id))
    return Html(
        f'<p class="news" role="status">Sent: <a href="{place}">{_subject(sent)}</a>, '
        f'now in the mailbox of <a href="{escape(place_of(sent.mailbox))}">{escape(sent.mailbox)}</a>.</p>'
    )


def said(text: str) -> Html:
    """Say what became of something."""
    return Html(f'<p class="news" role="status">{escape(text)}</p>')


def _moment(at: datetime) -> Html:
    return Html(f'<time datetime="{at.isoformat()}">{at.day} {at:%b %H:%M}</time>')
