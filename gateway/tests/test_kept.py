"""Answers are kept for a moment, and never beyond a change that whoever asks made or was told of."""

import asyncio
from typing import Any

import pytest
from gateway_client import Acme, eventually, id_of, moved

from rapport.contracts import pipeline
from rapport.contracts.identity import Role
from rapport.contracts.pipeline import GetBoard
from rapport.gateway.kept import Kept
from rapport.gateway.settings import GatewaySettings
from rapport.sandbox.issuer import Issuer

BOARD = "query ($job: ID!) { board(jobId: $job) { columns { stage { name } cards { nodes { personName version } } } } }"
MOVE = """mutation ($input: MoveApplicationInput!) { moveApplication(input: $input) { __typename } }"""
WATCH = "subscription ($job: ID!) { boardChanged(jobId: $job) { __typename } }"


@pytest.fixture
def settings(settings: GatewaySettings) -> GatewaySettings:
    """Answers are kept for so long that nothing here ends them but what happens."""
    return settings.model_copy(update={"answers_kept": 60.0})


@pytest.fixture
def job(peer: Any) -> pipeline.Job:
    found: pipeline.Job = peer.job(cards=2)
    return found


def boards(acme: Acme) -> int:
    return len(acme.peer.asked_for(GetBoard))


async def shown(acme: Acme, job: pipeline.Job, **given: Any) -> Any:
    return (await acme.execute(BOARD, {"job": id_of(job)}, **given)).data


async def test_what_many_ask_at_once_is_found_out_once(acme: Acme, job: pipeline.Job) -> None:
    answers = await asyncio.gather(*(shown(acme, job) for _ in range(20)))

    assert answers == [answers[0]] * 20
    assert await shown(acme, job) == answers[0]
    assert boards(acme) == 1


async def test_whoever_asks_something_else_or_is_somebody_else_is_answered_by_themselves(
    acme: Acme, job: pipeline.Job, issuer: Issuer
) -> None:
    acme.peer.user("sam@acme.example", Role.RECRUITER)
    await shown(acme, job)
    await shown(acme, acme.peer.job())
    await shown(acme, job, token=issuer.token("sam@acme.example"))
    await acme.execute(f"# spelled otherwise\n{BOARD}", {"job": id_of(job)})
    await acme.execute(
        f"{BOARD} query Other {{ me {{ id }} }}".replace("query (", "query B("), {"job": id_of(job)}, operationName="B"
    )

    assert boards(acme) == 5


async def test_a_kept_answer_is_the_same_in_every_media_type(acme: Acme, job: pipeline.Job) -> None:
    for accept in ("application/json", "application/graphql-response+json"):
        answered = await acme.execute(BOARD, {"job": id_of(job)}, accept=accept)
        assert answered.headers["Content-Type"].startswith(accept)
        assert answered.body["extensions"]["cost"] > 0
    assert boards(acme) == 1


async def test_after_ones_own_change_everything_is_read_anew(acme: Acme, job: pipeline.Job) -> None:
    application = next(iter(acme.peer.applications.values()))
    await shown(acme, job)
    given = {
        "applicationId": id_of(application),
        "fromStageId": id_of(job.stages[0]),
        "toStageId": id_of(job.stages[1]),
    }
    moved_there = (await acme.execute(MOVE, {"input": given})).data
    assert moved_there["moveApplication"]["__typename"] == "MoveApplicationSuccess"
    await shown(acme, job)

    assert boards(acme) == 2


async def test_what_is_being_found_out_when_something_changes_is_not_given_to_who_asks_afterwards(
    acme: Acme, job: pipeline.Job
) -> None:
    held = asyncio.Event()

    async def slowly(request: GetBoard, *_: Any) -> pipeline.Board:
        await held.wait()
        return pipeline.Board(job=job, columns=())

    acme.peer.answering[GetBoard] = slowly
    early = asyncio.create_task(shown(acme, job))
    await eventually(lambda: boards(acme) == 1)
    acme.gateway.kept.forget("acme")
    late = asyncio.create_task(shown(acme, job))
    await eventually(lambda: boards(acme) == 2)
    held.set()
    assert await early == await late


async def test_whoever_was_told_of_a_change_is_shown_it(acme: Acme, job: pipeline.Job) -> None:
    application = next(iter(acme.peer.applications.values()))
    async with acme.socket() as client:
        await client.acknowledged()
        await client.subscribe(WATCH, {"job": id_of(job)})
        await acme.watched(job)
        for number in range(2, 6):
            await shown(acme, job)
            cards = acme.peer.cards[job.stages[0].id]
            cards[0] = cards[0].model_copy(update={"version": number})
            await acme.publish(job, moved(job, application), application)
            await client.change()
            columns = (await shown(acme, job))["board"]["columns"]
            assert columns[0]["cards"]["nodes"][0]["version"] == number


async def test_an_answer_with_an_error_in_it_is_not_given_again(acme: Acme, job: pipeline.Job) -> None:
    async def away(*_: Any) -> pipeline.Board:
        raise ConnectionError

    acme.peer.answering[GetBoard] = away
    assert (await acme.execute(BOARD, {"job": id_of(job)})).code == "UNAVAILABLE"
    del acme.peer.answering[GetBoard]
    assert (await shown(acme, job))["board"]["columns"]


async def test_variables_nested_more_deeply_than_can_be_written_are_answered_as_any_others(acme: Acme) -> None:
    body = b'{"query": "{ me { id } }", "variables": {"unused": ' + b"[" * 300 + b"]" * 300 + b"}}"

    assert (await acme.post(body)).status == 200


async def test_another_organisations_changes_end_nothing(acme: Acme, job: pipeline.Job) -> None:
    await shown(acme, job)
    acme.gateway.kept.forget("globex")
    await shown(acme, job)

    assert boards(acme) == 1


async def test_whoever_leaves_does_not_take_along_what_others_wait_for() -> None:
    kept, held, begun = Kept(60), asyncio.Event(), 0

    async def find() -> Any:
        nonlocal begun
        begun += 1
        await held.wait()
        return "found"

    first, second = (asyncio.create_task(kept.answer("acme", "question", find)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait([first])
    held.set()
    assert await second == "found"
    assert (begun, first.cancelled()) == (1, True)


async def test_what_nobody_waits_for_any_more_is_given_up() -> None:
    kept, ended = Kept(60), asyncio.Event()

    async def find() -> Any:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    asking = asyncio.create_task(kept.answer("acme", "question", find))
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.wait([asking])
    async with asyncio.timeout(5):
        await ended.wait()
    assert not kept.held


async def test_an_answer_is_kept_no_longer_than_said() -> None:
    kept, begun = Kept(0.02), 0

    async def find() -> Any:
        nonlocal begun
        begun += 1
        return begun

    assert [await kept.answer("acme", "question", find) for _ in range(2)] == [1, 1]
    await asyncio.sleep(0.03)
    assert not kept.held
    assert await kept.answer("acme", "question", find) == 2
