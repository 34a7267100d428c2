"""axe finds nothing on any screen; nothing but boards and tables scrolls sideways.

Two looks are tried by default: each theme, the narrowest and the widest page. With `AXE_EVERY_LOOK=1`, both themes in
all three widths.
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import product
from typing import get_args

import pytest
from playwright.async_api import Browser, ViewportSize, expect

from rapport.testing.stack import ALL_SERVICES, Stack
from tests.support.web import DESKTOP, PHONE, TABLET, App, Theme, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMPANY = 300
SERVICES = ALL_SERVICES
_JOB = "{ jobs(first: 1, filter: {status: OPEN}) { nodes { id people(first: 3) { nodes { id } } } } }"
_REQUEST = """
mutation Request($input: RequestReviewInput!) { requestReview(input: $input) { ... on Review { id } } }
"""
_GIVE = """
mutation Give($input: GiveVerdictInput!) { giveVerdict(input: $input) { __typename } }
"""


_PROJECT = """
mutation Begin($input: CreateProjectInput!) { createProject(input: $input) { ... on Project { id } } }
"""
_IN_PROJECT = """
mutation Add($input: ChangeProjectPeopleInput!) { changeProjectPeople(input: $input) { __typename } }
"""


async def _palette(app: App) -> None:
    await app.page.keyboard.press("Control+k")
    await app.page.get_by_role("combobox").fill("engineer")
    await expect(app.page.get_by_role("option").nth(2)).to_be_visible()


async def _keys(app: App) -> None:
    await app.page.keyboard.press("?")
    await expect(app.page.get_by_role("dialog", name="Keys")).to_be_visible()


async def _menu(app: App) -> None:
    await app.page.get_by_role("button", name="Move ").first.click()
    await expect(app.page.get_by_role("menu")).to_be_visible()


async def _choices(app: App) -> None:
    await app.page.get_by_role("button", name="Location").click()
    await expect(app.page.get_by_role("menuitemradio", name="Any location")).to_be_visible()


async def _conflict(app: App) -> None:
    await app.page.get_by_role("searchbox").fill("no such name")
    await expect(app.page.get_by_text("None fits the filter").first).to_be_visible()


async def _project(app: App) -> None:
    await app.page.get_by_role("button", name="New project").click()
    await expect(app.page.get_by_label("Name", exact=True)).to_be_focused()


async def _due_date(app: App) -> None:
    await app.page.get_by_role("button", name="Change due date").click()
    await expect(app.page.get_by_label("Due", exact=True)).to_be_focused()


async def _notes(app: App) -> None:
    await app.page.get_by_role("button", name="Show all notes").click()
    await expect(app.page.get_by_text("A note", exact=True)).to_be_visible()


async def _summary(app: App) -> None:
    await app.page.get_by_role("button", name="Summary").first.click()
    await expect(app.page.get_by_role("heading", name="Your verdicts")).to_be_visible()


async def _candidate(app: App) -> None:
    await app.page.locator("[data-card] a, [data-row] a").first.click()
    await expect(app.page.get_by_role("tab", name="Activity")).to_be_visible()
    await app.settled()


async def _composer(app: App) -> None:
    await app.page.get_by_role("button", name="Write a mail").click()
    await expect(app.page.get_by_label("Text", exact=True)).to_be_visible()
    await app.page.get_by_role("button", name="Send later").click()


async def _chosen(app: App) -> None:
    await app.page.locator("tbody").get_by_role("checkbox").first.check()
    await app.page.get_by_role("button", name="Add tag").click()
    await app.page.get_by_role("textbox", name="Tag").fill("Future")
    await app.page.get_by_role("button", name="Check first").click()
    await expect(
        app.page.get_by_role("region", name="Chosen people").get_by_text("1 would get the tag")
    ).to_be_visible()


async def _chosen_cards(app: App) -> None:
    await app.page.locator("[data-card] a, [data-row] a").first.focus()
    await app.page.keyboard.press("x")
    await expect(app.page.get_by_role("region", name="Chosen cards").get_by_text("1 chosen")).to_be_visible()


async def _recruiter(app: App) -> None:
    await app.page.get_by_role("button", name="Change the recruiter").click()
    await expect(app.page.get_by_label("Recruiter", exact=True)).to_be_visible()


async def _saving(app: App) -> None:
    await app.page.get_by_role("button", name="Save search").click()
    await app.page.get_by_role("combobox", name="Who may open it").select_option("HIRING_TEAM")
    await app.page.get_by_role("button", name="Save", exact=True).click()
    await expect(app.page.get_by_text("Give it a name.")).to_be_visible()


State = Callable[[App], Awaitable[None]]
_SCREENS: dict[str, tuple[str, tuple[State, ...]]] = {
    "jobs": ("/jobs", (_palette,)),
    "jobs, filtered": ("/jobs?status=ANY&department=Engineering&sort=-active&attention=1", (_choices,)),
    "jobs, none fits": ("/jobs?q=no+such+job", ()),
    "board": ("/jobs/{job}/board", (_menu, _keys)),
    "boards as one": ("/board", ()),
    "board, none fits": ("/jobs/{job}/board", (_conflict,)),
    "board, chosen": ("/jobs/{job}/board", (_chosen_cards,)),
    "board, candidate": ("/jobs/{job}/board", (_candidate,)),
    "list": ("/jobs/{job}/board?view=list", (_chosen_cards,)),
    "list, candidate": ("/jobs/{job}/board?view=list", (_candidate,)),
    "people": ("/people", (_chosen,)),
    "people, searched": ("/people?where=stage%3ASCREEN%7C%21doubted%3A%7Ctitle%3Aengineer", (_saving,)),
    "duplicates": ("/people/duplicates", ()),
    "add a person": ("/people/new", ()),
    "projects": ("/people/projects", (_project,)),
    "project": ("/people/projects/{project}", ()),
    "people, none fits": ("/people?q=no+such+name", ()),
    "person": ("/people/{person}", (_composer,)),
    "person, profile": ("/people/{person}?tab=profile", (_recruiter,)),
    "person, reviews": ("/people/{person}?tab=reviews", ()),
    "person, messages": ("/people/{person}?tab=messages", ()),
    "person, history": ("/people/{person}?tab=history", ()),
    "nobody": ("/people/nonsense", ()),
    "conversations": ("/outreach/conversations", ()),
    "all mails": ("/outreach/conversations?box=sent", ()),
    "in doubt": ("/outreach/in-doubt", ()),
    "job's outreach": ("/jobs/{job}/outreach", ()),
    "analytics": ("/jobs/{job}/analytics", ()),
    "analytics, nobody": ("/jobs/{job}/analytics?from=2001-01-01&to=2001-01-02", ()),
    "check-in": ("/jobs/{job}/check-in", ()),
    "job's reviews": ("/jobs/{job}/reviews", ()),
    "reviews": ("/reviews", ()),
    "reviews, none fits": ("/reviews?box=asked&job=none", ()),
    "new review": ("/reviews/new?job={job}", ()),
    "new review, no job": ("/reviews/new", ()),
    "review": ("/reviews/{review}", (_notes, _due_date)),
    "deciding": ("/reviews/{review}/decide?p=1", (_summary,)),
    "no such review": ("/reviews/nonsense", ()),
    "no such job": ("/jobs/nonsense/board", ()),
    "not found": ("/nowhere", ()),
    "connections": ("/settings/connections", ()),
    "mailbox": ("/settings/mailbox", ()),
    "suppression": ("/settings/suppression", ()),
    "templates": ("/settings/templates", ()),
    "preferences": ("/settings/preferences", ()),
}


@asynccontextmanager
async def _somebody(browser: Browser, stack: Stack, theme: Theme, width: int) -> AsyncIterator[App]:
    async with signed_in(browser, stack, "recruiter", theme=theme, width=width) as app:
        await app.page.emulate_media(reduced_motion="reduce")
        yield app


async def _named(stack: Stack) -> dict[str, str]:
    """A job, a person, a review of both that waits for its recruiter, with a verdict and a note, and a project."""
    job = (await stack.data(_JOB))["jobs"]["nodes"][0]
    people = [person["id"] for person in job["people"]["nodes"]]
    roles = ("recruiter", "hiring_manager")
    reviewers = [(await stack.data("{ me { id } }", role=role))["me"]["id"] for role in roles]
    wish = {"jobId": job["id"], "personIds": people, "reviewerIds": reviewers, "note": "For both of you"}
    review = (await stack.data(_REQUEST, role="recruiter", input=wish))["requestReview"]["id"]
    said = {"reviewId": review, "personId": people[0], "verdict": "STARRED", "note": "A note"}
    await stack.data(_GIVE, role="recruiter", input=said)
    project = (await stack.data(_PROJECT, role="recruiter", input={"name": "Fair"}))["createProject"]["id"]
    await stack.data(_IN_PROJECT, role="recruiter", input={"projectId": project, "add": people})
    return {"job": job["id"], "person": people[0], "review": review, "project": project}


_EVERY_LOOK: tuple[tuple[Theme, int], ...] = tuple(product(get_args(Theme), (PHONE, TABLET, DESKTOP)))
_LOOKS = _EVERY_LOOK if "AXE_EVERY_LOOK" in os.environ else (("light", DESKTOP), ("dark", PHONE))


@pytest.mark.parametrize(("theme", "width"), _LOOKS)
async def test_axe_finds_nothing(browser: Browser, stack: Stack, theme: Theme, width: int) -> None:
    named = await _named(stack)
    found: dict[str, list[str]] = {}
    async with _somebody(browser, stack, theme, width) as app:
        for screen, (path, states) in _SCREENS.items():
            await app.go(path.format(**named))
            await app.settled()
            found[screen] = await app.axe()
            if await app.page.evaluate("document.documentElement.scrollWidth") > width:
                found[screen].append("the page scrolls sideways")
            for state in states:
                await state(app)
                found[f"{screen}, {state.__name__.strip('_')}"] = await app.axe()
                await app.page.keyboard.press("Escape")
                await expect(app.page.locator("[role=menu], dialog[open]")).to_have_count(0)
    assert "\n".join(f"{screen}: {problem}" for screen, problems in found.items() for problem in problems) == ""


_ENLARGED: ViewportSize = {"width": 320, "height": 256}
"""1,280 by 1,024 pixels at 400 %."""
_WITH_BARS = ("list", "person", "conversations", "review", "deciding", "new review")
"""Screens parts of which stay while the rest is scrolled."""
_CUT = """() => {
  const scrolls = (element) => {
    for (let each = element; each; each = each.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(each).overflowX) && each.scrollWidth > each.clientWidth) return true;
    }
    return false;
  };
  return [...document.querySelectorAll('main *, header *')].filter((element) => {
    const { left, right, width, height } = element.getBoundingClientRect();
    const { visibility, clipPath } = getComputedStyle(element);
    if (!width || !height || visibility === 'hidden' || clipPath !== 'none' || element.closest('.unseen')) return false;
    return (left < -1 || right > innerWidth + 1) && !scrolls(element.parentElement);
  }).map((element) => `cut: ${element.outerHTML.slice(0, 120)}`);
}"""
_COVERED = """() => {
  const focus = document.activeElement;
  if (!focus || focus === document.body) return null;
  const { left, right, top, bottom } = focus.getBoundingClientRect();
  const x = (Math.max(left, 0) + Math.min(right, innerWidth)) / 2;
  const y = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
  const seen = document.elementFromPoint(x, y);
  const visible = right > 0 && left < innerWidth && bottom > 0 && top < innerHeight;
  if (visible && seen && (focus.contains(seen) || seen.contains(focus))) return null;
  return `focus not seen: ${focus.outerHTML.slice(0, 120)}`;
}"""


async def test_enlarged_four_times_nothing_is_cut_and_no_bar_covers_the_focus(browser: Browser, stack: Stack) -> None:
    named = await _named(stack)
    found: set[str] = set()
    async with _somebody(browser, stack, "light", PHONE) as app:
        await app.page.set_viewport_size(_ENLARGED)
        for screen, (path, _) in _SCREENS.items():
            await app.go(path.format(**named))
            await app.settled()
            found |= {f"{screen}: {problem}" for problem in await app.page.evaluate(_CUT)}
            for key in ("Tab", "Shift+Tab") if screen in _WITH_BARS else ():
                for _ in range(30):
                    await app.page.keyboard.press(key)
                    if covered := await app.page.evaluate(_COVERED):
                        found.add(f"{screen}, {key}: {covered}")
    assert found == set()


async def test_in_forced_colours_lines_say_what_grounds_said(browser: Browser, stack: Stack) -> None:
    named = await _named(stack)
    chosen = "[aria-current]:not([aria-current=false]), [aria-selected=true], [aria-pressed=true]"
    lineless = """elements => elements.filter((element) => element.checkVisibility())
      .filter((element) => getComputedStyle(element).outlineStyle === 'none')
      .map((element) => element.outerHTML.slice(0, 120))"""
    async with _somebody(browser, stack, "light", DESKTOP) as app:
        await app.page.emulate_media(forced_colors="active")
        for screen in ("jobs", "board", "list", "person", "conversations", "reviews", "deciding", "preferences"):
            await app.go(_SCREENS[screen][0].format(**named))
            await app.settled()
            assert await app.page.locator(chosen).count() > 0
            assert await app.page.locator(f"{chosen}, [data-card]").evaluate_all(lineless) == [], screen
        await app.go(_SCREENS["board"][0].format(**named))
        await _menu(app)
        await app.page.keyboard.press("ArrowDown")
        assert await app.page.locator("[role=menu] [data-highlighted]").evaluate_all(lineless) == []
        await app.page.keyboard.press("Escape")
        await _candidate(app)
        current = app.page.locator("[data-card]:has([aria-current=page])")
        other = app.page.locator("[data-card]:not(:has([aria-current=page]))").first
        width = "card => getComputedStyle(card).outlineWidth"
        assert await current.evaluate(width) != await other.evaluate(width)
