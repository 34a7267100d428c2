"""Reviews in the browser: asked for, decided by keys and by touch, followed live; nothing is overwritten or lost."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from rapport.testing.stack import ALL_SERVICES, Stack
from tests.support.web import PHONE, App, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMPANY = 400
SERVICES = ALL_SERVICES

_SAVED = re.compile("^Saved: ")

_JOB = """
{ jobs(first: 10, filter: {status: OPEN}) { nodes { id title people(first: 6) { nodes { id name } }
  team { role user { id name } } } } }
"""
_REQUEST = """
mutation Request($input: RequestReviewInput!) { requestReview(input: $input) { __typename ... on Review { id } } }
"""
_GIVE = """
mutation Give($input: GiveVerdictInput!) { giveVerdict(input: $input) { __typename } }
"""
_CANCEL = """
mutation Cancel($input: ReviewInput!) { cancelReview(input: $input) { __typename } }
"""
_CHANGE_DUE = """
mutation Due($input: ChangeReviewDueDateInput!) { changeReviewDueDate(input: $input) { __typename } }
"""
_REVIEW = """
query Review($id: ID!) { review(id: $id) { version status dueAt note
  items { personId verdicts { verdict note visibility version reviewer { id } } } } }
"""


@dataclass
class Case:
    """A review of three people, asked for by the recruiter; the hiring manager and perhaps the sourcer review it."""

    id: str
    title: str
    people: list[dict[str, str]]

    @property
    def decide(self) -> str:
        return f"/reviews/{self.id}/decide"


async def _me(stack: Stack, role: str) -> dict[str, str]:
    me: dict[str, str] = (await stack.data("{ me { id name } }", role=role))["me"]
    return me


async def _job(stack: Stack) -> dict[str, Any]:
    """A job with six people of different names and a hiring manager."""
    for job in (await stack.data(_JOB))["jobs"]["nodes"]:
        names = {person["name"] for person in job["people"]["nodes"]}
        managers = [member for member in job["team"] if member["role"] == "HIRING_MANAGER"]
        if len(names) == 6 and managers:
            found: dict[str, Any] = job
            return found
    raise AssertionError("no such job")


async def _told_apart(stack: Stack, job: dict[str, Any]) -> str:
    """The name of one of the job's people which nobody else there has, in any order of its words."""
    query = "query($id: ID!, $text: String) { people(jobId: $id, text: $text) { nodes { id } } }"
    for person in job["people"]["nodes"]:
        found = (await stack.data(query, id=job["id"], text=person["name"]))["people"]["nodes"]
        if len(found) == 1:
            return str(person["name"])
    raise AssertionError("everybody has the name of somebody else")


async def _case(stack: Stack, reviewers: tuple[str, ...] = ("hiring_manager",), **given: Any) -> Case:
    job = await _job(stack)
    people = job["people"]["nodes"][:3]
    wanted = {
        "jobId": job["id"],
        "personIds": [person["id"] for person in people],
        "reviewerIds": [(await _me(stack, role))["id"] for role in reviewers],
    }
    made = await stack.data(_REQUEST, role="recruiter", input=wanted | given)
    return Case(made["requestReview"]["id"], job["title"], people)


async def _give(stack: Stack, case: Case, role: str, person: int, verdict: str, **given: Any) -> None:
    wish = {"reviewId": case.id, "personId": case.people[person]["id"], "verdict": verdict} | given
    assert (await stack.data(_GIVE, role=role, input=wish))["giveVerdict"]["__typename"] == "Review"


async def _said(stack: Stack, case: Case, person: int) -> list[tuple[str, str | None]]:
    items = (await stack.data(_REVIEW, id=case.id))["review"]["items"]
    return [(said["verdict"], said["note"]) for said in items[person]["verdicts"]]


def _person(app: App, case: Case, number: int) -> Any:
    return app.page.get_by_role("heading", name=case.people[number]["name"], level=2)


