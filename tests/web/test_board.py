"""The list of jobs and a board in the browser: two people and one card, conflicts, lost answers, restarts."""

import asyncio
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.async_api import Browser, Route, WebSocketRoute, expect

from rapport.gateway.graph.ids import parse_id
from rapport.local.waiting import eventually
from rapport.testing.stack import Stack
from tests.support.web import DESKTOP, PATIENCE, PHONE, App, lose_the_answer, signed_in, tab_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMPANY = 600
SETTINGS = {"ATS_POLL_SECONDS": "1"}

_BOARDS = """
query($mine: Boolean) { jobs(first: 10, filter: {status: OPEN, mine: $mine}) { nodes { id title board { columns {
  stage { id name active } cards(first: 50) { nodes { applicationId personName } } } } } } }
"""
_BOARD = """
query($id: ID!) { job(id: $id) { board { columns { stage { id active } cards(first: 50) {
  nodes { applicationId } } } } } }
"""
_MOVE = """
mutation Move($input: MoveApplicationInput!) { moveApplication(input: $input) { __typename } }
"""


@dataclass
class Case:
    """A card that no other test moves, with where it is and two stages where it could go."""

    job: str
    title: str
    application: str
    name: str
    stage: dict[str, str]
    next: dict[str, str]
    further: dict[str, str]

    @property
    def path(self) -> str:
        return f"/jobs/{self.job}/board"


_RESTARTED = ("ERR_", "WebSocket", "502", "dynamically imported module")
"""What the browser says while the gateway is away: everything it asks for then is asked for again."""
_used: set[str] = set()


async def _case(stack: Stack, *, mine: bool = False, among_most: bool = False) -> Case:
    """``mine``: on a board of the recruiter's own hiring teams; ``among_most``: on the board with the most cards."""
    jobs = (await stack.data(_BOARDS, role="recruiter", mine=mine))["jobs"]["nodes"]
    if among_most:
        jobs.sort(key=lambda job: -sum(len(column["cards"]["nodes"]) for column in job["board"]["columns"]))
    for job in jobs:
        columns: list[dict[str, Any]] = [c for c in job["board"]["columns"] if c["stage"]["active"]]
        names = [card["personName"] for column in columns for card in column["cards"]["nodes"]]
        for at, column in enumerate(columns[:-2]):
            for card in column["cards"]["nodes"]:
                name = card["personName"]
                if card["applicationId"] in _used or names.count(name) > 1:
                    continue
                _used.add(card["applicationId"])
                stages = [c["stage"] for c in columns[at : at + 3]]
                return Case(job["id"], job["title"], card["applicationId"], name, *stages)
    raise AssertionError("no card left")


async def _moved_by_another(stack: Stack, case: Case, frm: dict[str, str], to: dict[str, str]) -> None:
    given = {"applicationId": case.application, "fromStageId": frm["id"], "toStageId": to["id"]}
    moved = await stack.data(_MOVE, role="coordinator", input=given)
    assert moved["moveApplication"]["__typename"] == "MoveApplicationSuccess"


async def _ref(stack: Stack, table: str, global_id: str) -> int:
    """The ATS's own id of an application or a stage."""
    uuid = urlsafe_b64decode(global_id + "=" * (-len(global_id) % 4)).decode().split(":", 1)[1]
    [row] = await stack.rows("pipeline", f"SELECT external_id FROM {table} WHERE id = $1::uuid", uuid)
    return int(row["external_id"])


async def _moved_in_ats(stack: Stack, case: Case, frm: dict[str, str], to: dict[str, str]) -> None:
    """Another client of the ATS moves it there."""
    [user] = await stack.rows(
        "pipeline", "SELECT external_id FROM user_account WHERE email = $1", stack.emails["coordinator"][0]
    )
    stages = {f"{name}_stage_id": await _ref(stack, "job_stage", s["id"]) for name, s in (("from", frm), ("to", to))}
    application = await _ref(stack, "application", case.application)
    await stack.ats("POST", f"applications/{application}/move", user=int(user["external_id"]), json=stages)


async def _stage_in_ats(stack: Stack, case: Case) -> int:
    application = await _ref(stack, "application", case.application)
    [there] = await stack.ats("GET", f"applications?ids={application}")
    stage: int = there["stage_id"]
    return stage


async def _synced(stack: Stack, case: Case, state: str, there: dict[str, str] | None = None) -> None:
    """Wait until the sync of the card is in a state, about a stage of the ATS."""
    query = "query($id: ID!) { application(id: $id) { sync { state atsStage { id } } } }"
    expected = {"state": state, "atsStage": {"id": there["id"]} if there else None}

    async def reached() -> bool:
        return bool((await stack.data(query, id=case.application))["application"]["sync"] == expected)

    await eventually(reached, within=30, what=f"sync {state}")


async def _disputed(stack: Stack) -> Case:
    """A card that is in ``next`` here, and in ``further`` in the ATS, which refused our move."""

    async def written() -> bool:
        return not await stack.rows("pipeline", "SELECT 1 FROM application WHERE sync_state = 'pending' LIMIT 1")

    case = await _case(stack, mine=True)
    await eventually(written, within=30, what="the writing of earlier moves")
    await stack.webhooks_delivered()
    # It is moved in the ATS, and pipeline does not learn of that before it is moved here.
    await stack.control("faults", webhook_losses=1, list_lag=300)
    await _moved_in_ats(stack, case, case.stage, case.further)
    await _moved_by_another(stack, case, case.stage, case.next)
    await stack.control("faults", list_lag=0)
    await _synced(stack, case, "CONFLICTED", case.further)
    return case


async def _shows_disagreement(app: App, case: Case, there: dict[str, str]) -> None:
    card = app.card(case.name)
    await expect(card.get_by_text("ATS disagrees")).to_be_visible()
    await expect(card.get_by_text(f"Here: {case.next['name']}")).to_be_visible()
    await expect(card.get_by_text(f"In the ATS: {there['name']}")).to_be_visible()


async def _agrees(app: App, case: Case, stage: dict[str, str]) -> None:
    """The card lies in the stage, and nothing is left to say about the ATS."""
    await app.moved_to(case.name, stage["name"])
    await expect(app.card(case.name).get_by_text("ATS")).to_have_count(0)


async def _stage_of(stack: Stack, case: Case) -> str:
    query = "query($id: ID!) { application(id: $id) { stage { name } } }"
    name: str = (await stack.data(query, id=case.application))["application"]["stage"]["name"]
    return name


async def _count(app: App, stage: str) -> int:
    heading = await app.column(stage).get_by_role("heading").inner_text()
    return int(heading.rsplit(maxsplit=1)[-1])


_JOBS = """
{ jobs(first: 50) { nodes { title status department location activeApplications team { user { id name } } } }
  titles: jobs(first: 50, sort: TITLE) { nodes { title } } }
"""


async def _titles(app: App) -> list[str]:
    return await app.page.locator("[data-job]").all_inner_texts()


