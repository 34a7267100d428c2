"""The schema, and what happens around every operation on it."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, cast

import strawberry
from graphql import DocumentNode, GraphQLError, NoSchemaIntrospectionCustomRule, parse, specified_rules
from opentelemetry import trace
from opentelemetry.trace import Span, StatusCode
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import validate_document
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
from rapport.gateway.errors import presented
from rapport.gateway.jobs.queries import JobQueries
from rapport.gateway.jobs.types import Job
from rapport.gateway.limits import MOST_TOKENS, excesses
from rapport.gateway.nodes import NodeQueries
from rapport.gateway.outreach.changes import MessageReplied, MessageStateChange, MessageSubscriptions
from rapport.gateway.outreach.mutations import OutreachMutations
from rapport.gateway.outreach.queries import OutreachQueries
from rapport.gateway.people.activity import ACTIVITIES
from rapport.gateway.people.queries import PersonQueries
from rapport.gateway.people.types import Person
from rapport.gateway.people.watching import ActivitySubscriptions
from rapport.gateway.reviews.changes import ReviewStatusChange, ReviewVerdictGiven
from rapport.gateway.reviews.mutations import ReviewMutations
from rapport.gateway.reviews.queries import ReviewQueries
from rapport.gateway.reviews.subscriptions import ReviewSubscriptions
from rapport.gateway.sync.mutations import SyncMutations
from rapport.gateway.sync.queries import SyncQueries
from rapport.gateway.users.queries import UserQueries
from rapport.gateway.viewer.queries import ViewerQueries

_DOCUMENTS = 500
"""Documents remembered: clients send few different ones, again and again."""

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

    node: DocumentNode
    problems: tuple[GraphQLError, ...]
    """What is wrong with it; such a document is never executed."""


class GatewaySchema(strawberry.Schema):
    """Reads each document once, and says nothing from the inside in its errors."""

    def __init__(self, *, introspection: bool) -> None:
        """``introspection``: whether clients may ask for the schema."""
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
                ReviewVerdictGiven,
                ReviewStatusChange,
                MessageStateChange,
                MessageReplied,
                *dict.fromkeys(ACTIVITIES.values()),
            ],
            extensions=[Operation],
            config=StrawberryConfig(info_class=Info),
        )
        self._rules = (*specified_rules, *(() if introspection else (NoSchemaIntrospectionCustomRule,)))
        self.document = lru_cache(_DOCUMENTS)(self._document)

    def _document(self, text: str) -> Document:
        """The document of that text, with all that is wrong with it.

        Raises:
            GraphQLError: it is not a document.
        """
        node = parse(text, max_tokens=MOST_TOKENS)
        return Document(node, tuple(excesses(node) or validate_document(self._schema, node, self._rules)))

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Put what the client may see in place of every error."""
        executing = execution_context is not None and execution_context.result is not None
        errors[:] = [presented(error, executing=executing) for error in errors]


class Operation(SchemaExtension):
    """What happens around one operation: a context and a span of its own, and its document."""

    _span: Span

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
        """Take the document from those read before; a text that is none is left for Strawberry to parse and report."""
        running = self.execution_context
        try:
            running.graphql_document = self._schema.document(running.query or "").node
        except (GraphQLError, RecursionError):
            running.graphql_document = None
        yield

    def on_validate(self) -> Iterator[None]:
        """Say what was found wrong with it when it was read."""
        running = self.execution_context
        kind, name = running.operation_type.value, running.operation_name
        self._span.update_name(f"graphql {kind} {name or 'anonymous'}")
        self._span.set_attributes({"graphql.operation.type": kind, "graphql.operation.name": name or ""})
        running.pre_execution_errors = list(self._schema.document(running.query or "").problems)
        yield

    def on_execute(self) -> Iterator[None]:
        """End a subscription's span as soon as it has begun: each event belongs to the trace that caused it."""
        running = self.execution_context
        cast("Context", running.context).session.check()
        yield
        if running.operation_type is OperationType.SUBSCRIPTION:
            self._span.end()

    @property
    def _schema(self) -> GatewaySchema:
        return cast("GatewaySchema", self.execution_context.schema)
