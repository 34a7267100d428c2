"""A move made by one user reaches the other subscribers as it happens, and one trace shows all of it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import Any

import aiohttp
import pytest

from rapport.gateway.graph.ids import Kind, global_id
from rapport.local.waiting import eventually
from rapport.testing.stack import Stack
from tests.support.stream import cursor_at_end

pytestmark = pytest.mark.asyncio(loop_scope="module")


_OPEN_BOARDS = """
query { jobs(first: 20, filter: {status: OPEN}) { edges { node { id board { columns {
  stage { id } cards(first: 1) { edges { node { applicationId } } } } } } } } }
"""
_WATCH = """
subscription Watch($job: ID!, $after: String!) { boardChanged(jobId: $job, after: $after) {
  __typename cursor traceId applicationId version
  ... on ApplicationMoved { toStage { id name } actor { kind userId } application { person { name } } }
  ... on ApplicationSyncChanged { state }
  ... on ApplicationCardChanged { application { person { name } } } } }
"""
_CARDS_CHANGED_BY_SYNC = """
SELECT subject FROM outbox WHERE subject LIKE '%.card_changed.v1' AND body::json ->> 'cause' = 'sync'
"""
_ACTIVE = """
SELECT a.id, a.job_id, a.external_id AS ref, p.external_id AS person_ref,
    (SELECT external_id FROM user_account WHERE active ORDER BY id LIMIT 1) AS user_ref
FROM application a JOIN person p ON p.org_id = a.org_id AND p.id = a.person_id
    JOIN board_card b ON b.org_id = a.org_id AND b.application_id = a.id
