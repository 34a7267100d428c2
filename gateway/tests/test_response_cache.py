"""Responses are cached briefly, and never beyond a change that the user made or was notified of."""

import asyncio
from typing import Any

import pytest
from strawberry.types import ExecutionResult

from gateway.tests.support.gateway_client import Acme, eventually, id_of, moved
from rapport.contracts import pipeline
from rapport.contracts.identity import Role
from rapport.contracts.pipeline import GetBoard
from rapport.gateway.execution.response_cache import Response, ResponseCache
from rapport.gateway.settings import GatewaySettings
from rapport.sandbox.issuer import Issuer

BOARD = "query ($job: ID!) { board(jobId: $job) { columns { stage { name } cards { nodes { personName version } } } } }"
MOVE = """mutation ($input: MoveApplicationInput!) { moveApplication(input: $input) { __typename } }"""
RESPONSE = Response(ExecutionResult(data={"me": None}, errors=None), b"{}")
WATCH = "subscription ($job: ID!) { boardChanged(jobId: $job) { __typename } }"


@pytest.fixture
def settings(settings: GatewaySettings) -> GatewaySettings:
    """Responses are cached for so long that only events end them here."""
    return settings.model_copy(update={"response_cache_seconds": 60.0})


@pytest.fixture
def job(peer: Any) -> pipeline.Job:
    found: pipeline.Job = peer.job(cards=2)
    return found


def boards(acme: Acme) -> int:
    return len(acme.peer.asked_for(GetBoard))


async def board(acme: Acme, job: pipeline.Job, **given: Any) -> Any:
    return (await acme.execute(BOARD, {"job": id_of(job)}, **given)).data


async def test_identical_queries_at_once_are_executed_once(acme: Acme, job: pipeline.Job) -> None:
    results = await asyncio.gather(*(board(acme, job) for _ in range(20)))

    assert results == [results[0]] * 20
    assert await board(acme, job) == results[0]
    assert boards(acme) == 1


async def test_another_query_or_another_user_gets_a_response_of_its_own(
    acme: Acme, job: pipeline.Job, issuer: Issuer
) -> None:
    acme.peer.user("sam@acme.example", Role.RECRUITER)
    await board(acme, job)
    await board(acme, acme.peer.job())
    await board(acme, job, token=issuer.token("sam@acme.example"))
    await acme.execute(f"# spelled otherwise\n{BOARD}", {"job": id_of(job)})
    await acme.execute(
        f"{BOARD} query Other {{ me {{ id }} }}".replace("query (", "query B("), {"job": id_of(job)}, operationName="B"
    )

    assert boards(acme) == 5


async def test_a_cached_response_is_the_same_in_every_media_type(acme: Acme, job: pipeline.Job) -> None:
    for accept in ("application/json", "application/graphql-response+json"):
        answered = await acme.execute(BOARD, {"job": id_of(job)}, accept=accept)
        assert answered.headers["Content-Type"].startswith(accept)
        assert answered.body["extensions"]["cost"] > 0
    assert boards(acme) == 1


async def test_a_mutation_invalidates_cached_responses(acme: Acme, job: pipeline.Job) -> None:
    application = next(iter(acme.peer.applications.values()))
    await board(acme, job)
    given = {
        "applicationId": id_of(application),
        "fromStageId": id_of(job.stages[0]),
        "toStageId": id_of(job.stages[1]),
    }
    moved_there = (await acme.execute(MOVE, {"input": given})).data
    assert moved_there["moveApplication"]["__typename"] == "MoveApplicationSuccess"
    await board(acme, job)

    assert boards(acme) == 2


async def test_a_query_after_a_change_does_not_join_an_execution_from_before_it(acme: Acme, job: pipeline.Job) -> None:
    held = asyncio.Event()

    async def slowly(request: GetBoard, *_: Any) -> pipeline.Board:
        await held.wait()
        return pipeline.Board(job=job, columns=())

    acme.peer.answering[GetBoard] = slowly
    early = asyncio.create_task(board(acme, job))
    await eventually(lambda: boards(acme) == 1)
    acme.gateway.response_cache.invalidate("acme")
    late = asyncio.create_task(board(acme, job))
    await eventually(lambda: boards(acme) == 2)
    held.set()
    assert await early == await late


async def test_a_query_after_a_change_event_sees_the_change(acme: Acme, job: pipeline.Job) -> None:
    application = next(iter(acme.peer.applications.values()))
    async with acme.socket() as client:
        await client.acknowledged()
        await client.subscribe(WATCH, {"job": id_of(job)})
        await acme.watched(job)
        for number in range(2, 6):
            await board(acme, job)
            cards = acme.peer.cards[job.stages[0].id]
            cards[0] = cards[0].model_copy(update={"version": number})
            await acme.publish(job, moved(job, application), application)
            await client.change()
            columns = (await board(acme, job))["board"]["columns"]
            assert columns[0]["cards"]["nodes"][0]["version"] == number


async def test_a_response_with_an_error_is_not_cached(acme: Acme, job: pipeline.Job) -> None:
    async def away(*_: Any) -> pipeline.Board:
        raise ConnectionError

    acme.peer.answering[GetBoard] = away
    assert (await acme.execute(BOARD, {"job": id_of(job)})).code == "UNAVAILABLE"
    del acme.peer.answering[GetBoard]
    assert (await board(acme, job))["board"]["columns"]


async def test_variables_nested_too_deeply_to_be_a_cache_key_are_executed(acme: Acme) -> None:
    body = b'{"query": "{ me { id } }", "variables": {"unused": ' + b"[" * 300 + b"]" * 300 + b"}}"

    assert (await acme.post(body)).status == 200


async def test_events_of_another_organisation_invalidate_nothing(acme: Acme, job: pipeline.Job) -> None:
    await board(acme, job)
    acme.gateway.response_cache.invalidate("globex")
    await board(acme, job)

    assert boards(acme) == 1


async def test_a_client_that_disconnects_does_not_cancel_what_others_wait_for() -> None:
    cache, release, begun = ResponseCache(60), asyncio.Event(), 0

    async def compute() -> Response:
        nonlocal begun
        begun += 1
        await release.wait()
        return RESPONSE

    first, second = (asyncio.create_task(cache.get_or_compute("acme", "query", compute)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait([first])
    release.set()
    assert await second is RESPONSE
    assert (begun, first.cancelled()) == (1, True)


async def test_an_execution_without_waiting_clients_is_cancelled() -> None:
    cache, ended = ResponseCache(60), asyncio.Event()

    async def compute() -> Response:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return RESPONSE

    waiting = asyncio.create_task(cache.get_or_compute("acme", "query", compute))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    async with asyncio.timeout(60):
        await ended.wait()
    assert len(cache) == 0


async def test_a_cached_response_expires_after_its_ttl() -> None:
    cache, computed = ResponseCache(0.02), 0

    async def compute() -> Response:
        nonlocal computed
        computed += 1
        return RESPONSE

    for _ in range(2):
        await cache.get_or_compute("acme", "query", compute)
    assert computed == 1
    await eventually(lambda: len(cache) == 0)
    await cache.get_or_compute("acme", "query", compute)
    assert computed == 2


async def test_the_cache_never_holds_more_bytes_than_its_bound() -> None:
    cache, large = ResponseCache(60), Response(ExecutionResult(data={}, errors=None), b"x" * (30 * 1024 * 1024))

    async def compute() -> Response:
        return large

    for number in range(4):
        await cache.get_or_compute("acme", number, compute)
    assert len(cache) == 2
