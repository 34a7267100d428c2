"""A service's HTTP side: health for operators, errors that say nothing personal, one span per request."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.typedefs import Handler
from opentelemetry import trace
from opentelemetry.trace import SpanKind, StatusCode

from rapport.kit.runtime.backoff import Backoff
from rapport.kit.runtime.process import in_background
from rapport.kit.telemetry import continued, trace_id

Check = Callable[[], Awaitable[str | None]]
"""A readiness check: None if it passes, else the problem."""

TRACE_HEADER = "Trace-Id"
"""Names the request's trace, for support."""
_CHECK_PATIENCE = 2.0
_IDLE = 75.0
"""Seconds a connection may say nothing, before its first request as after one."""
_LINGERING = 2.0
"""Seconds for which what is still sent after an answer is read and thrown away, so that the answer arrives."""
_UNTRACED = frozenset({"/livez", "/readyz"})

_log = logging.getLogger(__name__)
_tracer = trace.get_tracer("rapport.kit.web.http")


def http_application(checks: Mapping[str, Check], *, max_body: int = 1024 * 1024) -> web.Application:
    """An application with health endpoints; routes are added to it.

    Args:
        checks: readiness checks, by name.
        max_body: bytes a request may carry.
    """
    application = web.Application(middlewares=[_observed], client_max_size=max_body)

    async def ready(_: web.Request) -> web.Response:
        found = {name: await _outcome(check) for name, check in checks.items()}
        wrong = {name: problem for name, problem in found.items() if problem}
        body = {"ready": not wrong, "checks": {name: found[name] or "ok" for name in found}}
        return web.json_response(body, status=503 if wrong else 200)

    async def alive(_: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def announced(_: web.Application) -> AsyncIterator[None]:
        async with in_background(_log_when_ready(checks)):
            yield

    application.cleanup_ctx.append(announced)
    application.add_routes([web.get("/livez", alive), web.get("/readyz", ready)])
    return application


@asynccontextmanager
async def listening(
    application: web.Application, host: str, port: int, *, drop_when_gone: bool = False, raw_bodies: bool = False
) -> AsyncIterator[int]:
    """Serve until the end of the block, which finishes what is under way; yields the port (``port`` may be 0).

    Args:
        application: what to serve.
        host: the address to listen on.
        port: 0 for any free one.
        drop_when_gone: cancel handlers whose client has disconnected (long responses).
        raw_bodies: leave bodies as they were sent, compressed or not, for :class:`rapport.kit.web.bodies.Bodies`.
    """
    runner = web.AppRunner(
        application,
        access_log=None,
        shutdown_timeout=5,
        handler_cancellation=drop_when_gone,
        keepalive_timeout=_IDLE,
        lingering_time=_LINGERING,
        auto_decompress=not raw_bodies,
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@web.middleware
async def _observed(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.path in _UNTRACED:
        return await handler(request)
    resource = request.match_info.route.resource
    route = resource.canonical if resource else "unmatched"
    with continued(
        request.headers,
        _tracer,
        f"{request.method} {route}",
        SpanKind.SERVER,
        http__request__method=request.method,
        http__route=route,
    ) as span:
        try:
            response = await handler(request)
        except web.HTTPException as answer:
            span.set_attribute("http.response.status_code", answer.status)
            answer.headers.update(traced())
            raise
        except Exception as problem:  # noqa: BLE001 - the boundary: masked for the caller, logged and traced for us
            span.set_status(StatusCode.ERROR, type(problem).__qualname__)
            _log.exception("%s %s failed", request.method, route)
            return _failure(request)
        span.set_attribute("http.response.status_code", response.status)
        if not response.prepared:
            response.headers.update(traced())
        return response


def traced() -> dict[str, str]:
    """The header that names the trace of the request."""
    found = trace_id()
    return {TRACE_HEADER: found} if found else {}


def _failure(request: web.Request) -> web.Response:
    """An unexpected failure: a page for people, JSON for programs, both with the trace id."""
    found = trace_id()
    if "text/html" not in request.headers.get("Accept", ""):
        return web.json_response({"error": "internal error", "traceId": found}, status=500, headers=traced())
    number = f"<p>This number helps to find out what: <code>{found}</code></p>" if found else ""
    headers = traced() | {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'"}
    return web.Response(text=_FAILURE.format(number), content_type="text/html", status=500, headers=headers)


_FAILURE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Something went wrong</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"></head><body>'
    "<h1>Something went wrong</h1><p>It is our fault, not yours. Please go back and try again in a moment.</p>{}"
    "</body></html>"
)


async def _log_when_ready(checks: Mapping[str, Check]) -> None:
    backoff = Backoff(0.2, 5.0)
    while any([await _outcome(check) for check in checks.values()]):
        await backoff.pause()
    _log.info("ready")


async def _outcome(check: Check) -> str | None:
    try:
        async with asyncio.timeout(_CHECK_PATIENCE):
            return await check()
    except Exception as problem:  # noqa: BLE001 - a check that raises has failed
        return type(problem).__qualname__
