"""The web app signs people in at the sandbox's issuer: codes and refresh tokens are good once, for their client."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import jwt
import pytest
import pytest_asyncio

from rapport.sandbox.issuer import DemoUser, Issuer
from rapport.sandbox.issuer.grants import s256
from rapport.testing.identity import serving_issuer

ADA = DemoUser("ada@example.com", "Ada Okafor", "admin")
BEN = DemoUser("ben@example.com", "Ben <Carter>", "recruiter")
VERIFIER = "a verifier that is long enough to be one, and secret"
APP = "http://127.0.0.1:8080/signed-in"
REQUEST = {
    "response_type": "code",
    "client_id": "rapport-web",
    "redirect_uri": APP,
    "code_challenge": s256(VERIFIER),
    "code_challenge_method": "S256",
    "state": "a state",
    "nonce": "a nonce",
}


@pytest_asyncio.fixture
async def issuer(tmp_path: Path) -> AsyncIterator[Issuer]:
    async with serving_issuer(tmp_path, (ADA, BEN)) as serving:
        yield serving


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    """Keeps cookies, as a browser does, also those of an address without a name."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


def _returned(response: aiohttp.ClientResponse) -> dict[str, str]:
    """What came back to the app."""
    assert response.status == 303
    target = urlsplit(response.headers["Location"])
    assert target._replace(query="").geturl() == APP
    return {name: values[0] for name, values in parse_qs(target.query).items()}


async def _authorize(browser: aiohttp.ClientSession, issuer: Issuer, **changed: str) -> dict[str, str]:
    query = REQUEST | changed
    async with browser.get(f"{issuer.url}/authorize", params=query, allow_redirects=False) as response:
        return _returned(response)


async def _sign_in(browser: aiohttp.ClientSession, issuer: Issuer, user: DemoUser = ADA) -> str:
    form = REQUEST | {"user": user.email}
    async with browser.post(f"{issuer.url}/authorize", data=form, allow_redirects=False) as response:
        return _returned(response)["code"]


async def _token(browser: aiohttp.ClientSession, issuer: Issuer, **form: str) -> tuple[int, dict[str, Any]]:
    async with browser.post(f"{issuer.url}/token", data={"client_id": "rapport-web", **form}) as response:
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        return response.status, await response.json()


async def _exchange(
    browser: aiohttp.ClientSession, issuer: Issuer, code: str, **changed: str
) -> tuple[int, dict[str, Any]]:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": APP, "code_verifier": VERIFIER}
    return await _token(browser, issuer, **(form | changed))


async def _refresh(browser: aiohttp.ClientSession, issuer: Issuer, token: str) -> tuple[int, dict[str, Any]]:
    return await _token(browser, issuer, grant_type="refresh_token", refresh_token=token)


async def test_one_click_signs_in_and_the_code_gives_tokens(browser: aiohttp.ClientSession, issuer: Issuer) -> None:
    async with browser.get(f"{issuer.url}/authorize", params=REQUEST) as response:
        offered = await response.text()
        assert "form-action 'self' http://127.0.0.1:8080" in response.headers["Content-Security-Policy"]
    assert re.findall(r'name="user" value="([^"]+)"', offered) == [ADA.email, BEN.email]
    assert "Ben &lt;Carter&gt;" in offered

    status, tokens = await _exchange(browser, issuer, await _sign_in(browser, issuer, BEN))
    assert status == 200
    key = issuer.keys.current.key.public_key()
    access = jwt.decode(tokens["access_token"], key, algorithms=["ES256"], audience="rapport")
    identity = jwt.decode(tokens["id_token"], key, algorithms=["ES256"], audience="rapport-web")
    assert (access["email"], identity["name"], identity["nonce"]) == (BEN.email, BEN.name, "a nonce")
    assert access["exp"] - access["iat"] == tokens["expires_in"] == 15 * 60


async def test_a_browser_that_is_signed_in_is_not_asked_again(browser: aiohttp.ClientSession, issuer: Issuer) -> None:
    silent = await _authorize(browser, issuer, prompt="none")
    assert silent == {"error": "login_required", "state": "a state", "iss": issuer.url}
    await _sign_in(browser, issuer)
    again = await _authorize(browser, issuer, prompt="none")
    assert (again["state"], again["iss"]) == ("a state", issuer.url)
    assert (await _exchange(browser, issuer, again["code"]))[0] == 200
    async with browser.get(f"{issuer.url}/authorize", params=REQUEST | {"prompt": "login"}) as response:
        assert ADA.name in await response.text()


async def test_a_code_is_good_once_and_for_its_client_alone(browser: aiohttp.ClientSession, issuer: Issuer) -> None:
    code = await _sign_in(browser, issuer)
    for changed in ({"code_verifier": "another"}, {"redirect_uri": f"{APP}/else"}, {"client_id": "another"}):
        assert (await _exchange(browser, issuer, code, **changed))[0] == 400
    _, tokens = await _exchange(browser, issuer, code)
    assert await _exchange(browser, issuer, code) == (
        400,
        {"error": "invalid_grant", "error_description": "the code was used before"},
    )
    # Whoever tried it a second time may be the one it was meant for: what the first got is taken back.
    assert (await _refresh(browser, issuer, tokens["refresh_token"]))[0] == 400


async def test_a_refresh_token_is_good_once_and_a_stolen_one_ends_its_successors(
    browser: aiohttp.ClientSession, issuer: Issuer
) -> None:
    _, first = await _exchange(browser, issuer, await _sign_in(browser, issuer))
    status, second = await _refresh(browser, issuer, first["refresh_token"])
    assert status == 200
    assert (await _refresh(browser, issuer, first["refresh_token"]))[0] == 400
    assert (await _refresh(browser, issuer, second["refresh_token"]))[0] == 400


async def test_signing_out_ends_the_session_and_its_tokens(browser: aiohttp.ClientSession, issuer: Issuer) -> None:
    _, tokens = await _exchange(browser, issuer, await _sign_in(browser, issuer))
    query = {"post_logout_redirect_uri": APP, "state": "out"}
    async with browser.get(f"{issuer.url}/end-session", params=query, allow_redirects=False) as response:
        assert _returned(response) == {"state": "out"}
    assert (await _refresh(browser, issuer, tokens["refresh_token"]))[0] == 400
    assert (await _authorize(browser, issuer, prompt="none"))["error"] == "login_required"


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "another"},
        {"redirect_uri": "https://evil.example/signed-in"},
        {"redirect_uri": "http://127.0.0.1@evil.example/"},
        {"redirect_uri": "javascript:alert(1)"},
    ],
)
async def test_an_unsafe_request_goes_nowhere(
    browser: aiohttp.ClientSession, issuer: Issuer, changed: dict[str, str]
) -> None:
    async with browser.get(f"{issuer.url}/authorize", params=REQUEST | changed, allow_redirects=False) as response:
        assert (response.status, "Location" in response.headers) == (400, False)
    form = REQUEST | {"user": ADA.email} | changed
    async with browser.post(f"{issuer.url}/authorize", data=form, allow_redirects=False) as response:
        assert (response.status, "Location" in response.headers) == (400, False)


async def test_pkce_is_required(browser: aiohttp.ClientSession, issuer: Issuer) -> None:
    refused = await _authorize(browser, issuer, code_challenge_method="plain")
    assert (refused["error"], refused["state"]) == ("invalid_request", "a state")
