"""How the reviewers' page looks: what is in sight, what fits, and what nothing covers, at every size."""

from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from rapport.contracts.vocabulary import Verdict
from rapport.local.waiting import eventually
from services.reviews.tests.support.reviewers_page import DESKTOP, PHONE, opened
from services.reviews.tests.support.reviews_desk import COLLEAGUE, MARY, OMAR, Desk
from services.reviews.tests.support.reviews_peer import person

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEN_LINES = "\n".join(f"{n}. Please look at whether they have run such a system by themselves." for n in range(1, 11))
SIZES = [(1280, 650), (1366, 768), (1440, 900), (1920, 950), (360, 640), (390, 844), (844, 390)]


async def box(page: Page, what: str) -> dict[str, float]:
    found = await page.locator(what).bounding_box()
    assert found, what
    return {"top": found["y"], "end": found["y"] + found["height"], **found}


def sized(width: int, height: int) -> dict[str, Any]:
    viewport = {"viewport": {"width": width, "height": height}}
    return viewport | ({"has_touch": True, "is_mobile": True} if width < 500 else {})


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
async def test_who_may_read_a_note_is_seen_where_the_note_begins(
    desk: Desk, browser: Browser, viewport: dict[str, int]
) -> None:
    review = await desk.requested(
        3, note="Two of them have applied before.\nThe team is in Berlin.\nMind the notification."
    )
    async with opened(browser, await desk.link(review), viewport=viewport) as it:
        page = it.page
        await page.locator("#p-1 textarea").focus()
        select, note, bar = [
            await page.locator(f"#p-1 {part}").bounding_box() for part in ("select", "textarea", ".verdicts")
        ]
        assert select and note and bar  # noqa: PT018 - all three have a place
        assert 0 <= select["y"] < select["y"] + select["height"] <= min(note["y"], bar["y"])


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
async def test_among_many_people_the_one_that_is_shown_is_in_sight(
    desk: Desk, browser: Browser, viewport: dict[str, int]
) -> None:
    desk.peer.people.update({p.id: p for p in map(person, range(22))})
    review = await desk.requested(22)
    async with opened(browser, (await desk.link(review)) + "?p=20", viewport=viewport) as it:
        await expect(it.page.locator('[data-entry="20"]')).to_be_in_viewport(ratio=0.9)
        await expect(it.page.locator("h1")).to_be_in_viewport()
        await it.page.get_by_role("link", name="Next").click()
        await expect(it.page.locator('[data-entry="21"]')).to_be_in_viewport(ratio=0.9)


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
async def test_long_and_unusual_names_fit_into_the_page(desk: Desk, browser: Browser, viewport: dict[str, int]) -> None:
    first, second, third = list(desk.peer.people)[:3]
    named = {
        first: ("Anastasia" * 14, "🦄" * 40),
        second: ("👩‍🚀", "🇩🇪"),
        third: ("Maximiliane Alexandra", "zu Rosenburg"),
    }
    for person_id, (given, family) in named.items():
        update = {"first_name": given, "last_name": family, "tags": ("t" * 120,), "location": "l" * 150}
        desk.peer.people[person_id] = desk.peer.people[person_id].model_copy(update=update)
    review = await desk.requested(3)
    async with opened(browser, await desk.link(review), viewport=viewport) as it:
        page = it.page
        await expect(page.locator("#p-2 .avatar")).to_have_text("?")
        whole = page.locator('[data-entry="3"] .who')
        assert await whole.evaluate("name => name.scrollWidth <= name.clientWidth + 1") or viewport is PHONE
        await expect(page.locator('[data-entry="3"] .who')).to_have_text("Maximiliane Alexandra zu Rosenburg")
        await page.keyboard.press("a")
        await it.says("Saved: Anastasia")
        toast = await page.locator("#toast").bounding_box()
        assert toast
        assert toast["x"] >= 0
        assert toast["x"] + toast["width"] <= viewport["width"]
        for place in ("1", "2", "3", "summary"):
            await page.goto((await desk.link(review)) + f"?p={place}")
            assert await page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
            card = page.locator(".card:not([hidden])")
            assert await card.evaluate("card => card.scrollWidth <= card.clientWidth")


