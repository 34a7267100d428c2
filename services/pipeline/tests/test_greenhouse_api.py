"""Harvest's protocol as met in practice: expired page tokens, rate limits as dates, responses that are no records."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.kit.web.http import listening
from rapport.local import ports
from rapport.local.waiting import eventually
from rapport.pipeline.connectors.connection import Connection
from rapport.pipeline.connectors.connector import AtsRefusedError, AtsUnavailableError
from rapport.pipeline.connectors.greenhouse.api import GreenhouseApi
from rapport.pipeline.connectors.greenhouse.connector import GreenhouseConnector
from rapport.pipeline.domain.records import Collection
from rapport.pipeline.settings import PipelineSettings
from rapport.pipeline.store import sync
from rapport.pipeline.sync.ingest import Ingest
from rapport.pipeline.sync.runs import SyncRunner
from rapport.sandbox.company.generation import generate
from rapport.sandbox.company.parameters import Parameters
from rapport.sandbox.vendors.greenhouse import server
from rapport.sandbox.vendors.greenhouse.settings import Client, SandboxSettings


@pytest_asyncio.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest_asyncio.fixture
async def talking(connection: Connection, stack: AsyncExitStack) -> Callable[[web.Application], Any]:
    """Serve an application as the ATS; answers the connection to it and our side of the protocol."""

    async def to(application: web.Application) -> tuple[Connection, GreenhouseApi]:
        port = await stack.enter_async_context(listening(application, ports.LOOPBACK, 0))
        address = f"http://{ports.LOOPBACK}:{port}"
        known = connection.model_copy(update={"base_url": f"{address}/v3", "token_url": f"{address}/token"})
        session = await stack.enter_async_context(aiohttp.ClientSession())
        return known, GreenhouseApi(known, session)

    return to


def ats(answer: Callable[[], web.Response], *, token: object = None) -> web.Application:
    """An ATS that gives everybody a token and answers every list in one way."""

    async def give(_: web.Request) -> web.Response:
        good_until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        return web.json_response(token or {"access_token": "t", "expires_at": good_until})

    async def listed(_: web.Request) -> web.Response:
        return answer()

    application = web.Application()
    application.add_routes([web.post("/token", give), web.get("/v3/{collection}", listed)])
    return application


@pytest.mark.parametrize(
    "said",
    [
        "0",
        format_datetime(datetime(2020, 1, 1, tzinfo=UTC), usegmt=True),
        "0.1",
    ],
)
async def test_a_rate_limit_is_observed_whether_given_in_seconds_or_as_a_date(talking: Any, said: str) -> None:
    results = [web.json_response([{"id": 1}]), web.Response(status=429, headers={"Retry-After": said})]
    _, api = await talking(ats(results.pop))
    page = await api.first_page("jobs")
    assert (page.records, page.next_page) == ([{"id": 1}], None)


async def test_a_long_rate_limit_interrupts_the_run_instead_of_blocking_it(talking: Any) -> None:
    in_an_hour = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    _, api = await talking(ats(lambda: web.Response(status=429, headers={"Retry-After": in_an_hour})))
    with pytest.raises(AtsUnavailableError, match="limit") as refused:
        await api.first_page("jobs")
    assert refused.value.retry_after == pytest.approx(3600, abs=30)


@pytest.mark.parametrize("said", [{"jobs": []}, [1, 2], "none", None])
async def test_a_response_that_is_no_list_of_records_counts_as_an_outage(talking: Any, said: object) -> None:
    asked: list[int] = []

    def answer() -> web.Response:
        asked.append(1)
        return web.json_response(said)

    _, api = await talking(ats(answer))
    reading = asyncio.create_task(api.first_page("jobs"))
    await eventually(lambda: _is(len(asked) > 1), within=60, what="another try")
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)


@pytest.mark.parametrize("token", [{"access_token": "t"}, {"access_token": "t", "expires_at": "soon"}, ["t"]])
async def test_a_malformed_token_counts_as_an_outage(talking: Any, token: object) -> None:
    _, api = await talking(ats(lambda: web.json_response([]), token=token))
    async with aiohttp.ClientSession() as session:
        with pytest.raises(AtsUnavailableError, match="token is malformed"):
            await api.token(session, "")


async def test_nothing_is_written_in_the_name_of_nobody(talking: Any) -> None:
    """Without a user, the ATS would have it from the integration."""
    asked: list[int] = []
    _, api = await talking(ats(lambda: asked.append(1) or web.json_response([])))
    with pytest.raises(AtsRefusedError, match="does not know this user"):
        await api.write("jobs", {}, user="")
    assert asked == []


async def test_a_run_whose_page_token_expired_restarts_that_collection(
    pipeline: Database, talking: Any, tmp_path: Path
) -> None:
    async with _sandbox(talking, tmp_path) as connector:
        gone = f"{connector.connection.base_url}/candidates?cursor=gone"
        async with pipeline.work("acme", actor="ats", cause="test") as unit:
            await sync.begin_run(unit, "greenhouse", "greenhouse", full=True, collections=connector.collections)
            await sync.save_page(unit, "greenhouse", "people", records=500, next_page=gone, read_until=unit.now)
        await _run(connector, pipeline)
    async with pipeline.read_session("acme") as session:
        counted = await session.fetchval(
            Statement("SELECT records::integer FROM sync_collection WHERE collection = 'people'")
        )
        stored = await session.fetchval(Statement("SELECT count(*)::integer FROM person"))
    assert (counted, stored) == (300, 300)


@pytest.mark.parametrize("forbidden", [False, True])
async def test_what_an_account_keeps_from_us_is_left_out_of_a_run(
    pipeline: Database, talking: Any, tmp_path: Path, *, forbidden: bool
) -> None:
    async with _sandbox(talking, tmp_path, forbidden="demographic_" if forbidden else None) as connector:
        await _run(connector, pipeline)
        async with pipeline.work("acme", actor="ats", cause="test") as unit:
            await sync.begin_run(unit, "greenhouse", "greenhouse", full=False, collections=connector.collections)
        # The next run asks for changes alone, and is refused as well.
        await _run(connector, pipeline)
    async with pipeline.read_session("acme") as session:
        people = await session.fetchval(Statement("SELECT count(*)::integer FROM person"))
        answers = await session.fetchval(Statement("SELECT count(*)::integer FROM demographic_answer"))
    assert people == 300
    assert (answers == 0) is forbidden


@asynccontextmanager
async def _sandbox(talking: Any, tmp_path: Path, *, forbidden: str | None = None) -> AsyncIterator[GreenhouseConnector]:
    """A connection to the sandbox ATS with 300 people, which forbids the lists whose names begin so."""

    @web.middleware
    async def forbidding(request: web.Request, handler: Any) -> web.StreamResponse:
        if forbidden is not None and request.path.startswith(f"/ats/v3/{forbidden}"):
            return web.json_response({"message": "Not permitted"}, status=403)
        response: web.StreamResponse = await handler(request)
        return response

    company = tmp_path / "company.sqlite"
    generate(company, Parameters(now=datetime(2026, 11, 1, tzinfo=UTC), people=300))
    served = web.Application(middlewares=[forbidding])
    sandbox = server.create(SandboxSettings(company=company, clients=(Client("id", "secret"),)))
    served.add_subapp("/ats", sandbox)
    connection, _ = await talking(served)
    connection = connection.model_copy(
        update={
            "base_url": connection.base_url.replace("/v3", "/ats/v3"),
            "token_url": connection.token_url.replace("/token", "/ats/token"),
        }
    )
    async with aiohttp.ClientSession() as session:
        yield GreenhouseConnector(connection, session)


async def _run(connector: GreenhouseConnector, pipeline: Database) -> None:
    """Read until a run is over."""
    settings = PipelineSettings.model_construct(ats_poll_seconds=3600.0, ats_lag_seconds=1.0)
    running = asyncio.create_task(SyncRunner(connector, pipeline, Ingest(connector), settings).run())

    async def idle() -> bool:
        async with pipeline.read_session("acme") as session:
            run = await sync.current_run(session, "greenhouse")
        return run is not None and run.phase == "idle"

    await eventually(idle, within=60, what="the end of the run")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


_PAGES = Path(__file__).parent / "fixtures"
_ODD = (
    b'[{"id": 7004, "first_name": "J\\udc00o\\ud83d\\ude00 \\u0000", "last_name": "\xff\xfe",'
    b' "created_at": "2026-03-01T09:00:00Z", "\\ud83d": 1,'
    b' "email_addresses": [{"value": "\\u200bjo@example.org\\ufeff"}]},'
    b' {"id": 7005, "first_name": "Zoe\\u0308", "last_name": "Berg", "created_at": "2026-03-01T09:00:00Z"}]'
)


@pytest.mark.parametrize(
    ("page", "people"),
    [
        pytest.param(
            (_PAGES / "half-an-emoji.json").read_bytes(),
            [("Ana \ufffd", "Lima", "ana.lima@example.org"), ("Bo", "Berg", "bo@example.org")],
            id="half an emoji",
        ),
        pytest.param(
            (_PAGES / "nul-characters.json").read_bytes(), [("Cy", "Dahl", "cy@example.org")], id="NUL characters"
        ),
        pytest.param(
            _ODD, [("J\ufffdo\U0001f600 ", "\ufffd\ufffd", "jo@example.org"), ("Zo\u00eb", "Berg", None)], id="and more"
        ),
    ],
)
async def test_text_that_cannot_be_stored_does_not_stop_a_page(
    pipeline: Database,
    talking: Callable[[web.Application], Any],
    page: bytes,
    people: list[tuple[str, str, str | None]],
) -> None:
    connection, _ = await talking(ats(lambda: web.Response(body=page, content_type="application/json")))
    async with aiohttp.ClientSession() as session, pipeline.work("acme", actor="ats", cause="test") as unit:
        connector = GreenhouseConnector(connection, session)
        read = await connector.page(Collection.PEOPLE)
        await Ingest(connector).ingest_page(unit, Collection.PEOPLE, read)
    names = "SELECT first_name, last_name, emails -> 0 ->> 'value' FROM person ORDER BY external_id"
    async with pipeline.read_session("acme") as session:
        assert [tuple(row) for row in await session.fetch(Statement(names))] == people
        assert await session.fetch(Statement("SELECT 1 FROM unread_record")) == []


async def _is(value: bool) -> bool:
    return value
