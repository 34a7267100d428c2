"""Signing in to the web app: back to where one wanted to go, in every tab, and nothing is left behind."""

import pytest
from playwright.async_api import Browser, expect

from rapport.testing.stack import Stack
from tests.support.web import DESKTOP, PHONE, signed_in, tab_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMPANY = 300


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
async def test_a_deep_link_leads_to_itself_through_the_sign_in(browser: Browser, stack: Stack, width: int) -> None:
    path = "/jobs?q=engineer&status=ANY"
    async with signed_in(browser, stack, "recruiter", path=path, width=width, by_clicks=True) as app:
        await expect(app.page.get_by_role("searchbox", name="Search jobs")).to_have_value("engineer")
        assert app.page.url == f"{app.origin}{path}"


async def test_a_reload_signs_in_again_without_asking(browser: Browser, stack: Stack) -> None:
    async with signed_in(browser, stack, "recruiter", path="/jobs?mine=1", by_clicks=True) as app:
        await app.page.reload()
        await expect(app.page.get_by_role("button", name="My jobs")).to_have_attribute("aria-pressed", "true")
        assert app.page.url == f"{app.origin}/jobs?mine=1"


async def test_signing_out_signs_out_the_other_tabs(browser: Browser, stack: Stack) -> None:
    async with signed_in(browser, stack, "recruiter", by_clicks=True) as app, tab_of(app.page.context, stack) as other:
        await other.open("/jobs")
        await expect(other.page.get_by_role("heading", name="Jobs")).to_be_visible()
        await app.page.get_by_role("button", name="You are").click()
        await app.page.get_by_role("menuitem", name="Sign out").click()
        for tab in (app, other):
            await expect(tab.page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
        await other.page.reload()
        await expect(other.page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


async def test_an_answer_to_a_sign_in_that_nobody_began_is_refused(browser: Browser, stack: Stack) -> None:
    async with signed_in(browser, stack, "recruiter", by_clicks=True) as app, tab_of(app.page.context, stack) as victim:
        await victim.open("/signed-in?code=stolen&state=forged")
        await expect(victim.page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
        await expect(app.page.get_by_role("heading", name="Jobs")).to_be_visible()


async def test_nothing_personal_and_no_token_is_stored(browser: Browser, stack: Stack) -> None:
    async with signed_in(browser, stack, "recruiter", by_clicks=True) as app:
        await expect(app.page.get_by_role("row").nth(1)).to_be_visible()
        stored = await app.stored()
        assert "eyJ" not in stored
        assert stack.emails["recruiter"][0] not in stored
        assert '"databases": []' in stored


async def test_another_tab_of_the_same_browser_needs_no_second_sign_in(browser: Browser, stack: Stack) -> None:
    async with (
        signed_in(browser, stack, "hiring_manager", by_clicks=True) as app,
        tab_of(app.page.context, stack) as other,
    ):
        await other.open("/settings/preferences")
        await expect(other.page.get_by_role("heading", name="Settings")).to_be_visible()
