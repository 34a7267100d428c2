"""Fields whose value is read from their parent alone: an attribute, or a resolver without arguments and context."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, NamedTuple, cast

from graphql import GraphQLObjectType, GraphQLSchema
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField


class DirectField(NamedTuple):
    """How such a field is read, and its type."""

    read: Callable[[Any], Any]
    attribute: str | None
    """The attribute it reads, if it reads nothing else."""
    type: Any


def direct_fields(schema: GraphQLSchema) -> dict[tuple[str, str], DirectField]:
    """All such fields, by the names of type and field."""
    fields = {}
    for kind in schema.type_map.values():
        for name, field in kind.fields.items() if isinstance(kind, GraphQLObjectType) else ():
            declared = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
            read = _reader(declared) if declared is not None else None
            if declared is not None and read is not None:
                attribute = declared.python_name if declared.is_basic_field else None
                fields[kind.name, name] = DirectField(read, attribute, field.type)
    return fields


def itself(value: Any) -> Any:
    """The value."""
    return value


def _reader(field: StrawberryField) -> Callable[[Any], Any] | None:
    """The function that reads the field from its parent; None if it needs more than that."""
    if field.is_subscription:
        return itself  # the parent is the change
    if field.is_basic_field:
        return attrgetter(field.python_name)
    resolver = field.base_resolver
    if resolver is None or field.extensions or resolver.is_async or resolver.arguments or resolver.info_parameter:
        return None
    only_parent = len(resolver.signature.parameters) == 1
    return cast("Callable[[Any], Any]", resolver.wrapped_func) if only_parent else None
