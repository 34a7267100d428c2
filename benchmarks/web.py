"""The web app on a slow laptop, beside its budgets: processor at a quarter, 10 Mbit/s, 60 ms, 1366 x 768.

``PYTHONPATH=. .venv/bin/python benchmarks/web.py [--keep]``. Needs the build (``make web-app``) and Chromium.
"""

import asyncio
import os
import time
from collections import defaultdict
from collections.abc import Awaitable, Iterable
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from company import uuid_of
from measuring import Report, a_stack
from playwright.async_api import Browser, CDPSession, Page, expect

from rapport.local.waiting import eventually
from rapport.testing.browser import running_browser
from rapport.testing.stack import Stack
from tests.support.web import App, signed_in

CARDS = 2_000
COLUMNS = 8
MISSED = 500
ROUNDS = 5
_COMPANY = 300
_THROTTLED = 4
_NETWORK = {"offline": False, "latency": 60, "downloadThroughput": 10e6 / 8, "uploadThroughput": 10e6 / 8}
_IN_THE_PAGE = Path(__file__).parent / "in_the_page.js"
_WITHIN = 900.0
_AT_ONCE = 8
_POLLED = 50
"""Milliseconds between two looks of ours. Playwright's own expectations look often, and each look costs the page more
than what is measured."""
_JOBS = "{ jobs(first: 50, filter: {status: OPEN}) { nodes { id title activeApplications stages { id active } } } }"
_CARDS = """query($id: ID!, $stage: ID!, $after: String) { board(jobId: $id) { columns(stageId: $stage) { count
  cards(first: 200, after: $after) { nodes { applicationId sync } pageInfo { hasNextPage endCursor } } } } }"""
_MOVE = "mutation($input: MoveApplicationInput!) { moveApplication(input: $input) { __typename } }"
_NAMES = (
    ("Ada", "Berg"),
    ("Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh", "Cholmondeley-Marjoribanks"),
    ("نور", "الحسيني"),
    ("שירה", "כהן"),
)
"""Short, long, and written from right to left."""

