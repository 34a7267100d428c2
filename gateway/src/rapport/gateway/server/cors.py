"""Browser clients on configured origins (CORS), without credentials: the API uses no cookies."""

from collections.abc import Collection

from aiohttp import hdrs, web

_ALLOWED_METHODS = "GET, POST"
_ALLOWED_HEADERS = "Authorization, Content-Type, Accept, traceparent, tracestate"
_EXPOSED_HEADERS = "Trace-Id, WWW-Authenticate"
_PREFLIGHT_MAX_AGE = 7200
"""Seconds for which a browser caches a preflight response: the most that browsers accept."""


class Cors:
    """Lets pages of configured origins read responses."""

    def __init__(self, path: str, origins: Collection[str]) -> None:
        """``path``: the endpoint's; ``origins``: scheme, host and port, as browsers send them."""
        self.path = path
        self._origins = frozenset(origins)

    def preflight(self, request: web.Request) -> web.Response | None:
        """The response to a preflight request from a configured origin; None for any other request."""
        if request.method != hdrs.METH_OPTIONS or hdrs.ACCESS_CONTROL_REQUEST_METHOD not in request.headers:
            return None
        if request.headers.get(hdrs.ORIGIN) not in self._origins:
            return None
        return web.Response(
            status=204,
            headers={
                hdrs.ACCESS_CONTROL_ALLOW_METHODS: _ALLOWED_METHODS,
                hdrs.ACCESS_CONTROL_ALLOW_HEADERS: _ALLOWED_HEADERS,
                hdrs.ACCESS_CONTROL_MAX_AGE: str(_PREFLIGHT_MAX_AGE),
            },
        )

    async def add_headers(self, request: web.Request, response: web.StreamResponse) -> None:
        """Let the pages of configured origins read a response; called before its headers are sent."""
        if not self._origins or request.path != self.path:
            return
        response.headers.add(hdrs.VARY, hdrs.ORIGIN)
        origin = request.headers.get(hdrs.ORIGIN)
        if origin in self._origins:
            response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
            response.headers[hdrs.ACCESS_CONTROL_EXPOSE_HEADERS] = _EXPOSED_HEADERS
