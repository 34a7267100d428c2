"""The demo's tokens can be verified with what discovery publishes."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import jwt
import pytest
import pytest_asyncio

from rapport.sandbox.issuer import DemoUser, Issuer
from rapport.sandbox.issuer.keys import SigningKeys
from rapport.testing import impostor
from rapport.testing.identity import serving_issuer

ADA = DemoUser("ada@example.com", "Ada Okafor", "admin")


@pytest_asyncio.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def verify(client: aiohttp.ClientSession, issuer_url: str, token: str) -> dict[str, Any]:
    """Verify as the gateway does: discovery, then keys, then the token."""
    async with client.get(f"{issuer_url}/.well-known/openid-configuration") as response:
        found = await response.json()
    async with client.get(found["jwks_uri"]) as response:
        keys = jwt.PyJWKSet.from_dict(await response.json())
    key = keys[jwt.get_unverified_header(token)["kid"]]
    return jwt.decode(token, key, algorithms=["ES256"], audience="rapport", issuer=found["issuer"])


async def test_a_token_says_who_someone_is_and_in_which_organisation(
    client: aiohttp.ClientSession, tmp_path: Path
) -> None:
    async with serving_issuer(tmp_path, (ADA,)) as issuer:
        form = {"grant_type": "password", "username": ADA.email}
        async with client.post(f"{issuer.url}/token", data=form) as response:
            token = (await response.json())["access_token"]
        claims = await verify(client, issuer.url, token)

    assert claims["email"] == ADA.email
    assert claims["email_verified"] is True
    assert claims["org"] == "acme"
    assert claims["exp"] - claims["iat"] == 12 * 60 * 60


async def test_only_demo_users_get_a_token(client: aiohttp.ClientSession, issuer: Issuer) -> None:
    form = {"grant_type": "password", "username": "stranger@example.com"}
    async with client.post(f"{issuer.url}/token", data=form) as response:
        assert (response.status, (await response.json())["error"]) == (400, "invalid_grant")


async def test_tokens_signed_before_a_rotation_stay_good_and_new_ones_use_the_announced_key(
    client: aiohttp.ClientSession, issuer: Issuer
) -> None:
    before = issuer.token(ADA.email)
    announced = {key["kid"] for key in issuer.keys.published()["keys"]}

    async with client.post(f"{issuer.url}/rotate", json={}) as response:
        assert response.status == 200
    after = issuer.token(ADA.email)

    assert jwt.get_unverified_header(after)["kid"] in announced
    assert jwt.get_unverified_header(after)["kid"] != jwt.get_unverified_header(before)["kid"]
    for token in (before, after):
        assert (await verify(client, issuer.url, token))["email"] == ADA.email


async def test_a_form_of_a_foreign_page_cannot_rotate_the_keys(client: aiohttp.ClientSession, issuer: Issuer) -> None:
    before = issuer.keys.current.kid
    async with client.post(f"{issuer.url}/rotate", data={"a": "b"}) as response:
        assert response.status == 415
    assert issuer.keys.current.kid == before


async def test_expired_misdirected_and_forged_tokens_fail_verification(
    client: aiohttp.ClientSession, issuer: Issuer, tmp_path: Path
) -> None:
    expired = issuer.token(ADA.email, lifetime=timedelta(hours=-1))
    elsewhere = issuer.token(ADA.email, aud="another-product")
    forged = impostor(issuer, tmp_path).token(ADA.email)

    with pytest.raises(jwt.ExpiredSignatureError):
        await verify(client, issuer.url, expired)
    with pytest.raises(jwt.InvalidAudienceError):
        await verify(client, issuer.url, elsewhere)
    with pytest.raises(jwt.InvalidSignatureError):
        await verify(client, issuer.url, forged)


def test_a_restart_keeps_the_keys_to_itself_and_the_tokens_good(tmp_path: Path) -> None:
    first = SigningKeys(tmp_path / "keys.json")
    first.rotate()
    again = SigningKeys(tmp_path / "keys.json")

    assert again.current.kid == first.current.kid
    assert again.published() == first.published()
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600
    assert not any("d" in key for key in again.published()["keys"])
