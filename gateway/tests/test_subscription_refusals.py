"""A subscription is refused with the same errors over a WebSocket and as server-sent events."""

import json
from typing import Any
from uuid import uuid4

import pytest

from gateway.tests.support.gateway_client import JSON, Acme
from rapport.gateway.graph.ids import Kind, global_id

WATCH = "subscription ($job: ID!, $after: String) { boardChanged(jobId: $job, after: $after) { __typename } }"


async def over_websocket(acme: Acme, variables: dict[str, Any]) -> list[dict[str, Any]]:
    async with acme.socket() as client:
        await client.acknowledged()
        await client.subscribe(WATCH, variables)
        message = await client.receive()
    assert message["type"] == "error"
    return message["payload"]


async def as_server_sent_events(acme: Acme, variables: dict[str, Any]) -> list[dict[str, Any]]:
    headers = acme.headers() | {"Accept": "text/event-stream", "Content-Type": JSON}
    body = {"query": WATCH, "variables": variables}
    async with acme.http.post(f"{acme.url}/graphql", json=body, headers=headers) as response:
        lines = (await response.text()).splitlines()
    assert [line for line in lines if line.startswith("event:")] == ["event: next", "event: complete"]
    [data] = [line.removeprefix("data: ") for line in lines if line.startswith("data: {")]
    return json.loads(data)["errors"]


@pytest.mark.parametrize("case", ["unknown job", "no id", "no cursor", "unknown variable type"])
async def test_a_refused_subscription_has_the_same_errors_over_both_transports(acme: Acme, case: str) -> None:
    known = global_id(Kind.JOB, acme.peer.job().id)
    variables: dict[str, Any] = {
        "unknown job": {"job": global_id(Kind.JOB, uuid4())},
        "no id": {"job": "nonsense"},
        "no cursor": {"job": known, "after": "nonsense"},
        "unknown variable type": {"job": {"not": "an id"}},
    }[case]
    socket, events = await over_websocket(acme, variables), await as_server_sent_events(acme, variables)
    assert socket == events
    assert [error["extensions"]["code"] for error in socket]
