"""How applications end and begin in the browser: a rejection with its mail, a hire, another job."""

import json
import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import Browser, Locator, Route, expect

from rapport.gateway.graph.ids import parse_id
from rapport.local.waiting import eventually
from rapport.testing.stack import ALL_SERVICES, Stack
from tests.support.candidates import candidate
from tests.support.web import PHONE, App, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

SERVICES = ALL_SERVICES

_CREATE_TEMPLATE = """
mutation($input: CreateTemplateInput!) { createTemplate(input: $input) { ... on MessageTemplate { id name } } }
"""
_UPDATE_TEMPLATE = """
mutation($input: UpdateTemplateInput!) { updateTemplate(input: $input) { ... on MessageTemplate { version } } }
"""
_REJECTION_MAIL = """
query($id: ID!) { application(id: $id) { status stage { id } rejectionMail { state body sendAt } } }
"""
_OUTCOME = """
query($id: ID!) { application(id: $id) { status job { id } sync { state } } }
"""
_APPLIED = "query($id: ID!) { person(id: $id) { applications { job { id } } } }"
_STAGES = "query($id: ID!) { application(id: $id) { stage { id } job { stages { id acceptsMoves } } } }"
_MOVE = "mutation($input: MoveApplicationInput!) { moveApplication(input: $input) { __typename } }"
_SEATS = "query($id: ID!) { job(id: $id) { openSeats { id openedAt } } }"
_OPEN_JOBS = "{ jobs(first: 50, filter: {status: OPEN}) { nodes { id title } } }"
_SUPPRESS = "mutation($input: SuppressPersonInput!) { suppressPerson(input: $input) { __typename } }"
_NEVER_SENT = "UPDATE message SET state = 'failed', blocker = 'overdue', next_try_at = NULL WHERE application_id = $1"
_REJECT = """
mutation($input: RejectApplicationInput!) { rejectApplication(input: $input) {
  __typename ... on InvalidInput { problems { path message } } } }
"""


async def _template(stack: Stack, body: str, **more: Any) -> dict[str, Any]:
    """A template of the organisation for rejections, under a name of its own."""
    texts = {"name": f"Template {uuid4()}", "subject": "Your application: {{ job_title }}", "body": body}
    wish = {"kind": "REJECTION", "shared": True, **texts, **more}
    made: dict[str, Any] = (await stack.data(_CREATE_TEMPLATE, role="recruiter", input=wish))["createTemplate"]
    return made


async def _rejection_mail(stack: Stack, case: dict[str, Any], *states: str) -> dict[str, Any]:
    """The mail about the rejection, once it is in one of these states."""

    async def there() -> dict[str, Any] | None:
        found = (await stack.data(_REJECTION_MAIL, role="recruiter", id=case["application"]))["application"]
        mail = found["rejectionMail"]
        return mail if mail and mail["state"] in states else None

    return await eventually(there, within=60, what=f"a mail that is {states}")


async def _reject_with(app: App, case: dict[str, Any], template: str) -> Locator:
    """Begin to reject somebody, for the first reason, with a mail."""
    await app.card(case["name"]).get_by_role("button", name=f"Move {case['name']}").click()
    await app.page.get_by_role("menuitem", name="Reject or withdraw…").click()
    dialog = app.page.get_by_role("dialog", name="End the application")
    await dialog.get_by_role("radio").first.check()
    await dialog.get_by_label("Mail to them").select_option(label=template)
    return dialog


async def test_a_rejection_says_what_mail_goes_and_when_and_undo_takes_back_both(
    browser: Browser, stack: Stack
) -> None:
    case = await candidate(stack)
    template = await _template(stack, "Dear {{ candidate_name }}, not this time.")
    async with signed_in(browser, stack, "recruiter", path=case["path"]) as app:
        dialog = await _reject_with(app, case, template["name"])
        mail = dialog.get_by_role("region", name="The mail")
        await expect(mail).to_contain_text(f"Dear {case['name']}, not this time.")
        await expect(dialog.get_by_text("once the ATS has the rejection")).to_be_visible()
        assert await app.axe() == []
        await dialog.get_by_role("button", name="Reject", exact=True).click()
        await expect(app.page.get_by_text("The mail goes")).to_be_visible()
        waiting = await _rejection_mail(stack, case, "SCHEDULED")
        assert waiting["body"] == f"Dear {case['name']}, not this time."
        await app.page.get_by_role("button", name="Undo").click()
        await expect(app.card(case["name"])).to_be_visible()
        await _rejection_mail(stack, case, "CANCELLED")
    assert [mail for mail in await stack.mail(to=case["email"]) if "not this time" in json.dumps(mail)] == []


