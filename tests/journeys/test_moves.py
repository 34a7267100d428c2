"""A card is moved: here, in the ATS, by two people at once, and while the ATS misbehaves."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from rapport.local.waiting import eventually
from rapport.testing.stack import Stack

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETTINGS = {"ATS_POLL_SECONDS": "1", "ATS_LAG_SECONDS": "5"}

_JOBS = "query { jobs(first: 50, filter: {status: OPEN}) { nodes { id } } }"
_BOARD = """
query Board($id: ID!) { board(jobId: $id) { columns {
  stage { id name kind position } count cards(first: 200) { edges { node {
    applicationId personName stageEnteredAt sync atsStageId version } } } } } }
"""
_MOVE = """
mutation Move($input: MoveApplicationInput!) { moveApplication(input: $input) {
  __typename
  ... on MoveApplicationSuccess { application { id version stage { id name } sync { state } } }
  ... on StageConflict { reason application { id stage { id } } }
  ... on Refusal { message }
  ... on InvalidInput { problems { path message } }
} }
"""
_APPLICATION = """
query Application($id: ID!) { application(id: $id) { id status version stage { id name }
  sync { state reason atsStage { id name } }
  history { kind fromStage { id } toStage { id } actor { name } } } }
"""


class Card:
    """A card on some board with a stage before it and stages after it."""

    def __init__(self, columns: list[dict[str, Any]], at: int, card: dict[str, Any]) -> None:
        self.id = card["applicationId"]
        self.stage = columns[at]["stage"]["id"]
        self.others = [c["stage"]["id"] for c in columns if c["stage"]["id"] != self.stage]


_used: set[str] = set()


async def _boards(stack: Stack) -> AsyncIterator[list[dict[str, Any]]]:
    """The columns of one open job's board after the other's."""
    for job in (await stack.data(_JOBS))["jobs"]["nodes"]:
        columns: list[dict[str, Any]] = (await stack.data(_BOARD, id=job["id"]))["board"]["columns"]
        yield columns


async def _a_card(stack: Stack) -> Card:
    """A card that no test of this file has moved."""
    async for columns in _boards(stack):
        for at, column in enumerate(columns):
            for card in column["cards"]["edges"]:
                if card["node"]["applicationId"] not in _used and len(columns) > 3:
                    _used.add(card["node"]["applicationId"])
                    return Card(columns, at, card["node"])
    raise AssertionError("no card left")


async def _move(stack: Stack, card: Card, to: str, *, role: str = "recruiter", **more: str) -> dict[str, Any]:
    given = {"applicationId": card.id, "fromStageId": more.pop("frm", card.stage), "toStageId": to} | more
    result: dict[str, Any] = (await stack.data(_MOVE, role=role, input=given))["moveApplication"]
    return result


async def _application(stack: Stack, card: Card) -> dict[str, Any]:
    found: dict[str, Any] = (await stack.data(_APPLICATION, id=card.id))["application"]
    return found


async def _wait_for_sync(stack: Stack, card: Card, state: str) -> dict[str, Any]:
    async def reached() -> dict[str, Any] | None:
        found = await _application(stack, card)
        return found if found["sync"]["state"] == state else None

    return await eventually(reached, within=60, what=f"sync {state}")


async def _settled(stack: Stack) -> None:
    """Wait until earlier moves are written and their webhooks delivered, so that only what follows meets a fault."""

    async def written() -> bool:
        return not await stack.rows("pipeline", "SELECT 1 FROM application WHERE sync_state = 'pending' LIMIT 1")

    await eventually(written, within=60, what="the writing of earlier moves")
    await stack.webhooks_delivered()


async def _refs(stack: Stack, card: Card, *stages: str) -> list[int]:
    """The ATS's own ids of the application and of stages."""
    application, *uuids = [_uuid(i) for i in (card.id, *stages)]
    rows = await stack.rows("pipeline", "SELECT external_id FROM application WHERE id = $1::uuid", application)
    found = [int(rows[0]["external_id"])]
    for stage in uuids:
        rows = await stack.rows("pipeline", "SELECT external_id FROM job_stage WHERE id = $1::uuid", stage)
        found.append(int(rows[0]["external_id"]))
    return found


