"""The page over plain HTTP: links, scanners, forms, bad input."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from uuid import UUID

import aiohttp
import pytest

from rapport.contracts.biography import AttachmentLink
from rapport.contracts.refusals import NotFound
from rapport.contracts.reviews import CancelReview, FinishReview, GetReviewsByIds, OpenReviewedFile, Review
from rapport.contracts.vocabulary import AttachmentKind, NoteVisibility, NotificationKind, ReviewStatus, Verdict
from rapport.kit.identity import new_id
from rapport.kit.web.links import Links
from services.reviews.tests.support.reviews_desk import (
    ADA,
    ADMIN,
    BEGIN,
    COLLEAGUE,
    KATE,
    MARY,
    OMAR,
    OUTSIDER,
    RECRUITER,
    REVIEWER,
    SECRET,
    Desk,
)
from services.reviews.tests.support.reviews_peer import attachment


async def stored(desk: Desk, review: Review) -> Review:
    found = await desk.call(GetReviewsByIds(ids=(review.id,)), RECRUITER)
    return found.items[0]  # type: ignore[union-attr]


def form(review: Review, number: int, verdict: str, **more: str) -> dict[str, str]:
    return {"person_id": str(review.items[number].profile.person_id), "verdict": verdict} | more


async def test_a_scanner_that_follows_every_link_ten_times_leaves_no_trace(desk: Desk) -> None:
    review = await desk.requested(3, (MARY, OMAR), note="Please look", due_at=BEGIN + timedelta(days=2))
    await desk.given(review, COLLEAGUE, 0, Verdict.STARRED)
    link = await desk.link(review)
    _, text = await desk.get(link)
    inside = {part.split('"')[0] for part in text.split('href="')[1:]} | {
        part.split('"')[0] for part in text.split('action="')[1:]
    }
    addresses = [link, *(desk.url + each for each in inside if each.startswith("/"))]
    assert len(addresses) >= 8
    before = await desk.everything()
    for _ in range(10):
        for address in addresses:
            for method in ("GET", "HEAD"):
                async with desk.session.request(method, address) as response:
                    assert response.status in (200, 405)
    assert await desk.everything() == before


async def test_the_page_loads_only_its_own_files_and_is_not_cached(desk: Desk) -> None:
    link = await desk.link(await desk.requested())
    async with desk.session.get(link) as response:
        headers, text = response.headers, await response.text()
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "<style" not in text
    assert " style=" not in text
    assert " onclick" not in text


async def test_a_form_decides_and_leads_to_the_next_person(desk: Desk) -> None:
    review = await desk.requested(3)
    link = await desk.link(review)
    sent = form(review, 0, "approved", note="Solid\r\nand kind", visibility="public")
    status, location = await desk.post(f"{link}/verdicts", data=sent)
    assert (status, location.split("?")[1]) == (303, "p=2&saved=1")
    after = await stored(desk, review)
    verdict = after.items[0].verdicts[0]
    assert (verdict.verdict, verdict.note, verdict.visibility) == (
        Verdict.APPROVED,
        "Solid\nand kind",
        NoteVisibility.PUBLIC,
    )
    assert after.status is ReviewStatus.IN_PROGRESS
    actors = await desk.rows("SELECT actor FROM verdict_change")
    assert [row["actor"] for row in actors] == [f"user:{MARY.id}"]
    assert "Saved: <bdi>Amira Haddad</bdi>" in (await desk.get(desk.url + location))[1]


async def test_the_last_verdict_leads_to_the_summary_and_finishing_completes(desk: Desk) -> None:
    review = await desk.requested(2)
    link = await desk.link(review)
    early, text = await desk.post(f"{link}/finish")
    assert early == 400
    assert "2 people are still undecided" in text
    await desk.post(f"{link}/verdicts", data=form(review, 1, "skipped"))
    _, location = await desk.post(f"{link}/verdicts", data=form(review, 0, "rejected"))
    assert "p=summary" in location
    assert (await desk.post(f"{link}/finish"))[0] == 303
    assert (await stored(desk, review)).status is ReviewStatus.COMPLETED
    status, text = await desk.get(link)
    assert status == 410
    assert "This review is complete" in text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"verdict": "loved"}, "Choose one of"),
        ({"verdict": None}, "Choose one of"),
        ({"person_id": "x"}, "The id of the person"),
        ({"person_id": str(new_id())}, "not part of the review"),
        ({"note": "x" * 4001}, "too long"),
        ({"visibility": "world"}, "Who may read"),
        ({"surprise": "1"}, "cannot be read"),
    ],
)
async def test_bad_input_is_reported_and_changes_nothing(desk: Desk, change: dict[str, str | None], said: str) -> None:
    review = await desk.requested()
    link = await desk.link(review)
    good = form(review, 1, "approved", note="Typed with care", visibility="hiring_team")
    sent = {k: v for k, v in (good | change).items() if v is not None}
    before = await desk.everything()
    status, text = await desk.post(f"{link}/verdicts", data=sent)
    assert status == 400
    assert said in text
    status, text = await desk.post(f"{link}/verdicts", json=sent)
    assert status == 400
    assert said in text
    assert await desk.everything() == before


async def test_what_was_typed_is_still_there_after_a_mistake(desk: Desk) -> None:
    review = await desk.requested()
    link = await desk.link(review)
    _, text = await desk.post(f"{link}/verdicts", data=form(review, 1, "", note="Typed with <care>"))
    assert "Typed with &lt;care&gt;</textarea>" in text


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[1]", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"verdict=approved", "text/plain", 415),
        (b"note=" + b"x" * 600_000, "application/x-www-form-urlencoded", 413),
        (b"", "application/x-www-form-urlencoded", 400),
        (b"verdict=%ff", "application/x-www-form-urlencoded; charset=nonsense", 400),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(desk: Desk, body: bytes, kind: str, status: int) -> None:
    link = await desk.link(await desk.requested())
    before = await desk.everything()
    assert (await desk.post(f"{link}/verdicts", data=body, headers={"Content-Type": kind}))[0] == status
    assert await desk.everything() == before


async def test_a_forged_link_opens_nothing_and_reveals_nothing(desk: Desk) -> None:
    review = await desk.requested()
    link_id = (await desk.rows("SELECT link_id FROM reviewer"))[0]["link_id"]
    ours = await desk.link(review)
    forged = [
        ours[:-3] + "abc",
        f"{desk.url}/r/nonsense",
        f"{desk.url}/r/{Links('another secret', 'review').token('acme', link_id)}",
        f"{desk.url}/r/{Links(SECRET, 'unsubscribe').token('acme', link_id)}",
        f"{desk.url}/r/{Links(SECRET, 'review').token('globex', link_id)}",
        f"{desk.url}/r/{Links(SECRET, 'review').token('acme', new_id())}",
        f"{desk.url}/r/{Links(SECRET, 'review').token('acme')}",
    ]
    before = await desk.everything()
    for link in forged:
        status, text = await desk.get(link)
        assert status == 404, link
        assert "This link does not work" in text
        assert "Amira" not in text
        assert (await desk.post(f"{link}/verdicts", data=form(review, 0, "approved")))[0] == 404
        assert (await desk.post(f"{link}/verdicts", json=form(review, 0, "approved")))[0] == 404
    assert await desk.everything() == before


async def test_a_link_to_a_closed_review_says_so_and_accepts_nothing(desk: Desk) -> None:
    review = await desk.requested()
    link = await desk.link(review)
    await desk.call(CancelReview(review_id=review.id), RECRUITER)
    before = await desk.everything()
    status, text = await desk.get(link)
    assert status == 410
    assert "This review was cancelled" in text
    assert "Amira" not in text
    assert (await desk.post(f"{link}/verdicts", data=form(review, 0, "approved")))[0] == 410
    assert (await desk.post(f"{link}/finish"))[0] == 410
    assert await desk.everything() == before


async def test_a_link_opens_the_page_of_its_own_reviewer_only(desk: Desk) -> None:
    review = await desk.requested(1, (MARY, OMAR))
    await desk.given(review, REVIEWER, 0, Verdict.STARRED, "Marys secret", NoteVisibility.PRIVATE)
    _, hers = await desk.get(await desk.link(review, MARY))
    assert "Marys secret" in hers
    _, his = await desk.get(await desk.link(review, OMAR))
    assert "for <bdi>Omar Little</bdi>" in his
    assert "Mary" not in his
    await desk.given(review, COLLEAGUE, 0, Verdict.REJECTED)
    _, his = await desk.get((await desk.link(review, OMAR)) + "?p=1")
    assert "Mary Major" in his
    assert "Marys secret" not in his


@pytest.mark.parametrize("form_of", ["verdicts", "finish"])
async def test_the_address_of_a_form_leads_back_to_the_page(desk: Desk, form_of: str) -> None:
    link = await desk.link(await desk.requested())
    before = await desk.everything()
    async with desk.session.get(f"{link}/{form_of}", allow_redirects=False) as response:
        assert response.status == 303
        assert f"{desk.url}{response.headers['Location']}" == link
    assert (await desk.get(f"{desk.url}/r/nonsense/{form_of}"))[0] == 404
    assert await desk.everything() == before


async def test_what_a_profile_holds_is_text_and_only_web_addresses_are_links(desk: Desk) -> None:
    first = next(iter(desk.peer.people))
    desk.peer.people[first] = desk.peer.people[first].model_copy(
        update={
            "last_name": "<script>alert(1)</script>",
            "links": ("javascript:alert(1)", "data:text/html,x", "https://ok.example/a"),
        }
    )
    _, text = await desk.get(await desk.link(await desk.requested(1)))
    assert "<script>alert" not in text
    assert 'href="javascript:' not in text
    assert 'href="data:' not in text
    assert 'href="https://ok.example/a" target="_blank" rel="noopener noreferrer"' in text


async def test_a_mail_is_whole_in_text_and_html_and_its_subject_is_one_line(desk: Desk) -> None:
    job_id = next(iter(desk.peer.jobs))
    desk.peer.jobs[job_id] = desk.peer.jobs[job_id].model_copy(update={"title": "Engineer\r\nBcc: <all>"})
    review = await desk.requested(2, note="First <b>line</b>\nsecond", due_at=BEGIN + timedelta(days=2))
    mail = await desk.mail((await desk.notifications())[0]["id"])
    link = await desk.link(review)
    assert mail.subject == "Kate Austen asks for your view: Engineer Bcc: <all>"  # type: ignore[union-attr]
    for part in (mail.text, mail.html):  # type: ignore[union-attr]
        assert link in part
        assert "Friday 12 June 2026, 12:00 UTC" in part
        assert "2 people" in part
    assert "First <b>line</b>\nsecond" in mail.text  # type: ignore[union-attr]
    assert "First &lt;b&gt;line" in mail.html  # type: ignore[union-attr]
    assert "<table" not in mail.html  # type: ignore[union-attr]


async def test_a_reply_to_the_mail_goes_to_the_requester(desk: Desk) -> None:
    desk.peer.users[KATE.id] = KATE.model_copy(update={"name": "Austen,\nKate \u2713"})
    await desk.requested(1)
    mail = await desk.mail((await desk.notifications())[0]["id"])
    assert mail.reply_to == '"Austen, Kate \u2713" <kate@example.com>'  # type: ignore[union-attr]


async def test_the_completion_mail_lists_all_verdicts_with_disputes_first(desk: Desk) -> None:
    review = await desk.requested(2, (MARY, OMAR))
    await desk.given(review, REVIEWER, 0, Verdict.APPROVED)
    await desk.given(review, COLLEAGUE, 0, Verdict.STARRED)
    await desk.given(review, REVIEWER, 1, Verdict.REJECTED, "Not for the mail")
    await desk.given(review, COLLEAGUE, 1, Verdict.APPROVED)
    for who in (REVIEWER, COLLEAGUE):
        await desk.call(FinishReview(review_id=review.id), who)
    mail = await desk.mail((await desk.notifications(NotificationKind.REVIEW_COMPLETED))[0]["id"])
    assert mail.reply_to is None  # type: ignore[union-attr]
    assert (
        "Jonas Lindqvist (disputed)\n    Mary Major: Rejected\n    Omar Little: Approved\n"
        "Amira Haddad\n    Mary Major: Approved\n    Omar Little: Starred\n"
    ) in mail.text  # type: ignore[union-attr]
    html = mail.html  # type: ignore[union-attr]
    assert 0 < html.index("Jonas Lindqvist") < html.index("Amira Haddad")
    assert "Mary Major</bdi>: Rejected · " in html
    assert "Omar Little</bdi>: Approved</li>" in html
    assert "Not for the mail" not in mail.text + html  # type: ignore[union-attr]


async def test_static_files_are_few_and_nothing_else_is_served(desk: Desk) -> None:
    for name, status in (("review.css", 200), ("review.js", 200), ("icon.svg", 200), ("../page.py", 404), ("x", 404)):
        async with desk.session.get(f"{desk.url}/static/{name}") as response:
            assert response.status == status
    async with aiohttp.request("GET", f"{desk.url}/") as response:
        assert response.status == 404


class _Elements(HTMLParser):
    """Every element of a page with its attributes, as a browser reads them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("place", ["2", "summary"])