async def test_the_mail_of_a_rejection_waits_on_the_page_and_is_cancelled_there_alone(
    browser: Browser, stack: Stack
) -> None:
    case = await candidate(stack)
    template = await _template(stack, "Not this time.")
    async with signed_in(browser, stack, "recruiter", path=case["path"]) as app:
        dialog = await _reject_with(app, case, template["name"])
        await expect(dialog.get_by_role("region", name="The mail")).to_contain_text("Not this time.")
        await dialog.get_by_role("button", name="Reject", exact=True).click()
        await expect(app.card(case["name"])).to_have_count(0)
        await _rejection_mail(stack, case, "SCHEDULED")
        await app.open(f"/people/{case['person']}?application={case['application']}")
        await expect(app.page.get_by_text("A mail goes")).to_be_visible()
        await app.page.get_by_role("button", name="Cancel the mail").click()
        await expect(app.page.get_by_text("The application stays rejected")).to_be_visible()
        await expect(app.page.get_by_text("A mail goes")).to_have_count(0)
    cancelled = await _rejection_mail(stack, case, "CANCELLED")
    assert cancelled["body"] == "Not this time."
    found = (await stack.data(_REJECTION_MAIL, role="recruiter", id=case["application"]))["application"]
    assert found["status"] == "REJECTED"


async def test_what_cannot_be_filled_in_is_named_and_nobody_is_rejected(browser: Browser, stack: Stack) -> None:
    case = await candidate(stack)
    # The organisation of this stack has not said what people know it by.
    template = await _template(stack, "Kind regards, {{ company_name }}")
    async with signed_in(browser, stack, "recruiter", path=case["path"]) as app:
        dialog = await _reject_with(app, case, template["name"])
        await expect(dialog.get_by_text("Nothing is known to fill in for “company name”")).to_be_visible()
        await dialog.get_by_role("button", name="Reject", exact=True).click()
        await expect(dialog.get_by_text("The mail cannot go like this")).to_be_visible()
        found = (await stack.data(_REJECTION_MAIL, role="recruiter", id=case["application"]))["application"]
        assert (found["status"], found["rejectionMail"]) == ("ACTIVE", None)
        mail = {"templateId": template["id"]}
        wish = {"applicationId": case["application"], "stageId": found["stage"]["id"], "mail": mail}
        reasons = (await stack.data("{ closeReasons { id closedBy } }", role="recruiter"))["closeReasons"]
        reason = next(each["id"] for each in reasons if each["closedBy"] == "ORGANISATION")
        refused = await stack.data(_REJECT, role="recruiter", input={**wish, "reasonId": reason})
        [problem] = refused["rejectApplication"]["problems"]
        assert problem["path"] == "mail.templateId"
        assert "company_name" in problem["message"]
        await dialog.get_by_label("Mail to them").select_option(label="No mail")
        await dialog.get_by_role("button", name="Reject", exact=True).click()
        # The card goes at once; the undo is offered when it is done.
        await expect(app.page.get_by_role("button", name="Undo")).to_be_visible()
        await expect(app.card(case["name"])).to_have_count(0)
    found = (await stack.data(_REJECTION_MAIL, role="recruiter", id=case["application"]))["application"]
    assert (found["status"], found["rejectionMail"]) == ("REJECTED", None)


async def test_whom_nobody_may_write_to_is_not_promised_a_mail(browser: Browser, stack: Stack) -> None:
    case = await candidate(stack)
    template = await _template(stack, "Not this time.")
    await stack.data(_SUPPRESS, role="recruiter", input={"personId": case["person"]})
    async with signed_in(browser, stack, "recruiter", path=case["path"]) as app:
        dialog = await _reject_with(app, case, template["name"])
        await expect(dialog.get_by_role("alert")).to_have_text("They must not be written to.")
        await dialog.get_by_role("button", name="Reject", exact=True).click()
        await expect(dialog.get_by_text("The mail cannot go like this")).to_be_visible()
        assert await app.axe() == []
    found = (await stack.data(_REJECTION_MAIL, role="recruiter", id=case["application"]))["application"]
    assert (found["status"], found["rejectionMail"]) == ("ACTIVE", None)


