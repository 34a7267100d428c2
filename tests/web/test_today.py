"""Today: what waits for one, done from there or a click away, and kept up to date while one looks."""

import re
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from rapport.gateway.graph.ids import parse_id
from rapport.local.supervisor import demo, demo_work
from rapport.local.waiting import eventually
from rapport.testing.stack import ALL_SERVICES, Stack
from tests.support.web import PHONE, App, Theme, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMPANY = 300
SERVICES = ALL_SERVICES

_INTERVIEWED = """
WITH place AS (
    SELECT b.org_id, b.application_id, j.title, p.first_name, p.last_name
    FROM board_card b JOIN job j ON j.id = b.job_id JOIN application a ON a.id = b.application_id
    JOIN person p ON p.id = a.person_id
    WHERE j.status = 'open' AND NOT p.is_private
        AND NOT EXISTS (SELECT 1 FROM job_team t WHERE t.job_id = j.id AND t.user_id = $1)
    ORDER BY b.application_id LIMIT 1
), held AS (
    INSERT INTO interview (org_id, id, application_id, status, starts_at, ends_at)
    SELECT org_id, gen_random_uuid(), application_id, 'awaiting_feedback', now() - interval '9 days',
        now() - interval '9 days' FROM place RETURNING org_id, id
), seated AS (
    INSERT INTO interviewer (org_id, id, interview_id, user_id) SELECT org_id, gen_random_uuid(), id, $1 FROM held
), due AS (
    UPDATE attention_due d SET due_at = '-infinity' FROM place WHERE d.application_id = place.application_id
)
SELECT title, first_name, last_name FROM place
"""
"""The user has interviewed somebody for a job of others, nine days ago."""
COUNTS = "{ today { counts { forYou forOthers } flags { totalCount } } }"
OWED = "{ today { verdictsOwed { nodes { review { id items { profile { name } personId } } } } } }"
VERDICT = """mutation ($input: GiveVerdictInput!) { giveVerdict(input: $input) { __typename } }"""


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def begun(stack: Stack) -> None:
    """The demo's beginning: two reviews, a reply, and a message that waits for the hiring manager's permission."""
    users = await demo.demo_users(stack.sandbox.url)
    await demo_work.begin(stack.programs["gateway"].url, stack.sandbox.url, users)
    for role, expected in (("recruiter", (1, 2)), ("hiring_manager", (3, 0)), ("interviewer", (1, 0))):

        async def there(role: str = role, expected: tuple[int, int] = expected) -> bool:
            today = (await stack.data(COUNTS, role=role))["today"]
            counts = today["counts"]
            # What is late in the demo's applications comes to it, and is not of this beginning.
            return (counts["forYou"] - today["flags"]["totalCount"], counts["forOthers"]) == expected

        await eventually(there, within=60, what=f"what waits for the {role}")


async def waiting(stack: Stack, role: str, own: int) -> str:
    """How Today says that so much waits beside what is late."""
    late: int = (await stack.data(COUNTS, role=role))["today"]["flags"]["totalCount"]
    return "1 thing waits for you" if own + late == 1 else f"{own + late} things wait for you"


def row(app: App, words: str | re.Pattern[str]) -> Locator:
    """The row that says this."""
    return app.page.locator("[data-row]").filter(has_text=words)


async def test_the_start_page_says_what_waits_and_leads_there(browser: Browser, stack: Stack) -> None:
    async with signed_in(browser, stack, "recruiter", path="/") as app:
        await expect(app.page).to_have_url(f"{app.origin}/today")
        await expect(app.page.get_by_text(await waiting(stack, "recruiter", 1))).to_be_visible()
        reply = row(app, "Reply ·")
        await expect(reply).to_contain_text("Thanks for reaching out")
        link = reply.get_by_role("link", name="Answer")
        assert (await link.get_attribute("href") or "").startswith("/outreach/conversations?open=")
        await expect(row(app, "owes 4 verdicts")).to_be_visible()
        await app.page.get_by_role("link", name="2 things", exact=True).click()
        await expect(app.page.get_by_role("heading", name="Chase")).to_be_in_viewport()


