"""Deciding on the reviewers' page: by keyboard, by mouse, by touch, without JavaScript, and when saving fails."""

import re

import pytest
from playwright.async_api import Browser, Page, Route, expect

from rapport.contracts.reviews import CancelReview, GetReviewsByIds, Review
from rapport.contracts.vocabulary import NoteVisibility, ReviewStatus, Verdict
from services.reviews.tests.support.reviewers_page import PHONE, opened
from services.reviews.tests.support.reviews_desk import COLLEAGUE, MARY, OMAR, RECRUITER, REVIEWER, Desk

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def verdicts(desk: Desk, review: Review) -> list[tuple[str, str | None] | None]:
    """Mary's current verdicts, by person."""
    found = await desk.call(GetReviewsByIds(ids=(review.id,)), REVIEWER)
    mine = [
        next((v for v in item.verdicts if v.reviewer_id == MARY.id), None)
        for item in found.items[0].items  # type: ignore[union-attr]
    ]
    return [(v.verdict.value, v.note) if v else None for v in mine]


async def readers(desk: Desk) -> list[tuple[str, str | None, str]]:
    """Every stored verdict, with the visibility of its note."""
    return [tuple(row) for row in await desk.rows("SELECT verdict, note, visibility FROM verdict ORDER BY given_at")]


async def status(desk: Desk, review: Review) -> ReviewStatus:
    found = await desk.call(GetReviewsByIds(ids=(review.id,)), RECRUITER)
    return found.items[0].status  # type: ignore[union-attr]


async def test_a_whole_review_by_keyboard(desk: Desk, browser: Browser) -> None:
    review = await desk.requested(4)
    async with opened(browser, await desk.link(review)) as it:
        keys = it.page.keyboard
        await it.shows("Amira Haddad")
        await keys.press("?")
        await expect(it.page.locator("#help")).to_be_visible()
        await keys.press("Escape")
        await keys.press("n")
        await keys.type("Calm and clear; a, s, r and k are only letters here")
        await keys.press("Escape")
        await keys.press("a")
        await it.shows("Jonas Lindqvist")
        await it.says("Saved: Amira Haddad · Approved")
        await keys.press("ArrowRight")
        await it.shows("Priya Raghunathan")
        await keys.press("r")
        await it.shows("Mateo Fernández")
        await keys.press("k")
        await it.shows("Jonas Lindqvist")  # the one that was passed over
        await keys.press("s")
        await it.shows("Your verdicts")
        await expect(it.page.locator("#progress-text")).to_have_text("4 of 4 decided")
        await keys.press("ArrowLeft")
        await it.shows("Mateo Fernández")
        await keys.press("ArrowRight")
        await it.page.get_by_role("button", name="Finish review").press("Enter")
        await expect(it.page.locator("h1")).to_have_text("This review is complete")
        it.complaints.clear()  # the browser notes that the page is gone, as it should be
    assert await verdicts(desk, review) == [
        ("approved", "Calm and clear; a, s, r and k are only letters here"),
        ("starred", None),
        ("rejected", None),
        ("skipped", None),
    ]
    assert await status(desk, review) is ReviewStatus.COMPLETED


async def test_by_mouse_with_a_note_and_a_changed_verdict(desk: Desk, browser: Browser) -> None:
    review = await desk.requested(3, (MARY, OMAR))
    async with opened(browser, await desk.link(review)) as it:
        page = it.page
        await page.locator("#p-1 textarea").fill("Looks right")
        await page.locator("#p-1").get_by_label("Who may read it").select_option("private")
        await page.locator("#p-1").get_by_role("button", name="Reject").click()
        await it.says("Saved: Amira Haddad · Rejected")
        await page.get_by_role("navigation", name="People").get_by_text("Amira Haddad").click()
        await it.shows("Amira Haddad")
        await expect(page.locator("#p-1").get_by_role("button", name="Reject")).to_have_attribute(
            "aria-pressed", "true"
        )
        await page.locator("#p-1").get_by_role("button", name="Star").click()
        await it.says("Saved: Amira Haddad · Starred")
        await page.get_by_text("Summary", exact=True).first.click()
        await expect(page.locator("#summary .tally")).to_contain_text(re.compile(r"1\s*Starred"))
        await page.reload()
        await expect(page.locator("#summary .verdict-list")).to_contain_text("Looks right")
    assert await verdicts(desk, review) == [("starred", "Looks right"), None, None]