async def test_a_mail_that_was_not_sent_says_so_and_why_beside_the_application(browser: Browser, stack: Stack) -> None:
    case = await candidate(stack)
    template = await _template(stack, "Not this time.")
    async with signed_in(browser, stack, "recruiter", path=case["path"]) as app:
        dialog = await _reject_with(app, case, template["name"])
        await expect(dialog.get_by_role("region", name="The mail")).to_contain_text("Not this time.")
        await dialog.get_by_role("button", name="Reject", exact=True).click()
        await _rejection_mail(stack, case, "SCHEDULED")
        await stack.rows("outreach", _NEVER_SENT, parse_id(case["application"], "")[1])
        await app.open(f"/people/{case['person']}?application={case['application']}")
        await expect(app.page.get_by_text("Mail: not sent")).to_be_visible()
        await expect(app.page.get_by_text("for a week after its time something kept it back").first).to_be_visible()
        await expect(app.page.get_by_role("button", name="Cancel the mail")).to_have_count(0)
        assert await app.axe() == []


async def test_without_the_time_of_a_mail_one_is_told_and_asks_again(browser: Browser, stack: Stack) -> None:
    case = await candidate(stack)
    template = await _template(stack, "Not this time.")

    async def without_time(route: Route) -> None:
        response = await route.fetch()
        answer = await response.json()
        if "rejectionMailTime" in (answer.get("data") or {}):
            answer["data"]["rejectionMailTime"] = None
        await route.fulfill(response=response, json=answer)

    async with signed_in(browser, stack, "recruiter", path=case["path"]) as app:
        await app.page.route("**/graphql", without_time)
        dialog = await _reject_with(app, case, template["name"])
        await expect(dialog.get_by_text("It is not known when a mail would go.")).to_be_visible()
        await app.page.unroute("**/graphql", without_time)
        await dialog.get_by_role("button", name="Try again").click()
        await expect(dialog.get_by_role("region", name="The mail")).to_contain_text("Not this time.")


_NO_ADDRESS = "UPDATE person SET emails = '[]' WHERE id = $1"


async def test_who_is_rejected_among_many_is_told_and_who_cannot_be_is_named_before_and_undo_takes_back_all(
    browser: Browser, stack: Stack
) -> None:
    told = await candidate(stack)
    silent = await candidate(stack, among={told["job"]})
    await stack.rows("pipeline", _NO_ADDRESS, parse_id(silent["person"], "")[1])
    template = await _template(stack, "Dear {{ candidate_name }}, not this time.")
    async with signed_in(browser, stack, "recruiter", path=told["path"]) as app:
        for case in (told, silent):
            await app.page.get_by_role("link", name=case["name"], exact=True).focus()
            await app.page.keyboard.press("x")
        bar = app.page.get_by_role("region", name="Chosen cards")
        await bar.get_by_role("button", name="Reject or withdraw…").click()
        dialog = app.page.get_by_role("dialog", name="End 2 applications")
        await dialog.get_by_role("radio").first.check()
        await dialog.get_by_label("Mail to them").select_option(label=template["name"])
        await expect(dialog.get_by_role("region", name="The mail")).to_contain_text("not this time.")
        await expect(dialog.get_by_role("listitem")).to_have_text([f"{silent['name']}, without a mail address"])
        assert await app.axe() == []
        await dialog.get_by_role("button", name="Reject", exact=True).click()
        await expect(dialog.get_by_text("The mail cannot go to all of them")).to_be_visible()
        for case in (told, silent):
            found = (await stack.data(_REJECTION_MAIL, role="recruiter", id=case["application"]))["application"]
            assert (found["status"], found["rejectionMail"]) == ("ACTIVE", None)
        await dialog.get_by_label("Reject this one without a mail").check()
        await dialog.get_by_role("button", name="Reject", exact=True).click()
        await expect(bar.get_by_text("2 rejected")).to_be_visible()
        await expect(bar.get_by_text("A mail goes to 1")).to_be_visible()
        for case, said in ((told, "a mail goes"), (silent, "no mail")):
            await expect(bar.get_by_role("row", name=case["name"]).get_by_text(said)).to_be_visible()
        assert await app.axe() == []
        waiting = await _rejection_mail(stack, told, "SCHEDULED")
        assert waiting["body"] == f"Dear {told['name']}, not this time."
        found = (await stack.data(_REJECTION_MAIL, role="recruiter", id=silent["application"]))["application"]
        assert (found["status"], found["rejectionMail"]) == ("REJECTED", None)
        await bar.get_by_role("button", name="Undo").click()
        for case in (told, silent):
            await expect(app.card(case["name"])).to_be_visible()
        await _rejection_mail(stack, told, "CANCELLED")
    assert [mail for mail in await stack.mail(to=told["email"]) if "not this time" in json.dumps(mail)] == []


