"""The server side of requests: deadlines kept, authorisation checked, failures masked, one span per request."""

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any

from faststream.nats import NatsResponse
from faststream.nats.message import NatsMessage
from opentelemetry import trace
from opentelemetry.trace import SpanKind, StatusCode
from pydantic import ValidationError

from rapport.contracts.identity import Viewer
from rapport.contracts.problems import invalid
from rapport.contracts.refusals import Forbidden, InputProblemCode, Invalid, Refusal
from rapport.contracts.requests import Header, Outcome, Request
from rapport.kit.errors import TRANSIENT, ServiceUnavailableError
from rapport.kit.identity import derived_id, new_id
from rapport.kit.rpc.broker import INBOXES, Broker
from rapport.kit.rpc.envelope import AnonymousHandler, Handler, HandlerResult, RequestContext
from rapport.kit.telemetry import continued, trace_id

_IN_FLIGHT = 64
"""Requests one process works on at once; the pool of connections is smaller, the rest wait for it in order."""
_DEFAULT_DEADLINE = 5.0
"""Seconds a request may take when the caller sets no deadline."""
_UNAVAILABLE: tuple[type[Exception], ...] = (*TRANSIENT, ServiceUnavailableError)
"""What a handler raises when something it depends on is unavailable."""

_log = logging.getLogger(__name__)
_tracer = trace.get_tracer("rapport.kit.rpc")


class RequestServer:
    """Serves a service's requests; handlers are registered by request type before the broker starts."""

    def __init__(self, broker: Broker, service: str) -> None:
        """Subscribes to ``rpc.<service>.*`` once the broker starts; replicas of a service share the work."""
        self._service = service
        self._broker = broker
        self._handlers: dict[str, tuple[type[Request[Any]], Handler | AnonymousHandler]] = {}
        broker.requests.subscriber(f"rpc.{service}.*", queue=service, max_workers=_IN_FLIGHT, decoder=_whole)(
            self._receive
        )

    def handle(self, request: type[Request[Any]], handler: Handler | AnonymousHandler) -> None:
        """Register the handler of a request type; viewers whom its rule denies never reach it."""
        if not request.anonymous and not hasattr(request, "rule"):
            raise TypeError(f"{request.__name__} names no authorisation rule")
        self._handlers[request.address()] = (request, handler)

    async def _receive(self, message: NatsMessage) -> NatsResponse:
        if not message.reply_to.startswith(INBOXES):
            # The caller chooses the reply subject. We may publish events, they may not: our result must not become one.
            message.reply_to = ""
        subject = message.raw_message.subject
        headers = message.headers
        name = subject.rsplit(".", 1)[1] if subject in self._handlers else "unknown"
        with continued(
            headers, _tracer, f"{self._service} {name}", SpanKind.SERVER, rpc__system="nats", rpc__method=name
        ) as span:
            try:
                async with asyncio.timeout(_seconds_left(headers)):
                    result = await self._dispatch(subject, message.body, headers)
            except _UNAVAILABLE as problem:
                span.set_status(StatusCode.ERROR, type(problem).__qualname__)
                _log.warning("%s is unavailable (%s)", subject, type(problem).__name__)
                return NatsResponse(b"", headers={Header.OUTCOME: Outcome.UNAVAILABLE})
            except Exception as problem:  # noqa: BLE001 - the boundary: masked for the caller, logged and traced for us
                span.set_status(StatusCode.ERROR, type(problem).__qualname__)
                _log.exception("%s failed", subject)
                return NatsResponse(b"", headers={Header.OUTCOME: Outcome.FAILED, Header.TRACE: trace_id() or ""})
        response = _response(result)
        if len(response.body) > self._broker.client.max_payload:
            _log.warning("the result of %s is too large", subject)
            return _response(
                Invalid.because(
                    "", "the result would exceed the size of a message; request less", InputProblemCode.TOO_MANY
                )
            )
        return response

    async def _dispatch(self, subject: str, body: bytes, headers: Mapping[str, str]) -> HandlerResult:
        found = self._handlers.get(subject)
        if found is None:
            return Invalid.because(
                "", f"{self._service} has no request {subject.rsplit('.', 1)[1]}", InputProblemCode.NOT_FOUND
            )
        request_type, handler = found
        try:
            request = request_type.model_validate_json(body)
        except ValidationError as problem:
            return invalid(problem)
        if request_type.anonymous:
            return await handler(request)  # type: ignore[call-arg]
        if Header.VIEWER not in headers:
            return Forbidden(reason="the request names no viewer")
        viewer = Viewer.model_validate_json(headers[Header.VIEWER])
        if refused := request_type.rule.denial(viewer):
            return refused
        context = RequestContext(viewer, _key(viewer, headers.get(Header.IDEMPOTENCY_KEY)))
        return await handler(request, context)  # type: ignore[call-arg]


async def _whole(message: NatsMessage) -> NatsMessage:
    """Hand the message over as it is; the request's own type reads its body."""
    return message


def _key(viewer: Viewer, given: str | None) -> str:
    """What names this request in events: never the client's own words, and never the same for two users."""
    return f"request:{derived_id(viewer.org_id, viewer.user_id, given) if given else new_id()}"


def _seconds_left(headers: Mapping[str, str]) -> float:
    deadline = headers.get(Header.DEADLINE)
    left = int(deadline) / 1000 - time.time() if deadline else _DEFAULT_DEADLINE
    if left <= 0:
        raise TimeoutError("the deadline has passed")
    return left


def _response(result: HandlerResult) -> NatsResponse:
    if isinstance(result, str):
        return NatsResponse(result.encode(), headers={Header.OUTCOME: Outcome.DONE})
    outcome = Outcome.REFUSED if isinstance(result, Refusal) else Outcome.DONE
    return NatsResponse(result.model_dump_json().encode(), headers={Header.OUTCOME: outcome})
