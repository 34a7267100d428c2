"""Asking services on behalf of one operation: within its deadline, and within what it may cost."""

import time

from rapport.contracts.identity import Viewer
from rapport.contracts.refusals import Invalid, Refusal
from rapport.contracts.requests import Request, ResultT
from rapport.gateway import replies
from rapport.gateway.errors import ClientError, Code, refused
from rapport.kit.errors import ServiceUnavailableError
from rapport.kit.rpc.client import RequestClient

MOST_REQUESTS = 50
"""Requests one operation may cause; a page needs two or three, a list of boards one for each."""


class Asking:
    """What one operation asks of services; they get no more time together than the operation has."""

    def __init__(self, client: RequestClient, viewer: Viewer, patience: float) -> None:
        """``patience`` is in seconds, from now."""
        self._client = client
        self._viewer = viewer
        self._ends = time.monotonic() + patience
        self._left = MOST_REQUESTS

    async def ask(self, request: Request[ResultT], *, key: str | None = None) -> ResultT | Refusal:
        """The service's reply or its refusal; ``key`` makes repeating it harmless.

        Raises:
            ServiceUnavailableError: no answer, or no time left to ask.
            ServiceFailedError: it failed unexpectedly.
            ClientError: the operation asks for too much (``TOO_COMPLEX``).
        """
        return await self._client.call(request, self._viewer, deadline=self._spent_on(request), key=key)

    async def ask_if_valid(self, request: Request[ResultT] | Invalid, *, key: str | None = None) -> ResultT | Refusal:
        """As :meth:`ask`; what is wrong with the input itself is answered without asking anybody."""
        if isinstance(request, Invalid):
            return request
        return await self.ask(request, key=key)

    async def read(self, request: Request[ResultT], argument: str | None = None) -> ResultT:
        """The service's reply, for queries: a record of it (see :mod:`replies`); a refusal becomes an error.

        Args:
            request: what to ask.
            argument: the argument that names the thing asked about.

        Raises:
            ClientError: the service refused, or the operation asks for too much.
        """
        reply = await self._client.call_raw(request, self._viewer, deadline=self._spent_on(request))
        if isinstance(reply, Refusal):
            raise refused(reply, argument)
        return replies.read(request, reply)

    def _spent_on(self, request: Request[ResultT]) -> float:
        """Count one more request; answers how many seconds it may take."""
        if self._left == 0:
            raise ClientError(Code.TOO_COMPLEX, f"the operation needs more than {MOST_REQUESTS} requests to services")
        self._left -= 1
        remaining = self._ends - time.monotonic()
        if remaining <= 0:
            raise ServiceUnavailableError(request.service)
        return remaining