async def test_the_mail_of_a_rejection_arrives_once_its_time_has_come(stack: Stack) -> None:
    case = await candidate(stack)
    template = await _template(stack, "Dear {{ candidate_name }}, the role is filled.")
    found = (await stack.data(_REJECTION_MAIL, role="recruiter", id=case["application"]))["application"]
    reasons = (await stack.data("{ closeReasons { id closedBy } }", role="recruiter"))["closeReasons"]
    wish = {
        "applicationId": case["application"],
        "stageId": found["stage"]["id"],
        "reasonId": next(each["id"] for each in reasons if each["closedBy"] == "ORGANISATION"),
        "mail": {"templateId": template["id"], "sendAt": datetime.now(UTC).isoformat()},
        "idempotencyKey": str(uuid4()),
    }
    for _ in range(2):
        answer = await stack.data(_REJECT, role="recruiter", input=wish)
        assert answer["rejectApplication"]["__typename"] == "ApplicationChanged"
    await _rejection_mail(stack, case, "SENT")
    arrived = [mail for mail in await stack.mail(to=case["email"]) if "the role is filled" in json.dumps(mail)]
    assert len(arrived) == 1


async def test_a_template_is_written_beside_its_preview_and_never_overwritten_unseen(
    browser: Browser, stack: Stack
) -> None:
    async with signed_in(browser, stack, "recruiter", path="/settings/templates", width=PHONE) as app:
        page = app.page
        await page.get_by_role("button", name="New template").click()
        await expect(page.get_by_label("Name")).to_be_focused()
        name = f"Template {uuid4()}"
        await page.keyboard.type(name)
        await page.get_by_label("Subject").fill("About {{ jobtitle }}")
        await page.get_by_label("Text", exact=True).fill("Dear ")
        await page.get_by_role("button", name="candidate first name").click()
        await expect(page.get_by_label("Text", exact=True)).to_have_value("Dear {{ candidate_first_name }}")
        preview = page.get_by_role("region", name="Preview")
        await expect(preview).to_contain_text("The subject has an unknown token in line 1")
        await page.get_by_label("Subject").fill("About {{ job_title }}")
        await expect(preview).to_contain_text("Dear Kim")
        assert await app.axe() == []
        await page.get_by_role("button", name="Save").click()
        await page.get_by_role("button", name=f"Open {name}").click()
        templates = (await stack.data("{ messageTemplates { id name version } }", role="admin"))["messageTemplates"]
        [template] = [each for each in templates if each["name"] == name]
        change = {"name": name, "subject": "Ours", "body": "By an admin"}
        wish = {"templateId": template["id"], "expectedVersion": template["version"], **change}
        assert (await stack.data(_UPDATE_TEMPLATE, role="admin", input=wish))["updateTemplate"]["version"] == 2
        await page.get_by_label("Text", exact=True).fill("By the recruiter")
        await page.get_by_role("button", name="Save").click()
        conflict = page.get_by_role("region", name="Changed meanwhile")
        await expect(conflict).to_contain_text("By an admin")
        assert await app.axe() == []
        await conflict.get_by_role("button", name="Go on with mine").click()
        await page.get_by_role("button", name="Save").click()
        await page.get_by_role("button", name=f"Open {name}").click()
        await expect(page.get_by_label("Text", exact=True)).to_have_value("By the recruiter")
        await page.get_by_role("button", name="Cancel").click()
        await page.get_by_role("button", name=f"Archive {name}").click()
        await expect(page.get_by_role("button", name=f"Open {name}")).to_have_count(0)
        await page.get_by_role("button", name="Undo").click()
        await expect(page.get_by_role("button", name=f"Open {name}")).to_be_visible()
    async with signed_in(browser, stack, "coordinator", path="/settings/templates") as app:
        await app.page.get_by_role("button", name=f"Open {name}").click()
        await expect(app.page.get_by_label("Subject")).not_to_be_editable()
        await expect(app.page.get_by_role("button", name="Save")).to_have_count(0)


