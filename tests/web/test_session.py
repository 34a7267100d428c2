"""A session that is renewed while one works, and one that ends amid work: the page stays, and goes on."""

import asyncio
import re

import pytest
from playwright.async_api import Browser, Route, expect

from rapport.testing.stack import Stack
from tests.support.web import signed_in, tab_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMPANY = 300
SETTINGS = {"SANDBOX_SESSION_TOKEN_SECONDS": "4"}
_BOARD = """
{ jobs(first: 10, filter: {status: OPEN}) { nodes { id board { columns { stage { id name active } cards(first: 1) {
  nodes { applicationId personName } } } } } } }
"""
_MOVE = "mutation Move($input: MoveApplicationInput!) { moveApplication(input: $input) { __typename } }"


async def test_a_board_stays_live_beyond_the_end_of_its_first_token(browser: Browser, stack: Stack) -> None:
    jobs = (await stack.data(_BOARD))["jobs"]["nodes"]
    job, columns = next((job, job["board"]["columns"]) for job in jobs if job["board"]["columns"][0]["cards"]["nodes"])
    [card] = columns[0]["cards"]["nodes"]
    async with signed_in(browser, stack, "recruiter", path=f"/jobs/{job['id']}/board") as app:
        await expect(app.card(card["personName"])).to_be_visible()
        tokens: set[str] = set()
        app.page.on("request", lambda request: tokens.add(request.headers.get("authorization", "")))
        async with app.page.expect_websocket():  # the first one ends with its token
            pass
        given = {
            "applicationId": card["applicationId"],
            "fromStageId": columns[0]["stage"]["id"],
            "toStageId": columns[1]["stage"]["id"],
        }
        await stack.data(_MOVE, role="coordinator", input=given)
        await app.moved_to(card["personName"], columns[1]["stage"]["name"])


async def test_a_session_that_ends_leaves_the_page_and_what_is_typed(browser: Browser, stack: Stack) -> None:
    tolerated = ("401", "400")
    async with signed_in(browser, stack, "recruiter", tolerated=tolerated) as app:
        search = app.page.get_by_role("searchbox", name="Search jobs")
        await search.fill("engineer")
        await app.page.context.request.get(f"{stack.sandbox.url}/oidc/end-session")
        again = app.page.get_by_role("button", name="Sign in again")
        await expect(again).to_be_visible()
        await expect(search).to_have_value("engineer")
        async with app.page.expect_popup() as opened:
            await again.click()
        popup = await opened.value
        await popup.locator(f"button[value='{stack.emails['recruiter'][0]}']").click()
        await expect(again).to_have_count(0)
        await expect(search).to_have_value("engineer")
        await search.fill("")
        await expect(app.page.get_by_text(re.compile(r"^\d+ jobs$"))).to_be_visible()


async def test_signing_in_again_as_somebody_else_starts_afresh(browser: Browser, stack: Stack) -> None:
    async with signed_in(browser, stack, "recruiter", path="/jobs?q=a", tolerated=("401", "400")) as app:
        await expect(app.page.get_by_role("searchbox", name="Search jobs")).to_be_visible()
        await app.page.context.request.get(f"{stack.sandbox.url}/oidc/end-session")
        async with app.page.expect_popup() as opened:
            await app.page.get_by_role("button", name="Sign in again").click()
        popup = await opened.value
        await popup.locator(f"button[value='{stack.emails['coordinator'][0]}']").click()
        await app.page.wait_for_url(re.compile(r"/(jobs|today)$"))
        await app.page.get_by_role("button", name="You are").click()
        await expect(app.page.get_by_text(stack.emails["coordinator"][0])).to_be_visible()


async def test_a_renewal_under_way_does_not_undo_signing_out(browser: Browser, stack: Stack) -> None:
    # The issuer refuses what it granted in a session that has ended.
    ended = ("400",)
    async with (
        signed_in(browser, stack, "recruiter", tolerated=ended) as app,
        tab_of(app.page.context, stack, ended) as other,
    ):
        await other.open("/settings/preferences")
        await expect(other.page.get_by_role("heading", name="Settings")).to_be_visible()
        held, released = asyncio.Event(), asyncio.Event()

        async def hold(route: Route) -> None:
            held.set()
            await released.wait()
            await route.continue_()

        await app.page.evaluate("sessionStorage.setItem('rapport.draft.mail', 'Dear Kate')")
        await app.page.route("**/oidc/token", hold)
        await held.wait()
        await other.page.get_by_role("button", name="You are").click()
        await other.page.get_by_role("menuitem", name="Sign out").click()
        begin = app.page.get_by_role("button", name="Sign in", exact=True)
        await expect(begin).to_be_visible()
        async with app.page.expect_response("**/oidc/token"):
            released.set()
        await app.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        await expect(begin).to_be_visible()
        assert "Dear Kate" not in await app.stored()
