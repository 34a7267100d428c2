"""Every operation of the schema with sample arguments, so that tests cover new operations by themselves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

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
    is_required_input_field,
)

from rapport.contracts.requests import MAX_PAGE
from rapport.gateway.graph.ids import Kind, global_id, parse_id
from rapport.gateway.graph.nodes import fetchable_kinds

_KINDS = {
    "jobId": Kind.JOB,
    "personId": Kind.PERSON,
    "personIds": Kind.PERSON,
    "survivorId": Kind.PERSON,
    "mergedId": Kind.PERSON,
    "duplicateId": Kind.DUPLICATE,
    "flagId": Kind.FLAG,
    "absenceId": Kind.ABSENCE,
    "actionId": Kind.AGREED_ACTION,
    "ownerId": Kind.USER,
    "mergeId": Kind.MERGE,
    "applicationId": Kind.APPLICATION,
    "interviewId": Kind.INTERVIEW,
    "stageId": Kind.STAGE,
    "fromStageId": Kind.STAGE,
    "toStageId": Kind.STAGE,
    "toJobId": Kind.JOB,
    "reasonId": Kind.CLOSE_REASON,
    "openingId": Kind.OPENING,
    "reviewId": Kind.REVIEW,
    "reviewerId": Kind.USER,
    "reviewerIds": Kind.USER,
    "userId": Kind.USER,
    "fromUserId": Kind.USER,
    "messageId": Kind.MESSAGE,
    "replyToMessageId": Kind.MESSAGE,
    "grantId": Kind.SENDING_GRANT,
    "takeoverRequestId": Kind.TAKEOVER_REQUEST,
    "suppressionId": Kind.SUPPRESSION,
    "templateId": Kind.MESSAGE_TEMPLATE,
    "projectId": Kind.PROJECT,
    "importId": Kind.IMPORT,
    "noteId": Kind.NOTE,
    "contactPointId": Kind.CONTACT_POINT,
    "attachmentId": Kind.ATTACHMENT,
    "customFieldIds": Kind.CUSTOM_FIELD,
    "applicationIds": Kind.APPLICATION,
    "optionIds": Kind.DEMOGRAPHIC_OPTION,
    "consentOptionId": Kind.DEMOGRAPHIC_OPTION,
    "savedSearchId": Kind.SAVED_SEARCH,
    "bulkActionId": Kind.BULK_ACTION,
    "exceptIds": Kind.PERSON,
}
_PLAIN: dict[str, Any] = {
    "String": "a text",
    "Int": MAX_PAGE,
    "Boolean": True,
    "Float": 1.0,
    "Date": "2027-02-01",
}
_NAMES: dict[str, Any] = {
    "connection": "greenhouse",
    "expectedVersion": 1,
    "profileUrl": "https://example.org/somebody",
    "value": "somebody@example.org",
    "email": "somebody@example.org",
    "zone": "Europe/Berlin",
    "weekdays": 1,
    "begins": "09:00",
    "ends": "17:00",
    "firstDay": "2026-01-01",
    "lastDay": "2026-01-02",
    "since": "2026-01-01T00:00:00+00:00",
    "sharing": "HIRING_TEAM",
}
"""Values with a form of their own: a connection, the version of a thing just created, a profile, an address, times,
days, who else may see it."""
_OF_ANY_KIND = {"node", "nodeForEvent", "nodes"}
_OPTIONAL = {
    "acceptMissing",
    "add",
    "after",
    "atsStageId",
    "box",
    "consent",
    "containing",
    "country",
    "subdivision",
    "organisation",
    "dateFormat",
    "delimiter",
    "encoding",
    "facets",
    "filter",
    "hasHeadings",
    "idempotencyKey",
    "mail",
    "mine",
    "needingAttention",
    "noteVisibility",
    "occurredAt",
    "region",
    "remove",
    "reversed",
    "role",
    "search",
    "shared",
    "sort",
    "state",
    "status",
    "tag",
    "take",
    "tags",
    "templateVersion",
    "text",
    "toAddress",
    "seenUserId",
    "unanswered",
    "until",
}
"""Arguments that name nothing, and are left out."""
_OPTIONAL_OF = {
    "PeopleActionInput": ("jobId",),
    "ApplicationsActionInput": ("rejection", "withdrawal"),
    "EditNoteInput": ("expectedVersion",),
    "RemoveNoteInput": ("expectedVersion",),
    "templatePreview": ("applicationId",),
}
"""The same of one input or operation: another kind of action needs them, the sample is changed more than once, or it is
for whoever may do less with it."""
_NAMES_OF = {"ApplicationsActionInput": {"kind": "MOVE_APPLICATIONS"}}
"""Values that only one input takes."""
_NESTED = ("nodes", "application", "job", "columns", "cards")
"""Fields whose things are selected as well."""
_NESTED_OF = {
    "Attention": ("flags",),
    "Today": ("verdictsOwed", "repliesToAnswer", "conflicts", "flags", "agreedActions"),
    "OwedReview": ("review",),
    "JobFacets": ("members",),
    "PersonMatch": ("person",),
    "MemberChoice": ("user",),
}
"""The same of one type; of today, a field for each service."""
_LISTED = {"today": Kind.REVIEW, "attention": Kind.FLAG, "searchPeople": Kind.PERSON}
"""What operations list further down, or by another name."""
_SOON = timedelta(days=30)


@dataclass(frozen=True)
class Operation:
    """One field of the root types, as a document with variables."""

    kind: str
    name: str
    document: str
    variables: dict[str, Any]
    of: Kind | None = None
    """The kind of its id, if it takes ids of several kinds."""
    lists: Kind | None = None
    """The kind of the things it lists, if it does."""

    @property
    def label(self) -> str:
        """Unique."""
        return f"{self.name} of {self.of}" if self.of else self.name

    @property
    def names_something(self) -> bool:
        """Whether an id is among its arguments."""
        return bool(self.ids)

    @property
    def ids(self) -> frozenset[str]:
        """The ids among its arguments."""
        named = {global_id(self.of, UUID(self.variables["uuid"]))} if self.of and "uuid" in self.variables else set()
        return frozenset({*_ids_in(self.variables), *named})


def operations(schema: GraphQLSchema, ids: Mapping[Kind, str], **more: Any) -> Iterator[Operation]:
    """All operations, on the things with these ids; ``more`` are values for arguments that are left out otherwise."""
    for kind, root in (
        ("query", schema.query_type),
        ("mutation", schema.mutation_type),
        ("subscription", schema.subscription_type),
    ):
        for name, field in (root.fields if root else {}).items():
            for of in sorted(fetchable_kinds()) if name in _OF_ANY_KIND else (None,):
                yield _operation(kind, name, field, ids, of, more)


def _operation(
    kind: str, name: str, field: GraphQLField, ids: Mapping[Kind, str], of: Kind | None, more: Mapping[str, Any]
) -> Operation:
    arguments = {
        argument: _value(of or name, argument, taken.type, ids)
        for argument, taken in field.args.items()
        if argument not in _OPTIONAL and argument not in _OPTIONAL_OF.get(name, ())
    } | {argument: value for argument, value in more.items() if argument in field.args}
    declared = ", ".join(f"${argument}: {field.args[argument].type}" for argument in arguments)
    passed = ", ".join(f"{argument}: ${argument}" for argument in arguments)
    head = f"{kind} ({declared})" if arguments else kind
    passed = f"({passed})" if arguments else ""
    document = f"{head} {{ {name}{passed} {_selection(field.type)} }}"
    return Operation(kind, name, document, arguments, of, _LISTED.get(name) or _listed(field.type))


def _value(of: str, name: str, taken: GraphQLType, ids: Mapping[Kind, str]) -> Any:
    if isinstance(taken, GraphQLNonNull):
        return _value(of, name, taken.of_type, ids)
    if isinstance(taken, GraphQLList):
        return [_value(of, name, taken.of_type, ids)]
    if isinstance(taken, GraphQLInputObjectType):
        return {
            field: _value(of, field, inner.type, ids)
            for field, inner in taken.fields.items()
            if is_required_input_field(inner)
            or (field not in _OPTIONAL and field not in _OPTIONAL_OF.get(taken.name, ()))
        } | _NAMES_OF.get(taken.name, {})
    if name in _NAMES:
        return _NAMES[name]
    if isinstance(taken, GraphQLEnumType):
        named = Kind(of).name if of in set(Kind) else of.upper()
        return named if named in taken.values else next(iter(taken.values))
    if str(taken) == "UUID":
        return str(parse_id(ids[Kind(of)], name)[1])
    if str(taken) == "ID":
        return ids[_kind_of(of, name)]
    if str(taken) == "DateTime":
        return (datetime.now(UTC) + _SOON).isoformat()
    return _PLAIN[str(taken)]


def _kind_of(of: str, name: str) -> Kind:
    """The kind of an argument called ``id`` follows from the operation; a new name has to be added to ``_KINDS``."""
    return Kind(of[0].upper() + of[1:]) if name in {"id", "ids"} else _KINDS[name]


def _selection(type_: GraphQLType, depth: int = 0) -> str:
    """Selects the ids of everything, through lists and pages."""
    named = get_named_type(type_)
    if isinstance(named, GraphQLUnionType):
        return f"{{ __typename {' '.join(f'... on {t.name} {_selection(t, depth)}' for t in named.types)} }}"
    if not isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
        return ""
    fields = [name for name in ("id", "cursor") if name in named.fields and named.fields[name].args == {}]
    followed = (*_NESTED, *_NESTED_OF.get(named.name, ()))
    nested = [n for n in followed if n in named.fields and depth < 3]
    inner = " ".join(f"{n} {_selection(named.fields[n].type, depth + 1)}" for n in nested)
    return f"{{ __typename {' '.join(fields)} {inner} }}"


def _listed(type_: GraphQLType) -> Kind | None:
    named = get_named_type(type_)
    nodes = named.fields.get("nodes") if isinstance(named, GraphQLObjectType) else None
    is_list = isinstance(type_.of_type if isinstance(type_, GraphQLNonNull) else type_, GraphQLList)
    of = get_named_type(nodes.type) if nodes else named if is_list else None
    return Kind(of.name) if of and of.name in set(Kind) else None


def _ids_in(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [id_ for item in value.values() for id_ in _ids_in(item)]
    if isinstance(value, list):
        return [id_ for item in value for id_ in _ids_in(item)]
    return [value] if isinstance(value, str) and len(value) > 40 else []