async def test_every_attribute_of_the_page_is_read_as_it_was_meant(desk: Desk, place: str) -> None:
    first = next(iter(desk.peer.people))
    desk.peer.people[first] = desk.peer.people[first].model_copy(update={"first_name": 'Jo "Quote" & Co <b>'})
    review = await desk.requested(3, (MARY, OMAR))
    await desk.given(review, COLLEAGUE, 0, Verdict.STARRED)
    await desk.given(review, REVIEWER, 0, Verdict.REJECTED)
    _, text = await desk.get(f"{await desk.link(review)}?p={place}")
    elements = _Elements(text).found
    current = [attributes for _, attributes in elements if "aria-current" in attributes]
    assert [(a["aria-current"], a["data-entry"]) for a in current] == [("true", place)]
    names = {attributes["data-name"] for _, attributes in elements if "data-name" in attributes}
    assert 'Jo "Quote" & Co <b> Haddad' in names
    tags = re.sub(r'"[^"]*"', '""', "".join(re.findall(r"<[^>]*>", text)))
    assert "&#34;" not in tags, "a quote that was escaped outside of a value"
    assert "&quot;" not in tags


async def test_a_stale_form_is_shown_the_newer_verdict_and_asked(desk: Desk) -> None:
    review = await desk.requested(2)
    link = await desk.link(review)
    await desk.given(review, REVIEWER, 0, Verdict.REJECTED, "Said on the phone")
    before = await desk.everything()
    sent = form(review, 0, "approved", note="Typed <here>", visibility="public", version="0")
    status, text = await desk.post(f"{link}/verdicts", data=sent)
    assert status == 409
    assert await desk.everything() == before
    assert "Typed &lt;here&gt;</textarea>" in text
    assert "Said on the phone" in text
    assert 'value="approved" data-replace>Replace it with mine: <span data-my-label>Approved' in text
    version = re.findall(r'name="version" value="(\d+)"', text)[0]
    assert (await desk.post(f"{link}/verdicts", data=sent | {"version": version}))[0] == 303
    now = (await stored(desk, review)).items[0].verdicts[0]
    assert (now.verdict, now.note, now.visibility) == (Verdict.APPROVED, "Typed <here>", NoteVisibility.PUBLIC)