async def test_on_a_phone_by_touch(desk: Desk, browser: Browser) -> None:
    review = await desk.requested(3)
    phone = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    async with opened(browser, await desk.link(review), **phone) as it:
        page = it.page
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide == PHONE["width"], "nothing is cut off at the side"
        approve = page.locator("#p-1").get_by_role("button", name="Approve")
        box = await approve.bounding_box()
        assert box
        assert box["height"] >= 44
        assert box["y"] + box["height"] <= PHONE["height"], "within reach of a thumb without scrolling"
        await approve.tap()
        await it.shows("Jonas Lindqvist")
        await it.says("Saved: Amira Haddad · Approved")
        await swipe(page, 320, 60)
        await it.shows("Priya Raghunathan")
        await swipe(page, 60, 320)
        await it.shows("Jonas Lindqvist")
    assert await verdicts(desk, review) == [("approved", None), None, None]


async def swipe(page: Page, start: int, end: int) -> None:
    session = await page.context.new_cdp_session(page)
    for kind, points in (
        ("touchStart", [{"x": start, "y": 420}]),
        ("touchMove", [{"x": end, "y": 425}]),
        ("touchEnd", []),
    ):
        await session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    await session.detach()


async def test_everything_works_without_javascript(desk: Desk, browser: Browser) -> None:
    review = await desk.requested(2)
    async with opened(browser, await desk.link(review), java_script_enabled=False) as it:
        page = it.page
        await page.get_by_role("link", name="Next").click()
        await it.shows("Jonas Lindqvist")
        await page.locator("#p-2 textarea").fill("Written without a script")
        await page.get_by_role("button", name="Star").click()
        await expect(page.locator("#saved-notification")).to_contain_text("Saved: Jonas Lindqvist · Starred")
        await it.shows("Amira Haddad")
        await page.get_by_role("button", name="Reject").click()
        await it.shows("Your verdicts")
        await page.get_by_role("button", name="Finish review").click()
        await expect(page.locator("h1")).to_have_text("This review is complete")
        it.complaints.clear()
    assert await verdicts(desk, review) == [("rejected", None), ("starred", "Written without a script")]


async def test_a_failure_to_save_is_shown_and_retried_and_the_note_is_not_lost(desk: Desk, browser: Browser) -> None:
    review = await desk.requested(2)
    before = await desk.everything()

    async def broken(route: Route) -> None:
        await route.abort("connectionrefused")

    async with opened(browser, await desk.link(review)) as it:
        page = it.page
        await page.route("**/verdicts", broken)
        await page.locator("#p-1 textarea").fill("Not to be lost")
        await page.locator("#p-1").get_by_role("button", name="Approve").click()
        await it.says("Not saved: Amira Haddad")
        await expect(page.locator('[data-entry="1"] [data-state]')).to_have_text("Not saved")
        assert await desk.everything() == before
        await page.unroute("**/verdicts")
        await page.get_by_role("button", name="Retry").click()
        await it.says("Saved: Amira Haddad · Approved")
        it.complaints.clear()  # the browser's own note of the broken connection
    assert await verdicts(desk, review) == [("approved", "Not to be lost"), None]


async def test_a_note_that_was_typed_survives_a_reload(desk: Desk, browser: Browser) -> None:
    review = await desk.requested(2)
    async with opened(browser, await desk.link(review)) as it:
        await it.page.locator("#p-1 textarea").fill("Half a thought")
        await it.page.reload()
        await expect(it.page.locator("#p-1 textarea")).to_have_value("Half a thought")
    assert await verdicts(desk, review) == [None, None]


async def test_a_note_survives_that_its_verdict_was_taken_back(desk: Desk, browser: Browser) -> None:
    review = await desk.requested(2)
    async with opened(browser, await desk.link(review)) as it:
        await it.page.locator("#p-1 textarea").fill("Long thoughts")
        await it.page.locator("#p-1").get_by_role("button", name="Approve").click()
        await it.says("Saved: Amira Haddad · Approved")
        await it.page.locator('[data-entry="1"]').click()
        await it.page.locator("#p-1").get_by_role("button", name="Take back").click()
        await it.says("Taken back: Amira Haddad")
        await it.page.reload()
        await expect(it.page.locator("#p-1 textarea")).to_have_value("Long thoughts")
        await expect(it.page.locator("#p-1 [data-conflict]")).to_be_hidden()
    assert await verdicts(desk, review) == [None, None]


