"""Calls services on behalf of one operation, within its deadline and its budget of requests."""

import time

from rapport.contracts.identity import Viewer
from rapport.contracts.refusals import Invalid, Refusal
from rapport.contracts.requests import Request, ResultT
from rapport.gateway import records
from rapport.gateway.errors import ClientError, Code, from_refusal
from rapport.kit.errors import ServiceUnavailableError
from rapport.kit.rpc.client import RequestClient

MAX_REQUESTS = 50
"""Requests one operation may cause; a page needs two or three, a list of boards one for each."""


class ServiceClient:
    """The requests of one operation; together they take no longer than the operation may."""

    def __init__(self, client: RequestClient, viewer: Viewer, time_limit: float) -> None:
        """``time_limit`` is in seconds, from now."""
        self._client = client
        self._viewer = viewer
        self._ends = time.monotonic() + time_limit
        self._left = MAX_REQUESTS

    async def call(self, request: Request[ResultT], *, key: str | None = None) -> ResultT | Refusal:
        """The service's result or its refusal; ``key`` makes a repetition harmless.

        Raises:
            ServiceUnavailableError: no answer, or no time left.
            ServiceFailedError: the service failed unexpectedly.
            ClientError: the operation needs too many requests (``TOO_COMPLEX``).
        """
        return await self._client.call(request, self._viewer, deadline=self._take_budget(request), key=key)

    async def call_valid(self, request: Request[ResultT] | Invalid, *, key: str | None = None) -> ResultT | Refusal:
        """As :meth:`call`; an invalid input is returned without a call."""
        if isinstance(request, Invalid):
            return request
        return await self.call(request, key=key)

    async def read(self, request: Request[ResultT], argument: str | None = None) -> ResultT:
        """The service's result, for queries: a record of it (see :mod:`records`); a refusal becomes an error.

        Args:
            request: to send.
            argument: the argument that names the requested thing, for the error.

        Raises:
            ClientError: the service refused, or the operation needs too many requests.
        """
        result = await self._client.call_raw(request, self._viewer, deadline=self._take_budget(request))
        if isinstance(result, Refusal):
            raise from_refusal(result, argument)
        return records.read(request, result)

    def _take_budget(self, request: Request[ResultT]) -> float:
        """Count one more request; returns how many seconds it may take."""
        if self._left == 0:
            raise ClientError(Code.TOO_COMPLEX, f"the operation needs more than {MAX_REQUESTS} requests to services")
        self._left -= 1
        remaining = self._ends - time.monotonic()
        if remaining <= 0:
            raise ServiceUnavailableError(request.service)
        return remaining
