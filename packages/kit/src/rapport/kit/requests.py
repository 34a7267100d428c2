"""Requests between services over NATS: the asking side and the answering side, with one envelope for all."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, NewType

from faststream.nats import NatsResponse
from faststream.nats.message import NatsMessage
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError
from opentelemetry import propagate, trace
from opentelemetry.trace import SpanKind, StatusCode
from pydantic import BaseModel, ValidationError

from rapport.contracts.identity import Viewer
from rapport.contracts.refusals import FieldProblem, Forbidden, Invalid, Refusal, refusals
from rapport.contracts.requests import Header, Outcome, ReplyT, Request
from rapport.kit.broker import INBOXES, Broker
from rapport.kit.errors import TRANSIENT, ServiceFailedError, ServiceUnavailableError
from rapport.kit.identity import derived_id, new_id
from rapport.kit.telemetry import continued, spanning, trace_id

_IN_FLIGHT = 64
"""Requests one process works on at once; the pool of connections is smaller, the rest wait for it in order."""
_PATIENCE = 5.0
"""Seconds a request may take when the asker names no deadline."""
_AWAY: tuple[type[Exception], ...] = (*TRANSIENT, ServiceUnavailableError)
"""What a handler raises when what it leans on is away."""

_log = logging.getLogger(__name__)
_tracer = trace.get_tracer("rapport.kit.requests")

Json = NewType("Json", str)
"""A reply that the database has already written as JSON; passed through as it is."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, and under which key a repetition would be recognised."""

    viewer: Viewer
    key: str


Answer = BaseModel | Json | Refusal
Handler = Callable[[Any, Asked], Awaitable[Answer]]
AnonymousHandler = Callable[[Any], Awaitable[Answer]]


