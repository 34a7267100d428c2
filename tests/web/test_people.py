"""Candidates and mail in the browser: the drawer over a board, the feed, writing, answering, and what is not sent."""

import asyncio
import re
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote
from uuid import uuid4

import pytest
from playwright.async_api import Browser, Locator, Page, Route, expect

from rapport.contracts.identity import Role
from rapport.contracts.outreach import GetSuppressions, SendMessage, SuppressPerson
from rapport.contracts.pipeline import CompareWithAts, MoveApplication, StartSync
from rapport.contracts.requests import Request
from rapport.contracts.reviews import RequestReview
from rapport.gateway.graph.ids import parse_id
from rapport.local.waiting import eventually
from rapport.testing.stack import ALL_SERVICES, Stack
from tests.support.candidates import CARDS, candidate
from tests.support.web import PHONE, App, lose_the_answer, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMPANY = 800
SERVICES = ALL_SERVICES

_EVERY_JOB = "{ jobs(first: 100) { nodes { id title } } }"
_EVERYBODY = "{ people(first: 200) { nodes { id name } } }"
_PROFILES = """
{ people(first: 100) { nodes { id employments { company } educations { school } attachments { name kind } } } }
"""
_CUSTOM = "{ people(first: 100) { nodes { id customFields { name value } } } }"
_SCORED = """
{ people(first: 20) { nodes { id applications { id scorecards { notes attributes { name } } } } } }
"""
_TO_BE_SEEN = """
{ people(first: 20) { nodes { id applications { id
    interviews { id name toBeSeen } actions { action reason } } } } }
"""
_SUPPRESS = "mutation($input: SuppressPersonInput!) { suppressPerson(input: $input) { __typename } }"


def _drawer(app: App) -> Locator:
    return app.page.get_by_role("complementary", name="Candidate")


async def _open(app: App, name: str) -> Locator:
    await app.page.get_by_role("link", name=name, exact=True).click()
    await expect(_drawer(app).get_by_role("heading", name=name)).to_be_visible()
    return _drawer(app)


async def _write(within: Locator, subject: str, text: str) -> None:
    await within.get_by_role("button", name="Write a mail").click()
    await within.get_by_label("Subject").fill(subject)
    await within.get_by_label("Text", exact=True).fill(text)


async def _subjects(stack: Stack, person: str) -> list[str]:
    query = "query($id: ID!) { messages(personId: $id) { nodes { subject } } }"
    return [node["subject"] for node in (await stack.data(query, id=person))["messages"]["nodes"]]


async def test_the_drawer_goes_through_the_column_by_keys_and_gives_the_focus_back(
    browser: Browser, stack: Stack
) -> None:
    case = await candidate(stack, column_of=2)
    async with signed_in(browser, stack, "recruiter", path=case["path"]) as app:
        await app.page.get_by_role("link", name=case["name"], exact=True).focus()
        await app.page.keyboard.press("Enter")
        await expect(_drawer(app).get_by_role("heading", name=case["name"])).to_be_focused()
        await app.page.keyboard.press("j")
        following = case["following"][0]
        await expect(_drawer(app).get_by_role("heading", name=following)).to_be_focused()
        await app.page.keyboard.press("k")
        await expect(_drawer(app).get_by_role("heading", name=case["name"])).to_be_focused()
        await app.page.keyboard.press("Escape")
        await expect(_drawer(app)).to_have_count(0)
        await expect(app.page.get_by_role("link", name=case["name"], exact=True)).to_be_focused()


async def test_escape_closes_one_thing_after_the_other_and_the_focus_goes_back(browser: Browser, stack: Stack) -> None:
    case = await candidate(stack)
    async with signed_in(browser, stack, "recruiter", path=case["path"]) as app:
        keys, card = app.page.keyboard, app.page.get_by_role("link", name=case["name"], exact=True)
        drawer = await _open(app, case["name"])
        write = drawer.get_by_role("button", name="Write a mail")
        await write.click()
        subject = drawer.get_by_label("Subject")
        await subject.focus()
        await keys.press("Control+k")
        await expect(app.page.get_by_role("combobox", name="Search people")).to_be_focused()
        await keys.press("Escape")
        await expect(app.page.get_by_role("dialog")).to_have_count(0)
        await expect(subject).to_be_focused()
        await keys.press("Escape")
        await expect(subject).to_have_count(0)
        await expect(write).to_be_focused()
        move = drawer.get_by_role("button", name=f"Move {case['name']}")
        await move.click()
        await expect(app.page.get_by_role("menu")).to_be_visible()
        await keys.press("Escape")
        await expect(app.page.get_by_role("menu")).to_have_count(0)
        await expect(move).to_be_focused()
        # What one has begun to write stays: the key leaves the field, and then the drawer.
        await write.click()
        await subject.fill("A question")
        await keys.press("Escape")
        await expect(drawer.get_by_role("heading", name=case["name"])).to_be_focused()
        await expect(subject).to_have_value("A question")
        await keys.press("?")
        await expect(app.page.get_by_role("dialog", name="Keys")).to_be_visible()
        await keys.press("Escape")
        await expect(app.page.get_by_role("dialog")).to_have_count(0)
        await expect(drawer.get_by_role("heading", name=case["name"])).to_be_focused()
        await keys.press("Escape")
        await expect(drawer).to_have_count(0)
        await expect(card).to_be_focused()


_RTL = "محمد 2 الأنصاري"
_APART = """name => {
  const found = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faults = [];
  for (let text = found.nextNode(); text; text = found.nextNode()) {
    const parent = text.parentElement;
    if (!text.data.includes(name) || parent.closest('.unseen, [role=status], script, option')) continue;
    const apart = parent.closest('bdi, [dir=auto]');
    if (apart?.textContent.trim() !== name && !text.data.includes(`\u2068${name}\u2069`)) {
      faults.push(parent.outerHTML.slice(0, 200));
    }
  }
  return faults;
}"""
"""Where a name is not told apart from what stands beside it, which it would then take along."""


async def test_a_name_from_right_to_left_stands_apart_on_every_screen(browser: Browser, stack: Stack) -> None:
    job = (await stack.data(CARDS))["jobs"]["nodes"][0]["id"]
    first, last = _RTL.rsplit(maxsplit=1)
    ref = await stack.rows("pipeline", "SELECT external_id FROM job WHERE id = $1", parse_id(job, "")[1])
    await stack.control("changes", change="apply", job_id=int(ref[0]["external_id"]), first_name=first, last_name=last)
    query = """query($name: String!) { people(text: $name) { nodes { id emails { value }
        applications { id } } } me { id } }"""

    async def there() -> bool:
        return bool((await stack.data(query, name=_RTL))["people"]["nodes"])

    await eventually(there, within=30, what="who applied")
    known = await stack.data(query, role="recruiter", name=_RTL)
    [person], me = known["people"]["nodes"], known["me"]["id"]
    mail = {"personId": person["id"], "jobId": job, "subject": "A question", "body": "When can we talk?"}
    sent = """mutation($input: SendMessageInput!) { sendMessage(input: $input) { ... on Message { id } } }"""
    message = (await stack.data(sent, role="recruiter", input=mail))["sendMessage"]["id"]
    asked = "mutation($input: RequestReviewInput!) { requestReview(input: $input) { ... on Review { id } } }"
    wish = {"jobId": job, "personIds": [person["id"]], "reviewerIds": [me]}
    review = (await stack.data(asked, role="recruiter", input=wish))["requestReview"]["id"]
    screens = (
        "/people",
        f"/people/{person['id']}",
        *(f"/people/{person['id']}?tab={tab}" for tab in ("profile", "reviews", "messages", "history")),
        f"/jobs/{job}/board?open={person['applications'][0]['id']}",
        f"/jobs/{job}/board?view=list",
        f"/jobs/{job}/outreach",
        f"/outreach/conversations?box=sent&open={message}",
        f"/reviews/{review}",
        f"/reviews/{review}/decide",
    )
    async with signed_in(browser, stack, "recruiter", path="/settings/preferences") as app:
        for path in screens:
            await app.go(path)
            if path == "/people":
                await app.page.get_by_role("searchbox").fill(_RTL)
            await app.settled()
            name = app.page.locator("main").get_by_text(_RTL, exact=True).first
            await expect(name).to_be_visible()
            assert await name.evaluate("name => getComputedStyle(name).direction") == "rtl", path
            assert await app.page.evaluate(_APART, _RTL) == [], path


async def test_a_link_to_an_open_candidate_opens_them_and_back_closes_them(browser: Browser, stack: Stack) -> None:
    case = await candidate(stack)
    async with signed_in(browser, stack, "recruiter", path=case["path"]) as app:
        await _open(app, case["name"])
        await _drawer(app).get_by_role("tab", name="Profile").click()
        await expect(_drawer(app).get_by_text("Known since")).to_be_visible()
        await app.open(app.page.url.removeprefix(app.origin))
        await expect(_drawer(app).get_by_text("Known since")).to_be_visible()
        await app.page.get_by_role("button", name="Close").click()
        await _open(app, case["name"])
        await app.page.go_back()
        await expect(_drawer(app)).to_have_count(0)


