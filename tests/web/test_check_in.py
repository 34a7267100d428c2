"""A check-in as a team holds it: by keyboard, in the room, and at two screens at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from rapport.testing.stack import ALL_SERVICES, Stack
from tests.support.web import PHONE, App, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMPANY = 300
SERVICES = ALL_SERVICES
_MINE = "{ jobs(first: 1, filter: {status: OPEN, mine: true}) { nodes { id title } } }"
_CHECK_IN = "query ($job: ID!) { checkIn(jobId: $job) { previous { heldAt } openActions { id text version } } }"
_ADD = "mutation ($input: AddAgreedActionInput!) { addAgreedAction(input: $input) { ... on AgreedAction { id } } }"
_CHANGE = "mutation ($input: ChangeAgreedActionInput!) { changeAgreedAction(input: $input) { __typename } }"
_HOLD = "mutation ($input: HoldCheckInInput!) { holdCheckIn(input: $input) { __typename } }"
_ME = "{ me { id } }"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def job(stack: Stack) -> dict[str, str]:
    """A job of the hiring manager, with a check-in two weeks ago."""
    [job] = (await stack.data(_MINE, role="hiring_manager"))["jobs"]["nodes"]
    held_at = (datetime.now(UTC) - timedelta(days=14)).isoformat()
    await stack.data(_HOLD, role="hiring_manager", input={"jobId": job["id"], "heldAt": held_at})
    return dict(job)


async def agreed(stack: Stack, job: dict[str, str], text: str, *, days: int = 7) -> dict[str, Any]:
    """An action of the hiring manager, as they would agree on it."""
    owner = (await stack.data(_ME, role="hiring_manager"))["me"]["id"]
    due_on = (datetime.now(UTC) + timedelta(days=days)).date().isoformat()
    about = {"text": text, "ownerId": owner, "dueOn": due_on}
    made = (await stack.data(_ADD, role="hiring_manager", input=about | {"jobId": job["id"]}))["addAgreedAction"]
    return about | {"actionId": made["id"]}


def step(app: App, name: str) -> Locator:
    """A step of the check-in."""
    return app.page.get_by_role("region", name=name, exact=True)


def to_do(app: App, text: str) -> Locator:
    """What is to be done, as a row."""
    return app.page.get_by_role("list", name="To do").get_by_role("listitem").filter(has_text=text)


async def test_a_check_in_by_keyboard(browser: Browser, stack: Stack, job: dict[str, str]) -> None:
    carried = "Find two more interviewers"
    await agreed(stack, job, carried, days=-1)
    async with signed_in(browser, stack, "hiring_manager", path=f"/jobs/{job['id']}/board") as app:
        keys = app.page.keyboard
        await expect(app.columns.first).to_be_visible()
        await keys.press("c")
        await expect(step(app, "Since last time")).to_be_visible()
        current = app.page.get_by_role("navigation", name="Steps").locator("[aria-current=step]")
        await expect(current).to_have_text("Since last time")
        for name in ("Who is where", "Who needs what from whom", "Outreach", "Against other departments"):
            await keys.press("ArrowRight")
            await expect(current).to_have_text(name)
            await expect(step(app, name)).to_be_in_viewport()
        await keys.press("a")
        await keys.type("Close the offer with finance")
        await keys.press("Enter")
        added = to_do(app, "Close the offer with finance")
        await expect(added).to_be_visible()
        late = to_do(app, carried)
        await expect(late).to_contain_text("due ")
        await late.get_by_role("checkbox").focus()
        await keys.press("Space")
        done = app.page.get_by_role("list", name="Done").get_by_role("listitem").filter(has_text=carried)
        await expect(done).to_be_visible()
        end = app.page.get_by_role("button", name="End the check-in")
        await end.focus()
        await keys.press("Enter")
        await expect(app.page.get_by_text("The last one ended")).to_be_visible()
        # What is open is carried over; what was done before is no news any more.
        await expect(added).to_be_visible()
        await expect(done).to_have_count(0)
        await end.focus()
        await keys.press("Enter")
        await expect(app.page.get_by_text("a check-in on this job ended a moment ago")).to_be_visible()
        await app.page.get_by_role("main").focus()
        await keys.press("b")
        await expect(app.columns.first).to_be_visible()


async def test_what_is_presented_fills_the_screen_and_is_left_by_escape(
    browser: Browser, stack: Stack, job: dict[str, str]
) -> None:
    async with signed_in(browser, stack, "hiring_manager", path=f"/jobs/{job['id']}/check-in") as app:
        asked: list[str] = []
        app.page.on("request", lambda request: asked.append(request.post_data or ""))
        await expect(step(app, "Since last time")).to_be_visible()
        await app.page.keyboard.press("p")
        await expect(app.page.get_by_text("Private candidates are left out.")).to_be_visible()
        assert any("PresentedCheckIn" in each for each in asked)
        await expect(app.page.get_by_role("navigation", name="Rapport")).to_be_hidden()
        # One step at a time.
        await expect(step(app, "Who is where")).to_have_count(0)
        await app.page.keyboard.press("ArrowRight")
        await expect(step(app, "Who is where")).to_be_visible()
        await expect(step(app, "Since last time")).to_have_count(0)
        assert await app.axe() == []
        await app.page.keyboard.press("Escape")
        await expect(app.page.get_by_role("navigation", name="Rapport")).to_be_visible()
        await expect(step(app, "Outreach")).to_be_attached()


async def test_two_at_two_screens_see_the_same_and_overwrite_nothing(
    browser: Browser, stack: Stack, job: dict[str, str]
) -> None:
    action = await agreed(stack, job, "Ask about the notice period")
    async with signed_in(browser, stack, "hiring_manager", path=f"/jobs/{job['id']}/check-in?step=actions") as app:
        row = to_do(app, "Ask about the notice period")
        await row.get_by_role("button", name="Change").click()
        form = app.page.get_by_role("form", name="Change what was agreed on")
        await form.get_by_label("What").fill("Ask both about the notice period")
        theirs = {name: value for name, value in action.items() if name != "jobId"}
        await stack.data(_CHANGE, role="hiring_manager", input=theirs | {"text": "Ask Ben instead"})
        await expect(to_do(app, "Ask Ben instead")).to_be_visible()
        # What somebody has begun to write stays.
        await expect(form.get_by_label("What")).to_have_value("Ask both about the notice period")
        await form.get_by_role("button", name="Save").click()
        await expect(form.get_by_text("Someone has changed the action in the meantime.")).to_be_visible()
        await expect(to_do(app, "Ask Ben instead")).to_be_visible()
        await form.get_by_role("button", name="Save").click()
        await expect(to_do(app, "Ask both about the notice period")).to_be_visible()
        await expect(form).to_have_count(0)


async def test_an_action_that_is_removed_is_gone_at_both_screens_and_comes_back_with_undo(
    browser: Browser, stack: Stack, job: dict[str, str]
) -> None:
    await agreed(stack, job, "Book a room")
    path = f"/jobs/{job['id']}/check-in?step=actions"
    async with (
        signed_in(browser, stack, "hiring_manager", path=path) as app,
        signed_in(browser, stack, "executive", path=path) as other,
    ):
        await expect(to_do(other, "Book a room")).to_be_visible()
        await expect(to_do(other, "Book a room").get_by_role("button")).to_have_count(0)
        await to_do(app, "Book a room").get_by_role("button", name="Remove").click()
        await expect(to_do(app, "Book a room")).to_have_count(0)
        await expect(to_do(other, "Book a room")).to_have_count(0)
        await app.page.get_by_role("button", name="Undo").click()
        await expect(to_do(app, "Book a room")).to_be_visible()
        await expect(to_do(other, "Book a room")).to_be_visible()
        assert await app.axe() == []


async def test_who_is_not_on_the_team_sees_a_check_in_and_changes_nothing(
    browser: Browser, stack: Stack, job: dict[str, str]
) -> None:
    await agreed(stack, job, "Order a chair")
    async with signed_in(browser, stack, "executive", path=f"/jobs/{job['id']}/check-in") as app:
        await expect(to_do(app, "Order a chair").get_by_role("checkbox")).to_be_disabled()
        await expect(app.page.get_by_role("button", name="End the check-in")).to_have_count(0)
        await expect(app.page.get_by_role("form")).to_have_count(0)
        await app.open("/jobs/nonsense/check-in")
        await expect(app.page.get_by_text("There is no such job")).to_be_visible()


async def test_a_check_in_on_a_phone_scrolls_in_one_direction(
    browser: Browser, stack: Stack, job: dict[str, str]
) -> None:
    path = f"/jobs/{job['id']}/check-in"
    async with signed_in(browser, stack, "hiring_manager", path=path, width=PHONE, theme="dark") as app:
        await expect(step(app, "Until next time")).to_be_attached()
        assert await app.page.evaluate("document.documentElement.scrollWidth") <= PHONE
        await app.page.get_by_role("button", name="Until next time").click()
        await expect(step(app, "Until next time")).to_be_in_viewport()