async def test_jobs_are_narrowed_and_sorted_and_the_link_is_the_view(browser: Browser, stack: Stack) -> None:
    listed = await stack.data(_JOBS)
    jobs = [job for job in listed["jobs"]["nodes"] if job["status"] == "OPEN"]
    chosen = jobs[0]["department"]
    theirs = {job["title"] for job in jobs if job["department"] == chosen}
    by_title = [node["title"] for node in listed["titles"]["nodes"] if node["title"] in theirs]
    assert 1 < len(theirs) < len(jobs)
    async with signed_in(browser, stack, "recruiter", path="/jobs?status=LOST&member=nonsense&sort=size") as app:
        # What is ill-formed is dropped, and the view opens.
        await expect(app.page.locator("[data-job]")).to_have_count(len(jobs))
        await expect(app.page.get_by_role("status").filter(has_text=f"{len(jobs)} jobs")).to_be_visible()
        assert "nonsense" not in app.page.url
        await app.page.get_by_role("button", name="Department", exact=True).click()
        await app.page.get_by_role("menuitemradio", name=f"{chosen} {len(theirs)}").click()
        await expect(app.page.get_by_role("button", name=f"Department: {chosen}")).to_be_visible()
        await expect(app.page.locator("[data-job]")).to_have_count(len(theirs))
        await app.page.get_by_role("button", name=f"Department: {chosen}").click()
        await expect(app.page.get_by_role("menuitemradio", checked=True)).to_have_text(f"{chosen}{len(theirs)}")
        await app.page.keyboard.press("Escape")
        head = app.page.get_by_role("columnheader", name="Job", exact=True)
        await head.get_by_role("button").focus()
        await app.page.keyboard.press("Enter")
        await expect(head).to_have_attribute("aria-sort", "ascending")
        await expect(app.page.locator("[data-job]")).to_have_text(by_title)
        await app.page.keyboard.press("Enter")
        await expect(head).to_have_attribute("aria-sort", "descending")
        await expect(app.page.locator("[data-job]")).to_have_text(by_title[::-1])
        await app.open(app.page.url.removeprefix(app.origin))
        await expect(app.page.locator("[data-job]")).to_have_text(by_title[::-1])
        await app.page.get_by_role("button", name="Clear filters").click()
        await expect(app.page.locator("[data-job]")).to_have_count(len(jobs))
        await expect(app.page).to_have_url(f"{app.origin}/jobs?sort=-title")
        await expect(head).to_have_attribute("aria-sort", "descending")


async def test_jobs_are_found_by_their_member_and_why_none_is_there_is_said(browser: Browser, stack: Stack) -> None:
    jobs = [job for job in (await stack.data(_JOBS))["jobs"]["nodes"] if job["status"] == "OPEN"]
    user = jobs[0]["team"][0]["user"]
    theirs = [job["title"] for job in jobs if user in [member["user"] for member in job["team"]]]
    async with signed_in(browser, stack, "recruiter", path="/jobs") as app:
        await app.page.get_by_role("button", name="Member", exact=True).click()
        await app.page.get_by_role("menuitemradio", name=user["name"]).click()
        await expect(app.page.locator("[data-job]")).to_have_text(theirs)
        await app.page.keyboard.press("/")
        await app.page.keyboard.type("no such job")
        await expect(app.page.get_by_role("heading", name="No job fits")).to_be_visible()
        named = f"Status: open · Text: “no such job” · Team member: {user['name']}"
        await expect(app.page.get_by_text(named)).to_be_visible()
        assert await app.page.evaluate("history.length") <= 3, "typing replaces what the history holds"
        await app.page.get_by_role("main").get_by_role("button", name="Clear filters").last.click()
        await expect(app.page).to_have_url(f"{app.origin}/jobs")
        await expect(app.page.locator("[data-job]")).to_have_count(len(jobs))
        await app.page.keyboard.press("j")
        await app.page.keyboard.press("ArrowDown")
        second = jobs[1]["title"]
        await expect(app.page.get_by_role("link", name=second, exact=True)).to_be_focused()
        await app.page.keyboard.press("Enter")
        await expect(app.page.get_by_role("heading", level=1, name=second)).to_be_visible()


async def test_the_earlier_jobs_stay_dimmed_until_those_of_a_changed_filter_are_there(
    browser: Browser, stack: Stack
) -> None:
    answer = asyncio.Event()

    async def hold_closed(route: Route) -> None:
        if "CLOSED" in (route.request.post_data or ""):
            await answer.wait()
        await route.continue_()

    async with signed_in(browser, stack, "recruiter", path="/jobs") as app:
        await app.settled()
        before = await _titles(app)
        await app.page.route("**/graphql", hold_closed)
        await app.page.get_by_role("button", name="Closed").click()
        await expect(app.page.locator("main [aria-busy=true]")).to_be_visible()
        assert await _titles(app) == before
        # What lasts until the answer is there moves, unless one has asked for less of that.
        lasting = "document.getAnimations().filter(each => each.effect.getTiming().iterations === Infinity).length"
        assert await app.page.evaluate(lasting) == 1
        await app.page.emulate_media(reduced_motion="reduce")
        assert await app.page.evaluate(lasting) == 0
        answer.set()
        await app.settled()
        assert not set(await _titles(app)) & set(before)
        await expect(app.page.get_by_role("button", name="Closed")).to_have_attribute("aria-pressed", "true")


async def test_on_a_phone_jobs_are_cards_that_are_sorted_from_a_menu(browser: Browser, stack: Stack) -> None:
    jobs = [job for job in (await stack.data(_JOBS))["jobs"]["nodes"] if job["status"] == "OPEN"]
    most = max(job["activeApplications"] for job in jobs)
    async with signed_in(browser, stack, "recruiter", path="/jobs", width=PHONE) as app:
        await app.page.get_by_role("button", name="Sorted: Newest first").tap()
        await app.page.get_by_role("menuitemradio", name="Most active").tap()
        await expect(app.page).to_have_url(f"{app.origin}/jobs?sort=active")
        await expect(app.page.get_by_role("row").first).to_contain_text(f"{most} active")
        assert await app.page.evaluate("document.documentElement.scrollWidth") <= PHONE
        await app.page.locator("[data-job]").first.tap()
        await app.page.get_by_role("link", name="Analytics").tap()
        await expect(app.page.get_by_role("link", name="Analytics")).to_be_in_viewport(ratio=1)


async def test_a_move_by_clicks_alone_reaches_the_other_persons_screen(browser: Browser, stack: Stack) -> None:
    case = await _case(stack)
    async with (
        signed_in(browser, stack, "recruiter", path=case.path) as mover,
        signed_in(browser, stack, "coordinator", path=case.path) as other,
    ):
        await expect(other.card(case.name)).to_be_visible()
        before = await _count(other, case.next["name"])
        await other.page.get_by_role("link", name=case.name, exact=True).focus()
        await mover.move_by_menu(case.name, case.next["name"])
        await mover.moved_to(case.name, case.next["name"])
        await other.moved_to(case.name, case.next["name"])
        await expect(other.page.get_by_role("link", name=case.name, exact=True)).to_be_focused()
        assert await _count(other, case.next["name"]) == await _count(mover, case.next["name"]) == before + 1
    assert await _stage_of(stack, case) == case.next["name"]