def _is_pdf(file: Path) -> bool:
    return file.read_bytes().startswith(b"%PDF-1.4")


async def test_what_somebody_did_is_shown_and_their_resume_is_saved_from_the_ats(
    browser: Browser, stack: Stack
) -> None:
    person = next(
        person
        for person in (await stack.data(_PROFILES))["people"]["nodes"]
        if len(person["employments"]) > 1 and person["educations"] and "RESUME" in str(person["attachments"])
    )
    resume = next(file for file in person["attachments"] if file["kind"] == "RESUME")
    async with signed_in(browser, stack, "recruiter", path=f"/people/{person['id']}?tab=profile") as app:
        jobs = app.page.locator("section").filter(has=app.page.get_by_role("heading", name="Experience"))
        await expect(jobs.get_by_role("listitem")).to_have_count(len(person["employments"]))
        await expect(jobs.get_by_role("listitem").first).to_contain_text(person["employments"][0]["company"])
        await expect(app.page.get_by_text(person["educations"][0]["school"])).to_be_visible()
        opener = app.page.get_by_role("button", name=f"Download {resume['name']}")
        async with app.page.expect_download() as downloading:
            await opener.press("Enter")
        download = await downloading.value
        assert download.suggested_filename == resume["name"]
        assert _is_pdf(await download.path())
        await expect(opener).to_be_enabled()


async def test_a_field_of_the_account_is_shown_once_an_admin_chooses_it(browser: Browser, stack: Stack) -> None:
    person = (await stack.data(_PROFILES))["people"]["nodes"]
    async with signed_in(browser, stack, "admin", path="/settings/connections") as app:
        field = app.page.get_by_role("checkbox", name="Notice Period")
        await expect(field).not_to_be_checked()
        await expect(app.page.get_by_text("Salary Expectation")).to_have_count(0)
        await field.focus()
        await field.press("Space")
        await expect(field).to_be_checked()
    shown = (await stack.data(_CUSTOM))["people"]["nodes"]
    assert {field["name"] for node in shown for field in node["customFields"]} == {"Notice Period"}
    holder = next(node for node in shown if node["customFields"])
    assert holder["id"] in {node["id"] for node in person}
    async with signed_in(browser, stack, "recruiter", path=f"/people/{holder['id']}?tab=profile") as app:
        await expect(app.page.get_by_text("Notice Period")).to_be_visible()
        await expect(app.page.get_by_text(holder["customFields"][0]["value"], exact=True)).to_be_visible()


async def test_the_interviews_of_an_application_are_shown_with_what_their_scorecards_say(
    browser: Browser, stack: Stack
) -> None:
    # As who looks: scorecards are hidden from those who owe one.
    people = (await stack.data(_SCORED, role="recruiter"))["people"]["nodes"]
    person, application = next(
        (person, application)
        for person in people
        for application in person["applications"]
        if application["scorecards"] and application["scorecards"][0]["notes"]
    )
    said = application["scorecards"][0]
    path = f"/people/{person['id']}?tab=interviews&application={application['id']}"
    async with signed_in(browser, stack, "recruiter", path=path, width=PHONE) as app:
        scorecards = app.page.get_by_role("region", name="Scorecards")
        await expect(scorecards.get_by_text(said["notes"]).first).to_be_visible()
        await expect(scorecards.get_by_text(said["attributes"][0]["name"]).first).to_be_visible()
        await expect(app.page.get_by_role("region", name="Interviews").get_by_role("listitem").first).to_be_visible()


async def test_what_came_of_an_interview_is_marked_as_seen_and_colleagues_see_by_whom(
    browser: Browser, stack: Stack
) -> None:
    people = (await stack.data(_TO_BE_SEEN, role="recruiter"))["people"]["nodes"]
    person, application = next(
        (person, application)
        for person in people
        for application in person["applications"]
        if {"action": "MARK_SEEN", "reason": None} in application["actions"]
    )
    names = [each["name"] for each in application["interviews"] if each["toBeSeen"]]
    path = f"/people/{person['id']}?tab=interviews&application={application['id']}"
    async with signed_in(browser, stack, "recruiter", path=path, width=PHONE) as app:
        buttons = app.page.get_by_role("button", name="Mark as seen")
        await expect(buttons).to_have_count(len(names))
        await buttons.first.focus()
        await buttons.first.press("Enter")
        await expect(buttons).to_have_count(len(names) - 1)
        interviews = app.page.get_by_role("region", name="Interviews")
        await expect(interviews.get_by_text("Seen by")).to_have_count(1)
        me = (await stack.data("{ me { name } }", role="recruiter"))["me"]["name"]
        await expect(interviews.get_by_text("Seen by")).to_contain_text(me)
        assert await app.axe() == []
    async with signed_in(browser, stack, "admin", path=path) as app:
        await expect(app.page.get_by_role("region", name="Interviews").get_by_text("Seen by")).to_contain_text(me)


async def test_a_move_from_the_drawer_moves_the_card_and_is_told_in_the_feed(browser: Browser, stack: Stack) -> None:
    case = await candidate(stack)
    async with signed_in(browser, stack, "recruiter", path=case["path"]) as app:
        drawer = await _open(app, case["name"])
        await drawer.get_by_role("button", name=f"Move {case['name']}").click()
        item = app.page.locator("[role=menuitem]:not([aria-disabled=true])").first
        to = (await item.inner_text()).split("\n")[0].strip()
        await item.click()
        await app.moved_to(case["name"], to)
        await expect(drawer.get_by_role("listitem").filter(has_text="moved them to").first).to_contain_text(to)


async def test_what_others_do_waits_as_new_entries_until_one_asks(browser: Browser, stack: Stack) -> None:
    case = await candidate(stack)
    async with signed_in(browser, stack, "recruiter", path=case["path"]) as app:
        drawer = await _open(app, case["name"])
        await expect(drawer.get_by_role("listitem").filter(has_text="entered the process").first).to_be_visible()
        await stack.data(_SUPPRESS, role="coordinator", input={"personId": case["person"]})
        await drawer.get_by_role("button", name="1 new").click()
        entry = drawer.get_by_role("listitem").filter(has_text="recorded that they must not be contacted")
        await expect(entry).to_be_visible()
        await expect(drawer.get_by_text("They must not be written to.").first).to_be_visible()


async def test_a_mail_whose_answer_is_lost_is_sent_once(browser: Browser, stack: Stack) -> None:
    case = await candidate(stack)
    lost = 0

    async def lose_one(route: Route) -> None:
        nonlocal lost
        if "SendMessage" in (route.request.post_data or "") and lost == 0:
            lost += 1
            await lose_the_answer(route)
        else:
            await route.continue_()

    tolerated = ("ERR_CONNECTION_RESET",)
    async with signed_in(browser, stack, "recruiter", path=case["path"], tolerated=tolerated) as app:
        drawer = await _open(app, case["name"])
        await _write(drawer, "Once", "Would you have time to talk?")
        assert "Once" in await app.stored()
        await app.page.route("**/graphql", lose_one)
        await drawer.get_by_role("button", name="Send", exact=True).click()
        await expect(drawer.get_by_role("alert")).to_contain_text("nothing is sent twice")
        await drawer.get_by_role("button", name="Send", exact=True).click()
        await expect(drawer.get_by_role("button", name="Write a mail")).to_be_focused()
        assert lost == 1
        assert await _subjects(stack, case["person"]) == ["Once"]
        assert "Once" not in await app.stored()


async def test_a_colleague_asks_for_a_person_and_writes_once_they_are_handed_over(
    browser: Browser, stack: Stack
) -> None:
    case = await candidate(stack)
    path = f"/people/{case['person']}"
    # From two mailboxes from which no other test sends: between two mails of one, minutes pass.
    async with signed_in(browser, stack, "admin", path=path) as owner:
        theirs = owner.page.get_by_role("main")
        await _write(theirs, "First", "Would you have time to talk?")
        await theirs.get_by_role("button", name="Send", exact=True).click()
        await expect(theirs.get_by_text(re.compile("In touch: you until .* \\(1 message\\)"))).to_be_visible()
        async with signed_in(browser, stack, "sourcer", path=path) as colleague:
            main = colleague.page.get_by_role("main")
            await expect(main.get_by_text(re.compile("In touch: .* until .* \\(1 message\\)"))).to_be_visible()
            await expect(main.get_by_text("30 days after the first message")).to_be_visible()
            await _write(main, "Second", "We met in Lisbon.")
            mail = main.get_by_role("region", name="A mail")
            await expect(mail.get_by_text("Somebody else is in touch with them.")).to_be_visible()
            await mail.get_by_role("button", name=re.compile("^Ask ")).click()
            why = mail.get_by_label(re.compile("^Why, for "))
            await expect(why).to_be_focused()
            await why.fill("I know them from Lisbon")
            await colleague.page.keyboard.press("Enter")
            await expect(mail.get_by_text(re.compile("^You asked "))).to_be_visible()
            # The colleague's request reaches the owner's screen by itself.
            await expect(theirs.get_by_text("I know them from Lisbon")).to_be_visible()
            await theirs.get_by_role("button", name="Hand over").click()
            await expect(theirs.get_by_role("button", name=re.compile("^Ask "))).to_be_visible()
            await expect(main.get_by_text(re.compile("In touch: you until .* \\(taken over\\)"))).to_be_visible()
            await expect(mail.get_by_text("Somebody else is in touch with them.")).to_have_count(0)
            await expect(mail.get_by_label("Subject")).to_have_value("Second")
            await mail.get_by_role("button", name="Send", exact=True).click()
            await expect(main.get_by_text(re.compile("In touch: you until .* \\(1 message\\)"))).to_be_visible()
    query = "query($id: ID!) { messages(personId: $id) { nodes { subject state } } }"
    sent = (await stack.data(query, id=case["person"]))["messages"]["nodes"]
    assert {(each["subject"], each["state"]) for each in sent} == {("First", "SENT"), ("Second", "SENT")}


