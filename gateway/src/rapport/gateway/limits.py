"""What a document may ask for, checked before anything is done for it, the cheapest first.

Reading, comparing and validating a document take far longer than looking at it, so one that goes too far is refused
at first sight. A fragment is measured once, however often it is spread.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import accumulate, islice
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

MOST_TOKENS = 600
"""Names, numbers, strings and signs; asking for the whole schema takes 183."""
_MOST_CHARACTERS = 32 * 1024
_MOST_DIRECTIVES = 20
_MOST_BRACKETS = 40
"""Brackets of any kind within one another."""
_MOST_DEFINITIONS = 50
"""Operations and fragments."""
_DEEPEST = 12
_MOST_ALIASES = 30
_MOST_FIELDS = 300
"""Fields with every fragment written out."""
_MOST_COMPARISONS = 500
"""Pairs of fields that have the same name in the same place, which validation compares one by one."""

_DEEPER = {"{": 1, "[": 1, "(": 1, "}": -1, "]": -1, ")": -1}
_TOKEN = re.compile(
    r'''
    """ (?: [^"\\] | \\ (?:""")? | " (?!"") )*+ (?:""")?   # a block, perhaps without an end
    | " (?: [^"\\\n\r] | \\. )*+ "?
    | \# [^\n\r]*+
    | [_A-Za-z] [_0-9A-Za-z]*+
    | -? [0-9] [-+.0-9A-Za-z]*+
    | \.\.\.
    | [^\s,\ufeff]
    ''',
    re.VERBOSE,
)


class Size(NamedTuple):
    """How much a selection asks for."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0

    def beside(self, other: "Size") -> "Size":
        """Both selections together."""
        return Size(max(self.depth, other.depth), self.fields + other.fields, self.aliases + other.aliases)


def glance(text: str) -> frozenset[str]:
    """The different tokens of a text that may be read as a document.

    Raises:
        ClientError: reading it would take too long (``TOO_COMPLEX``).
    """
    if len(text) > _MOST_CHARACTERS:
        raise _excess("document", "characters", _MOST_CHARACTERS)
    tokens = [found.group() for found in islice(_TOKEN.finditer(text), MOST_TOKENS + 1)]
    if len(tokens) > MOST_TOKENS:
        raise _excess("document", "tokens", MOST_TOKENS)
    if tokens.count("@") > _MOST_DIRECTIVES:
        raise _excess("document", "directives", _MOST_DIRECTIVES)
    if max(accumulate(_DEEPER.get(token, 0) for token in tokens), default=0) > _MOST_BRACKETS:
        raise ClientError(Code.TOO_COMPLEX, "the document is nested too deeply", maximum=_MOST_BRACKETS)
    return frozenset(tokens)


def excesses(document: DocumentNode) -> list[GraphQLError]:
    """In what the document goes too far; nothing else has looked at it yet."""
    if len(document.definitions) > _MOST_DEFINITIONS:
        return [_excess("document", "operations and fragments", _MOST_DEFINITIONS)]
    measuring = _Measuring(document)
    try:
        sizes = [Size(), *map(measuring.selection, _selections(document, schemas=False))]
    except RecursionError:
        return [ClientError(Code.TOO_COMPLEX, "the document is nested too deeply")]
    if measuring.circular:
        message = f"the fragment {measuring.circular} contains itself"
        return [ClientError(Code.GRAPHQL_VALIDATION_FAILED, message)]
    return list(_excesses(Size(*(max(numbers) for numbers in zip(*sizes, strict=True))))) or _repeats(document)


def _excess(of: str, what: str, most: int) -> ClientError:
    return ClientError(Code.TOO_COMPLEX, f"the {of} has more than {most} {what}", maximum=most)


def _excesses(size: Size) -> Iterator[GraphQLError]:
    for what, found, most in (
        ("levels", size.depth, _DEEPEST),
        ("aliases", size.aliases, _MOST_ALIASES),
        ("fields", size.fields, _MOST_FIELDS),
    ):
        if found > most:
            yield _excess("operation", what, most)


def _repeats(document: DocumentNode) -> list[GraphQLError]:
    """Whether it asks for the same over and over; its size is known to be small, fragments written out."""
    comparing = _Comparing(document)
    pairs = sum(map(comparing.pairs, _selections(document)))
    if pairs <= _MOST_COMPARISONS:
        return []
    return [ClientError(Code.TOO_COMPLEX, "the document asks for the same fields too often")]


def _selections(document: DocumentNode, *, schemas: bool = True) -> Iterator[Iterable[SelectionNode]]:
    """Of operations and fragments, with or without fragments of the schema: those are nested deeply by nature."""
    for definition in document.definitions:
        if isinstance(definition, FragmentDefinitionNode):
            if schemas or not definition.type_condition.name.value.startswith("__"):
                yield definition.selection_set.selections
        elif isinstance(definition, OperationDefinitionNode):
            yield definition.selection_set.selections


class _Measuring:
    def __init__(self, document: DocumentNode) -> None:
        definitions = document.definitions
        self._fragments = {d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)}
        self._measured: dict[str, Size] = {}
        self._under_way: set[str] = set()
        self.circular: str | None = None
        """A fragment that contains itself, if one does."""

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
        if name in self._under_way:
            self.circular = name
        elif name not in self._measured and name in self._fragments:
            self._under_way.add(name)
            self._measured[name] = self.selection(self._fragments[name].selection_set.selections)
            self._under_way.remove(name)
        return self._measured.get(name, Size())


class _Comparing:
    def __init__(self, document: DocumentNode) -> None:
        definitions = document.definitions
        self._fragments = {d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)}

    def pairs(self, selections: Iterable[SelectionNode]) -> int:
        """Pairs of fields with the same name, here and in what is selected below, taken together."""
        found: dict[str, list[FieldNode]] = defaultdict(list)
        for field in self._fields(selections):
            found[(field.alias or field.name).value].append(field)
        here = sum(len(same) * (len(same) - 1) // 2 for same in found.values())
        below = (
            [s for field in same if field.selection_set for s in field.selection_set.selections]
            for same in found.values()
        )
        return here + sum(map(self.pairs, filter(None, below)))

    def _fields(self, selections: Iterable[SelectionNode]) -> Iterator[FieldNode]:
        for node in selections:
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, Inline):
                yield from self._fields(node.selection_set.selections)
            elif isinstance(node, FragmentSpreadNode) and node.name.value in self._fragments:
                yield from self._fields(self._fragments[node.name.value].selection_set.selections)
