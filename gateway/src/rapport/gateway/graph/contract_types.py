"""GraphQL types that expose a contract's model: the runtime value is the model itself, or a record of it.

``@exposes(pipeline.Card, "person_name", "origin")`` declares a type with these fields; their types come from the model,
and their descriptions from what the contract says about them. Only the named fields are exposed, in the contract's
order.
"""

import ast
import inspect
import sys
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import Any, Optional, TypeVar, Union, get_args, get_origin

import strawberry
from pydantic import BaseModel

from rapport.gateway.graph.ids import Kind, global_id
from rapport.gateway.records import record_of

_TypeT = TypeVar("_TypeT")

_SCALARS = frozenset({str, int, float, bool, date, datetime})
_types: dict[type[BaseModel], type] = {}
"""The GraphQL type of each exposed model."""


def exposes(
    model: type[BaseModel], *fields: str, id_of: Kind | None = None, **described: str
) -> Callable[[type[_TypeT]], type[_TypeT]]:
    """Declare a GraphQL type whose values are instances of ``model``, or records of it.

    Args:
        model: the contract's model.
        fields: attributes to expose, described as the contract describes them.
        id_of: adds ``id``, the model's ``id`` made opaque.
        described: further attributes to expose, with a description for clients.
    """

    def declare(cls: type[_TypeT]) -> type[_TypeT]:
        documented = attribute_docs(model.__module__).get(model.__qualname__, {})
        descriptions = {field: documented.get(field) for field in fields} | described
        if unknown := descriptions.keys() - model.model_fields.keys():
            raise TypeError(f"{model.__qualname__} has no {', '.join(sorted(unknown))}")
        if id_of is not None:
            cls.__annotations__["id"] = strawberry.ID
            cls.id = strawberry.field(resolver=_id_resolver(id_of), description=_ID)  # type: ignore[attr-defined]
        for name in (field for field in model.model_fields if field in descriptions):
            cls.__annotations__[name] = _graphql_type_of(model.model_fields[name].annotation)
            setattr(cls, name, strawberry.field(description=descriptions[name]))
        values = (record_of(model), model)
        cls.is_type_of = staticmethod(lambda value, _: isinstance(value, values))  # type: ignore[attr-defined]
        described_as = inspect.cleandoc(cls.__doc__ or model.__doc__ or "")
        graphql_type = strawberry.type(cls, description=described_as)
        _types[model] = graphql_type
        return graphql_type

    return declare


_ID = "Opaque; stands for the same thing wherever it appears."


def _id_resolver(kind: Kind) -> Callable[..., strawberry.ID]:
    def resolve(value: strawberry.Parent[Any]) -> strawberry.ID:
        return global_id(kind, value.id)

    return resolve


def _graphql_type_of(annotation: Any) -> Any:
    """The GraphQL type of a model's attribute."""
    if annotation in _SCALARS:
        return annotation
    if get_origin(annotation) is tuple:
        return list[_graphql_type_of(get_args(annotation)[0])]  # type: ignore[misc]
    if get_origin(annotation) in {Union, types.UnionType}:
        (present,) = (choice for choice in get_args(annotation) if choice is not type(None))
        return Optional[_graphql_type_of(present)]  # noqa: UP045 - X | None cannot be written for a computed X
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return enumeration(annotation)
    if annotation in _types:
        return _types[annotation]
    raise TypeError(f"{annotation} has no GraphQL type")


@cache
def enumeration(enum: type[StrEnum]) -> Any:
    """The GraphQL enum of a contract's; its values are spelled in capitals."""
    own = enum.__doc__ if "__doc__" in vars(enum) else None
    graphql_enum: Any = strawberry.enum(enum, description=inspect.cleandoc(own.replace("``", "`")) if own else None)
    documented = attribute_docs(enum.__module__).get(enum.__qualname__, {})
    for value in graphql_enum.__strawberry_definition__.values:
        value.description = documented.get(value.name)
    return graphql_enum


@cache
def attribute_docs(module: str) -> Mapping[str, Mapping[str, str]]:
    """The texts written below the attributes of a module's classes."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: dict(_documented(node.body)) for node in tree.body if isinstance(node, ast.ClassDef)}


def _documented(body: list[ast.stmt]) -> list[tuple[str, str]]:
    return [
        (target.id, inspect.cleandoc(below.value.value.replace("``", "`")))
        for above, below in pairwise(body)
        if isinstance(target := _target(above), ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
        and isinstance(below.value.value, str)
    ]


def _target(statement: ast.stmt) -> ast.expr | None:
    """What a statement assigns to: an attribute of a model, or a member of an enum."""
    if isinstance(statement, ast.AnnAssign):
        return statement.target
    return statement.targets[0] if isinstance(statement, ast.Assign) else None