async def test_a_draft_survives_a_reload_and_is_gone_once_discarded(browser: Browser, stack: Stack) -> None:
    case = await candidate(stack)
    path = f"/people/{case['person']}"
    async with signed_in(browser, stack, "recruiter", path=path) as app:
        await _write(app.page.get_by_role("main"), "Half", "Half of a thought")
        await app.open(path)
        await app.page.get_by_role("button", name="Go on with your mail").click()
        await expect(app.page.get_by_label("Text", exact=True)).to_have_value("Half of a thought")
        await app.page.get_by_role("button", name="Discard").click()
        await expect(app.page.get_by_role("button", name="Write a mail")).to_be_focused()
        assert "Half" not in await app.stored()


async def test_the_obstacle_is_said_before_and_after_writing(browser: Browser, stack: Stack) -> None:
    case = await candidate(stack)
    async with signed_in(browser, stack, "recruiter", path=f"/people/{case['person']}") as app:
        main = app.page.get_by_role("main")
        await main.get_by_role("button", name="Do not contact").click()
        await expect(main.get_by_role("button", name="Lift, until")).to_be_visible()
        await _write(main, "In vain", "This cannot go out")
        await expect(
            main.get_by_role("region", name="A mail").get_by_text("They must not be written to.")
        ).to_be_visible()
        await main.get_by_role("button", name="Send", exact=True).click()
        await expect(main.get_by_text("Kept, but it will not be sent")).to_be_visible()
        await main.get_by_role("button", name="Close").click()
        await main.get_by_role("tab", name="Messages").click()
        await expect(main.get_by_role("article", name="In vain").get_by_text("Not sent", exact=True)).to_be_visible()
        await main.get_by_role("button", name="Lift, until").click()
        await expect(main.get_by_text("They may be written to")).to_be_visible()


async def test_an_answer_arrives_in_the_conversations_and_is_answered_there(browser: Browser, stack: Stack) -> None:
    case = await candidate(stack)
    async with signed_in(browser, stack, "coordinator", path=case["path"]) as app:
        drawer = await _open(app, case["name"])
        await _write(drawer, "A question", "Would you have time to talk?")
        await drawer.get_by_role("button", name="Send", exact=True).click()
        await drawer.get_by_role("tab", name="Messages").click()
        sent = drawer.get_by_role("article", name="A question")
        await expect(sent.get_by_text("Sent", exact=True)).to_be_visible()
        await app.page.get_by_role("link", name="Outreach", exact=True).first.click()
        await expect(app.page.get_by_role("heading", name="Outreach")).to_be_visible()
        (mail,) = await stack.mail(to=case["email"])
        await stack.answer(mail, "text", text="Gladly, on Tuesday.")
        await app.page.get_by_role("link").filter(has_text="Gladly, on Tuesday.").click()
        thread = app.page.get_by_role("region", name="Conversation", exact=True)
        reply = thread.get_by_role("button", name="Reply")
        await reply.click()
        await expect(thread.get_by_label("Subject")).to_have_value("Re: A question")
        await thread.get_by_label("Text", exact=True).press("Escape")
        await expect(thread.get_by_label("Subject")).to_have_count(0)
        await expect(reply).to_be_focused()
        await app.page.keyboard.press("Escape")
        await expect(thread).to_have_count(0)
        await expect(app.page.get_by_role("link").filter(has_text="Gladly, on Tuesday.")).to_be_focused()
        await app.page.keyboard.press("Enter")
        await reply.click()
        await thread.get_by_label("Text", exact=True).fill("Tuesday it is.")
        await thread.get_by_role("button", name="Send", exact=True).click()
        await expect(app.page.get_by_text("Nothing to answer")).to_be_visible()
    assert await _subjects(stack, case["person"]) == ["Re: A question", "A question"]


async def test_who_does_not_write_to_people_is_offered_no_mail(browser: Browser, stack: Stack) -> None:
    case = await candidate(stack)
    async with signed_in(browser, stack, "executive", path=f"/people/{case['person']}") as app:
        await expect(app.page.get_by_role("tab", name="Activity")).to_be_visible()
        await app.settled()
        await expect(app.page.get_by_role("button", name="Write a mail")).to_have_count(0)
        await expect(app.page.get_by_role("button", name="Do not contact")).to_have_count(0)


_CHANGE_TAGS = "mutation($input: ChangeTagsInput!) { changeTags(input: $input) { __typename } }"


async def _indexed(stack: Stack) -> None:
    """Wait until whatever happened so far is found by a search: what happens now is found after it."""
    await stack.synced()
    [person, *_] = (await stack.data(_EVERYBODY, role="recruiter"))["people"]["nodes"]
    tag = f"Indexed {uuid4()}"
    await stack.data(_CHANGE_TAGS, role="recruiter", input={"personId": person["id"], "add": [tag]})

    async def found() -> bool:
        query = "query($tag: String!) { searchPeople(filter: {tag: [$tag]}) { totalCount } }"
        return bool((await stack.data(query, role="recruiter", tag=tag))["searchPeople"]["totalCount"])

    await eventually(found, within=60, what="what happened in the index")
    await stack.data(_CHANGE_TAGS, role="recruiter", input={"personId": person["id"], "remove": [tag]})


async def test_people_are_found_by_name_on_a_phone(browser: Browser, stack: Stack) -> None:
    case = await candidate(stack)
    await _indexed(stack)
    async with signed_in(browser, stack, "recruiter", path="/people", width=PHONE) as app:
        await app.page.get_by_role("searchbox").fill("no such name")
        await expect(app.page.get_by_text("Nobody is found")).to_be_visible()
        await app.page.get_by_role("searchbox").fill(case["name"])
        await app.page.get_by_role("link", name=case["name"], exact=True).first.click()
        await expect(app.page.get_by_role("heading", level=1, name=case["name"])).to_be_visible()


async def test_nobody_is_there_for_those_who_may_not_see_them(browser: Browser, stack: Stack) -> None:
    case = await candidate(stack)
    async with signed_in(browser, stack, "recruiter", path="/people/nonsense") as app:
        await expect(app.page.get_by_text("There is nobody here")).to_be_visible()
    async with signed_in(browser, stack, "recruiter", path=f"{case['path']}?open=nonsense") as app:
        await expect(_drawer(app).get_by_text("There is nobody here")).to_be_visible()


_RECORD = "query($id: ID!) { personRecord(personId: $id) { state } }"


async def _changed(stack: Stack, person: str, state: str, change: str, **more: int) -> None:
    """Change a candidate in the ATS, and wait until it has reached the record."""
    await stack.control("changes", change=change, **more)

    async def reached() -> bool:
        record = (await stack.data(_RECORD, id=person))["personRecord"]
        return bool(record["state"] == state)

    await eventually(reached, within=30, what=f"a record that is {state}")


async def _in_the_ats(stack: Stack, person: str) -> int:
    [row] = await stack.rows("pipeline", "SELECT external_id FROM person WHERE id = $1", parse_id(person, "")[1])
    return int(row["external_id"])


async def test_a_link_to_a_merged_person_leads_to_the_record_that_remains_and_says_so(
    browser: Browser, stack: Stack
) -> None:
    merged, remaining = await candidate(stack), await candidate(stack)
    ids = {"duplicate_id": await _in_the_ats(stack, merged["person"])}
    ids |= {"into_id": await _in_the_ats(stack, remaining["person"])}
    await _changed(stack, merged["person"], "MERGED", "merge_candidates", **ids)
    async with signed_in(browser, stack, "recruiter", path=f"/people/{merged['person']}?tab=profile") as app:
        await expect(app.page.get_by_role("heading", level=1, name=remaining["name"])).to_be_visible()
        notice = app.page.get_by_role("status").filter(has_text="second record of this person")
        await expect(notice).to_be_visible()
        await notice.get_by_role("button", name="Dismiss").click()
        await expect(notice).to_have_count(0)
        await expect(app.page).to_have_url(f"{app.origin}/people/{remaining['person']}")