def _uuid(global_id: str) -> str:
    from base64 import urlsafe_b64decode

    return urlsafe_b64decode(global_id + "=" * (-len(global_id) % 4)).decode().split(":", 1)[1]


async def _recruiter(stack: Stack) -> int:
    rows = await stack.rows(
        "pipeline", "SELECT external_id FROM user_account WHERE email = $1", stack.emails["recruiter"][0]
    )
    return int(rows[0]["external_id"])


async def test_a_move_is_shown_at_once_and_written_to_the_ats(stack: Stack) -> None:
    card = await _a_card(stack)
    moved = await _move(stack, card, card.others[0])
    assert moved["__typename"] == "MoveApplicationSuccess"
    assert moved["application"]["stage"]["id"] == card.others[0]
    await _wait_for_sync(stack, card, "SYNCED")
    application, stage = await _refs(stack, card, card.others[0])
    [there] = await stack.ats("GET", f"applications?ids={application}")
    assert there["stage_id"] == stage


async def test_our_own_echo_is_recognised_and_adds_nothing_to_the_history(stack: Stack) -> None:
    card = await _a_card(stack)
    before = len((await _application(stack, card))["history"])
    await _move(stack, card, card.others[1])
    after = await _wait_for_sync(stack, card, "SYNCED")
    application = _uuid(card.id)

    async def echoed() -> bool:
        rows = await stack.rows(
            "pipeline",
            "SELECT 1 FROM delivery WHERE action = 'candidate_stage_change' AND state = 'handled'"
            " AND person_id = (SELECT person_id FROM application WHERE id = $1::uuid)",
            application,
        )
        entries = await stack.rows(
            "pipeline",
            "SELECT 1 FROM stage_entry_link t JOIN stage_entry e ON e.id = t.stage_entry_id JOIN transition n"
            " ON n.id = t.transition_id WHERE e.application_id = $1::uuid AND n.actor LIKE 'user:%'",
            application,
        )
        return bool(rows and entries)

    await eventually(echoed, within=60, what="the ATS's echo, by webhook and in its history")
    assert len(after["history"]) == before + 1
    assert len((await _application(stack, card))["history"]) == before + 1
    assert (await _application(stack, card))["version"] == after["version"]


async def test_a_card_that_somebody_else_moved_first_is_a_conflict_with_its_current_state(stack: Stack) -> None:
    card = await _a_card(stack)
    await _move(stack, card, card.others[0])
    refused = await _move(stack, card, card.others[1])
    assert refused["__typename"] == "StageConflict"
    assert refused["reason"] == "MOVED"
    assert refused["application"]["stage"]["id"] == card.others[0]
    assert (await _application(stack, card))["stage"]["id"] == card.others[0]


async def test_a_repeated_request_moves_once(stack: Stack) -> None:
    card = await _a_card(stack)
    first = await _move(stack, card, card.others[0], idempotencyKey="once-1")
    again = await _move(stack, card, card.others[0], idempotencyKey="once-1")
    assert first["__typename"] == again["__typename"] == "MoveApplicationSuccess"
    assert len([h for h in (await _application(stack, card))["history"] if h["actor"]]) == 1


async def test_a_move_in_the_ats_arrives_by_webhook(stack: Stack) -> None:
    card = await _a_card(stack)
    application, frm, to = await _refs(stack, card, card.stage, card.others[0])
    body = {"from_stage_id": frm, "to_stage_id": to}
    await stack.ats("POST", f"applications/{application}/move", user=await _recruiter(stack), json=body)

    async def arrived() -> bool:
        return (await _application(stack, card))["stage"]["id"] == card.others[0]

    await eventually(arrived, within=60, what="the move made in the ATS")
    assert (await _application(stack, card))["sync"]["state"] == "SYNCED"


