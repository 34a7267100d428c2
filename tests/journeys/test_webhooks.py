"""Webhooks of the ATS: signed, stored before they are answered, harmless when repeated, kept when not understood."""

import asyncio
import gzip
import hashlib
import hmac
import io
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from rapport.local.waiting import eventually
from rapport.testing.stack import Stack

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMPANY = 300
SETTINGS = {"ATS_COMPARE_PAUSE_SECONDS": "0.05"}
_EXAMPLES = Path(__file__).parent.parent / "fixtures" / "greenhouse"


def _signature(body: bytes, secret: str = "webhook secret") -> str:
    return "sha256 " + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


async def _deliver(
    stack: Stack, body: bytes, *, event: str, signature: str | None = None, connection: str = "acme/greenhouse"
) -> tuple[int, dict[str, Any]]:
    headers = {"Signature": signature if signature is not None else _signature(body), "Greenhouse-Event-ID": event}
    url = f"{stack.programs['pipeline'].url}/hooks/greenhouse/{connection}"
    async with stack.session.post(url, data=body, headers=headers) as response:
        return response.status, await response.json()


async def _stored(stack: Stack, event: str) -> list[Any]:
    return await stack.rows("pipeline", "SELECT state, body, reason FROM delivery WHERE delivery_id = $1", event)


async def _settled(stack: Stack, event: str) -> str:
    async def settled() -> str | None:
        state = (await _stored(stack, event))[0]["state"]
        return None if state == "waiting" else str(state)

    return await eventually(settled, within=60, what=f"the handling of {event}")


def _example(name: str) -> bytes:
    return (_EXAMPLES / f"{name}.json").read_bytes()


async def test_a_delivery_is_stored_as_it_came_before_it_is_answered(stack: Stack) -> None:
    body = json.dumps({"action": "something_new", "payload": {"id": 1}}).encode()
    assert await _deliver(stack, body, event="e-1") == (200, {"stored": True})
    [stored] = await _stored(stack, "e-1")
    assert bytes(stored["body"]) == body


async def test_what_a_delivery_said_is_not_kept_once_it_was_applied(stack: Stack) -> None:
    assert await _deliver(stack, _example("job_created"), event="e-applied") == (200, {"stored": True})
    assert await _settled(stack, "e-applied") == "handled"
    [stored] = await _stored(stack, "e-applied")
    assert bytes(stored["body"]) == b""


async def test_a_delivery_that_comes_again_changes_nothing(stack: Stack) -> None:
    body = _example("candidate_stage_change")
    first = await _deliver(stack, body, event="e-2")
    again = await _deliver(stack, body, event="e-2")
    assert (first, again) == ((200, {"stored": True}), (200, {"stored": False}))
    assert len(await _stored(stack, "e-2")) == 1


@pytest.mark.parametrize(
    "signature",
    ["", "sha256", "sha256 00", _signature(b"another body"), _signature(b"{}", "another secret"), "md5 ü"],
)
async def test_a_wrong_signature_is_refused_and_nothing_is_stored(stack: Stack, signature: str) -> None:
    status, answer = await _deliver(stack, b'{"action":"ping"}', event="e-3", signature=signature)
    assert (status, answer) == (401, {"error": "the signature does not fit"})
    assert await _stored(stack, "e-3") == []


async def test_an_unknown_connection_looks_like_a_wrong_signature(stack: Stack) -> None:
    body = _example("job_created")
    for connection in ("acme/lever", "other/greenhouse"):
        assert (await _deliver(stack, body, event="e-4", connection=connection))[0] == 401


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b'{"payload":{}}', b'{"action":7}', b"\xff\xfe"])
async def test_a_truncated_body_is_refused_with_what_it_lacks(stack: Stack, body: bytes) -> None:
    status, answer = await _deliver(stack, body, event="e-5")
    assert (status, answer) == (400, {"error": "the body is not a webhook: JSON with an action"})
    assert await _stored(stack, "e-5") == []


async def test_a_body_that_is_too_large_is_refused(stack: Stack) -> None:
    url = f"{stack.programs['pipeline'].url}/hooks/greenhouse/acme/greenhouse"
    body = b" " * (6 * 1024 * 1024)
    try:
        async with stack.session.post(url, data=io.BytesIO(body), headers={"Signature": _signature(body)}) as response:
            assert response.status == 413
    except aiohttp.ClientConnectionError:
        pass  # cut off in the middle of the body: refused as well