async def test_the_page_of_an_erased_person_says_what_happened_and_not_to_whom(browser: Browser, stack: Stack) -> None:
    case = await candidate(stack)
    await _changed(
        stack, case["person"], "ERASED", "anonymize_candidate", candidate_id=await _in_the_ats(stack, case["person"])
    )
    async with signed_in(browser, stack, "recruiter", path=f"/people/{case['person']}", width=PHONE) as app:
        main = app.page.get_by_role("main")
        await expect(main.get_by_text("This person was erased on")).to_be_visible()
        await expect(main.get_by_text("Received", exact=True).first).to_be_visible()
        await app.settled()
        assert case["name"] not in await app.page.content()
        assert case["email"] not in await app.page.content()
        assert await app.axe() == []
        assert await app.page.evaluate("document.documentElement.scrollWidth") <= PHONE


_OFFERED: tuple[tuple[str, Literal["button", "link"], str, type[Request[Any]]], ...] = (
    ("/jobs/{job}/board", "button", "Move ", MoveApplication),
    ("/jobs/{job}/board", "link", "Request review", RequestReview),
    ("/people/{person}", "button", "Write a mail", SendMessage),
    ("/people/{person}", "link", "Outreach", SendMessage),
    ("/people/{person}", "button", "Do not contact", SuppressPerson),
    ("/settings/connections", "link", "Suppression", GetSuppressions),
    ("/settings/connections", "button", "Sync now", StartSync),
    ("/settings/connections", "button", "Compare with the ATS", CompareWithAts),
)
"""Where it stands, what it is, how it is called, and what it asks for."""


@pytest.mark.parametrize("role", ["admin", "recruiter", "sourcer", "coordinator", "hiring_manager", "executive"])
async def test_every_role_is_offered_what_the_authorisation_table_allows(
    browser: Browser, stack: Stack, role: str
) -> None:
    visible = {job["id"] for job in (await stack.data(CARDS, role=role))["jobs"]["nodes"]}
    case = await candidate(stack, among=visible, changed=False)
    async with signed_in(browser, stack, role, path="/settings/preferences") as app:
        for path, kind, name, request in _OFFERED:
            if request.rule.scope_of(Role(role)):
                await app.go(path.format(**case))
                await expect(app.page.get_by_role(kind, name=name).first).to_be_visible()
        for path, kind, name, request in _OFFERED:
            if not request.rule.scope_of(Role(role)):
                await app.go(path.format(**case))
                await app.settled()
                await expect(app.page.get_by_role(kind, name=name)).to_have_count(0)


async def test_what_is_not_for_one_looks_as_if_it_did_not_exist(browser: Browser, stack: Stack) -> None:
    role = "hiring_manager"
    theirs = {job["id"] for job in (await stack.data(_EVERY_JOB, role=role))["jobs"]["nodes"]}
    known = {person["id"] for person in (await stack.data(_EVERYBODY, role=role))["people"]["nodes"]}
    job = next(job for job in (await stack.data(_EVERY_JOB))["jobs"]["nodes"] if job["id"] not in theirs)
    person = next(each for each in (await stack.data(_EVERYBODY))["people"]["nodes"] if each["id"] not in known)
    screens = {
        f"/jobs/{job['id']}/board": "There is no such job",
        f"/jobs/{job['id']}/board?view=list": "There is no such job",
        f"/jobs/{job['id']}/reviews": "There is no such job",
        f"/jobs/{job['id']}/outreach": "There is no such job",
        f"/jobs/{job['id']}/analytics": "There is no such job",
        f"/people/{person['id']}": "There is nobody here",
    }
    async with signed_in(browser, stack, role, path="/settings/preferences") as app:
        for path, said in screens.items():
            await app.go(path)
            await expect(app.page.get_by_text(said)).to_be_visible()
            whole = await app.page.content() + await app.page.title()
            assert job["title"] not in whole
            assert person["name"] not in whole


_MESSY = """Vorname;Nachname;E-Mail;Telefon;Firma;Notiz
Ana;Lima;ana.lima@import.example;00351912345678;=Initech;"Erste Zeile
zweite; Zeile"
Bo;Chen;bo.chen(at)import.example;;Hooli;
Cy;Dahl;cy@import.example;12;Acme;
Dee;Eze;dee@import.example;3.51912E+11;Acme;
Eva;Fox;eva@import.example;;Acme;x;zu;viele
Ana;Lima;ANA.LIMA@import.example;;;
"""
_IMPORTED = "query($text: String!) { people(text: $text, first: 5) { nodes { id company phones { value } inAts } } }"


async def _imported(stack: Stack, name: str) -> list[dict[str, Any]]:
    return list((await stack.data(_IMPORTED, text=name))["people"]["nodes"])


async def test_a_messy_file_is_imported_after_three_of_its_rows_were_fixed(browser: Browser, stack: Stack) -> None:
    async with signed_in(browser, stack, "recruiter", path="/people") as app:
        page = app.page
        await page.get_by_role("link", name="Import", exact=True).click()
        content = {"name": "people.csv", "mimeType": "text/csv", "buffer": _MESSY.encode("cp1252")}
        await page.get_by_label("File", exact=True).set_input_files(content)  # type: ignore[arg-type]
        await page.get_by_role("button", name="Upload").click()
        await expect(page.get_by_label("What the column E-Mail is")).to_have_value("EMAIL")
        await expect(page.get_by_label("Delimiter")).to_have_value(";")
        await page.get_by_role("button", name="Try it, change nothing").click()
        await page.get_by_role("button", name="With problems").click()
        await expect(page).to_have_url(re.compile(r"step=check&only=errors"))
        await page.reload()
        await expect(page.get_by_role("listitem", name="Line 6")).to_contain_text("rounded by a spreadsheet")
        assert await _imported(stack, "Bo Chen") == []
        for line, field, value in ((4, "E-Mail", "bo.chen@import.example"), (5, "Telefon", "+351 912 345 679")):
            row = page.get_by_role("listitem", name=f"Line {line}", exact=True)
            await row.get_by_role("button", name=f"Fix line {line}").click()
            await expect(row.get_by_label(field)).to_be_focused()
            await row.get_by_label(field).fill(value)
            await row.get_by_role("button", name="Check again").click()
            await expect(row).to_have_count(0)
        surplus = page.get_by_role("listitem", name="Line 7", exact=True)
        await surplus.get_by_role("button", name="Fix line 7").click()
        for field in ("Too many: field 7", "Too many: field 8"):
            await surplus.get_by_label(field).fill("")
        await page.keyboard.press("Enter")
        await expect(surplus).to_have_count(0)
        await page.get_by_role("button", name="Import 6 rows").click()
        await expect(page.get_by_role("heading", name="The import is done")).to_be_visible()
        await expect(page.get_by_text("6 rows imported")).to_be_visible()
        assert await app.axe() == []
    [ana] = await _imported(stack, "Ana Lima")
    assert (ana["company"], ana["inAts"], len(ana["phones"])) == ("=Initech", False, 1)
    [dee] = await _imported(stack, "Dee Eze")
    assert dee["phones"] == []


async def test_an_import_is_undone_while_nothing_has_happened_to_its_people(browser: Browser, stack: Stack) -> None:
    async with signed_in(browser, stack, "recruiter", path="/people/import") as app:
        page = app.page
        content = {"name": "one.csv", "mimeType": "text/csv", "buffer": b"Name,Email\nUna Undone,una@import.example\n"}
        await page.get_by_label("File", exact=True).set_input_files(content)  # type: ignore[arg-type]
        await page.get_by_role("button", name="Upload").click()
        await page.get_by_role("button", name="Try it, change nothing").click()
        await page.get_by_role("button", name="Import 1 row").click()
        await expect(page.get_by_role("heading", name="The import is done")).to_be_visible()
        assert len(await _imported(stack, "Una Undone")) == 1
        await page.get_by_role("button", name="Undo the import").click()
        await expect(page.get_by_role("heading", name="The import was undone")).to_be_visible()
    assert await _imported(stack, "Una Undone") == []


async def test_a_note_is_written_beside_who_may_read_it_and_read_by_nobody_else(browser: Browser, stack: Stack) -> None:
    case = await candidate(stack)
    path = f"/people/{case['person']}"
    async with signed_in(browser, stack, "recruiter", path=path) as app:
        await app.page.get_by_role("button", name="Write a note").click()
        await app.page.get_by_label("Note", exact=True).fill("Nobody else <b>reads</b> this.")
        await app.page.reload()
        await app.page.get_by_role("button", name="Go on with your note").click()
        await expect(app.page.get_by_label("Note", exact=True)).to_have_value("Nobody else <b>reads</b> this.")
        await app.page.get_by_label("Who may read it").select_option(label="Only you")
        await app.page.get_by_role("button", name="Save", exact=True).click()
        await expect(app.page.get_by_text("Nobody else <b>reads</b> this.")).to_be_visible()
        await expect(app.page.get_by_role("button", name="Write a note")).to_be_focused()
        await expect(app.page.get_by_text("Only its author may read it")).to_be_visible()
    async with signed_in(browser, stack, "sourcer", path=path) as app:
        await app.settled()
        await expect(app.page.get_by_text("this.")).to_have_count(0)


