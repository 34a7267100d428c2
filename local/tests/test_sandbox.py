"""The sandbox as a person or a program meets it."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from rapport.local.sandbox.app import sandbox
from rapport.local.sandbox.issuer import DemoUser
from rapport.local.sandbox.settings import SandboxSettings
from rapport.local.testing import ProgramFactory

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
    """A gateway that says who asked what."""

    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"asked": await request.json(), "by": request.headers["Authorization"]}, status=418)

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
        async with client.get(place) as answer:
            text = await answer.text()
            assert answer.status == 200, place
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert "unsafe" not in answer.headers["Content-Security-Policy"]
            assert "style=" not in text
            assert "<script>" not in text
            assert 'src="http' not in text


async def test_a_foreign_name_that_points_at_us_learns_nothing(client: Client) -> None:
    async with client.get("/oidc/users.json", headers={"Host": "rebound.example"}) as answer:
        assert answer.status == 421
        assert "token" not in await answer.text()


async def test_the_explore_page_asks_the_gateway_as_the_chosen_user(client: Client) -> None:
    headers = {"Authorization": "Bearer eve's"}
    async with client.post("/explore/graphql", json={"query": "{ jobs { id } }"}, headers=headers) as answer:
        assert answer.status == 418
        assert await answer.json() == {"asked": {"query": "{ jobs { id } }"}, "by": "Bearer eve's"}


async def test_a_foreign_page_cannot_send_the_gateway_a_form(client: Client) -> None:
    async with client.post("/explore/graphql", data="{}", headers={"Content-Type": "text/plain"}) as answer:
        assert answer.status == 415


async def test_a_gateway_that_is_down_is_an_answer_too(tmp_path: Path) -> None:
    application = sandbox(settings(tmp_path), None, [EVE], {})
    async with TestClient(TestServer(application)) as client, client.post("/explore/graphql", json={}) as answer:
        assert answer.status == 502
        assert "the gateway does not answer" in (await answer.json())["errors"][0]["message"]


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
    program = await start_program("rapport.local.sandbox", env=environment)
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{program.url}/oidc/.well-known/openid-configuration") as answer,
    ):
        assert (await answer.json())["issuer"] == f"{program.url}/oidc"

    assert program.terminate() == 0