async def test_a_note_is_saved_however_its_letters_are_made_up(desk: Desk, browser: Browser) -> None:
    review = await desk.requested(2)
    async with opened(browser, await desk.link(review)) as it:
        page, note = it.page, it.page.locator("#p-1 textarea")
        await note.evaluate(r"note => { note.value = 'Rene\u0301, \ud83d half'; }")
        await note.dispatch_event("input")
        await page.locator("#p-1").get_by_role("button", name="Approve").click()
        await it.says("Saved: Amira Haddad · Approved")
        await page.locator('[data-entry="1"]').click()
        await expect(page.locator("#p-1 [data-unkept]")).to_be_hidden()
        assert await page.evaluate("sessionStorage.length") == 0
    assert await verdicts(desk, review) == [("approved", "Ren\u00e9, \ufffd half"), None]
    assert (await desk.rows("SELECT version FROM verdict"))[0]["version"] == 1


async def test_a_private_note_stays_private_after_a_reload(desk: Desk, browser: Browser) -> None:
    review = await desk.requested(2)
    async with opened(browser, await desk.link(review)) as it:
        await it.page.locator("#p-1 textarea").fill("Between me and myself")
        await it.page.locator("#p-1").get_by_label("Who may read it").select_option("private")
        await it.page.reload()
        await expect(it.page.locator("#p-1 textarea")).to_have_value("Between me and myself")
        await expect(it.page.locator("#p-1").get_by_label("Who may read it")).to_have_value("private")
        await it.page.locator("#p-1").get_by_role("button", name="Approve").click()
        await it.says("Saved: Amira Haddad · Approved")
        assert await it.page.evaluate("sessionStorage.length") == 0
    assert await readers(desk) == [("approved", "Between me and myself", "private")]


@pytest.mark.parametrize("way", ["Next", "Summary"])
async def test_a_note_changed_after_the_verdict_is_not_left_behind(desk: Desk, browser: Browser, way: str) -> None:
    review = await desk.requested(2)
    await desk.given(review, REVIEWER, 0, Verdict.REJECTED, "Too junior")
    async with opened(browser, (await desk.link(review)) + "?p=1") as it:
        page = it.page
        await page.locator("#p-1 textarea").fill("Too junior, but ask again next year")
        await expect(page.locator("#p-1 [data-unkept]")).to_be_visible()
        await page.get_by_role("link", name=way).first.click()
        await it.says("Saved: Amira Haddad · Rejected")
        await expect(page.locator("#p-1 [data-unkept]")).to_be_hidden()
    assert await verdicts(desk, review) == [("rejected", "Too junior, but ask again next year"), None]


async def test_a_note_changed_before_a_reload_is_saved_before_the_review_is_finished(
    desk: Desk, browser: Browser
) -> None:
    review = await desk.requested(1)
    await desk.given(review, REVIEWER, 0, Verdict.STARRED, "Good")
    async with opened(browser, (await desk.link(review)) + "?p=1") as it:
        await it.page.locator("#p-1 textarea").fill("Very good")
        await it.page.goto((await desk.link(review)) + "?p=summary")
        await it.page.get_by_role("button", name="Finish review").click()
        await expect(it.page.locator("h1")).to_have_text("This review is complete")
        it.complaints.clear()  # the browser notes that the page is gone, as it should be
    assert await verdicts(desk, review) == [("starred", "Very good")]
    assert await status(desk, review) is ReviewStatus.COMPLETED


@pytest.mark.parametrize("script", [True, False])
async def test_saving_a_note_stays_with_the_person(desk: Desk, browser: Browser, script: bool) -> None:
    review = await desk.requested(2)
    await desk.given(review, REVIEWER, 0, Verdict.STARRED)
    async with opened(browser, (await desk.link(review)) + "?p=1", java_script_enabled=script) as it:
        await it.page.locator("#p-1 textarea").fill("A note later on")
        await it.page.locator("#p-1").get_by_role("button", name="Save note").click()
        await expect(it.page.locator("#toast-text" if script else "#saved-notification")).to_contain_text(
            "Saved: Amira"
        )
        await it.shows("Amira Haddad")
    assert await verdicts(desk, review) == [("starred", "A note later on"), None]


