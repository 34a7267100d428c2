"""Requests without a valid token of a known user are refused, with the reason."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from gateway.tests.support.gateway_client import JSON, RECRUITER, Acme, eventually
from rapport.contracts import pipeline
from rapport.gateway.settings import GatewaySettings
from rapport.kit.rpc.envelope import HandlerResult, RequestContext
from rapport.sandbox.issuer import Issuer
from rapport.testing.identity import impostor

ME = "{ me { email } }"


async def test_requests_without_a_token_are_unauthenticated(acme: Acme) -> None:
    response = await acme.execute(ME, token=None)

    assert (response.status, response.headers["WWW-Authenticate"]) == (401, 'Bearer realm="rapport"')
    assert (response.code, response.error["extensions"]["reason"]) == ("UNAUTHENTICATED", "TOKEN_MISSING")
    assert not acme.peer.asked


async def test_each_bad_token_is_refused_for_its_own_reason(acme: Acme, issuer: Issuer, tmp_path: Path) -> None:
    usual = {"email": RECRUITER, "email_verified": True, "org": "acme", "iss": issuer.url, "aud": "rapport"}
    unsigned = jwt.encode(usual | {"exp": int(time.time()) + 60}, None, algorithm="none")
    shared = jwt.encode(usual | {"exp": int(time.time()) + 60}, "a secret that everybody may guess", algorithm="HS256")
    header, _, signature = issuer.token("someone@acme.example").split(".")
    tampered = ".".join([header, issuer.token(RECRUITER).split(".")[1], signature])
    for token, reason, message in (
        (issuer.token(RECRUITER).rpartition(".")[0], "TOKEN_MALFORMED", "the token is not a JSON Web Token"),
        ("nonsense", "TOKEN_MALFORMED", "the token is not a JSON Web Token"),
        (tampered, "TOKEN_FORGED", "the token's signature is not its issuer's"),
        (issuer.token(RECRUITER, lifetime=timedelta(seconds=-1)), "TOKEN_EXPIRED", "the token has expired"),
        (issuer.token(RECRUITER, iss="https://else.example"), "TOKEN_FOREIGN", "the token was issued by someone else"),
        (issuer.token(RECRUITER, aud="payroll"), "TOKEN_FOREIGN", "the token is meant for another application"),
        (impostor(issuer, tmp_path).token(RECRUITER), "TOKEN_FORGED", "the token's signature is not its issuer's"),
        (unsigned, "TOKEN_FORGED", "the token must be signed with RS256 or ES256"),
        (shared, "TOKEN_FORGED", "the token must be signed with RS256 or ES256"),
        (
            issuer.token(RECRUITER, email_verified=False),
            "TOKEN_INCOMPLETE",
            "the token does not name an organisation and a verified e-mail address",
        ),
        (
            issuer.token(RECRUITER, org="acme.>"),
            "TOKEN_INCOMPLETE",
            "the token does not name an organisation and a verified e-mail address",
        ),
    ):
        response = await acme.execute(ME, token=token)
        assert (response.status, response.code) == (401, "UNAUTHENTICATED"), message
        assert (response.error["extensions"]["reason"], response.error["message"]) == (reason, message)
        assert response.headers["WWW-Authenticate"].startswith('Bearer realm="rapport", error="invalid_token"')
    assert not acme.peer.asked


async def test_another_kind_of_authorization_is_refused(acme: Acme) -> None:
    response = await acme.send("POST", json={"query": ME}, headers={"Authorization": "Basic cml0YTpwdw=="})

    assert (response.status, response.error["extensions"]["reason"]) == (401, "TOKEN_MALFORMED")
    assert response.headers["Content-Type"] == f"{JSON}; charset=utf-8"


async def test_whom_the_directory_does_not_know_may_do_nothing(acme: Acme, issuer: Issuer) -> None:
    for token in (issuer.token("nobody@acme.example"), issuer.token(RECRUITER, organisation="globex")):
        response = await acme.execute(ME, token=token)
        assert (response.status, response.code) == (403, "FORBIDDEN")
        assert response.error["message"] == "your e-mail address belongs to no user of the organisation"


async def test_the_directory_is_not_asked_about_the_same_user_again_and_again(acme: Acme) -> None:
    for _ in range(3):
        await acme.execute(ME)

    assert len(acme.peer.asked_for(pipeline.IdentifyViewer)) == 1


async def test_a_new_key_is_fetched_when_a_token_is_signed_with_it(acme: Acme, issuer: Issuer) -> None:
    assert (await acme.execute(ME)).status == 200
    issuer.keys.rotate()

    response = await acme.execute(ME, token=issuer.token(RECRUITER))

    assert response.data["me"] == {"email": RECRUITER}


async def test_made_up_keys_do_not_make_us_hammer_the_issuer(acme: Acme, issuer: Issuer) -> None:
    fetched: list[Any] = []
    published = issuer.keys.published
    issuer.keys.published = lambda: fetched.append(1) or published()  # type: ignore[method-assign,func-returns-value]
    claims = {"email": RECRUITER, "email_verified": True, "org": "acme", "iss": issuer.url, "aud": "rapport"}
    key = issuer.keys.current.key
    for number in range(5):
        token = jwt.encode(
            claims | {"exp": int(time.time()) + 60}, key, algorithm="ES256", headers={"kid": f"made-up-{number}"}
        )
        assert (await acme.execute(ME, token=token)).error["extensions"]["reason"] == "TOKEN_FORGED"

    assert len(fetched) == 1


async def test_rs256_is_accepted_too(acme: Acme, issuer: Issuer) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    jwk = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": "rsa", "use": "sig", "alg": "RS256"}
    issuer.keys.published = lambda: {"keys": [jwk]}  # type: ignore[method-assign]
    claims = {"email": RECRUITER, "email_verified": True, "org": "acme", "iss": issuer.url, "aud": "rapport"}
    token = jwt.encode(claims | {"exp": int(time.time()) + 60}, key, algorithm="RS256", headers={"kid": "rsa"})

    assert (await acme.execute(ME, token=token)).data["me"] == {"email": RECRUITER}


@pytest.fixture
def settings(settings: GatewaySettings, request: pytest.FixtureRequest) -> GatewaySettings:
    """Some of these tests change them."""
    return settings.model_copy(update=getattr(request, "param", {}))


@pytest.mark.parametrize("settings", [{"oidc_issuer": "http://127.0.0.1:9/oidc"}], indirect=True)
async def test_an_issuer_that_is_away_is_named(acme: Acme, issuer: Issuer) -> None:
    response = await acme.execute(ME, token=issuer.token(RECRUITER, iss="http://127.0.0.1:9/oidc"))

    assert (response.status, response.code) == (503, "UNAVAILABLE")
    assert response.error["extensions"]["service"] == "the identity provider"


async def test_a_directory_that_fails_is_masked(acme: Acme) -> None:
    async def fail(_: object, __: RequestContext | None) -> HandlerResult:
        raise RuntimeError("the password is hunter2")

    acme.peer.answering[pipeline.IdentifyViewer] = fail
    response = await acme.execute(ME)

    assert (response.status, response.code, response.error["message"]) == (500, "INTERNAL", "internal error")


@pytest.mark.parametrize("settings", [{"graphql_introspection": False}], indirect=True)
async def test_introspection_is_refused_unless_it_is_allowed(acme: Acme) -> None:
    response = await acme.execute("{ __schema { description } }")

    assert (response.status, response.code) == (400, "GRAPHQL_VALIDATION_FAILED")


async def test_a_token_that_was_good_is_refused_once_it_has_expired(acme: Acme, issuer: Issuer) -> None:
    token = issuer.token(RECRUITER, lifetime=timedelta(seconds=2))
    assert (await acme.execute("{ me { id } }", token=token)).status == 200
    assert (await acme.execute("{ me { id } }", token=token)).status == 200

    async def refused() -> bool:
        return (await acme.execute("{ me { id } }", token=token)).status == 401

    await eventually(refused)