async def test_a_note_is_written_to_the_ats_by_keys_and_says_once_it_is_there(browser: Browser, stack: Stack) -> None:
    case, text = await candidate(stack), "Would move to Lisbon; asks for <i>remote</i> days."
    async with signed_in(browser, stack, "recruiter", path=f"{case['path']}?open={quote(case['application'])}") as app:
        drawer = _drawer(app)
        await expect(drawer.get_by_role("button", name="Write a note")).to_be_visible()
        await app.page.keyboard.press("n")
        await drawer.get_by_label("Note", exact=True).fill(text)
        readers = drawer.get_by_label("Who may read it")
        await readers.select_option(label="Only you")
        await drawer.get_by_label("Write it to the ATS as well").check()
        # What only its author reads is not for the ATS.
        await expect(readers).to_have_value("HIRING_TEAM")
        assert await readers.locator("option").count() == 2
        assert await app.axe() == []
        await readers.select_option(value="PUBLIC")
        await drawer.get_by_role("button", name="Save", exact=True).click()
        await expect(drawer.get_by_text(text)).to_be_visible()
        await expect(drawer.get_by_text("in the ATS as well")).to_be_visible()
        # The ATS keeps it as it is.
        await expect(drawer.get_by_role("button", name="Edit", exact=True)).to_have_count(0)
    uuid = parse_id(case["application"], "")[1]
    [row] = await stack.rows("pipeline", "SELECT external_id FROM application WHERE id = $1", uuid)
    there = await stack.ats("GET", f"notes?application_ids={row['external_id']}")
    assert [(note["body"], note["visibility"]) for note in there if note["body"] == text] == [(text, "public")]


_NOTE = "query($id: ID!) { person(id: $id) { notes(first: 1) { nodes { id version } } } }"
_EDIT = "mutation($input: EditNoteInput!) { editNote(input: $input) { __typename } }"


async def test_a_note_that_was_changed_elsewhere_is_shown_beside_ones_own_before_it_is_replaced(
    browser: Browser, stack: Stack
) -> None:
    case = await candidate(stack)
    async with signed_in(browser, stack, "recruiter", path=f"/people/{case['person']}", width=PHONE) as app:
        page = app.page
        await page.get_by_role("button", name="Write a note").click()
        await page.get_by_label("Note", exact=True).fill("Speaks Portuguese.")
        await page.get_by_label("Who may read it").select_option(label="Only you")
        await page.get_by_role("button", name="Save", exact=True).click()
        edit = page.get_by_role("button", name="Edit", exact=True)
        await edit.click()
        form = page.get_by_role("form", name="Change the note")
        text = form.get_by_label("Note", exact=True)
        await expect(text).to_be_focused()
        await text.fill("Speaks Portuguese and Spanish.")
        [note] = (await stack.data(_NOTE, role="recruiter", id=case["person"]))["person"]["notes"]["nodes"]
        there = {"noteId": note["id"], "visibility": "PUBLIC", "body": "Speaks Galician."}
        assert (await stack.data(_EDIT, role="recruiter", input=there))["editNote"]["__typename"] == "Note"
        # What was begun is still there after a reload, and compared with what was seen when it was begun.
        await page.reload()
        await page.get_by_role("button", name="Go on with your change").click()
        await expect(text).to_have_value("Speaks Portuguese and Spanish.")
        await form.get_by_role("button", name="Save", exact=True).click()
        conflict = form.get_by_role("alert")
        await expect(conflict).to_contain_text("in another window or on another device")
        await expect(conflict).to_contain_text("Speaks Galician.")
        await expect(conflict).to_contain_text("Everybody who sees the person may read it")
        assert await app.axe() == []
        await form.get_by_role("button", name="Replace it with mine").click()
        await expect(form).to_have_count(0)
        await expect(edit).to_be_focused()
        await expect(page.get_by_text("wrote a note, and changed it since")).to_be_visible()
        await expect(page.get_by_text("Only its author may read it")).to_be_visible()
        await page.get_by_role("button", name="Remove", exact=True).click()
        await expect(page.get_by_role("button", name="Keep it")).to_be_focused()
        await page.get_by_role("button", name="Remove note").click()
        await expect(page.get_by_text("Note removed")).to_be_visible()
        await expect(page.get_by_text("Speaks Portuguese and Spanish.")).to_have_count(0)
    assert (await stack.data(_NOTE, role="recruiter", id=case["person"]))["person"]["notes"]["nodes"] == []


async def test_contact_points_are_added_with_their_consent_changed_and_removed(browser: Browser, stack: Stack) -> None:
    case = await candidate(stack)
    recorded = """query($id: ID!) { person(id: $id) { contactability { canBeWrittenTo }
        recordedContactPoints { value type consent } } }"""

    async def known() -> dict[str, Any]:
        person: dict[str, Any] = (await stack.data(recorded, role="recruiter", id=case["person"]))["person"]
        return person

    async with signed_in(browser, stack, "recruiter", path=f"/people/{case['person']}?tab=profile") as app:
        points = app.page.get_by_role("region", name="Contact points recorded here")
        await points.get_by_role("button", name="Add a contact point").click()
        form = points.get_by_role("form", name="Add a contact point")
        await form.get_by_label("Mail", exact=True).fill("not an address")
        await form.get_by_role("button", name="Add", exact=True).click()
        await expect(form.get_by_text("It must be an e-mail address.")).to_be_visible()
        await expect(form.get_by_label("Mail", exact=True)).to_be_focused()
        assert await app.axe() == []
        await form.get_by_label("Mail", exact=True).fill("second@example.org")
        await form.get_by_label("Type").fill("Home")
        await form.get_by_label("Consent").select_option(label="Agreed")
        await form.get_by_role("button", name="Add", exact=True).click()
        await expect(points.get_by_text("second@example.org")).to_be_visible()
        await expect(points.get_by_role("button", name="Add a contact point")).to_be_focused()
        await points.get_by_role("button", name="Change second@example.org").click()
        change = points.get_by_role("form", name="Change second@example.org")
        await change.get_by_label("Consent").select_option(label="Refused")
        await expect(change.get_by_text("No mail goes to them any more")).to_be_visible()
        await change.get_by_role("button", name="Save").click()
        await expect(points.get_by_text("Refused")).to_be_visible()
        refused = {"value": "second@example.org", "type": "Home", "consent": "REFUSED"}
        assert (await known())["recordedContactPoints"] == [refused]
        assert not (await known())["contactability"]["canBeWrittenTo"]
        # What was said by mistake is taken back, and so is the type.
        await points.get_by_role("button", name="Change second@example.org").click()
        await change.get_by_label("Consent").select_option(label="Consent not recorded")
        await change.get_by_label("Type").fill("")
        await change.get_by_role("button", name="Save").click()
        await expect(points.get_by_text("Refused")).to_have_count(0)
        taken_back = {"value": "second@example.org", "type": None, "consent": "UNKNOWN"}
        assert (await known())["recordedContactPoints"] == [taken_back]
        await points.get_by_role("button", name="Remove second@example.org").click()
        await expect(points.get_by_text("second@example.org")).to_have_count(0)
        assert (await known())["recordedContactPoints"] == []
        await app.page.get_by_role("button", name="Undo").click()
        await expect(points.get_by_text("second@example.org")).to_be_visible()
        assert (await known())["recordedContactPoints"] == [taken_back]


async def test_a_person_is_added_by_hand_after_who_is_called_so_was_shown(browser: Browser, stack: Stack) -> None:
    case = await candidate(stack, changed=False)
    first, _, last = case["name"].partition(" ")
    async with signed_in(browser, stack, "recruiter", path="/people") as app:
        page = app.page
        await page.keyboard.press("Control+k")
        await page.get_by_role("combobox", name="Search people").fill("add a person")
        await page.keyboard.press("Enter")
        await page.get_by_label("First name").fill(first)
        await page.get_by_label("Last name").fill(last)
        await expect(page.get_by_role("link", name=case["name"], exact=True)).to_be_visible()
        await page.get_by_label("First name").fill("Xaviera")
        await page.get_by_label("Last name").fill("Quux")
        await expect(page.get_by_role("link", name=case["name"], exact=True)).to_have_count(0)
        await page.get_by_label("Mail", exact=True).fill("nowhere")
        await page.get_by_role("button", name="Add person").click()
        await expect(page.get_by_role("listitem").get_by_text("It must be an e-mail address.")).to_be_visible()
        await expect(page.get_by_label("Mail", exact=True)).to_be_focused()
        # Nothing typed is lost by leaving.
        await page.reload()
        await expect(page.get_by_label("Last name")).to_have_value("Quux")
        await page.get_by_label("Mail", exact=True).fill("xaviera@quux.example")
        await page.get_by_role("button", name="Another contact point").click()
        await page.get_by_label("Kind").nth(1).select_option(label="Phone")
        await page.get_by_label("Phone", exact=True).fill("+351 912 345 677")
        await page.get_by_role("textbox", name="Tags").fill("Fair, Lisbon")
        assert await app.axe() == []
        await page.get_by_role("button", name="Add person").click()
        await expect(page.get_by_role("heading", name="Xaviera Quux").first).to_be_visible()
        await expect(page.get_by_role("region", name="Tags").get_by_text("Lisbon")).to_be_visible()
        [added] = await _imported(stack, "Xaviera Quux")
        assert (added["inAts"], len(added["phones"])) == (False, 1)
        # Whom a contact point is known of is found, and not added again.
        await app.go("/people/new")
        await page.get_by_label("First name").fill("Xaviera")
        await page.get_by_label("Mail", exact=True).fill("XAVIERA@quux.example")
        await page.get_by_role("button", name="Add person").click()
        await expect(page.get_by_text("is known already by a contact point")).to_be_visible()
        await expect(page).to_have_url(re.compile(re.escape(added["id"])))
    async with signed_in(browser, stack, "interviewer", path="/people/new") as app:
        await expect(app.page.get_by_label("First name")).to_have_count(0)
        await expect(app.page.get_by_text("There is nothing here")).to_be_visible()


