"""A job's hiring team comes from events, in any order, and decides who sees the job's reviews."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from rapport.contracts.events import Event, JobChanged, JobState, TeamMember, parse_event, subject_of
from rapport.contracts.reviews import GetReviews
from rapport.contracts.vocabulary import JobStatus, TeamRole
from rapport.kit.identity import derived_id
from rapport.reviews.reactions import HiringTeamProjection
from services.reviews.tests.support.reviews_desk import MARY, OMAR, OUTSIDER, STRANGER, Desk

_SMALLEST = json.loads((Path(__file__).parent / "consumed_events" / "pipeline.job.changed.v1.json").read_text())


def read(message: dict[str, Any]) -> Event[Any]:
    return parse_event(json.dumps(message).encode(), subject_of("acme", "pipeline.job.changed.v1"))


def team_is(desk: Desk, version: int, *users: Any) -> Event[Any]:
    members = tuple(TeamMember(user_id=u.id, role=TeamRole.HIRING_MANAGER, responsible=True) for u in users)
    job_id = next(iter(desk.peer.jobs))
    return Event[Any](
        id=derived_id(job_id, version),
        type=JobChanged.type,
        source="rapport/pipeline",
        subject=job_id,
        time=desk.time.at,
        recordedat=desk.time.at,
        orgid="acme",
        aggregateversion=version,
        actor="ats",
        cause="sync",
        data=JobChanged(current=JobState(status=JobStatus.OPEN, team=members)),
    )


async def apply(desk: Desk, *batches: list[Event[Any]]) -> None:
    for batch in batches:
        async with desk.database.work("acme", actor="system:test", cause="test") as unit:
            await HiringTeamProjection().apply(unit, batch)


async def sees_it(desk: Desk) -> bool:
    return bool((await desk.call(GetReviews(), OUTSIDER)).edges)  # type: ignore[union-attr]


async def test_a_member_of_the_jobs_team_sees_its_reviews_as_long_as_they_are_one(desk: Desk) -> None:
    await desk.requested(1)
    assert not await sees_it(desk)
    await apply(desk, [team_is(desk, 1, MARY, STRANGER)])
    assert await sees_it(desk)
    await apply(desk, [team_is(desk, 2, MARY)])
    assert not await sees_it(desk)


async def test_the_newest_team_wins_in_any_order_of_arrival(desk: Desk) -> None:
    await desk.requested(1)
    events = [team_is(desk, n, *members) for n, members in enumerate(((MARY,), (OMAR,), (STRANGER,)), start=1)]
    await apply(desk, [events[1], events[2]], [events[0]], [events[2]])
    assert await sees_it(desk)
    rows = await desk.rows("SELECT version, team FROM job_team")
    assert [(row["version"], list(row["team"])) for row in rows] == [(3, [STRANGER.id])]


async def test_of_a_team_it_is_known_whom_the_ats_has_on_it(desk: Desk) -> None:
    """Somebody may have two parts, one of them by the ATS."""
    both = team_is(desk, 1, MARY, OMAR)
    here = [
        TeamMember(user_id=user.id, role=TeamRole.SOURCER, responsible=False, added_here=True)
        for user in (OMAR, STRANGER)
    ]
    state = both.data.current.model_copy(update={"team": (*both.data.current.team, *here)})
    await apply(desk, [both.model_copy(update={"data": JobChanged(current=state)})])
    [row] = await desk.rows("SELECT team, ats_team FROM job_team")
    assert set(row["team"]) == {MARY.id, OMAR.id, STRANGER.id}
    assert set(row["ats_team"]) == {MARY.id, OMAR.id}


async def test_the_smallest_message_is_enough(desk: Desk) -> None:
    await apply(desk, [read(_SMALLEST)])
    assert len(await desk.rows("SELECT 1 FROM job_team")) == 1


def test_required_fields_cannot_be_missing_and_unknown_ones_are_ignored() -> None:
    more = _SMALLEST | {"invented": 1, "data": _SMALLEST["data"] | {"invented": 1}}
    assert read(more) == read(_SMALLEST)
    for name in _SMALLEST:
        less = copy.deepcopy(_SMALLEST)
        del less[name]
        with pytest.raises(ValidationError):
            read(less)
