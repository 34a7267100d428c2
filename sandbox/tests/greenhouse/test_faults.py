"""The faults that can be injected."""

import time


async def test_an_outage_lasts_so_many_requests(ats):
    await ats.control("faults", outage_requests=2)
    assert [(await ats.get("jobs"))[0] for _ in range(3)] == [503, 503, 200]


async def test_an_outage_lasts_so_many_seconds(start):
    now = [1_800_000_000_000]
    ats = await start(clock=lambda: now[0])
    await ats.control("faults", outage_seconds=5)
    assert (await ats.get("jobs"))[0] == 503
    now[0] += 5000
    assert (await ats.get("jobs"))[0] == 200


async def test_responses_429_carry_retry_after(ats):
    await ats.control("faults", rate_limit_requests=1)
    status, _, response = await ats.get("jobs")
    assert (status, response.headers["Retry-After"]) == (429, "1")
    assert (await ats.get("jobs"))[0] == 200


async def test_answers_can_be_slow(ats):
    await ats.control("faults", slow_requests=1, slow_seconds=0.2)
    began = time.monotonic()
    assert (await ats.get("jobs"))[0] == 200
    assert time.monotonic() - began >= 0.2


async def test_an_unknown_fault_is_refused_and_changes_nothing(ats, session):
    for body in ({"meteor": 1, "outage_requests": 5}, {"outage_requests": -1}, {"outage_requests": "x"}):
        async with session.post(f"{ats.address}/control/faults", json=body) as response:
            assert response.status == 422
    assert (await ats.get("jobs"))[0] == 200


async def test_controls_take_no_simple_requests(ats, session):
    async with session.post(f"{ats.address}/control/faults", data={"outage_requests": "9"}) as response:
        assert response.status == 415


async def test_without_controls_there_is_only_the_protocol(start, session):
    ats = await start(control=False)
    for path in ("/", "/control/state"):
        async with session.get(f"{ats.address}{path}") as response:
            assert response.status == 404
