"""Every operation of the schema, with arguments made for it: what is added to the schema is tried by itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLType,
    GraphQLUnionType,
    get_named_type,
)

from rapport.gateway.ids import Kind

_KINDS = {
    "jobId": Kind.JOB,
    "personId": Kind.PERSON,
    "personIds": Kind.PERSON,
    "applicationId": Kind.APPLICATION,
    "stageId": Kind.STAGE,
    "fromStageId": Kind.STAGE,
    "toStageId": Kind.STAGE,
    "reviewId": Kind.REVIEW,
    "reviewerId": Kind.USER,
    "reviewerIds": Kind.USER,
    "userId": Kind.USER,
    "fromUserId": Kind.USER,
    "messageId": Kind.MESSAGE,
    "replyToMessageId": Kind.MESSAGE,
    "grantId": Kind.SENDING_GRANT,
    "suppressionId": Kind.SUPPRESSION,
}
_PLAIN: dict[str, Any] = {
    "String": "a text",
    "Int": 5,
    "Boolean": True,
    "DateTime": "2099-01-01T00:00:00Z",
    "Float": 1.0,
}
_SINGLE = {"node": Kind.PERSON, "nodes": Kind.PERSON}
_LEFT_OUT = {"after", "first", "idempotencyKey", "state", "role", "toAddress"}
"""Arguments that name nothing."""


@dataclass(frozen=True)
class Operation:
    """One field of the root types, as a document with variables."""

    kind: str
    name: str
    document: str
    variables: dict[str, Any]

    @property
    def names_something(self) -> bool:
        """Whether an id is among its arguments."""
        return bool(_ids_in(self.variables))


def operations(schema: GraphQLSchema, ids: Mapping[Kind, str]) -> Iterator[Operation]:
    """All of them, about the things with these ids."""
    for kind, root in (
        ("query", schema.query_type),
        ("mutation", schema.mutation_type),
        ("subscription", schema.subscription_type),
    ):
        for name, field in (root.fields if root else {}).items():
            yield _operation(kind, name, field, ids)


def _operation(kind: str, name: str, field: GraphQLField, ids: Mapping[Kind, str]) -> Operation:
    given = {
        argument: _value(name, argument, taken.type, ids)
        for argument, taken in field.args.items()
        if argument not in _LEFT_OUT
    }
    declared = ", ".join(f"${argument}: {field.args[argument].type}" for argument in given)
    passed = ", ".join(f"{argument}: ${argument}" for argument in given)
    head = f"{kind} ({declared})" if given else kind
    arguments = f"({passed})" if given else ""
    return Operation(kind, name, f"{head} {{ {name}{arguments} {_selection(field.type)} }}", given)


def _value(operation: str, name: str, taken: GraphQLType, ids: Mapping[Kind, str]) -> Any:
    if isinstance(taken, GraphQLNonNull):
        return _value(operation, name, taken.of_type, ids)
    if isinstance(taken, GraphQLList):
        return [_value(operation, name, taken.of_type, ids)]
    if isinstance(taken, GraphQLInputObjectType):
        return {
            field: _value(operation, field, inner.type, ids)
            for field, inner in taken.fields.items()
            if field not in _LEFT_OUT
        }
    if isinstance(taken, GraphQLEnumType):
        return next(iter(taken.values))
    if str(taken) == "ID":
        return ids[_kind_of(operation, name)]
    return _PLAIN[str(taken)]


def _kind_of(operation: str, name: str) -> Kind:
    """What an argument called ``id`` stands for follows from the operation; a new name has to be added above."""
    if name in {"id", "ids"}:
        return _SINGLE.get(operation) or Kind(operation.capitalize())
    return _KINDS[name]


def _selection(shown: GraphQLType, depth: int = 0) -> str:
    """The ids of everything that is shown, through lists and pages."""
    named = get_named_type(shown)
    if isinstance(named, GraphQLUnionType):
        return f"{{ __typename {' '.join(f'... on {t.name} {_selection(t, depth)}' for t in named.types)} }}"
    if not isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
        return ""
    fields = [name for name in ("id", "cursor") if name in named.fields and named.fields[name].args == {}]
    nested = [n for n in ("nodes", "application", "job", "columns", "cards") if n in named.fields and depth < 3]
    inner = " ".join(f"{n} {_selection(named.fields[n].type, depth + 1)}" for n in nested)
    return f"{{ __typename {' '.join(fields)} {inner} }}"


def _ids_in(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [found for each in value.values() for found in _ids_in(each)]
    if isinstance(value, list):
        return [found for each in value for found in _ids_in(each)]
    return [value] if isinstance(value, str) and len(value) > 40 else []
