"""Functions that turn what a resolver returns into its part of the response."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple, cast

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    GraphQLBoolean,
    GraphQLID,
    GraphQLInt,
    GraphQLString,
    Undefined,
)
from strawberry.schema.schema_converter import CustomGraphQLEnumType
from strawberry.schema.types.base_scalars import isoformat

_FAST_PATHS = {
    GraphQLString: ("x.__class__ is str", "x"),
    GraphQLID: ("x.__class__ is str", "x"),
    GraphQLInt: (f"x.__class__ is int and {GRAPHQL_MIN_INT} <= x <= {GRAPHQL_MAX_INT}", "x"),
    GraphQLBoolean: ("x.__class__ is bool", "x"),
}
"""For values that are serialised as they are."""

Complete = Callable[[Any], Any]
"""Completes a resolver's value, or raises: then graphql-core executes the field."""


class FallBack(Exception):  # noqa: N818 - not an error, but a reason to let graphql-core execute the field
    """The value cannot be completed here."""


class Completer(NamedTuple):
    """How a value of some type is completed."""

    complete: Complete
    fast_path: tuple[str, str] | None = None
    """A condition for ``x`` and its completed value in that case, as source; spares the call."""
    constants: Mapping[str, object] = MappingProxyType({})
    """The constants that the fast path names in braces."""


class CompiledField(NamedTuple):
    """How a selected field is read and completed."""

    read: Callable[[Any], Any]
    attribute: str | None
    value: Completer


def leaf(of_type: Any, *, required: bool) -> Completer:
    """Completes a scalar or an enum value."""
    coerce = of_type.coerce_output_value

    def complete(value: Any) -> Any:
        if value is None:
            if required:
                raise FallBack
            return None
        coerced = coerce(value)
        if coerced is None or coerced is Undefined:
            raise FallBack
        return coerced

    if isinstance(of_type, CustomGraphQLEnumType):
        # By their values, whose hash is cached: a member's is computed each time.
        members: Any = of_type.wrapped_cls
        names = {member._value_: coerce(member) for member in members}
        constants = {"kind": of_type.wrapped_cls, "names": names}
        return Completer(complete, ("x.__class__ is {kind}", "{names}[x._value_]"), constants)
    if coerce is isoformat:
        return Completer(complete, ("x.__class__ is {kind}", "x.isoformat()"), {"kind": datetime})
    return Completer(complete, _FAST_PATHS.get(of_type))


def required(inner: Complete) -> Complete:
    """Completes a value that must not be null."""

    def complete(value: Any) -> Any:
        completed = inner(value)
        if completed is None:
            raise FallBack
        return completed

    return complete


def list_of(item: Complete) -> Complete:
    """Completes a list."""

    def complete(value: Any) -> list[Any] | None:
        if value is None:
            return None
        if not isinstance(value, list | tuple):
            raise FallBack
        return [item(entry) for entry in value]

    return complete


def one_of(possible: Mapping[str, Complete]) -> Complete:
    """Completes an interface or a union, by the type that the value says it has."""

    def complete(value: Any) -> Any:
        if value is None:
            return None
        definition = getattr(value.__class__, "__strawberry_definition__", None)
        if definition is None or definition.name not in possible:
            raise FallBack
        return possible[definition.name](value)

    return complete


def object_of(is_type_of: Callable[[Any, Any], bool] | None, fields: Mapping[str, CompiledField]) -> Complete:
    """Completes an object; compiled for its first value, because few of the possible types of an interface occur."""
    compiled: Complete | None = None

    def complete(value: Any) -> Any:
        nonlocal compiled
        if value is None:
            return None
        if compiled is None:
            compiled = _compile_object(is_type_of, fields)
        return compiled(value)

    return complete


def _compile_object(is_type_of: Callable[[Any, Any], bool] | None, fields: Mapping[str, CompiledField]) -> Complete:
    """A function that completes all fields of an object, as source: a response has thousands of values.

    Nothing of a document is part of the source; the fields' names, and what it calls or compares with, are constants.
    """
    names: dict[str, Any] = {"FallBack": FallBack, "is_type_of": is_type_of}
    lines = []
    for number, (key, field) in enumerate(fields.items()):
        constants = {"key": key, "read": field.read, "complete": field.value.complete, **field.value.constants}
        numbered = {name: f"{name}_{number}" for name in constants}
        names.update({numbered[name]: constant for name, constant in constants.items()})
        read = f"value.{field.attribute}" if field.attribute else f"{numbered['read']}(value)"
        completed = f"{numbered['complete']}({read})"
        if field.value.fast_path:
            condition, fast = (source.format_map(numbered) for source in field.value.fast_path)
            completed = f"{fast} if (x := {read}) is not None and {condition} else {numbered['complete']}(x)"
        lines.append(f"{numbered['key']}: {completed},")
    source = f"""def complete(value):
    if is_type_of is not None and is_type_of(value, None) is not True:
        raise FallBack
    return {{
        {" ".join(lines)}
    }}
"""
    exec(source, names)  # noqa: S102
    return cast("Complete", names["complete"])
