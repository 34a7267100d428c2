"""What a process tells of its errors: where, of which type and in which trace; never what the error says."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import aiohttp
import nats
import pytest
import pytest_asyncio
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from packages.kit.tests.support.kit_events import record_jobs
from packages.kit.tests.support.leaky_service import SECRET, Ask
from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.requests import Header, Outcome
from rapport.kit.database.unit_of_work import Database
from rapport.kit.web.http import listening
from rapport.local import ports
from rapport.local.waiting import eventually
from rapport.testing import ProgramFactory, RunningProgram

VIEWER = Viewer(org_id="acme", user_id=UserId(UUID(int=1)), roles=frozenset({Role.RECRUITER}))
WAYS = ("plainly", "in the database", "while reading", "in a group", "after another")


class Collector:
    """Where the process sends its spans."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def receive(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        return web.Response(body=b"", content_type="application/x-protobuf")

    @property
    def spans(self) -> list[Any]:
        found = []
        for body in self.bodies:
            message = ExportTraceServiceRequest()
            message.ParseFromString(body)
            found += [span for r in message.resource_spans for scope in r.scope_spans for span in scope.spans]
        return found


@pytest_asyncio.fixture
async def collector(opened: AsyncExitStack) -> AsyncIterator[tuple[Collector, str]]:
    collecting, application = Collector(), web.Application()
    application.add_routes([web.post("/v1/traces", collecting.receive)])
    port = await opened.enter_async_context(listening(application, ports.LOOPBACK, 0))
    yield collecting, f"http://{ports.LOOPBACK}:{port}"


@pytest.fixture
def environment(stored: Any, jetstream_url: str, collector: tuple[Collector, str]) -> dict[str, str]:
    return {
        "DATABASE_URL": stored.url,
        "SYSTEM_DATABASE_URL": stored.system_url,
        "NATS_URL": jetstream_url,
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector[1],
        "PYTHONPATH": str(Path(__file__).parent / "support"),
    }


@pytest_asyncio.fixture
async def leaky(environment: dict[str, str], start_program: ProgramFactory) -> RunningProgram:
    return await start_program("leaky_service", "serve", env=environment)


async def test_neither_spans_nor_logs_contain_the_message_of_an_error(
    leaky: RunningProgram, collector: tuple[Collector, str], service_database: Database, jetstream_url: str
) -> None:
    client = await nats.connect(jetstream_url)
    traces: dict[str, str] = {}
    for how in (*WAYS, "in a forgotten task"):
        reply = await client.request(
            Ask.address(),
            Ask(how=how).model_dump_json().encode(),
            headers={Header.VIEWER: VIEWER.model_dump_json()},
            timeout=5,
        )
        assert reply.headers
        if how in WAYS:
            assert (reply.headers[Header.OUTCOME], reply.data) == (Outcome.FAILED, b"")
            traces[how] = reply.headers[Header.TRACE]
    async with aiohttp.ClientSession() as session, session.get(f"{leaky.url}/fail") as response:
        assert response.status == 500
        page = await response.json()
    traces["page"] = page.pop("traceId")
    assert page == {"error": "internal error"}
    # An event fails its reaction, as often as it is tried; the process itself relays it.
    await record_jobs(service_database, 1)
    await eventually(lambda: _says(leaky, "failed on event"), within=60, what="the failing of a reaction")
    body = Ask(how="for good").model_dump_json().encode()
    await client.request(Ask.address(), body, headers={Header.VIEWER: VIEWER.model_dump_json()}, timeout=5)
    assert await leaky.ended() == 1
    await client.close()

    collecting, _ = collector
    lines = [json.loads(line) for line in leaky.log.splitlines()]
    assert SECRET.encode() not in b"".join(collecting.bodies)
    assert all(part not in leaky.log for part in (SECRET, "Kate", "kate@"))
    # What went wrong is found all the same: by its trace, in the spans and in the log.
    failed = {span.trace_id.hex(): span.status.message for span in collecting.spans if span.status.message}
    assert traces.keys() == {*WAYS, "page"}
    assert {how: failed.get(trace) for how, trace in traces.items()} == {
        "plainly": "ValueError",
        "in the database": "InvalidTextRepresentationError",
        "while reading": "InvalidTextRepresentationError",
        "in a group": "ExceptionGroup",
        "after another": "RuntimeError",
        "page": "ValueError",
    }
    logged = {line["trace_id"]: line for line in lines if "trace_id" in line}
    assert set(traces.values()) <= logged.keys()
    assert "leaky_service.py" in logged[traces["plainly"]]["exception"]
    assert "ValueError" in logged[traces["in a group"]]["exception"]
    assert "ValueError" in logged[traces["after another"]]["exception"]
    assert [line["message"] for line in lines if line["level"] == "CRITICAL"] == ["ended by an unexpected error"]
    assert any("never retrieved" in line["message"] for line in lines)


@pytest.mark.parametrize(("share", "kept"), [("0", 0), ("1", 3)])
async def test_a_process_samples_the_configured_share_of_its_traces(
    environment: dict[str, str], collector: tuple[Collector, str], start_program: ProgramFactory, share: str, kept: int
) -> None:
    program = await start_program("leaky_service", "serve", env=environment | {"OTEL_TRACES_SAMPLER_ARG": share})
    async with aiohttp.ClientSession() as session:
        for _ in range(3):
            async with session.get(f"{program.url}/fail"):
                pass
    # While it ends it hands over its last spans, to this very process.
    assert await asyncio.to_thread(program.terminate) == 0

    collecting, _ = collector
    assert len({span.trace_id for span in collecting.spans if span.name == "GET /fail"}) == kept


async def _says(program: RunningProgram, words: str) -> bool:
    return words in program.log


@pytest.mark.parametrize(
    "sent",
    [
        b"no HTTP at all\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /fail HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nends here",
        b"POST /fail HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
async def test_a_client_that_speaks_no_proper_http_writes_nothing_into_the_log(
    leaky: RunningProgram, sent: bytes
) -> None:
    before = len(leaky.log.splitlines())
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(leaky.url).port)
    writer.write(sent)
    writer.write_eof()
    await reader.read()
    writer.close()
    async with aiohttp.ClientSession() as session, session.get(f"{leaky.url}/livez") as response:
        assert response.status == 200
    written = [json.loads(line) for line in leaky.log.splitlines()[before:]]
    assert [line for line in written if line["logger"].startswith("aiohttp")] == []


async def test_a_process_logs_when_it_starts_is_ready_and_stops(leaky: RunningProgram) -> None:
    await eventually(lambda: _says(leaky, '"ready"'), within=60, what="the line that says it is ready")
    await asyncio.to_thread(leaky.terminate)
    messages = [json.loads(line)["message"] for line in leaky.log.splitlines()]
    wanted = [message for message in messages if re.fullmatch(r"started \(version \d.*\)|ready|stopping", message)]
    assert [message.split()[0] for message in wanted] == ["started", "ready", "stopping"]
