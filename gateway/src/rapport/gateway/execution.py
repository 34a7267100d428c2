"""graphql-core's executor, with a shorter way to fields that follow from nothing but what is shown.

Most fields of an answer do, and almost all of a card. For each, graphql-core describes the field to its resolver and
Strawberry makes several calls, though nobody reads the description: no extension here looks at single fields. Whatever
takes more goes the usual way, and so does what fails: errors are the usual ones.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, NamedTuple, cast

from graphql import GraphQLObjectType, GraphQLSchema, get_nullable_type, is_leaf_type, is_non_null_type
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

_DECLARED = GraphQLCoreConverter.DEFINITION_BACKREF


class Plain(NamedTuple):
    """A field, of a type that has no fields, whose value follows from what is shown."""

    read: Callable[[Any], Any]
    coerce: Callable[[Any], Any]
    nullable: bool


def plain_fields(schema: GraphQLSchema) -> dict[tuple[str, str], Plain]:
    """All such fields by the names of type and field."""
    found = {}
    for kind in schema.type_map.values():
        for name, field in kind.fields.items() if isinstance(kind, GraphQLObjectType) else ():
            declared, shown = field.extensions.get(_DECLARED), get_nullable_type(field.type)
            read = _reader(declared) if declared is not None and is_leaf_type(shown) else None
            if read is not None:
                found[kind.name, name] = Plain(read, shown.coerce_output_value, not is_non_null_type(field.type))
    return found


def _reader(field: StrawberryField) -> Callable[[Any], Any] | None:
    """What reads the field from what is shown; None if it takes more than that."""
    if field.is_basic_field:
        return attrgetter(field.python_name)
    resolver = field.base_resolver
    if resolver is None or field.extensions or resolver.is_async or resolver.arguments or resolver.info_parameter:
        return None
    only_shown = len(resolver.signature.parameters) == 1
    return cast("Callable[[Any], Any]", resolver.wrapped_func) if only_shown else None


class Executor(StrawberryGraphQLCoreExecutionContext):
    """Takes the shorter way where there is one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Made by graphql-core for each operation."""
        super().__init__(*args, **kwargs)
        self._plain: dict[tuple[str, str], Plain] = self.schema.extensions[_DECLARED].plain_fields

    def execute_field(self, parent_type: Any, source: Any, field_details_list: Any, path: Any, position: Any) -> Any:
        """The field's value, or something to await it by."""
        plain = self._plain.get((parent_type.name, field_details_list[0].node.name.value))
        if plain is not None:
            try:
                value = plain.read(source)
                if value is None and plain.nullable:
                    return None
                coerced = plain.coerce(value)
            except Exception:  # noqa: BLE001 - met again on the usual way, and told there
                coerced = None
            if coerced is not None:
                return coerced
        return super().execute_field(parent_type, source, field_details_list, path, position)