async def test_a_project_is_begun_found_renamed_archived_and_its_people_are_searched(
    browser: Browser, stack: Stack
) -> None:
    await _indexed(stack)
    case = await candidate(stack, changed=False)
    async with signed_in(browser, stack, "recruiter", path="/people") as app:
        page = app.page
        await page.get_by_role("navigation", name="People").get_by_role("link", name="Projects").click()
        await page.get_by_role("button", name="New project").first.click()
        await expect(page.get_by_label("Name", exact=True)).to_be_focused()
        await page.get_by_label("Name", exact=True).fill("Lisbon fair")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Nobody is in it yet")).to_be_visible()
        project = page.url.removeprefix(app.origin)

        await app.go(f"/people/{case['person']}?tab=profile")
        on_profile = page.get_by_role("region", name="Projects")
        await on_profile.get_by_label("Project", exact=True).select_option(label="Lisbon fair")
        await on_profile.get_by_role("button", name="Add", exact=True).click()
        await on_profile.get_by_role("link", name="Lisbon fair").click()
        await expect(page.get_by_role("link", name=case["name"], exact=True)).to_be_visible()
        await expect(page.get_by_text("1 person", exact=True)).to_be_visible()
        assert await app.axe() == []

        rename = page.get_by_role("button", name="Rename")
        await rename.click()
        await page.get_by_label("Name", exact=True).fill("Lisbon fair 2026")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Lisbon fair 2026")).to_be_visible()
        await expect(rename).to_be_focused()
        await page.get_by_role("button", name="Archive").click()
        await expect(page.get_by_text("Archived", exact=True)).to_be_visible()

        await app.go("/people/projects?q=lisbon")
        await expect(page.get_by_text("No project is called that")).to_be_visible()
        await page.get_by_role("checkbox", name="Archived ones as well").check()
        row = page.get_by_role("row").filter(has=page.get_by_role("link", name="Lisbon fair 2026"))
        await expect(row).to_contain_text("Archived")
        assert await app.axe() == []
        await row.get_by_role("link").click()
        await expect(page).to_have_url(re.compile(re.escape(project)))

        async def found() -> bool:
            query = "query($id: ID!) { searchPeople(filter: {project: [$id]}) { totalCount } }"
            known = await stack.data(query, role="recruiter", id=project.rsplit("/", 1)[-1])
            return bool(known["searchPeople"]["totalCount"] == 1)

        await eventually(found, within=30, what="the people of a project are found by it")
        await page.get_by_role("link", name="Search these people").click()
        await expect(page.get_by_text("1 person", exact=True)).to_be_visible()
        choice = page.get_by_role("combobox", name="Is in the project")
        await expect(choice.locator("option:checked")).to_have_text("Lisbon fair 2026")
        await page.get_by_role("link", name=case["name"], exact=True).wait_for()

        await app.go(project)
        await page.get_by_role("button", name=f"Remove {case['name']} from the project").click()
        await expect(page.get_by_text("Nobody is in it yet")).to_be_visible()
        await page.get_by_role("button", name="Undo").last.click()
        await expect(page.get_by_role("link", name=case["name"], exact=True)).to_be_visible()
        # An address that names no project is opened all the same.
        await app.open("/people?where=project%3Anone")
        await expect(page).to_have_url(re.compile("/people$"))
        await expect(page.locator("tbody tr").first).to_be_visible()


async def test_tags_and_projects_are_kept_on_the_profile(browser: Browser, stack: Stack) -> None:
    case = await candidate(stack)
    async with signed_in(browser, stack, "recruiter", path=f"/people/{case['person']}?tab=profile") as app:
        tags, projects = app.page.get_by_role("region", name="Tags"), app.page.get_by_role("region", name="Projects")
        await tags.get_by_label("New tag").fill("Fair 2026")
        await app.page.keyboard.press("Enter")
        await expect(tags.get_by_text("Fair 2026")).to_be_visible()
        await projects.get_by_label("Project", exact=True).select_option(label="A new project…")
        await projects.get_by_label("Name of the new project").fill("Iberia")
        await projects.get_by_role("button", name="Add", exact=True).click()
        await expect(projects.get_by_role("button", name="Remove from the project Iberia")).to_be_visible()
        await tags.get_by_role("button", name="Remove the tag Fair 2026").click()
        await expect(tags.get_by_text("Fair 2026")).to_have_count(0)
        await app.page.reload()
        await expect(projects.get_by_role("button", name="Remove from the project Iberia")).to_be_visible()
        assert await app.axe() == []


_RECRUITER = "query($id: ID!) { person(id: $id) { recruiter { name } } }"
_ASSIGN = "mutation($input: AssignPersonInput!) { assignPerson(input: $input) { __typename } }"


async def test_another_recruiter_looks_after_somebody_unless_a_colleague_was_faster(
    browser: Browser, stack: Stack
) -> None:
    # What is said of them here disturbs no other test.
    case = await candidate(stack, changed=False)
    person = case["person"]
    others = (await stack.data("{ users(first: 50) { nodes { id name } } }", role="recruiter"))["users"]["nodes"]
    before = (await stack.data(_RECRUITER, role="recruiter", id=person))["person"]["recruiter"]["name"]
    names = [each["name"] for each in others]
    one, two = [each for each in others if each["name"] != before and names.count(each["name"]) == 1][:2]
    async with signed_in(browser, stack, "recruiter", path=f"/people/{person}?tab=profile") as app:
        part = app.page.get_by_role("region", name="Who looks after them")
        change = part.get_by_role("button", name="Change the recruiter")
        await expect(part.get_by_text(f"Recruiter: {before}")).to_be_visible()
        await change.click()
        await part.get_by_label("Recruiter", exact=True).fill(one["name"])
        assert await app.axe() == []
        await part.get_by_role("button", name=one["name"]).first.click()
        await expect(part.get_by_text(f"Recruiter: {one['name']}")).to_be_visible()
        await expect(change).to_be_focused()
        [row] = await stack.rows("pipeline", "SELECT external_id FROM person WHERE id = $1", parse_id(person, "")[1])
        [there] = await stack.ats("GET", f"candidates?ids={row['external_id']}")
        [user] = await stack.rows(
            "pipeline", "SELECT external_id FROM user_account WHERE id = $1", parse_id(one["id"], "")[1]
        )
        assert there["recruiter_id"] == int(user["external_id"])

        # The page does not show yet whom a colleague has chosen meanwhile.
        given = {"personId": person, "responsibility": "RECRUITER", "userId": two["id"], "seenUserId": one["id"]}
        assigned = await stack.data(_ASSIGN, role="coordinator", input=given)
        assert assigned["assignPerson"]["__typename"] == "AssignPersonSuccess"
        await change.click()
        await part.get_by_role("button", name="Nobody").click()
        await expect(part.get_by_role("alert").get_by_text("Somebody else looks after this person")).to_be_visible()
        await expect(part.get_by_text(f"Recruiter: {two['name']}")).to_be_visible()
        await part.get_by_role("button", name="Nobody").click()
        await expect(part.get_by_text("Recruiter: nobody")).to_be_visible()
        await app.page.get_by_role("button", name="Undo").last.click()
        await expect(part.get_by_text(f"Recruiter: {two['name']}")).to_be_visible()
        await app.open(f"/people/{person}")
        await expect(app.page.get_by_text(f"made {one['name']} their recruiter")).to_be_visible()
        await expect(app.page.get_by_text("left them without a recruiter")).to_be_visible()
        await expect(app.page.get_by_text(f"made {two['name']} their recruiter")).to_have_count(2)


_DUPLICATES = """
{ probableDuplicates(first: 50) { totalCount nodes { id score person { id name } other { id name } } } }
"""


async def _duplicates(stack: Stack) -> dict[str, Any]:
    found: dict[str, Any] = (await stack.data(_DUPLICATES))["probableDuplicates"]
    return found


