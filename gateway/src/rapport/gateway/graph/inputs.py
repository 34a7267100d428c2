"""Turns the inputs of mutations into requests, and reports everything that is wrong with one at once."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import strawberry
from pydantic import ValidationError

from rapport.contracts.problems import invalid
from rapport.contracts.refusals import FieldProblem, InputProblemCode, Invalid
from rapport.contracts.requests import MAX_PAGE, Request
from rapport.gateway.errors import ClientError, Code
from rapport.gateway.graph.ids import Kind, uuid_of

_RequestT = TypeVar("_RequestT", bound=Request[Any])
_TimeT = TypeVar("_TimeT", bound=datetime | None)

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_PLACEHOLDER = UUID(int=0)
"""In place of an invalid id, so that the rest of the input can be validated."""


def idempotency_key() -> Any:
    """The input field by which a repetition is recognised."""
    return strawberry.field(
        default=None,
        description="A repetition under the same key has no further effect: 1 to 200 visible ASCII characters.",
    )


def with_time_zone(time: _TimeT, argument: str) -> _TimeT:
    """The time that an argument of a query gives.

    Raises:
        ClientError: it has no time zone (``BAD_REQUEST``).
    """
    if time is not None and time.tzinfo is None:
        raise ClientError(Code.BAD_REQUEST, f"{argument} must have a time zone", argument=argument)
    return time


class InputParser:
    """Parses the fields of one input, and collects what is wrong with them."""

    def __init__(self) -> None:
        """No problems yet."""
        self._problems: list[FieldProblem] = []

    def id(self, kind: Kind, value: str, path: str) -> UUID:
        """The thing of this kind that an id stands for."""
        try:
            return uuid_of(kind, value, "")
        except ClientError as problem:
            self._add(path, problem.message.strip(), InputProblemCode.INVALID_ID)
            return _PLACEHOLDER

    def optional_id(self, kind: Kind, value: str | None, path: str) -> UUID | None:
        """As :meth:`id`, for an id that may be left out."""
        return None if value is None else self.id(kind, value, path)

    def ids(self, kind: Kind, values: Sequence[str], path: str, *, at_most: int = MAX_PAGE) -> tuple[UUID, ...]:
        """Several of them; too many are not parsed."""
        if len(values) > at_most:
            self._add(path, f"must have at most {at_most:,} items", InputProblemCode.TOO_MANY)
            return ()
        return tuple(self.id(kind, value, f"{path}.{at}") for at, value in enumerate(values))

    def key(self, value: str | None) -> str | None:
        """An idempotency key."""
        if value is not None and not _KEY.fullmatch(value):
            self._add("idempotency_key", "must be 1 to 200 visible ASCII characters", InputProblemCode.MALFORMED)
        return value

    def build(self, request: type[_RequestT], **values: Any) -> _RequestT | Invalid:
        """The request with these values, or everything that is wrong with the input."""
        try:
            built = request(**values)
        except ValidationError as problem:
            reported = {known.path.partition(".")[0] for known in self._problems}
            self._problems += [
                found for found in invalid(problem).problems if found.path.partition(".")[0] not in reported
            ]
        else:
            if not self._problems:
                return built
        return Invalid(problems=tuple(self._problems))

    def _add(self, path: str, message: str, code: InputProblemCode) -> None:
        self._problems.append(FieldProblem(path=path, message=message, code=code))
