"""A page to try GraphQL on, as any of the demo users."""

import json
from collections.abc import AsyncIterator, Mapping

import aiohttp
from aiohttp import web

from rapport.local.sandbox.pages import Html, escape, page

_PATIENCE = aiohttp.ClientTimeout(total=30)
_PASSED_ON = ("Authorization", "Content-Type")
_PASSED_BACK = ("Trace-Id",)


class ExploreRoutes:
    """Passes requests on to the gateway, so that the gateway need not allow this page's origin."""

    _session: aiohttp.ClientSession

    def __init__(self, gateway: str, examples: Mapping[str, str]) -> None:
        """Explore the gateway at this address, starting from these queries."""
        self._gateway = gateway
        self._examples = examples

    async def connected(self, _: web.Application) -> AsyncIterator[None]:
        """Hold connections to the gateway while the application runs."""
        async with aiohttp.ClientSession() as self._session:
            yield

    def routes(self) -> list[web.RouteDef]:
        """Return the addresses."""
        return [web.get("/explore", self.show), web.post("/explore/graphql", self.pass_on)]

    async def show(self, _: web.Request) -> web.Response:
        """Show the page."""
        options = "".join(
            f'<option value="{escape(query)}">{escape(what)}</option>' for what, query in self._examples.items()
        )
        first = next(iter(self._examples.values()), "")
        body = Html(
            '<form id="explore" class="explore"><p class="row">'
            '<label>As <select id="user"></select></label>'
            f'<label>Example <select id="example">{options}</select></label>'
            '<button>Run</button><span id="outcome" role="status"></span></p>'
            '<div class="panes"><label>Query<textarea id="query" spellcheck="false">'
            f"{escape(first)}</textarea></label>"
            '<label>Variables<textarea id="variables" spellcheck="false">{}</textarea></label>'
            '<div>Answer<pre id="answer" tabindex="0"></pre></div></div></form>'
            "<noscript><p>Running a query here needs JavaScript; the demo users have tokens for curl.</p></noscript>"
        )
        return page("Explore", body, here="/explore", script="explore.js")

    async def pass_on(self, request: web.Request) -> web.Response:
        """Send a request to the gateway as it came, and its answer back."""
        # A foreign page's form cannot send this type without asking first, and is never allowed to.
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="send application/json")
        headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
        url = f"{self._gateway}/graphql"
        try:
            async with self._session.post(url, data=await request.read(), headers=headers, timeout=_PATIENCE) as answer:
                return web.Response(
                    body=await answer.read(),
                    status=answer.status,
                    content_type=answer.content_type,
                    charset="utf-8",
                    headers={name: answer.headers[name] for name in _PASSED_BACK if name in answer.headers},
                )
        except (aiohttp.ClientError, TimeoutError) as problem:
            text = json.dumps({"errors": [{"message": f"the gateway does not answer: {problem}"}]})
            return web.Response(text=text, status=502, content_type="application/json")
