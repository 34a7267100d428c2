"""What can be wrong with the field of a request: a code for programs, and one form of sentence for people.

Sentences continue the field's name ("must be at most 200 characters long") and never repeat the value.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from rapport.contracts.refusals import FieldProblem, InputProblemCode, Invalid

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_Sentence = Callable[[Mapping[str, Any]], str]
Code = InputProblemCode


def _at_least(limits: Mapping[str, Any], unit: str) -> str:
    return f"must be at least {limits['min_length']} {unit} long"


def _too_short(limits: Mapping[str, Any]) -> str:
    return "must not be empty" if limits["min_length"] == 1 else _at_least(limits, "characters")


def _items(number: int) -> str:
    return "1 item" if number == 1 else f"{number} items"


def _constant(sentence: str) -> _Sentence:
    return lambda _: sentence


PROBLEMS: Mapping[str, tuple[InputProblemCode, _Sentence]] = {
    "missing": (Code.REQUIRED, _constant("is required")),
    "extra_forbidden": (Code.UNKNOWN_FIELD, _constant("is not a field of this request")),
    "string_too_short": (Code.TOO_SHORT, _too_short),
    "string_too_long": (Code.TOO_LONG, lambda limits: f"must be at most {limits['max_length']} characters long"),
    "too_short": (Code.TOO_FEW, lambda limits: f"must have at least {_items(limits['min_length'])}"),
    "too_long": (Code.TOO_MANY, lambda limits: f"must have at most {_items(limits['max_length'])}"),
    "greater_than": (Code.OUT_OF_RANGE, lambda limits: f"must be greater than {limits['gt']}"),
    "greater_than_equal": (Code.OUT_OF_RANGE, lambda limits: f"must be at least {limits['ge']}"),
    "less_than": (Code.OUT_OF_RANGE, lambda limits: f"must be less than {limits['lt']}"),
    "less_than_equal": (Code.OUT_OF_RANGE, lambda limits: f"must be at most {limits['le']}"),
    "timezone_aware": (Code.TIME_ZONE_REQUIRED, _constant("must have a time zone")),
    "enum": (Code.NOT_ALLOWED, _constant("must be one of the allowed values")),
    "literal_error": (Code.NOT_ALLOWED, _constant("must be one of the allowed values")),
    "string_type": (Code.MALFORMED, _constant("must be a text")),
    "string_unicode": (Code.MALFORMED, _constant("must be a text")),
    "string_pattern_mismatch": (Code.MALFORMED, _constant("must have the documented form")),
    "uuid_parsing": (Code.MALFORMED, _constant("must be a UUID")),
    "bytes_type": (Code.MALFORMED, _constant("must be bytes in base64")),
    "base64_decode": (Code.MALFORMED, _constant("must be bytes in base64")),
    "uuid_type": (Code.MALFORMED, _constant("must be a UUID")),
    "bool_type": (Code.MALFORMED, _constant("must be true or false")),
    "bool_parsing": (Code.MALFORMED, _constant("must be true or false")),
    "int_type": (Code.MALFORMED, _constant("must be a whole number")),
    "int_parsing": (Code.MALFORMED, _constant("must be a whole number")),
    "int_parsing_size": (Code.OUT_OF_RANGE, _constant("must be a smaller number")),
    "int_from_float": (Code.MALFORMED, _constant("must be a whole number")),
    "datetime_type": (Code.MALFORMED, _constant("must be a date with a time")),
    "datetime_parsing": (Code.MALFORMED, _constant("must be a date with a time")),
    "datetime_from_date_parsing": (Code.MALFORMED, _constant("must be a date with a time")),
    "datetime_object_invalid": (Code.MALFORMED, _constant("must be a date with a time")),
    "date_type": (Code.MALFORMED, _constant("must be a date")),
    "date_parsing": (Code.MALFORMED, _constant("must be a date")),
    "date_from_datetime_parsing": (Code.MALFORMED, _constant("must be a date")),
    "date_from_datetime_inexact": (Code.MALFORMED, _constant("must be a date")),
    "float_type": (Code.MALFORMED, _constant("must be a number")),
    "float_parsing": (Code.MALFORMED, _constant("must be a number")),
    "value_error": (Code.INVALID, lambda limits: f"is invalid: {limits['error']}"),
    "tuple_type": (Code.MALFORMED, _constant("must be a list")),
    "model_type": (Code.MALFORMED, _constant("must be an object")),
    "model_attributes_type": (Code.MALFORMED, _constant("must be an object")),
    "json_invalid": (Code.MALFORMED, _constant("must be JSON")),
}
"""By pydantic's types of errors; a test covers every constraint of every request."""


def problem_of(error: "ErrorDetails") -> FieldProblem:
    """What pydantic found wrong with a field."""
    code, sentence = PROBLEMS.get(error["type"], (Code.INVALID, _constant("is invalid")))
    path = ".".join(map(str, error["loc"]))
    return FieldProblem(path=path, message=sentence(error.get("ctx", {})), code=code)


def invalid(problem: ValidationError) -> Invalid:
    """The refusal of a request that pydantic found invalid."""
    errors = problem.errors(include_input=False, include_url=False)
    return Invalid(problems=tuple(map(problem_of, errors)))
