"""graphql-core's executor, with a shorter way to what follows from nothing but what is shown.

Most of an answer does, and almost all of a board. graphql-core describes every field to its resolver, Strawberry makes
several calls for each, and every object is a step of its own, though nobody reads the descriptions: no extension here
looks at single fields. Where a field and all that is selected below it only has to be read, it is read by functions
made for the selection. Whatever takes more goes the usual way, and so does what fails: errors are the usual ones.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, NamedTuple, cast

from graphql import (
    GraphQLID,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    Undefined,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.schema.schema_converter import CustomGraphQLEnumType, GraphQLCoreConverter
from strawberry.types.field import StrawberryField

_DECLARED = GraphQLCoreConverter.DEFINITION_BACKREF
_TEXTS = (GraphQLString, GraphQLID)

Complete = Callable[[Any], Any]
"""Turns what a resolver returns into what is answered, or raises: then the usual way is taken."""


class Plain(NamedTuple):
    """A field whose value follows from what is shown, and its type."""

    read: Callable[[Any], Any]
    shown: Any
    leaf: Callable[[Any], Any] | None
    """Reads the field and answers it, if nothing can be selected below it."""


class Unusual(Exception):  # noqa: N818 - no error, but a reason to take the usual way
    """What was read cannot be answered as it is."""


def plain_fields(schema: GraphQLSchema) -> dict[tuple[str, str], Plain]:
    """All such fields by the names of type and field."""
    found = {}
    for kind in schema.type_map.values():
        for name, field in kind.fields.items() if isinstance(kind, GraphQLObjectType) else ():
            declared = field.extensions.get(_DECLARED)
            read = _reader(declared) if declared is not None else None
            if read is not None:
                found[kind.name, name] = Plain(read, field.type, _leaf_of(field.type, read))
    return found


def _leaf_of(shown: Any, read: Callable[[Any], Any]) -> Complete | None:
    required = is_non_null_type(shown)
    of_type = shown.of_type if required else shown
    return _leaf(of_type, read, required=required) if is_leaf_type(of_type) else None


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
        # With the selections, so that none of them is forgotten and its number given to another.
        self._shorter: dict[int, tuple[Any, Callable[[Any], Any] | None]] = {}

    def execute_field(self, parent_type: Any, source: Any, field_details_list: Any, path: Any, position: Any) -> Any:
        """The field's value, or something to await it by."""
        known = self._shorter.get(id(field_details_list))
        if known is None:
            answer = self._answer_of(parent_type, field_details_list)
            self._shorter[id(field_details_list)] = (field_details_list, answer)
        else:
            answer = known[1]
        if answer is not None:
            try:
                return answer(source)
            except Exception:  # noqa: BLE001, S110 - met again on the usual way, and told there
                pass
        return super().execute_field(parent_type, source, field_details_list, path, position)

    def _answer_of(self, kind: GraphQLObjectType, selected: Any) -> Callable[[Any], Any] | None:
        """What reads a selected field and everything below it; None if that takes more than reading."""
        name = selected[0].node.name.value
        if name == "__typename":
            return lambda _: kind.name
        plain = self._plain.get((kind.name, name))
        if plain is None:
            return None
        if plain.leaf:
            return plain.leaf
        complete, read = self._complete(plain.shown, selected), plain.read
        return (lambda source: complete(read(source))) if complete else None

    def _complete(self, shown: Any, selected: Any) -> Complete | None:
        if is_non_null_type(shown):
            inner = self._complete(shown.of_type, selected)
            return _required(inner) if inner else None
        if is_list_type(shown):
            each = self._complete(shown.of_type, selected)
            return _list_of(each) if each else None
        if is_leaf_type(shown):
            return _leaf(shown, _itself, required=False)
        return self._object(shown, selected) if is_object_type(shown) else None

    def _object(self, kind: GraphQLObjectType, selected: Any) -> Complete | None:
        fields, deferred, _ = self.collect_subfields(kind, selected)
        answers = [(key, self._answer_of(kind, details)) for key, details in fields.items()]
        if deferred or not all(answer for _, answer in answers):
            return None
        parts = cast("list[tuple[str, Callable[[Any], Any]]]", answers)
        is_type_of = cast("Callable[[Any, Any], bool] | None", kind.is_type_of)

        def complete(value: Any) -> dict[str, Any] | None:
            if value is None:
                return None
            if is_type_of is not None and is_type_of(value, None) is not True:
                raise Unusual
            return {key: answer(value) for key, answer in parts}

        return complete


def _required(inner: Complete) -> Complete:
    def complete(value: Any) -> Any:
        completed = inner(value)
        if completed is None:
            raise Unusual
        return completed

    return complete


def _list_of(each: Complete) -> Complete:
    def complete(value: Any) -> list[Any] | None:
        if value is None:
            return None
        if not isinstance(value, list | tuple):
            raise Unusual
        return [each(item) for item in value]

    return complete


def _leaf(shown: Any, read: Callable[[Any], Any], *, required: bool) -> Complete:
    """Made for one field, since there are thousands of values in an answer: what is usual takes no further call."""
    coerce = shown.coerce_output_value
    as_it_is = str if shown in _TEXTS else None
    listed: Any = shown.wrapped_cls if isinstance(shown, CustomGraphQLEnumType) else None
    names = {member: coerce(member) for member in listed or ()}

    def complete(source: Any) -> Any:
        value = read(source)
        kind = value.__class__
        if kind is as_it_is:
            return value
        if kind is listed:
            return names[value]
        if value is None:
            if required:
                raise Unusual
            return None
        coerced = coerce(value)
        if coerced is None or coerced is Undefined:
            raise Unusual
        return coerced

    return complete


def _itself(value: Any) -> Any:
    return value