async def test_a_stale_script_receives_the_newer_verdict(desk: Desk) -> None:
    review = await desk.requested(2)
    link = await desk.link(review)
    await desk.given(review, REVIEWER, 0, Verdict.REJECTED, "Said on the phone")
    before = await desk.everything()
    async with desk.session.post(
        f"{link}/verdicts", json=form(review, 0, "approved", note="", version="0")
    ) as response:
        assert response.status == 409
        newer = (await response.json())["conflict"]
    assert newer == {
        "verdict": "rejected",
        "label": "Rejected",
        "version": 1,
        "note": "Said on the phone",
        "visibility": "hiring_team",
        "when": "Wednesday 10 June 2026, 12:00 UTC",
    }
    assert await desk.everything() == before


async def test_a_form_without_a_note_field_leaves_the_note_and_an_emptied_one_deletes_it(desk: Desk) -> None:
    review = await desk.requested(1)
    link = await desk.link(review)
    await desk.given(review, REVIEWER, 0, Verdict.REJECTED, "Kept", NoteVisibility.PRIVATE)
    assert (await desk.post(f"{link}/verdicts", json=form(review, 0, "starred", version="1")))[0] == 200
    now = (await desk.rows("SELECT verdict, note, visibility FROM verdict"))[0]
    assert tuple(now) == ("starred", "Kept", "private")
    await desk.post(f"{link}/verdicts", data=form(review, 0, "starred", note="", visibility="private", version="2"))
    assert (await desk.rows("SELECT note FROM verdict"))[0]["note"] is None