_COLUMN = "<p style='height: 92px; margin: 0 0 4px'>Ada Berg</p>" * (CARDS // COLUMNS)
_PLAIN = f"""<div style='display: flex; overflow: auto'>{
    f"<section data-stage='x'><div style='width: 208px; height: 600px; overflow: auto'>{_COLUMN}</div></section>"
    * COLUMNS
}</div>"""

_BUDGETS = {
    "address to the jobs' largest paint, signing in, ms": 1_800,
    "another screen, its scripts not yet there, ms": 500,
    "another screen, with intent, ms": 500,
    "first of 2,000 cards, ms": 1_500,
    "elements in the document": 4_000,
    "scrolling: main thread for a frame, ms": 20,
    "scrolling: 95 % of frames at most, ms": 20,
    "scrolling: longest frame, ms": 50,
    "scrolling plain elements: main thread for a frame, ms": 20,
    "scrolling plain elements: 95 % of frames at most, ms": 20,
    "scrolling plain elements: longest frame, ms": 50,
    "key to the card in its place, ms": 50,
    "key to the card in its place: main thread, ms": 50,
    "drop to the card in its place, ms": 50,
    "the card's name in the drawer, ms": 17,
    "the feed in the drawer, ms": 400,
    "palette: what the app finds, ms": 17,
    "palette: what the server finds, ms": 300,
    "interactions: three of four at most, ms": 100,
    "interactions: longest, ms": 200,
    "layout shift": 0.02,
    "500 missed changes: main thread, ms": 200,
    "500 missed changes: longest slice, ms": 50,
}
Found = dict[str, list[float]]


async def _at_once(work: Iterable[Awaitable[object]]) -> None:
    turn = asyncio.Semaphore(_AT_ONCE)

    async def one(each: Awaitable[object]) -> None:
        async with turn:
            await each

    await asyncio.gather(*(one(each) for each in work))


async def _cards(stack: Stack, job: str, stage: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = None
    while True:
        [column] = (await stack.data(_CARDS, id=job, stage=stage, after=after))["board"]["columns"]
        found += column["cards"]["nodes"]
        if not column["cards"]["pageInfo"]["hasNextPage"]:
            return found
        after = column["cards"]["pageInfo"]["endCursor"]


async def _move(stack: Stack, card: str, frm: str, to: str) -> None:
    given = {"applicationId": card, "fromStageId": frm, "toStageId": to}
    moved = (await stack.data(_MOVE, role="coordinator", input=given))["moveApplication"]
    if moved["__typename"] != "MoveApplicationSuccess":
        raise AssertionError(moved)


_ON_BOARD = "SELECT count(*) AS cards FROM board_card WHERE job_id = $1"


async def _fill(stack: Stack) -> tuple[str, str, list[str]]:
    """Have people apply for a job and move them on until its board is as full as is to be measured."""
    jobs = (await stack.data(_JOBS))["jobs"]["nodes"]
    job = max(jobs, key=lambda each: sum(stage["active"] for stage in each["stages"]))
    stages = [stage["id"] for stage in job["stages"] if stage["active"]][:COLUMNS]
    [row] = await stack.rows("pipeline", "SELECT external_id FROM job WHERE id = $1", uuid_of(job["id"]))

    async def apply(number: int) -> None:
        first, last = _NAMES[number % len(_NAMES)]
        about = {"title": "", "company": ""} if number % 7 == 0 else {"title": "Engineer", "company": "Fernhill"}
        person = {"first_name": f"{first} {number}", "last_name": last, **about}
        await stack.control("changes", change="apply", job_id=int(row["external_id"]), **person)

    await _at_once(apply(number) for number in range(CARDS - job["activeApplications"]))

    async def all_there() -> bool:
        # Some of them are private: the job counts only those whom the viewer sees.
        [row] = await stack.rows("pipeline", _ON_BOARD, uuid_of(job["id"]))
        return bool(row["cards"] >= CARDS)

    await eventually(all_there, within=_WITHIN, what="everybody who applied")
    first, *others = stages
    cards = [card["applicationId"] for card in await _cards(stack, job["id"], first)]
    moved = cards[: len(cards) * len(others) // len(stages)]
    await _at_once(_move(stack, card, first, others[at % len(others)]) for at, card in enumerate(moved))
    await _written(stack, job["id"], stages)
    return job["id"], job["title"], stages


async def _written(stack: Stack, job: str, stages: list[str]) -> None:
    """Wait until the ATS knows every move: what goes on behind is not to be measured."""

    async def none_pending() -> bool:
        columns = [await _cards(stack, job, stage) for stage in stages]
        return not any(card["sync"] == "PENDING" for column in columns for card in column)

    await eventually(none_pending, within=_WITHIN, what="the moves in the ATS")


async def _slow(page: Page) -> CDPSession:
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    # Of the main thread alone: what else the machine does counts in every other figure, and not in this one.
    await session.send("Performance.enable", {"timeDomain": "threadTicks"})
    await session.send("Network.emulateNetworkConditions", _NETWORK)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": _THROTTLED})
    return session


async def _busy(session: CDPSession) -> float:
    metrics = (await session.send("Performance.getMetrics"))["metrics"]
    return next(float(metric["value"]) for metric in metrics if metric["name"] == "TaskDuration") * 1000


async def _start(app: App, session: CDPSession, found: Found, title: str) -> None:
    """The address typed, with nothing in the browser's cache; then the board, and what a browser counts of both."""
    await app.page.goto("about:blank")
    await session.send("Network.clearBrowserCache")
    began = time.time() * 1000
    await app.open("/jobs")
    await app.page.wait_for_function("title => globalThis.measure?.link(title)", arg=title, polling=_POLLED)
    link = app.page.get_by_role("link", name=title, exact=True)
    await app.page.evaluate("new Promise(done => requestIdleCallback(done))")
    painted = await app.page.evaluate("measure.paintedAt()")
    found["address to the jobs' largest paint, signing in, ms"].append(painted - began)
    found["first of 2,000 cards, ms"].append(await link.evaluate("link => measure.board(link)"))


async def _scrolling(app: App, session: CDPSession, found: Found) -> None:
    """The board, and beside it as many plain elements: what this machine needs for frames without any app."""
    await expect(app.page.locator("[data-card]").nth(40)).to_be_visible()
    found["elements in the document"].append(await app.page.evaluate("measure.nodes()"))
    for name in ("scrolling", "scrolling plain elements"):
        before = await _busy(session)
        frames: list[float] = await app.page.evaluate("measure.scroll()")
        found[f"{name}: main thread for a frame, ms"].append((await _busy(session) - before) / len(frames))
        found[f"{name}: 95 % of frames at most, ms"].append(frames[int(len(frames) * 0.95)])
        found[f"{name}: longest frame, ms"].append(frames[-1])
        await app.page.goto("about:blank")
        await app.page.set_content(_PLAIN)


async def _moving(app: App, session: CDPSession, found: Found, job: str) -> None:
    page = app.page
    await app.open(f"/jobs/{job}/board")
    card = page.locator("[data-card][draggable=true]").first
    await expect(card).to_be_visible()
    name = await card.get_attribute("data-card")
    await page.evaluate("name => measure.awaitDrop(name)", name)
    await card.drag_to(page.locator("[data-stage]").nth(2))
    found["drop to the card in its place, ms"].append(await page.evaluate("measure.dropped()"))
    before = await _busy(session)
    found["key to the card in its place, ms"].append(await page.evaluate("measure.key(']')"))
    found["key to the card in its place: main thread, ms"].append(await _busy(session) - before)


async def _using(app: App, found: Found) -> None:
    """What one does on a board, by hand; then the drawer and the palette."""
    page = app.page
    await page.locator("[data-card] a").first.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowLeft", "ArrowUp"):
        await page.keyboard.press(key)
    await page.get_by_role("button", name="Move ").nth(3).click()
    await expect(page.get_by_role("menu")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.get_by_role("searchbox", name="Filter the cards").press_sequentially("Berg", delay=80)
    await page.get_by_role("button", name="Clear filters").click()
    # The columns come again without the filter: the drawer is measured beside nothing else.
    await app.settled()
    drawer = await page.evaluate("measure.drawer()")
    found["the card's name in the drawer, ms"].append(drawer["header"])
    found["the feed in the drawer, ms"].append(drawer["feed"])
    for tab in ("Profile", "Messages", "Activity"):
        await page.get_by_role("tab", name=tab).click()
    await page.get_by_role("button", name="Close").click()
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("combobox")).to_be_visible()
    palette = await page.evaluate("measure.palette('re')")
    found["palette: what the app finds, ms"].append(palette["local"])
    found["palette: what the server finds, ms"].append(palette["server"])
    await page.keyboard.press("Escape")
    interactions: list[float] = await page.evaluate("measure.interactions()")
    found["interactions: three of four at most, ms"].append(quantiles(interactions, n=4)[2])
    found["interactions: longest, ms"].append(interactions[-1])
    found["layout shift"].append(await page.evaluate("measure.seen.shift"))


async def _routes(app: App, session: CDPSession, found: Found) -> None:
    """From the rail to screens that were not open before: by a click out of the blue, then with the hand on the way."""
    rail = app.page.get_by_role("navigation", name="Rapport")
    for title in ("People", "Reviews", "Today"):
        await app.page.goto("about:blank")
        await session.send("Network.clearBrowserCache")
        await app.open("/jobs")
        await app.settled()
        link = rail.get_by_role("link", name=title)
        found["another screen, its scripts not yet there, ms"].append(
            await link.evaluate("(link, title) => measure.follow(link, title)", title)
        )
        await rail.get_by_role("link", name="Jobs").click()
        await app.settled()
        await link.hover()
        await app.page.wait_for_load_state("networkidle")
        found["another screen, with intent, ms"].append(
            await link.evaluate("(link, title) => measure.follow(link, title)", title)
        )


async def _missed(app: App, session: CDPSession, found: Found, stack: Stack, job: str, stages: list[str]) -> None:
    """The gateway goes away under an open board, and comes back when others have moved many cards."""
    page = app.page
    await app.open(f"/jobs/{job}/board")
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    moves = [
        (card["applicationId"], frm, to)
        for frm, to in pairwise(stages)
        for card in (await _cards(stack, job, frm))[: MISSED // (len(stages) - 1)]
    ]
    async with stack.another("gateway") as other:
        await asyncio.to_thread(stack.programs["gateway"].terminate)
        stack.programs["gateway"] = other
        await expect(page.get_by_text("Live", exact=True)).to_have_count(0)
        await _at_once(_move(stack, *move) for move in moves)
        await _written(stack, job, stages)
        # The last column only gains: it has its count when the last move has arrived.
        full = len(await _cards(stack, job, stages[-1]))
    await page.evaluate("measure.seen.slice = 0")
    before = await _busy(session)
    await stack.start("gateway")
    await page.wait_for_function(
        "([stage, count]) => measure.countOf(stage) === count", arg=[stages[-1], full], polling=_POLLED
    )
    found["500 missed changes: main thread, ms"].append(await _busy(session) - before)
    found["500 missed changes: longest slice, ms"].append(await page.evaluate("measure.seen.slice"))


async def measured(browser: Browser, stack: Stack, job: str, title: str, stages: list[str]) -> Found:
    """Each figure as often as it was taken."""
    found: Found = defaultdict(list)
    async with signed_in(browser, stack, "recruiter", tolerated=("",)) as app:
        await app.page.set_viewport_size({"width": 1366, "height": 768})
        await app.page.add_init_script(path=_IN_THE_PAGE)
        session = await _slow(app.page)
        for _ in range(ROUNDS):
            await _start(app, session, found, title)
            await _scrolling(app, session, found)
            await _moving(app, session, found, job)
            await _using(app, found)
            await _routes(app, session, found)
        await _missed(app, session, found, stack, job, stages)
    return found


async def main() -> None:
    """Measure, and print each median beside its budget."""
    report = Report("web")
    async with a_stack(_COMPANY) as stack, running_browser() as browser:
        await stack.synced()
        job, title, stages = await _fill(stack)
        found = await measured(browser, stack, job, title, stages)
    tell(report, found, len(stages))
    report.end()


def tell(report: Report, found: Found, columns: int) -> None:
    """Print a line for each figure; the ratio is to its budget."""
    report.say(f"Load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores when it ended")
    report.say(f"{CARDS:,} cards in {columns} columns; median of {ROUNDS} rounds, processor at 1/{_THROTTLED}")
    report.say(f"{'':52} {'median':>8} {'worst':>8} {'budget':>8} {'ratio':>6}")
    for name, budget in _BUDGETS.items():
        middle, worst = median(found[name]), max(found[name])
        report.say(f"{name:52} {middle:>8.4g} {worst:>8.4g} {budget:>8} {middle / budget:>6.2f}")


if __name__ == "__main__":
    asyncio.run(main())
