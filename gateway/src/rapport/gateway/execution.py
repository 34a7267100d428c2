"""graphql-core's executor, with a shorter way to what follows from nothing but what is shown.

Most of an answer does, and almost all of a board. graphql-core describes every field to its resolver, Strawberry makes
several calls for each, and every object is a step of its own, though nobody reads the descriptions: no extension here
looks at single fields. Where a field and all that is selected below it only has to be read, it is read by functions
written for the selection, which are kept for the next execution of the document. Whatever takes more goes the usual
way, and so does what fails: errors are the usual ones.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from operator import attrgetter
from types import MappingProxyType
from typing import Any, NamedTuple, cast

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    GraphQLBoolean,
    GraphQLID,
    GraphQLInt,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    OperationDefinitionNode,
    Undefined,
    VariableNode,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.collect_fields import FragmentDetails
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.schema.schema_converter import CustomGraphQLEnumType, GraphQLCoreConverter
from strawberry.schema.types.base_scalars import isoformat
from strawberry.types.field import StrawberryField

_DECLARED = GraphQLCoreConverter.DEFINITION_BACKREF
_MOST_SWITCHED = 8
"""Combinations of an operation's switches remembered."""
_USUALLY = {
    GraphQLString: ("x.__class__ is str", "x"),
    GraphQLID: ("x.__class__ is str", "x"),
    GraphQLInt: (f"x.__class__ is int and {GRAPHQL_MIN_INT} <= x <= {GRAPHQL_MAX_INT}", "x"),
    GraphQLBoolean: ("x.__class__ is bool", "x"),
}
"""Values that are answered as they are."""

Complete = Callable[[Any], Any]
"""Turns what a resolver returns into what is answered, or raises: then the usual way is taken."""


class Plain(NamedTuple):
    """A field whose value follows from what is shown, and its type."""

    read: Callable[[Any], Any]
    attribute: str | None
    """What it reads, if nothing but an attribute."""
    shown: Any


class Unusual(Exception):  # noqa: N818 - no error, but a reason to take the usual way
    """What was read cannot be answered as it is."""


def plain_fields(schema: GraphQLSchema) -> dict[tuple[str, str], Plain]:
    """All such fields by the names of type and field."""
    found = {}
    for kind in schema.type_map.values():
        for name, field in kind.fields.items() if isinstance(kind, GraphQLObjectType) else ():
            declared = field.extensions.get(_DECLARED)
            read = _reader(declared) if declared is not None else None
            if declared is not None and read is not None:
                attribute = declared.python_name if declared.is_basic_field else None
                found[kind.name, name] = Plain(read, attribute, field.type)
    return found


def _reader(field: StrawberryField) -> Callable[[Any], Any] | None:
    """What reads the field from what is shown; None if it takes more than that."""
    if field.is_subscription:
        return _itself  # each event is what is shown
    if field.is_basic_field:
        return attrgetter(field.python_name)
    resolver = field.base_resolver
    if resolver is None or field.extensions or resolver.is_async or resolver.arguments or resolver.info_parameter:
        return None
    only_shown = len(resolver.signature.parameters) == 1
    return cast("Callable[[Any], Any]", resolver.wrapped_func) if only_shown else None


class _Value(NamedTuple):
    """How a value of some type is answered."""

    complete: Complete
    usually: tuple[str, str] | None = None
    """A condition for ``x`` and what it is answered as then, which spares the call."""
    constants: Mapping[str, object] = MappingProxyType({})
    """What these two name in braces."""


class _Field(NamedTuple):
    """How a selected field is answered."""

    read: Callable[[Any], Any]
    attribute: str | None
    value: _Value


