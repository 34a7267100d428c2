"""The patterns with which mail of strangers is read: none of them can be made to take long."""

import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from rapport.outreach.channels import email

_MODULES = [
    "rapport.outreach.domain.diagnosis",
    *(found.name for found in walk_packages(email.__path__, f"{email.__name__}.")),
]


def patterns() -> Iterator[tuple[str, str]]:
    """Every compiled pattern by its name, also those within tuples."""
    for module in _MODULES:
        for name, value in vars(import_module(module)).items():
            for each in _compiled(value):
                yield f"{module.rpartition('.')[2]}.{name}", each.pattern


def _compiled(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _compiled(each)


def repeats(parsed: Any, depth: int = 0) -> Iterator[int]:
    """How many unbounded repetitions of more than one thing each repetition stands in."""
    for code, argument in parsed:
        inner = depth
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            _, most, argument = argument
            inner = depth + (most is codes.MAXREPEAT)
            yield inner
            yield from repeats(argument, inner)
        elif code is codes.BRANCH:
            for branch in argument[1]:
                yield from repeats(branch, depth)
        elif code is codes.SUBPATTERN:
            yield from repeats(argument[-1], depth)
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            yield from repeats(argument[1], depth)


@pytest.mark.parametrize(("name", "pattern"), sorted(set(patterns())), ids=lambda value: value[:40])
def test_no_unbounded_repetition_stands_within_another(name: str, pattern: str) -> None:
    assert max(repeats(parser.parse(pattern)), default=0) <= 1, name


def test_a_repetition_within_another_would_be_found() -> None:
    assert max(repeats(parser.parse(r"a(b|(?:c+)*)"))) == 2
