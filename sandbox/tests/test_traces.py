"""Spans are received as exporters send them, and shown as a waterfall."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.trace import Link as OtelLink
from opentelemetry.trace import SpanKind, Status, StatusCode, format_span_id, format_trace_id

from rapport.sandbox.traces.pages import duration
from rapport.sandbox.traces.routes import TraceRoutes
from rapport.sandbox.traces.spans import Span
from rapport.sandbox.traces.store import TraceStore
from rapport.sandbox.traces.waterfall import lay_out

Client = TestClient[web.Request, web.Application]
TRACE = "0af7651916cd43dd8448eb211c80319c"


def a_span(
    span_id: str, parent_id: str = "", *, start: int = 0, end: int = 100, trace_id: str = TRACE, **other: str | bool
) -> Span:
    usual = {"service": "pipeline", "name": span_id, "kind": "internal", "error": False, "status": ""}
    return Span(
        trace_id=trace_id,
        span_id=span_id,
        parent_id=parent_id,
        start=start,
        end=end,
        attributes={},
        events=(),
        links=(),
        **(usual | other),  # type: ignore[arg-type]
    )


@pytest.fixture
def store() -> Iterator[TraceStore]:
    store = TraceStore(":memory:", kept=100)
    yield store
    store.close()


@pytest_asyncio.fixture
async def client(store: TraceStore) -> AsyncIterator[Client]:
    application = web.Application()
    application.add_routes(TraceRoutes(store).routes())
    async with TestClient(TestServer(application)) as client:
        yield client


@pytest.mark.parametrize("compressed", [False, True])
async def test_what_a_real_exporter_sends_is_shown(client: Client, compressed: bool) -> None:
    compression = Compression.Gzip if compressed else Compression.NoCompression
    exporter = OTLPSpanExporter(str(client.make_url("/v1/traces")), compression=compression)
    ids = await asyncio.to_thread(_make_a_request_that_fails, exporter)

    async with client.get(f"/api/traces/{ids['trace']}") as response:
        spans = {span["name"]: span for span in (await response.json())["spans"]}
    assert spans["MoveApplication"]["parent_id"] == spans["POST /graphql"]["span_id"]
    assert spans["POST /graphql"]["service"] == "gateway"
    assert spans["MoveApplication"]["error"] is True
    assert spans["MoveApplication"]["attributes"] == {"rpc.system": "nats", "sizes": [1, 2]}
    assert spans["MoveApplication"]["events"][0]["name"] == "exception"

    async with client.get(f"/traces/{ids['trace']}") as response:
        page = await response.text()
    assert "MoveApplication" in page
    assert "no such &lt;stage&gt;" in page
    assert f'href="/traces/{ids["other"]}#{ids["other span"]}"' in page

    async with client.get(f"/traces/{ids['other']}") as response:
        assert "linked from" in await response.text()


def _make_a_request_that_fails(exporter: OTLPSpanExporter) -> dict[str, str]:
    provider = TracerProvider(resource=Resource.create({"service.name": "gateway"}))
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("test")
    with tracer.start_as_current_span("an earlier message") as other:
        linked = other.get_span_context()
    with tracer.start_as_current_span("POST /graphql", context=trace.set_span_in_context(trace.INVALID_SPAN)) as root:
        found = root.get_span_context()
        with tracer.start_as_current_span("MoveApplication", kind=SpanKind.CLIENT, links=[OtelLink(linked)]) as span:
            span.set_attribute("rpc.system", "nats")
            span.set_attribute("sizes", [1, 2])
            span.record_exception(ValueError("no such <stage>"))
            span.set_status(Status(StatusCode.ERROR, "no such <stage>"))
    provider.shutdown()
    return {
        "trace": format_trace_id(found.trace_id),
        "other": format_trace_id(linked.trace_id),
        "other span": format_span_id(linked.span_id),
    }


async def test_what_is_not_an_export_is_refused(client: Client) -> None:
    protobuf = {"Content-Type": "application/x-protobuf"}
    async with client.post("/v1/traces", json={}) as response:
        assert response.status == 415
    async with client.post("/v1/traces", data=b"\xff\xff", headers=protobuf) as response:
        assert response.status == 400
    broken = {**protobuf, "Content-Encoding": "gzip"}
    async with client.post("/v1/traces", data=gzip.compress(b"\xff"), headers=broken) as response:
        assert response.status == 400


async def test_unknown_and_invalid_trace_ids_are_not_found(
    client: Client,
) -> None:
    for place in (f"/traces/{TRACE}", "/traces/..%2F..", f"/api/traces/{TRACE}"):
        async with client.get(place) as response:
            assert response.status == 404, place


async def test_searching_for_a_trace_id_leads_to_the_trace(client: Client, store: TraceStore) -> None:
    store.keep([a_span("a")])
    async with client.get("/traces", params={"q": TRACE}, allow_redirects=False) as response:
        assert response.headers["Location"] == f"/traces/{TRACE}"


def test_traces_are_listed_newest_first_and_found_by_any_of_their_spans(store: TraceStore) -> None:
    old, new = "a" * 32, "b" * 32
    store.keep([a_span("1", trace_id=old, start=10, end=20, name="GET /jobs", service="gateway")])
    store.keep([a_span("2", "1", trace_id=new, start=40, end=60, name="INSERT outbox", error=True)])
    store.keep([a_span("1", trace_id=new, start=30, end=70, name="POST /graphql", service="gateway")])

    assert [trace.name for trace in store.traces()] == ["POST /graphql", "GET /jobs"]
    assert [trace.trace_id for trace in store.traces(text="OUTBOX")] == [new]
    assert [trace.trace_id for trace in store.traces(text="gateway", errors=True)] == []
    (failed,) = store.traces(errors=True)
    assert (failed.name, failed.spans, failed.errors, failed.start, failed.end) == ("POST /graphql", 2, 1, 30, 70)


def test_a_batch_sent_twice_is_kept_once(store: TraceStore) -> None:
    store.keep([a_span("1")])
    store.keep([a_span("1")])
    assert len(store.spans(TRACE)) == 1


def test_the_oldest_spans_are_deleted(store: TraceStore) -> None:
    store.keep(a_span(str(number), trace_id=f"{number:032}") for number in range(150))
    assert store.spans(f"{49:032}") == []
    assert len(store.spans(f"{50:032}")) == 1


def test_traces_survive_a_restart(tmp_path: Path) -> None:
    first = TraceStore(tmp_path / "traces.sqlite", kept=10)
    first.keep([a_span("1")])
    first.close()
    again = TraceStore(tmp_path / "traces.sqlite", kept=10)
    assert again.spans(TRACE) == [a_span("1")]
    again.close()


def test_a_waterfall_shows_children_below_their_parent_in_the_order_they_started() -> None:
    laid_out = lay_out(
        [
            a_span("root", start=0, end=100),
            a_span("second", "root", start=50, end=100),
            a_span("first", "root", start=10, end=40),
            a_span("grandchild", "first", start=20, end=30),
        ]
    )
    assert [(bar.span.span_id, bar.depth) for bar in laid_out.bars] == [
        ("root", 0),
        ("first", 1),
        ("grandchild", 2),
        ("second", 1),
    ]
    assert (laid_out.bars[1].offset, laid_out.bars[1].length) == (0.1, 0.3)


def test_a_span_whose_parent_is_missing_is_shown_and_says_so() -> None:
    laid_out = lay_out([a_span("root"), a_span("orphan", "never arrived", start=10)])
    assert [(bar.span.span_id, bar.detached) for bar in laid_out.bars] == [("root", False), ("orphan", True)]


def test_spans_that_are_each_others_ancestors_are_all_shown() -> None:
    laid_out = lay_out([a_span("a", "b"), a_span("b", "a")])
    assert sorted(bar.span.span_id for bar in laid_out.bars) == ["a", "b"]


@pytest.mark.parametrize(
    ("nanoseconds", "shown"),
    [
        (0, "0"),
        (999, "999 ns"),
        (1_500, "1.5 µs"),
        (12_340_000, "12.3 ms"),
        (999_000_000, "999 ms"),
        (61 * 10**9, "61 s"),
    ],
)
def test_durations_have_three_significant_digits(nanoseconds: int, shown: str) -> None:
    assert duration(nanoseconds) == shown
