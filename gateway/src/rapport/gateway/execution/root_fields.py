"""Which fields of the root types a document selects, through all its fragments."""

from collections.abc import Iterator

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)


def root_fields(document: DocumentNode) -> frozenset[str]:
    """The names of the fields that its operations select at their root; the document is valid."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    operations = (node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    return frozenset(name for operation in operations for name in _fields(operation.selection_set, fragments))


def _fields(selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode]) -> Iterator[str]:
    for selection in selections.selections:
        match selection:
            case FieldNode():
                yield selection.name.value
            case InlineFragmentNode():
                yield from _fields(selection.selection_set, fragments)
            case FragmentSpreadNode():
                yield from _fields(fragments[selection.name.value].selection_set, fragments)