async def test_a_form_takes_a_verdict_back_and_undoes_a_change(desk: Desk) -> None:
    review = await desk.requested(2)
    link = await desk.link(review)
    await desk.post(f"{link}/verdicts", data=form(review, 0, "rejected", note="First\r\nlines", visibility="private"))
    _, location = await desk.post(
        f"{link}/verdicts", data=form(review, 0, "approved", note="Second", visibility="public", version="1")
    )
    _, text = await desk.get(desk.url + location)
    notification = text.split('id="saved-notification"')[1].split("</div>")[0]
    undo = dict(re.findall(r'name="(\w+)" value="([^"]*)"', notification))
    assert undo == form(review, 0, "rejected", note="First\nlines", visibility="private", version="2")
    await desk.post(f"{link}/verdicts?stay", data=undo)
    assert [tuple(r) for r in await desk.rows("SELECT verdict, note, version FROM verdict")] == [
        ("rejected", "First\nlines", 3)
    ]
    status, location = await desk.post(f"{link}/take-back", data=form(review, 0, "", note="First", version="3"))
    assert (status, location.split("?")[1]) == (303, "p=1&taken=1")
    assert (await stored(desk, review)).items[0].verdicts == ()
    assert "Taken back: <bdi>Amira Haddad</bdi> is undecided again." in (await desk.get(desk.url + location))[1]