async def test_a_board_its_cards_and_the_drawer_say_since_when_they_are_in_sync(browser: Browser, stack: Stack) -> None:
    case = await _case(stack)
    synced = re.compile("^In sync with Greenhouse, (now|[1-9] ?m(in)? ago)$")
    async with signed_in(browser, stack, "recruiter", path=case.path) as app:
        await expect(app.page.get_by_text(synced)).to_be_visible()
        card = app.card(case.name)
        await card.hover()
        await expect(card).to_have_attribute("title", synced)
        await app.page.get_by_role("link", name=case.name, exact=True).click()
        drawer = app.page.get_by_role("complementary")
        await expect(drawer.get_by_title(synced)).to_have_text(re.compile("^In sync, "))


async def test_a_card_is_dragged_with_the_mouse(browser: Browser, stack: Stack) -> None:
    case = await _case(stack)
    async with signed_in(browser, stack, "recruiter", path=case.path) as app:
        await expect(app.card(case.name)).to_have_attribute("draggable", "true")
        await app.card(case.name).drag_to(app.column(case.next["name"]))
        await app.moved_to(case.name, case.next["name"])


async def test_by_keys_alone_the_focus_goes_with_the_card(browser: Browser, stack: Stack) -> None:
    case = await _case(stack)
    async with signed_in(browser, stack, "recruiter", path=case.path) as app:
        link = app.page.get_by_role("link", name=case.name, exact=True)
        await link.focus()
        await app.page.keyboard.press("]")
        await app.moved_to(case.name, case.next["name"])
        await expect(link).to_be_focused()
        await expect(app.page.get_by_role("status").filter(has_text=f"{case.name} moved to")).to_be_attached()
        await app.page.keyboard.press("[")
        await app.moved_to(case.name, case.stage["name"])
        await expect(link).to_be_focused()


async def test_letter_keys_that_are_turned_off_do_nothing(browser: Browser, stack: Stack) -> None:
    case = await _case(stack)
    async with signed_in(browser, stack, "recruiter", path="/settings/preferences") as app:
        await app.page.get_by_role("checkbox", name="Single letters are keys").uncheck()
        await app.go(case.path)
        await app.page.get_by_role("link", name=case.name, exact=True).focus()
        for key in ("]", "?", "v", "g", "p"):
            await app.page.keyboard.press(key)
        await app.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        await expect(app.page.get_by_role("dialog")).to_have_count(0)
        await expect(app.column(case.stage["name"]).get_by_role("link", name=case.name, exact=True)).to_be_focused()
        await app.page.keyboard.press("Control+k")
        await expect(app.page.get_by_role("combobox")).to_be_focused()
        await app.page.keyboard.press("Escape")
        await expect(app.page.get_by_role("link", name=case.name, exact=True)).to_be_focused()
    assert await _stage_of(stack, case) == case.stage["name"]


async def test_somebody_was_faster_and_the_card_says_so(browser: Browser, stack: Stack) -> None:
    case = await _case(stack)
    async with signed_in(browser, stack, "recruiter", path=case.path) as app:
        await expect(app.card(case.name)).to_be_visible()
        await app.page.get_by_role("button", name="Pause live").click()
        await _moved_by_another(stack, case, case.stage, case.further)
        await expect(app.page.get_by_role("button", name="changes waiting")).to_be_visible()
        await app.move_by_menu(case.name, case.next["name"])
        conflict = app.card(case.name)
        await expect(conflict.get_by_text("Conflict")).to_be_visible()
        await expect(conflict.get_by_text(f"moved to {case.further['name']} meanwhile")).to_be_visible()
        assert await _stage_of(stack, case) == case.further["name"]
        await conflict.get_by_role("button", name=f"Move to {case.next['name']} anyway").click()
        await app.moved_to(case.name, case.next["name"])
    assert await _stage_of(stack, case) == case.next["name"]


async def _standing(stack: Stack, case: Case) -> dict[str, Any]:
    """How the application is, and what became of it, as those who see it are shown it."""
    query = (
        "query($id: ID!) { application(id: $id) { status closeReason sync { state refusedAction }"
        " history { kind actor { email } } } }"
    )
    found: dict[str, Any] = (await stack.data(query, id=case.application))["application"]
    return found


async def _status_in_ats(stack: Stack, case: Case, status: str) -> None:
    application = await _ref(stack, "application", case.application)

    async def reached() -> bool:
        [there] = await stack.ats("GET", f"applications?ids={application}")
        return bool(there["status"] == status)

    await eventually(reached, within=30, what=f"{status} in the ATS")


async def _reasons(stack: Stack, closed_by: str) -> list[str]:
    reasons = (await stack.data("{ closeReasons { name closedBy } }", role="recruiter"))["closeReasons"]
    return [reason["name"] for reason in reasons if reason["closedBy"] == closed_by]


async def test_who_is_rejected_by_keys_leaves_both_boards_and_comes_back_with_undo(
    browser: Browser, stack: Stack
) -> None:
    case, reasons = await _case(stack), await _reasons(stack, "ORGANISATION")
    async with (
        signed_in(browser, stack, "recruiter", path=case.path) as app,
        signed_in(browser, stack, "coordinator", path=case.path) as other,
    ):
        await expect(other.card(case.name)).to_be_visible()
        await app.card(case.name).get_by_role("link", name=case.name).focus()
        await app.page.keyboard.press("d")
        dialog = app.page.get_by_role("dialog", name="End the application")
        await expect(dialog.get_by_role("radio").first).to_be_focused()
        # Without a reason nothing is sent.
        await app.page.keyboard.press("Enter")
        await expect(dialog.get_by_role("alert")).to_have_text("Choose why.")
        await app.page.keyboard.press("ArrowDown")
        await expect(dialog.get_by_role("radio", name=reasons[1])).to_be_checked()
        await dialog.get_by_label("Note").fill("Not this time")
        await app.page.keyboard.press("Control+Enter")
        await expect(dialog).to_have_count(0)
        for screen in (app, other):
            await expect(screen.card(case.name)).to_have_count(0)
        await expect(app.page.get_by_text(f"is rejected: {reasons[1]}")).to_be_visible()
        await _status_in_ats(stack, case, "rejected")
        assert (await _standing(stack, case))["closeReason"] == reasons[1]
        await app.page.get_by_role("button", name="Undo").click()
        for screen in (app, other):
            await expect(screen.column(case.stage["name"]).get_by_role("link", name=case.name)).to_be_visible()
        await _status_in_ats(stack, case, "active")
        await _synced(stack, case, "SYNCED")
    history = (await _standing(stack, case))["history"]
    assert [entry["kind"] for entry in history[-2:]] == ["REJECTED", "REOPENED"]
    assert {entry["actor"]["email"] for entry in history[-2:]} == {stack.emails["recruiter"][0]}


