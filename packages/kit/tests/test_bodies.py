"""Bodies over real connections: too large, too slow, too many, broken off, or not what they say."""

import asyncio
import gzip
import json
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, suppress
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from rapport.kit.web.bodies import Bodies
from rapport.kit.web.http import http_application, listening
from rapport.local import ports
from rapport.local.waiting import eventually

LIMIT = 256 * 1024


class Server:
    """Answers with what it received; ``taken`` counts the bodies it has received."""

    def __init__(self, port: int, begun: list[int]) -> None:
        self.port, self.begun = port, begun

    async def open(self, *headers: str, body: bytes = b"") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Begin a request and send what there is of its body."""
        reader, writer = await asyncio.open_connection(ports.LOOPBACK, self.port)
        lines = ("POST /in HTTP/1.1", "Host: x", *headers, "", "")
        writer.write("\r\n".join(lines).encode() + body)
        await writer.drain()
        return reader, writer

    async def post(self, body: bytes, *headers: str) -> tuple[int, Any]:
        reader, writer = await self.open(f"Content-Length: {len(body)}", *headers, body=body)
        try:
            return await answer(reader)
        finally:
            writer.close()


async def answer(reader: asyncio.StreamReader) -> tuple[int, Any]:
    """The status of an answer and its JSON."""
    async with asyncio.timeout(60):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            int(line.split(":")[1]) for line in head.split("\r\n") if line.lower().startswith("content-length")
        )
        said = await reader.readexactly(length)
    return int(head.split(" ")[1]), json.loads(said)


Start = Callable[..., Any]


@pytest_asyncio.fixture
async def start() -> AsyncIterator[Start]:
    async with AsyncExitStack() as stack:

        async def started(**limits: Any) -> Server:
            bodies, begun = Bodies(limit=LIMIT, **limits), list[int]()

            async def take(request: web.Request) -> web.Response:
                begun.append(1)
                sent, meant = await bodies.receive(request)
                return web.json_response({"sent": len(sent), "meant": meant.decode("latin-1")[:20]})

            application = http_application({})
            application.add_routes([web.post("/in", take)])
            port = await stack.enter_async_context(listening(application, ports.LOOPBACK, 0, raw_bodies=True))
            return Server(port, begun)

        yield started


async def test_a_body_is_received_as_it_was_sent(start: Start) -> None:
    server = await start()
    assert await server.post(b"hello") == (200, {"sent": 5, "meant": "hello"})
    assert (await server.post(b"x" * LIMIT))[0] == 200


async def test_a_body_announced_as_too_large_is_refused_before_it_is_read(start: Start) -> None:
    server = await start()
    reader, writer = await server.open(f"Content-Length: {LIMIT + 1}")
    assert await answer(reader) == (413, {"error": "the body is too large"})
    writer.close()


async def test_a_body_that_does_not_say_how_large_it_is_is_read_up_to_the_limit(start: Start) -> None:
    server = await start()
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    reader, writer = await server.open("Transfer-Encoding: chunked", body=chunk * (LIMIT // 0x10000 + 1))
    assert (await answer(reader))[0] == 413
    writer.close()


@pytest.mark.parametrize(
    ("encoding", "compress"), [("gzip", gzip.compress), ("x-gzip", gzip.compress), ("deflate", zlib.compress)]
)
async def test_a_compressed_body_is_what_it_means(start: Start, encoding: str, compress: Any) -> None:
    server = await start()
    sent = compress(b"hello")
    assert await server.post(sent, f"Content-Encoding: {encoding}") == (200, {"sent": len(sent), "meant": "hello"})
    two = compress(b"hel") + compress(b"lo")
    assert (await server.post(two, f"Content-Encoding: {encoding}"))[1]["meant"] == "hello"


_HELLO = gzip.compress(b"hello", mtime=0)


@pytest.mark.parametrize(
    "broken", [b"hello", _HELLO[:-4], _HELLO[:12], _HELLO + b"trailing"], ids=["none", "cut", "begun", "trailed"]
)
async def test_a_compressed_body_that_is_broken_is_refused(start: Start, broken: bytes) -> None:
    server = await start()
    status, said = await server.post(broken, "Content-Encoding: gzip")
    assert (status, said) == (400, {"error": "the body is not what its Content-Encoding says"})


async def test_a_small_body_that_means_a_large_one_is_refused(start: Start) -> None:
    server = await start()
    bomb = gzip.compress(b"\0" * (LIMIT + 1))
    assert len(bomb) < 1000
    assert (await server.post(bomb, "Content-Encoding: gzip"))[0] == 413
    many = gzip.compress(b"\0" * (LIMIT // 2)) * 3
    assert (await server.post(many, "Content-Encoding: gzip"))[0] == 413


async def test_an_unknown_compression_is_refused(start: Start) -> None:
    server = await start()
    assert (await server.post(b"hello", "Content-Encoding: br"))[0] == 415


async def test_a_body_that_does_not_arrive_in_time_is_refused(start: Start) -> None:
    server = await start(patience=0.2)
    reader, writer = await server.open("Content-Length: 100", body=b"x")
    assert await answer(reader) == (408, {"error": "the body did not arrive in time"})
    writer.close()


async def test_a_body_that_breaks_off_leaves_nothing_behind(start: Start) -> None:
    server = await start(at_once=1, small_at_once=1)
    for _ in range(3):
        _, writer = await server.open("Content-Length: 100", body=b"x")
        await eventually(lambda: _has(server.begun), within=60, what="the request")
        writer.close()
        server.begun.clear()
    assert (await server.post(b"hello"))[0] == 200


async def test_uploads_beyond_the_limit_are_refused_with_retry_after(start: Start) -> None:
    server = await start(at_once=2, most_waiting=1, patience=5.0)
    large = f"Content-Length: {LIMIT}"
    held = [await server.open(large, body=b"x") for _ in range(3)]
    await eventually(lambda: _has(server.begun, 3), within=60, what="the requests")
    reader, writer = await server.open(large)
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    assert " 503 " in head
    assert "Retry-After: 10" in head
    # Small ones do not wait behind large ones.
    assert (await server.post(b"hello"))[0] == 200
    # Who waited has its turn when another is done.
    (first, sending), *_, (last, _) = held
    sending.write(b"x" * (LIMIT - 1))
    assert (await answer(first))[0] == 200
    held[2][1].write(b"x" * (LIMIT - 1))
    assert (await answer(last))[0] == 200
    for each in (writer, *(w for _, w in held)):
        each.close()


async def test_an_upload_that_waited_too_long_is_refused_with_retry_after(start: Start) -> None:
    server = await start(small_at_once=0, patience=0.2)
    assert (await server.post(b"hello"))[0] == 503


async def _has(found: list[int], number: int = 1) -> bool:
    return len(found) >= number


@given(st.binary(max_size=2000), st.integers(0, 40))
def test_any_compressed_body_is_read_or_refused(garbage: bytes, cut: int) -> None:
    bodies = Bodies(limit=4096)
    for sent in (garbage, gzip.compress(garbage, mtime=0), gzip.compress(garbage, mtime=0)[: -cut or None]):
        with suppress(web.HTTPRequestEntityTooLarge, web.HTTPBadRequest):
            assert len(bodies._decompressed(sent, 31)) <= 4096
