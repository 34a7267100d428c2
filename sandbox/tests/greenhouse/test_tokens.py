"""Access tokens: who gets one, and which are accepted."""

import base64


async def test_a_client_gets_a_token_that_expires(start):
    ats = await start(token_lifetime=60, log_in=False)
    status, body = await ats.log_in()
    assert status == 200
    assert body["token_type"] == "Bearer"
    assert body["expires_at"].endswith("Z")
    assert (await ats.get("jobs"))[0] == 200


async def test_a_wrong_secret_gets_no_token(start):
    ats = await start(log_in=False)
    assert (await ats.log_in(secret="guess"))[0] == 401
    assert (await ats.log_in(client="nobody"))[0] == 401
    assert (await ats.log_in(client="", secret=""))[0] == 401


async def test_only_client_credentials_are_granted(ats, session):
    credentials = base64.b64encode(b"acme:secret").decode()
    headers = {"Authorization": f"Basic {credentials}"}
    body = {"grant_type": "password"}
    async with session.post(f"{ats.address}/token", json=body, headers=headers) as response:
        assert response.status == 400


async def test_no_token_or_a_foreign_one_is_refused(ats):
    for token in ("", "made-up"):
        ats.token = token
        status, body, _ = await ats.get("jobs")
        assert status == 401
        assert body == {"errors": ["Invalid or expired access token."]}


async def test_an_expired_token_is_refused(small_company, start):
    now = [1_800_000_000_000]
    ats = await start(token_lifetime=60, clock=lambda: now[0])
    assert (await ats.get("jobs"))[0] == 200
    now[0] += 59_999
    assert (await ats.get("jobs"))[0] == 200
    now[0] += 1
    assert (await ats.get("jobs"))[0] == 401


async def test_all_tokens_can_be_made_to_expire(ats):
    await ats.control("tokens/expire")
    assert (await ats.get("jobs"))[0] == 401


async def test_a_client_over_the_rate_limit_gets_retry_after(start):
    now = [1_800_000_000_000]
    ats = await start(rate_limit=3, rate_window=10, clock=lambda: now[0])
    left = [(await ats.get("jobs"))[2].headers["X-RateLimit-Remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    status, body, response = await ats.get("jobs")
    assert (status, body) == (429, {"errors": ["Too many requests."]})
    assert response.headers["X-RateLimit-Limit"] == "3"
    now[0] += 1000 * int(response.headers["Retry-After"])
    assert (await ats.get("jobs"))[0] == 200