async def test_letter_keys_can_be_switched_off_and_stay_off(desk: Desk, browser: Browser) -> None:
    review = await desk.requested(2)
    async with opened(browser, await desk.link(review)) as it:
        page = it.page
        await page.get_by_role("button", name="Keys").click()
        await page.get_by_label("Use the letter keys").uncheck()
        await page.get_by_role("button", name="Close").click()
        await page.reload()
        for key in ("a", "n", "?"):
            await page.keyboard.press(key)
        await it.shows("Amira Haddad")
        await expect(page.locator("#help")).to_be_hidden()
        await expect(page.locator("#p-1 textarea")).not_to_be_focused()
        await page.keyboard.press("ArrowRight")
        await it.shows("Jonas Lindqvist")
        assert await verdicts(desk, review) == [None, None]
        await page.get_by_role("button", name="Keys").click()
        await page.get_by_label("Use the letter keys").check()
        await page.get_by_role("button", name="Close").click()
        await page.keyboard.press("s")
        await it.says("Saved: Jonas Lindqvist · Starred")


async def test_what_colleagues_said_shows_after_ones_own_verdict(desk: Desk, browser: Browser) -> None:
    review = await desk.requested(2, (MARY, OMAR))
    await desk.given(review, COLLEAGUE, 0, Verdict.REJECTED, "Too junior", NoteVisibility.PUBLIC)
    await desk.given(review, COLLEAGUE, 1, Verdict.APPROVED, "For the team only", NoteVisibility.HIRING_TEAM)
    async with opened(browser, await desk.link(review)) as it:
        page = it.page
        assert "Omar" not in await page.content()
        assert "Too junior" not in await page.content()
        await page.keyboard.press("a")
        await page.get_by_role("button", name="1 colleague's view").click()
        await it.shows("Amira Haddad")
        await expect(page.locator("#p-1 .opinions")).to_contain_text("Omar Little")
        await expect(page.locator("#p-1 .opinions")).to_contain_text("Too junior")
        await page.keyboard.press("ArrowRight")
        await expect(page.locator("#p-2 .others")).to_contain_text("shows once you have decided")
        await page.keyboard.press("k")
        await it.says("Saved: Jonas Lindqvist · Skipped")
        await page.keyboard.press("ArrowLeft")
        await expect(page.locator("#p-2 .others")).to_contain_text("once you approve, star or reject")
        assert "Omar" not in await page.locator("#p-2").inner_html()
        await page.keyboard.press("s")
        await page.keyboard.press("ArrowLeft")
        await expect(page.locator("#p-2 .opinions")).to_contain_text("Approved")
        assert "For the team only" not in await page.content()


async def test_a_refused_note_is_shown_where_it_was_typed(desk: Desk, browser: Browser) -> None:
    review = await desk.requested(2)
    async with opened(browser, await desk.link(review)) as it:
        note = it.page.locator("#p-1 textarea")
        await note.evaluate("note => { note.removeAttribute('maxlength'); note.value = 'x'.repeat(4001); }")
        await it.page.locator("#p-1").get_by_role("button", name="Approve").click()
        await expect(it.page.locator("#p-1 [data-problem]")).to_contain_text("at most 4,000 characters")
        await it.shows("Amira Haddad")
        await expect(note).to_have_value("x" * 4001)
        it.complaints.clear()  # the browser's own note of the refusal
    assert await verdicts(desk, review) == [None, None]