async def _settled(stack: Stack, case: dict[str, Any], **expected: Any) -> dict[str, Any]:
    """The application, once the ATS has what was done to it."""

    async def there() -> dict[str, Any] | None:
        found = (await stack.data(_OUTCOME, role="recruiter", id=case["application"]))["application"]
        now = {"status": found["status"], "job": found["job"]["id"]}
        return found if expected.items() <= now.items() and found["sync"]["state"] == "SYNCED" else None

    return await eventually(there, within=60, what=f"the application as {expected} here and in the ATS")


async def test_a_hire_is_recorded_by_keys_with_its_first_day_and_the_ats_has_it(browser: Browser, stack: Stack) -> None:
    case = await candidate(stack)
    seats = (await stack.data(_SEATS, role="recruiter", id=case["job"]))["job"]["openSeats"]
    async with signed_in(browser, stack, "recruiter", path=case["path"]) as app:
        await app.card(case["name"]).get_by_role("link").focus()
        await app.page.keyboard.press("h")
        dialog = app.page.get_by_role("dialog", name="is hired")
        await expect(dialog.get_by_role("radio")).to_have_count(len(seats) + 1)
        await expect(dialog.get_by_label("The one that the ATS chooses")).to_be_checked()
        assert await app.axe() == []
        await app.page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
        await expect(app.card(case["name"])).to_be_visible()
        await app.page.keyboard.press("h")
        await dialog.get_by_label("First day").fill("2031-03-03")
        await app.page.keyboard.press("Control+Enter")
        await expect(app.page.get_by_text("is hired").last).to_be_visible()
        await expect(app.card(case["name"])).to_have_count(0)
    await _settled(stack, case, status="HIRED")


async def _another_job(stack: Stack, case: dict[str, Any]) -> dict[str, Any]:
    """An open job for which they have never applied."""
    jobs = (await stack.data(_OPEN_JOBS, role="admin"))["jobs"]["nodes"]
    applied = (await stack.data(_APPLIED, role="admin", id=case["person"]))["person"]["applications"]
    known = {each["job"]["id"] for each in applied}
    chosen: dict[str, Any] = next(job for job in jobs if job["id"] not in known)
    return chosen


async def test_an_application_goes_on_in_another_job_from_the_drawer_on_a_phone(browser: Browser, stack: Stack) -> None:
    case = await candidate(stack)
    other = await _another_job(stack, case)
    path = f"/people/{case['person']}?application={case['application']}"
    async with signed_in(browser, stack, "recruiter", path=path, width=PHONE) as app:
        await app.page.get_by_role("button", name=f"Move {case['name']}").click()
        await app.page.get_by_role("menuitem", name="To another job…").click()
        dialog = app.page.get_by_role("dialog", name="Which job suits")
        await dialog.get_by_role("button", name="Transfer").click()
        await expect(dialog.get_by_role("alert")).to_have_text("Choose a job.")
        await dialog.get_by_label("Open jobs", exact=True).fill(other["title"])
        await dialog.get_by_role("button", name=other["title"]).first.click()
        assert await app.axe() == []
        await dialog.get_by_role("button", name="Transfer").click()
        await expect(dialog.get_by_role("alert")).to_have_count(0)
        await expect(dialog).to_have_count(0)
        await expect(app.page.get_by_role("main").get_by_text(other["title"]).first).to_be_visible()
    await _settled(stack, case, status="ACTIVE", job=other["id"])