class RequestServer:
    """Answers a service's requests; handlers are registered by request type before the broker starts."""

    def __init__(self, broker: Broker, service: str) -> None:
        """Subscribes to ``rpc.<service>.*`` once the broker starts; replicas of a service share the work."""
        self._service = service
        self._broker = broker
        self._handlers: dict[str, tuple[type[Request[Any]], Handler | AnonymousHandler]] = {}
        broker.requests.subscriber(f"rpc.{service}.*", queue=service, max_workers=_IN_FLIGHT, decoder=_whole)(
            self._receive
        )

    def answers(self, request: type[Request[Any]], handler: Handler | AnonymousHandler) -> None:
        """Let ``handler`` answer requests of this type, from those who may ask them by its rule."""
        if not request.anonymous and not hasattr(request, "rule"):
            raise TypeError(f"{request.__name__} does not say who may ask it")
        self._handlers[request.address()] = (request, handler)

    async def _receive(self, message: NatsMessage) -> NatsResponse:
        if not message.reply_to.startswith(INBOXES):
            # We may publish events, the asker may not: our answer must not become one.
            message.reply_to = ""
        subject = message.raw_message.subject
        headers = message.headers
        name = subject.rsplit(".", 1)[1] if subject in self._handlers else "unknown"
        with continued(
            headers, _tracer, f"{self._service} {name}", SpanKind.SERVER, rpc__system="nats", rpc__method=name
        ) as span:
            try:
                async with asyncio.timeout(_seconds_left(headers)):
                    answer = await self._answer(subject, message.body, headers)
            except _AWAY as problem:
                span.set_status(StatusCode.ERROR, type(problem).__qualname__)
                _log.warning("%s cannot be answered now (%s)", subject, type(problem).__name__)
                return NatsResponse(b"", headers={Header.OUTCOME: Outcome.UNAVAILABLE})
            except Exception as problem:  # noqa: BLE001 - the boundary: masked for the asker, logged and traced for us
                span.set_status(StatusCode.ERROR, type(problem).__qualname__)
                _log.exception("%s failed", subject)
                return NatsResponse(b"", headers={Header.OUTCOME: Outcome.FAILED, Header.TRACE: trace_id() or ""})
        response = _response(answer)
        if len(response.body) > self._broker.client.max_payload:
            _log.warning("an answer to %s is too large", subject)
            return _response(Invalid.because("", "the answer would be larger than a message may be; ask for less"))
        return response

    async def _answer(self, subject: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        found = self._handlers.get(subject)
        if found is None:
            return Invalid.because("", f"{self._service} answers no {subject.rsplit('.', 1)[1]}")
        request_type, handler = found
        try:
            request = request_type.model_validate_json(body)
        except ValidationError as problem:
            return _invalid(problem)
        if request_type.anonymous:
            return await handler(request)  # type: ignore[call-arg]
        if Header.VIEWER not in headers:
            return Forbidden(reason="the request names no viewer")
        viewer = Viewer.model_validate_json(headers[Header.VIEWER])
        if refused := request_type.rule.refuse(viewer):
            return refused
        asked = Asked(viewer, _key(viewer, headers.get(Header.IDEMPOTENCY_KEY)))
        return await handler(request, asked)  # type: ignore[call-arg]


class RequestClient:
    """Asks services on behalf of a viewer."""

    def __init__(self, client: Client) -> None:
        """``client`` is a connected NATS client."""
        self._client = client

    async def ask(
        self, request: Request[ReplyT], viewer: Viewer | None, *, deadline: float, key: str | None = None
    ) -> ReplyT | Refusal:
        """The service's reply or its refusal.

        Args:
            request: what to ask.
            viewer: on whose behalf; None only for requests that identify a viewer.
            deadline: seconds to wait; the service stops working on it then.
            key: repeats under the same key have no further effect.

        Raises:
            ServiceUnavailableError: nobody answered in time, or the service cannot at present.
            ServiceFailedError: the service failed unexpectedly.
        """
        body = await self.ask_raw(request, viewer, deadline=deadline, key=key)
        return body if isinstance(body, BaseModel) else type(request).reply.model_validate_json(body)  # type: ignore[return-value]

    async def ask_raw(
        self, request: Request[Any], viewer: Viewer | None, *, deadline: float, key: str | None = None
    ) -> bytes | Refusal:
        """As :meth:`ask`, but the reply's JSON as it came."""
        name = request.name()
        with spanning(
            _tracer,
            f"ask {request.service} {name}",
            SpanKind.CLIENT,
            attributes={"rpc.system": "nats", "rpc.service": request.service, "rpc.method": name},
        ) as span:
            headers: dict[str, str] = {Header.DEADLINE: str(int((time.time() + deadline) * 1000))}
            if viewer:
                headers[Header.VIEWER] = viewer.model_dump_json()
            if key:
                headers[Header.IDEMPOTENCY_KEY] = key
            propagate.inject(headers)
            try:
                reply = await self._client.request(
                    request.address(), request.model_dump_json().encode(), timeout=deadline, headers=headers
                )
            except (NoRespondersError, NatsError, TimeoutError) as problem:
                span.set_status(StatusCode.ERROR, type(problem).__qualname__)
                raise ServiceUnavailableError(request.service) from problem
            outcome = (reply.headers or {}).get(Header.OUTCOME)
            if outcome == Outcome.DONE:
                return reply.data
            if outcome == Outcome.REFUSED:
                return refusals.validate_json(reply.data)
            span.set_status(StatusCode.ERROR, outcome or Outcome.FAILED)
            if outcome == Outcome.UNAVAILABLE:
                raise ServiceUnavailableError(request.service)
            raise ServiceFailedError(request.service, (reply.headers or {}).get(Header.TRACE) or None)


async def _whole(message: NatsMessage) -> NatsMessage:
    """Hand the message over as it is; the request's own type reads its body."""
    return message


def _key(viewer: Viewer, given: str | None) -> str:
    """What names this request in events: never the client's own words, and never the same for two users."""
    return f"request:{derived_id(viewer.org_id, viewer.user_id, given) if given else new_id()}"


def _seconds_left(headers: Mapping[str, str]) -> float:
    deadline = headers.get(Header.DEADLINE)
    left = int(deadline) / 1000 - time.time() if deadline else _PATIENCE
    if left <= 0:
        raise TimeoutError("nobody waits for the answer any more")
    return left


def _response(answer: Answer) -> NatsResponse:
    if isinstance(answer, str):
        return NatsResponse(answer.encode(), headers={Header.OUTCOME: Outcome.DONE})
    outcome = Outcome.REFUSED if isinstance(answer, Refusal) else Outcome.DONE
    return NatsResponse(answer.model_dump_json().encode(), headers={Header.OUTCOME: outcome})


def _invalid(problem: ValidationError) -> Invalid:
    return Invalid(
        problems=tuple(
            FieldProblem(path=".".join(map(str, e["loc"])), message=e["msg"])
            for e in problem.errors(include_input=False, include_url=False)
        )
    )
