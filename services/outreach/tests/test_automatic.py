"""Who answered: a person, a machine for them, or only a mail program."""

from pathlib import Path

import pytest

from rapport.contracts.vocabulary import ReplyKind
from rapport.outreach.channels.email.parsing.mail import parse_mail
from rapport.outreach.channels.transport import InboundMessage

_CASES = Path(__file__).parent / "fixtures" / "cases"


def answer(subject: str, text: str = "Hello", **headers: str) -> InboundMessage:
    lines = {"From": "ana@example.org", "Subject": subject} | headers
    head = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in lines.items())
    return parse_mail(f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}".encode())


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Interview",
        "Out of Office: Interview",
        "Out of Office AutoReply: Interview",
        "AUTO: Ana Lima is out of the office (returning 09/03/2026)",
        "[Auto-Reply] Interview",
        "Autoreply: Interview",
        "Automatische Antwort: Gespräch",
        "Abwesenheitsnotiz: Gespräch",
        "Abwesenheitsnotiz",
        "Réponse automatique : Entretien",
        "Respuesta automática: Entrevista",
        "Resposta automática: Entrevista",
        "Risposta automatica: Colloquio",
        "Automatisch antwoord: Gesprek",
        "Autosvar: Intervju",
        "Automatisk svar: Intervju",
        "Automaattinen vastaus: Haastattelu",
        "Odpowiedź automatyczna: Rozmowa",
        "Automatická odpověď: Pohovor",
        "Automatikus válasz: Interjú",
        "Răspuns automat: Interviu",
        "Автоматический ответ: Интервью",
        "Автоматична відповідь: Інтерв'ю",
        "Αυτόματη απάντηση: Συνέντευξη",
        "Otomatik yanıt: Görüşme",
        "תשובה אוטומטית: ראיון",
        "رد تلقائي: مقابلة",
        "自動返信: 面接",
        "自动答复: 面试",
        "自動回覆：面試",
        "자동 회신: 면접",
        "Trả lời tự động: Phỏng vấn",
        "การตอบกลับอัตโนมัติ: สัมภาษณ์".replace("การ", ""),
    ],
)
def test_an_out_of_office_reply_is_known_by_the_words_with_which_programs_begin_it(subject: str) -> None:
    assert answer(subject).kind is ReplyKind.AUTOMATIC


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Automatic reply: Interview",
        "Re: Out of office next week?",
        "Out of office next week",
        "Is this an automatic reply?",
        "Automatic reply systems: my thesis",
        "Auto: can I park there?",
        "Absence: next Thursday",
        "Interview",
        "",
    ],
)
def test_a_person_who_mentions_an_absence_is_a_person(subject: str) -> None:
    assert answer(subject, X_Auto_Response_Suppress="All").kind is ReplyKind.PERSONAL


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; owner-email=a@example.org"},
        {"X_Autoreply": "yes"},
        {"X_Autorespond": "Interview"},
        {"Precedence": "auto_reply"},
        {"Precedence": "bulk"},
        {"X_POST_MessageClass": "9; Autoresponder"},
        {"Return_Path": "<>"},
    ],
    ids=lambda headers: " ".join(headers),
)
def test_a_machine_is_known_by_what_it_says_of_itself(headers: dict[str, str]) -> None:
    assert answer("Interview", **headers).kind is ReplyKind.AUTOMATIC


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "no"}, {"X_Autoreply": "no"}, {"Precedence": "normal"}, {"Return_Path": "<ana@example.org>"}],
)
def test_a_person_may_have_such_headers(headers: dict[str, str]) -> None:
    assert answer("Interview", **headers).kind is ReplyKind.PERSONAL


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("absence-without-headers.eml", ReplyKind.AUTOMATIC),
        ("not-an-absence.eml", ReplyKind.PERSONAL),
        ("invitation-declined-with-words.eml", ReplyKind.PERSONAL),
    ],
)
def test_the_kind_of_a_reply_is_read_from_the_mail(name: str, kind: ReplyKind) -> None:
    assert parse_mail((_CASES / name).read_bytes()).kind is kind


def test_a_read_receipt_is_parsed_as_no_reply() -> None:
    found = parse_mail((_CASES / "read-receipt.eml").read_bytes())
    assert (found.receipt, found.text, found.report) == (True, "", None)


def invitation(words: str, *calendar: str) -> InboundMessage:
    """An answer to an invitation."""
    return parse_mail(
        "\n".join(
            [
                (
                    "From: ana@example.org\nSubject: Accepted: Interview\n"
                    "Content-Type: multipart/alternative; boundary=x\n"
                ),
                f"--x\nContent-Type: text/plain; charset=utf-8\n\n{words}",
                "--x\nContent-Type: text/calendar; method=REPLY; charset=utf-8\n\nBEGIN:VCALENDAR\nMETHOD:REPLY",
                *calendar,
                "END:VCALENDAR\n--x--",
            ]
        ).encode()
    )


def test_an_acceptance_without_words_is_automatic_and_one_with_words_is_personal() -> None:
    assert invitation("").kind is ReplyKind.AUTOMATIC
    assert invitation("See you then!").kind is ReplyKind.PERSONAL
    google = "Ana Lima has accepted this invitation.\n\nInvitation from Google Calendar: https://calendar.google.com/"
    assert invitation(google).kind is ReplyKind.AUTOMATIC
    noted = invitation(
        google, 'ATTENDEE;PARTSTAT=DECLINED;X-RESPONSE-COMMENT="I have another offer":mailto:ana@example.org'
    )
    assert noted.kind is ReplyKind.PERSONAL


def test_a_comment_on_an_invitation_is_a_reply() -> None:
    found = invitation("", "BEGIN:VEVENT", "COMMENT:Could we do Friday\\, pl", " ease?", "END:VEVENT")
    assert (found.kind, found.text) == (ReplyKind.PERSONAL, "Could we do Friday, please?")
