"""The web app as its users see it: who is signed in, where they are, what they do there."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.async_api import Browser, BrowserContext, Locator, Page, Route, expect

from rapport.local.checkout import CHECKOUT
from rapport.local.waiting import eventually
from rapport.sandbox.issuer.grants import s256
from rapport.sandbox.issuer.sign_in import CLIENT_ID
from rapport.testing.stack import Stack

DESKTOP, TABLET, PHONE = 1366, 768, 360
PATIENCE = 30_000
"""Milliseconds; everything that a person would see soon, on a machine that does other things as well."""
_AXE = CHECKOUT / "web" / "node_modules" / "axe-core" / "axe.min.js"
Theme = Literal["light", "dark"]


@dataclass
class App:
    """One tab of somebody who is signed in."""

    page: Page
    origin: str
    complaints: list[str] = field(default_factory=list)
    """What the browser complained of: errors of scripts, violations of the content security policy."""

    async def open(self, path: str) -> None:
        """Open a path as a person who types it: the app starts anew and signs in without asking."""
        await self.page.goto(f"{self.origin}{path}")

    async def go(self, path: str) -> None:
        """Go to a path of the app without starting it anew, as by a link."""
        await self.page.evaluate("path => { history.pushState(null, '', path); }", path)
        await self.page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")

        async def shown() -> bool:
            there: bool = await self.page.evaluate(
                "document.querySelector('[data-shown]')?.dataset.shown === location.pathname + location.search"
            )
            return there

        # The screen before is shown until its code is there: it is settled, but not the one to look at.
        await eventually(shown, within=PATIENCE / 1000, what=path)

    async def settled(self) -> None:
        """Wait until the screen shows what it is for, instead of the shape of it."""
        await expect(self.page.get_by_role("main")).to_be_visible()
        await expect(self.page.locator("[role=status][aria-label^=Loading], [aria-busy=true]")).to_have_count(0)

    async def board(self, job: str) -> None:
        """Open a job's board from the list of jobs."""
        await self.page.get_by_role("link", name="Jobs", exact=True).click()
        await self.page.get_by_role("link", name=job, exact=True).click()
        await expect(self.columns.first).to_be_visible()

    @property
    def columns(self) -> Locator:
        """The columns of the board, folded ones too."""
        return self.page.locator("[data-stage]")

    def column(self, stage: str) -> Locator:
        """The column of a stage."""
        return self.columns.filter(has=self.page.get_by_role("heading", name=stage))

    def card(self, name: str) -> Locator:
        """The card of a person, wherever it lies."""
        return self.page.locator("[data-card]").filter(has=self.page.get_by_role("link", name=name, exact=True))

    async def move_by_menu(self, name: str, stage: str) -> None:
        """Move a card by clicks alone."""
        card = self.card(name)
        await card.get_by_role("button", name=f"Move {name}").click()
        await self.page.get_by_role("menuitem", name=stage).click()

    async def end_by_menu(self, name: str, reason: str) -> None:
        """Reject somebody by clicks alone."""
        await self.card(name).get_by_role("button", name=f"Move {name}").click()
        await self.page.get_by_role("menuitem", name="Reject or withdraw…").click()
        await self.choose_reason(reason)

    async def choose_reason(self, reason: str) -> None:
        """Say why an application ends, and end it."""
        dialog = self.page.get_by_role("dialog", name="End the application")
        await dialog.get_by_role("radio", name=reason, exact=True).check()
        await dialog.get_by_role("button", name=re.compile("^(Reject|Record that they withdrew)$")).click()
        await expect(dialog).to_have_count(0)

    async def moved_to(self, name: str, stage: str) -> None:
        """Wait until a card lies in the column of a stage, and the server has confirmed it."""
        card = (
            self.column(stage).locator("[data-card]").filter(has=self.page.get_by_role("link", name=name, exact=True))
        )
        await expect(card).to_be_visible()
        await expect(card.get_by_text(re.compile("Saving|Not saved yet"))).to_have_count(0)

    async def axe(self) -> list[str]:
        """What axe finds wrong with the page as it is now: rule and element of each violation."""
        if not await self.page.evaluate("'axe' in window"):
            await self.page.evaluate(f"{_AXE.read_text()}; undefined")
        # The guards of an open menu have the focus for a moment only: they pass it on to the page or to the menu.
        found = await self.page.evaluate(
            "axe.run({exclude: ['[data-base-ui-focus-guard]']}, {resultTypes: ['violations']})"
        )
        return [
            f"{violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    async def stored(self) -> str:
        """Everything that the app keeps in the browser."""
        stores: dict[str, Any] = await self.page.evaluate(
            """async () => ({
              local: {...localStorage}, session: {...sessionStorage}, cookies: document.cookie,
              databases: (await indexedDB.databases()).map((each) => each.name), caches: await caches.keys(),
            })"""
        )
        return json.dumps(stores)


@asynccontextmanager
async def signed_in(
    browser: Browser,
    stack: Stack,
    role: str,
    number: int = 0,
    *,
    path: str = "/jobs",
    width: int = DESKTOP,
    theme: Theme = "light",
    tolerated: tuple[str, ...] = (),
    by_clicks: bool = False,
) -> AsyncIterator[App]:
    """Open the app as a demo user whom the issuer knows already; whatever the browser complains of fails the test.

    ``tolerated``: parts of complaints that the test causes on purpose. ``by_clicks``: nobody is signed in at the
    issuer, and the user is chosen on its page, which takes twice as long.
    """
    context = await browser.new_context(
        viewport={"width": width, "height": 740 if width < TABLET else 800},
        color_scheme=theme,
        has_touch=width < TABLET,
    )
    email = stack.emails[role][number]
    if not by_clicks:
        await _begin_session(context, stack, email)
    async with tab_of(context, stack, tolerated) as app:
        await app.open(path)
        if by_clicks:
            await sign_in(app, email)
        await expect(app.page.get_by_role("navigation", name="Rapport")).to_be_visible()
        yield app
    await context.close()


@asynccontextmanager
async def tab_of(context: BrowserContext, stack: Stack, tolerated: tuple[str, ...] = ()) -> AsyncIterator[App]:
    """A tab, not signed in yet."""
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    app = App(page, stack.programs["gateway"].url)
    page.on("pageerror", lambda error: app.complaints.append(str(error)))
    page.on("console", lambda line: app.complaints.append(line.text) if line.type in ("error", "warning") else None)
    yield app
    assert [each for each in app.complaints if not any(part in each for part in tolerated)] == []


async def sign_in(app: App, email: str) -> None:
    """Choose a demo user at the sandbox's issuer, coming from the app's own page."""
    await app.page.get_by_role("button", name="Sign in", exact=True).click()
    await app.page.locator(f"button[value='{email}']").click()


async def _begin_session(context: BrowserContext, stack: Stack, email: str) -> None:
    """Have the browser hold a session of its own at the sandbox's issuer, as after signing in to another app."""
    chosen = {
        "user": email,
        "client_id": CLIENT_ID,
        "redirect_uri": f"{stack.programs['gateway'].url}/signed-in",
        "response_type": "code",
        "code_challenge": s256("of nobody: the code is not exchanged"),
        "code_challenge_method": "S256",
    }
    answer = await context.request.post(f"{stack.sandbox.url}/oidc/authorize", form=chosen, max_redirects=0)
    assert answer.status == 303, await answer.text()


async def lose_the_answer(route: Route) -> None:
    """Let a request reach the server, and cut the connection before its answer."""
    await route.fetch()
    await route.abort("connectionreset")
