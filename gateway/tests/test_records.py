"""A reply read as a record has what the contract's model would have, value by value."""

import collections.abc
import types
from datetime import UTC, date, datetime
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

import msgspec
import pytest
from pydantic import AwareDatetime, BaseModel

from rapport.contracts.requests import Request
from rapport.contracts.tools.documents import request_types
from rapport.gateway import records

_VALUES = {str: "naïve \u2028", int: 2**40, float: 0.1, bool: True, UUID: UUID(int=7)}
_VALUES[datetime] = datetime(2026, 3, 1, 9, 30, 0, 120000, tzinfo=UTC)
_VALUES[AwareDatetime] = _VALUES[datetime]
_VALUES[date] = date(2021, 3, 1)


def value_of(annotation: Any, *, full: bool) -> Any:
    """A value of that type: with everything that may be there, or with nothing that may be missing."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation in records.parts_of(annotation):
            return annotation()
        fields = annotation.model_fields.items()
        given = {name: value_of(field.annotation, full=full) for name, field in fields if full or field.is_required()}
        # Whether its parts go together is another question.
        return annotation.model_construct(**given)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return list(annotation)[-1]
    parts = get_args(annotation)
    match get_origin(annotation):
        case None:
            return _VALUES[annotation]
        case origin if origin is Annotated:
            return value_of(parts[0], full=full)
        case origin if origin is Literal:
            return parts[0]
        case origin if origin in {Union, types.UnionType}:
            return value_of(parts[0], full=True) if full else None
        case collections.abc.Mapping:
            return {value_of(parts[0], full=full): value_of(parts[1], full=full)} if full else {}
        case _:
            return tuple(value_of(parts[0], full=full) for _ in range(2)) if full else ()


def assert_same(record: Any, model: Any) -> None:
    if isinstance(model, BaseModel) and (isinstance(record, dict) or type(model) in records.parts_of(type(model))):
        # One of several models, or one that nests: whoever has the models reads it.
        assert type(model).model_validate(record) == model
    elif isinstance(model, BaseModel):
        assert list(record.__struct_fields__) == list(type(model).model_fields)
        for name in type(model).model_fields:
            assert_same(getattr(record, name), getattr(model, name))
    elif isinstance(model, tuple):
        assert isinstance(record, tuple)
        for one, other in zip(record, model, strict=True):
            assert_same(one, other)
    elif isinstance(model, dict):
        assert {str(key): value for key, value in record.items()} == {str(key): value for key, value in model.items()}
    else:
        assert (record, type(record).__name__) == (model, type(model).__name__)


@pytest.mark.parametrize("full", [True, False], ids=["everything", "nothing more than must be there"])
@pytest.mark.parametrize(
    "request_type", [each for each in request_types() if not each.anonymous], ids=lambda each: each.__name__
)
def test_a_record_has_what_the_model_has(request_type: type[Request[Any]], full: bool) -> None:
    model = value_of(request_type.result, full=full)

    assert_same(records.read(request_type.model_construct(), model.model_dump_json().encode()), model)


def test_what_is_no_such_reply_is_refused() -> None:
    request_type = next(each for each in request_types() if each.__name__ == "GetBoard")

    with pytest.raises(msgspec.DecodeError):
        records.read(request_type.model_construct(), b'{"job": {}, "columns": []}')
