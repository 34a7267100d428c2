"""The web app on a slow laptop, beside its budgets: processor at a quarter, 10 Mbit/s, 60 ms, 1366 x 768.

``.venv/bin/python benchmarks/web.py [--keep]``. Needs the build (``make web-app``) and Chromium.
"""

import asyncio
from statistics import median

from company import uuid_of
from measuring import Report, a_stack
from playwright.async_api import CDPSession, Page

from rapport.local.waiting import eventually
from rapport.testing.browser import running_browser
from rapport.testing.stack import Stack
from tests.support.web import App, signed_in

CARDS = 2_000
ROUNDS = 5
_THROTTLED = 4
_NETWORK = {"offline": False, "latency": 60, "downloadThroughput": 10e6 / 8, "uploadThroughput": 10e6 / 8}
_JOBS = "{ jobs(status: OPEN, first: 50) { nodes { id title activeApplications stages { id active } } } }"
_WITHIN = 300.0
_AT_ONCE = 8

_OBSERVE = """() => {
  window.measured = { lcp: 0, cls: 0 };
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) measured.lcp = entry.startTime; })
    .observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) measured.cls += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
}"""
_SCROLL = """async () => {
  const cards = [...document.querySelectorAll('[data-stage] > div')]
    .toSorted((one, other) => other.scrollHeight - one.scrollHeight)[0];
  const frames = [];
  let last = performance.now();
  for (let step = 0; step < 120; step += 1) {
    cards.scrollTop += 160;
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - last);
    last = now;
  }
  return frames.sort((one, other) => one - other);
}"""
_MOVE = """async () => {
  const card = document.querySelector('[data-card] a');
  card.focus();
  const name = card.textContent;
  const from = card.closest('[data-stage]').dataset.stage;
  const pressed = performance.now();
  card.dispatchEvent(new KeyboardEvent('keydown', { key: ']', bubbles: true, cancelable: true }));
  for (;;) {
    await new Promise(requestAnimationFrame);
    const there = [...document.querySelectorAll('[data-card] a')]
      .find((each) => each.textContent === name && each.closest('[data-stage]').dataset.stage !== from);
    if (there) return performance.now() - pressed;
  }
}"""


async def _fill(stack: Stack) -> tuple[str, str]:
    """Have people apply for a job until its board has as many cards as are to be measured."""
    jobs = (await stack.data(_JOBS))["jobs"]["nodes"]
    job = max(jobs, key=lambda each: sum(stage["active"] for stage in each["stages"]))
    [row] = await stack.rows("pipeline", "SELECT external_id FROM job WHERE id = $1", uuid_of(job["id"]))
    turn = asyncio.Semaphore(_AT_ONCE)

    async def apply(number: int) -> None:
        person = {"first_name": f"Ada{number}", "last_name": "Berg", "title": "Engineer", "company": "Fernhill"}
        async with turn:
            await stack.control("changes", change="apply", job_id=int(row["external_id"]), **person)

    await asyncio.gather(*(apply(number) for number in range(CARDS - job["activeApplications"])))

    async def all_there() -> bool:
        found = (await stack.data("query($id: ID!) { job(id: $id) { activeApplications } }", id=job["id"]))["job"]
        return bool(found["activeApplications"] >= CARDS)

    await eventually(all_there, within=_WITHIN, what="everybody who applied")
    return job["id"], job["title"]


async def _slow(page: Page) -> CDPSession:
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.emulateNetworkConditions", _NETWORK)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": _THROTTLED})
    return session


async def _measure(app: App, job: str, title: str) -> dict[str, float]:
    page = app.page
    session = await _slow(page)
    await session.send("Network.clearBrowserCache")
    await app.open("/jobs")
    link = page.get_by_role("link", name=title, exact=True)
    await link.wait_for()
    await page.evaluate(_OBSERVE)
    await page.wait_for_function("measured.lcp > 0")
    found: dict[str, float] = {"cold start to the jobs' largest paint, ms": await page.evaluate("measured.lcp")}
    began: float = await page.evaluate("performance.now()")
    await link.click()
    await page.locator("[data-card]").first.wait_for()
    found["jobs to the first cards, ms"] = await page.evaluate("performance.now()") - began
    await page.wait_for_function("document.querySelectorAll('[data-card]').length > 20")
    found["elements in the document"] = await page.evaluate("document.querySelectorAll('*').length")
    frames: list[float] = await page.evaluate(_SCROLL)
    found["scrolling a column: 95 % of frames under, ms"] = frames[int(len(frames) * 0.95)]
    found["scrolling a column: longest frame, ms"] = frames[-1]
    await app.open(f"/jobs/{job}/board")
    await page.locator("[data-card]").first.wait_for()
    found["key to the card in its new place, ms"] = await page.evaluate(_MOVE)
    found["layout shift"] = (
        await page.evaluate("measured?.cls ?? 0") if await page.evaluate("'measured' in window") else 0
    )
    return found


_BUDGETS = {
    "cold start to the jobs' largest paint, ms": 1_800,
    "jobs to the first cards, ms": 1_500,
    "elements in the document": 4_000,
    "scrolling a column: 95 % of frames under, ms": 20,
    "scrolling a column: longest frame, ms": 50,
    "key to the card in its new place, ms": 50,
    "layout shift": 0.02,
}


async def main() -> None:
    """Measure, and print each median beside its budget."""
    report = Report("web")
    async with a_stack(300) as stack, running_browser() as browser:
        await stack.synced()
        job, title = await _fill(stack)
        async with signed_in(browser, stack, "recruiter", tolerated=("",)) as app:
            await app.page.set_viewport_size({"width": 1366, "height": 768})
            rounds = [await _measure(app, job, title) for _ in range(ROUNDS)]
    report.say(f"A board of {CARDS:,} cards; median of {ROUNDS} rounds, processor at 1/{_THROTTLED}, 10 Mbit/s, 60 ms")
    report.say(f"{'':46} {'median':>8} {'budget':>8}")
    for name, budget in _BUDGETS.items():
        report.say(f"{name:46} {median(each[name] for each in rounds):>8.3g} {budget:>8}")
    report.end()


if __name__ == "__main__":
    asyncio.run(main())
