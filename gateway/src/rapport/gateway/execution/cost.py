"""What an operation costs, known before it is executed.

A document is priced once, each of its fragments once however often it is spread; the values of variables are added for
each execution. One unit is about one field of a response.

* A field costs 1, and 50 more if it calls a service: the fields of queries, mutations and subscriptions, lists in
  pages, and boards.
* What is selected in a list is multiplied: by ``first``, by the number of ``ids``, and by 10 where the
  length is unknown; but by 1 if an argument chooses one of its items.
* What ``@skip`` and ``@include`` may exclude is counted, and so is every branch of a union.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
    value_from_ast_untyped,
)

from rapport.contracts.requests import MAX_PAGE
from rapport.gateway.errors import ClientError, Code

MAX_COST = 30_000
"""The default limit of an operation: about half a second of a processor."""
_REQUEST = 50
_INTROSPECTION = 3000
"""The cost of ``__schema``, for any selection: the schema has a fixed size, and depth is limited."""
_DEFAULT_ITEMS = 10
"""Items of a list of unknown length."""
_BOARD = "Board"
_CHOOSES = "stageId"
"""The argument that chooses one item of a list."""


class Variable(NamedTuple):
    """A number of items given by a variable."""

    name: str
    default: int

    def of(self, variables: Mapping[str, object]) -> int:
        """The number with these variables, up to the length of a page."""
        return _items(variables.get(self.name, self.default), self.default)


class Choice(NamedTuple):
    """One item if a variable chooses it, else all there are."""

    name: str

    def of(self, variables: Mapping[str, object]) -> int:
        """The number with these variables."""
        return _DEFAULT_ITEMS if variables.get(self.name) is None else 1


Count: TypeAlias = int | Variable | Choice


@dataclass(frozen=True, slots=True)
class Price:
    """The price of a selection: a fixed part, and parts that are multiplied by numbers of items."""

    fixed: int = 0
    parts: tuple[tuple[Count, "Price"], ...] = ()

    def with_variables(self, variables: Mapping[str, object]) -> int:
        """The cost with these variables."""
        return self.fixed + sum(
            (count if isinstance(count, int) else count.of(variables)) * price.with_variables(variables)
            for count, price in self.parts
        )

    def plus(self, other: "Price") -> "Price":
        """The price of both selections together."""
        return Price(self.fixed + other.fixed, self.parts + other.parts)

    def times(self, count: Count) -> "Price":
        """The price of that many items."""
        if isinstance(count, int) and not self.parts:
            return Price(count * self.fixed)
        return Price(0, ((count, self),))


class Priced(NamedTuple):
    """The price of an operation, without the values of its variables."""

    price: Price
    defaults: Mapping[str, object]

    def cost(self, variables: Mapping[str, object] | None) -> int:
        """The cost with these variables."""
        return self.price.with_variables({**self.defaults, **(variables or {})})


def too_expensive(cost: int, maximum: int) -> ClientError:
    """The error for an operation beyond the limit."""
    message = f"the operation costs {cost}; at most {maximum} is allowed"
    return ClientError(Code.TOO_COMPLEX, message, cost=cost, maximum=maximum)


def prices(schema: GraphQLSchema, document: DocumentNode) -> dict[str | None, Priced]:
    """The prices of a valid document's operations by their names."""
    pricing = _Pricing(schema, document)
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    return {
        operation.name.value if operation.name else None: Priced(
            pricing.selections(
                schema.get_root_type(operation.operation), operation.selection_set.selections, None, calls_service=True
            ),
            {
                variable.variable.name.value: value_from_ast_untyped(variable.default_value)
                for variable in operation.variable_definitions or ()
                if variable.default_value
            },
        )
        for operation in operations
    }


class _Pricing:
    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        definitions = document.definitions
        self._schema = schema
        self._fragments = {d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)}
        self._priced: dict[tuple[str, Count | None, bool], Price] = {}

    def selections(
        self, parent: Any, selections: Iterable[SelectionNode], items: Count | None, *, calls_service: bool = False
    ) -> Price:
        """The price of a selection.

        Args:
            parent: the type it is made on.
            selections: of fields and fragments.
            items: the length of the page it is made on, if on one.
            calls_service: whether each field is a request to a service.
        """
        price = Price()
        for node in selections:
            price = price.plus(self._node(parent, node, items, calls_service=calls_service))
        return price

    def _node(self, parent: Any, node: SelectionNode, items: Count | None, *, calls_service: bool) -> Price:
        if isinstance(node, FieldNode):
            return self._field(parent, node, items, calls_service=calls_service)
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value, items, calls_service=calls_service)
        condition = node.type_condition  # type: ignore[attr-defined]  # an inline fragment: there is nothing else
        narrowed = self._schema.type_map[condition.name.value] if condition else parent
        return self.selections(narrowed, node.selection_set.selections, items, calls_service=calls_service)  # type: ignore[attr-defined]

    def _fragment(self, name: str, items: Count | None, *, calls_service: bool) -> Price:
        key = name, items, calls_service
        if key not in self._priced:
            fragment = self._fragments[name]
            on = self._schema.type_map[fragment.type_condition.name.value]
            self._priced[key] = self.selections(
                on, fragment.selection_set.selections, items, calls_service=calls_service
            )
        return self._priced[key]

    def _field(self, parent: Any, node: FieldNode, items: Count | None, *, calls_service: bool) -> Price:
        name = node.name.value
        if name.startswith("__"):
            return Price(1 if name == "__typename" else _INTROSPECTION)
        field: GraphQLField = parent.fields[name]
        named: GraphQLNamedType = get_named_type(field.type)
        page = _items_of(node, field, "first")
        own = Price(1 + (_REQUEST if calls_service or page is not None or named.name == _BOARD else 0))
        if node.selection_set is None or not is_composite_type(named):
            return own
        inner = self.selections(named, node.selection_set.selections, page)
        if is_list_type(get_nullable_type(field.type)):
            many = items if items is not None else _items_of(node, field, "ids")
            inner = inner.times(_chosen(node) if many is None else many)
        return own.plus(inner)


def _items_of(node: FieldNode, field: GraphQLField, argument: str) -> Count | None:
    """The number of items an argument gives; None if the field has no such argument."""
    if argument not in field.args:
        return None
    default = field.args[argument].default_value
    default_items = default if isinstance(default, int) else _DEFAULT_ITEMS
    for written in node.arguments or ():
        if written.name.value == argument:
            return _literal_or_variable(written.value, default_items)
    return default_items


def _chosen(node: FieldNode) -> Count:
    """The number of items of a list of unknown length, of which an argument may choose one."""
    for written in node.arguments or ():
        if written.name.value == _CHOOSES:
            value = written.value
            if isinstance(value, VariableNode):
                return Choice(value.name.value)
            return _DEFAULT_ITEMS if isinstance(value, NullValueNode) else 1
    return _DEFAULT_ITEMS


def _literal_or_variable(value: ValueNode, default_items: int) -> Count:
    if isinstance(value, VariableNode):
        return Variable(value.name.value, default_items)
    if isinstance(value, ListValueNode):
        return min(len(value.values), MAX_PAGE)
    return _items(int(value.value), default_items) if isinstance(value, IntValueNode) else default_items


def _items(value: object, default_items: int) -> int:
    """A list's length or a number, from 0 to the length of a page: no field returns more."""
    if isinstance(value, list):
        return min(len(value), MAX_PAGE)
    # Anything else is refused when the variables are coerced.
    return max(0, min(int(value), MAX_PAGE)) if isinstance(value, int) else default_items
