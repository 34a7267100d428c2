"""Browser clients on other origins: the configured ones may ask, and nobody else's pages."""

import aiohttp
import pytest

from gateway.tests.support.gateway_client import JSON, RECRUITER, Acme
from rapport.gateway.settings import GatewaySettings

APP = "https://app.example.com"
ME = "{ me { email } }"


@pytest.fixture
def settings(settings: GatewaySettings) -> GatewaySettings:
    return settings.model_copy(update={"client_origins": frozenset({APP})})


async def test_a_page_of_a_configured_origin_asks_and_reads_the_answer(acme: Acme) -> None:
    wants = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    async with acme.http.options(f"{acme.url}/graphql", headers={"Origin": APP, **wants}) as allowed:
        assert allowed.status == 204
        assert allowed.headers["Access-Control-Allow-Origin"] == APP
        assert "POST" in allowed.headers["Access-Control-Allow-Methods"]
        assert {"authorization", "content-type"} <= {
            name.strip().lower() for name in allowed.headers["Access-Control-Allow-Headers"].split(",")
        }
    response = await acme.send(
        "POST", json={"query": ME}, headers=acme.headers() | {"Origin": APP, "Content-Type": JSON}
    )
    assert response.data["me"] == {"email": RECRUITER}
    assert response.headers["Access-Control-Allow-Origin"] == APP
    assert "Trace-Id" in response.headers["Access-Control-Expose-Headers"]
    assert "Origin" in response.headers["Vary"]
    # Nothing is sent along by itself, so there is nothing to allow.
    assert "Access-Control-Allow-Credentials" not in response.headers


async def test_an_error_can_be_read_as_well(acme: Acme) -> None:
    response = await acme.send("POST", json={"query": ME}, headers={"Origin": APP})
    assert (response.status, response.headers["Access-Control-Allow-Origin"]) == (401, APP)


@pytest.mark.parametrize("origin", ["https://evil.example", "http://app.example.com", f"{APP}.evil.example", "null"])
async def test_pages_of_other_origins_read_nothing(acme: Acme, origin: str) -> None:
    wants = {"Access-Control-Request-Method": "POST"}
    async with acme.http.options(f"{acme.url}/graphql", headers={"Origin": origin, **wants}) as refused:
        assert refused.status == 405
        assert "Access-Control-Allow-Origin" not in refused.headers
    response = await acme.send("POST", json={"query": ME}, headers=acme.headers() | {"Origin": origin})
    assert "Access-Control-Allow-Origin" not in response.headers
    with pytest.raises(aiohttp.WSServerHandshakeError):
        async with acme.socket(headers={"Origin": origin}):
            pass


async def test_a_page_of_a_configured_origin_opens_a_websocket(acme: Acme) -> None:
    async with acme.socket(headers={"Origin": APP}) as socket:
        await socket.acknowledged()


async def test_health_is_nothing_for_pages(acme: Acme) -> None:
    async with acme.http.get(f"{acme.url}/readyz", headers={"Origin": APP}) as response:
        assert "Access-Control-Allow-Origin" not in response.headers
