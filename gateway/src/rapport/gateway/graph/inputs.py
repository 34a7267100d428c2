"""Turns the inputs of mutations into requests, and reports everything that is wrong with one at once."""

import re
from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

import strawberry
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from rapport.contracts.refusals import FieldProblem, Invalid
from rapport.contracts.requests import MAX_PAGE, Request
from rapport.gateway.errors import ClientError
from rapport.gateway.graph.ids import Kind, uuid_of

_RequestT = TypeVar("_RequestT", bound=Request[Any])

_KEY = re.compile(r"[\x21-\x7e]{1,200}")


def idempotency_key() -> Any:
    """The input field by which a repetition is recognised."""
    return strawberry.field(
        default=None,
        description="Repeating it under the same key has no further effect: up to 200 visible ASCII characters.",
    )


class InputParser:
    """Parses the fields of one input, and collects what is wrong with them."""

    def __init__(self) -> None:
        """No problems yet."""
        self._problems: list[FieldProblem] = []

    def id(self, kind: Kind, value: str, path: str) -> UUID:
        """The thing of this kind that an id stands for."""
        try:
            return uuid_of(kind, value, "the value")
        except ClientError as problem:
            self._problems.append(FieldProblem(path=path, message=problem.message))
            return UUID(int=0)

    def optional_id(self, kind: Kind, value: str | None, path: str) -> UUID | None:
        """As :meth:`id`, for an id that may be left out."""
        return None if value is None else self.id(kind, value, path)

    def ids(self, kind: Kind, values: Sequence[str], path: str) -> tuple[UUID, ...]:
        """Several of them; too many are not parsed."""
        if len(values) > MAX_PAGE:
            self._problems.append(FieldProblem(path=path, message=f"may be {MAX_PAGE} at most"))
            return ()
        return tuple(self.id(kind, value, f"{path}.{at}") for at, value in enumerate(values))

    def key(self, value: str | None) -> str | None:
        """An idempotency key."""
        if value is not None and not _KEY.fullmatch(value):
            message = "must be 1 to 200 visible ASCII characters"
            self._problems.append(FieldProblem(path="idempotency_key", message=message))
        return value

    def build(self, request: type[_RequestT], **values: Any) -> _RequestT | Invalid:
        """The request with these values, or everything that is wrong with the input."""
        if self._problems:
            return Invalid(problems=tuple(self._problems))
        try:
            return request(**values)
        except ValidationError as problem:
            errors = problem.errors(include_input=False, include_url=False)
            return Invalid(problems=tuple(FieldProblem(path=_path(e), message=_in_words(e)) for e in errors))


def _path(error: ErrorDetails) -> str:
    return ".".join(map(str, error["loc"]))


def _in_words(error: ErrorDetails) -> str:
    """What is wrong with a value, for people."""
    limits = error.get("ctx", {})
    match error["type"]:
        case "string_too_short":
            return "must not be empty"
        case "string_too_long":
            return f"must not have more than {limits['max_length']} characters"
        case "too_short":
            return f"must name at least {limits['min_length']}"
        case "too_long":
            return f"must not name more than {limits['max_length']}"
        case "timezone_aware":
            return "must say in which time zone"
    return error["msg"]
