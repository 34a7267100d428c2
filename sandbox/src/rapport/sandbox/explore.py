"""GraphiQL, as any of the demo users; `sandbox/graphiql` bundles the page and its editor, which are served here."""

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import aiohttp
from aiohttp import hdrs, web

from rapport.kit.web.templates import PAGE_HEADERS
from rapport.sandbox.pages import Html, escape, page

ASSETS = Path(__file__).parent / "static" / "graphiql"
ENTRY = "explore.js"
"""What the bundle writes last."""
_PATIENCE = aiohttp.ClientTimeout(total=30)
_ENDLESS = aiohttp.ClientTimeout(total=None, sock_connect=30, sock_read=60)
"""A subscription goes on for as long as the gateway sends something, signs of life included."""
_PASSED_ON = ("Accept", "Authorization", "Content-Type", "traceparent", "tracestate")
_PASSED_BACK = ("Trace-Id",)
_EVENTS = "text/event-stream"

_ALLOWED = {
    # Monaco, the editor of GraphiQL, places every line by a style attribute. A style can load nothing from elsewhere.
    "style-src": "'self' 'unsafe-inline'",
    "script-src": "'self'",
    "worker-src": "'self'",
    "connect-src": "'self'",
    # GraphiQL brings its fonts and some icons within its style sheet.
    "font-src": "'self' data:",
    "img-src": "'self' data:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
_PAGE_POLICY = "; ".join(("default-src 'none'", *(f"{what} {where}" for what, where in _ALLOWED.items())))
# A worker obeys the policy it came with.
_ASSET_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}

_NOSCRIPT = Html("<noscript><p>GraphiQL needs JavaScript; the demo users have tokens for curl.</p></noscript>")
_MISSING = Html(
    '<p class="nothing">GraphiQL is not installed: its npm packages could not be fetched. <code>make graphiql</code>'
    " tries again and says what is wrong; then load this page again. Everything else works without it, and"
    ' <a href="/oidc/users">the demo users</a> have tokens for curl.</p>'
)


class ExploreRoutes:
    """Passes requests on to the gateway, so that the gateway need not allow this page's origin."""

    _session: aiohttp.ClientSession

    def __init__(self, gateway: str, examples: Mapping[str, str], assets: Path = ASSETS) -> None:
        """Explore the gateway at this address, starting from these queries; `assets` is where GraphiQL is."""
        self._gateway = gateway
        self._examples = [{"title": title, "query": query} for title, query in examples.items()]
        self._assets = assets

    async def connected(self, _: web.Application) -> AsyncIterator[None]:
        """Hold connections to the gateway while the application runs."""
        async with aiohttp.ClientSession() as self._session:
            yield

    def routes(self) -> list[web.RouteDef]:
        """Return the addresses."""
        return [
            web.get("/explore", self.show),
            web.get("/explore/assets/{name}", self.asset),
            web.post("/explore/graphql", self.pass_on),
        ]

    async def show(self, _: web.Request) -> web.Response:
        """Show GraphiQL, or what has to be done to have it."""
        if not (self._assets / ENTRY).is_file():
            return page("Explore", _MISSING, here="/explore")
        head = Html(
            '<link rel="stylesheet" href="/explore/assets/explore.css">'
            f'<script type="module" src="/explore/assets/{ENTRY}"></script>'
        )
        examples = escape(json.dumps(self._examples))
        body = Html(f'<div id="graphiql" data-examples="{examples}"></div>{_NOSCRIPT}')
        shown = page("Explore", body, here="/explore", head=head)
        shown.headers.update(PAGE_HEADERS | {"Content-Security-Policy": _PAGE_POLICY})
        return shown

    async def asset(self, request: web.Request) -> web.FileResponse:
        """Serve a file of GraphiQL; browsers keep it, and ask whether it has changed."""
        name = request.match_info["name"]
        file = self._assets / name
        if "/" in name or not file.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(file, headers=_ASSET_HEADERS)

    async def pass_on(self, request: web.Request) -> web.StreamResponse:
        """Send a request to the gateway as it came, and its answer back; a stream of events as it happens."""
        # A foreign page's form cannot send this type without asking first, and is never allowed to.
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="send application/json")
        headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
        patience = _ENDLESS if _EVENTS in headers.get("Accept", "") else _PATIENCE
        url = f"{self._gateway}/graphql"
        try:
            async with self._session.post(url, data=await request.read(), headers=headers, timeout=patience) as answer:
                if answer.content_type == _EVENTS:
                    return await _stream(request, answer)
                return web.Response(
                    body=await answer.read(),
                    status=answer.status,
                    content_type=answer.content_type,
                    charset="utf-8",
                    headers=_passed_back(answer),
                )
        except (aiohttp.ClientError, TimeoutError) as problem:
            text = json.dumps({"errors": [{"message": f"the gateway does not answer: {problem}"}]})
            return web.Response(text=text, status=502, content_type="application/json")


def _passed_back(answer: aiohttp.ClientResponse) -> dict[str, str]:
    return {name: answer.headers[name] for name in _PASSED_BACK if name in answer.headers}


async def _stream(request: web.Request, answer: aiohttp.ClientResponse) -> web.StreamResponse:
    headers = _passed_back(answer) | {hdrs.CONTENT_TYPE: f"{_EVENTS}; charset=utf-8", hdrs.CACHE_CONTROL: "no-store"}
    stream = web.StreamResponse(status=answer.status, headers=headers)
    await stream.prepare(request)
    async for chunk in answer.content.iter_any():
        await stream.write(chunk)
    return stream
