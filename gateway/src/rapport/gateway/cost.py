"""What an operation costs, known before it is executed.

A document is priced once, each of its fragments once however often it is spread; an operation's variables are put in
when it is asked for. One unit is about one field of an answer.

* A field costs 1, and 50 more if it asks a service: the fields of queries, mutations and subscriptions, lists in pages,
  and boards.
* What is selected in a list is multiplied: by ``first``, by the number of ``ids``, and by 10 where nothing says how
  many there are.
* What ``@skip`` and ``@include`` may leave out is counted, and so is every branch of a union.
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

MOST = 30_000
"""What an operation may cost where nobody says otherwise: about half a second of a processor."""
_REQUEST = 50
_INTROSPECTION = 3000
"""What ``__schema`` costs, whatever is selected in it: its answer never grows, and its depth is limited."""
_USUAL = 10
"""Items of a list of which nothing says how long it is."""
_BOARD = "Board"


class Variable(NamedTuple):
    """A number of items that a variable gives."""

    name: str
    default: int

    def of(self, variables: Mapping[str, object]) -> int:
        """How many these variables ask for, as far as anybody would answer them."""
        return _items(variables.get(self.name, self.default), self.default)


Count: TypeAlias = int | Variable


@dataclass(frozen=True, slots=True)
class Price:
    """What a selection costs: a fixed part, and parts as often as there are items."""

    fixed: int = 0
    parts: tuple[tuple[Count, "Price"], ...] = ()

    def with_variables(self, variables: Mapping[str, object]) -> int:
        """The cost with these variables."""
        return self.fixed + sum(
            (count if isinstance(count, int) else count.of(variables)) * price.with_variables(variables)
            for count, price in self.parts
        )

    def beside(self, other: "Price") -> "Price":
        """Both together."""
        return Price(self.fixed + other.fixed, self.parts + other.parts)

    def times(self, count: Count) -> "Price":
        """So many of it."""
        if isinstance(count, int) and not self.parts:
            return Price(count * self.fixed)
        return Price(0, ((count, self),))


class Priced(NamedTuple):
    """An operation whose variables are still to come."""

    price: Price
    defaults: Mapping[str, object]

    def cost(self, variables: Mapping[str, object] | None) -> int:
        """What it costs with these variables."""
        return self.price.with_variables({**self.defaults, **(variables or {})})


def too_expensive(cost: int, maximum: int) -> ClientError:
    """Why an operation is not executed."""
    message = f"the operation costs {cost}, and {maximum} is the most"
    return ClientError(Code.TOO_COMPLEX, message, cost=cost, maximum=maximum)


def prices(schema: GraphQLSchema, document: DocumentNode) -> dict[str | None, Priced]:
    """The prices of a valid document's operations by their names."""
    pricing = _Pricing(schema, document)
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    return {
        operation.name.value if operation.name else None: Priced(
            pricing.selections(
                schema.get_root_type(operation.operation), operation.selection_set.selections, None, asks=True
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
        self, parent: Any, selections: Iterable[SelectionNode], items: Count | None, *, asks: bool = False
    ) -> Price:
        """The price of a selection.

        Args:
            parent: the type it is made on.
            selections: of fields and fragments.
            items: how many the page holds that it is made on, if on one.
            asks: whether each field is a request to a service.
        """
        price = Price()
        for node in selections:
            price = price.beside(self._node(parent, node, items, asks=asks))
        return price

    def _node(self, parent: Any, node: SelectionNode, items: Count | None, *, asks: bool) -> Price:
        if isinstance(node, FieldNode):
            return self._field(parent, node, items, asks=asks)
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value, items, asks=asks)
        condition = node.type_condition  # type: ignore[attr-defined]  # an inline fragment: there is nothing else
        narrowed = self._schema.type_map[condition.name.value] if condition else parent
        return self.selections(narrowed, node.selection_set.selections, items, asks=asks)  # type: ignore[attr-defined]

    def _fragment(self, name: str, items: Count | None, *, asks: bool) -> Price:
        key = name, items, asks
        if key not in self._priced:
            fragment = self._fragments[name]
            on = self._schema.type_map[fragment.type_condition.name.value]
            self._priced[key] = self.selections(on, fragment.selection_set.selections, items, asks=asks)
        return self._priced[key]

    def _field(self, parent: Any, node: FieldNode, items: Count | None, *, asks: bool) -> Price:
        name = node.name.value
        if name.startswith("__"):
            return Price(1 if name == "__typename" else _INTROSPECTION)
        field: GraphQLField = parent.fields[name]
        shown: GraphQLNamedType = get_named_type(field.type)
        page = _given(node, field, "first")
        own = Price(1 + (_REQUEST if asks or page is not None or shown.name == _BOARD else 0))
        if node.selection_set is None or not is_composite_type(shown):
            return own
        inner = self.selections(shown, node.selection_set.selections, page)
        if is_list_type(get_nullable_type(field.type)):
            many = items if items is not None else _given(node, field, "ids")
            inner = inner.times(_USUAL if many is None else many)
        return own.beside(inner)


def _given(node: FieldNode, field: GraphQLField, argument: str) -> Count | None:
    """How many items an argument asks for; None if the field has no such argument."""
    if argument not in field.args:
        return None
    default = field.args[argument].default_value
    usual = default if isinstance(default, int) else _USUAL
    for given in node.arguments or ():
        if given.name.value == argument:
            return _written(given.value, usual)
    return usual


def _written(value: ValueNode, usual: int) -> Count:
    if isinstance(value, VariableNode):
        return Variable(value.name.value, usual)
    if isinstance(value, ListValueNode):
        return min(len(value.values), MAX_PAGE)
    return _items(int(value.value), usual) if isinstance(value, IntValueNode) else usual


def _items(value: object, usual: int) -> int:
    """A list's length or a number, at least 0; no field answers more than a page, whatever is asked for."""
    if isinstance(value, list):
        return min(len(value), MAX_PAGE)
    # What is no number is refused when the variables are read.
    return max(0, min(int(value), MAX_PAGE)) if isinstance(value, int) else usual
