"""graphql-core's executor, with a fast path for fields that are read from their parent alone.

That is most of a response, and almost all of a board. graphql-core builds a description of every field for its
resolver, Strawberry makes several calls for each, and every object is a step of its own, though no extension here looks
at single fields. Where a field and everything selected below it only has to be read, functions compiled for the
selection read it; they are cached for the next execution of the document. graphql-core executes everything else, and
every field that fails here, so that errors are its own.
"""

from typing import Any, cast

from graphql import GraphQLObjectType, is_leaf_type, is_list_type, is_non_null_type, is_object_type
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.schema.schema_converter import GraphQLCoreConverter

from rapport.gateway.execution.completers import (
    CompiledField,
    Complete,
    Completer,
    leaf,
    list_of,
    object_of,
    one_of,
    required,
)
from rapport.gateway.execution.direct_fields import DirectField, itself


class Executor(StrawberryGraphQLCoreExecutionContext):
    """Takes the fast path where there is one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """graphql-core creates one for each operation."""
        super().__init__(*args, **kwargs)
        schema = self.schema.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
        self._direct_fields: dict[tuple[str, str], DirectField] = schema.direct_fields
        self._compiled: dict[object, Complete | None] = schema.compiled_selections.of(
            self.operation, self.variable_values.coerced, self.fragments
        )

    def execute_field(self, parent_type: Any, source: Any, field_details_list: Any, path: Any, position: Any) -> Any:
        """The field's value, or an awaitable of it."""
        key = (parent_type.name, *[id(details.node) for details in field_details_list])
        try:
            if key not in self._compiled:
                self._compiled[key] = self._compile(parent_type, field_details_list)
            complete = self._compiled[key]
            if complete is not None:
                return complete(source)
        except Exception:  # noqa: BLE001, S110 - graphql-core meets it again, and reports it
            pass
        return super().execute_field(parent_type, source, field_details_list, path, position)

    def _compile(self, parent: GraphQLObjectType, selected: Any) -> Complete | None:
        """Reads and completes a selected field with everything below it; None if that takes more than reading."""
        field = self._field(parent, selected)
        if field is None:
            return None
        read, complete = field.read, field.value.complete
        return lambda source: complete(read(source))

    def _field(self, parent: GraphQLObjectType, selected: Any) -> CompiledField | None:
        name = selected[0].node.name.value
        if name == "__typename":
            return CompiledField(lambda _: parent.name, None, Completer(itself))
        field = self._direct_fields.get((parent.name, name))
        value = self._value(field.type, selected) if field else None
        return CompiledField(field.read, field.attribute, value) if field and value else None

    def _value(self, type_: Any, selected: Any) -> Completer | None:
        is_required = is_non_null_type(type_)
        of_type = type_.of_type if is_required else type_
        if is_leaf_type(of_type):
            return leaf(of_type, required=is_required)
        complete = self._composite(of_type, selected)
        if complete is None:
            return None
        return Completer(required(complete) if is_required else complete)

    def _composite(self, type_: Any, selected: Any) -> Complete | None:
        if is_list_type(type_):
            item = self._value(type_.of_type, selected)
            return list_of(item.complete) if item else None
        return self._object(type_, selected) if is_object_type(type_) else self._abstract(type_, selected)

    def _abstract(self, type_: Any, selected: Any) -> Complete | None:
        possible = {kind.name: self._object(kind, selected) for kind in self.schema.get_possible_types(type_)}
        return one_of(cast("dict[str, Complete]", possible)) if all(possible.values()) else None

    def _object(self, type_: GraphQLObjectType, selected: Any) -> Complete | None:
        collected, deferred, _ = self.collect_subfields(type_, selected)
        # A fragment's fields are the same nodes wherever it is spread.
        nodes = (type_.name, *[(key, *[id(field.node) for field in details]) for key, details in collected.items()])
        if nodes not in self._compiled:
            fields = {key: self._field(type_, details) for key, details in collected.items()}
            is_direct = not deferred and all(fields.values())
            self._compiled[nodes] = (
                object_of(cast("Any", type_.is_type_of), cast("dict[str, CompiledField]", fields))
                if is_direct
                else None
            )
        return self._compiled[nodes]