async def test_of_two_who_reject_and_move_one_card_each_is_told_what_the_other_did(
    browser: Browser, stack: Stack
) -> None:
    case, [reason, *_] = await _case(stack), await _reasons(stack, "ORGANISATION")
    async with (
        signed_in(browser, stack, "recruiter", path=case.path) as rejecting,
        signed_in(browser, stack, "coordinator", path=case.path) as moving,
    ):
        for app in (rejecting, moving):
            await expect(app.card(case.name)).to_be_visible()
            await app.page.get_by_role("button", name="Pause live").click()
        await moving.move_by_menu(case.name, case.next["name"])
        await moving.moved_to(case.name, case.next["name"])
        await rejecting.end_by_menu(case.name, reason)
        conflict = rejecting.card(case.name)
        await expect(conflict.get_by_text("Conflict")).to_be_visible()
        await expect(conflict.get_by_text(f"moved this to {case.next['name']}")).to_be_visible()
        assert (await _standing(stack, case))["status"] == "ACTIVE"
        await conflict.get_by_role("button", name="End it anyway…").click()
        await rejecting.choose_reason(reason)
        await expect(rejecting.card(case.name)).to_have_count(0)
        await expect(rejecting.page.get_by_text(f"is rejected: {reason}")).to_be_visible()
        # The other one still sees it, and is told that it is closed.
        await moving.end_by_menu(case.name, reason)
        await expect(moving.card(case.name)).to_have_count(0)
        await expect(moving.page.get_by_role("alert").filter(has_text="was closed meanwhile, by")).to_be_visible()
    history = (await _standing(stack, case))["history"]
    assert [entry["kind"] for entry in history[-2:]] == ["MOVED", "REJECTED"]
    await _status_in_ats(stack, case, "rejected")


async def test_a_lost_answer_to_a_rejection_is_asked_for_again_and_it_happens_once(
    browser: Browser, stack: Stack
) -> None:
    case, [reason, *_] = await _case(stack), await _reasons(stack, "PERSON")
    lost = 0

    async def lose_one(route: Route) -> None:
        nonlocal lost
        if "WithdrawApplication" in (route.request.post_data or "") and lost == 0:
            lost += 1
            await lose_the_answer(route)
        else:
            await route.continue_()

    async with signed_in(
        browser, stack, "recruiter", path=case.path, width=PHONE, tolerated=("ERR_CONNECTION_RESET",)
    ) as app:
        await app.page.get_by_role("tab", name=case.stage["name"]).tap()
        await expect(app.card(case.name)).to_be_visible()
        await app.page.route("**/graphql", lose_one)
        await app.card(case.name).get_by_role("button", name=f"Move {case.name}").tap()
        await app.page.get_by_role("menuitem", name="Reject or withdraw…").tap()
        await app.page.get_by_role("button", name="They withdrew").tap()
        assert await app.page.evaluate("document.documentElement.scrollWidth") <= PHONE
        await app.choose_reason(reason)
        await expect(app.card(case.name)).to_have_count(0)
        await expect(app.page.get_by_text(f"withdrew: {reason}")).to_be_visible()
    standing = await _standing(stack, case)
    assert (lost, standing["status"], standing["closeReason"]) == (1, "WITHDRAWN", reason)
    assert [entry["kind"] for entry in standing["history"]].count("WITHDRAWN") == 1


async def test_what_the_ats_refuses_comes_back_and_says_so(browser: Browser, stack: Stack) -> None:
    case, [reason, other, *_] = await _case(stack, mine=True), await _reasons(stack, "ORGANISATION")
    await stack.rows("pipeline", "UPDATE rejection_reason SET external_id = '999' WHERE name = $1", reason)
    async with signed_in(browser, stack, "recruiter", path=case.path) as app:
        await app.end_by_menu(case.name, reason)
        card = app.card(case.name)
        await expect(card.get_by_text("ATS refused", exact=True)).to_be_visible()
        await expect(card.get_by_text("The ATS refused the rejection")).to_be_visible()
        await expect(card.get_by_text("rejection_reason_id 999 does not exist.")).to_be_visible()
        await card.get_by_role("link", name=case.name).click()
        refused = app.page.get_by_role("region", name="The ATS refused it")
        await refused.get_by_role("button", name="Leave it").click()
        await expect(refused).to_have_count(0)
        await expect(card.get_by_text("ATS refused", exact=True)).to_have_count(0)
        assert (await _standing(stack, case))["sync"] == {"state": "SYNCED", "refusedAction": None}
        drawer = app.page.get_by_role("complementary", name="Candidate")
        await drawer.get_by_role("button", name="End…").click()
        await app.choose_reason(other)
        await expect(drawer.get_by_role("button", name="Reopen")).to_be_visible()
        await expect(card).to_have_count(0)
        await _status_in_ats(stack, case, "rejected")
        await drawer.get_by_role("button", name="Reopen").click()
        await expect(app.column(case.stage["name"]).get_by_role("link", name=case.name)).to_be_visible()
    await _status_in_ats(stack, case, "active")


async def test_our_stage_is_kept_on_the_card_and_both_screens_and_the_ats_agree(browser: Browser, stack: Stack) -> None:
    case = await _disputed(stack)
    async with (
        signed_in(browser, stack, "recruiter", path=case.path) as keeper,
        signed_in(browser, stack, "coordinator", path=case.path) as other,
    ):
        for app in (keeper, other):
            await _shows_disagreement(app, case, case.further)
        card = keeper.card(case.name)
        await expect(card.get_by_text("It says:")).to_be_visible()
        assert await keeper.axe() == []
        await card.get_by_role("button", name=f"Keep ours ({case.next['name']})").click()
        await expect(
            keeper.page.get_by_role("status").filter(has_text=f"{case.name} stays in {case.next['name']}")
        ).to_be_attached()
        for app in (keeper, other):
            await _agrees(app, case, case.next)
        await keeper.card(case.name).get_by_role("link", name=case.name).click()
        feed = keeper.page.get_by_role("complementary", name="Candidate")
        await expect(
            feed.get_by_text(f"kept them in {case.next['name']}, against {case.further['name']}")
        ).to_be_visible()
    assert await _stage_in_ats(stack, case) == await _ref(stack, "job_stage", case.next["id"])


async def test_from_today_on_a_phone_the_ats_stage_is_taken_and_everybody_agrees(
    browser: Browser, stack: Stack
) -> None:
    case = await _disputed(stack)
    async with (
        signed_in(browser, stack, "recruiter", path="/today", width=PHONE, theme="dark") as taker,
        signed_in(browser, stack, "coordinator", path=case.path) as other,
    ):
        await _shows_disagreement(other, case, case.further)
        # Their flags have rows of their own.
        row = taker.page.locator("[data-row]").filter(has_text=case.name).filter(has_text="ATS disagrees")
        await expect(row).to_contain_text(f"ATS disagrees: {case.further['name']} there, {case.next['name']} here")
        await row.get_by_role("link", name="Compare").tap()
        there = taker.page.get_by_role("region", name="The ATS disagrees")
        await expect(there.get_by_text("It says:")).to_be_visible()
        await expect(there.get_by_role("button", name=f"Keep ours: {case.next['name']}")).to_be_visible()
        assert await taker.axe() == []
        assert await taker.page.evaluate("document.documentElement.scrollWidth") <= PHONE
        await there.get_by_role("button", name=f"Take the ATS’s: {case.further['name']}").tap()
        await expect(there).to_have_count(0)
        await expect(taker.page.get_by_text(re.compile("^(In the ATS$|In sync, )"))).to_be_visible()
        await _agrees(other, case, case.further)
    assert await _stage_of(stack, case) == case.further["name"]
    assert await _stage_in_ats(stack, case) == await _ref(stack, "job_stage", case.further["id"])


