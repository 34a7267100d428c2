"""Strawberry's decorators, typed: a decorated resolver keeps its type."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol, TypeVar, cast

import strawberry
from strawberry.schema.types.base_scalars import DateDefinition, DateTimeDefinition, UUIDDefinition

_ResolverT = TypeVar("_ResolverT")
_TypeT = TypeVar("_TypeT")

DATE_TIME = replace(
    DateTimeDefinition,
    description="A date with a time and a time zone, in the format of RFC 3339.",
    specified_by_url="https://scalars.graphql.org/andimarek/date-time",
)
"""The scalar of all points in time."""
DATE = replace(
    DateDefinition,
    description="A day without a time, in the format of RFC 3339.",
    specified_by_url="https://scalars.graphql.org/andimarek/local-date",
)
"""The scalar of days."""
UUID = replace(
    UUIDDefinition,
    description="A UUID, by which events name things; everything else in this API has an opaque id.",
    specified_by_url="https://www.rfc-editor.org/rfc/rfc9562",
)
"""The scalar of the ids of events."""


class _Decorator(Protocol):
    def __call__(self, resolver: _ResolverT, /) -> _ResolverT: ...


def field(description: str, *, graphql_type: Any = None, name: str | None = None) -> _Decorator:
    """A field with a resolver.

    Args:
        description: for the schema.
        graphql_type: its GraphQL type, if the resolver returns a contract's model.
        name: in the schema, if Python reserves it.
    """
    return cast("_Decorator", strawberry.field(name=name, description=description, graphql_type=graphql_type))


def mutation(description: str, *, graphql_type: Any) -> _Decorator:
    """A mutation; its result is a union of success and refusals."""
    return cast("_Decorator", strawberry.mutation(description=description, graphql_type=graphql_type))


def subscription(description: str, *, graphql_type: Any) -> _Decorator:
    """A subscription; ``graphql_type`` is the type of its changes."""
    return cast("_Decorator", strawberry.subscription(description=description, graphql_type=graphql_type))


def extend(extended: type) -> Callable[[type[_TypeT]], type[_TypeT]]:
    """Add the decorated class's fields to another type, as ``extend type`` does in the schema language.

    A field that leads to a type of a later domain folder is declared there, beside that type: folders import each other
    in one direction only.
    """

    def add(cls: type[_TypeT]) -> type[_TypeT]:
        added: Any = strawberry.type(cls)
        definition: Any = extended.__strawberry_definition__  # type: ignore[attr-defined]
        definition.fields.extend(added.__strawberry_definition__.fields)
        return cls

    return add