async def test_an_interviewer_who_is_on_no_team_is_led_to_whom_they_owe_feedback(
    browser: Browser, stack: Stack
) -> None:
    me = (await stack.data("{ me { id } }", role="interviewer"))["me"]["id"]
    [seat] = await stack.rows("pipeline", _INTERVIEWED, parse_id(me, "")[1])
    name = f"{seat['first_name']} {seat['last_name']}"
    async with signed_in(browser, stack, "interviewer", path="/today") as app:
        owed = row(app, "Feedback owed").filter(has_text=name).filter(has_text=seat["title"])
        await expect(owed).to_be_visible()
        await owed.get_by_role("link").last.click()
        await expect(app.page.get_by_role("heading", name=name, level=1)).to_be_visible()
        await expect(app.page).to_have_url(re.compile("/people/.*application="))
        # What it is called is all that they see of the job.
        await expect(app.page.get_by_role("group", name="Applications").get_by_text(seat["title"])).to_be_visible()
        await expect(app.page.get_by_role("button", name="Move…")).to_have_count(0)
        assert await app.axe() == []


async def test_a_reminder_too_soon_is_refused_in_words_and_the_row_stays(browser: Browser, stack: Stack) -> None:
    async with signed_in(browser, stack, "recruiter", path="/today") as app:
        chased = row(app, "owes 4 verdicts")
        await chased.get_by_role("button", name="Remind").click()
        await expect(app.page.get_by_role("alert")).to_contain_text("less than an hour ago")
        await expect(chased.get_by_role("button", name="Remind")).to_be_enabled()


async def test_a_hiring_manager_goes_from_row_to_row_by_keys_and_allows_by_one(browser: Browser, stack: Stack) -> None:
    async with signed_in(browser, stack, "hiring_manager", path="/today") as app:
        decide, allow = row(app, "4 verdicts"), row(app, "asks to send from your mailbox")
        await expect(decide).to_contain_text("4 people, 0 decided")
        await expect(allow).to_be_visible()
        await app.page.keyboard.press("j")
        await expect(decide.locator("[data-open]")).to_be_focused()
        await app.page.keyboard.press("j")
        await expect(allow.locator("[data-open]")).to_be_focused()
        await app.page.keyboard.press("a")
        done = row(app, "may send from your mailbox")
        await expect(done).to_be_visible()
        await expect(done.get_by_role("button")).to_have_count(0)
        await expect(app.page.get_by_text(await waiting(stack, "hiring_manager", 2))).to_be_visible()
        await app.page.keyboard.press("k")
        await expect(decide.locator("[data-open]")).to_be_focused()
        await app.page.keyboard.press("a")
        await expect(app.page).to_have_url(re.compile("/reviews/[^/]+/decide$"))


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_on_a_phone_everything_is_in_one_column_and_accessible(
    browser: Browser, stack: Stack, theme: Theme
) -> None:
    async with signed_in(browser, stack, "hiring_manager", path="/today", width=PHONE, theme=theme) as app:
        action = row(app, "4 verdicts").get_by_role("link", name="Look and decide")
        box = await action.bounding_box()
        assert box is not None
        assert box["width"] > PHONE * 0.75
        assert box["height"] >= 44
        assert await app.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert await app.axe() == []


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_axe_finds_nothing_on_a_wide_page(browser: Browser, stack: Stack, theme: Theme) -> None:
    async with signed_in(browser, stack, "recruiter", path="/today", theme=theme) as app:
        await expect(row(app, "Reply ·")).to_be_visible()
        assert await app.axe() == []


async def test_verdicts_given_elsewhere_arrive_by_themselves_and_what_is_done_stays_ticked(
    browser: Browser, stack: Stack
) -> None:
    [owed] = (await stack.data(OWED, role="hiring_manager"))["today"]["verdictsOwed"]["nodes"]
    review = owed["review"]

    async def decide(item: dict[str, Any]) -> None:
        wish = {"reviewId": review["id"], "personId": item["personId"], "verdict": "APPROVED"}
        done = await stack.data(VERDICT, role="hiring_manager", input=wish)
        assert done["giveVerdict"]["__typename"] == "Review"

    async with signed_in(browser, stack, "recruiter", path="/today") as app:
        await expect(row(app, "owes 4 verdicts")).to_be_visible()
        await expect(app.page.get_by_text("Live", exact=True)).to_be_visible()
        for item in review["items"][:-1]:
            await decide(item)
        await expect(row(app, "owes a verdict")).to_be_visible()
        await decide(review["items"][-1])
        await expect(app.page.locator("[data-row]").filter(has_text="Done")).to_be_visible()
        # The interviewer's are still owed.
        await expect(app.page.get_by_role("link", name="1 thing", exact=True)).to_be_visible()
        await app.page.get_by_role("link", name="Jobs", exact=True).click()
        await expect(app.page.get_by_role("searchbox", name="Search jobs")).to_be_visible()
        await app.page.get_by_role("link", name="Today", exact=True).click()
        await expect(row(app, "owes 2 verdicts")).to_be_visible()
        await expect(row(app, "Done")).to_have_count(0)