async def test_a_disagreement_is_settled_by_keys_as_it_is_now_not_as_it_was(browser: Browser, stack: Stack) -> None:
    case = await _disputed(stack)
    async with signed_in(browser, stack, "recruiter", path=case.path) as app:
        await _shows_disagreement(app, case, case.further)
        await app.page.get_by_role("button", name="Pause live").click()
        await _moved_in_ats(stack, case, case.further, case.stage)
        await _synced(stack, case, "CONFLICTED", case.stage)
        await app.page.get_by_role("link", name=case.name, exact=True).focus()
        await app.page.keyboard.press("Tab")
        keep = app.card(case.name).get_by_role("button", name="Keep ours")
        await expect(keep).to_be_focused()
        await app.page.keyboard.press("Enter")
        # Nothing was decided about what was not seen: both stages of now are shown, and why.
        await expect(app.card(case.name).get_by_text("The ATS moved it on meanwhile")).to_be_visible()
        await _shows_disagreement(app, case, case.stage)
        await expect(app.page.get_by_role("link", name=case.name, exact=True)).to_be_focused()
        await app.page.keyboard.press("Tab")
        await app.page.keyboard.press("Enter")
        await app.page.get_by_role("button", name="Go on").click()
        await _agrees(app, case, case.next)
    assert await _stage_in_ats(stack, case) == await _ref(stack, "job_stage", case.next["id"])


async def test_who_settles_what_a_colleague_has_settled_is_told_on_the_card(browser: Browser, stack: Stack) -> None:
    case = await _disputed(stack)
    async with signed_in(browser, stack, "recruiter", path=case.path) as app:
        await _shows_disagreement(app, case, case.further)
        await app.page.get_by_role("button", name="Pause live").click()
        await _moved_by_another(stack, case, case.next, case.next)
        await app.card(case.name).get_by_role("button", name="Take the ATS’s").click()
        conflict = app.card(case.name)
        await expect(conflict.get_by_text(f"It was left in {case.next['name']} meanwhile")).to_be_visible()
        await conflict.get_by_role("button", name="Leave").click()
        await app.page.get_by_role("button", name="Go on").click()
        await _agrees(app, case, case.next)
    assert await _stage_in_ats(stack, case) == await _ref(stack, "job_stage", case.next["id"])


async def test_our_stage_is_kept_on_the_persons_own_page(browser: Browser, stack: Stack) -> None:
    case = await _disputed(stack)
    query = "query($id: ID!) { application(id: $id) { person { id } } }"
    person = (await stack.data(query, id=case.application))["application"]["person"]["id"]
    async with signed_in(browser, stack, "recruiter", path=f"/people/{person}?application={case.application}") as app:
        there = app.page.get_by_role("region", name="The ATS disagrees")
        await there.get_by_role("button", name=f"Keep ours: {case.next['name']}").click()
        await expect(app.page.get_by_text(f"{case.name} stays in {case.next['name']}").first).to_be_attached()
        await expect(there).to_have_count(0)
        await _synced(stack, case, "SYNCED")
    assert await _stage_in_ats(stack, case) == await _ref(stack, "job_stage", case.next["id"])


async def test_a_persons_own_page_shows_where_they_are_moved_and_when_the_ats_has_it(
    browser: Browser, stack: Stack
) -> None:
    case = await _case(stack, mine=True)
    query = "query($id: ID!) { application(id: $id) { person { id } } }"
    person = (await stack.data(query, id=case.application))["application"]["person"]["id"]
    # Not on the activity, which is followed live for itself.
    path = f"/people/{person}?application={case.application}&tab=profile"
    async with signed_in(browser, stack, "recruiter", path=path) as app:
        main = app.page.get_by_role("main")
        await expect(main.get_by_text(f"Active · {case.stage['name']}")).to_be_visible()
        await stack.control("faults", outage_seconds=600)
        await _moved_by_another(stack, case, case.stage, case.next)
        await expect(main.get_by_text(f"Active · {case.next['name']}")).to_be_visible()
        await expect(main.get_by_text("Not yet in ATS")).to_be_visible()
        await stack.control("faults", outage_seconds=0)
        await expect(main.get_by_text(re.compile("^(In the ATS$|In sync, )"))).to_be_visible()
    assert await _stage_in_ats(stack, case) == await _ref(stack, "job_stage", case.next["id"])


async def test_a_lost_answer_is_repeated_and_the_card_moves_once(browser: Browser, stack: Stack) -> None:
    case = await _case(stack)
    lost = 0

    async def lose_one_move(route: Route) -> None:
        nonlocal lost
        if "MoveApplication" in (route.request.post_data or "") and lost == 0:
            lost += 1
            await lose_the_answer(route)
        else:
            await route.continue_()

    async with signed_in(browser, stack, "recruiter", path=case.path, tolerated=("ERR_CONNECTION_RESET",)) as app:
        await expect(app.card(case.name)).to_be_visible()
        await app.page.route("**/graphql", lose_one_move)
        await app.move_by_menu(case.name, case.next["name"])
        await app.moved_to(case.name, case.next["name"])
    query = "query($id: ID!) { application(id: $id) { history { kind toStage { name } } } }"
    history = (await stack.data(query, id=case.application))["application"]["history"]
    assert lost == 1
    assert history.count({"kind": "MOVED", "toStage": {"name": case.next["name"]}}) == 1


async def test_300_changes_while_the_gateway_was_away_leave_what_a_fresh_load_shows(
    browser: Browser, stack: Stack
) -> None:
    case = await _case(stack, among_most=True)
    async with signed_in(browser, stack, "recruiter", path=case.path, tolerated=_RESTARTED) as app:
        await expect(app.page.get_by_text("Live", exact=True)).to_be_visible()
        await app.page.set_viewport_size({"width": DESKTOP, "height": 400})
        link = app.page.get_by_role("link", name=case.name, exact=True)
        await link.focus()
        scroller = app.column(case.stage["name"]).locator("> div")
        scrolled = await scroller.evaluate("cards => { cards.scrollTop = 60; return cards.scrollTop; }")
        first = stack.programs["gateway"]
        async with stack.another("gateway") as other:
            await asyncio.to_thread(first.terminate)
            stack.programs["gateway"] = other
            await _move_about(stack, case, moves=300)
        await stack.start("gateway")
        await expect(app.page.get_by_text("Live", exact=True)).to_be_visible()
        # It is low: only a part of each column is drawn, and scrolled.
        await expect(link).to_be_focused()
        async with tab_of(app.page.context, stack) as fresh:
            await fresh.open(case.path)
            expected = await _in_full(fresh)

            async def agrees() -> bool:
                return all(
                    heading == expected[stage][0] and set(cards) <= set(expected[stage][1])
                    for stage, (heading, cards) in (await _drawn(app)).items()
                )

            await eventually(agrees, within=PATIENCE / 1000, what="the board that a fresh load shows")
        await expect(link).to_be_focused()
        assert await scroller.evaluate("cards => cards.scrollTop") == scrolled
        # Cards that came meanwhile stand as they came, until one sorts them again: one button does so for all columns.
        again = app.page.get_by_role("button", name="Sort again")
        if await again.count():
            await again.first.click()
            await expect(again).to_have_count(0)
        assert await _in_full(app) == expected


