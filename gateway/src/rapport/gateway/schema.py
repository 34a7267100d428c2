"""The schema, and what happens around every operation."""

import uuid
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple, cast

import strawberry
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NameNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    parse,
    validate,
)
from graphql import OperationType as GraphQLOperation
from opentelemetry import trace
from opentelemetry.trace import Span, StatusCode
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext
from strawberry.types.graphql import OperationType

from rapport.gateway.activity.connections import PersonActivity
from rapport.gateway.activity.subscriptions import ActivitySubscriptions
from rapport.gateway.activity.types import ACTIVITIES
from rapport.gateway.analytics.types import JobFunnel
from rapport.gateway.applications.additions import AdditionMutations, PersonAdditions
from rapport.gateway.applications.mutations import ApplicationMutations
from rapport.gateway.applications.queries import ApplicationQueries
from rapport.gateway.applications.types import Application, JobOpenings
from rapport.gateway.attention.mutations import AttentionMutations
from rapport.gateway.attention.queries import AttentionQueries
from rapport.gateway.attention.subscriptions import AttentionSubscriptions
from rapport.gateway.board.queries import BoardQueries
from rapport.gateway.board.subscriptions import (
    ApplicationCardChanged,
    ApplicationEntered,
    ApplicationLeft,
    ApplicationMoved,
    ApplicationSyncChanged,
    BoardSubscriptions,
)
from rapport.gateway.bulk.mutations import BulkMutations
from rapport.gateway.bulk.subscriptions import BulkSubscriptions
from rapport.gateway.check_ins.mutations import CheckInMutations
from rapport.gateway.check_ins.queries import CheckInQueries
from rapport.gateway.check_ins.subscriptions import CheckInSubscriptions
from rapport.gateway.crm.mutations import CrmMutations
from rapport.gateway.crm.queries import CrmQueries
from rapport.gateway.crm.types import RecordedOfPerson
from rapport.gateway.directory.mutations import DirectoryMutations
from rapport.gateway.directory.queries import DirectoryQueries
from rapport.gateway.errors import ClientError, Code, to_client_error
from rapport.gateway.execution.compiled_selections import CompiledSelections
from rapport.gateway.execution.cost import MAX_COST, Priced, prices, too_expensive
from rapport.gateway.execution.direct_fields import direct_fields
from rapport.gateway.execution.executor import Executor
from rapport.gateway.execution.limits import MAX_TOKENS, scan, violations
from rapport.gateway.execution.root_fields import root_fields
from rapport.gateway.execution.validation import rules_for
from rapport.gateway.graph.changes import ChangeQueries
from rapport.gateway.graph.context import ClientConnection, Info, OperationContext
from rapport.gateway.graph.fields import DATE, DATE_TIME, UUID
from rapport.gateway.graph.nodes import NodeQueries
from rapport.gateway.imports.mutations import ImportMutations
from rapport.gateway.imports.queries import ImportQueries
from rapport.gateway.imports.subscriptions import ImportSubscriptions
from rapport.gateway.jobs.queries import JobQueries
from rapport.gateway.jobs.types import Job
from rapport.gateway.outreach.mutations import OutreachMutations
from rapport.gateway.outreach.ownership import OwnershipMutations
from rapport.gateway.outreach.queries import OutreachQueries
from rapport.gateway.outreach.subscriptions import MessageReplied, MessageStateChange, MessageSubscriptions
from rapport.gateway.outreach.templates import TemplateMutations, TemplateQueries
from rapport.gateway.people.duplicates import DuplicateMutations, DuplicateQueries
from rapport.gateway.people.merges import PersonMerges, PersonMutations
from rapport.gateway.people.queries import PersonQueries
from rapport.gateway.people.types import Person
from rapport.gateway.profiles.mutations import ProfileMutations
from rapport.gateway.profiles.queries import ProfileQueries
from rapport.gateway.profiles.types import PersonProfile
from rapport.gateway.progress.mutations import ProgressMutations
from rapport.gateway.progress.types import ApplicationProgress
from rapport.gateway.reviews.mutations import ReviewMutations
from rapport.gateway.reviews.queries import ReviewQueries
from rapport.gateway.reviews.subscriptions import REVIEW_CHANGES, ReviewSubscriptions
from rapport.gateway.search.diversity import DiversityMutations, DiversityQueries
from rapport.gateway.search.queries import SearchQueries
from rapport.gateway.search.saved import SavedSearchMutations, SavedSearchQueries
from rapport.gateway.session import TOO_NARROW
from rapport.gateway.sync.mutations import SyncMutations
from rapport.gateway.sync.queries import SyncQueries
from rapport.gateway.today.queries import TodayQueries
from rapport.gateway.today.subscriptions import TodaySubscriptions
from rapport.gateway.users.queries import UserQueries
from rapport.gateway.viewer.queries import ViewerQueries