async def test_a_refusal_by_the_ats_becomes_a_visible_conflict_and_the_next_move_resolves_it(stack: Stack) -> None:
    card = await _a_card(stack)
    application, frm, elsewhere = await _refs(stack, card, card.stage, card.others[0])
    await _settled(stack)
    # It is moved in the ATS, and pipeline does not learn of that before it is moved here.
    await stack.control("faults", webhook_losses=1, list_lag=300)
    body = {"from_stage_id": frm, "to_stage_id": elsewhere}
    await stack.ats("POST", f"applications/{application}/move", user=await _recruiter(stack), json=body)
    assert (await _move(stack, card, card.others[1]))["__typename"] == "MoveApplicationSuccess"
    await stack.control("faults", list_lag=0)
    conflicted = await _wait_for_sync(stack, card, "CONFLICTED")
    assert conflicted["stage"]["id"] == card.others[1]
    assert conflicted["sync"]["reason"]

    async def both_shown() -> bool:
        ats_stage = (await _application(stack, card))["sync"]["atsStage"]
        return bool(ats_stage) and ats_stage["id"] == card.others[0]

    await eventually(both_shown, within=60, what="the stage the ATS insists on")
    counted = "SELECT effective FROM entered WHERE application_id = $1::uuid AND NOT effective"

    async def not_counted() -> bool:
        return bool(await stack.rows("analytics", counted, _uuid(card.id)))

    await eventually(not_counted, within=60, what="the refused move's leaving the funnel")
    resolved = await _move(stack, card, card.others[0], frm=card.others[1])
    assert resolved["__typename"] == "MoveApplicationSuccess"
    assert (await _wait_for_sync(stack, card, "SYNCED"))["stage"]["id"] == card.others[0]


async def test_a_write_whose_answer_was_lost_is_neither_repeated_nor_a_conflict(stack: Stack) -> None:
    card = await _a_card(stack)
    await _settled(stack)
    await stack.control("faults", drop_after_write=1)
    await _move(stack, card, card.others[0])
    synced = await _wait_for_sync(stack, card, "SYNCED")
    assert synced["stage"]["id"] == card.others[0]
    assert len([h for h in synced["history"] if h["actor"]]) == 1


async def test_an_outage_of_the_ats_delays_a_write_and_loses_nothing(stack: Stack) -> None:
    card = await _a_card(stack)
    await stack.control("faults", outage_requests=2, rate_limit_requests=2)
    await _move(stack, card, card.others[0])
    await _wait_for_sync(stack, card, "SYNCED")
    application, stage = await _refs(stack, card, card.others[0])
    [there] = await stack.ats("GET", f"applications?ids={application}")
    assert there["stage_id"] == stage


@pytest.mark.parametrize("role", ["executive"])
async def test_a_viewer_with_read_access_cannot_move(stack: Stack, role: str) -> None:
    card = await _a_card(stack)
    refused = await _move(stack, card, card.others[0], role=role)
    assert refused["__typename"] == "Forbidden"
    assert (await _application(stack, card))["stage"]["id"] == card.stage


async def test_a_stage_of_another_job_is_refused_with_the_field(stack: Stack) -> None:
    card, other = await _a_card(stack), None
    async for columns in _boards(stack):
        stages = [column["stage"]["id"] for column in columns]
        if card.stage not in stages:
            other = stages[0]
    assert other
    refused = await _move(stack, card, other)
    assert refused["__typename"] == "InvalidInput"
    assert "to_stage_id" in refused["problems"][0]["path"] or "toStageId" in refused["problems"][0]["path"]


async def test_a_hiring_manager_sees_only_their_jobs(stack: Stack) -> None:
    everything = {
        e["node"]["id"] for e in (await stack.data("{ jobs(first: 100) { edges { node { id } } } }"))["jobs"]["edges"]
    }
    mine = {
        e["node"]["id"]
        for e in (await stack.data("{ jobs(first: 100) { edges { node { id } } } }", role="hiring_manager"))["jobs"][
            "edges"
        ]
    }
    assert mine
    assert mine < everything
    hidden = next(iter(everything - mine))
    response = await stack.execute(
        "query($id: ID!) { job(id: $id) { id } board(jobId: $id) { job { id } } }", role="hiring_manager", id=hidden
    )
    assert response["data"] == {"job": None, "board": None}
    assert {error["extensions"]["code"] for error in response["errors"]} == {"NOT_FOUND"}
    card = await _a_card(stack)
    seen = [await stack.execute(_APPLICATION, role="hiring_manager", number=n, id=card.id) for n in (0, 1)]
    assert [response["data"]["application"] for response in seen].count(None) >= 1
