"""Where spans come in, and where people and tests look at them."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import asdict
from typing import TypeVar

from aiohttp import web
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from rapport.sandbox.pages import Html, page
from rapport.sandbox.traces import pages
from rapport.sandbox.traces.spans import spans_of
from rapport.sandbox.traces.store import TraceStore
from rapport.sandbox.traces.waterfall import lay_out

_T = TypeVar("_T")
_PROTOBUF = "application/x-protobuf"
_TRACE_ID = re.compile(r"[0-9a-f]{32}")


class TraceRoutes:
    """The store is asked in a thread, one question at a time, so that the ATS beside it goes on answering."""

    def __init__(self, store: TraceStore) -> None:
        """Serve what the store keeps."""
        self._store = store
        self._turn = asyncio.Lock()

    def routes(self) -> list[web.RouteDef]:
        """Return the addresses."""
        return [
            web.post("/v1/traces", self.receive),
            web.get("/traces", self.list),
            web.get("/traces/{trace_id}", self.show),
            web.get("/api/traces", self.list_json),
            web.get("/api/traces/{trace_id}", self.show_json),
        ]

    async def receive(self, request: web.Request) -> web.Response:
        """Take an export request of OTLP/HTTP, compressed or not."""
        if request.content_type != _PROTOBUF:
            raise web.HTTPUnsupportedMediaType(text=f"send {_PROTOBUF}")
        body = await request.read()
        try:
            spans = list(spans_of(body))
        except DecodeError:
            raise web.HTTPBadRequest(text="not an ExportTraceServiceRequest") from None
        await self._ask(lambda: self._store.keep(spans))
        return web.Response(body=ExportTraceServiceResponse().SerializeToString(), content_type=_PROTOBUF)

    async def list(self, request: web.Request) -> web.Response:
        """Show the newest traces."""
        text, errors = request.query.get("q", ""), "errors" in request.query
        found = await self._ask(lambda: self._store.traces(text=text, errors=errors))
        if len(found) == 1 and found[0].trace_id == text.strip().lower():
            raise web.HTTPSeeOther(f"/traces/{found[0].trace_id}")
        return page("Traces", pages.list_of_traces(found, text=text, errors=errors), here="/traces")

    async def list_json(self, request: web.Request) -> web.Response:
        """Return the newest traces, for tests."""
        text, errors = request.query.get("q", ""), "errors" in request.query
        found = await self._ask(lambda: self._store.traces(text=text, errors=errors))
        return web.json_response([asdict(trace) for trace in found])

    async def show(self, request: web.Request) -> web.Response:
        """Show one trace."""
        trace_id = _trace_id(request)
        spans = await self._ask(lambda: self._store.spans(trace_id))
        if not spans:
            gone = Html("<p>No span of this trace has arrived yet, or it is so old that it was forgotten.</p>")
            return page("Unknown trace", gone, here="/traces", status=404)
        linked_from = await self._ask(lambda: self._store.linked_from(trace_id))
        laid_out = lay_out(spans)
        return page(laid_out.bars[0].span.name, pages.waterfall(laid_out, linked_from), here="/traces")

    async def show_json(self, request: web.Request) -> web.Response:
        """Return one trace, for tests."""
        trace_id = _trace_id(request)
        spans = await self._ask(lambda: self._store.spans(trace_id))
        answer = {"trace_id": trace_id, "spans": [asdict(span) for span in spans]}
        return web.json_response(answer, status=200 if spans else 404)

    async def _ask(self, question: Callable[[], _T]) -> _T:
        async with self._turn:
            return await asyncio.to_thread(question)


def _trace_id(request: web.Request) -> str:
    trace_id = request.match_info["trace_id"].lower()
    if not _TRACE_ID.fullmatch(trace_id):
        raise web.HTTPNotFound(text="a trace id has 32 hexadecimal digits")
    return trace_id
