"""What a document may ask for, checked before anything is done for it.

A fragment is measured once, however often it is spread, so that measuring costs no more than reading did.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionNode,
)
from graphql import InlineFragmentNode as Inline

from rapport.gateway.errors import ClientError, Code

MOST_TOKENS = 2000
_DEEPEST = 12
_MOST_ALIASES = 30
_MOST_FIELDS = 500
"""Fields with every fragment written out; comparing them pair by pair is what makes validation expensive."""


class Size(NamedTuple):
    """How much a selection asks for."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0

    def beside(self, other: "Size") -> "Size":
        """Both selections together."""
        return Size(max(self.depth, other.depth), self.fields + other.fields, self.aliases + other.aliases)


def excesses(document: DocumentNode) -> list[GraphQLError]:
    """Everything in which the document goes too far."""
    try:
        sizes = [Size(), *_sizes(document)]
    except RecursionError:
        return [ClientError(Code.TOO_COMPLEX, "the document is nested too deeply")]
    return list(_excesses(Size(*(max(numbers) for numbers in zip(*sizes, strict=True)))))


def _excesses(size: Size) -> Iterator[GraphQLError]:
    for what, found, most in (
        ("levels", size.depth, _DEEPEST),
        ("aliases", size.aliases, _MOST_ALIASES),
        ("fields", size.fields, _MOST_FIELDS),
    ):
        if found > most:
            yield ClientError(Code.TOO_COMPLEX, f"the operation has more than {most} {what}", maximum=most)


def _sizes(document: DocumentNode) -> Iterator[Size]:
    measuring = _Measuring(document)
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
            yield measuring.selection(definition.selection_set.selections)


class _Measuring:
    def __init__(self, document: DocumentNode) -> None:
        definitions = document.definitions
        self._fragments = {d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)}
        self._measured: dict[str, Size] = {}

    def selection(self, selections: Iterable[SelectionNode]) -> Size:
        size = Size()
        for node in selections:
            size = size.beside(self._node(node))
        return size

    def _node(self, node: SelectionNode) -> Size:
        if isinstance(node, FieldNode):
            return self._field(node)
        if isinstance(node, Inline):
            return self.selection(node.selection_set.selections)
        return self._fragment(node.name.value) if isinstance(node, FragmentSpreadNode) else Size()

    def _field(self, node: FieldNode) -> Size:
        alias = 1 if node.alias else 0
        if node.selection_set is None or node.name.value in {"__schema", "__type"}:
            return Size(1, 1, alias)
        inner = self.selection(node.selection_set.selections)
        return Size(inner.depth + 1, inner.fields + 1, inner.aliases + alias)

    def _fragment(self, name: str) -> Size:
        if name not in self._measured and name in self._fragments:
            self._measured[name] = Size()  # a cycle adds nothing here; validation refuses it
            self._measured[name] = self.selection(self._fragments[name].selection_set.selections)
        return self._measured.get(name, Size())
