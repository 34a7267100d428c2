"""The schema, and what happens around every operation on it."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple, cast

import strawberry
from graphql import (
    DocumentNode,
    GraphQLError,
    NameNode,
    OperationDefinitionNode,
    SelectionSetNode,
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

from rapport.gateway.applications.mutations import ApplicationMutations
from rapport.gateway.applications.queries import ApplicationQueries
from rapport.gateway.applications.types import Application
from rapport.gateway.board.changes import (
    ApplicationEntered,
    ApplicationLeft,
    ApplicationMoved,
    ApplicationSyncChanged,
)
from rapport.gateway.board.queries import BoardQueries
from rapport.gateway.board.subscriptions import BoardSubscriptions
from rapport.gateway.context import Caller, Context, Info
from rapport.gateway.cost import MOST, Priced, prices, too_expensive
from rapport.gateway.errors import ClientError, Code, presented
from rapport.gateway.execution import Executor, Selections, plain_fields
from rapport.gateway.jobs.queries import JobQueries
from rapport.gateway.jobs.types import Job
from rapport.gateway.limits import MOST_TOKENS, excesses, glance
from rapport.gateway.nodes import NodeQueries
from rapport.gateway.outreach.changes import MessageReplied, MessageStateChange, MessageSubscriptions
from rapport.gateway.outreach.mutations import OutreachMutations
from rapport.gateway.outreach.queries import OutreachQueries
from rapport.gateway.people.activity import ACTIVITIES
from rapport.gateway.people.queries import PersonQueries
from rapport.gateway.people.types import Person
from rapport.gateway.people.watching import ActivitySubscriptions
from rapport.gateway.reviews.changes import REVIEW_CHANGES
from rapport.gateway.reviews.mutations import ReviewMutations
from rapport.gateway.reviews.queries import ReviewQueries
from rapport.gateway.reviews.subscriptions import ReviewSubscriptions
from rapport.gateway.rules import rules_for
from rapport.gateway.sync.mutations import SyncMutations
from rapport.gateway.sync.queries import SyncQueries
from rapport.gateway.users.queries import UserQueries
from rapport.gateway.viewer.queries import ViewerQueries

_DOCUMENTS = 500
"""Documents remembered: clients send few different ones, again and again."""

_PROBLEMS = 3
"""Problems told at once: looking for more of them is work that nobody needs."""

_tracer = trace.get_tracer("rapport.gateway")


@strawberry.type(description="What can be read.")
class Query(
    ViewerQueries,
    JobQueries,
    BoardQueries,
    PersonQueries,
    ApplicationQueries,
    UserQueries,
    ReviewQueries,
    OutreachQueries,
    SyncQueries,
    NodeQueries,
): ...


@strawberry.type(description="What can be changed.")
class Mutation(ApplicationMutations, ReviewMutations, OutreachMutations, SyncMutations): ...


@strawberry.type(description="What can be watched.")
class Subscription(BoardSubscriptions, ReviewSubscriptions, MessageSubscriptions, ActivitySubscriptions): ...


class Document(NamedTuple):
    """A document read once."""

    node: DocumentNode | None
    """None if the text is not a document."""
    problems: tuple[GraphQLError, ...]
    """What is wrong with it; such a document is never executed."""
    prices: Mapping[str | None, Priced] = MappingProxyType({})
    """What its operations cost, by their names; none if something is wrong with it."""
    only_reads: bool = False
    """Whether all its operations are queries that can be executed."""

    def price(self, operation: str | None) -> Priced | None:
        """Of the operation by that name; without a name, of the only one."""
        return self.prices.get(operation) if operation else next(iter(self.prices.values()), None)


class GatewaySchema(strawberry.Schema):
    """Reads each document once, and says nothing from the inside in its errors."""

    def __init__(self, *, introspection: bool, most: int = MOST) -> None:
        """``introspection``: whether clients may ask for the schema; ``most``: what an operation may cost."""
        super().__init__(
            query=Query,
            mutation=Mutation,
            subscription=Subscription,
            types=[
                Job,
                Person,
                Application,
                ApplicationMoved,
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
            config=StrawberryConfig(info_class=Info),
        )
        self.plain_fields = plain_fields(self._schema)
        self.selections = Selections(_DOCUMENTS)
        self._introspection = introspection
        self.most = most
        self.document = lru_cache(_DOCUMENTS)(self._document)

    def _document(self, text: str) -> Document:
        """The document of that text, with all that is wrong with it: the cheap looks come first, and end it."""
        try:
            tokens = glance(text)
            node = parse(text, max_tokens=MOST_TOKENS)
        except GraphQLError as problem:
            return Document(None, (problem,))
        except RecursionError:
            return Document(None, (ClientError(Code.TOO_COMPLEX, "the document is nested too deeply"),))
        problems = tuple(excesses(node) or self._invalid(node, tokens))
        if problems:
            return Document(node, problems)
        return Document(node, (), prices(self._schema, node), _only_reads(node))

    def _invalid(self, node: DocumentNode, tokens: frozenset[str]) -> list[GraphQLError]:
        """What in it does not fit the schema; names to use instead are told only to those who may see them."""
        return validate(
            self._schema,
            node,
            rules_for(tokens, introspection=self._introspection),
            max_errors=_PROBLEMS,
            hide_suggestions=not self._introspection,
        )

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Put what the client may see in place of every error."""
        executing = execution_context is not None and execution_context.result is not None
        errors[:] = [presented(error, executing=executing) for error in errors]


