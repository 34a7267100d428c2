"""Assertions that must hold after any fault: we agree with the ATS, every event is in the stream once, and the read
models equal their events."""

from base64 import urlsafe_b64decode
from collections import Counter
from typing import Any
from uuid import UUID

import orjson

from rapport.kit.identity import derived_id
from rapport.local.waiting import eventually
from rapport.sandbox.vendors.greenhouse.oracle import TrueApplication, all_true_applications
from rapport.testing.stack import CONNECTION, ORGANISATION, Stack
from tests.support.funnel_oracle import Counted, true_funnels
from tests.support.stream import read_stream, relayed

NO_EVENT = "no event"
"""The id that messages have which tests put into the stream for something to choke on."""
_FUNNELS = """
query { jobs(first: 100) { edges { node { id funnel { applications stages {
  kind reached skipped advanced exited waiting } } } } } }
"""


def _our_id(collection: str, external_id: object) -> UUID:
    return derived_id(ORGANISATION, CONNECTION, collection, external_id)


def truth(stack: Stack) -> dict[int, tuple[str, UUID, list[tuple[UUID, Any]]]]:
    """By the ATS's id: status, stage, and every entry into a stage."""
    return {
        one.application_id: (
            _status(one),
            _our_id("job_stages", one.entries[-1].stage_id),
            [(_our_id("job_stages", entry.stage_id), entry.entered_at) for entry in one.entries],
        )
        for one in all_true_applications(stack.company)
    }


def _status(one: TrueApplication) -> str:
    return "withdrawn" if one.status == "rejected" and one.withdrew else one.status


async def ours(stack: Stack) -> dict[int, tuple[str, UUID, list[tuple[UUID, Any]]]]:
    """As :func:`truth`, from what we say: entries are those of transitions published for one."""
    rows = await stack.rows("pipeline", "SELECT id, external_id, status, stage_id FROM application WHERE version > 0")
    entries: dict[UUID, list[tuple[UUID, Any]]] = {row["id"]: [] for row in rows}
    for row in await stack.rows(
        "pipeline",
        "SELECT t.application_id, t.to_stage_id, e.entered_at FROM transition t"
        " JOIN stage_entry_link n ON n.transition_id = t.id JOIN stage_entry e ON e.id = n.stage_entry_id"
        " ORDER BY t.application_id, e.entered_at, length(e.external_id), e.external_id",
    ):
        if row["application_id"] in entries:  # not one that came in between the two questions
            entries[row["application_id"]].append((row["to_stage_id"], row["entered_at"]))
    return {int(r["external_id"]): (r["status"], r["stage_id"], entries[r["id"]]) for r in rows}


async def assert_agreement_with_the_ats(stack: Stack) -> None:
    said, true = await ours(stack), truth(stack)
    assert {key: (said.get(key), true[key]) for key in true if said.get(key) != true[key]} == {}
    assert said.keys() == true.keys()
    told_without_entry = await stack.rows(
        "pipeline",
        "SELECT t.* FROM transition t LEFT JOIN stage_entry_link n ON n.transition_id = t.id"
        " WHERE t.kind IN ('received', 'moved') AND n.transition_id IS NULL",
    )
    assert told_without_entry == []
    cards = await stack.rows("pipeline", "SELECT count(*) AS n FROM board_card")
    assert cards[0]["n"] == sum(status == "active" for status, _, _ in true.values())


async def assert_events_are_in_the_stream_once(stack: Stack, copies: Counter[str] | None = None) -> None:
    """The log of each service has no gaps, and the stream holds each of its events once, but for known copies."""
    for service in stack.databases:
        await _assert_log_is_whole(stack, service)
    recorded = [row["id"] for service in stack.databases for row in await stack.rows(service, "SELECT id FROM outbox")]
    assert Counter(await _streamed(stack)) == Counter(map(str, recorded)) + (copies or Counter())


async def _assert_log_is_whole(stack: Stack, service: str) -> None:
    gaps = await stack.rows(
        service,
        "SELECT aggregate_id FROM outbox GROUP BY aggregate_id"
        " HAVING min(aggregate_version) <> 1 OR max(aggregate_version) <> count(*)"
        " OR count(DISTINCT aggregate_version) <> count(*)",
    )
    assert gaps == []
    await relayed(stack, service)


async def _streamed(stack: Stack) -> list[str]:
    found = [str(orjson.loads(message.data)["id"]) for message in await read_stream(stack)]
    return [each for each in found if each != NO_EVENT]


async def assert_funnels_are_true(stack: Stack) -> None:
    expected = true_funnels(stack.company)

    async def counted() -> bool:
        answer = await stack.execute(_FUNNELS)
        if any(error["extensions"]["code"] == "UNAVAILABLE" for error in answer.get("errors", ())):
            return False  # a process that was just started, on a machine that does other things as well
        found = {}
        for edge in answer["data"]["jobs"]["edges"]:
            funnel = edge["node"]["funnel"] or {"applications": 0, "stages": []}
            stages = [
                Counted(s["kind"], s["reached"], s["skipped"], s["advanced"], s["exited"], s["waiting"])
                for s in funnel["stages"]
            ]
            found[uuid_in(edge["node"]["id"])] = (funnel["applications"], stages)
        return found == expected

    await eventually(counted, within=60, what="the true funnel of every job")


def uuid_in(global_id: str) -> str:
    return urlsafe_b64decode(global_id + "=" * (-len(global_id) % 4)).decode().split(":", 1)[1]
