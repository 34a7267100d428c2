"""The smallest messages analytics relies on: with them alone it counts, and none of what they hold can go."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from analytics_facts import apply, day, everything
from pydantic import ValidationError

from rapport.contracts.facts import read_fact, subject_of
from rapport.contracts.hiring import StageKind
from rapport.kit.database import Database

_FILES = sorted((Path(__file__).parent / "relies_on").glob("*.json"))
_APPLICATION = UUID("0192f000-0000-7000-8000-000000000001")
_JOB = UUID("0192f000-0000-7000-8000-000000000003")


def _message(name: str) -> dict[str, Any]:
    message: dict[str, Any] = json.loads((Path(__file__).parent / "relies_on" / f"{name}.json").read_text())
    return message


def _read(message: dict[str, Any], fact_type: str) -> Any:
    return read_fact(json.dumps(message).encode(), subject_of("acme", fact_type))


async def test_the_smallest_messages_are_enough_to_count(analytics: Database) -> None:
    facts = [_read(_message(file.stem), file.stem) for file in _FILES]
    assert len({type(fact.data) for fact in facts}) == 6
    for number, fact in enumerate(sorted(facts, key=lambda fact: fact.time)):
        await apply(analytics, [fact])
        _, applications, _ = await everything(analytics)
        assert len(applications) == (number > 0)
    jobs, applications, freshness = await everything(analytics)
    entered = 1 << StageKind.APPLIED.rank  # the move to the screen was refused in the end
    assert jobs == [(_JOB, 1, [], None)]
    assert [row[0] for row in applications] == [_APPLICATION]
    assert applications[0][2:] == (_JOB, 5, entered, "active", 4)
    assert applications[0][1].date() == day(1).date()
    assert len(freshness) == 1


def _leaves(part: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, value in part.items():
        yield (*path, name)
        if isinstance(value, dict):
            yield from _leaves(value, (*path, name))


@pytest.mark.parametrize(
    ("name", "path"),
    [(file.stem, path) for file in _FILES for path in _leaves(json.loads(file.read_text()))],
    ids=lambda value: ".".join(value) if isinstance(value, tuple) else value,
)
def test_nothing_of_a_smallest_message_can_go(name: str, path: tuple[str, ...]) -> None:
    message = copy.deepcopy(_message(name))
    part = message
    for step in path[:-1]:
        part = part[step]
    del part[path[-1]]
    with pytest.raises(ValidationError):
        _read(message, name)


@pytest.mark.parametrize("name", [file.stem for file in _FILES])
def test_what_a_newer_publisher_adds_is_not_in_the_way(name: str) -> None:
    message = _message(name)
    message |= {"invented": 1, "data": message["data"] | {"invented": {"more": True}}}
    assert _read(message, name) == _read(_message(name), name)
