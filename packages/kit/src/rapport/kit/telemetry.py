"""Traces, metrics and logs, set up once per process; nothing personal in any of them."""

import asyncio
import logging
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

import orjson
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_protocol import RequestPayloadError
from opentelemetry import context as contexts
from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Span, SpanKind, StatusCode

_log = logging.getLogger(__name__)


@contextmanager
def telemetry(service: str, endpoint: str | None, *, sampled: float = 1.0) -> Iterator[None]:
    """Send the process's spans to an OTLP collector (over HTTP) and its logs to stderr, until the end of the block.

    Args:
        service: ``service.name`` of everything sent.
        endpoint: the collector's base address; None sends nothing.
        sampled: the share of new traces that is kept; a trace begun elsewhere is kept or not as it was begun.
    """
    _structure_logs(service)
    _log.info("started (version %s)", version(f"rapport-{service}"))
    if endpoint is None:
        yield
        return
    provider = TracerProvider(
        resource=Resource.create({"service.name": service}), sampler=ParentBased(TraceIdRatioBased(sampled))
    )
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=5)
    provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=500))
    trace.set_tracer_provider(provider)
    try:
        yield
    finally:
        provider.shutdown()


def traceparent() -> str | None:
    """The current trace context in W3C form, or None outside a trace that is kept."""
    if not trace.get_current_span().get_span_context().trace_flags.sampled:
        return None
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get("traceparent")


def trace_id() -> str | None:
    """The current trace's id in hex, for people to look it up by."""
    span = trace.get_current_span().get_span_context()
    return trace.format_trace_id(span.trace_id) if span.is_valid else None


@contextmanager
def continued(
    carrier: Mapping[str, str], tracer: trace.Tracer, name: str, kind: SpanKind, **attributes: Any
) -> Iterator[Span]:
    """A span that continues the trace a message or request brought along."""
    named = {k.replace("__", "."): v for k, v in attributes.items()}
    with spanning(tracer, name, kind, context=propagate.extract(carrier), attributes=named) as span:
        yield span


@contextmanager
def spanning(
    tracer: trace.Tracer,
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    *,
    context: Context | None = None,
    attributes: Mapping[str, Any] | None = None,
) -> Iterator[Span]:
    """A span that tells of an error by its type only: what the error says may quote a row or a request."""
    with tracer.start_as_current_span(
        name,
        context=context,
        kind=kind,
        attributes=dict(attributes or {}),
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            yield span
        except Exception as problem:
            span.set_status(StatusCode.ERROR, type(problem).__qualname__)
            raise


@contextmanager
def untraced() -> Iterator[None]:
    """Work whose spans would only be noise (bulk history): it belongs to no trace and begins none that is kept."""
    unsampled = trace.SpanContext(1, 1, is_remote=False, trace_flags=trace.TraceFlags(0))
    token = contexts.attach(trace.set_span_in_context(trace.NonRecordingSpan(unsampled)))
    try:
        yield
    finally:
        contexts.detach(token)


class _JsonLines(logging.Formatter):
    """One JSON object a line, with the trace it belongs to."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "service": self._service,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if found := trace_id():
            line["trace_id"] = found
        if record.exc_info and record.exc_info[1]:
            line["exception"] = _without_values(record.exc_info[1])
        return orjson.dumps(line).decode()


def _without_values(error: BaseException) -> str:
    """The error's types and places; not its message, which may quote a row or a request."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    cause = error.__cause__ or error.__context__
    parts = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    return (
        f"{frames}{type(error).__qualname__}"
        + "".join(f"\nof:\n{_without_values(part)}" for part in parts)
        + (f"\nafter:\n{_without_values(cause)}" if cause else "")
    )


def _structure_logs(service: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines(service))
    handler.addFilter(_is_ours)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    sys.excepthook = _ended_by


def _is_ours(record: logging.LogRecord) -> bool:
    """Whether a line is for operators: the web server also complains of requests that are no HTTP or end too soon."""
    if record.name == "aiohttp.websocket":
        return False  # a subprotocol that we do not speak
    if record.name == "aiohttp.server" and record.exc_info:
        return not isinstance(record.exc_info[1], (HttpProcessingError, RequestPayloadError, OSError))
    return True


def _ended_by(_: type[BaseException], error: BaseException, __: object) -> None:
    """Log the unexpected error that ends the process, without its message."""
    _log.critical("ended by an unexpected error", exc_info=error)


def log_loop_problem(_: asyncio.AbstractEventLoop, problem: dict[str, Any]) -> None:
    """Log what asyncio reports (an error of a task that was never awaited), without the error's message."""
    _log.error("%s", problem.get("message", "unhandled error"), exc_info=problem.get("exception"))