_MAX_DOCUMENTS = 500
"""Documents cached: clients send few different ones, again and again."""

_MAX_PROBLEMS = 3
"""Problems reported at once; validation stops there."""

_tracer = trace.get_tracer("rapport.gateway")


EXTENSIONS = (
    JobFunnel,
    JobOpenings,
    PersonAdditions,
    PersonActivity,
    PersonMerges,
    PersonProfile,
    RecordedOfPerson,
    ApplicationProgress,
)
"""Extensions of types that nothing else refers to; importing them adds their fields."""


@strawberry.type(description="What can be read.")
class Query(
    ViewerQueries,
    TodayQueries,
    JobQueries,
    BoardQueries,
    PersonQueries,
    SearchQueries,
    SavedSearchQueries,
    DiversityQueries,
    CrmQueries,
    DuplicateQueries,
    AttentionQueries,
    CheckInQueries,
    ProfileQueries,
    ApplicationQueries,
    UserQueries,
    DirectoryQueries,
    ReviewQueries,
    OutreachQueries,
    TemplateQueries,
    ImportQueries,
    SyncQueries,
    NodeQueries,
    ChangeQueries,
): ...


@strawberry.type(description="What can be changed.")
class Mutation(
    ApplicationMutations,
    AdditionMutations,
    PersonMutations,
    DuplicateMutations,
    ProgressMutations,
    AttentionMutations,
    CheckInMutations,
    ProfileMutations,
    CrmMutations,
    SavedSearchMutations,
    DiversityMutations,
    BulkMutations,
    ReviewMutations,
    OutreachMutations,
    OwnershipMutations,
    TemplateMutations,
    ImportMutations,
    SyncMutations,
    DirectoryMutations,
): ...


@strawberry.type(description="What can be subscribed to.")
class Subscription(
    TodaySubscriptions,
    BoardSubscriptions,
    AttentionSubscriptions,
    CheckInSubscriptions,
    ReviewSubscriptions,
    MessageSubscriptions,
    ActivitySubscriptions,
    ImportSubscriptions,
    BulkSubscriptions,
): ...


class Document(NamedTuple):
    """A parsed and validated document."""

    node: DocumentNode | None
    """None if the text is not a document."""
    problems: tuple[GraphQLError, ...]
    """What is wrong with it; if anything, it is not executed."""
    prices: Mapping[str | None, Priced] = MappingProxyType({})
    """The prices of its operations, by their names; empty if it is invalid."""
    only_reads: bool = False
    """Whether all its operations are valid queries."""
    root_fields: frozenset[str] = frozenset()
    """The fields of the root types that any of its operations selects."""

    def price(self, operation: str | None) -> Priced | None:
        """The price of the operation by that name; without a name, of the only one."""
        return self.prices.get(operation) if operation else next(iter(self.prices.values()), None)


