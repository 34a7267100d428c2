"""The limits of documents, checked before anything else, the cheapest first.

Parsing, comparing and validating a document take far longer than scanning it, so one beyond a limit is refused as early
as possible. A fragment is measured once, however often it is spread.
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

MAX_TOKENS = 600
"""Names, numbers, strings and punctuation; the introspection query has 183."""
_MAX_CHARACTERS = 32 * 1024
_MAX_DIRECTIVES = 20
_MAX_BRACKETS = 40
"""Nested brackets of any kind."""
_MAX_DEFINITIONS = 50
"""Operations and fragments."""
_MAX_DEPTH = 12
_MAX_ALIASES = 30
_MAX_FIELDS = 300
"""Fields with every fragment expanded."""
_MAX_COMPARISONS = 500
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
    """The size of a selection."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0

    def plus(self, other: "Size") -> "Size":
        """The size of both selections together."""
        return Size(max(self.depth, other.depth), self.fields + other.fields, self.aliases + other.aliases)


def scan(text: str) -> frozenset[str]:
    """The different tokens of a text that may be parsed.

    Raises:
        ClientError: parsing it would take too long (``TOO_COMPLEX``).
    """
    if len(text) > _MAX_CHARACTERS:
        raise _violation("document", "characters", _MAX_CHARACTERS)
    tokens = [match.group() for match in islice(_TOKEN.finditer(text), MAX_TOKENS + 1)]
    if len(tokens) > MAX_TOKENS:
        raise _violation("document", "tokens", MAX_TOKENS)
    if tokens.count("@") > _MAX_DIRECTIVES:
        raise _violation("document", "directives", _MAX_DIRECTIVES)
    if max(accumulate(_DEEPER.get(token, 0) for token in tokens), default=0) > _MAX_BRACKETS:
        raise ClientError(Code.TOO_COMPLEX, "the document is nested too deeply", maximum=_MAX_BRACKETS)
    return frozenset(tokens)


def violations(document: DocumentNode) -> list[GraphQLError]:
    """The limits that the document exceeds; it has not been validated yet."""
    if len(document.definitions) > _MAX_DEFINITIONS:
        return [_violation("document", "operations and fragments", _MAX_DEFINITIONS)]
    measurement = _Measurement(document)
    try:
        sizes = [Size(), *map(measurement.selection, _selections(document, schemas=False))]
    except RecursionError:
        return [ClientError(Code.TOO_COMPLEX, "the document is nested too deeply")]
    if measurement.circular:
        message = f"the fragment {measurement.circular} contains itself"
        return [ClientError(Code.GRAPHQL_VALIDATION_FAILED, message)]
    return list(_size_violations(Size(*(max(numbers) for numbers in zip(*sizes, strict=True))))) or _repeats(document)


def _violation(of: str, what: str, maximum: int) -> ClientError:
    return ClientError(Code.TOO_COMPLEX, f"the {of} has more than {maximum} {what}", maximum=maximum)


def _size_violations(size: Size) -> Iterator[GraphQLError]:
    for what, number, maximum in (
        ("levels", size.depth, _MAX_DEPTH),
        ("aliases", size.aliases, _MAX_ALIASES),
        ("fields", size.fields, _MAX_FIELDS),
    ):
        if number > maximum:
            yield _violation("operation", what, maximum)


def _repeats(document: DocumentNode) -> list[GraphQLError]:
    """Whether it selects the same fields over and over; its expanded size is known to be small."""
    comparison = _Comparison(document)
    pairs = sum(map(comparison.pairs, _selections(document)))
    if pairs <= _MAX_COMPARISONS:
        return []
    return [ClientError(Code.TOO_COMPLEX, "the document selects the same fields too often")]


def _selections(document: DocumentNode, *, schemas: bool = True) -> Iterator[Iterable[SelectionNode]]:
    """The selections of operations and fragments; those on introspection types nest deeply and can be left out."""
    for definition in document.definitions:
        if isinstance(definition, FragmentDefinitionNode):
            if schemas or not definition.type_condition.name.value.startswith("__"):
                yield definition.selection_set.selections
        elif isinstance(definition, OperationDefinitionNode):
            yield definition.selection_set.selections


class _Measurement:
    def __init__(self, document: DocumentNode) -> None:
        definitions = document.definitions
        self._fragments = {d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)}
        self._measured: dict[str, Size] = {}
        self._in_progress: set[str] = set()
        self.circular: str | None = None
        """A fragment that contains itself, if one does."""

    def selection(self, selections: Iterable[SelectionNode]) -> Size:
        size = Size()
        for node in selections:
            size = size.plus(self._node(node))
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
        if name in self._in_progress:
            self.circular = name
        elif name not in self._measured and name in self._fragments:
            self._in_progress.add(name)
            self._measured[name] = self.selection(self._fragments[name].selection_set.selections)
            self._in_progress.remove(name)
        return self._measured.get(name, Size())


class _Comparison:
    def __init__(self, document: DocumentNode) -> None:
        definitions = document.definitions
        self._fragments = {d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)}

    def pairs(self, selections: Iterable[SelectionNode]) -> int:
        """Pairs of fields with the same name, here and in what is selected below, taken together."""
        fields: dict[str, list[FieldNode]] = defaultdict(list)
        for field in self._fields(selections):
            fields[(field.alias or field.name).value].append(field)
        here = sum(len(same) * (len(same) - 1) // 2 for same in fields.values())
        below = (
            [s for field in same if field.selection_set for s in field.selection_set.selections]
            for same in fields.values()
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
