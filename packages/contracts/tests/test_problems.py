"""What is wrong with a request is said in our words, whatever is wrong with it."""

from typing import Any

import pytest
from pydantic import ValidationError

from rapport.contracts.problems import PROBLEMS, invalid
from rapport.contracts.refusals import InputProblemCode
from rapport.contracts.requests import MAX_IDS, Request
from rapport.contracts.tools.documents import request_types

VALUES: tuple[Any, ...] = (
    None,
    "",
    "x" * 30_000,
    "\ud800",
    -1,
    2**80,
    1.5,
    True,
    [],
    ["x"] * (MAX_IDS + 1),
    ["00000000-0000-0000-0000-000000000001"] * (MAX_IDS + 1),
    {},
    object(),
    "2026-01-01T00:00:00",
    "2026-13-01",
)


def errors_of(request_type: type[Request[Any]]) -> list[Any]:
    """Every error that pydantic finds in requests with one kind of value in all fields, and without and beyond them."""
    inputs = [dict.fromkeys(request_type.model_fields, value) for value in VALUES] + [{}, {"unknown": 1}]
    errors = []
    for values in inputs:
        try:
            request_type.model_validate(values)
        except ValidationError as problem:
            errors += problem.errors(include_url=False)
    return errors


@pytest.mark.parametrize("request_type", request_types(), ids=lambda request_type: request_type.__name__)
def test_every_constraint_of_every_request_has_a_code_and_a_sentence(request_type: type[Request[Any]]) -> None:
    assert {error["type"] for error in errors_of(request_type)} <= set(PROBLEMS)


@pytest.mark.parametrize("request_type", request_types(), ids=lambda request_type: request_type.__name__)
def test_problems_neither_repeat_the_value_nor_quote_the_validation_library(request_type: type[Request[Any]]) -> None:
    wrong = {name: f"hunter2{name}" for name in request_type.model_fields} | {"unknown": "hunter2"}
    for values in (wrong, {"unknown": "hunter2"}):
        with pytest.raises(ValidationError) as raised:
            request_type.model_validate(values)
        for problem in invalid(raised.value).problems:
            assert "hunter2" not in problem.message
            assert problem.message.startswith(("must ", "is "))
            assert not {"Input", "should", "Value error", "pydantic"} & set(problem.message.split())
            assert problem.code is not InputProblemCode.INVALID
