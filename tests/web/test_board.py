"""A board in the browser: two people and one card, lost answers, restarts; by mouse, by keys, by clicks alone."""

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.async_api import Browser, Route, expect

from rapport.testing.stack import Stack
from tests.support.web import PHONE, App, lose_the_answer, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMPANY = 400
SETTINGS = {"ATS_POLL_SECONDS": "1"}

_BOARDS = """
{ jobs(status: OPEN, first: 10) { nodes { id title board { columns { stage { id name active } cards(first: 50) {
  nodes { applicationId personName } } } } } } }
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


async def _case(stack: Stack) -> Case:
    for job in (await stack.data(_BOARDS))["jobs"]["nodes"]:
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


async def _stage_of(stack: Stack, case: Case) -> str:
    query = "query($id: ID!) { application(id: $id) { stage { name } } }"
    name: str = (await stack.data(query, id=case.application))["application"]["stage"]["name"]
    return name


async def _count(app: App, stage: str) -> int:
    heading = await app.column(stage).get_by_role("heading").inner_text()
    return int(heading.rsplit(maxsplit=1)[-1])


async def test_a_move_by_clicks_alone_reaches_the_other_persons_screen(browser: Browser, stack: Stack) -> None:
    case = await _case(stack)
    async with (
        signed_in(browser, stack, "recruiter", path=case.path) as mover,
        signed_in(browser, stack, "coordinator", path=case.path) as other,
    ):
        await expect(other.card(case.name)).to_be_visible()
        before = await _count(other, case.next["name"])
        await mover.move_by_menu(case.name, case.next["name"])
        await mover.moved_to(case.name, case.next["name"])
        await other.moved_to(case.name, case.next["name"])
        assert await _count(other, case.next["name"]) == await _count(mover, case.next["name"]) == before + 1
    assert await _stage_of(stack, case) == case.next["name"]


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


async def test_after_a_restart_of_the_gateway_nothing_is_missed(browser: Browser, stack: Stack) -> None:
    case = await _case(stack)
    async with signed_in(browser, stack, "recruiter", path=case.path, tolerated=_RESTARTED) as app:
        await expect(app.page.get_by_text("Live", exact=True)).to_be_visible()
        await expect(app.card(case.name)).to_be_visible()
        stack.programs["gateway"].terminate()
        await stack.start("gateway")
        await _moved_by_another(stack, case, case.stage, case.further)
        await app.moved_to(case.name, case.further["name"])
        await expect(app.page.get_by_text("Live", exact=True)).to_be_visible()


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


async def test_a_job_that_one_may_not_see_looks_as_if_it_did_not_exist(browser: Browser, stack: Stack) -> None:
    theirs = {job["id"] for job in (await stack.data(_BOARDS, role="hiring_manager", number=1))["jobs"]["nodes"]}
    foreign = next(j["id"] for j in (await stack.data(_BOARDS))["jobs"]["nodes"] if j["id"] not in theirs)
    async with signed_in(browser, stack, "hiring_manager", 1, path=f"/jobs/{foreign}/board") as app:
        await expect(app.page.get_by_text("There is no such job")).to_be_visible()
        await app.open("/jobs/nonsense/board")
        await expect(app.page.get_by_text("There is no such job")).to_be_visible()