async def test_a_reviewer_who_types_while_a_review_is_cancelled_learns_by_whom_and_keeps_their_text(
    desk: Desk,
) -> None:
    review = await desk.requested(2)
    link = await desk.link(review)
    assert (await desk.get(f"{link}/state"))[0] == 200
    desk.time.passes(hours=1)
    await desk.call(CancelReview(review_id=review.id), ADMIN)
    before = await desk.everything()
    status, text = await desk.post(f"{link}/verdicts", data=form(review, 0, "approved", note="Typed <late>"))
    assert status == 410
    assert "Ada Admin cancelled it on Wednesday 10 June 2026, 13:00 UTC." in text
    assert "Typed &lt;late&gt;</textarea>" in text
    async with desk.session.get(f"{link}/state", headers={"Accept": "application/json"}) as response:
        assert response.status == 410
        body = await response.json()
    assert (body["reason"], body["title"]) == ("cancelled", "This review was cancelled")
    assert body["text"].startswith("Ada Admin cancelled it")
    assert await desk.everything() == before


async def test_a_cancelled_review_says_so_even_if_the_name_is_unknown(desk: Desk) -> None:
    review = await desk.requested(2)
    link = await desk.link(review)
    del desk.peer.users[ADA.id]
    await desk.call(CancelReview(review_id=review.id), ADMIN)
    assert "Someone on your team cancelled it on" in (await desk.get(link))[1]


async def test_a_note_that_is_far_too_long_is_returned_to_its_author(desk: Desk) -> None:
    review = await desk.requested(2)
    link = await desk.link(review)
    long = "ü👩‍🚀" * 5000
    status, text = await desk.post(f"{link}/verdicts", data=form(review, 0, "approved", note=long))
    assert status == 400
    assert long in text
    assert "at most 4,000 characters" in text
    exact = "👩" * 4000
    assert (await desk.post(f"{link}/verdicts", data=form(review, 0, "approved", note=exact)))[0] == 303


async def test_names_and_notes_have_the_direction_of_what_they_say(desk: Desk) -> None:
    first = next(iter(desk.peer.people))
    desk.peer.people[first] = desk.peer.people[first].model_copy(update={"first_name": "أميرة", "last_name": "الحداد"})
    desk.peer.users[KATE.id] = KATE.model_copy(update={"name": "יעל כהן"})
    review = await desk.requested(2, note="שלום", due_at=BEGIN + timedelta(days=2))
    _, text = await desk.get(await desk.link(review))
    for part in (
        'dir="auto" tabindex="-1">أميرة الحداد</h2>',
        '<span class="who" dir="auto">أميرة الحداد</span>',
        "<bdi>יעל כהן</bdi>",
        'dir="auto" tabindex="0" aria-label="Note from the requester">שלום</blockquote>',
    ):
        assert part in text
    mail = await desk.mail((await desk.notifications())[0]["id"])
    assert mail.subject == "\u2068יעל כהן\u2069 asks for your view: Senior Backend Engineer"  # type: ignore[union-attr]
    assert "\u2068יעל כהן\u2069 asks what you think of" in mail.text  # type: ignore[union-attr]
    assert "Hello Mary Major," in mail.text  # type: ignore[union-attr]
    assert '<bdi dir="auto">יעל כהן</bdi>' in mail.html  # type: ignore[union-attr]
    assert '<blockquote dir="auto"' in mail.html  # type: ignore[union-attr]


