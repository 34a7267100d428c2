"""One's open jobs as one board: stages of one kind are one column, and a card leads to the board of its job."""

import re
from collections import Counter
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Locator, expect

from rapport.testing.stack import Stack
from tests.support.web import PHONE, App, signed_in

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


_PLACES = """
{ jobs(first: 20, filter: {status: OPEN, mine: true}) { nodes { id stages { id kind acceptsMoves } board { columns {
  stage { id kind } cards(first: 10) { nodes { applicationId personName } } } } } } }
"""
_MOVE = "mutation ($input: MoveApplicationInput!) { moveApplication(input: $input) { __typename } }"
_STAGE = "query ($id: ID!) { application(id: $id) { stage { id kind } } }"


@dataclass
class _Place:
    """A card of the first screen, and a kind of stage with exactly, or with more than, one stage of its job."""

    application: str
    name: str
    stage: str
    kind: str
    to: list[str]


async def _place(stack: Stack, *, several: bool = False) -> _Place:
    """Of somebody who is called as nobody else is on these boards."""
    jobs = (await stack.data(_PLACES, role="recruiter"))["jobs"]["nodes"]
    cards = [
        (job, column["stage"], card)
        for job in jobs
        for column in job["board"]["columns"]
        for card in column["cards"]["nodes"]
    ]
    names = Counter(card["personName"] for _, _, card in cards)
    for job, stage, card in cards:
        kinds = Counter(each["kind"] for each in job["stages"] if each["acceptsMoves"])
        for kind, count in kinds.items():
            if kind != stage["kind"] and (count > 1) == several and names[card["personName"]] == 1:
                to = [each["id"] for each in job["stages"] if each["kind"] == kind and each["acceptsMoves"]]
                return _Place(card["applicationId"], card["personName"], stage["id"], kind, to)
    raise AssertionError("nobody is there")


def _column(app: App, kind: str) -> Locator:
    return app.page.locator(f"[data-kind='{kind}']")


def _card(app: App, place: _Place) -> Locator:
    link = app.page.locator(f"[data-own-card='{place.application}']")
    return app.page.locator("[data-kind] li > div").filter(has=link)


async def test_a_card_that_is_dropped_on_a_column_goes_to_the_stage_of_its_own_job(
    browser: Browser, stack: Stack
) -> None:
    place = await _place(stack)
    async with signed_in(browser, stack, "recruiter", path="/board") as app:
        await expect(_card(app, place)).to_have_attribute("draggable", "true")
        await _card(app, place).drag_to(_column(app, place.kind).locator("header"))
        moved = _column(app, place.kind).locator(f"[data-own-card='{place.application}']")
        await expect(moved).to_be_focused()
        stage = (await stack.data(_STAGE, role="recruiter", id=place.application))["application"]["stage"]
        assert [stage["id"]] == place.to


async def test_where_a_column_is_several_stages_of_the_job_a_menu_asks_which(browser: Browser, stack: Stack) -> None:
    place = await _place(stack, several=True)
    async with signed_in(browser, stack, "recruiter", path="/board") as app:
        await expect(_card(app, place)).to_have_attribute("draggable", "true")
        await _card(app, place).drag_to(_column(app, place.kind).locator("header"))
        await expect(app.page.get_by_role("menu")).to_be_visible()
        stage = (await stack.data(_STAGE, role="recruiter", id=place.application))["application"]["stage"]
        assert stage["id"] == place.stage, "nothing is moved before somebody has said where"


async def test_what_somebody_else_moves_is_shown_as_it_happens(browser: Browser, stack: Stack) -> None:
    place = await _place(stack)
    async with signed_in(browser, stack, "recruiter", path="/board") as app:
        await expect(_card(app, place)).to_be_visible()
        given = {"applicationId": place.application, "fromStageId": place.stage, "toStageId": place.to[0]}
        await stack.data(_MOVE, role="coordinator", input=given)
        moved = _column(app, place.kind).locator(f"[data-own-card='{place.application}']")
        # Long before the boards are loaded again by themselves.
        await expect(moved).to_be_visible(timeout=30_000)


async def test_choices_say_what_they_would_leave_on_all_boards_together(browser: Browser, stack: Stack) -> None:
    query = """{ jobs(first: 20, filter: {status: OPEN, mine: true}) { nodes { board {
        facets { sources { source count } } columns { count } } } } }"""
    jobs = (await stack.data(query, role="recruiter"))["jobs"]["nodes"]
    sources = Counter[str]()
    for job in jobs:
        sources.update({each["source"]: each["count"] for each in job["board"]["facets"]["sources"] if each["source"]})
    [(source, count)] = sources.most_common(1)
    async with signed_in(browser, stack, "recruiter", path="/board") as app:
        await app.page.get_by_role("button", name="Source", exact=True).click()
        choice = app.page.get_by_role("menuitemradio", name=re.compile(f"^{re.escape(source)} ?{count}$"))
        await expect(choice).to_be_visible()
        await choice.click()
        found = app.page.locator("[data-kind] header").get_by_text(re.compile(r"^\d+ fit the filter$"))
        await expect(found.first).to_be_visible()
        assert sum(int(text.split()[0]) for text in await found.all_text_contents()) == count
        assert await app.axe() == []


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
