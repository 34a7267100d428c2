"""A card that shows something else is published, whatever changed it; one that is shown for the first time is not."""

import json
from typing import Any

import pytest
import pytest_asyncio

from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.pipeline.app import _render_all
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper
from rapport.pipeline.recording import refresh_cards
from rapport.testing.statements import counted_statements
from services.pipeline.tests.support.raw_ingest import RawIngest
from services.pipeline.tests.support.read_ats import AT, TIMES, ReadAts, application

_LATER = "2026-03-02T00:00:00Z"
_FAR = "2999-01-01T00:00:00Z"
_KATE = {"id": 2, "first_name": "Kate", "last_name": "Austen", "company": "Oceanic"} | TIMES
_INTERVIEW = {"id": 71, "application_id": 1, "status": "scheduled", "starts_at": _FAR}
_SCORECARD = {"id": 81, "application_id": 1, "submitted_at": AT, "candidate_rating": "yes"}
_EVENTS = Statement(
    "SELECT aggregate_id, aggregate_version, body FROM outbox"
    " WHERE subject LIKE '%.application.card_changed.v1' ORDER BY aggregate_version"
)
_CARD = Statement("SELECT (card ->> 'version')::int AS version, card FROM board_card WHERE application_id = $1")
_VERSIONS = Statement("SELECT aggregate_version FROM outbox WHERE aggregate_id = $1 ORDER BY aggregate_version")
_PAST = Statement("UPDATE interview SET starts_at = now() - interval '2 hours', ends_at = now() - interval '1 hour'")


class Ats(ReadAts):
    """And what is published of its cards."""

    async def published(self) -> list[int]:
        """The versions of the changes that were published of the card of the first application."""
        async with self.pipeline.read_session("acme") as session:
            rows = await session.fetch(_EVENTS)
        for row in rows:
            assert row["aggregate_id"] == self.application_id
            assert set(json.loads(row["body"])["data"]) == {"person_id", "job_id"}
        return [row["aggregate_version"] for row in rows]

    async def card(self) -> dict[str, Any]:
        async with self.pipeline.read_session("acme") as session:
            row = await session.fetchrow(_CARD, self.application_id)
        assert row is not None
        return dict(json.loads(row["card"]))


@pytest_asyncio.fixture
async def ats(pipeline: Database, ingest: RawIngest, mapper: GreenhouseMapper) -> Ats:
    """A person with an active and a rejected application, an interview and a scorecard: read for the first time."""
    ats = Ats(pipeline, ingest, mapper)
    await ats.read("jobs", {"id": 3, "name": "Engineer", "status": "open"} | TIMES)
    await ats.read("job_stages", {"id": 31, "job_id": 3, "name": "A", "sort_order": 1})
    await ats.read("people", _KATE)
    await ats.read("applications", application(1), application(4, status="rejected", rejected_at=AT))
    await ats.read("interviews", _INTERVIEW)
    await ats.read("interviewers", {"id": 72, "interview_id": 71, "user_id": 9})
    await ats.read("scorecards", _SCORECARD)
    await ats.compare(1, 4)
    return ats


async def test_nothing_is_published_of_cards_when_everything_is_read_for_the_first_time(ats: Ats) -> None:
    assert (await ats.card())["scorecards_submitted"] == 1
    assert await ats.published() == []


@pytest.mark.parametrize(
    ("collection", "record", "shown"),
    [
        ("people", _KATE | {"first_name": "Katherine"}, {"person_name": "Katherine Austen"}),
        ("people", _KATE | {"company": "Ajira"}, {"person_company": "Ajira"}),
        (
            "interviews",
            _INTERVIEW | {"starts_at": "2998-01-01T00:00:00Z"},
            {"next_interview_at": "2998-01-01T00:00:00+00:00"},
        ),
        ("interviews", _INTERVIEW | {"status": "complete"}, {"next_interview_at": None}),
        ("scorecards", _SCORECARD | {"id": 82}, {"scorecards_submitted": 2}),
    ],
)
async def test_a_card_that_shows_something_else_is_published_once(
    ats: Ats, collection: str, record: dict[str, Any], shown: dict[str, Any]
) -> None:
    before = await ats.card()
    for _ in range(2):
        await ats.read(collection, record | {"updated_at": _LATER})
    card = await ats.card()
    assert {name: value for name, value in card.items() if before[name] != value and name != "changes_at"} == (
        shown | {"version": before["version"] + 1}
    )
    assert await ats.published() == [card["version"]]
    async with ats.pipeline.read_session("acme") as session:
        versions = [row[0] for row in await session.fetch(_VERSIONS, ats.application_id)]
    assert versions == list(range(1, card["version"] + 1))


async def test_what_no_card_shows_is_not_published(ats: Ats) -> None:
    before = await ats.card()
    await ats.read("people", _KATE | {"phone_numbers": [{"value": "555"}], "updated_at": _LATER})
    await ats.read("interviewers", {"id": 73, "interview_id": 71, "user_id": 10})
    async with ats.pipeline.work("acme", actor="system:rebuild", cause="rebuild") as unit:
        await unit.execute(Statement("UPDATE board_card SET card = jsonb_set(card::jsonb, '{source}', '\"old\"')"))
    await _render_all(ats.pipeline, "acme")
    assert await ats.card() == before
    assert await ats.published() == []


async def test_a_card_that_time_alone_has_changed_is_published(ats: Ats) -> None:
    async with ats.pipeline.work("acme", actor="system:test", cause="test") as unit:
        await unit.execute(_PAST)
    async with ats.pipeline.work("acme", actor="ats", cause="time") as unit:
        await refresh_cards(unit, [ats.application_id])
    card = await ats.card()
    assert (card["next_interview_at"], card["scorecards_due"]) == (None, 1)
    assert await ats.published() == [card["version"]]


async def test_a_move_after_a_changed_card_has_the_next_version(ats: Ats) -> None:
    await ats.read("people", _KATE | {"company": "Ajira", "updated_at": _LATER})
    await ats.read("job_stages", {"id": 32, "job_id": 3, "name": "B", "sort_order": 2})
    await ats.read("applications", application(1, stage_id=32, updated_at=_LATER, current_stage_at=_LATER))
    await ats.compare(1)
    async with ats.pipeline.read_session("acme") as session:
        versions = [row[0] for row in await session.fetch(_VERSIONS, ats.application_id)]
    # Received, with a scorecard that was in; another card; moved.
    assert versions == [1, 2, 3, 4]
    assert (await ats.card())["version"] == 4
    assert await ats.published() == [3]


async def test_the_cards_of_a_page_of_people_take_as_many_statements_as_one(ats: Ats) -> None:
    people = [{"id": number, "first_name": "Jack", "last_name": "Shephard"} | TIMES for number in range(100, 150)]
    await ats.read("people", *people)
    changed = [_KATE, *people]
    async with counted_statements(ats.pipeline.pool) as statements:
        await ats.read("people", *({**each, "company": "Ajira", "updated_at": _LATER} for each in changed))
    assert statements == [
        "lock_records", "ended_among", "who_looks_after", "upsert_person", "survivors_among",
        "applications_of_people", "lock_cards", "count_changed_cards", "render_cards", "who_looks_after",
        "forget_unreadable", "record_events",
    ]  # fmt: skip
