"""The client side of requests: one deadline, one span and one envelope per call."""

import time
from typing import Any

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError
from opentelemetry import propagate, trace
from opentelemetry.trace import SpanKind, StatusCode
from pydantic import BaseModel

from rapport.contracts.identity import Viewer
from rapport.contracts.refusals import Refusal, refusals
from rapport.contracts.requests import Header, Outcome, Request, ResultT
from rapport.kit.errors import ServiceFailedError, ServiceUnavailableError
from rapport.kit.telemetry import spanning

_tracer = trace.get_tracer("rapport.kit.rpc")


class RequestClient:
    """Calls services on behalf of a viewer."""

    def __init__(self, client: Client) -> None:
        """``client`` is a connected NATS client."""
        self._client = client

    async def call(
        self, request: Request[ResultT], viewer: Viewer | None, *, deadline: float, key: str | None = None
    ) -> ResultT | Refusal:
        """The service's result or its refusal.

        Args:
            request: the request to send.
            viewer: on whose behalf; None only for requests that identify a viewer.
            deadline: seconds to wait; the service stops working on it then.
            key: repeats under the same key have no further effect.

        Raises:
            ServiceUnavailableError: no reply before the deadline, or the service is unavailable.
            ServiceFailedError: the service failed unexpectedly.
        """
        body = await self.call_raw(request, viewer, deadline=deadline, key=key)
        return body if isinstance(body, BaseModel) else type(request).result.model_validate_json(body)  # type: ignore[return-value]

    async def call_raw(
        self, request: Request[Any], viewer: Viewer | None, *, deadline: float, key: str | None = None
    ) -> bytes | Refusal:
        """As :meth:`call`, but the result's JSON as received."""
        name = request.name()
        with spanning(
            _tracer,
            f"call {request.service} {name}",
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