class Operation(SchemaExtension):
    """What happens around one operation: a context and a span of its own, and its document."""

    _span: Span
    _cost: int | None = None
    """None until the operation is known to make sense."""

    def on_operation(self) -> Iterator[None]:
        """Give it a fresh context: a websocket's operations share a connection, but nothing that was loaded."""
        running = self.execution_context
        running.parse_options["max_tokens"] = MOST_TOKENS
        running.context = cast("Caller", running.context).operation()
        with _tracer.start_as_current_span("graphql", end_on_exit=False) as self._span:
            yield
        if running.pre_execution_errors:
            self._span.set_status(StatusCode.ERROR)
        self._span.end()

    def on_parse(self) -> Iterator[None]:
        """Take the document from those read before; what is wrong with it is said later, in one place."""
        running = self.execution_context
        document = self._schema.document(running.query or "")
        if running.query:
            running.graphql_document = document.node or _stand_in(running.operation_name)
        yield

    def on_validate(self) -> Iterator[None]:
        """Say what was found wrong with it when it was read, or that it costs too much with these variables."""
        running = self.execution_context
        kind, name = running.operation_type.value, running.operation_name
        self._span.update_name(f"graphql {kind} {name or 'anonymous'}")
        self._span.set_attributes({"graphql.operation.type": kind, "graphql.operation.name": name or ""})
        document = self._schema.document(running.query or "")
        running.pre_execution_errors = [*document.problems, *self._ambiguous(document), *self._too_expensive(document)]
        yield

    def _ambiguous(self, document: Document) -> Iterator[GraphQLError]:
        """None of several operations is executed by chance."""
        # The public name is that of the first operation where the client gave none.
        given = self.execution_context._provided_operation_name  # noqa: SLF001
        if given is None and len(document.prices) > 1:
            message = "the document has several operations: operationName must say which one to execute"
            yield ClientError(Code.BAD_REQUEST, message)

    def _too_expensive(self, document: Document) -> Iterator[GraphQLError]:
        running = self.execution_context
        if (priced := document.price(running.operation_name)) is not None:
            self._cost = priced.cost(running.variables)
            self._span.set_attribute("graphql.operation.cost", self._cost)
            if self._cost > self._schema.most:
                yield too_expensive(self._cost, self._schema.most)

    def get_results(self) -> dict[str, Any]:
        """What it costs, beside the answer."""
        return {} if self._cost is None else {"cost": self._cost}

    def on_execute(self) -> Iterator[None]:
        """End a subscription's span as soon as it has begun: each event belongs to the trace that caused it.

        After a mutation, nobody is answered what was before.
        """
        running = self.execution_context
        context = cast("Context", running.context)
        context.session.check()
        try:
            yield
        finally:
            if running.operation_type is OperationType.MUTATION:
                context.kept.forget(context.session.viewer.org_id)
        if running.operation_type is OperationType.SUBSCRIPTION:
            self._span.end()

    @property
    def _schema(self) -> GatewaySchema:
        return cast("GatewaySchema", self.execution_context.schema)


def _only_reads(document: DocumentNode) -> bool:
    operations = [each.operation for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    return all(operation is GraphQLOperation.QUERY for operation in operations)


def _stand_in(operation: str | None) -> DocumentNode:
    """What stands for a text that is no document, until that is reported: Strawberry goes on only with a document."""
    name = NameNode(value=operation) if operation else None
    nothing = SelectionSetNode(selections=())
    query = OperationDefinitionNode(operation=GraphQLOperation.QUERY, name=name, selection_set=nothing)
    return DocumentNode(definitions=(query,))
