"""Compares what clients got acknowledged with every service's state, the log, the stream, the ATS and the mailboxes."""

from collections import Counter
from typing import Any
from uuid import UUID

import orjson

from rapport.activity import entries_of
from rapport.contracts.events import parse_event
from rapport.local.waiting import eventually
from rapport.testing.stack import Stack
from tests.support.agreement import (
    assert_agreement_with_the_ats,
    assert_events_are_in_the_stream_once,
    assert_funnels_are_true,
    uuid_in,
)
from tests.support.load import Accepted

_SETTLES_WITHIN = 120.0
_SYNC = 'mutation { startSync(input: {connection: "greenhouse"}) { __typename } }'


async def audit(stack: Stack, accepted: Accepted, *, copies: Counter[str], parked: int) -> None:
    """Accepted is present, and each effect is there exactly once; to candidates at most once, and doubts are listed.

    Args:
        stack: what is looked at.
        accepted: the writes that were acknowledged to clients.
        copies: events that were put into the stream again, by id.
        parked: messages that consumers had to put aside.
    """
    await _settled(stack)
    await _moves_are_there_once(stack, accepted)
    await _reviews_are_there(stack, accepted)
    await _messages_were_sent_at_most_once(stack, accepted)
    await assert_events_are_in_the_stream_once(stack, copies)
    await _only_that_is_parked(stack, parked)
    await _feeds_are_what_the_log_says(stack)
    await assert_agreement_with_the_ats(stack)
    await assert_funnels_are_true(stack)


_WAITING = {
    "pipeline": "SELECT (SELECT count(*) FROM ats_write WHERE state = 'waiting')"
    " + (SELECT count(*) FROM application WHERE unreconciled)"
    " + (SELECT count(*) FROM sync_run WHERE phase <> 'idle' OR requested IS NOT NULL)",
    "outreach": "SELECT (SELECT count(*) FROM message WHERE state IN ('scheduled', 'claimed'))"
    " + (SELECT count(*) FROM notification WHERE state = 'waiting')",
}


async def _settled(stack: Stack) -> None:
    """Nothing waits any more: writes to the ATS, messages, notifications; and the ATS was read after the last write."""
    for _ in range(2):
        for service, question in _WAITING.items():
            await _nothing_waits(stack, service, question)
        await stack.data(_SYNC)
    await _nothing_waits(stack, "pipeline", _WAITING["pipeline"])


async def _nothing_waits(stack: Stack, service: str, question: str) -> None:
    async def so() -> bool:
        [row] = await stack.rows(service, question)
        return bool(row[0] == 0)

    await eventually(so, within=_SETTLES_WITHIN, what=f"the end of what waits in {service}")


async def _moves_are_there_once(stack: Stack, accepted: Accepted) -> None:
    rows = await stack.rows(
        "pipeline",
        "SELECT application_id, to_stage_id FROM transition WHERE kind = 'moved' AND actor LIKE 'user:%'",
    )
    found = Counter((str(row["application_id"]), str(row["to_stage_id"])) for row in rows)
    acknowledged = Counter((uuid_in(application), uuid_in(stage)) for application, stage in accepted.moves)
    missing, unexpected = acknowledged - found, found - acknowledged
    assert missing == Counter()
    assert unexpected.total() <= accepted.uncertain, unexpected


async def _only_that_is_parked(stack: Stack, expected: int) -> None:
    parked = [row for service in stack.databases for row in await stack.rows(service, "SELECT * FROM parked")]
    assert all(row["reason"].startswith("not a ") for row in parked), parked
    assert len(parked) == expected


async def _reviews_are_there(stack: Stack, accepted: Accepted) -> None:
    rows = await stack.rows("reviews", "SELECT id FROM review")
    found = {str(row["id"]) for row in rows}
    acknowledged = {uuid_in(review) for review in accepted.reviews}
    assert acknowledged <= found
    assert len(found) <= len(acknowledged) + accepted.uncertain
    said = await stack.rows("reviews", "SELECT review_id, person_id, verdict FROM verdict")
    verdicts = {(str(row["review_id"]), str(row["person_id"])): row["verdict"].upper() for row in said}
    for (review, person), verdict in accepted.verdicts.items():
        assert verdicts[uuid_in(review), uuid_in(person)] == verdict
    # Every reviewer was written to: at least once, and a copy is recognised by its Message-ID.
    [notifications] = await stack.rows(
        "reviews", "SELECT count(*) AS n FROM notification WHERE kind = 'review_requested'"
    )

    async def invited() -> bool:
        mails = await _mails_to(stack, stack.emails["hiring_manager"][0])
        return len({mail["message_id"] for mail in mails if "/r/" in mail["text"]}) == notifications["n"]

    await eventually(invited, within=_SETTLES_WITHIN, what="an invitation to every review")


async def _messages_were_sent_at_most_once(stack: Stack, accepted: Accepted) -> None:
    rows = await stack.rows("outreach", "SELECT id, subject, state, blocker, to_address FROM message")
    found = {str(row["id"]): row for row in rows}
    acknowledged = {uuid_in(message) for message in accepted.messages}
    assert acknowledged <= found.keys()
    assert len(found) <= len(acknowledged) + accepted.uncertain
    received: Counter[str] = Counter()
    for address in {row["to_address"] for row in rows}:
        received.update(mail["subject"] for mail in await _mails_to(stack, address))
    assert [subject for subject, copies in received.items() if copies > 1] == []
    for row in rows:
        arrived = received[row["subject"]]
        assert row["state"] in {"sent", "in_doubt"}, dict(row)
        if row["state"] == "sent":
            assert arrived == 1, dict(row)
    listed = await stack.data("{ messages(state: IN_DOUBT, first: 200) { nodes { id } } }")
    assert {uuid_in(node["id"]) for node in listed["messages"]["nodes"]} == {
        str(row["id"]) for row in rows if row["state"] == "in_doubt"
    }


async def _mails_to(stack: Stack, address: str) -> list[dict[str, Any]]:
    mails: list[dict[str, Any]] = []
    while page := await stack.mail(to=address, since=mails[-1]["id"] if mails else 0):
        mails += page
    return mails


async def _feeds_are_what_the_log_says(stack: Stack) -> None:
    """The feed kept by pipeline is the one that the events of all services make."""
    expected: set[tuple[UUID, UUID]] = set()
    for service in stack.databases:
        for row in await stack.rows(service, "SELECT subject, body FROM outbox"):
            event = parse_event(orjson.dumps(orjson.loads(row["body"])), row["subject"])
            expected |= {(entry.person_id, entry.id) for entry in entries_of(event)}

    async def kept() -> bool:
        rows = await stack.rows("pipeline", "SELECT person_id, id FROM activity")
        return len(rows) == len(expected) and {(row["person_id"], row["id"]) for row in rows} == expected

    await eventually(kept, within=_SETTLES_WITHIN, what="the feed of everybody")