async def test_a_kind_that_is_not_known_is_kept_and_shown(stack: Stack) -> None:
    body = json.dumps({"action": "moon_phase_changed", "payload": {"phase": 3}}).encode()
    await _deliver(stack, body, event="e-6")
    assert await _settled(stack, "e-6") == "unknown"
    [connection] = (await stack.data("{ sync { unknownDeliveries } }"))["sync"]
    assert connection["unknownDeliveries"] >= 1


async def test_a_known_kind_that_says_nonsense_is_kept_with_its_reason(stack: Stack) -> None:
    body = json.dumps({"action": "candidate_stage_change", "payload": {"application": {"id": []}}}).encode()
    await _deliver(stack, body, event="e-7")
    assert await _settled(stack, "e-7") == "failed"
    assert (await _stored(stack, "e-7"))[0]["reason"].startswith("not understood")


@pytest.mark.parametrize("example", sorted(p.stem for p in _EXAMPLES.glob("*.json")))
async def test_every_documented_delivery_is_handled(stack: Stack, example: str) -> None:
    assert (await _deliver(stack, _example(example), event=f"doc-{example}"))[0] == 200
    assert await _settled(stack, f"doc-{example}") == "handled"


async def test_a_person_deleted_in_the_ats_disappears_here(stack: Stack) -> None:
    people = "{ people(first: 1) { edges { node { id name } } } }"
    [edge] = (await stack.data(people))["people"]["edges"]
    [row] = await stack.rows(
        "pipeline",
        "SELECT id, external_id FROM person WHERE deleted_at IS NULL ORDER BY added_at DESC, id DESC LIMIT 1",
    )
    body = {"action": "delete_candidate", "payload": {"person": {"id": int(row["external_id"])}}}
    await _deliver(stack, json.dumps(body).encode(), event="e-8")
    assert await _settled(stack, "e-8") == "handled"
    gone = await stack.execute("query($id: ID!) { person(id: $id) { id } }", id=edge["node"]["id"])
    assert gone["data"] == {"person": None}
    [left] = await stack.rows("pipeline", "SELECT first_name, emails FROM person WHERE id = $1", row["id"])
    assert tuple(left) == ("", "[]")


async def test_a_ping_is_answered_and_changes_nothing(stack: Stack) -> None:
    assert (await _deliver(stack, b'{"action":"ping","payload":{}}', event="e-9"))[0] == 200
    assert await _settled(stack, "e-9") == "handled"


async def test_duplicated_and_reordered_deliveries_end_in_the_state_of_the_ats(stack: Stack) -> None:
    await stack.control("faults", webhook_duplicates=5, webhook_reorder=8)
    await stack.control("trickle", steps=40)
    await stack.data('mutation { startSync(input: {connection: "greenhouse"}) { __typename } }')
    ours = "SELECT external_id, status, stage_id FROM application"

    async def agree() -> bool:
        rows = await stack.rows(
            "pipeline",
            "SELECT a.external_id FROM application a WHERE a.version > 0 AND (a.stage_id <> a.ats_stage_id"
            " OR a.status <> a.ats_status OR a.unreconciled)",
        )
        there = await stack.ats("GET", "applications?per_page=500&prospect=false")
        here = {int(r["external_id"]): r["status"] for r in await stack.rows("pipeline", ours)}
        as_there = {a["id"]: a["status"] for a in there}
        same = all((here.get(i) or "").replace("withdrawn", "rejected") == status for i, status in as_there.items())
        return not rows and same

    await eventually(agree, within=60, what="agreement with the ATS")


async def test_nothing_that_was_delivered_about_a_deleted_person_stays(stack: Stack) -> None:
    changed = json.loads(_example("candidate_stage_change"))
    person = changed["payload"]["application"]["candidate"]["id"]
    await _deliver(stack, json.dumps(changed).encode(), event="e-10")
    await _settled(stack, "e-10")
    body = {"action": "delete_candidate", "payload": {"person": {"id": person, "first_name": "Giuseppe"}}}
    await _deliver(stack, json.dumps(body).encode(), event="e-11")
    await _settled(stack, "e-11")
    for event in ("e-10", "e-11"):
        assert bytes((await _stored(stack, event))[0]["body"]) == b""