async def test_a_review_is_asked_for_from_the_board(browser: Browser, stack: Stack) -> None:
    job = await _job(stack)
    name = await _told_apart(stack, job)
    manager = next(member["user"]["name"] for member in job["team"] if member["role"] == "HIRING_MANAGER")
    async with signed_in(browser, stack, "recruiter", path=f"/jobs/{job['id']}/board") as app:
        await app.page.get_by_role("link", name="Request review").click()
        await app.page.get_by_role("button", name="Request review").click()
        people = app.page.get_by_role("searchbox", name="People who applied for this job")
        await expect(people).to_be_focused()
        await expect(app.page.get_by_text("Choose at least one person.", exact=True)).to_be_visible()
        await people.fill(name)
        found = app.page.get_by_role("list", name="People who applied for this job: found")
        await expect(found.get_by_role("button")).to_have_count(1)
        await found.get_by_role("button", name=name).click()
        team = app.page.get_by_role("list", name="The job’s team, or any colleague: found")
        await expect(team.get_by_role("button").first).to_contain_text("hiring manager")
        await team.get_by_role("button", name=manager).click()
        await app.page.get_by_role("textbox", name="Note to the reviewers").fill("Whom shall we meet?")
        await app.page.reload()  # what was chosen and typed is still there
        await expect(app.page.get_by_role("button", name=f"Remove {name}")).to_be_visible()
        await app.page.get_by_role("button", name="Request review").click()
        await expect(app.page.get_by_role("heading", name="Verdicts")).to_be_visible()
        await expect(app.page.get_by_text("Whom shall we meet?")).to_be_visible()
        await expect(app.page.get_by_role("row", name=name)).to_contain_text("To do")
        assert "Whom shall we meet?" not in await app.stored()
        await app.page.get_by_role("link", name="Reviews", exact=True).click()
        await app.page.get_by_role("button", name="I asked", exact=True).click()
        await expect(app.page.get_by_role("row", name="1 person").first).to_contain_text("0 of 1")


async def test_what_is_wrong_with_a_request_is_said_at_its_field(browser: Browser, stack: Stack) -> None:
    job = await _job(stack)
    person = job["people"]["nodes"][0]
    path = f"/reviews/new?job={job['id']}&people={person['id']}"
    async with signed_in(browser, stack, "recruiter", path=path) as app:
        team = app.page.get_by_role("list", name="The job’s team, or any colleague: found")
        await team.get_by_role("button").first.click()
        due = app.page.get_by_label("Due", exact=True)
        await due.fill("2020-01-01T10:00")
        await app.page.get_by_role("button", name="Request review").click()
        await expect(due).to_be_focused()
        await expect(due).to_have_attribute("aria-invalid", "true")


async def test_a_reviewer_decides_by_keys_and_the_requester_sees_it_as_it_happens(
    browser: Browser, stack: Stack
) -> None:
    case = await _case(stack)
    async with (
        signed_in(browser, stack, "recruiter", path=f"/reviews/{case.id}") as asking,
        signed_in(browser, stack, "hiring_manager", path=case.decide) as app,
    ):
        await expect(_person(app, case, 0)).to_be_visible()
        await app.page.keyboard.press("n")
        await app.page.keyboard.type("Calm under pressure")
        await app.page.keyboard.press("Escape")
        await app.page.keyboard.press("a")
        await expect(_person(app, case, 1)).to_be_focused()
        row = asking.page.get_by_role("row", name=case.people[0]["name"])
        await expect(row).to_contain_text("Approved")
        await row.get_by_role("button", name="Approved").click()
        await expect(asking.page.get_by_text("Calm under pressure")).to_be_visible()
        await app.page.keyboard.press("r")
        await expect(_person(app, case, 2)).to_be_focused()
        await app.page.keyboard.press("ArrowLeft")
        await expect(_person(app, case, 1)).to_be_focused()
        await app.page.keyboard.press("s")
        await expect(_person(app, case, 2)).to_be_focused()
        await app.page.keyboard.press("k")
        await expect(app.page.get_by_role("heading", name="Your verdicts")).to_be_focused()
        await app.page.get_by_role("button", name="Finish review").click()
        await expect(app.page.get_by_text("This review is complete")).to_be_visible()
        await expect(asking.page.get_by_text("This review is complete")).to_be_visible()
        await expect(asking.page.get_by_role("row", name=case.people[1]["name"])).to_contain_text("Starred")
        assert "Calm under pressure" not in await app.stored()


