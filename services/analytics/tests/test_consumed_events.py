"""The smallest messages analytics relies on: with them alone it counts, and none of what they hold can go."""

from pathlib import Path
from uuid import UUID

import pytest
from pydantic import ValidationError

from rapport.contracts.vocabulary import StageKind
from rapport.kit.database.unit_of_work import Database
from rapport.testing.consumed_events import ReliedOn, read
from services.analytics.tests.support.analytics_events import apply, day, everything

RELIED_ON = ReliedOn(Path(__file__).parent / "consumed_events")
_APPLICATION = UUID("0192f000-0000-7000-8000-000000000001")
_JOB = UUID("0192f000-0000-7000-8000-000000000003")


async def test_minimal_events_are_enough_for_the_funnel(analytics: Database) -> None:
    events = RELIED_ON.events()
    assert len({type(event.data) for event in events}) == 8
    for number, event in enumerate(sorted(events, key=lambda event: event.time)):
        await apply(analytics, [event])
        _, applications, _ = await everything(analytics)
        assert len(applications) == (number > 0)
    jobs, applications, freshness = await everything(analytics)
    entered = 1 << StageKind.APPLIED.rank  # the move to the screen was refused in the end
    assert jobs == [(_JOB, 1, [], None)]
    assert [row[0] for row in applications] == [_APPLICATION]
    assert applications[0][2:] == (_JOB, 7, entered, "active", 4)
    assert applications[0][1].date() == day(1).date()
    assert len(freshness) == 1


@pytest.mark.parametrize(("name", "part"), RELIED_ON.parts)
def test_no_field_of_a_minimal_event_can_be_omitted(name: str, part: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError):
        read(RELIED_ON.without(name, part), name)


@pytest.mark.parametrize("name", RELIED_ON.names)
def test_fields_added_by_a_newer_publisher_are_ignored(name: str) -> None:
    assert read(RELIED_ON.with_more(name), name) == read(RELIED_ON.message(name), name)
