"""The sandbox over HTTP, as browsers and programs use it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from rapport.sandbox.app import sandbox
from rapport.sandbox.demo_ats import CompanyError, make_company
from rapport.sandbox.explore import ExploreRoutes
from rapport.sandbox.issuer import DemoUser
from rapport.sandbox.settings import SandboxSettings
from rapport.testing import ProgramFactory

Client = TestClient[web.Request, web.Application]
EVE = DemoUser("eve@example.com", "Eve <script>alert(1)</script>", "recruiter")


def settings(folder: Path, gateway: str = "http://127.0.0.1:9") -> SandboxSettings:
    return SandboxSettings(
        http_port=8090,
        state=folder,
        gateway_url=gateway,
        webhook_url="http://127.0.0.1:9/hooks",
        webhook_secret="w",
        client_id="rapport",
        client_secret="c",
        mail_password="m",
    )


@pytest_asyncio.fixture
async def gateway() -> AsyncIterator[str]:
    """A gateway that returns the query and the authorization it received."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if "text/event-stream" in request.headers.get("Accept", ""):
            return await endless(request)
        return web.json_response({"asked": await request.json(), "by": request.headers["Authorization"]}, status=418)

    async def endless(request: web.Request) -> web.StreamResponse:
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Trace-Id": "abc"})
        await stream.prepare(request)
        await stream.write(b"event: next\ndata: {}\n\n")
        await asyncio.Event().wait()
        return stream

    application = web.Application()
    application.add_routes([web.post("/graphql", answer)])
    async with TestServer(application) as server:
        yield str(server.make_url("")).rstrip("/")


@pytest_asyncio.fixture
async def client(tmp_path: Path, gateway: str) -> AsyncIterator[Client]:
    application = sandbox(settings(tmp_path, gateway), None, [EVE], {"Jobs": "{ jobs { id } }"})
    async with TestClient(TestServer(application)) as client:
        yield client


async def test_every_page_is_there_and_loads_nothing_from_elsewhere(client: Client) -> None:
    for place in ("/", "/mail", "/traces", "/explore", "/oidc/users"):
        async with client.get(place) as response:
            text = await response.text()
            policy = response.headers["Content-Security-Policy"]
            assert response.status == 200, place
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy.replace("style-src 'self' 'unsafe-inline'", ""), place
            assert "http" not in policy
            assert response.headers["Referrer-Policy"] == "no-referrer"
            assert "style=" not in text
            assert "<script>" not in text
            assert 'src="http' not in text


async def test_a_request_for_a_foreign_host_name_is_refused(client: Client) -> None:
    async with client.get("/oidc/users.json", headers={"Host": "rebound.example"}) as response:
        assert response.status == 421
        assert "token" not in await response.text()


async def test_the_explore_page_asks_the_gateway_as_the_chosen_user(client: Client) -> None:
    headers = {"Authorization": "Bearer eve's"}
    async with client.post("/explore/graphql", json={"query": "{ jobs { id } }"}, headers=headers) as response:
        assert response.status == 418
        assert await response.json() == {"asked": {"query": "{ jobs { id } }"}, "by": "Bearer eve's"}


async def test_a_subscription_on_the_explore_page_is_passed_on_while_it_goes_on(client: Client) -> None:
    async with client.post("/explore/graphql", json={}, headers={"Accept": "text/event-stream"}) as response:
        assert response.content_type == "text/event-stream"
        assert response.headers["Trace-Id"] == "abc"
        assert await response.content.readuntil(b"\n\n") == b"event: next\ndata: {}\n\n"


@pytest_asyncio.fixture
async def explore(tmp_path: Path) -> AsyncIterator[Client]:
    """The explore page alone; its bundle is in `assets`, which is not there yet."""
    application = web.Application()
    application.add_routes(ExploreRoutes("http://127.0.0.1:9", {}, tmp_path / "assets").routes())
    async with TestClient(TestServer(application)) as client:
        yield client


async def test_the_explore_page_says_that_graphiql_is_not_installed(explore: Client, tmp_path: Path) -> None:
    async with explore.get("/explore") as response:
        assert response.status == 200
        assert "GraphiQL is not installed" in await response.text()

    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "explore.js").write_text("'installed meanwhile'")
    async with explore.get("/explore") as response:
        assert 'src="/explore/assets/explore.js"' in await response.text()


async def test_nothing_but_graphiql_is_served_from_its_folder(explore: Client, tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "json.worker.js").write_text("1")
    (tmp_path / "secret").write_text("s")
    async with explore.get("/explore/assets/json.worker.js") as response:
        assert response.status == 200
        assert "javascript" in response.content_type
        assert response.headers["Content-Security-Policy"] == "default-src 'none'; script-src 'self'"
    for name in ("..%2Fsecret", "..", "%2e%2e%2fsecret", "missing.js"):
        async with explore.get(URL(f"/explore/assets/{name}", encoded=True)) as response:
            assert response.status == 404, name


async def test_a_foreign_page_cannot_send_the_gateway_a_form(client: Client) -> None:
    async with client.post("/explore/graphql", data="{}", headers={"Content-Type": "text/plain"}) as response:
        assert response.status == 415


async def test_a_gateway_that_is_down_is_reported(tmp_path: Path) -> None:
    application = sandbox(settings(tmp_path), None, [EVE], {})
    async with TestClient(TestServer(application)) as client, client.post("/explore/graphql", json={}) as response:
        assert response.status == 502
        assert "the gateway does not answer" in (await response.json())["errors"][0]["message"]


async def test_the_process_serves_and_stops_when_asked(start_program: ProgramFactory, tmp_path: Path) -> None:
    environment = {
        "SANDBOX_STATE": str(tmp_path / "sandbox"),
        "SANDBOX_PEOPLE": "20",
        "SANDBOX_GATEWAY_URL": "http://127.0.0.1:9",
        "SANDBOX_WEBHOOK_URL": "http://127.0.0.1:9/hooks",
        "SANDBOX_WEBHOOK_SECRET": "w",
        "SANDBOX_CLIENT_ID": "rapport",
        "SANDBOX_CLIENT_SECRET": "c",
        "SANDBOX_MAIL_PASSWORD": "m",
    }
    program = await start_program("rapport.sandbox", env=environment)
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{program.url}/oidc/.well-known/openid-configuration") as response,
    ):
        assert (await response.json())["issuer"] == f"{program.url}/oidc"

    assert program.terminate() == 0


def test_a_demo_organisation_of_another_version_is_kept_and_refused(tmp_path: Path) -> None:
    given = settings(tmp_path).model_copy(update={"people": 60})
    company = make_company(given)
    with closing(sqlite3.connect(company)) as connection:
        connection.execute("UPDATE remembered SET value = replace(value, '\"version\": ', '\"version\": 1')")
        connection.commit()
    before = company.read_bytes()
    with pytest.raises(CompanyError, match="another version"):
        make_company(given)
    assert company.read_bytes() == before