async def test_people_who_may_be_one_are_kept_apart_or_merged_and_both_are_regretted(
    stack: Stack, browser: Browser
) -> None:
    async def compared() -> bool:
        waiting = "SELECT 1 FROM person WHERE keys_stale OR duplicates_due LIMIT 1"
        return not await stack.rows("pipeline", waiting)

    await eventually(compared, within=60, what="everybody compared with everybody")
    before = await _duplicates(stack)
    assert before["totalCount"] > 2
    first, second = before["nodes"][:2]
    async with signed_in(browser, stack, "recruiter", path="/people") as app:
        page = app.page
        await page.get_by_role("link", name="Duplicates").click()
        waiting = page.get_by_text(f"{before['totalCount']} pairs to decide about")
        pair = page.get_by_role("region")
        await expect(waiting).to_be_visible()
        for person in (first["person"], first["other"]):
            await expect(pair.locator(f"a[href='/people/{person['id']}']")).to_be_visible()

        await page.keyboard.press("k")
        await expect(page.get_by_text("They stay two")).to_be_visible()
        await expect(page.get_by_text(f"{before['totalCount'] - 1} pairs to decide about")).to_be_visible()
        await expect(pair.locator(f"a[href='/people/{second['person']['id']}']")).to_be_visible()
        await page.keyboard.press("u")
        await expect(page.get_by_text("They are compared again")).to_be_visible()
        await expect(waiting).to_be_visible()

        stays, goes = (await pair.get_by_role("link").all())[:2]
        gone = (await goes.get_attribute("href") or "").removeprefix("/people/")
        remaining = (await stays.get_attribute("href") or "").removeprefix("/people/")
        await page.get_by_role("button", name="Merge").click()
        await expect(page.get_by_text("one person now")).to_be_visible()
        record = "query($id: ID!) { personRecord(personId: $id) { state person { id } } }"
        merged = (await stack.data(record, id=gone))["personRecord"]
        assert (merged["state"], merged["person"]["id"]) == ("MERGED", remaining)
        await page.keyboard.press("u")
        await expect(page.get_by_text("They are two again, and are kept apart")).to_be_visible()
        assert (await stack.data(record, id=gone))["personRecord"]["state"] == "CURRENT"
        assert {gone, remaining} not in [
            {node["person"]["id"], node["other"]["id"]} for node in (await _duplicates(stack))["nodes"]
        ]


_MEDALISTS = """
query($after: String) { searchPeople(first: 100, after: $after, filter: {all: [
  {applications: {some: {all: [{furthestStage: {atLeast: ONSITE}}]}}},
  {applications: {none: {status: [HIRED]}}},
  {applications: {none: {lowestRating: {atMost: NO}}}}
]}) { totalCount nodes { person { name } applications { job { title } } } } }
"""


async def test_silver_medalists_are_found_each_with_the_application_by_which(stack: Stack, browser: Browser) -> None:
    await _indexed(stack)
    found = (await stack.data(_MEDALISTS, role="recruiter"))["searchPeople"]
    total, node = found["totalCount"], found["nodes"][0]
    assert total > 1
    async with signed_in(browser, stack, "recruiter", path="/people") as app:
        page = app.page
        first_page = 30
        await expect(page.locator("tbody tr")).to_have_count(first_page)
        await page.get_by_role("link", name="Silver medalists").click()
        filters = page.get_by_role("list", name="Filters")
        await expect(filters.get_by_role("combobox", name="Reached")).to_have_value("ONSITE")
        await expect(filters.get_by_text("Has no negative scorecard")).to_be_visible()
        await expect(page.get_by_text(f"{total} people", exact=True)).to_be_visible()
        await expect(page.locator("tbody tr")).to_have_count(min(first_page, total))
        row = (
            page.locator("tbody tr").filter(has=page.get_by_role("link", name=node["person"]["name"], exact=True)).first
        )
        await expect(row).to_contain_text(node["applications"][0]["job"]["title"])
        # A search is an address: it is opened again as it was left, and goes when its filters go.
        await app.open(page.url.removeprefix(app.origin))
        await expect(page.get_by_text(f"{total} people", exact=True)).to_be_visible()
        await filters.get_by_role("button", name="No application is. Say the opposite").click()
        await expect(filters.get_by_text("Application is", exact=True)).to_be_visible()
        for _ in range(3):
            await filters.get_by_role("button", name=re.compile("^Remove")).first.click()
        await expect(page.locator("tbody tr")).to_have_count(first_page)
        await page.get_by_role("button", name="Add filter").click()
        await page.get_by_role("menuitem", name="Title says").click()
        await filters.get_by_role("textbox", name="Title says").fill("engineer")
        await expect(page.locator("tbody tr td:first-of-type").filter(has_not_text="ngineer")).to_have_count(0)


_COUNTED = "query($filter: PeopleFilter!) { searchPeople(filter: $filter) { totalCount } }"


async def test_filters_stand_in_groups_and_who_finds_nobody_is_told_what_to_give_up(
    stack: Stack, browser: Browser
) -> None:
    await _indexed(stack)

    async def shown(page: Page, filter_: dict[str, Any]) -> int:
        total: int = (await stack.data(_COUNTED, role="recruiter", filter=filter_))["searchPeople"]["totalCount"]
        await expect(page.get_by_text(f"{total:,} people", exact=True)).to_be_visible()
        return total

    async with signed_in(browser, stack, "recruiter", path="/people") as app:
        page = app.page
        await expect(page.locator("tbody tr").first).to_be_visible()
        await page.keyboard.press("f")
        await page.get_by_role("menuitem", name="A group of filters").click()
        group = page.get_by_role("list", name="Any of these holds")
        for title in ("engineer", "manager"):
            await group.get_by_role("button", name="Add filter").click()
            await page.get_by_role("menuitem", name="Title says").click()
            await group.get_by_role("textbox", name="Title says").last.fill(title)
        titles = [{"title": "engineer"}, {"title": "manager"}]
        either = await shown(page, {"any": titles})
        filters = page.get_by_role("list", name="Filters")
        await expect(filters.get_by_text(f"{either:,} people by this alone").first).to_be_visible()
        assert await app.axe() == []
        # The address says all of it.
        await app.open(page.url.removeprefix(app.origin))
        await expect(group.get_by_role("textbox", name="Title says").last).to_have_value("manager")
        await page.get_by_role("combobox", name="How many of them hold").select_option(label="None of these holds")
        await shown(page, {"not": {"any": titles}})
        await page.get_by_role("list", name="None of these holds").get_by_role("button", name="Add filter").click()
        await page.get_by_role("menuitem", name="A group of filters").click()
        # Groups in groups end somewhere, for what the API takes.
        await group.get_by_role("button", name="Add filter").click()
        await expect(page.get_by_role("menuitem", name="Title says")).to_be_visible()
        await expect(page.get_by_role("menuitem", name="A group of filters")).to_have_count(0)
        await page.keyboard.press("Escape")

        await page.get_by_role("searchbox").fill("nobodyiscalledso")
        await expect(page.get_by_role("heading", name="Nobody is found")).to_be_visible()
        await page.get_by_role("button", name=re.compile("^Search without the words: ")).click()
        await expect(page.get_by_role("searchbox")).to_have_value("")
        await shown(page, {"not": {"any": titles}})


_FREE = """
query { searchPeople(first: 100, filter: {all: [
  {applications: {some: {all: [{furthestStage: {atLeast: ONSITE}}]}}},
  {applications: {none: {status: [HIRED]}}},
  {applications: {none: {lowestRating: {atMost: NO}}}},
  {not: {active: true}}
]}) { totalCount } }
"""
_SAVED = "{ savedSearches { name newPeople } }"
_SAVE = "mutation($input: SaveSearchInput!) { saveSearch(input: $input) { __typename } }"


