"""What a client selects below a field, so that one request can fetch it all."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLResolveInfo,
    IntValueNode,
    SelectionNode,
    StringValueNode,
    ValueNode,
    VariableNode,
)
from graphql import InlineFragmentNode as Inline

_ResolveInfo: TypeAlias = "GraphQLResolveInfo[Any]"


def selected_fields(info: _ResolveInfo, path: Sequence[str]) -> list[FieldNode]:
    """Every selection of the field at ``path`` below the one being resolved; type conditions are ignored."""
    nodes = list(info.field_nodes)
    for name in path:
        nodes = [field for node in nodes for field in _fields_of(info, node) if field.name.value == name]
    return nodes


def selected_names(info: _ResolveInfo) -> set[str]:
    """The names of the fields selected on the one being resolved."""
    return {field.name.value for node in info.field_nodes for field in _fields_of(info, node)}


def argument(info: _ResolveInfo, field: FieldNode, name: str, default: Any) -> Any:
    """The value of an integer or string argument, or its default."""
    for written in field.arguments or ():
        if written.name.value == name:
            return _value(info, written.value, default)
    return default


def _fields_of(info: _ResolveInfo, node: FieldNode) -> Iterator[FieldNode]:
    selections = node.selection_set.selections if node.selection_set else ()
    return _flattened(info, selections, set())


def _flattened(info: _ResolveInfo, selections: Iterable[SelectionNode], seen: set[str]) -> Iterator[FieldNode]:
    for selection in selections:
        if not _included(info, selection.directives):
            continue
        if isinstance(selection, FieldNode):
            yield selection
        elif isinstance(selection, Inline):
            yield from _flattened(info, selection.selection_set.selections, seen)
        elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in seen:
            seen.add(selection.name.value)
            fragment = info.fragments[selection.name.value]
            yield from _flattened(info, fragment.selection_set.selections, seen)


def _included(info: _ResolveInfo, directives: Iterable[DirectiveNode] | None) -> bool:
    """Whether @skip and @include keep the selection."""
    for directive in directives or ():
        name = directive.name.value
        if name in {"skip", "include"} and directive.arguments:
            condition = _value(info, directive.arguments[0].value, default=True)
            if bool(condition) is (name == "skip"):
                return False
    return True


def _value(info: _ResolveInfo, node: ValueNode, default: Any) -> Any:
    if isinstance(node, VariableNode):
        variables: Any = info.variable_values
        return variables.get(node.name.value, default)
    if isinstance(node, IntValueNode):
        return int(node.value)
    if isinstance(node, StringValueNode | BooleanValueNode):
        return node.value
    return None