async def test_a_hire_is_refused_if_the_card_was_moved_behind_the_dialog(browser: Browser, stack: Stack) -> None:
    case = await candidate(stack)
    found = (await stack.data(_STAGES, role="recruiter", id=case["application"]))["application"]
    seen = found["stage"]["id"]
    to = next(each for each in found["job"]["stages"] if each["id"] != seen and each["acceptsMoves"])
    async with signed_in(browser, stack, "recruiter", path=case["path"]) as app:
        await app.card(case["name"]).get_by_role("link").focus()
        await app.page.keyboard.press("h")
        dialog = app.page.get_by_role("dialog", name="is hired")
        await expect(dialog.get_by_role("radio").first).to_be_visible()
        move = {"applicationId": case["application"], "fromStageId": seen, "toStageId": to["id"]}
        await stack.data(_MOVE, role="coordinator", input=move)
        column = app.page.locator(f"[data-stage='{to['id']}']")
        await expect(column.get_by_text(case["name"], exact=True)).to_be_attached()
        await dialog.get_by_role("button", name="Record the hire").click()
        await expect(dialog.get_by_role("alert")).to_be_visible()
        await app.page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
    await _settled(stack, case, status="ACTIVE")


async def test_who_was_rejected_meanwhile_is_not_hired_and_the_dialog_says_so(browser: Browser, stack: Stack) -> None:
    case = await candidate(stack)
    found = (await stack.data(_REJECTION_MAIL, role="recruiter", id=case["application"]))["application"]
    reasons = (await stack.data("{ closeReasons { id closedBy } }", role="recruiter"))["closeReasons"]
    reason = next(each["id"] for each in reasons if each["closedBy"] == "ORGANISATION")
    path = f"/people/{case['person']}?application={case['application']}"
    async with signed_in(browser, stack, "recruiter", path=path) as app:
        await app.page.get_by_role("button", name=f"Move {case['name']}").click()
        await app.page.get_by_role("menuitem", name="Hire…").click()
        dialog = app.page.get_by_role("dialog", name="is hired")
        wish = {"applicationId": case["application"], "stageId": found["stage"]["id"], "reasonId": reason}
        rejected = await stack.data(_REJECT, role="coordinator", input=wish)
        assert rejected["rejectApplication"]["__typename"] == "ApplicationChanged"
        await dialog.get_by_role("button", name="Record the hire").click()
        await expect(dialog.get_by_role("alert")).to_be_visible()
        await app.page.keyboard.press("Escape")
    await _settled(stack, case, status="REJECTED")


async def test_somebody_is_added_to_a_job_and_what_the_ats_refused_is_tried_again(
    browser: Browser, stack: Stack
) -> None:
    case = await candidate(stack)
    other = await _another_job(stack, case)
    [row] = await stack.rows("pipeline", "SELECT external_id FROM job WHERE id = $1", parse_id(other["id"], "")[1])
    ref = int(row["external_id"])

    async def is_open() -> bool:
        job = (await stack.data("query($id: ID!) { job(id: $id) { status } }", role="recruiter", id=other["id"]))["job"]
        return bool(job["status"] == "OPEN")

    query = "query($id: ID!) { person(id: $id) { applications { id job { id } } jobAdditions { state reason } } }"
    async with signed_in(browser, stack, "recruiter", path=f"/people/{case['person']}", width=PHONE) as app:
        page = app.page
        await page.get_by_role("button", name="Add to job…").click()
        dialog = page.get_by_role("dialog", name=f"Add {case['name']} to a job")
        await dialog.get_by_label("Open jobs", exact=True).fill(other["title"])
        await dialog.get_by_role("button", name=other["title"]).first.click()
        assert await app.axe() == []
        # It is closed there, and nobody has told us.
        await stack.control("faults", webhook_losses=1)
        await stack.control("changes", change="set_job_status", job_id=ref, status="closed")
        await dialog.get_by_role("button", name="Add", exact=True).click()
        await expect(page.get_by_text("The ATS did not add them to")).to_be_visible()
        await expect(page.get_by_text(f"job_id {ref} is not an open job.")).to_be_visible()
        await stack.control("changes", change="set_job_status", job_id=ref, status="open")
        await eventually(is_open, within=60, what="the job to be open again")
        await page.get_by_role("button", name="Try again").click()
        applications = page.get_by_role("group", name="Applications")
        await expect(applications.get_by_text(other["title"])).to_be_visible()
        await expect(page.get_by_text(re.compile("^Being added to"))).to_have_count(0)
    found = (await stack.data(query, role="recruiter", id=case["person"]))["person"]
    assert found["jobAdditions"] == []
    assert other["id"] in {each["job"]["id"] for each in found["applications"]}