async def _move_about(stack: Stack, case: Case, *, moves: int) -> None:
    """Move the cards of the job's other columns to and fro."""
    job = (await stack.data(_BOARD, id=case.job))["job"]
    columns = [c for c in job["board"]["columns"] if c["stage"]["active"] and c["stage"]["id"] != case.stage["id"]]
    cards = [(card["applicationId"], at) for at, c in enumerate(columns) for card in c["cards"]["nodes"]]

    async def walk(card: str, at: int, steps: int) -> None:
        for step in range(at, at + steps):
            frm, to = (columns[place % len(columns)]["stage"]["id"] for place in (step, step + 1))
            given = {"applicationId": card, "fromStageId": frm, "toStageId": to}
            moved = await stack.data(_MOVE, role="coordinator", input=given)
            assert moved["moveApplication"]["__typename"] == "MoveApplicationSuccess"

    await asyncio.gather(*(walk(card, at, -(-moves // len(cards))) for card, at in cards))


async def _drawn(app: App) -> dict[str, list[Any]]:
    """By stage, the heading with the count, and the cards that are in the document."""
    drawn: dict[str, list[Any]] = await app.page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('[data-stage]')].map((column) => [
          column.dataset.stage,
          [
            column.querySelector('h2').textContent,
            [...column.querySelectorAll('[data-card]')].map((card) => card.dataset.card),
          ],
        ]))"""
    )
    return drawn


async def _in_full(app: App) -> dict[str, list[Any]]:
    """The same with every card, in the order that the rule gives."""
    await app.page.set_viewport_size({"width": DESKTOP, "height": 8_000})
    await expect(app.page.locator("[data-card]").first).to_be_visible()
    again = app.page.get_by_role("button", name="Sort again")
    while await again.count():
        await again.first.click()
    counts = {stage: int(heading.rsplit(maxsplit=1)[-1]) for stage, (heading, _) in (await _drawn(app)).items()}
    await expect(app.page.locator("[data-card]")).to_have_count(sum(counts.values()))
    return await _drawn(app)


async def test_a_socket_through_which_nothing_comes_any_more_is_given_up(browser: Browser, stack: Stack) -> None:
    case = await _case(stack)
    dead = False

    async def through(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        # A network that has gone closes nothing: what is sent is lost, both ways. The next socket has another way.
        lasts = dead
        socket.on_message(lambda message: server.send(message) if lasts or not dead else None)
        server.on_message(lambda message: socket.send(message) if lasts or not dead else None)

    async with signed_in(browser, stack, "recruiter", path=case.path) as app:
        await app.page.route_web_socket("**/graphql", through)
        await app.page.clock.install()
        await app.page.reload()
        await expect(app.page.get_by_text("Live", exact=True)).to_be_visible()
        await expect(app.card(case.name)).to_be_visible()
        dead = True
        await _moved_by_another(stack, case, case.stage, case.further)
        await app.page.clock.fast_forward("00:21")
        await app.page.clock.fast_forward("00:11")
        await app.page.clock.fast_forward("00:01")
        await app.moved_to(case.name, case.further["name"])


async def test_moving_a_filtered_card_moves_no_other_and_keeps_the_filter(browser: Browser, stack: Stack) -> None:
    case = await _case(stack)
    async with signed_in(browser, stack, "recruiter", path=case.path) as app:
        await expect(app.card(case.name)).to_be_visible()
        before = {stage: await _count(app, stage) for stage in (case.stage["name"], case.next["name"])}
        await app.page.get_by_role("searchbox", name="Filter the cards").fill(case.name)
        await expect(app.page.locator("[data-card]")).to_have_count(1)
        await app.move_by_menu(case.name, case.next["name"])
        await app.moved_to(case.name, case.next["name"])
        assert await _count(app, case.stage["name"]) == before[case.stage["name"]] - 1
        assert await _count(app, case.next["name"]) == before[case.next["name"]] + 1
        assert "q=" in app.page.url
        await app.page.reload()
        await expect(app.page.locator("[data-card]")).to_have_count(1)


_LISTED = 60


_FOUND = """
query($id: ID!, $text: String) { board(jobId: $id, filter: {text: $text}) {
  columns { found } job { activeApplications } } }
"""


async def _full(stack: Stack, last_name: str) -> tuple[str, int]:
    """A job for which many of this name have applied, with how many applications of it are active."""
    job = (await stack.data(_BOARDS, role="recruiter"))["jobs"]["nodes"][-1]["id"]
    ref = await _ref(stack, "job", job)
    for number in range(_LISTED):
        person = {"first_name": f"Number {number:02}", "last_name": last_name}
        await stack.control("changes", change="apply", job_id=ref, **person)

    async def all_there() -> int | None:
        board = (await stack.data(_FOUND, role="recruiter", id=job, text=last_name))["board"]
        found = sum(column["found"] for column in board["columns"])
        return int(board["job"]["activeApplications"]) if found == _LISTED else None

    return job, await eventually(all_there, within=2 * PATIENCE / 1000, what="everybody who applied")


async def test_a_long_list_has_few_rows_in_the_document_and_keys_and_filter_reach_all(
    browser: Browser, stack: Stack
) -> None:
    job, total = await _full(stack, "Listed")
    async with signed_in(browser, stack, "recruiter", path=f"/jobs/{job}/board?view=list") as app:
        await app.page.set_viewport_size({"width": DESKTOP, "height": 400})
        table, rows = app.page.get_by_role("table"), app.page.locator("[data-row]")
        await expect(table).to_have_attribute("aria-rowcount", str(total + 1))
        views = app.page.get_by_role("navigation", name="View").locator("[aria-current=page]")
        await expect(views).to_have_text(["List"])

        async def place() -> int:
            return int(await app.page.evaluate("document.activeElement.closest('tr').ariaRowIndex"))

        await table.get_by_role("button", name="Person").click()
        await rows.first.get_by_role("link").focus()
        assert await place() == 2
        for key, expected in (("ArrowDown", 3), ("End", total + 1), ("ArrowUp", total), ("Tab", total + 1)):
            await app.page.keyboard.press(key)
            focused = app.page.locator(f"[aria-rowindex='{expected}'] a")
            await expect(focused).to_be_focused()
            await expect(focused).to_be_in_viewport(ratio=1)
        assert await rows.count() < total - 10
        name = await focused.inner_text()

        # However far one scrolls, the row with the focus is there, and so is the one before it.
        await table.evaluate("table => { table.parentElement.scrollTop = 0; }")
        await expect(app.page.locator("[aria-rowindex='2']")).to_be_in_viewport(ratio=1)
        await expect(focused).to_be_focused()
        assert await rows.count() < total - 10
        assert await app.axe() == []
        await app.page.keyboard.press("Shift+Tab")
        await expect(app.page.locator(f"[aria-rowindex='{total}'] a")).to_be_focused()

        await app.page.keyboard.press("Enter")
        await expect(
            app.page.get_by_role("complementary", name="Candidate").get_by_role("heading").first
        ).to_be_focused()
        await table.evaluate("table => { table.parentElement.scrollTop = 0; }")
        await expect(app.page.locator("[aria-rowindex='2']")).to_be_in_viewport()
        await app.page.keyboard.press("Escape")
        await expect(app.page.locator(f"[aria-rowindex='{total}'] a")).to_be_focused()

        await app.page.get_by_role("searchbox", name="Filter the cards").fill(name)
        await expect(rows.get_by_role("link", name=name, exact=True)).to_be_visible()

        async def narrowed() -> bool:
            counted = int(await table.get_attribute("aria-rowcount") or 0)
            return counted == await rows.count() + 1 and counted < total + 1

        # The row was there before the others went.
        await eventually(narrowed, within=PATIENCE / 1000, what="the list of what the filter leaves")


async def test_a_filter_finds_cards_that_are_not_loaded_and_says_what_each_choice_would_leave(
    browser: Browser, stack: Stack
) -> None:
    job, _ = await _full(stack, "Filtered")
    async with signed_in(browser, stack, "recruiter", path=f"/jobs/{job}/board") as app:
        first = app.page.locator("[data-stage]").first
        # Who came last is on no page that is loaded: there are more than 50 before them.
        search = app.page.get_by_role("searchbox", name="Filter the cards")
        await search.fill(f"filtered {_LISTED - 1}")
        await expect(app.page.locator("[data-card]")).to_have_count(1)
        await expect(first).to_contain_text("1 of")
        await search.fill("filtered")
        await app.page.get_by_role("button", name="Last activity").click()
        choice = app.page.get_by_role("menuitemradio", name="7 days ago or longer")
        await expect(choice).to_contain_text("0")
        await choice.click()
        await expect(app.page.get_by_role("button", name="Last activity: 7 days")).to_be_visible()
        await expect(app.page.locator("[data-card]")).to_have_count(0)
        assert "quiet=7" in app.page.url
        await app.page.reload()
        await expect(app.page.get_by_text("None fits the filter").first).to_be_visible()
        assert await app.axe() == []
        await app.page.get_by_role("button", name="Clear filters").click()
        await expect(app.page.locator("[data-card]").nth(8)).to_be_visible()
        # Every card has a way to be chosen by what it shows.
        for menu in ("Source", "Looked after by", "Flag"):
            await app.page.get_by_role("button", name=menu, exact=True).click()
            await expect(app.page.get_by_role("menuitemradio").nth(1)).to_be_visible()
            await app.page.get_by_role("menuitemradio").nth(1).click()
            await expect(app.page.get_by_text(re.compile(r"^\d+ of \d+ shown$")).first).to_be_visible()
            await expect(app.page.locator("[data-card]").first).to_be_visible()
            await app.page.get_by_role("button", name="Clear filters").click()
        order = app.page.get_by_role("button", name="Order: ")
        await order.click()
        await app.page.get_by_role("menuitemradio", name="Longest in the stage first").click()
        await expect(order).to_contain_text("longest here first")
        days = [int(text.split()[0]) for text in await first.locator("[data-card] > :nth-child(2)").all_inner_texts()]
        assert days == sorted(days, reverse=True)


async def test_who_may_only_look_is_shown_no_moves(browser: Browser, stack: Stack) -> None:
    case = await _case(stack)
    async with signed_in(browser, stack, "executive", path=case.path) as app:
        await expect(app.card(case.name)).to_be_visible()
        await expect(app.page.get_by_role("button", name="Move ")).to_have_count(0)


async def test_on_a_phone_a_card_is_moved_by_two_taps(browser: Browser, stack: Stack) -> None:
    case = await _case(stack)
    async with signed_in(browser, stack, "recruiter", path=case.path, width=PHONE) as app:
        await app.page.get_by_role("tab", name=case.stage["name"]).tap()
        await app.card(case.name).get_by_role("button", name=f"Move {case.name}").tap()
        await app.page.get_by_role("menuitem", name=case.next["name"]).tap()
        await expect(app.card(case.name)).to_have_count(0)
        await app.page.get_by_role("tab", name=case.next["name"]).tap()
        await app.moved_to(case.name, case.next["name"])
        assert await app.page.evaluate("document.documentElement.scrollWidth") <= PHONE


async def test_without_a_network_the_page_says_so_and_goes_on_by_itself(browser: Browser, stack: Stack) -> None:
    case = await _case(stack)
    tolerated = ("ERR_", "WebSocket")
    async with signed_in(
        browser, stack, "recruiter", path=f"{case.path}?stage={case.stage['id']}", width=PHONE, tolerated=tolerated
    ) as app:
        await expect(app.column(case.stage["name"])).to_be_visible()
        strip = app.page.get_by_role("status").filter(has_text="Not connected")
        await app.page.context.set_offline(True)
        await expect(strip).to_be_visible()
        await expect(app.column(case.stage["name"])).to_be_visible()
        assert await app.page.evaluate("document.documentElement.scrollWidth") <= PHONE
        await app.page.context.set_offline(False)
        await expect(strip).to_have_count(0)
        await _moved_by_another(stack, case, case.stage, case.next)
        await expect(app.card(case.name)).to_have_count(0)  # of the columns, a phone shows the one it was in


async def test_a_job_that_one_may_not_see_looks_as_if_it_did_not_exist(browser: Browser, stack: Stack) -> None:
    theirs = {job["id"] for job in (await stack.data(_BOARDS, role="hiring_manager", number=1))["jobs"]["nodes"]}
    foreign = next(j["id"] for j in (await stack.data(_BOARDS))["jobs"]["nodes"] if j["id"] not in theirs)
    async with signed_in(browser, stack, "hiring_manager", 1, path=f"/jobs/{foreign}/board") as app:
        await expect(app.page.get_by_text("There is no such job")).to_be_visible()
        await app.open("/jobs/nonsense/board")
        await expect(app.page.get_by_text("There is no such job")).to_be_visible()


_NAMED = """
query($id: ID!, $text: String) { board(jobId: $id, filter: {text: $text}) { columns { stage { id name acceptsMoves }
  cards(first: 100) { nodes { applicationId personName } } } } }
"""
_REJECT = "mutation($input: RejectApplicationInput!) { rejectApplication(input: $input) { __typename } }"
_KINDS = """
SELECT t.kind, count(*) AS times FROM transition t WHERE t.application_id = ANY($1::uuid[]) AND t.kind <> 'received'
GROUP BY t.kind ORDER BY t.kind
"""


async def _applied(stack: Stack, last_name: str) -> tuple[str, dict[str, str], list[dict[str, Any]]]:
    """A job for which many of this name have applied: their applications by name, and the stages one can move to."""
    job, _ = await _full(stack, last_name)
    columns = (await stack.data(_NAMED, role="recruiter", id=job, text=last_name))["board"]["columns"]
    cards = {card["personName"]: card["applicationId"] for c in columns for card in c["cards"]["nodes"]}
    assert len(cards) == _LISTED
    return job, cards, [c["stage"] for c in columns if c["stage"]["acceptsMoves"]]


async def _happened(stack: Stack, applications: Iterable[str]) -> dict[str, int]:
    """How often what has happened to these applications since they came."""
    uuids = [parse_id(application, "")[1] for application in applications]
    return {row["kind"]: row["times"] for row in await stack.rows("pipeline", _KINDS, uuids)}


async def test_of_sixty_who_are_rejected_together_three_are_told_apart_and_the_others_are_taken_back(
    browser: Browser, stack: Stack
) -> None:
    job, cards, stages = await _applied(stack, "Together")
    reasons = (await stack.data("{ closeReasons { id name closedBy } }", role="recruiter"))["closeReasons"]
    # Not the first: that is the one which another test has the ATS refuse.
    reason = [each for each in reasons if each["closedBy"] == "ORGANISATION"][-1]
    two, closed = [f"Number {number:02} Together" for number in (3, 17)], "Number 41 Together"
    others = [id_ for name, id_ in cards.items() if name not in (*two, closed)]
    async with (
        signed_in(browser, stack, "recruiter", path=f"/jobs/{job}/board?view=list&q=Together") as app,
        signed_in(browser, stack, "coordinator", path=f"/jobs/{job}/board?view=list&q=Together") as watching,
    ):
        table, rows = (each.page.get_by_role("table", name="active applications") for each in (app, watching))
        for shown in (table, rows):
            await expect(shown).to_have_attribute("aria-rowcount", str(_LISTED + 1))
        await app.page.get_by_role("button", name="Pause live").click()
        await table.get_by_role("button", name="Person").click()
        await app.page.locator("[aria-rowindex='2'] a").focus()
        await app.page.keyboard.press("x")
        bar = app.page.get_by_role("region", name="Chosen cards")
        await expect(bar.get_by_text("1 chosen")).to_be_visible()
        await app.page.keyboard.press("End")
        await expect(app.page.locator(f"[aria-rowindex='{_LISTED + 1}'] a")).to_be_focused()
        await app.page.keyboard.press("X")
        await expect(bar.get_by_text(f"{_LISTED} chosen")).to_be_visible()
        assert await app.axe() == []

        for name in two:
            given = {"applicationId": cards[name], "fromStageId": stages[0]["id"], "toStageId": stages[1]["id"]}
            moved = await stack.data(_MOVE, role="coordinator", input=given)
            assert moved["moveApplication"]["__typename"] == "MoveApplicationSuccess"
        given = {"applicationId": cards[closed], "stageId": stages[0]["id"], "reasonId": reason["id"]}
        rejected = await stack.data(_REJECT, role="coordinator", input=given)
        assert rejected["rejectApplication"]["__typename"] == "ApplicationChanged"
        query = "query($id: ID!) { application(id: $id) { status sync { state reason } } }"

        async def in_the_ats() -> bool:
            found = (await stack.data(query, id=cards[closed]))["application"]
            assert found["status"] == "REJECTED", found
            return bool(found["sync"]["state"] == "SYNCED")

        await eventually(in_the_ats, within=30, what="the colleague's rejection in the ATS")
        await bar.get_by_role("button", name="Reject or withdraw…").click()
        dialog = app.page.get_by_role("dialog", name=f"End {_LISTED} applications")
        await dialog.get_by_role("radio", name=reason["name"], exact=True).check()
        await dialog.get_by_role("button", name="Reject", exact=True).click()
        await expect(bar.get_by_text("57 rejected, 3 not done: somebody was faster")).to_be_visible()
        for name in two:
            row = bar.get_by_role("row", name=name)
            await expect(row.get_by_text(f"Now in {stages[1]['name']}, by")).to_be_visible()
        await expect(bar.get_by_role("row", name=closed).get_by_text("Rejected, by")).to_be_visible()
        assert await app.axe() == []
        await app.page.get_by_role("button", name="Go on").click()
        for shown in (table, rows):
            await expect(shown).to_have_attribute("aria-rowcount", "3")
        assert await _happened(stack, others) == {"rejected": 57}

        await bar.get_by_role("button", name="Undo").click()
        await expect(bar.get_by_text("57 reopened")).to_be_visible()
        for shown in (table, rows):
            await expect(shown).to_have_attribute("aria-rowcount", str(_LISTED))
        await app.page.keyboard.press("Escape")
        await expect(bar).to_have_count(0)
    assert await _happened(stack, others) == {"rejected": 57, "reopened": 57}
    assert await _happened(stack, [cards[name] for name in (*two, closed)]) == {"moved": 2, "rejected": 1}


async def test_cards_that_are_chosen_by_clicks_are_moved_together_and_the_refused_one_is_tried_again(
    browser: Browser, stack: Stack
) -> None:
    job, cards, stages = await _applied(stack, "Chosen")
    async with signed_in(browser, stack, "recruiter", path=f"/jobs/{job}/board?q=Chosen") as app:
        column = app.column(stages[0]["name"])
        names = [await column.locator("[data-card] a").nth(at).inner_text() for at in range(4)]
        await app.page.get_by_role("button", name="Pause live").click()
        await app.card(names[0]).hover()
        await app.card(names[0]).get_by_role("checkbox", name=f"Choose {names[0]}").click()
        await app.card(names[3]).get_by_role("checkbox").click(modifiers=["Shift"])
        await app.card(names[2]).get_by_role("checkbox").click()
        bar = app.page.get_by_role("region", name="Chosen cards")
        await expect(bar.get_by_text("3 chosen")).to_be_visible()
        chosen = [names[0], names[1], names[3]]
        await expect(app.page.get_by_role("checkbox", checked=True)).to_have_count(3)
        assert await app.axe() == []
        given = {"applicationId": cards[names[1]], "fromStageId": stages[0]["id"], "toStageId": stages[2]["id"]}
        await stack.data(_MOVE, role="coordinator", input=given)

        await bar.get_by_role("button", name="Move to…").click()
        await app.page.get_by_role("menuitem", name=stages[1]["name"]).click()
        await expect(bar.get_by_text("2 moved, 1 not done: somebody was faster")).to_be_visible()
        await bar.get_by_role("button", name="Try the one again").click()
        await expect(bar.get_by_text("1 moved", exact=True)).to_be_visible()
        await app.page.get_by_role("button", name="Go on").click()
        for name in chosen:
            await app.moved_to(name, stages[1]["name"])
        await bar.get_by_role("button", name="Undo").click()
        await expect(bar.get_by_text("1 moved back")).to_be_visible()
        await app.moved_to(names[1], stages[2]["name"])
        await bar.get_by_role("button", name="Close").click()
        await expect(bar).to_have_count(0)
    assert await _happened(stack, [cards[name] for name in chosen]) == {"moved": 5}
