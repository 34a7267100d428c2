"""The page in a real browser: by keyboard, by mouse, by touch, without JavaScript, and when saving fails."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, Page, Route, expect
from reviews_desk import COLLEAGUE, MARY, OMAR, RECRUITER, REVIEWER, Desk

from rapport.contracts.hiring import NoteVisibility, ReviewStatus, Verdict
from rapport.contracts.reviews import GetReviewsByIds, Review

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


@dataclass
class Opened:
    """A reviewer's page, and what it did behind the scenes."""

    page: Page
    requested: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    async def shows(self, name: str) -> None:
        await expect(self.page.locator(".card:not([hidden]) h2")).to_have_text(name)

    async def says(self, text: str) -> None:
        await expect(self.page.locator("#toast-text")).to_contain_text(text)


@asynccontextmanager
async def opened(browser: Browser, link: str, **context: Any) -> AsyncIterator[Opened]:
    """The link, opened; nothing may have left its origin then, and the browser may have nothing to complain of."""
    making = await browser.new_context(**{"viewport": DESKTOP} | context)
    page = await making.new_page()
    page.set_default_timeout(PATIENCE)
    found = Opened(page)
    page.on("request", lambda request: found.requested.append(request.url))
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    page.on("console", lambda line: found.complaints.append(line.text) if line.type == "error" else None)
    await page.goto(link)
    yield found
    origin = link.split("/r/")[0]
    assert [url for url in found.requested if not url.startswith(f"{origin}/")] == []
    assert found.complaints == []
    await making.close()


async def verdicts(desk: Desk, review: Review) -> list[tuple[str, str | None] | None]:
    """What Mary says of each person now."""
    found = await desk.ask(GetReviewsByIds(ids=(review.id,)), REVIEWER)
    mine = [
        next((v for v in item.verdicts if v.reviewer_id == MARY.id), None)
        for item in found.items[0].items  # type: ignore[union-attr]
    ]
    return [(v.verdict.value, v.note) if v else None for v in mine]


async def status(desk: Desk, review: Review) -> ReviewStatus:
    found = await desk.ask(GetReviewsByIds(ids=(review.id,)), RECRUITER)
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


async def test_by_mouse_with_a_note_and_a_second_thought(desk: Desk, browser: Browser) -> None:
    review = await desk.requested(3, (MARY, OMAR))
    async with opened(browser, await desk.link(review)) as it:
        page = it.page
        await page.locator("#p-1 textarea").fill("Looks right")
        await page.locator("#p-1").get_by_label("Who may read it").select_option("private")
        await page.locator("#p-1").get_by_role("button", name="Reject").click()
        await it.says("Saved: Amira Haddad · Rejected")
        await page.get_by_role("navigation", name="Everybody").get_by_text("Amira Haddad").click()
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
        await expect(page.locator("#saved-notice")).to_contain_text("Saved: Jonas Lindqvist · Starred")
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
        await page.keyboard.press("s")
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