@pytest.mark.parametrize(
    "payload", ["null", '{"application":null}', '{"application":{"id":1,"candidate":7}}', '{"application":"\\u0000"}']
)
async def test_an_odd_delivery_is_kept_with_its_reason_and_stops_nobody(stack: Stack, payload: str) -> None:
    event = f"odd-{hashlib.sha256(payload.encode()).hexdigest()[:8]}"
    body = f'{{"action":"candidate_stage_change","payload":{payload}}}'.encode()
    assert (await _deliver(stack, body, event=event))[0] == 200
    assert await _settled(stack, event) == "failed"
    assert (await stack.data("{ me { name } }"))["me"]


@pytest.mark.parametrize("event", ["x" * 201, "with space"])
async def test_an_event_id_that_is_no_name_is_refused(stack: Stack, event: str) -> None:
    assert (await _deliver(stack, b'{"action":"ping"}', event=event))[0] == 400


async def _posted(stack: Stack, headers: dict[str, str], body: Any = b"", path: str = "acme/greenhouse") -> int:
    url = f"{stack.programs['pipeline'].url}/hooks/greenhouse/{path}"
    async with stack.session.post(url, data=body, headers=headers) as response:
        return response.status


@pytest.mark.parametrize("text", ["Ana \\ud83d", "Cy\\u0000", "\\ude00\\ud83d"])
async def test_a_name_that_cannot_be_stored_refuses_no_delivery(stack: Stack, text: str) -> None:
    event = f"odd-text-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    body = _example("application_created").replace(b'"Jane"', f'"{text}"'.encode())
    assert text.encode() in body
    assert (await _deliver(stack, body, event=event))[0] == 200
    assert await _settled(stack, event) == "handled"


@pytest.mark.parametrize(
    ("path", "signature"),
    [("acme/lever", "sha256 " + "0" * 64), ("acme/greenhouse", None), ("acme/greenhouse", "sha256 zz")],
)
async def test_of_whoever_has_no_connection_or_no_signature_nothing_is_read(
    stack: Stack, path: str, signature: str | None
) -> None:
    """They are answered while their body is still to come."""
    address = urlsplit(stack.programs["pipeline"].url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    head = [f"POST /hooks/greenhouse/{path} HTTP/1.1", "Host: x", "Content-Length: 5000000"]
    head += [f"Signature: {signature}"] if signature else []
    writer.write(("\r\n".join(head) + "\r\n\r\n").encode())
    async with asyncio.timeout(60):
        assert b" 401 " in await reader.readline()
    writer.close()


async def test_a_compressed_delivery_is_read_and_a_broken_one_refused(stack: Stack) -> None:
    body = b'{"action":"something_new","payload":{}}'
    packed = gzip.compress(body)
    headers = {"Signature": _signature(body), "Content-Encoding": "gzip", "Greenhouse-Event-ID": "packed"}
    assert await _posted(stack, headers, packed) == 200
    assert bytes((await _stored(stack, "packed"))[0]["body"]) == body
    headers["Greenhouse-Event-ID"] = "broken"
    for broken in (packed[:-6], b"not gzip at all"):
        assert await _posted(stack, headers, broken) == 400
    bomb = gzip.compress(b" " * (6 * 1024 * 1024))
    assert await _posted(stack, headers | {"Signature": _signature(bomb)}, bomb) == 413
    assert await _stored(stack, "broken") == []


async def test_an_ending_that_is_not_understood_is_shown_until_everything_was_compared(stack: Stack) -> None:
    body = b'{"action":"delete_candidate","payload":{"person":{"id":"somebody"}}}'
    assert (await _deliver(stack, body, event="not-understood"))[0] == 200
    assert await _settled(stack, "not-understood") == "failed"
    [connection] = (await stack.data("{ sync { unappliedEndings unappliedEndingKinds } }"))["sync"]
    assert connection["unappliedEndings"] >= 1
    assert "delete_candidate" in connection["unappliedEndingKinds"]

    async def settled() -> bool:
        [found] = (await stack.data("{ sync { unappliedEndings comparison { finishedAt } } }"))["sync"]
        return bool(found["comparison"]["finishedAt"]) and found["unappliedEndings"] == 0

    await eventually(settled, within=90, what="the comparison")
    assert (await stack.data("{ me { name } }"))["me"]
