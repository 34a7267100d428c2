"""GraphiQL on the sandbox's page, in a real browser, against a real gateway."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect
from playwright.async_api import TimeoutError as PlaywrightTimeout

from rapport.local.waiting import eventually
from rapport.sandbox import explore
from rapport.testing.browser import running_browser
from rapport.testing.stack import Stack

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMPANY = 150
SETTINGS = {"GRAPHQL_INTROSPECTION": "true"}
DESKTOP = {"width": 1280, "height": 800}
TALL = {"width": 1280, "height": 4000}
"""Lines that are out of sight are not in the page: the editor adds them while one scrolls."""
PHONE = {"width": 360, "height": 740}
PATIENCE = 30_000
_ME = "{ me { email } }"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One for the whole file, which shares a stack too."""
    if not (explore.ASSETS / explore.ENTRY).exists():
        missing = "GraphiQL is not installed: make graphiql"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    async with running_browser() as running:
        yield running


@dataclass(frozen=True)
class GraphiQL:
    """The page as its user sees it."""

    page: Page

    @property
    def answer(self) -> Locator:
        """Where answers are shown."""
        return self.page.locator(".result-window")

    @property
    def query(self) -> Locator:
        """The editor of operations."""
        return self.page.locator(".graphiql-query-editor .view-lines")

    async def choose(self, email: str) -> None:
        """Become this demo user."""
        await self.page.get_by_label("As").select_option(email)

    async def write(self, editor: Locator, text: str) -> None:
        """Replace what is in an editor by pasting: the editor closes brackets that are typed."""
        await self.page.evaluate("text => navigator.clipboard.writeText(text)", text)
        await editor.click()
        await self.page.keyboard.press("ControlOrMeta+a")
        await self.page.keyboard.press("ControlOrMeta+v")
        await expect(editor).to_contain_text(text.strip(), timeout=PATIENCE)  # what is typed next must not overtake it

    async def run(self) -> None:
        """Press the button."""
        await self.page.get_by_role("button", name="Execute query").click()

    async def example(self, title: str) -> None:
        """Open an example in a tab of its own, and wait for it."""
        examples = self.page.get_by_role("button", name="Show Examples")
        if await examples.is_visible():
            await examples.click()
        tabs = self.page.get_by_role("tab")
        before = await tabs.count()
        await self.page.get_by_role("button", name=title).click()
        await expect(tabs).to_have_count(before + 1)


@asynccontextmanager
async def graphiql(browser: Browser, stack: Stack, viewport: dict[str, int] = DESKTOP) -> AsyncIterator[GraphiQL]:
    """The page, opened; nothing may have left its origin then, and the browser may have nothing to complain of."""
    context = await browser.new_context(viewport=viewport)  # type: ignore[arg-type]
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    requested: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
    await page.goto(f"{stack.sandbox.url}/explore")
    opened = GraphiQL(page)
    await expect(opened.query).to_be_visible(timeout=PATIENCE)
    yield opened
    assert [url for url in requested if not url.startswith(f"{stack.sandbox.url}/")] == []
    assert complaints == []
    await context.close()


async def test_an_answer_is_that_of_the_chosen_demo_user(browser: Browser, stack: Stack) -> None:
    async with graphiql(browser, stack) as page:
        await page.write(page.query, _ME)
        for role in ("recruiter", "hiring_manager"):
            await page.choose(stack.emails[role][0])
            await page.run()
            await expect(page.answer).to_contain_text(stack.emails[role][0], timeout=PATIENCE)
        await expect(page.page.get_by_role("link", name="its trace")).to_be_visible()


async def test_the_schema_is_documented_and_completed(browser: Browser, stack: Stack) -> None:
    async with graphiql(browser, stack) as page:
        await page.page.get_by_role("button", name="Show Documentation Explorer").click()
        await page.page.get_by_role("link", name="Query", exact=True).click()
        await expect(page.page.get_by_text("The jobs you may see, the most recently opened first.")).to_be_visible()

        suggestion = page.page.locator(".suggest-widget").get_by_role("option", name="activeApplications")

        async def suggested() -> bool:
            # An editor that asked before it had the schema finds nothing, and asks again only for what is typed anew.
            await page.page.keyboard.press("Escape")
            await page.write(page.query, "{ jobs { nodes { ")
            await page.page.keyboard.type("activeA")
            with suppress(PlaywrightTimeout):
                await suggestion.wait_for(timeout=5_000)
                return True
            return False

        await eventually(suggested, within=2 * PATIENCE / 1000, what="the suggestion")
        await page.page.keyboard.press("Enter")
        await expect(page.query).to_contain_text("activeApplications")


async def test_a_header_that_somebody_writes_replaces_the_token(browser: Browser, stack: Stack) -> None:
    async with graphiql(browser, stack) as page:
        await page.page.get_by_role("button", name="Headers").click()
        headers = page.page.locator("section[aria-label='Headers'] .view-lines:visible")
        await page.write(headers, json.dumps({"Authorization": f"Bearer {stack.token('sourcer')}"}))
        await page.write(page.query, _ME)
        await page.run()
        await expect(page.answer).to_contain_text(stack.emails["sourcer"][0], timeout=PATIENCE)


async def test_a_subscription_shows_the_move_that_somebody_else_makes(browser: Browser, stack: Stack) -> None:
    async with graphiql(browser, stack, TALL) as watcher, graphiql(browser, stack) as mover:
        for page in (watcher, mover):
            await page.choose(stack.emails["recruiter"][0])
        await watcher.example("Watch a board")
        async with watcher.page.expect_response(lambda it: "event-stream" in it.headers["content-type"]):
            await watcher.run()
        await mover.example("Move a card")
        await mover.run()
        await expect(mover.answer).to_contain_text("MoveApplicationSuccess", timeout=PATIENCE)
        # What follows at once, its confirmation by the ATS and that nothing is late any more, does not replace it.
        await expect(watcher.answer).to_contain_text("ApplicationSyncChanged", timeout=PATIENCE)
        await expect(watcher.answer).to_contain_text("ApplicationMoved", timeout=PATIENCE)
        await watcher.page.get_by_role("button", name="Stop query").click()


async def test_everything_fits_on_a_phone(browser: Browser, stack: Stack) -> None:
    async with graphiql(browser, stack, PHONE) as page:
        await page.write(page.query, _ME)
        await page.run()
        await expect(page.answer).to_contain_text("email", timeout=PATIENCE)
        await page.page.get_by_role("button", name="Show Documentation Explorer").click()
        assert await page.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