async def test_a_review_cannot_be_finished_with_an_unsaved_note_that_is_too_long(desk: Desk, browser: Browser) -> None:
    review = await desk.requested(1)
    await desk.given(review, REVIEWER, 0, Verdict.STARRED, "Good")
    async with opened(browser, (await desk.link(review)) + "?p=1") as it:
        await it.page.locator("#p-1 textarea").fill("x" * 4001)
        await it.page.get_by_text("Summary", exact=True).first.click()
        await it.page.get_by_role("button", name="Finish review").click()
        await it.shows("Amira Haddad")
        await expect(it.page.locator("#p-1 [data-problem]")).to_contain_text("at most 4,000 characters")
        await expect(it.page.locator("#p-1 textarea")).to_be_focused()
        assert await status(desk, review) is ReviewStatus.IN_PROGRESS
        await it.page.locator("#p-1 textarea").fill("Very good")
        await it.page.get_by_text("Summary", exact=True).first.click()
        await it.page.get_by_role("button", name="Finish review").click()
        await expect(it.page.locator("h1")).to_have_text("This review is complete")
        it.complaints.clear()  # the browser notes that the page is gone, as it should be
    assert await verdicts(desk, review) == [("starred", "Very good")]


async def test_a_first_verdict_is_undone_from_the_toast_and_nothing_typed_is_lost(desk: Desk, browser: Browser) -> None:
    review = await desk.requested(2, (MARY, OMAR))
    await desk.given(review, COLLEAGUE, 0, Verdict.REJECTED, "Too junior", NoteVisibility.PUBLIC)
    async with opened(browser, await desk.link(review)) as it:
        page = it.page
        await page.locator("#p-1 textarea").fill("Typed with care")
        await page.locator("#p-1 .verdict.approved").click()
        await it.says("Saved: Amira Haddad · Approved")
        await expect(page.locator("#p-1 .opinions")).to_contain_text("Too junior")
        await page.get_by_role("button", name="Undo").click()
        await it.says("Taken back: Amira Haddad")
        await it.shows("Amira Haddad")
        await expect(page.locator("#p-1 textarea")).to_have_value("Typed with care")
        assert "Too junior" not in await page.content()
        await expect(page.locator('[data-entry="1"] [data-state]')).to_have_text("To do")
        await expect(page.locator("#progress-text")).to_have_text("0 of 2 decided")
        assert await verdicts(desk, review) == [None, None]
        await page.locator("#p-1 .verdict.starred").click()
        await it.says("Saved: Amira Haddad · Starred")
        await page.keyboard.press("u")
        await it.says("Taken back: Amira Haddad")
    assert await verdicts(desk, review) == [None, None]
    kept = await desk.rows("SELECT change FROM verdict_change WHERE actor = $1 ORDER BY number", f"user:{MARY.id}")
    assert [row["change"] for row in kept] == ["given", "taken_back", "given", "taken_back"]


async def test_undoing_a_changed_verdict_restores_the_one_before_with_its_note(desk: Desk, browser: Browser) -> None:
    review = await desk.requested(2)
    await desk.given(review, REVIEWER, 0, Verdict.REJECTED, "Too junior", NoteVisibility.PRIVATE)
    async with opened(browser, (await desk.link(review)) + "?p=1") as it:
        page = it.page
        await page.locator("#p-1 textarea").fill("A slip of the hand")
        await page.locator("#p-1").get_by_label("Who may read it").select_option("public")
        await page.locator("#p-1 .verdict.approved").click()
        await it.says("Saved: Amira Haddad · Approved")
        await page.get_by_role("button", name="Undo").click()
        await it.says("Saved: Amira Haddad · Rejected")
        await expect(page.locator("#p-1 textarea")).to_have_value("Too junior")
    assert await readers(desk) == [("rejected", "Too junior", "private")]
    assert (await desk.rows("SELECT version FROM verdict"))[0]["version"] == 3


@pytest.mark.parametrize("script", [True, False])
async def test_a_verdict_can_be_taken_back_as_long_as_the_review_is_open(
    desk: Desk, browser: Browser, script: bool
) -> None:
    review = await desk.requested(2)
    await desk.given(review, REVIEWER, 0, Verdict.REJECTED, "Too junior")
    async with opened(browser, (await desk.link(review)) + "?p=1", java_script_enabled=script) as it:
        await it.page.locator("#p-1").get_by_role("button", name="Take back").click()
        await expect(it.page.locator('[data-entry="1"] [data-state]')).to_have_text("To do")
        await expect(it.page.locator("#p-1").get_by_role("button", name="Take back")).to_be_hidden()
        await expect(it.page.locator("#progress-text")).to_have_text("0 of 2 decided")
    assert await verdicts(desk, review) == [None, None]