class GatewaySchema(strawberry.Schema):
    """Parses each document once, and masks internal errors."""

    def __init__(self, *, introspection: bool, max_cost: int = MAX_COST) -> None:
        """``introspection``: whether clients may ask for the schema; ``max_cost``: of an operation."""
        super().__init__(
            query=Query,
            mutation=Mutation,
            subscription=Subscription,
            types=[
                Job,
                Person,
                Application,
                ApplicationMoved,
                ApplicationCardChanged,
                ApplicationEntered,
                ApplicationLeft,
                ApplicationSyncChanged,
                *REVIEW_CHANGES.values(),
                MessageStateChange,
                MessageReplied,
                *dict.fromkeys(ACTIVITIES.values()),
            ],
            extensions=[Operation],
            execution_context_class=Executor,
            config=StrawberryConfig(info_class=Info, scalar_map={date: DATE, datetime: DATE_TIME, uuid.UUID: UUID}),
        )
        _describe_inputs(self._schema)
        self.direct_fields = direct_fields(self._schema)
        self.compiled_selections = CompiledSelections(_MAX_DOCUMENTS)
        self._introspection = introspection
        self.max_cost = max_cost
        self.document = lru_cache(_MAX_DOCUMENTS)(self._document)

    def _document(self, text: str) -> Document:
        """The document of a text, with what is wrong with it: cheap checks come first, and may end it."""
        try:
            tokens = scan(text)
            node = parse(text, max_tokens=MAX_TOKENS)
        except GraphQLError as problem:
            return Document(None, (problem,))
        except RecursionError:
            return Document(None, (ClientError(Code.TOO_COMPLEX, "the document is nested too deeply"),))
        problems = tuple(violations(node) or self._invalid(node, tokens))
        if problems:
            return Document(node, problems)
        return Document(node, (), prices(self._schema, node), _only_reads(node), root_fields(node))

    def _invalid(self, node: DocumentNode, tokens: frozenset[str]) -> list[GraphQLError]:
        """What in it does not fit the schema; suggestions of names are given only with introspection."""
        return validate(
            self._schema,
            node,
            rules_for(tokens, introspection=self._introspection),
            max_errors=_MAX_PROBLEMS,
            hide_suggestions=not self._introspection,
        )

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Replace every error by what the client may see of it."""
        executing = execution_context is not None and execution_context.result is not None
        errors[:] = [to_client_error(error, executing=executing) for error in errors]


class Operation(SchemaExtension):
    """What happens around one operation: it gets a context, a span, and its document."""

    _span: Span
    _cost: int | None = None
    """None until the operation is known to be valid."""

    def on_operation(self) -> Iterator[None]:
        """Give it a new context: the operations of a websocket share a connection, but no loaded data."""
        running = self.execution_context
        running.parse_options["max_tokens"] = MAX_TOKENS
        running.context = cast("ClientConnection", running.context).operation()
        with _tracer.start_as_current_span("graphql", end_on_exit=False) as self._span:
            yield
        if running.pre_execution_errors:
            self._span.set_status(StatusCode.ERROR)
        self._span.end()

    def on_parse(self) -> Iterator[None]:
        """Take the document from the cache; problems with it are reported in ``on_validate``."""
        running = self.execution_context
        document = self._schema.document(running.query or "")
        if running.query:
            running.graphql_document = document.node or _placeholder(running.operation_name)
        yield

    def on_validate(self) -> Iterator[None]:
        """Report what is wrong with the document, or that it costs too much with these variables."""
        running = self.execution_context
        kind, name = running.operation_type.value, running.operation_name
        self._span.update_name(f"graphql {kind} {name or 'anonymous'}")
        self._span.set_attributes({"graphql.operation.type": kind, "graphql.operation.name": name or ""})
        document = self._schema.document(running.query or "")
        running.pre_execution_errors = [
            *document.problems,
            *self._forbidden(document),
            *self._ambiguous(document),
            *self._too_expensive(document),
        ]
        yield

    def _forbidden(self, document: Document) -> Iterator[GraphQLError]:
        """A narrow token allows few fields, and no document that has another in any of its operations."""
        context = cast("OperationContext", self.execution_context.context)
        if not context.session.allows(document.root_fields):
            yield ClientError(Code.FORBIDDEN, TOO_NARROW)

    def _ambiguous(self, document: Document) -> Iterator[GraphQLError]:
        """Of several operations, one must be named."""
        # The public name is that of the first operation where the client gave none.
        provided = self.execution_context._provided_operation_name  # noqa: SLF001
        if provided is None and len(document.prices) > 1:
            message = "the document has several operations: operationName must say which one to execute"
            yield ClientError(Code.BAD_REQUEST, message)

    def _too_expensive(self, document: Document) -> Iterator[GraphQLError]:
        running = self.execution_context
        if (priced := document.price(running.operation_name)) is not None:
            self._cost = priced.cost(running.variables)
            self._span.set_attribute("graphql.operation.cost", self._cost)
            if self._cost > self._schema.max_cost:
                yield too_expensive(self._cost, self._schema.max_cost)

    def get_results(self) -> dict[str, Any]:
        """The cost, as an extension of the response."""
        return {} if self._cost is None else {"cost": self._cost}

    def on_execute(self) -> Iterator[None]:
        """End a subscription's span as soon as it has begun: each event belongs to the trace that caused it.

        A mutation invalidates cached responses.
        """
        running = self.execution_context
        context = cast("OperationContext", running.context)
        context.session.check()
        try:
            yield
        finally:
            if running.operation_type is OperationType.MUTATION:
                context.response_cache.invalidate(context.session.viewer.org_id)
        if running.operation_type is OperationType.SUBSCRIPTION:
            self._span.end()

    @property
    def _schema(self) -> GatewaySchema:
        return cast("GatewaySchema", self.execution_context.schema)


def _only_reads(document: DocumentNode) -> bool:
    operations = [node.operation for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    return all(operation is GraphQLOperation.QUERY for operation in operations)


def _placeholder(operation: str | None) -> DocumentNode:
    """A stand-in for an unparsable text until that is reported: Strawberry continues only with a document."""
    name = NameNode(value=operation) if operation else None
    nothing = SelectionSetNode(selections=())
    query = OperationDefinitionNode(operation=GraphQLOperation.QUERY, name=name, selection_set=nothing)
    return DocumentNode(definitions=(query,))


def _describe_inputs(schema: GraphQLSchema) -> None:
    """The argument of a mutation is described as its type is."""
    for field in schema.mutation_type.fields.values() if schema.mutation_type else ():
        for argument in field.args.values():
            argument.description = argument.description or get_named_type(argument.type).description
