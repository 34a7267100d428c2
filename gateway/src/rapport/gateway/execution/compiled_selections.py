"""The compiled selections of recently executed operations."""

from collections.abc import Mapping
from typing import NamedTuple

from cachetools import LRUCache
from graphql import OperationDefinitionNode, VariableNode
from graphql.execution.collect_fields import FragmentDetails

from rapport.gateway.execution.completers import Complete

_MAX_COMBINATIONS = 8
"""Combinations of one operation's switches that are cached."""


class _Operation(NamedTuple):
    node: OperationDefinitionNode
    """Kept, so that its id is not given to another node."""
    switches: tuple[str, ...]
    compiled: dict[tuple[object, ...], dict[object, Complete | None]]
    """By the values of the switches."""


class CompiledSelections:
    """An operation's node stands for the operation: documents are parsed once."""

    def __init__(self, max_operations: int) -> None:
        """``max_operations``: operations cached."""
        self._operations: LRUCache[int, _Operation] = LRUCache(max_operations)

    def of(
        self,
        node: OperationDefinitionNode,
        variables: Mapping[str, object],
        fragments: Mapping[str, FragmentDetails],
    ) -> dict[object, Complete | None]:
        """The operation's compiled selections, to be read and added to.

        Which fields are selected depends on the variables of ``@skip`` and ``@include``: the operation's switches.
        """
        operation = self._operations.get(id(node))
        if operation is None:
            operation = self._operations[id(node)] = _Operation(node, _switches(node, fragments), {})
        values = tuple(variables.get(name) for name in operation.switches)
        if values not in operation.compiled and len(operation.compiled) >= _MAX_COMBINATIONS:
            operation.compiled.clear()
        return operation.compiled.setdefault(values, {})


def _switches(operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDetails]) -> tuple[str, ...]:
    """The variables that directives of the operation, or of any fragment, name."""
    names: set[str] = set()
    pending = [operation.selection_set, *(fragment.definition.selection_set for fragment in fragments.values())]
    while pending:
        for selection in pending.pop().selections:
            for directive in selection.directives or ():
                values = [argument.value for argument in directive.arguments or ()]
                names.update(value.name.value for value in values if isinstance(value, VariableNode))
            below = getattr(selection, "selection_set", None)
            if below:
                pending.append(below)
    return tuple(sorted(names))