async def test_a_verdict_is_undone_and_taken_back_with_its_note_in_the_field(browser: Browser, stack: Stack) -> None:
    case = await _case(stack)
    async with signed_in(browser, stack, "hiring_manager", path=case.decide) as app:
        note = app.page.get_by_role("textbox", name="Your note")
        await note.fill("Not sure")
        await app.page.get_by_role("button", name="Approve", exact=True).click()
        await app.page.get_by_role("button", name="Undo").click()
        await expect(app.page.get_by_text("0 of 3 decided")).to_be_visible()
        await expect(app.page.get_by_text("Taken back:").first).to_be_visible()
        assert await _said(stack, case, 0) == []
        await app.page.get_by_role("button", name=case.people[0]["name"]).click()
        await expect(note).to_have_value("Not sure")
        await app.page.get_by_role("button", name="Skip", exact=True).click()
        await app.page.get_by_role("button", name=case.people[0]["name"]).click()
        await app.page.get_by_role("button", name="Take back").click()
        await expect(app.page.get_by_role("button", name="Take back")).to_have_count(0)
        await expect(note).to_have_value("Not sure")
        assert await _said(stack, case, 0) == []


async def test_a_note_that_is_typed_survives_a_reload_until_it_is_saved(browser: Browser, stack: Stack) -> None:
    case = await _case(stack)
    async with signed_in(browser, stack, "hiring_manager", path=case.decide, width=PHONE) as app:
        note = app.page.get_by_role("textbox", name="Your note")
        await note.fill("Half a thought")
        await app.page.get_by_label("Who may read it").select_option("Only me")
        await app.page.reload()
        await expect(note).to_have_value("Half a thought")
        await app.page.get_by_role("button", name="Star", exact=True).click()
        await expect(app.page.get_by_text(_SAVED).first).to_be_visible()
        assert "Half a thought" not in await app.stored()
    assert (await stack.data(_REVIEW, role="hiring_manager", id=case.id))["review"]["items"][0]["verdicts"][0] | {
        "reviewer": None
    } == {"verdict": "STARRED", "note": "Half a thought", "visibility": "PRIVATE", "version": 1, "reviewer": None}


async def test_a_newer_verdict_from_elsewhere_is_shown_beside_mine(browser: Browser, stack: Stack) -> None:
    case = await _case(stack)
    async with signed_in(browser, stack, "hiring_manager", path=f"{case.decide}?p=1") as app:
        await app.page.get_by_role("textbox", name="Your note").fill("Mine")
        await _give(stack, case, "hiring_manager", 0, "APPROVED", note="From my phone")
        conflict = app.page.get_by_role("alert").filter(has_text="in another tab or on another device")
        await expect(conflict).to_contain_text("From my phone")
        await expect(conflict).to_contain_text("Mine")
        await app.page.get_by_role("button", name="Reject", exact=True).click()
        await app.page.get_by_role("button", name=case.people[0]["name"]).click()
        await expect(conflict.get_by_role("button", name="Replace it with mine: Rejected")).to_be_visible()
        assert await _said(stack, case, 0) == [("APPROVED", "From my phone")]
        await conflict.get_by_role("button", name="Replace it with mine: Rejected").click()
        await expect(conflict).to_have_count(0)
        await expect(app.page.get_by_text(_SAVED).first).to_be_visible()
        assert await _said(stack, case, 0) == [("REJECTED", "Mine")]


async def test_a_review_that_is_cancelled_meanwhile_hands_back_what_was_typed(browser: Browser, stack: Stack) -> None:
    case = await _case(stack)
    recruiter = (await _me(stack, "recruiter"))["name"]
    async with signed_in(browser, stack, "hiring_manager", path=case.decide) as app:
        await app.page.get_by_role("textbox", name="Your note").fill("Do not lose this")
        await stack.data(_CANCEL, role="recruiter", input={"reviewId": case.id})
        closed = app.page.get_by_role("alert").filter(has_text="This review was cancelled")
        await expect(closed).to_contain_text(f"{recruiter} cancelled it on")
        name = case.people[0]["name"]
        await expect(closed.get_by_role("textbox", name=f"Your note on {name}")).to_have_value("Do not lose this")
        await expect(app.page.get_by_role("button", name="Approve", exact=True)).to_have_count(0)


