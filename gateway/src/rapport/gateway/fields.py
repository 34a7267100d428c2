"""Strawberry's decorators, typed: what they decorate stays what it is."""

from typing import Any, Protocol, TypeVar, cast

import strawberry

_ResolverT = TypeVar("_ResolverT")


class _Decorator(Protocol):
    def __call__(self, resolver: _ResolverT, /) -> _ResolverT: ...


def field(description: str | None = None, *, shown_as: Any = None) -> _Decorator:
    """A field with a resolver.

    Args:
        description: for the schema.
        shown_as: its GraphQL type, if the resolver answers a contract's model.
    """
    return cast("_Decorator", strawberry.field(description=description, graphql_type=shown_as))


def mutation(description: str, *, shown_as: Any) -> _Decorator:
    """A mutation; its result is a union of success and refusals."""
    return cast("_Decorator", strawberry.mutation(description=description, graphql_type=shown_as))


def subscription(description: str, *, shown_as: Any) -> _Decorator:
    """A subscription; ``shown_as`` is the type of its events."""
    return cast("_Decorator", strawberry.subscription(description=description, graphql_type=shown_as))