class Selections:
    """What reads the selections of the operations executed lately; an operation's node stands for it."""

    def __init__(self, most: int) -> None:
        """``most``: operations remembered."""
        self._most = most
        self._known: OrderedDict[int, _Operation] = OrderedDict()

    def of(self, executor: "Executor") -> dict[object, Complete | None]:
        """What reads this operation's selections; which fields they have depends on variables that are switches."""
        operation, variables = executor.operation, executor.variable_values.coerced
        known = self._known.get(id(operation))
        if known is None:
            known = self._known[id(operation)] = _Operation(operation, _switches(operation, executor.fragments), {})
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(id(operation))
        switched = tuple(variables.get(name) for name in known.switches)
        if switched not in known.read and len(known.read) >= _MOST_SWITCHED:
            known.read.clear()
        return known.read.setdefault(switched, {})


class _Operation(NamedTuple):
    node: OperationDefinitionNode
    """Kept, so that it is not forgotten and its number given to another."""
    switches: tuple[str, ...]
    read: dict[tuple[object, ...], dict[object, Complete | None]]
    """By the values of the switches."""


def _switches(operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDetails]) -> tuple[str, ...]:
    """The variables that directives of the operation, or of any fragment, name."""
    names: set[str] = set()
    looked_at = [operation.selection_set, *(fragment.definition.selection_set for fragment in fragments.values())]
    while looked_at:
        for selection in looked_at.pop().selections:
            for directive in selection.directives or ():
                given = [argument.value for argument in directive.arguments or ()]
                names.update(value.name.value for value in given if isinstance(value, VariableNode))
            below = getattr(selection, "selection_set", None)
            if below:
                looked_at.append(below)
    return tuple(sorted(names))


class Executor(StrawberryGraphQLCoreExecutionContext):
    """Takes the shorter way where there is one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Made by graphql-core for each operation."""
        super().__init__(*args, **kwargs)
        schema = self.schema.extensions[_DECLARED]
        self._plain: dict[tuple[str, str], Plain] = schema.plain_fields
        self._shorter: dict[object, Complete | None] = schema.selections.of(self)

    def execute_field(self, parent_type: Any, source: Any, field_details_list: Any, path: Any, position: Any) -> Any:
        """The field's value, or something to await it by."""
        key = (parent_type.name, *[id(details.node) for details in field_details_list])
        try:
            if key not in self._shorter:
                self._shorter[key] = self._answer_of(parent_type, field_details_list)
            answer = self._shorter[key]
            if answer is not None:
                return answer(source)
        except Exception:  # noqa: BLE001, S110 - met again on the usual way, and told there
            pass
        return super().execute_field(parent_type, source, field_details_list, path, position)

    def _answer_of(self, kind: GraphQLObjectType, selected: Any) -> Complete | None:
        """What reads a selected field and everything below it; None if that takes more than reading."""
        field = self._field(kind, selected)
        if field is None:
            return None
        read, complete = field.read, field.value.complete
        return lambda source: complete(read(source))

    def _field(self, kind: GraphQLObjectType, selected: Any) -> _Field | None:
        name = selected[0].node.name.value
        if name == "__typename":
            return _Field(lambda _: kind.name, None, _Value(_itself))
        plain = self._plain.get((kind.name, name))
        value = self._value(plain.shown, selected) if plain else None
        return _Field(plain.read, plain.attribute, value) if plain and value else None

    def _value(self, shown: Any, selected: Any) -> _Value | None:
        required = is_non_null_type(shown)
        of_type = shown.of_type if required else shown
        if is_leaf_type(of_type):
            return _leaf(of_type, required=required)
        complete = self._complete(of_type, selected)
        if complete is None:
            return None
        return _Value(_required(complete) if required else complete)

    def _complete(self, shown: Any, selected: Any) -> Complete | None:
        if is_list_type(shown):
            each = self._value(shown.of_type, selected)
            return _list_of(each.complete) if each else None
        return self._object(shown, selected) if is_object_type(shown) else self._abstract(shown, selected)

    def _abstract(self, shown: Any, selected: Any) -> Complete | None:
        possible = {kind.name: self._object(kind, selected) for kind in self.schema.get_possible_types(shown)}
        return _one_of(cast("dict[str, Complete]", possible)) if all(possible.values()) else None

    def _object(self, kind: GraphQLObjectType, selected: Any) -> Complete | None:
        collected, deferred, _ = self.collect_subfields(kind, selected)
        # A fragment's fields are the same nodes wherever it is spread.
        nodes = (kind.name, *[(key, *[id(each.node) for each in details]) for key, details in collected.items()])
        if nodes not in self._shorter:
            fields = {key: self._field(kind, details) for key, details in collected.items()}
            plain = not deferred and all(fields.values())
            self._shorter[nodes] = (
                _when_needed(cast("Any", kind.is_type_of), cast("dict[str, _Field]", fields)) if plain else None
            )
        return self._shorter[nodes]