async def test_a_stale_tab_is_shown_the_newer_verdict_and_asked(desk: Desk, browser: Browser) -> None:
    review = await desk.requested(3)
    link = await desk.link(review)
    async with opened(browser, link) as it, opened(browser, link) as phone:
        for typed, tab in (("On the phone", phone), ("At the desk", it)):
            await tab.page.locator("#p-1 textarea").fill(typed)
        await phone.page.locator("#p-1 .verdict.rejected").click()
        await phone.says("Saved: Amira Haddad · Rejected")
        before = await desk.everything()
        await it.page.locator("#p-1 .verdict.approved").click()
        conflict = it.page.locator("#p-1 [data-conflict]")
        await expect(conflict).to_be_visible()
        await expect(conflict).to_contain_text("Rejected")
        await expect(conflict).to_contain_text("On the phone")
        await it.shows("Amira Haddad")
        await expect(it.page.locator("#p-1 textarea")).to_have_value("At the desk")
        # Going elsewhere decides nothing.
        await it.page.get_by_role("link", name="Next").first.click()
        await it.page.get_by_role("link", name="Previous").first.click()
        assert await desk.everything() == before
        await it.page.get_by_role("button", name="Replace it with mine: Approved").click()
        await it.says("Saved: Amira Haddad · Approved")
        await expect(conflict).to_be_hidden()
        assert await verdicts(desk, review) == [("approved", "At the desk"), None, None]
        # The other tab is stale now.
        await phone.page.goto(f"{link}?p=2")
        await desk.given(review, REVIEWER, 1, Verdict.STARRED, "Elsewhere")
        await phone.page.locator("#p-2 .verdict.skipped").click()
        await phone.page.locator("#p-2").get_by_text("Keep that").click()
        await expect(phone.page.locator("#p-2 textarea")).to_have_value("Elsewhere")
        await expect(phone.page.locator("#p-2 [data-conflict]")).to_be_hidden()
        for tab in (it, phone):
            tab.complaints.clear()  # the browser's own note of the refusal
    assert await verdicts(desk, review) == [("approved", "At the desk"), ("starred", "Elsewhere"), None]


async def test_without_javascript_a_stale_page_is_shown_the_newer_verdict_and_asked(
    desk: Desk, browser: Browser
) -> None:
    review = await desk.requested(2)
    async with opened(browser, await desk.link(review), java_script_enabled=False) as it:
        await it.page.locator("#p-1 textarea").fill("At the desk")
        await desk.given(review, REVIEWER, 0, Verdict.REJECTED, "On the phone")
        await it.page.locator("#p-1 .verdict.approved").click()
        await expect(it.page.locator("#p-1 [data-conflict]")).to_contain_text("On the phone")
        await expect(it.page.locator("#p-1 textarea")).to_have_value("At the desk")
        await it.page.get_by_role("button", name="Replace it with mine: Approved").click()
        await expect(it.page.locator("#saved-notification")).to_contain_text("Saved: Amira Haddad · Approved")
        await it.page.locator("#saved-notification").get_by_role("button", name="Undo").click()
        await expect(it.page.locator('[data-entry="1"] [data-state]')).to_have_text("Rejected")
        it.complaints.clear()
    assert await verdicts(desk, review) == [("rejected", "On the phone"), None]


async def test_a_note_typed_beside_an_older_verdict_replaces_nothing_after_a_reload(
    desk: Desk, browser: Browser
) -> None:
    review = await desk.requested(2)
    await desk.given(review, REVIEWER, 0, Verdict.REJECTED, "First")
    async with opened(browser, (await desk.link(review)) + "?p=1") as it:
        await it.page.locator("#p-1 textarea").fill("Typed here")
        await desk.given(review, REVIEWER, 0, Verdict.REJECTED, "Edited elsewhere")
        await it.page.goto((await desk.link(review)) + "?p=1")
        await expect(it.page.locator("#p-1 [data-conflict]")).to_contain_text("Edited elsewhere")
        await expect(it.page.locator("#p-1 textarea")).to_have_value("Typed here")
        await it.page.get_by_role("link", name="Next").first.click()
        await it.shows("Jonas Lindqvist")
        assert await verdicts(desk, review) == [("rejected", "Edited elsewhere"), None]
        await it.page.get_by_role("link", name="Previous").first.click()
        await it.page.get_by_role("button", name="Replace it with mine").click()
        await it.says("Saved: Amira Haddad · Rejected")
    assert await verdicts(desk, review) == [("rejected", "Typed here"), None]