@pytest.mark.parametrize(
    ("width", "height", "script"), [*((*size, True) for size in SIZES), (1280, 650, False), (360, 640, False)]
)
async def test_the_note_is_in_sight_while_it_is_typed(
    desk: Desk, browser: Browser, width: int, height: int, script: bool
) -> None:
    review = await desk.requested(3, note=TEN_LINES)
    async with opened(
        browser, (await desk.link(review)) + "?p=2", java_script_enabled=script, **sized(width, height)
    ) as it:
        page, note = it.page, it.page.locator("#p-2 textarea")
        await note.focus()
        for line in range(12):
            await page.keyboard.type(f"Line {line}\n")
            await seen(page, height, typed=line)
        if script and width < 500:
            # A keyboard takes half of the screen.
            await page.set_viewport_size({"width": width, "height": height // 2})
            await page.keyboard.type("More")
            await seen(page, height // 2, typed=12)


async def seen(page: Page, height: int, *, typed: int) -> None:
    """At least the end of the note, where the caret is, between the bar above and the verdicts, or the edge."""

    async def visible() -> bool:
        note, above, bar = await box(page, "#p-2 textarea"), await box(page, ".top"), await box(page, "#p-2 .verdicts")
        covered = bar["top"] if bar["top"] < note["end"] else height
        return note["end"] <= min(covered, height) + 1 and note["end"] - 40 >= above["end"]

    await eventually(visible, within=60, what=f"the note in sight after {typed} lines")


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_the_saved_message_never_covers_the_name(desk: Desk, browser: Browser, width: int, height: int) -> None:
    second = list(desk.peer.people)[1]
    update = {"first_name": "Maximiliane Alexandra Friederike", "last_name": "von und zu Rosenburg-Wittenstein"}
    desk.peer.people[second] = desk.peer.people[second].model_copy(update=update)
    review = await desk.requested(3, (MARY, OMAR), note=TEN_LINES)
    await desk.given(review, COLLEAGUE, 0, Verdict.REJECTED)
    async with opened(browser, (await desk.link(review)) + "?p=1", **sized(width, height)) as it:
        for place, _ in ((1, "with a colleague's view"), (2, "with a long name")):
            await it.page.locator(f"#p-{place} .verdict.approved").click()
            await it.says("Saved: ")
            await expect(it.page.locator("#toast [data-undo]")).to_be_visible()
            toast, name = await box(it.page, "#toast"), await box(it.page, ".card:not([hidden]) h2")
            assert toast["end"] <= name["top"] or toast["top"] >= name["end"]
            assert toast["x"] >= 0
            assert toast["x"] + toast["width"] <= width


async def test_a_name_written_from_right_to_left_reorders_nothing_around_it(desk: Desk, browser: Browser) -> None:
    first = next(iter(desk.peer.people))
    desk.peer.people[first] = desk.peer.people[first].model_copy(update={"first_name": "أميرة", "last_name": "الحداد"})
    review = await desk.requested(2, note="שלום\nHello")
    async with opened(browser, await desk.link(review)) as it:
        page = it.page
        directions = "e => getComputedStyle(e).direction"
        assert await page.locator("#p-1 h2").evaluate(directions) == "rtl"
        assert await page.locator("blockquote").evaluate(directions) == "rtl"
        name, picture = await box(page, "#p-1 h2"), await box(page, "#p-1 .avatar")
        assert name["x"] >= picture["x"] + picture["width"]
        await page.locator("#p-1 textarea").fill("שלום")
        assert await page.locator("#p-1 textarea").evaluate(directions) == "rtl"
        await page.locator("#p-1 .verdict.approved").click()
        await it.says("Saved: أميرة الحداد · Approved")
        order = (
            "e => { const r = document.createRange(); const t = [e.firstChild, e.lastChild].map(n => "
            "{ r.selectNode(n); return r.getBoundingClientRect().left; }); return t[0] < t[1]; }"
        )
        assert await page.locator("#toast-text").evaluate(order)
