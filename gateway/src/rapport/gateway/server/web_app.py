"""The web app on the gateway's own origin: its page for every path, its files, and where its users sign in.

The build may appear, or be replaced, while the gateway runs.
"""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import orjson
from aiohttp import web

from rapport.gateway.server.issuer_keys import SignInEndpoints
from rapport.kit.web.http import traced

_IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
"""Names of files contain a hash of their content."""
_UNCACHED = {"Cache-Control": "no-store"}
_MISSING = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Rapport</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="refresh" content="2"></head>'
    "<body><h1>Rapport is being built</h1><p>This page tries again by itself. If it goes on, the web app could not be "
    "built: what started the gateway says why. The API is not affected.</p></body></html>"
)


class WebApp:
    """The build in a folder."""

    def __init__(self, folder: Path, issuer: str, client_id: str, endpoints: Callable[[], SignInEndpoints]) -> None:
        """Serve a build.

        Args:
            folder: of the build, with ``index.html`` in it.
            issuer: of the tokens.
            client_id: the app's, at the issuer.
            endpoints: returns the issuer's endpoints for browsers, as far as they are known.
        """
        self._folder = folder
        self._issuer = issuer
        self._client_id = client_id
        self._endpoints = endpoints
        self._page: tuple[int, bytes] = (0, b"")

    def routes(self) -> list[web.RouteDef]:
        """To be added last: they answer every path that nothing else does."""
        return [
            web.get("/sign-in.json", self._sign_in),
            web.get(r"/assets/{name:[\w.-]+}", self._asset),
            web.get("/icon.svg", self._icon),
            web.get("/{path:.*}", self._index),
        ]

    async def _sign_in(self, _: web.Request) -> web.Response:
        endpoints = self._endpoints()
        described = {
            "issuer": self._issuer,
            "clientId": self._client_id,
            "authorizationEndpoint": endpoints.authorization,
            "tokenEndpoint": endpoints.token,
            "endSessionEndpoint": endpoints.end_session,
            "signingAlgorithms": endpoints.signing_algorithms,
        }
        return web.json_response(body=orjson.dumps(described), headers=_UNCACHED)

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        return self._file(Path("assets") / request.match_info["name"], _IMMUTABLE)

    async def _icon(self, _: web.Request) -> web.StreamResponse:
        return self._file(Path("icon.svg"), {"Cache-Control": "public, max-age=86400"})

    def _file(self, path: Path, headers: dict[str, str]) -> web.StreamResponse:
        # An encoded slash in a name is decoded by now: what counts is where the file really is.
        file = (self._folder / path).resolve()
        if not file.is_relative_to(self._folder.resolve()) or not file.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(file, headers=headers)

    async def _index(self, _: web.Request) -> web.Response:
        """The page: the app itself finds out what the path means."""
        try:
            page = self._read_index()
        except OSError:
            return web.Response(text=_MISSING, content_type="text/html", status=503, headers={"Retry-After": "2"})
        headers = {
            "Cache-Control": "no-cache",
            "Content-Security-Policy": self._policy(),
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            **traced(),
        }
        return web.Response(body=page, content_type="text/html", charset="utf-8", headers=headers)

    def _read_index(self) -> bytes:
        file = self._folder / "index.html"
        changed = file.stat().st_mtime_ns
        if self._page[0] != changed:
            self._page = (changed, file.read_bytes())
        return self._page[1]

    def _policy(self) -> str:
        token = self._endpoints().token
        origins = f"'self' {_origin(token)}" if token else "'self'"
        return (
            f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src {origins}; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
