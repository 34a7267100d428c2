"""The smallest messages outreach relies on: with them alone it knows teams, notifies users, and tells of rejections."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from rapport.contracts.events import parse_event, subject_of
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.outreach.reactions import HiringTeamProjection, NotificationsDue, RejectionMails

_WANTED = Statement(
    "SELECT application_id, version, template_version FROM rejection_mail WHERE next_try_at IS NOT NULL"
)
_FOLDER = Path(__file__).parent / "consumed_events"


def _read(event_type: str, **added: Any) -> Any:
    message = json.loads((_FOLDER / f"{event_type}.json").read_text()) | added
    return parse_event(json.dumps(message).encode(), subject_of("acme", event_type))


async def test_the_smallest_messages_are_enough(outreach: Database) -> None:
    async with outreach.work("acme", actor="system:test", cause="test") as unit:
        await HiringTeamProjection().apply(unit, [_read("pipeline.job.changed.v1", invented=1)])
        await NotificationsDue().apply(unit, [_read("reviews.notification.due.v1", invented=1)])
        teams = await unit.fetch(Statement("SELECT id, team FROM job"))
        notifications = await unit.fetch(Statement("SELECT id, state FROM notification"))
    assert [tuple(row) for row in teams] == [
        (UUID("0192f000-0000-7000-8000-000000000003"), [UUID("0192f000-0000-7000-8000-000000000091")])
    ]
    assert [tuple(row) for row in notifications] == [(UUID("0192f000-0000-7000-8000-000000000004"), "waiting")]


@pytest.mark.parametrize("undone_by", ["reopened", "removed"])
async def test_a_rejection_with_a_mail_is_kept_until_it_is_undone(outreach: Database, undone_by: str) -> None:
    async with outreach.work("acme", actor="system:test", cause="test") as unit:
        await RejectionMails().apply(unit, [_read("pipeline.application.closed.v1", invented=1)])
        wanted = await unit.fetch(_WANTED)
        await RejectionMails().apply(unit, [_read(f"pipeline.application.{undone_by}.v1", invented=1)])
        left = await unit.fetch(_WANTED)
    assert [(str(row["application_id"]), row["version"], row["template_version"]) for row in wanted] == [
        ("0192f000-0000-7000-8000-000000000005", 5, None)
    ]
    assert left == []