async def test_what_is_late_leads_to_its_card_and_can_wait_for_a_reason(browser: Browser, stack: Stack) -> None:
    """From Today to the candidate, snoozed there with a reason, gone from Today, and shown again."""
    async with signed_in(browser, stack, "recruiter", path="/today") as app:
        late = row(app, "No contact ·").first
        name = await late.locator("[data-open]").inner_text()
        theirs = row(app, "No contact ·").filter(has_text=name)
        before = await theirs.count()
        await late.get_by_role("link", name="Write to them").click()
        drawer = app.page.get_by_role("complementary", name="Candidate")
        await expect(drawer.get_by_role("heading", name=name)).to_be_visible()
        flags = drawer.get_by_role("list", name="What is late")
        await flags.get_by_role("button", name="Snooze: No contact").click()
        await flags.get_by_role("button", name="Snooze", exact=True).last.click()
        await expect(flags.get_by_text("Say why it can wait")).to_be_visible()
        await flags.get_by_label("Why it can wait").fill("They are on their honeymoon")
        assert await app.axe() == []
        await flags.get_by_role("button", name="Snooze", exact=True).last.click()
        await expect(flags.get_by_text("No contact, snoozed")).to_be_visible()
        await expect(flags.get_by_text("They are on their honeymoon")).to_be_visible()
        await app.go("/today")
        await expect(app.page.get_by_role("heading", name="Catch up")).to_be_visible()
        await expect(theirs).to_have_count(before - 1)
        await app.page.go_back()
        await flags.get_by_role("button", name="Show again").click()
        await expect(flags.get_by_role("button", name="Snooze: No contact")).to_be_visible()


async def test_working_hours_are_said_in_the_settings_and_refused_where_they_are_wrong(
    browser: Browser, stack: Stack
) -> None:
    async with signed_in(browser, stack, "recruiter", path="/settings/working-time") as app:
        mine = app.page.get_by_role("form", name="Your hours")
        await mine.get_by_label("Time zone").fill("Europe/Atlantis")
        await mine.get_by_role("button", name="Save").click()
        await expect(mine.get_by_role("alert")).to_contain_text("no time zone is called that")
        await mine.get_by_label("Time zone").fill("Europe/Lisbon")
        await mine.get_by_label("Country, for its holidays").fill("pt")
        await mine.get_by_role("checkbox", name="Friday").uncheck()
        await mine.get_by_role("button", name="Save").click()
        await expect(
            app.page.get_by_text("Monday to Thursday, 09:00 to 17:00, Europe/Lisbon, holidays of PT")
        ).to_be_visible()
        await app.page.get_by_role("button", name="Work when everybody does").click()
        await expect(app.page.get_by_text("As everybody: ")).to_be_visible()
        away = app.page.get_by_role("form", name="Another absence")
        await away.get_by_label("First day").fill("2999-08-01")
        await away.get_by_role("button", name="Add").click()
        await app.page.get_by_role("button", name="Remove").click()
        await expect(app.page.get_by_text("Nothing is planned.")).to_be_visible()
        assert await app.axe() == []


async def test_who_only_watches_begins_with_the_jobs_and_is_told_that_nothing_waits(
    browser: Browser, stack: Stack
) -> None:
    async with signed_in(browser, stack, "executive", path="/") as app:
        await expect(app.page).to_have_url(f"{app.origin}/jobs")
        await app.page.get_by_role("link", name="Today", exact=True).click()
        await expect(app.page.get_by_role("heading", name="Nothing waits for you")).to_be_visible()
        await app.page.get_by_role("link", name="Go to the jobs").click()
        await expect(app.page).to_have_url(f"{app.origin}/jobs")


