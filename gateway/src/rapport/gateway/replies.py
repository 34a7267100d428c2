"""Services' replies, read several times faster than by the contract's models: as records with the same attributes.

A reply is read once and only looked at. pydantic's models cost four times as much to make, which for a board is as much
as everything else that happens to it here.
"""

import types
from functools import cache
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

import msgspec
from pydantic import BaseModel

from rapport.contracts.requests import Request, ResultT


@cache
def record_of(model: type[BaseModel]) -> type[msgspec.Struct]:
    """The record that has the model's attributes; values of the same types, read from the same JSON."""
    fields = [
        (name, _recorded(field.annotation), *([] if field.is_required() else [field.default]))
        for name, field in model.model_fields.items()
    ]
    # Nothing in a reply points back to what holds it, so there is nothing for the collector of circles to find.
    return msgspec.defstruct(model.__name__, fields, frozen=True, kw_only=True, gc=False, module=model.__module__)


def _recorded(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return record_of(annotation)
    parts = get_args(annotation)
    match get_origin(annotation):
        case None:
            return annotation
        case origin if origin is Literal:
            return annotation
        case origin if origin is Annotated:
            return _recorded(parts[0])
        case origin if origin in {Union, types.UnionType}:
            return Union[tuple(_recorded(part) for part in parts)]  # noqa: UP007 - of computed types
        case origin if origin in {tuple, frozenset}:
            return origin[tuple(part if part is ... else _recorded(part) for part in parts)]
    raise TypeError(f"{annotation} cannot be recorded yet")


@cache
def _decoder(model: type[BaseModel]) -> msgspec.json.Decoder[msgspec.Struct]:
    return msgspec.json.Decoder(record_of(model))


def read(request: Request[ResultT], body: bytes) -> ResultT:
    """The record of the reply to a request; whoever looks at its attributes takes it for the model.

    Raises:
        msgspec.DecodeError: it is no such reply.
    """
    return cast("ResultT", _decoder(type(request).result).decode(body))