async def test_the_page_shows_what_people_did_before_who_they_are_elsewhere(desk: Desk) -> None:
    _, text = await desk.get(await desk.link(await desk.requested(1)))
    card = text[text.index("<article") :]
    shown = [card.index(each) for each in ("Engineer 0", "Company 2", "Earlier: 1 more", "Company 3", "Port City")]
    assert shown == sorted(shown)
    assert shown[-1] < card.index('aria-label="Links"')
    for when in ("Since Mar 2024", "Mar 2023 to Feb 2024", "2010 to Jun 2014"):
        assert when in card


async def test_a_review_keeps_what_people_did_as_it_was_when_it_was_requested(desk: Desk) -> None:
    review = await desk.requested(1)
    profile = review.items[0].profile
    assert [job.company for job in profile.employments] == ["Company 0", "Company 1", "Company 2", "Company 3"]
    desk.peer.people.clear()
    assert (await stored(desk, review)).items[0].profile == profile


async def test_a_resume_is_opened_by_the_link_of_a_review_that_shows_it_and_by_no_other(desk: Desk) -> None:
    first, second, third = list(desk.peer.people)[:3]
    desk.peer.attachments = {
        first: (attachment(1), attachment(2, AttachmentKind.COVER_LETTER)),
        second: (attachment(3),),
        third: (attachment(4),),
    }
    link = await desk.link(await desk.requested(2))
    _, text = await desk.get(link)
    shown = re.findall(r'href="([^"]*/files/[^"]*)"', text)
    assert [address.rpartition("/")[2] for address in shown] == [str(attachment(n).id) for n in (1, 3)]
    async with desk.session.get(desk.url + shown[0], allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (303, f"http://files.test/{attachment(1).id}")
        assert response.headers["Cache-Control"] == "no-store"
    [asked] = desk.peer.linked
    assert (asked.org_id, asked.attachment_id, asked.reviewer_id) == ("acme", attachment(1).id, MARY.id)
    for other in (attachment(2).id, attachment(4).id, "x"):
        async with desk.session.get(f"{link}/files/{other}", allow_redirects=False) as response:
            assert response.status == 404
    assert len(desk.peer.linked) == 1
    desk.peer.attachments.clear()
    async with desk.session.get(desk.url + shown[0], allow_redirects=False) as response:
        assert (response.status, await response.text()) == (404, "The file is not there any more.\n")


async def test_a_reviewer_who_is_signed_in_opens_the_resumes_of_an_open_review_and_no_other_file(desk: Desk) -> None:
    first, second = list(desk.peer.people)[:2]
    desk.peer.attachments = {
        first: (attachment(1), attachment(2, AttachmentKind.COVER_LETTER)),
        second: (attachment(3),),
    }
    review = await desk.requested(1)

    def opening(file: int, review_id: UUID = review.id) -> OpenReviewedFile:
        return OpenReviewedFile(review_id=review_id, attachment_id=attachment(file).id)

    link = await desk.call(opening(1), REVIEWER)
    assert isinstance(link, AttachmentLink)
    assert link.url == f"http://files.test/{attachment(1).id}"
    for file in (2, 3):
        refused = await desk.call(opening(file), REVIEWER)
        assert refused == NotFound(what="attachment", id=str(attachment(file).id))
    # Who asked sees the person by themselves, or does not; who is not asked sees nothing of the review.
    assert await desk.call(opening(1), RECRUITER) == NotFound(what="attachment", id=str(attachment(1).id))
    assert await desk.call(opening(1), OUTSIDER) == NotFound(what="review", id=str(review.id))
    await desk.call(CancelReview(review_id=review.id), RECRUITER)
    assert isinstance(await desk.call(opening(1), REVIEWER), NotFound)
    assert [asked.attachment_id for asked in desk.peer.linked] == [attachment(1).id]


async def test_a_link_that_no_longer_opens_the_review_opens_no_file(desk: Desk) -> None:
    desk.peer.attachments = {next(iter(desk.peer.people)): (attachment(1),)}
    review = await desk.requested(1)
    link = await desk.link(review)
    await desk.call(CancelReview(review_id=review.id), RECRUITER)
    async with desk.session.get(f"{link}/files/{attachment(1).id}", allow_redirects=False) as response:
        assert response.status == 410
    assert desk.peer.linked == []
