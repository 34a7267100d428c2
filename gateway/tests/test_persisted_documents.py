"""Documents named by their hashes."""

import hashlib
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from gateway.tests.support.gateway_client import Acme
from rapport.gateway.server.persisted_documents import trusted_documents
from rapport.gateway.settings import GatewaySettings

ME = "{ me { name } }"
RITA = {"me": {"name": "Rita"}}


def named(text: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(text.encode()).hexdigest()}}


async def get(acme: Acme, **params: Any) -> Any:
    given = {name: value if isinstance(value, str) else orjson.dumps(value).decode() for name, value in params.items()}
    return await acme.send("GET", params=given, headers=acme.headers())


async def over_a_socket(acme: Acme, **payload: Any) -> dict[str, Any]:
    async with acme.socket() as socket:
        await socket.acknowledged()
        await socket.connection.send_json({"id": "1", "type": "subscribe", "payload": payload})
        return await socket.receive()


async def test_a_document_sent_once_with_its_hash_is_known_by_it_from_then_on(acme: Acme) -> None:
    unknown = await acme.post(orjson.dumps({"extensions": named(ME)}))
    assert (unknown.status, unknown.code) == (200, "PERSISTED_QUERY_NOT_FOUND")
    assert unknown.error["message"] == "PersistedQueryNotFound"
    assert (await get(acme, extensions=named(ME))).error["message"] == "PersistedQueryNotFound"
    received = await over_a_socket(acme, extensions=named(ME))
    assert (received["type"], received["payload"][0]["message"]) == ("error", "PersistedQueryNotFound")

    assert (await acme.execute(ME, extensions=named(ME))).data == RITA

    assert (await acme.post(orjson.dumps({"extensions": named(ME)}))).data == RITA
    assert (await get(acme, extensions=named(ME))).data == RITA
    assert (await over_a_socket(acme, extensions=named(ME)))["payload"]["data"] == RITA


@pytest.mark.parametrize(
    "persisted",
    [{"version": 1, "sha256Hash": "0" * 64}, {"version": 2, "sha256Hash": "0" * 64}, {"version": 1}, "x"],
)
async def test_a_document_under_a_wrong_hash_is_refused_and_not_remembered(acme: Acme, persisted: Any) -> None:
    response = await acme.execute(ME, extensions={"persistedQuery": persisted})

    assert (response.status, response.code) == (400, "BAD_REQUEST")
    again = await acme.post(orjson.dumps({"extensions": named(ME)}))
    assert again.code == "PERSISTED_QUERY_NOT_FOUND"


class TestWithTrustedDocuments:
    @pytest.fixture
    def settings(self, settings: GatewaySettings, tmp_path: Path) -> GatewaySettings:
        file = tmp_path / "trusted.json"
        file.write_bytes(orjson.dumps({named(ME)["persistedQuery"]["sha256Hash"]: ME}))
        return settings.model_copy(update={"trusted_documents_file": file})

    async def test_only_they_are_executed(self, acme: Acme) -> None:
        assert (await acme.execute(ME)).data == RITA
        assert (await acme.post(orjson.dumps({"extensions": named(ME)}))).data == RITA
        assert (await get(acme, extensions=named(ME))).data == RITA
        assert (await over_a_socket(acme, extensions=named(ME)))["payload"]["data"] == RITA

        for other in ("{ sync { state } }", "{ __schema { queryType { name } } }"):
            for result in (
                await acme.execute(other),
                await acme.execute(other, extensions=named(other)),
                await acme.execute(other, extensions=named(ME)),
                await acme.post(orjson.dumps({"extensions": named(other)})),
                await get(acme, query=other),
            ):
                assert (result.status, result.code) == (400, "DOCUMENT_NOT_TRUSTED")
            received = await over_a_socket(acme, query=other)
            assert received["payload"][0]["extensions"] == {"code": "DOCUMENT_NOT_TRUSTED"}


def test_a_file_with_a_document_under_a_wrong_hash_is_none(tmp_path: Path) -> None:
    file = tmp_path / "trusted.json"
    file.write_text('{"abc": "{ me { name } }"}')
    with pytest.raises(ValueError, match="abc is not the SHA-256 of its document"):
        trusted_documents(file, lambda _: ())


@pytest.mark.parametrize(
    ("method", "headers"), [("GET", {}), ("GET", {"Cookie": "session=1"}), ("POST", {"Content-Type": "text/plain"})]
)
async def test_nothing_that_a_foreign_page_can_send_unasked_is_answered(
    acme: Acme, method: str, headers: dict[str, str]
) -> None:
    answer = await acme.send(
        method, params={"query": ME}, headers={"Origin": "https://evil.example", "Accept": "*/*", **headers}
    )
    assert (answer.status, answer.code, acme.peer.asked) == (401, "UNAUTHENTICATED", [])

    asking_first = {"Origin": "https://evil.example", "Access-Control-Request-Headers": "authorization"}
    async with acme.http.options(f"{acme.url}/graphql", headers=asking_first) as response:
        assert response.status == 405
        assert not [name for name in response.headers if name.lower().startswith("access-control")]
    with pytest.raises(aiohttp.WSServerHandshakeError):
        async with acme.socket(headers={"Origin": "https://evil.example"}):
            pass