WHERE NOT EXISTS (SELECT 1 FROM interview i WHERE i.org_id = a.org_id AND i.application_id = a.id)
ORDER BY a.id LIMIT 1
"""
_MOVE = """
mutation Move($input: MoveApplicationInput!) { moveApplication(input: $input) { __typename } }
"""


async def _a_board(stack: Stack) -> tuple[str, str, str, str]:
    """A job with a card: job, application, its stage and another."""
    for edge in (await stack.data(_OPEN_BOARDS))["jobs"]["edges"]:
        columns = edge["node"]["board"]["columns"]
        for column in columns:
            for card in column["cards"]["edges"]:
                other = next(c["stage"]["id"] for c in columns if c["stage"]["id"] != column["stage"]["id"])
                return edge["node"]["id"], card["node"]["applicationId"], column["stage"]["id"], other
    raise AssertionError("no card")


@asynccontextmanager
async def _watching(stack: Stack, job: str, role: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with stack.session.ws_connect(stack.graphql_url, protocols=["graphql-transport-ws"]) as socket:
        payload = {"authorization": f"Bearer {stack.token(role)}"}
        await socket.send_json({"type": "connection_init", "payload": payload})
        assert (await socket.receive_json(timeout=5))["type"] == "connection_ack"
        subscribe = {"query": _WATCH, "variables": {"job": job, "after": await cursor_at_end(stack)}}
        await socket.send_json({"id": "1", "type": "subscribe", "payload": subscribe})
        yield socket


async def _next(socket: aiohttp.ClientWebSocketResponse, *, cards: bool = False, within: float = 10) -> dict[str, Any]:
    """The next change; of cards only if wanted, since time alone changes some, such as when an interview begins."""
    while True:
        message = await socket.receive_json(timeout=within)
        assert message["type"] == "next", message
        change: dict[str, Any] = message["payload"]["data"]["boardChanged"]
        if (change["__typename"] == "ApplicationCardChanged") is cards:
            return change


async def test_other_clients_receive_a_move_as_it_happens(stack: Stack) -> None:
    job, application, frm, to = await _a_board(stack)
    async with _watching(stack, job, "admin") as one, _watching(stack, job, "coordinator") as other:
        given = {"applicationId": application, "fromStageId": frm, "toStageId": to}
        moved = await stack.data(_MOVE, role="recruiter", input=given)
        assert moved["moveApplication"]["__typename"] == "MoveApplicationSuccess"
        for socket in (one, other):
            change = await _next(socket)
            assert change["__typename"] == "ApplicationMoved"
            assert change["applicationId"] == application
            assert change["toStage"]["id"] == to
            assert change["application"]["person"]["name"]
            assert change["actor"]["kind"] == "USER"


async def test_subscribers_hear_that_a_card_shows_another_name_or_interview(stack: Stack) -> None:
    first_read = (
        "SELECT count(*) FROM outbox WHERE subject LIKE '%.card_changed.v1' AND body::json ->> 'cause' = 'sync'"
    )
    assert [row["count"] for row in await stack.rows("pipeline", first_read)] == [0]
    [found] = await stack.rows("pipeline", _ACTIVE)
    job, application = (
        str(global_id(kind, found[name])) for kind, name in ((Kind.JOB, "job_id"), (Kind.APPLICATION, "id"))
    )

    async with _watching(stack, job, "admin") as socket:
        attempts = count(1)

        async def heard() -> dict[str, Any] | None:
            # The protocol does not say when a subscription has been taken up: the name is corrected until it has.
            name = f"Corrected {next(attempts)}"
            change = {"candidate_id": int(found["person_ref"]), "fields": {"last_name": name}}
            await stack.control("changes", change="correct_candidate", **change)
            with suppress(TimeoutError):
                return await _card_of(socket, application, within=5)
            return None

        renamed = await eventually(heard, within=60, what="the corrected name")
        assert "Corrected" in renamed["application"]["person"]["name"]
        interview = {"application_id": int(found["ref"]), "interviewer_id": int(found["user_ref"]), "in_hours": 48}
        await stack.control("changes", change="schedule_interview", **interview)

        async def planned() -> int | None:
            [row] = await stack.rows("pipeline", "SELECT card FROM board_card WHERE application_id = $1", found["id"])
            card = json.loads(row["card"])
            return int(card["version"]) if card["next_interview_at"] else None

        version = await eventually(planned, within=60, what="a card with the interview")
        while (await _card_of(socket, application, within=30))["version"] < version:
            pass


async def _card_of(socket: aiohttp.ClientWebSocketResponse, application: str, *, within: float) -> dict[str, Any]:
    while True:
        change = await _next(socket, cards=True, within=within)
        if change["applicationId"] == application:
            return change


def _roots(spans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    ids = {span["span_id"] for span in spans}
    return [span for span in spans if span.get("parent_id") not in ids]


async def test_one_trace_runs_from_the_mutation_to_the_subscriptions_message(stack: Stack) -> None:
    job, application, frm, to = await _a_board(stack)
    async with _watching(stack, job, "admin") as socket:
        given = {"applicationId": application, "fromStageId": frm, "toStageId": to}
        await stack.data(_MOVE, role="recruiter", input=given)
        change = await _next(socket)
    trace_id = change["traceId"]
    expected = {
        ("gateway", "graphql mutation Move"),
        ("gateway", "call pipeline move_application"),
        ("pipeline", "pipeline move_application"),
        ("pipeline", "commit"),
        ("pipeline", "publish hiring"),
        ("analytics", "process analytics-funnel"),
        ("gateway", "deliver boardChanged"),
        ("pipeline", "write move to ats"),
    }

    async def complete() -> list[dict[str, Any]] | None:
        async with stack.session.get(f"{stack.sandbox.url}/api/traces/{trace_id}") as response:
            spans = (await response.json())["spans"] if response.status == 200 else []
        # Each process exports what it did in batches: a span may be here before the one it belongs to.
        here = expected <= {(span["service"], span["name"]) for span in spans} and len(_roots(spans)) == 1
        return spans if here else None

    spans = await eventually(complete, within=60, what="the whole trace, as one tree")
    by_id = {span["span_id"]: span for span in spans}
    chain = []
    span: dict[str, Any] | None = next(s for s in spans if s["name"] == "deliver boardChanged")
    while span:
        chain.append(span["name"])
        span = by_id.get(span.get("parent_id") or "")
    assert chain[0] == "deliver boardChanged"
    assert "publish hiring" in chain
    assert "pipeline move_application" in chain
    async with stack.session.get(f"{stack.sandbox.url}/traces/{trace_id}") as page:
        text = await page.text()
    assert page.status == 200
    for _, name in expected:
        assert name in text