async def test_medalists_for_a_job_are_saved_tagged_and_sent_for_review_all_at_once(
    stack: Stack, browser: Browser
) -> None:
    await _indexed(stack)
    total = (await stack.data(_FREE, role="recruiter"))["searchPeople"]["totalCount"]
    assert 3 < total <= 100
    tagged = {"name": "For the future", "query": {"filter": {"tag": ["Future"]}}}
    assert (await stack.data(_SAVE, role="recruiter", input=tagged))["saveSearch"]["__typename"] == "SavedSearch"
    async with signed_in(browser, stack, "recruiter", path="/people") as app:
        page = app.page
        searches = page.get_by_role("navigation", name="Searches")
        await searches.get_by_role("link", name="Silver medalists").click()
        await page.get_by_role("button", name="Add filter").click()
        await page.get_by_role("menuitem", name="Is in process").click()
        await page.get_by_role("button", name="Is in process. Say the opposite").click()
        await expect(page.get_by_text(f"{total} people", exact=True)).to_be_visible()
        await searches.get_by_role("button", name="Save search").click()
        await page.get_by_role("textbox", name="Name").fill("Free medalists")
        await page.get_by_role("button", name="Save", exact=True).click()
        await expect(searches.get_by_role("link", name="Free medalists")).to_have_attribute("aria-current", "page")
        # The search alone is in the address, and says all of it.
        await app.open(page.url.removeprefix(app.origin))
        await expect(page.get_by_text(f"{total} people", exact=True)).to_be_visible()
        await expect(page.get_by_role("button", name="Is not in process. Say the opposite")).to_be_visible()

        rows, chosen = page.locator("tbody tr"), page.get_by_role("region", name="Chosen people")
        await rows.nth(0).get_by_role("checkbox").check()
        await rows.nth(2).get_by_role("checkbox").click(modifiers=["Shift"])
        await expect(chosen.get_by_text("3 chosen")).to_be_visible()
        await rows.nth(1).get_by_role("link").focus()
        await page.keyboard.press("x")
        await expect(chosen.get_by_text("2 chosen")).to_be_visible()
        await page.keyboard.press("x")
        await chosen.get_by_role("button", name="Add tag").click()
        await chosen.get_by_role("textbox", name="Tag").fill("Future")
        await chosen.get_by_role("button", name="Check first").click()
        await expect(chosen.get_by_text("3 would get the tag")).to_be_visible()
        await chosen.get_by_role("button", name="Add tag: 3 people").click()
        await expect(chosen.get_by_text("3 got the tag")).to_be_visible()
        await expect(chosen.get_by_role("row").filter(has_text="got the tag")).to_have_count(3)
        await chosen.get_by_role("button", name="Close").click()
        await expect(chosen).to_have_count(0)

        async def counted() -> bool:
            listed = (await stack.data(_SAVED, role="recruiter"))["savedSearches"]
            return bool({each["name"]: each["newPeople"] for each in listed}["For the future"] == 3)

        await eventually(counted, within=30, what="who is new in a search")
        await app.open("/people")
        await expect(searches.get_by_text("3 new")).to_be_visible()
        await searches.get_by_role("link", name="For the future").click()
        await expect(page.get_by_text(re.compile("^3 people, 3 new since"))).to_be_visible()
        await expect(searches.get_by_text("3 new")).to_have_count(0)

        await searches.get_by_role("link", name="Free medalists").click()
        await expect(page.get_by_text(f"{total} people", exact=True)).to_be_visible()
        await rows.nth(0).get_by_role("checkbox").check()
        await chosen.get_by_role("button", name=f"Choose all {total}").click()
        await expect(chosen.get_by_text(f"{total} chosen")).to_be_visible()
        await chosen.get_by_role("button", name="Send for review").click()
        await chosen.get_by_role("button", name="Check first").click()
        await expect(chosen.get_by_text(f"{total} can be reviewed")).to_be_visible()
        await chosen.get_by_role("list", name="Open jobs: found").get_by_role("button").first.click()
        team = chosen.get_by_role("list", name="The job’s team, or any colleague: found")
        await expect(chosen.get_by_role("searchbox", name="The job’s team, or any colleague")).to_be_focused()
        await chosen.get_by_role("button", name=f"Request review of {total} people").click()
        await expect(chosen.get_by_text("Choose at least one reviewer.")).to_be_visible()
        await team.get_by_role("button").first.click()
        await chosen.get_by_role("button", name=f"Request review of {total} people").click()
        await expect(chosen.get_by_text(f"{total} sent for review")).to_be_visible()
        await expect(chosen.get_by_role("row").filter(has_text="sent for review")).to_have_count(total)
        await chosen.get_by_role("link", name="Open the review").click()
        await expect(page.get_by_role("heading", name="Verdicts")).to_be_visible()
        await expect(page.get_by_text(f"{total} people", exact=True)).to_be_visible()


async def test_people_are_found_by_what_they_said_once_an_admin_allows_it_and_every_use_is_recorded(
    browser: Browser, stack: Stack
) -> None:
    await _indexed(stack)
    async with signed_in(browser, stack, "admin", path="/settings/diversity") as app:
        page = app.page
        form = page.get_by_role("form", name="Which answers count")
        consent = form.get_by_role("combobox", name="By which answer people agree")
        asked = consent.locator("optgroup[label^='May we use these answers']")
        await consent.select_option(value=await asked.locator("option").last.get_attribute("value"))
        await form.get_by_label("Woman", exact=True).check()
        await form.get_by_role("button", name="Choose these").click()
        await expect(form.get_by_role("alert")).to_contain_text("The choice would tell what people answered")
        for answer in ("Black or African American", "Hispanic or Latino", "I am a protected veteran"):
            await form.get_by_label(answer, exact=True).check()
        await form.get_by_role("button", name="Choose these").click()
        await expect(form.get_by_label("Woman", exact=True)).to_be_disabled()
        await page.get_by_role("button", name="Switch it on").click()
        await expect(page.get_by_text("Switched on", exact=True)).to_be_visible()
        assert await app.axe() == []

    async with signed_in(browser, stack, "recruiter", path="/people") as app:
        await expect(app.page.locator("tbody tr").first).to_be_visible()
        await app.settled()
        await expect(app.page.get_by_label("Diversity sourcing")).to_have_count(0)

    async with signed_in(browser, stack, "sourcer", path="/people") as app:
        page = app.page
        released = asyncio.Event()

        async def hold(route: Route) -> None:
            await released.wait()
            await route.continue_()

        created = 'mutation { createProject(input: {name: "Iberia at last"}) { ... on Project { id } } }'
        project = (await stack.data(created, role="sourcer"))["createProject"]["id"]
        switch = page.get_by_role("checkbox", name="Diversity sourcing")
        await expect(
            page.get_by_text("“Yes” to “May we use these answers to find you for other jobs?”")
        ).to_be_visible()
        await switch.focus()
        await page.keyboard.press("Space")
        await expect(page.get_by_text(re.compile(r"^At least \d+0 people$"))).to_be_visible()
        assert await app.axe() == []
        await page.locator("tbody tr").first.get_by_role("checkbox").check()
        await expect(page.get_by_text("1 chosen")).to_be_visible()
        await expect(page.get_by_role("button", name=re.compile("^Choose all"))).to_have_count(0)
        await page.get_by_role("button", name="Choose nobody").click()
        # Once it is switched off, "all" are not as many as it found, while the others are on their way.
        await page.get_by_role("button", name="Add filter").click()
        await page.get_by_role("menuitem", name="Is suppressed").click()
        await page.get_by_role("button", name="Is suppressed. Say the opposite").click()
        await expect(page.get_by_text(re.compile(r"^At least \d+0 people$"))).to_be_visible()
        await app.settled()
        await page.route("**/graphql", hold)
        await switch.uncheck()
        await expect(page.locator("main [aria-busy=true]")).to_be_visible()
        await page.locator("tbody tr").first.get_by_role("checkbox").check()
        await expect(page.get_by_text("1 chosen")).to_be_visible()
        await expect(page.get_by_role("button", name=re.compile("^Choose all"))).to_have_count(0)
        released.set()
        await expect(page.get_by_role("button", name=re.compile("^Choose all"))).to_be_visible()
        await page.unroute("**/graphql", hold)
        await page.get_by_role("button", name="Choose nobody").click()
        await switch.check()
        await page.get_by_role("button", name="Remove: Is not suppressed").click()
        await page.get_by_role("button", name="Add filter").click()
        await expect(page.get_by_role("menuitem", name="Has the tag")).to_have_count(0)
        await page.get_by_role("menuitem", name="Title says").click()
        await page.get_by_role("textbox", name="Title says").fill("nobodyiscalledso")
        await expect(page.get_by_text("fewer than 10")).to_be_visible()
        # What users decide of chosen people is refused where it stands, and kept.
        await app.open(f"/people?where=project%3A{quote(project)}")
        await expect(page.get_by_role("combobox", name="Is in the project")).to_have_value(project)
        await switch.check()
        await expect(page.get_by_role("heading", name="Nobody is shown")).to_be_visible()
        await expect(page.get_by_text("Not with diversity sourcing", exact=True)).to_be_visible()
        words = page.get_by_label("Search people").last
        await words.fill("nobodyiscalledso")
        await expect(words).to_have_accessible_description("No words with diversity sourcing")
        await expect(page.get_by_role("button", name="Save search")).to_have_count(0)
        assert await app.axe() == []
        # What is one's own use is in no address.
        assert "diversity" not in page.url
        await page.get_by_role("button", name="Switch diversity sourcing off").click()
        await expect(page.get_by_role("heading", name="Nobody is found")).to_be_visible()
        await expect(words).to_have_value("nobodyiscalledso")
        await expect(page.get_by_role("combobox", name="Is in the project")).to_have_value(project)

    async with signed_in(browser, stack, "admin", path="/settings/diversity") as app:
        uses = app.page.get_by_role("region", name="What it was used for").get_by_role("row")
        await expect(uses.filter(has_text="Searched").filter(has_text="0 or more").first).to_be_visible()
        await expect(uses.filter(has_text="Searched").filter(has_text="too few").first).to_be_visible()
        await expect(uses.filter(has_text="Chose the answers")).to_contain_text("Woman")
