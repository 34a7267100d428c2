"""One's open jobs as one board: stages of one kind are one column, and a card leads to the board of its job."""

import re
from collections import Counter

import pytest
from playwright.async_api import Browser, expect

from rapport.testing.stack import Stack
from tests.support.web import PHONE, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMPANY = 600
_BOARDS = """
{ jobs(first: 20, filter: {status: OPEN, mine: true}) { nodes { id title board { columns {
  stage { kind } count cards(first: 10) { nodes { personName } } } } } } }
"""


async def _counts(stack: Stack, role: str) -> tuple[int, Counter[str]]:
    """How many open jobs are theirs, and how many cards lie in stages of each kind."""
    jobs = (await stack.data(_BOARDS, role=role))["jobs"]["nodes"]
    counts = Counter[str]()
    for job in jobs:
        for column in job["board"]["columns"]:
            counts[column["stage"]["kind"]] += column["count"]
    return len(jobs), counts


async def test_several_boards_are_one_by_the_kinds_of_their_stages(browser: Browser, stack: Stack) -> None:
    jobs, counts = await _counts(stack, "recruiter")
    assert jobs > 1
    async with signed_in(browser, stack, "recruiter", path="/jobs") as app:
        await app.page.get_by_role("link", name="Mine as one board").click()
        for kind, count in counts.items():
            heading = app.page.get_by_role("heading", name=re.compile(f"^{kind.capitalize()} {count}$"))
            await expect(heading).to_be_visible()
        titles = app.page.locator("[data-own-card] ~ [title]:not([title$='stage'])")
        assert len(set(await titles.all_text_contents())) > 1
        assert await app.axe() == []


async def test_one_goes_from_card_to_card_by_keys_and_opens_it_on_its_own_board(browser: Browser, stack: Stack) -> None:
    async with signed_in(browser, stack, "recruiter", path="/board") as app:
        cards = app.page.locator("[data-own-card]")
        await expect(cards.first).to_be_visible()
        keys = app.page.keyboard
        await keys.press("ArrowDown")
        await expect(cards.first).to_be_focused()
        await keys.press("ArrowDown")
        second = app.page.locator(":focus")
        name = await second.inner_text()
        await keys.press("Enter")
        await expect(app.page).to_have_url(re.compile("/jobs/[^/]+/board.*open="))
        await expect(app.card(name)).to_be_visible()


async def test_a_card_moves_among_the_stages_of_its_own_job_and_the_focus_goes_with_it(
    browser: Browser, stack: Stack
) -> None:
    async with signed_in(browser, stack, "recruiter", path="/board") as app:
        screen = app.page.get_by_role("region", name=re.compile("^Screen"))
        link = screen.locator("[data-own-card]").first
        name, application = await link.inner_text(), await link.get_attribute("data-own-card")
        menu = screen.locator("li").filter(has=app.page.locator(f"[data-own-card='{application}']"))
        await menu.get_by_role("button", name=f"Move {name}").click()
        query = "query ($id: ID!) { application(id: $id) { stage { name } job { stages { name kind } } } }"
        found = (await stack.data(query, role="recruiter", id=application))["application"]
        onsite = next(stage["name"] for stage in found["job"]["stages"] if stage["kind"] == "ONSITE")
        await app.page.get_by_role("menuitem", name=onsite).click()
        moved = app.page.get_by_role("region", name=re.compile("^Onsite")).locator(f"[data-own-card='{application}']")
        await expect(moved).to_be_focused()
        found = (await stack.data(query, role="recruiter", id=application))["application"]
        assert found["stage"]["name"] == onsite


async def test_the_server_filters_all_boards_at_once(browser: Browser, stack: Stack) -> None:
    jobs = (await stack.data(_BOARDS, role="recruiter"))["jobs"]["nodes"]
    name = next(
        card["personName"] for job in jobs for column in job["board"]["columns"] for card in column["cards"]["nodes"]
    )
    async with signed_in(browser, stack, "recruiter", path="/board") as app:
        await expect(app.page.locator("[data-own-card]").nth(1)).to_be_visible()
        await app.page.keyboard.press("/")
        await app.page.keyboard.type(name)
        shown = app.page.locator("[data-own-card]")
        await expect(shown.first).to_have_text(name)
        assert set(await shown.all_text_contents()) == {name}
        await expect(app.page).to_have_url(re.compile(r"\?q="))
        await app.page.get_by_role("button", name="Clear filters").click()
        await expect(shown.nth(1)).to_be_visible()


async def test_whose_jobs_are_none_is_told_so_and_a_phone_scrolls_in_one_direction(
    browser: Browser, stack: Stack
) -> None:
    async with signed_in(browser, stack, "executive", path="/board") as app:
        await expect(app.page.get_by_role("heading", name="No open job is yours")).to_be_visible()
    async with signed_in(browser, stack, "recruiter", path="/board", width=PHONE, theme="dark") as app:
        await expect(app.page.locator("[data-own-card]").first).to_be_visible()
        assert await app.page.evaluate("document.documentElement.scrollWidth") <= PHONE
        assert await app.axe() == []
