"""What a service answers over HTTP names its trace, whatever became of the request."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from rapport.kit.web.http import TRACE_HEADER, http_application, listening

SECRET = "a secret of the tests"


async def _fine(_: web.Request) -> web.Response:
    return web.Response(text="fine")


async def _moved(_: web.Request) -> web.Response:
    raise web.HTTPSeeOther("/fine")


async def _broken(_: web.Request) -> web.Response:
    raise RuntimeError(SECRET)


@pytest_asyncio.fixture
async def site() -> AsyncIterator[str]:
    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        trace.set_tracer_provider(TracerProvider())
    application = http_application({})
    application.add_routes([web.get("/fine", _fine), web.get("/moved", _moved), web.get("/broken", _broken)])
    async with listening(application, "127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(("path", "status"), [("/fine", 200), ("/moved", 303), ("/missing", 404), ("/broken", 500)])
async def test_every_answer_names_the_trace_that_the_request_belongs_to(site: str, path: str, status: int) -> None:
    headers = {"traceparent": "00-4ea24c509b139edb9d4c4501b3727aad-e6bcb70d15df779f-01"}
    async with aiohttp.request("GET", site + path, headers=headers, allow_redirects=False) as answer:
        assert (answer.status, answer.headers[TRACE_HEADER]) == (status, "4ea24c509b139edb9d4c4501b3727aad")


async def test_a_failure_is_a_page_for_browsers_and_json_for_programs(site: str) -> None:
    async with aiohttp.request("GET", f"{site}/broken", headers={"Accept": "text/html,*/*"}) as answer:
        text = await answer.text()
        assert answer.content_type == "text/html"
        assert answer.headers[TRACE_HEADER] in text
        assert SECRET not in text
    async with aiohttp.request("GET", f"{site}/broken") as answer:
        assert await answer.json() == {"error": "internal error", "traceId": answer.headers[TRACE_HEADER]}


async def test_health_checks_are_not_traced(site: str) -> None:
    async with aiohttp.request("GET", f"{site}/livez") as answer:
        assert TRACE_HEADER not in answer.headers
