"""One trace covers an operation from the client to the services, and a move to its subscribers."""

from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import format_span_id, format_trace_id

from gateway.tests.support.gateway_client import Acme, eventually, id_of
from rapport.contracts import pipeline
from rapport.kit.rpc.envelope import HandlerResult


class Spans:
    """What was recorded."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.exporter.get_finished_spans() if span.name == name]

    def one(self, name: str) -> ReadableSpan:
        (span,) = self.named(name)
        return span


@pytest.fixture
def spans() -> Iterator[Spans]:
    """The spans of one test."""
    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        provider = TracerProvider()
        trace.set_tracer_provider(provider)
    recorded = Spans()
    provider.add_span_processor(SimpleSpanProcessor(recorded.exporter))
    yield recorded
    recorded.exporter.shutdown()


def parent_of(span: ReadableSpan) -> str | None:
    return format_span_id(span.parent.span_id) if span.parent else None


def span_id(span: ReadableSpan) -> str:
    assert span.context
    return format_span_id(span.context.span_id)


async def test_an_operation_is_one_span_between_the_request_and_what_it_asks(spans: Spans, acme: Acme) -> None:
    job = acme.peer.job(cards=5)
    query = "query Board($id: ID!) { board(jobId: $id) { columns { cards { nodes { personName } } } } }"
    response = await acme.execute(query, {"id": id_of(job)})

    operation = spans.one("graphql query Board")
    assert parent_of(operation) == span_id(spans.one("POST /graphql"))
    assert parent_of(spans.one("call pipeline get_board")) == span_id(operation)
    assert operation.context
    assert response.headers["Trace-Id"] == format_trace_id(operation.context.trace_id)
    assert dict(operation.attributes or {}) == {
        "graphql.operation.type": "query",
        "graphql.operation.name": "Board",
        "graphql.operation.cost": 1072,
    }
    # Fields make no spans: identifying, the board, and the peer's two answers are all there is besides.
    assert len(spans.exporter.get_finished_spans()) == 6


async def test_an_operation_without_a_name_is_anonymous(spans: Spans, acme: Acme) -> None:
    await acme.execute("{ me { name } }")

    assert len(spans.named("graphql query anonymous")) == 1


async def test_a_delivery_belongs_to_the_trace_of_the_move(spans: Spans, acme: Acme) -> None:
    job = acme.peer.job(cards=1)
    application = next(iter(acme.peer.applications.values()))
    mover = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    async with acme.socket() as client:
        await client.acknowledged()
        query = "subscription Watch($id: ID!) { boardChanged(jobId: $id) { traceId application { version } } }"
        await client.subscribe(query, {"id": id_of(job)})
        await acme.watched(job)
        await acme.move(job, application, traceparent=mover)
        received = await client.change()
        await acme.move(job, application)
        await client.change()
        await eventually(lambda: bool(spans.named("deliver boardChanged")))

        delivery = spans.named("deliver boardChanged")[0]
        assert parent_of(delivery) == "b7ad6b7169203331"
        assert received["traceId"] == "0af7651916cd43dd8448eb211c80319c"
        assert span_id(delivery) in {parent_of(s) for s in spans.named("call pipeline get_applications_by_ids")}
        # The subscription's own span is not open for as long as it lasts.
        assert len(spans.named("graphql subscription Watch")) == 1


async def test_no_span_tells_of_people_ids_or_tokens(spans: Spans, acme: Acme) -> None:
    job = acme.peer.job(cards=1)
    await acme.execute("query ($id: ID!) { board(jobId: $id) { job { title } } }", {"id": id_of(job)})

    recorded = str([(span.name, dict(span.attributes or {})) for span in spans.exporter.get_finished_spans()])
    for secret in (acme.token, id_of(job), str(job.id), "rita@acme.example"):
        assert secret not in recorded


async def test_a_failure_can_be_found_by_its_trace(spans: Spans, acme: Acme) -> None:
    async def fail(_: object, __: object) -> HandlerResult:
        raise RuntimeError("the password is hunter2")

    acme.peer.answering[pipeline.GetSync] = fail
    response = await acme.execute("{ sync { state } }")

    assert (response.code, response.error["message"]) == ("INTERNAL", "internal error")
    assert response.error["extensions"]["traceId"] == response.headers["Trace-Id"]