async def test_an_interviewer_on_no_hiring_team_decides_where_asked_and_is_told_why_the_rest_is_empty(
    browser: Browser, stack: Stack
) -> None:
    job = (await stack.data("{ jobs(first: 1) { nodes { id title } } }", role="recruiter"))["jobs"]["nodes"][0]
    async with signed_in(browser, stack, "interviewer", path="/") as app:
        await expect(app.page).to_have_url(f"{app.origin}/today")
        rail = app.page.get_by_role("navigation", name="Rapport")
        await expect(rail.get_by_role("listitem")).to_have_text(["Today", "Jobs", "People", "Reviews"])
        await rail.get_by_role("link", name="People").click()
        await expect(
            app.page.get_by_text("once you are on the hiring team of a job for which they applied")
        ).to_be_visible()
        await rail.get_by_role("link", name="Jobs").click()
        await expect(app.page.get_by_role("heading", name="You are on no hiring team")).to_be_visible()
        for tab in ("board", "reviews", "outreach", "analytics", "check-in"):
            await app.go(f"/jobs/{job['id']}/{tab}")
            await expect(app.page.get_by_text("There is no such job")).to_be_visible()
            assert job["title"] not in await app.page.content()
        await app.go("/jobs")
        await app.page.get_by_role("link", name="See what waits for you").click()
        await row(app, "2 verdicts").get_by_role("link", name="Look and decide").click()
        for name in ("Approve", "Reject"):
            await app.page.get_by_role("button", name=name).click()
        await expect(app.page.get_by_role("heading", name="Your verdicts")).to_be_visible()
        await rail.get_by_role("link", name="Today").click()
        # What they owe of interviews waits still.
        await app.settled()
        await expect(row(app, "2 verdicts")).to_have_count(0)


async def test_an_admin_invites_somebody_gives_them_a_role_and_takes_it_back(browser: Browser, stack: Stack) -> None:
    async with signed_in(browser, stack, "admin", path="/settings/people") as app:
        page = app.page
        form = page.get_by_role("form", name="Invite somebody")
        await form.get_by_label("Full name").fill("נועה לוי")
        await form.get_by_label("E-mail address").fill("noa at example")
        await form.get_by_role("button", name="Invite").click()
        await expect(form.get_by_role("alert")).to_contain_text("address")
        await form.get_by_label("E-mail address").fill("noa.levi@example.com")
        await form.get_by_role("button", name="Invite").click()
        await expect(form.get_by_label("Full name")).to_have_value("")
        await page.get_by_label("Find a user").fill("noa.levi")
        row = page.get_by_role("listitem").filter(has=page.get_by_text("noa.levi@example.com"))
        await expect(row).to_have_count(1)
        await expect(row).to_contain_text("Invited here")
        await row.locator("summary").click()
        await expect(row.get_by_role("checkbox", name="Interviewer as everybody")).to_be_disabled()
        executive = row.get_by_role("checkbox", name="Executive")
        await executive.click()
        await expect(executive).to_be_checked()
        await expect(row.locator("summary")).to_contain_text("Executive")
        await expect(page.get_by_role("listitem").filter(has_text="made").first).to_contain_text("executive")
        assert await app.axe() == []
        await executive.click()
        await expect(row.locator("summary")).to_contain_text("Interviewer")
        await row.get_by_role("button", name="Remove").click()
        await expect(row).to_have_count(0)
        await expect(page.get_by_text("Nobody is called that.")).to_be_visible()


async def test_who_comes_from_the_ats_keeps_what_they_have_there(browser: Browser, stack: Stack) -> None:
    async with signed_in(browser, stack, "admin", path="/settings/people") as app:
        page = app.page
        row = page.locator("details").first
        await row.locator("summary").click()
        given = row.get_by_role("checkbox", checked=True)
        await expect(given.first).to_be_disabled()
        await expect(row.get_by_role("button", name="Remove")).to_have_count(0)


async def test_a_recruiter_puts_a_colleague_on_the_team_of_a_job_and_takes_them_off_it(
    browser: Browser, stack: Stack
) -> None:
    [job] = (await stack.data("{ jobs(first: 1) { nodes { id } } }"))["jobs"]["nodes"]
    [colleague] = (await stack.data("{ users(first: 1) { nodes { name } } }"))["users"]["nodes"]
    async with signed_in(browser, stack, "recruiter", path=f"/jobs/{job['id']}/team") as app:
        page = app.page
        await page.get_by_label("Add as").select_option("Sourcer")
        await page.get_by_label("Colleague").fill(colleague["name"])
        await page.get_by_role("main").get_by_role("button", name=colleague["name"]).click()
        member = page.get_by_role("listitem").filter(has_text=colleague["name"]).filter(has_text="added here")
        await expect(member).to_contain_text("Sourcer")
        assert await app.axe() == []
        await member.get_by_role("button", name=f"Remove {colleague['name']}").click()
        await expect(member).to_have_count(0)
