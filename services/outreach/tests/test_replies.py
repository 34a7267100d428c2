"""The new text of a reply, without quotations."""

from email.message import EmailMessage
from pathlib import Path
from time import process_time

import pytest

from rapport.outreach.channels.email.parsing.mail import parse_mail
from rapport.outreach.channels.email.parsing.mime import parse
from rapport.outreach.channels.email.parsing.replies import MAX_TEXT, extract_reply

_FOLDER = Path(__file__).parent / "fixtures" / "replies"


def mail_of(file: Path) -> bytes:
    """A mail as it comes in; what is only a body becomes one."""
    raw = file.read_bytes()
    if file.suffix == ".eml":
        return raw
    kind = "html" if file.suffix == ".html" else "plain"
    return f"From: a@example.org\nContent-Type: text/{kind}; charset=utf-8\n\n".encode() + raw


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("aol.eml", "Hello"),
        ("gmail.eml", "Hello"),
        ("iphone.eml", "Hello"),
        ("outlook.eml", "Hello"),
        ("yahoo.eml", "Hello"),
        ("sparrow_reply_text", "Hello"),
        ("gmail.html", "Hi. I am fine."),
        ("mail_ru.html", "Hi. I am fine."),
        ("ms_outlook_2007.html", "Hi. I am fine."),
        ("thunderbird.html", "Hi. I am fine."),
        ("yandex_ru.html", "Hi. I am fine."),
    ],
)
def test_a_reply_is_the_new_text_in_every_program(name: str, text: str) -> None:
    found = extract_reply(parse(mail_of(_FOLDER / name))).text
    assert found.splitlines()[0] == text
    assert "How are you" not in found
    assert ">" not in found
    assert "example.com" not in found


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("Yes, gladly.\n\nAm 3. März 2026 um 10:00 schrieb Ruth <ruth@example.com>:\n> Hallo", "Yes, gladly."),
        ("Oui !\n\nLe 3 mars 2026 à 10:00, Ruth <ruth@example.com> a écrit :\n> Bonjour", "Oui !"),
        ("Да\n\n3 марта 2026, 10:00 от Ruth <ruth@example.com>:\n> Hello", "Да"),
        ("> Are you free?\nYes.\n> On Monday?\nNo.", "Yes.\nNo."),
        ("No quotation at all", "No quotation at all"),
        ("> only a quotation", "> only a quotation"),
        ("", ""),
    ],
)
def test_quotations_are_recognised_by_form_not_by_language(text: str, new: str) -> None:
    mail = EmailMessage()
    mail.set_content(text)
    assert extract_reply(parse(mail.as_bytes())).text == new


def test_the_plain_text_counts_and_attachments_do_not() -> None:
    mail = EmailMessage()
    mail.set_content("Plain")
    mail.add_alternative("<p>Html</p>", subtype="html")
    mail.add_attachment("Attached", filename="cv.txt")
    assert extract_reply(parse(mail.as_bytes())).text == "Plain"


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "nonsense", "utf-7", "idna", "rot13"])
def test_no_charset_makes_reading_fail(charset: str) -> None:
    raw = f"From: a@b.c\nContent-Type: text/plain; charset={charset}\n\nGr".encode() + b"\xfc\x00\xdfe"
    assert "Gr" in parse_mail(raw).text
    assert "\x00" not in parse_mail(raw).text


@pytest.mark.parametrize(
    "hostile",
    [
        "a" * 500_000,
        "> " * 100_000,
        "On " * 60_000 + "wrote:",
        ("On " + "x " * 400 + "\n") * 90,
        "On x x x x x x x x x x x x\n" * 2_800,
        "<" * 1_000_000,
        ("-" * 70 + "\n") * 5_000,
        "From: " * 20_000,
        "\n" * 300_000,
        "<blockquote>" * 20_000,
        ("Best regards\n" + " " * 400 + "\n") * 2_000,
    ],
    ids=[
        "one line",
        "quotes",
        "attribution",
        "attributions",
        "short ones",
        "tags",
        "rules",
        "headers",
        "blank",
        "nested",
        "signatures",
    ],
)
@pytest.mark.parametrize("kind", ["plain", "html"])
def test_a_text_made_to_take_long_does_not(hostile: str, kind: str) -> None:
    raw = f"From: a@b.c\nContent-Type: text/{kind}; charset=utf-8\n\n{hostile}".encode()
    began = process_time()
    found = parse_mail(raw)
    assert len(found.text) <= MAX_TEXT
    assert process_time() - began < 5
