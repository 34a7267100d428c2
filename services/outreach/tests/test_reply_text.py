"""New text and quotations, separated line by line, in any language and from any mail program."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.contracts.vocabulary import ReplyKind
from rapport.outreach.channels.email.parsing.mail import parse_mail
from rapport.outreach.channels.email.parsing.mime import parse
from rapport.outreach.channels.email.parsing.replies import MAX_SIGNATURE, MAX_TEXT, ReplyText, extract_reply

_CASES = Path(__file__).parent / "fixtures" / "cases"
_HEADERS = (
    "From: Ana Lima <ana@example.org>\nTo: Kim Berg <kim@example.com>\nSubject: Re: Interview\nMIME-Version: 1.0\n"
    "Content-Type: text/{}; charset=utf-8\n\n"
)
_QUOTED = "\n> Which day suits you?\n> Kim\n"
_NEW = "Thursday, at 14:00.\n\nAna"
_MUCH = "\n".join(f"And {n}" for n in range(30))
_WROTE = "On Mon, 2 Mar 2026 at 10:12, Kim Berg <kim@example.com> wrote:"


def written(body: str, kind: str = "plain") -> ReplyText:
    return extract_reply(parse((_HEADERS.format(kind) + body).encode()))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("thanks-then-news.eml", "Hello Kim,\n\nThanks,\nbut I have accepted another offer.\n\nAna"),
        ("postscript.eml", "Yes, Thursday works.\n\nBest regards\nAna\n\nPS: I would need a visa."),
        (
            "text-image-text.eml",
            "Hello Kim, this is the page I spoke of:\n\nI have to withdraw my application, sorry.\n\nAna",
        ),
        ("answers-inside-the-quotation.eml", "My answers are below.\n\nThursday after 14:00.\nTwo months."),
        (
            "own-blockquote.eml",
            (
                "My last manager wrote about me:\nAna led the move of forty services without an outage.\n"
                "May I send the whole letter?"
            ),
        ),
        ("outlook-pt-br.eml", "Sim, quinta-feira serve.\n\nAna"),
        ("gbk-called-gb2312.eml", "\u6211\u53eb\u6731\u9555\u57fa\uff0c\u5468\u56db\u53ef\u4ee5\u3002"),
        (
            "cp1252-called-latin1.eml",
            "I\u2019m free on Thursday \u2013 \u201c10:00\u201d costs me 5 \u20ac by train\u2026",
        ),
        ("invitation-declined-with-words.eml", "Sorry, I am travelling. Could we do Friday?"),
    ],
)
def test_the_new_text_is_stored_and_the_quotation_is_not(name: str, text: str) -> None:
    found = parse_mail((_CASES / name).read_bytes())
    assert (found.text, found.kind, found.report) == (text, ReplyKind.PERSONAL, None)


@pytest.mark.parametrize(
    "attribution",
    [
        "On Mon, 2 Mar 2026 at 10:12, Kim Berg <kim@example.com> wrote:",
        "On Mon, 2 Mar 2026 at 10:12, Kim Berg <kim@example.com>\nwrote:",
        "On Mon, Mar 2, 2026 at 10:12 AM Kim Berg <\nkim@example.com> wrote:",
        "El lun, 2 mar 2026 a las 10:12, Kim Berg (<kim@example.com>) escribió:",
        "пн, 2 мар. 2026 г. в 10:12, Kim Berg <kim@example.com>:",
        "W dniu 02.03.2026 o 10:12, Kim Berg pisze:",
        "Am 02.03.26 um 10:12 schrieb Kim Berg:",
        "2026年3月2日(月) 10:12 Kim Berg <kim@example.com>:",
        "Kim Berg <kim@example.com> 于2026年3月2日周一 10:12写道：",
        "2026년 3월 2일 (월) 오전 10:12, Kim Berg <kim@example.com>님이 작성:",
        "Kim Berg <kim@example.com>, 2 Mar 2026 Pzt, 10:12 tarihinde şunu yazdı:",
        "Kim Berg <kim@example.com> ezt írta (időpont: 2026. márc. 2., H, 10:12):",
        "ma 2. maalisk. 2026 klo 10.12 Kim Berg (kim@example.com) kirjoitti:",
        "Den mån 2 mars 2026 kl 10:12 skrev Kim Berg <kim@example.com>:",
        "في الاثنين، ٢ مارس ٢٠٢٦ في ١٠:١٢ ص كتب Kim Berg <kim@example.com>:",
        "Le 02/03/2026 à 10:12, Kim Berg a écrit :",
        "Il giorno lun 2 mar 2026 alle ore 10:12 Kim Berg <kim@example.com> ha\nscritto:",
        "---- On Mon, 02 Mar 2026 10:12:00 +0000 Kim Berg <kim@example.com> wrote ----",
        "Vào Th 2, 2 thg 3, 2026 vào lúc 10:12 Kim Berg <kim@example.com> đã viết:",
        "ב-2 במרץ 2026 בשעה 10:12, \u200fKim Berg <kim@example.com> כתב:",
        "Στις Δευ 2 Μαρ 2026 στις 10:12 π.μ., ο χρήστης Kim Berg <kim@example.com> έγραψε:",
        "Op ma 2 mrt 2026 om 10:12 schreef Kim Berg <kim@example.com>:",
        "Kim Berg <kim@example.com> schreef op 2 maart 2026 10:12:",
        "On 2 Mar 2026, at 10:12, Kim Berg <kim@example.com> wrote:",
        "Zitat von Kim Berg <kim@example.com>:",
        "Kim Berg <kim@example.com> hat am 02.03.2026 10:12 CET geschrieben:",
        "Kim Berg <kim@example.com> 2026-03-02 10:12",
        "2026/03/02 10:12、Kim Berg <kim@example.com>のメール：",
    ],
)
@pytest.mark.parametrize("place", ["below", "directly below", "above"])
def test_a_line_that_introduces_a_quotation_is_known_in_any_language(attribution: str, place: str) -> None:
    if place == "above":
        assert written(f"{attribution}\n{_QUOTED}\n{_NEW}\n").text == _NEW
    else:
        between = "\n\n" if place == "below" else "\n"
        assert written(f"{_NEW}{between}{attribution}{_QUOTED}").text == _NEW


@pytest.mark.parametrize(
    "headers",
    [
        (
            "From: Kim Berg <kim@example.com>\nSent: Monday, March 2, 2026 10:12 AM\n"
            "To: Ana Lima <ana@example.org>\nSubject: Interview"
        ),
        (
            "________________________________\nVon: Kim Berg <kim@example.com>\n"
            "Gesendet: Montag, 2. März 2026 10:12\nAn: Ana Lima <ana@example.org>\n"
            "Betreff: Interview"
        ),
        (
            "-----Mensaje original-----\nDe: Kim Berg [mailto:kim@example.com]\n"
            "Enviado el: lunes, 2 de marzo de 2026 10:12\nPara: Ana Lima\nAsunto: Interview"
        ),
        "De : Kim Berg <kim@example.com> \nEnvoyé : lundi 2 mars 2026 10:12\nÀ : Ana Lima\nObjet : Interview",
        "差出人: Kim Berg <kim@example.com>\n送信日時: 2026年3月2日 10:12\n宛先: Ana Lima\n件名: Interview",
        (
            "发件人： Kim Berg <kim@example.com>\n发送时间： 2026年3月2日 10:12\n"
            "收件人： Ana Lima <ana@example.org>\n主题： Interview"
        ),
        "От: Kim Berg <kim@example.com>\nОтправлено: 2 марта 2026 г. 10:12\nКому: Ana Lima\nТема: Interview",
        "Från: Kim Berg\nSkickat: den 2 mars 2026 10:12\nTill: Ana Lima\nÄmne: Interview",
        (
            "*From:* Kim Berg <kim@example.com>\n*Sent:* Monday, March 2, 2026 10:12 AM\n"
            "*To:* Ana Lima\n*Subject:* Interview"
        ),
        (
            "From: Kim Berg <kim@example.com>\nDate: Monday, 2 March 2026 at 10:12\n"
            "To: Ana Lima <ana@example.org>,\n Bo <bo@example.org>\n"
            "Subject: Re: Interview with a very long\n subject"
        ),
    ],
)
def test_the_quoted_headers_end_the_new_text_in_any_language(headers: str) -> None:
    assert written(f"{_NEW}\n\n{headers}\n\nWhich day suits you?\n").text == _NEW


@pytest.mark.parametrize(
    "text",
    [
        (
            "Here it is:\n\nName: Ana Lima\nEmail: ana@example.org\n"
            "Available: Thursday 5 March 2026, 14:00\nNotice: two months"
        ),
        (
            "Referee:\n\nName: Bob\nEmail: bob@other.test\nPhone: +44 1\n"
            "Available: 5 March 2026 14:00\n\nI have another offer."
        ),
        "Times that suit me:\n5 March: 14:00\n6 March: 10:00\n9 March: 11:30\nBest\nAna",
        "Thanks.\n\nBest regards,\nAna\n\nOne more thing: I accepted another offer.",
        "Write to me at ana@example.net:\nI read it daily.",
        "It is free from 5 March 2026, 14:00:\nask at the door.",
        "Kind regards\n\nI have accepted another offer.",
        "a" * 1500 + " end",
        "---\nI withdraw my application.\n---\nAna",
    ],
)
def test_in_doubt_a_line_is_kept(text: str) -> None:
    assert written(text).text == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            "From Monday on I am free.\n>From Tuesday on I am not.\nAna",
            "From Monday on I am free.\nFrom Tuesday on I am not.\nAna",
        ),
        (f"Yes.\n\n{_WROTE}\n>When?\n>From Monday on?\n>Kim", "Yes."),
        (
            "> Which day?\nThursday.\n\n> How long?\nTwo months, from 5 March 2026, 10:00:\n\n> Where?\nHere",
            "Thursday.\n\nTwo months, from 5 March 2026, 10:00:\n\nHere",
        ),
        ("You wrote at 10:12:\n> Which day?\nThursday.", "You wrote at 10:12:\nThursday."),
        ("Yes.\n\n\n\n\nAna", "Yes.\n\nAna"),
        (f"Yes.\n\n{_WROTE}\n\nWhich day?\nKim", "Yes."),
        (f"{_WROTE}{_QUOTED}", f"{_WROTE}\n\n> Which day suits you?\n> Kim".replace("\n\n", "\n")),
    ],
)
def test_text_between_quoted_lines_is_kept(body: str, text: str) -> None:
    assert written(body).text == text


@pytest.mark.parametrize(
    ("page", "text"),
    [
        (
            (
                '<div>Yes</div><div><br></div><div>Ana</div><hr><div id="divRplyFwdMsg"><b>From:</b> Kim Berg<br>'
                "<b>Sent:</b> Monday</div><div>Which day?</div>"
            ),
            "Yes\n\nAna",
        ),
        ('<div>Yes</div><div id="x_appendonsend"></div><div>Which day?</div>', "Yes"),
        (
            (
                '<div>Yes</div><div class="yahoo_quoted" id="yahoo_quoted_123"><div>On Monday, Kim wrote:</div>'
                "<div>Which day?</div></div>"
            ),
            "Yes",
        ),
        (
            (
                "<div>Ja</div><div><div style='border-top:solid #E1E1E1 1.0pt'><p><b>Von:</b> Kim Berg "
                "&lt;kim@example.com&gt;<br><b>Gesendet:</b> Montag, 2. M&auml;rz 2026 10:12<br><b>An:</b> Ana<br>"
                "<b>Betreff:</b> Interview</p></div><p>Which day?</p></div>"
            ),
            "Ja",
        ),
        (
            (
                '<p>They say of me:</p><blockquote class="gmail_quote">She is great.</blockquote><p>More?</p>'
                '<div class="gmail_quote gmail_quote_container"><div class="gmail_attr">On Mon, 2 Mar 2026 at '
                "10:12, Kim Berg &lt;kim@example.com&gt; wrote:<br></div>"
                '<blockquote class="gmail_quote">Refs?</blockquote></div>'
            ),
            "They say of me:\n\nShe is great.\n\nMore?",
        ),
        (
            (
                '<blockquote type="cite">Which day?</blockquote>Thursday.<blockquote type="cite">How long?</blockquote>'
                "Two months."
            ),
            "Thursday.\nTwo months.",
        ),
        (
            (
                '<div class="moz-cite-prefix">On 2.3.2026 10:12, Kim wrote:</div><blockquote type="cite">?</blockquote>'
                "<p>On 1 March 2026 at 9:30 my manager wrote:</p><blockquote>She is great.</blockquote>"
            ),
            "On 1 March 2026 at 9:30 my manager wrote:\n\nShe is great.",
        ),
        (
            (
                "2.03.2026, 10:12, Kim Berg &lt;kim@example.com&gt;:<blockquote>Which day?</blockquote>Thursday"
                "<blockquote>How long?</blockquote>Two months"
            ),
            "Thursday\nTwo months",
        ),
        (
            "Da<br><br>2.03.2026, 10:12, Kim Berg &lt;kim@example.com&gt;:<blockquote>Which day?</blockquote>",
            "Da",
        ),
        (
            (
                "<p>\u0414\u0430</p><blockquote>"
                "2 \u043c\u0430\u0440\u0442\u0430 2026, 9:00 +03:00 \u043e\u0442 Kim &lt;kim@example.com&gt;:<br>"
                "<div>Which day?</div></blockquote>"
            ),
            "\u0414\u0430",
        ),
        ('<p>Yes</p><blockquote style="margin:0 0 0 40px;border:none">indented</blockquote>', "Yes\n\nindented"),
        ("<style>p{}</style><p>Yes</p><script>1</script><ul><li>one<li>two</ul>", "Yes\n\n* one\n* two"),
        (
            "<table><tr><td>Day</td><td>Thursday</td></tr><tr><td>Time</td><td>14:00</td></tr></table>",
            "Day Thursday\nTime 14:00",
        ),
        ("<pre>one\n  two</pre>", "one\n  two"),
        ("<div>Caf&eacute; &lt;3 <!-- unseen -->today</div>", "Caf\u00e9 <3 today"),
    ],
)
def test_a_page_is_read_with_what_it_quotes_known(page: str, text: str) -> None:
    assert written(page, "html").text == text


@pytest.mark.parametrize(
    ("body", "text", "signature"),
    [
        (f"Yes.\n\n-- \nAna Lima\n+44\n\n{_WROTE}{_QUOTED}", "Yes.", "Ana Lima\n+44"),
        (
            f"Yes.\n\n-- \nAna Lima\n+44\n\nPS: I need a visa.\n\n{_WROTE}{_QUOTED}",
            "Yes.\n\nPS: I need a visa.",
            "Ana Lima\n+44",
        ),
        (f"{_WROTE}{_QUOTED}\nYes.\n\n-- \nAna", "Yes.", "Ana"),
        ("Yes.\n\nSent from my iPhone", "Yes.", "Sent from my iPhone"),
        ("Ja.\n\nVon meinem iPhone gesendet", "Ja.", "Von meinem iPhone gesendet"),
        (f"Yes.\n\n-- \n{_MUCH}", f"Yes.\n\n--\n{_MUCH}", None),
        ("-- \nAna", "--\nAna", None),
        ("Yes.\n\nAna", "Yes.\n\nAna", None),
    ],
)
def test_a_signature_is_kept_apart_and_not_lost(body: str, text: str, signature: str | None) -> None:
    assert written(body) == ReplyText(text, signature)


@pytest.mark.parametrize(
    ("body", "text", "signature"),
    [
        (f"Yes.\n\n-- \nAna Lima\n\n{_WROTE}{_QUOTED}\nI need a visa.", "Yes.\n\nI need a visa.", "Ana Lima"),
        (f"Yes.\n-- \nAna Lima\n{_QUOTED}\nlisbon", "Yes.\n\nlisbon", "Ana Lima"),
        (
            "Yes.\n\n-- \nAna Lima\nHead of Design\n\nI forgot: my notice period is\nthree months.\n\n-- \nAna Lima",
            "Yes.\n\nI forgot: my notice period is\nthree months.",
            "Ana Lima\nHead of Design\n\nAna Lima",
        ),
        ("Two days:\n\n--\n\nThe first one is Monday.", "Two days:\n\nThe first one is Monday.", None),
        (
            "Yes.\n\n-- \nPD Dr. Ana Lima\nHead of the Department of Design\n\nOffice: Main Street 5\n\nTel: +44 1",
            "Yes.",
            "PD Dr. Ana Lima\nHead of the Department of Design\n\nOffice: Main Street 5\n\nTel: +44 1",
        ),
    ],
)
def test_a_signature_ends_where_text_continues(body: str, text: str, signature: str | None) -> None:
    assert written(body) == ReplyText(text, signature)


@pytest.mark.parametrize(
    "postscript",
    [
        "PD: Necesito visado.",
        "P.D. Necesito visado.",
        "P.-S. : Il me faut un visa.",
        "Post scriptum: I need a visa.",
        "PPS - I need a visa",
        "PS I need a visa",
        "\u0417.\u042b. \u041c\u043d\u0435 \u043d\u0443\u0436\u043d\u0430 \u0432\u0438\u0437\u0430.",
        "\u8ffd\u4f38\uff1a\u30d3\u30b6\u304c\u5fc5\u8981\u3067\u3059\u3002",
        "Ui.: v\u00edzum kell",
        "Jk. tarvitsen viisumin",
        "Nachtrag: Ich brauche ein Visum.",
    ],
)
def test_a_postscript_below_the_signature_is_text_in_any_language(postscript: str) -> None:
    assert written(f"Yes.\n\n-- \nAna\n\n{postscript}") == ReplyText(f"Yes.\n\n{postscript}", "Ana")


@pytest.mark.parametrize("name", ["gmail_signature", "moz-signature", "x_gmail_signature"])
def test_a_signature_is_known_by_what_the_program_calls_it(name: str) -> None:
    found = written(f'<div>Yes</div><div class="{name}">-- <br>Ana Lima</div><div>PS: a visa</div>', "html")
    assert found == ReplyText("Yes\nPS: a visa", "Ana Lima")


def test_a_mail_whose_parts_are_not_found_is_read_as_it_stands() -> None:
    raw = "From: ana@example.org\nContent-Type: multipart/mixed; boundary=x\n\nI accepted another offer.\n"
    assert "I accepted another offer." in extract_reply(parse(raw.encode())).text


def test_the_page_is_read_where_the_plain_text_does_not_mark_what_it_quotes() -> None:
    raw = (
        "From: ana@example.org\nContent-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain\n\n"
        "Yes\nWhich day?\nAna\n--x\nContent-Type: text/html\n\n"
        '<div>Yes</div><blockquote type="cite">Which day?</blockquote><div>Ana</div>\n--x--\n'
    )
    assert extract_reply(parse(raw.encode())).text == "Yes\nAna"


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [">", "> quoted", ">From ", _WROTE, "From: a <a@b.test>", "Sent: 2 March 2026 10:12", "-- ", ""]
            ),
            st.sampled_from(
                ["<blockquote>", "</blockquote>", "<div class=gmail_quote>", "<pre>", "<!--", "<p", "&#0;", "\x00"]
            ),
            st.text(max_size=40),
        ),
        max_size=40,
    ),
    st.sampled_from(["plain", "html"]),
)
def test_any_mail_is_read_within_the_limits(lines: list[str], kind: str) -> None:
    body = "\n".join(lines)
    found = extract_reply(parse((_HEADERS.format(kind) + body).encode("utf-8", "replace")))
    assert len(found.text) <= MAX_TEXT
    assert len(found.signature or "") <= MAX_SIGNATURE


@given(st.lists(st.from_regex(r"[a-z]{1,9}( [a-z]{1,9}){0,5}", fullmatch=True), min_size=1, max_size=20))
def test_of_a_text_that_quotes_nothing_no_word_is_lost(lines: list[str]) -> None:
    found = written("\n".join(lines))
    assert f"{found.text} {found.signature or ''}".split() == " ".join(lines).split()
