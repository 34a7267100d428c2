"""A running sandbox for each test, over a copy of a company that is generated once."""

import base64
import hashlib
import hmac
import json
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from rapport.local.waiting import eventually
from rapport.sandbox.company.generation import generate
from rapport.sandbox.company.parameters import Parameters
from rapport.sandbox.vendors.greenhouse import server
from rapport.sandbox.vendors.greenhouse.settings import Client, SandboxSettings

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SECRET = "a secret of webhooks"


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company of the default size. Read only."""
    path = tmp_path_factory.mktemp("ats") / "company.sqlite"
    generate(path, Parameters(now=NOW))
    return path


@pytest.fixture(scope="session")
def generated_small_company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company of 400 people, to be copied."""
    path = tmp_path_factory.mktemp("ats") / "small.sqlite"
    generate(path, Parameters(now=NOW, people=400))
    return path


@pytest.fixture
def small_company(generated_small_company: Path, tmp_path: Path) -> Path:
    """A small company of the test's own."""
    return Path(shutil.copy(generated_small_company, tmp_path / "company.sqlite"))


@dataclass
class Ats:
    """A client of a running sandbox, with a token of the first recruiter."""

    session: aiohttp.ClientSession
    server: TestServer
    address: str
    token: str = ""
    user: int = 102

    async def log_in(self, user: int | None = None, *, client: str = "acme", secret: str = "secret") -> Any:
        credentials = base64.b64encode(f"{client}:{secret}".encode()).decode()
        form = {"grant_type": "client_credentials"} | ({"sub": str(user)} if user is not None else {})
        headers = {"Authorization": f"Basic {credentials}"}
        async with self.session.post(f"{self.address}/token", data=form, headers=headers) as response:
            body = await response.json()
            self.token = body.get("access_token", "")
            return response.status, body

    async def get(self, path: str, **query: Any) -> tuple[int, Any, Any]:
        url = path if path.startswith("http") else f"{self.address}/v3/{path}"
        headers = {"Authorization": f"Bearer {self.token}"}
        params = {name: str(value) for name, value in query.items()}
        async with self.session.get(url, params=params, headers=headers) as response:
            return response.status, await response.json(), response

    async def records(self, collection: str, **query: Any) -> list[dict[str, Any]]:
        """Follow the links to the end of a list."""
        found: list[dict[str, Any]] = []
        status, page, response = await self.get(collection, **({"per_page": 500} | query))
        while True:
            assert status == 200, page
            found += page
            if "next" not in response.links:
                return found
            status, page, response = await self.get(str(response.links["next"]["url"]))

    async def record(self, collection: str, number: int) -> dict[str, Any]:
        (found,) = await self.records(collection, ids=number)
        return found

    async def post(self, path: str, body: Any = None, *, method: str = "POST") -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token}"}
        url = f"{self.address}/v3/{path}"
        async with self.session.request(method, url, json=body or {}, headers=headers) as response:
            return response.status, await response.json()

    async def control(self, path: str, method: str = "post", **body: Any) -> Any:
        async with self.session.request(method, f"{self.address}/control/{path}", json=body) as response:
            answer = await response.json()
            assert response.status == 200, answer
            return answer

    async def state(self) -> Any:
        async with self.session.get(f"{self.address}/control/state") as response:
            return await response.json()

    async def stop(self) -> None:
        """Stop the sandbox; its file stays."""
        await self.server.close()

    async def an_active_application(self) -> dict[str, Any]:
        """Return an active application which has a stage to go to."""
        for application in await self.records("applications", status="active", prospect="false"):
            stages = await self.stages(application["job_id"])
            if application["stage_id"] not in [stage["id"] for stage in stages[-1:]]:
                return application
        raise LookupError("nobody is in the running")

    async def stages(self, job: int) -> list[dict[str, Any]]:
        return sorted(await self.records("job_interview_stages", job_ids=job), key=lambda stage: stage["sort_order"])


@dataclass
class Listener:
    """Receives webhooks, checks their signatures and responds with the configured status."""

    url: str = ""
    received: list[dict[str, Any]] = field(default_factory=list)
    answers: Callable[[int], int] = lambda _: 200

    async def hook(self, request: web.Request) -> web.Response:
        raw = await request.read()
        expected = "sha256 " + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
        status = self.answers(len(self.received))
        body = json.loads(raw)
        self.received.append(
            {
                "action": body["action"],
                "payload": body["payload"],
                "event": request.headers["Greenhouse-Event-ID"],
                "signed": hmac.compare_digest(expected, request.headers["Signature"]),
                "raw": raw,
                "status": status,
            }
        )
        return web.Response(status=status)

    async def until(self, number: int) -> list[dict[str, Any]]:
        """Wait for so many deliveries, the ping included."""

        async def enough() -> bool:
            return len(self.received) >= number

        await eventually(enough, within=60, what=f"{number} deliveries")
        return self.received

    @property
    def actions(self) -> list[str]:
        return [delivery["action"] for delivery in self.received]


@pytest_asyncio.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as client:
        yield client


@pytest_asyncio.fixture
async def start(small_company: Path, session: aiohttp.ClientSession) -> AsyncIterator[Any]:
    """A factory: `await start(list_lag=1)` is a client of a running sandbox, mounted under `/ats`."""
    async with AsyncExitStack() as stack:

        async def run(company: Path = small_company, *, log_in: bool = True, **settings: Any) -> Ats:
            settings = {"clients": (Client("acme", "secret"),), "rate_limit": 100_000, "retry_scale": 1e-5} | settings
            outer = web.Application()
            outer.add_subapp("/ats", server.create(SandboxSettings(company=company, **settings)))
            running = await stack.enter_async_context(TestServer(outer))
            ats = Ats(session, running, str(running.make_url("/ats")))
            if log_in:
                await ats.log_in(ats.user)
            return ats

        yield run


@pytest_asyncio.fixture
async def ats(start: Any) -> Ats:
    """A client of a running sandbox with the usual settings."""
    return await start()


@pytest_asyncio.fixture
async def listener() -> AsyncIterator[Listener]:
    """A receiver of webhooks, once added with `/control/webhooks`."""
    heard = Listener()
    app = web.Application()
    app.router.add_post("/hook", heard.hook)
    async with TestServer(app) as running:
        heard.url = str(running.make_url("/hook"))
        yield heard


@pytest_asyncio.fixture
async def listening(ats: Ats, listener: Listener) -> Listener:
    """A receiver that has received its ping."""
    await ats.control("webhooks", url=listener.url, secret=SECRET)
    await listener.until(1)
    return listener


@pytest.fixture
def secret() -> str:
    """The secret that signs webhooks."""
    return SECRET