async def test_a_verdict_whose_response_was_lost_does_not_conflict_with_the_next(desk: Desk, browser: Browser) -> None:
    review = await desk.requested(2)

    async def lost(route: Route) -> None:
        await route.fetch()
        await route.abort("connectionreset")

    async with opened(browser, await desk.link(review)) as it:
        await it.page.route("**/verdicts", lost)
        await it.page.locator("#p-1 .verdict.approved").click()
        await it.says("Not saved: Amira Haddad")
        await it.page.unroute("**/verdicts")
        await it.page.locator('[data-entry="1"]').click()
        await it.page.locator("#p-1 .verdict.rejected").click()
        await it.says("Saved: Amira Haddad · Rejected")
        it.complaints.clear()
    assert await verdicts(desk, review) == [("rejected", None), None]


async def test_a_stale_tab_says_so_before_the_reviewer_types(desk: Desk, browser: Browser) -> None:
    review = await desk.requested(2)
    async with opened(browser, await desk.link(review)) as it:
        await desk.given(review, REVIEWER, 0, Verdict.STARRED, "On the phone")
        await it.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        await it.says("You gave a newer verdict in another tab or on another device.")
        await it.page.get_by_role("button", name="Show").click()
        await expect(it.page.locator('[data-entry="1"] [data-state]')).to_have_text("Starred")


@pytest.mark.parametrize("found_out", ["by saving", "by looking"])
async def test_an_open_page_of_a_cancelled_review_says_so_and_returns_what_was_typed(
    desk: Desk, browser: Browser, found_out: str
) -> None:
    review = await desk.requested(2)
    async with opened(browser, await desk.link(review)) as it:
        page = it.page
        await page.locator("#p-1 textarea").fill("Half a thought")
        await desk.call(CancelReview(review_id=review.id), RECRUITER)
        before = await desk.everything()
        if found_out == "by saving":
            await page.locator("#p-1 .verdict.approved").click()
        else:
            await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_contain_text("This review was cancelled")
        await expect(dialog).to_contain_text("Kate Austen cancelled it on")
        await expect(dialog.get_by_label("Your note on Amira Haddad")).to_have_value("Half a thought")
        await dialog.get_by_role("button", name="Copy").click()
        await expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
        await dialog.get_by_role("button", name="Close").click()
        unsaved = "Not saved" if found_out == "by saving" else "To do"
        await expect(page.locator('[data-entry="1"] [data-state]')).to_have_text(unsaved)
        await page.locator(".card:not([hidden]) .verdict.rejected").click()
        await expect(dialog).to_be_visible()
        assert await desk.everything() == before
        it.complaints.clear()


async def test_the_remaining_characters_of_a_note_are_shown_and_nothing_is_cut_off(
    desk: Desk, browser: Browser
) -> None:
    review = await desk.requested(2)
    async with opened(browser, await desk.link(review)) as it:
        page, count = it.page, it.page.locator("#p-1 [data-count]")
        note = page.locator("#p-1 textarea")
        await note.fill("x" * 3499)
        await expect(count).to_be_hidden()
        await note.fill("👩" * 3900)
        await expect(count).to_have_text("100 characters left")
        await expect(page.locator("#announced")).to_have_text("100 characters left")
        await page.keyboard.type("y")
        await expect(count).to_have_text("99 characters left")
        await expect(page.locator("#announced")).to_have_text("100 characters left")
        await note.fill("👩" * 4001)
        await expect(count).to_have_text("1 character too many")
        await page.locator("#p-1 .verdict.approved").click()
        await expect(page.locator("#p-1 [data-problem]")).to_contain_text("at most 4,000 characters")
        await expect(note).to_have_value("👩" * 4001)
        assert await verdicts(desk, review) == [None, None]
        await note.fill("👩" * 4000)
        await expect(count).to_have_text("0 characters left")
        await page.locator("#p-1 .verdict.approved").click()
        await it.says("Saved: Amira Haddad · Approved")
    assert await verdicts(desk, review) == [("approved", "👩" * 4000), None]