async def test_what_colleagues_say_is_hidden_until_ones_own_verdict(browser: Browser, stack: Stack) -> None:
    case = await _case(stack, ("hiring_manager", "sourcer"))
    sourcer = (await _me(stack, "sourcer"))["name"]
    await _give(stack, case, "sourcer", 0, "REJECTED", note="Too junior", visibility="PUBLIC")
    async with signed_in(browser, stack, "hiring_manager", path=f"/reviews/{case.id}") as app:
        row = app.page.get_by_role("row", name=case.people[0]["name"])
        await expect(row).to_contain_text("Hidden")
        await app.page.get_by_role("link", name="Decide").click()
        await expect(app.page.get_by_text("What your colleagues say shows once you have decided")).to_be_visible()
        await expect(app.page.get_by_text("Too junior")).to_have_count(0)
        await app.page.get_by_role("button", name="Approve", exact=True).click()
        await app.page.get_by_role("button", name=case.people[0]["name"]).click()
        others = app.page.get_by_role("region", name="What your colleagues said")
        await expect(others).to_contain_text(sourcer)
        await expect(others).to_contain_text("Too junior")
        await app.page.get_by_role("link", name="What everybody said").click()
        await expect(app.page.get_by_role("row").nth(1)).to_contain_text("Disputed")


async def test_a_due_date_that_somebody_else_changed_is_shown_beside_mine(browser: Browser, stack: Stack) -> None:
    case = await _case(stack)
    async with signed_in(browser, stack, "recruiter", path=f"/reviews/{case.id}") as app:
        await app.page.get_by_role("button", name="Change due date").click()
        due = app.page.get_by_label("Due", exact=True)
        await expect(due).to_be_focused()
        seen = (await stack.data(_REVIEW, id=case.id))["review"]["version"]
        theirs = (datetime.now(UTC) + timedelta(days=5)).replace(microsecond=0)
        changed = {"reviewId": case.id, "dueAt": theirs.isoformat(), "expectedVersion": seen}
        await stack.data(_CHANGE_DUE, role="admin", input=changed)
        mine = (datetime.now() + timedelta(days=9)).strftime("%Y-%m-%dT10:00")  # noqa: DTZ005 - the field's local time
        await due.fill(mine)
        await app.page.get_by_role("form").get_by_role("button", name="Change due date").click()
        conflict = app.page.get_by_role("alert").filter(has_text="Somebody has changed it meanwhile")
        await expect(conflict).to_be_visible()
        assert datetime.fromisoformat((await stack.data(_REVIEW, id=case.id))["review"]["dueAt"]) == theirs
        await app.page.get_by_role("button", name="Replace it with mine").click()
        await expect(conflict).to_have_count(0)
        await expect(app.page.get_by_role("button", name="Change due date")).to_be_focused()
        assert (await stack.data(_REVIEW, id=case.id))["review"]["dueAt"] != theirs.isoformat()


async def test_who_was_just_written_to_is_not_reminded_again(browser: Browser, stack: Stack) -> None:
    case = await _case(stack)
    manager = (await _me(stack, "hiring_manager"))["name"]
    async with signed_in(browser, stack, "recruiter", path=f"/reviews/{case.id}") as app:
        await app.page.get_by_role("button", name=f"Remind {manager}").click()
        await expect(app.page.get_by_role("alert").filter(has_text="reminded again from")).to_be_visible()
        await app.page.get_by_role("button", name=f"Revoke the link of {manager}").click()
        await expect(app.page.get_by_text("Link revoked")).to_be_visible()
        await app.page.get_by_role("button", name=f"Send anew: the link of {manager}").click()
        await expect(app.page.get_by_text("Link works until")).to_be_visible()


async def test_a_review_is_shown_to_nobody_it_does_not_concern(browser: Browser, stack: Stack) -> None:
    async with signed_in(browser, stack, "hiring_manager", path="/reviews/nonsense") as app:
        await expect(app.page.get_by_role("heading", name="There is no such review")).to_be_visible()
        await app.page.get_by_role("link", name="Reviews", exact=True).first.click()
        await expect(app.page.get_by_role("heading", name="Reviews")).to_be_visible()
        await expect(app.page.get_by_role("link", name="Request review")).to_have_count(0)
