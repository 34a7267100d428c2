"""Real mails that came back, and what they say: whether an address is dead."""

import csv
from collections import defaultdict
from pathlib import Path
from time import process_time

import pytest

from rapport.contracts.hiring import ReplyKind
from rapport.outreach.mail.bounces import Returned, returned
from rapport.outreach.mail.incoming import read
from rapport.outreach.mail.reading import parse

_FOLDER = Path(__file__).parent / "fixtures" / "bounces"
_FILES = sorted(_FOLDER.glob("*.eml"))


def labels() -> dict[str, list[dict[str, str]]]:
    """By file, what is known of each recipient."""
    found = defaultdict[str, list[dict[str, str]]](list)
    with (_FOLDER / "labels.csv").open() as file:
        for row in csv.DictReader(file):
            found[row["file"]].append(row)
    return found


def report(file: Path) -> Returned | None:
    return returned(parse(file.read_bytes()))


def dead(found: Returned | None) -> int:
    """How many addresses a report says are dead."""
    return sum(failure.hard for failure in found.failures) if found else 0


def test_six_of_seven_reports_are_judged_as_people_judged_them() -> None:
    known = labels()
    right = [file.name for file in _FILES if dead(report(file)) == sum(r["hard"] == "true" for r in known[file.name])]
    assert len(right) / len(_FILES) >= 6 / 7, sorted({file.name for file in _FILES} - set(right))


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.stem)
def test_a_report_is_never_taken_for_an_answer_of_a_person(file: Path) -> None:
    found = read(file.read_bytes())
    reasons = {row["reason"] for row in labels()[file.name]}
    if "feedback" in reasons:
        assert found.report is not None
        assert found.report.complaint
    elif "vacation" in reasons:
        assert (found.report, found.kind) == (None, ReplyKind.AUTOMATIC)
    else:
        assert found.report is None or not found.report.complaint


@pytest.mark.parametrize("file", _FILES[::3], ids=lambda file: file.stem)
def test_a_report_that_was_cut_off_anywhere_is_read_as_far_as_it_goes(file: Path) -> None:
    whole = file.read_bytes()
    for share in range(0, 100, 7):
        read(whole[: len(whole) * share // 100])


def machine(text: str, **headers: str) -> bytes:
    """A mail server's words."""
    lines = {"From": "MAILER-DAEMON@mx.example.org", "Subject": "Undelivered Mail Returned to Sender"} | headers
    return ("".join(f"{name}: {value}\n" for name, value in lines.items()) + "\n" + text).encode()


@pytest.mark.parametrize(
    ("words", "hard"),
    [
        ("550 5.1.1 <kate@example.org>: Recipient address rejected: User unknown in virtual mailbox table", True),
        ("550 No such user here", True),
        ("Host or domain name not found. Name service error for name=example.org type=A: Host not found", True),
        ("552 5.2.2 Mailbox full", False),
        ("550 5.7.1 Message rejected due to local policy: SPF check failed", False),
        ("554 5.7.1 Service unavailable; client host blocked using a blocklist", False),
        ("550 5.1.8 Sender address rejected", False),
    ],
)
def test_whether_an_address_is_dead_is_told_by_what_the_server_said(words: str, hard: bool) -> None:
    found = returned(parse(machine(f"Your message could not be delivered:\n\n<kate@example.org>: {words}\n")))
    assert found is not None
    assert [(f.recipient, f.hard) for f in found.failures] == [("kate@example.org", hard)]


def test_a_person_who_quotes_a_report_has_not_bounced() -> None:
    text = "Look what I got:\n> <kate@example.org>: 550 5.1.1 User unknown\n"
    assert returned(parse(machine(text, From="kate@example.org", Subject="Re: Hello"))) is None


@pytest.mark.parametrize(
    "hostile",
    [
        machine("-" * 500_000),
        machine(" " * 500_000),
        machine("\n" * 500_000),
        machine("<" * 1_000_000, **{"Content-Type": "text/html"}),
        machine("a: b\n\n" * 300_000, **{"Content-Type": "multipart/report"}),
        machine("Message-ID:\n" * 100_000),
        machine("x", From="=?utf-8?q?a?= " * 100_000),
        machine("x", Subject="=?utf-8?q?a?= " * 100_000),
        machine("x", **{"Content-Type": "text/plain" + "; a=b" * 100_000}),
    ],
    ids=["dashes", "spaces", "blank", "tags", "groups", "ids", "sender", "subject", "parameters"],
)
def test_a_report_made_to_take_long_does_not(hostile: bytes) -> None:
    began = process_time()
    read(hostile)
    assert process_time() - began < 5