def _when_needed(is_type_of: Callable[[Any, Any], bool] | None, fields: Mapping[str, _Field]) -> Complete:
    """As :func:`_object_of`, written for the first value: of the types that something may have, few are met."""
    written: Complete | None = None

    def complete(value: Any) -> Any:
        nonlocal written
        if value is None:
            return None
        if written is None:
            written = _object_of(is_type_of, fields)
        return written(value)

    return complete


def _object_of(is_type_of: Callable[[Any, Any], bool] | None, fields: Mapping[str, _Field]) -> Complete:
    """A function that reads all fields of an object, written out: there are thousands of values in an answer.

    Nothing of a document is quoted in it; what it calls or compares with, and the fields' names, are constants.
    """
    known: dict[str, Any] = {"Unusual": Unusual, "is_type_of": is_type_of}
    lines = []
    for number, (key, field) in enumerate(fields.items()):
        constants = {"key": key, "read": field.read, "complete": field.value.complete, **field.value.constants}
        named = {name: f"{name}_{number}" for name in constants}
        known.update({named[name]: constant for name, constant in constants.items()})
        read = f"value.{field.attribute}" if field.attribute else f"{named['read']}(value)"
        answer = f"{named['complete']}({read})"
        if field.value.usually:
            usual, shorter = (each.format_map(named) for each in field.value.usually)
            answer = f"{shorter} if (x := {read}) is not None and {usual} else {named['complete']}(x)"
        lines.append(f"{named['key']}: {answer},")
    source = f"""def complete(value):
    if is_type_of is not None and is_type_of(value, None) is not True:
        raise Unusual
    return {{
        {" ".join(lines)}
    }}
"""
    exec(source, known)  # noqa: S102
    return cast("Complete", known["complete"])


def _one_of(possible: Mapping[str, Complete]) -> Complete:
    """By the type of the value, if it says what it is."""

    def complete(value: Any) -> Any:
        if value is None:
            return None
        definition = getattr(value.__class__, "__strawberry_definition__", None)
        if definition is None or definition.name not in possible:
            raise Unusual
        return possible[definition.name](value)

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


def _leaf(shown: Any, *, required: bool) -> _Value:
    coerce = shown.coerce_output_value

    def complete(value: Any) -> Any:
        if value is None:
            if required:
                raise Unusual
            return None
        coerced = coerce(value)
        if coerced is None or coerced is Undefined:
            raise Unusual
        return coerced

    if isinstance(shown, CustomGraphQLEnumType):
        # By their values, whose hash is known: that of a member is computed anew each time.
        members: Any = shown.wrapped_cls
        names = {member._value_: coerce(member) for member in members}
        constants = {"kind": shown.wrapped_cls, "names": names}
        return _Value(complete, ("x.__class__ is {kind}", "{names}[x._value_]"), constants)
    if coerce is isoformat:
        return _Value(complete, ("x.__class__ is {kind}", "x.isoformat()"), {"kind": datetime})
    return _Value(complete, _USUALLY.get(shown))


def _itself(value: Any) -> Any:
    return value
