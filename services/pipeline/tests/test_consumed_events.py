"""The smallest messages of other services the activity feed relies on, and that none of what they hold can go."""

from pathlib import Path
from uuid import UUID

import pytest
from pydantic import ValidationError

from rapport.contracts.pipeline import ActivityKind
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.pipeline.reactions import PersonActivity
from rapport.testing.consumed_events import ReliedOn, read

RELIED_ON = ReliedOn(Path(__file__).parent / "consumed_events")
# A suppression may be of an address nobody knows the owner of: then it is in nobody's feed.
OPTIONAL = {(name, ("data", "person_id")) for name in RELIED_ON.names if ".suppression." in name}


async def test_minimal_events_are_enough_for_the_feed(pipeline: Database) -> None:
    async with pipeline.work("acme", actor="system:test", cause="test") as unit:
        await PersonActivity().apply(unit, RELIED_ON.events())
    async with pipeline.read_session("acme") as session:
        rows = await session.fetch(
            Statement("SELECT person_id, entry ->> 'kind' AS kind FROM activity ORDER BY occurred_at")
        )
    assert [row["kind"] for row in rows] == [
        ActivityKind.REVIEW_REQUESTED,
        ActivityKind.VERDICT_GIVEN,
        ActivityKind.MESSAGE_SENT,
        ActivityKind.REPLY_RECEIVED,
        ActivityKind.SUPPRESSED,
        ActivityKind.SUPPRESSION_LIFTED,
    ]
    assert {row["person_id"] for row in rows} == {UUID("0192f000-0000-7000-8000-000000000002")}


@pytest.mark.parametrize(("name", "part"), [each for each in RELIED_ON.parts if each not in OPTIONAL])
def test_no_field_of_a_minimal_event_can_be_omitted(name: str, part: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError):
        read(RELIED_ON.without(name, part), name)


@pytest.mark.parametrize("name", RELIED_ON.names)
def test_fields_added_by_a_newer_publisher_are_ignored(name: str) -> None:
    assert read(RELIED_ON.with_more(name), name) == read(RELIED_ON.message(name), name)
