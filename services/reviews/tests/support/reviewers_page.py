"""The reviewers' page in a browser, for the tests of what one does on it and of how it looks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, Page, expect

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


@dataclass
class Opened:
    """A reviewer's page, with its network requests and console errors."""

    page: Page
    requested: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    async def shows(self, name: str) -> None:
        await expect(self.page.locator(".card:not([hidden]) h2")).to_have_text(name)

    async def says(self, text: str) -> None:
        await expect(self.page.locator("#toast-text")).to_contain_text(text)


@asynccontextmanager
async def opened(browser: Browser, link: str, **context: Any) -> AsyncIterator[Opened]:
    """Open the link; at the end there must be no request to another origin and no console error."""
    async with await browser.new_context(**{"viewport": DESKTOP} | context) as making:
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
