"""The web app as the gateway serves it: its page for every path, its files and no others, and a strict policy."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from rapport.gateway.server.issuer_keys import SignInEndpoints
from rapport.gateway.server.web_app import WebApp
from rapport.kit.web.http import http_application, listening

ENDPOINTS = SignInEndpoints("https://id.example/authorize", "https://tokens.example/token", None, ("ES256",))


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A build beside a secret."""
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>Rapport</title>")
    (folder / "icon.svg").write_text("<svg/>")
    (folder / "documents.json").write_text("{}")
    (folder / "assets" / "app-1a2b.js").write_text("1")
    (folder / "assets" / "app-1a2b.js.gz").write_bytes(b"compressed")
    return folder


@pytest_asyncio.fixture
async def origin(build: Path) -> AsyncIterator[str]:
    """Where the app is served."""
    application: web.Application = http_application({})
    application.add_routes(WebApp(build, "https://id.example", "rapport-web", lambda: ENDPOINTS).routes())
    async with listening(application, "127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}"


@pytest_asyncio.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        yield session


async def _raw(origin: str, path: str) -> bytes:
    """The response to a path that no client would send as it is."""
    host, port = origin.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    try:
        return await reader.read()
    finally:
        writer.close()


@pytest.mark.parametrize("path", ["/", "/jobs/abc/board", "/signed-in?code=a", "/people/%E4%BA%BA"])
async def test_every_path_of_the_app_answers_its_page_with_a_strict_policy(
    client: aiohttp.ClientSession, origin: str, path: str
) -> None:
    async with client.get(f"{origin}{path}") as response:
        assert (response.status, await response.text()) == (200, "<title>Rapport</title>")
        policy = response.headers["Content-Security-Policy"]
        assert "connect-src 'self' https://tokens.example;" in policy
        assert "unsafe" not in policy
        assert response.headers["Referrer-Policy"] == "no-referrer"


async def test_files_are_compressed_beforehand_and_cached_for_good(client: aiohttp.ClientSession, origin: str) -> None:
    async with client.get(f"{origin}/assets/app-1a2b.js", headers={"Accept-Encoding": "gzip"}) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert "immutable" in response.headers["Cache-Control"]
        assert await response.read() == b"compressed"
    async with client.get(f"{origin}/assets/app-9z9z.js") as response:
        assert response.status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../../secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/assets/%2e%2e%2f%2e%2e%2fsecret.txt",
        "/assets/..%5c..%5csecret.txt",
        "/assets/%2Fetc%2Fpasswd",
        "/assets/..%2findex.html",
        "/assets/app-1a2b.js%00",
        "/assets/..",
        "/../secret.txt",
        "/documents.json",
    ],
)
async def test_no_path_leads_to_another_file(origin: str, path: str) -> None:
    answer = await _raw(origin, path)
    assert b"secret" not in answer
    assert b"root:" not in answer
    assert b" 500 " not in answer.splitlines()[0]


async def test_a_link_out_of_the_build_is_not_followed(client: aiohttp.ClientSession, origin: str, build: Path) -> None:
    (build / "assets" / "linked.txt").symlink_to(build.parent / "secret.txt")
    async with client.get(f"{origin}/assets/linked.txt") as response:
        assert response.status == 404


async def test_without_a_build_the_page_says_so_until_there_is_one(
    client: aiohttp.ClientSession, origin: str, build: Path
) -> None:
    (build / "index.html").rename(build / "index.later")
    async with client.get(f"{origin}/jobs") as response:
        assert (response.status, response.headers["Retry-After"]) == (503, "2")
    (build / "index.later").rename(build / "index.html")
    async with client.get(f"{origin}/jobs") as response:
        assert response.status == 200


async def test_the_app_is_told_where_to_sign_in(client: aiohttp.ClientSession, origin: str) -> None:
    async with client.get(f"{origin}/sign-in.json") as response:
        assert await response.json() == {
            "issuer": "https://id.example",
            "clientId": "rapport-web",
            "authorizationEndpoint": "https://id.example/authorize",
            "tokenEndpoint": "https://tokens.example/token",
            "endSessionEndpoint": None,
            "signingAlgorithms": ["ES256"],
        }
