"""Requests between services: deadlines kept, failures masked, refusals typed, nobody held up by somebody else."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, ClassVar
from uuid import UUID

import nats
import pytest
import pytest_asyncio
from nats.aio.client import Client
from pydantic import BaseModel

from rapport.contracts.authorisation import Rule
from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.refusals import Forbidden, InputProblemCode, Invalid, NotFound
from rapport.contracts.requests import Header, Outcome, Request
from rapport.kit.errors import ServiceFailedError, ServiceUnavailableError
from rapport.kit.rpc.broker import Broker, open_broker
from rapport.kit.rpc.client import RequestClient
from rapport.kit.rpc.envelope import Json, RequestContext
from rapport.kit.rpc.server import RequestServer

VIEWER = Viewer(org_id="acme", user_id=UserId(UUID(int=1)), roles=frozenset({Role.RECRUITER}))


class Answered(BaseModel):
    number: int


class Count(Request[Answered]):
    service: ClassVar[str] = "tests"
    rule: ClassVar[Rule] = Rule(everything=frozenset({Role.RECRUITER}), denial_reason="only recruiters count")

    number: int = 0
    parts: tuple[int, ...] = ()


class Identify(Request[Answered]):
    service: ClassVar[str] = "tests"
    anonymous: ClassVar[bool] = True


class Forgotten(Request[Answered]):
    service: ClassVar[str] = "tests"


class Elsewhere(Request[Answered]):
    service: ClassVar[str] = "nowhere"


Handle = Callable[[Count, RequestContext], Awaitable[Any]]


@pytest_asyncio.fixture
async def client(jetstream_url: str, opened: AsyncExitStack) -> Client:
    """Another process's connection."""
    client = await nats.connect(jetstream_url)
    opened.push_async_callback(client.close)
    return client


@pytest_asyncio.fixture
async def serve(broker: Broker) -> AsyncIterator[Callable[[Handle], Awaitable[None]]]:
    """Let a handler answer `Count`; `Identify` is answered with 1."""

    async def identify(_: Identify) -> Answered:
        return Answered(number=1)

    async def start(handle: Handle) -> None:
        server = RequestServer(broker, "tests")
        server.handle(Count, handle)
        server.handle(Identify, identify)
        await broker.requests.start()
        await broker.settle()

    yield start


async def number(request: Count, _: RequestContext) -> Answered:
    return Answered(number=request.number)


async def raw(client: Client, body: bytes, *, name: str = "count", **headers: str) -> tuple[str, bytes]:
    """Ask as something that is not our own client would; the outcome and the body."""
    reply = await client.request(f"rpc.tests.{name}", body, timeout=5, headers=headers or None)
    assert reply.headers
    return reply.headers[Header.OUTCOME], reply.data


async def test_a_request_is_answered_on_behalf_of_its_viewer(serve, client) -> None:
    contexts: list[RequestContext] = []

    async def handle(request: Count, context: RequestContext) -> Answered:
        contexts.append(context)
        return Answered(number=request.number + 1)

    await serve(handle)
    assert await RequestClient(client).call(Count(number=4), VIEWER, deadline=5) == Answered(number=5)
    assert [context.viewer for context in contexts] == [VIEWER]


async def test_a_repetition_under_the_same_key_is_recognisable_and_another_viewers_is_not(serve, client) -> None:
    keys: list[str] = []

    async def handle(_: Count, context: RequestContext) -> Answered:
        keys.append(context.key)
        return Answered(number=0)

    await serve(handle)
    other = VIEWER.model_copy(update={"user_id": UserId(UUID(int=2))})
    for viewer, key in ((VIEWER, "k"), (VIEWER, "k"), (other, "k"), (VIEWER, None), (VIEWER, None)):
        await RequestClient(client).call(Count(), viewer, deadline=5, key=key)
    assert keys[0] == keys[1]
    assert len(set(keys)) == 4


async def test_json_written_by_the_database_is_passed_through_as_it_is(serve, client) -> None:
    async def handle(_: Count, __: RequestContext) -> Json:
        return Json('{"number": 7,   "more": "kept"}')

    await serve(handle)
    assert await RequestClient(client).call_raw(Count(), VIEWER, deadline=5) == b'{"number": 7,   "more": "kept"}'


async def test_a_refusal_arrives_as_the_value_it_is(serve, client) -> None:
    async def handle(_: Count, __: RequestContext) -> NotFound:
        return NotFound(what="job", id="1")

    await serve(handle)
    assert await RequestClient(client).call(Count(), VIEWER, deadline=5) == NotFound(what="job", id="1")


async def test_a_handler_that_takes_longer_than_the_deadline_is_cut_off_and_the_asker_learns_nothing_of_it(
    serve, client
) -> None:
    cut_off = asyncio.Event()

    async def handle(_: Count, __: RequestContext) -> Answered:
        try:
            await asyncio.Event().wait()
        finally:
            cut_off.set()
        raise AssertionError("never reached")

    await serve(handle)
    deadline = str(int((time.time() + 0.2) * 1000))
    headers = {Header.DEADLINE: deadline, Header.VIEWER: VIEWER.model_dump_json()}
    outcome, body = await raw(client, b"{}", **headers)
    assert (outcome, body) == (Outcome.UNAVAILABLE, b"")
    assert cut_off.is_set()


async def test_a_caller_waits_no_longer_than_its_deadline(serve, client) -> None:
    async def handle(_: Count, __: RequestContext) -> Answered:
        await asyncio.Event().wait()
        raise AssertionError("never reached")

    await serve(handle)
    started = time.monotonic()
    with pytest.raises((ServiceUnavailableError, ServiceFailedError)):
        await RequestClient(client).call(Count(), VIEWER, deadline=0.3)
    assert time.monotonic() - started < 2


async def test_a_request_whose_deadline_has_passed_is_not_worked_on(serve, client) -> None:
    worked_on: list[int] = []

    async def handle(request: Count, _: RequestContext) -> Answered:
        worked_on.append(request.number)
        await asyncio.sleep(0)
        return Answered(number=0)

    await serve(handle)
    past = str(int((time.time() - 1) * 1000))
    outcome, _ = await raw(client, b"{}", **{Header.DEADLINE: past, Header.VIEWER: VIEWER.model_dump_json()})
    assert outcome == Outcome.UNAVAILABLE
    assert worked_on == []


async def test_an_unexpected_failure_is_masked(serve, client, caplog) -> None:
    async def handle(_: Count, __: RequestContext) -> Answered:
        raise RuntimeError("Kate Austen lives at 4 Main Street")

    await serve(handle)
    outcome, body = await raw(client, b"{}", **{Header.VIEWER: VIEWER.model_dump_json()})
    assert (outcome, body) == (Outcome.FAILED, b"")
    with pytest.raises(ServiceFailedError, match=r"^tests failed$"):
        await RequestClient(client).call(Count(), VIEWER, deadline=5)
    assert caplog.messages == ["rpc.tests.count failed"] * 2


@pytest.mark.parametrize("headers", [{Header.VIEWER: "{"}, {Header.VIEWER: "null"}, {Header.DEADLINE: "soon"}])
async def test_a_malformed_envelope_is_a_masked_failure(serve, client, headers) -> None:
    await serve(number)
    assert await raw(client, b"{}", **headers) == (Outcome.FAILED, b"")


async def test_an_unknown_request_is_invalid_and_named(serve, client) -> None:
    await serve(number)
    answer = await RequestClient(client).call(Forgotten(), VIEWER, deadline=5)
    assert answer == Invalid.because("", "tests has no request forgotten", InputProblemCode.NOT_FOUND)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b'{"number": "many"}', "number"),
        (b'{"parts": [1, "two"]}', "parts.1"),
        (b'{"invented": 1}', "invented"),
        (b"{", ""),
        (b"", ""),
        (b"\xff", ""),
        (b"[]", ""),
    ],
)
async def test_a_malformed_body_is_invalid_with_the_path_of_the_problem(serve, client, body, path) -> None:
    await serve(number)
    outcome, said = await raw(client, body, **{Header.VIEWER: VIEWER.model_dump_json()})
    assert outcome == Outcome.REFUSED
    assert [problem.path for problem in Invalid.model_validate_json(said).problems] == [path]
    assert b"many" not in said
    assert b"two" not in said


async def test_a_request_without_a_viewer_is_forbidden_unless_it_is_the_one_that_finds_the_viewer(
    serve, client
) -> None:
    await serve(number)
    asking = RequestClient(client)
    assert await asking.call(Count(), None, deadline=5) == Forbidden(reason="the request names no viewer")
    assert await asking.call(Identify(), None, deadline=5) == Answered(number=1)


async def test_a_role_that_the_rule_does_not_name_never_reaches_the_handler(serve, client) -> None:
    done: list[Count] = []

    async def handle(request: Count, _: RequestContext) -> Answered:
        done.append(request)
        return Answered(number=1)

    await serve(handle)
    asking = RequestClient(client)
    for roles in (frozenset(Role) - {Role.RECRUITER}, frozenset[Role]()):
        viewer = VIEWER.model_copy(update={"roles": roles})
        assert await asking.call(Count(), viewer, deadline=5) == Forbidden(reason="only recruiters count")
    assert done == []
    both = VIEWER.model_copy(update={"roles": frozenset({Role.RECRUITER, Role.INTERVIEWER})})
    assert await asking.call(Count(), both, deadline=5) == Answered(number=1)


async def test_a_request_without_a_rule_cannot_be_registered(broker) -> None:
    with pytest.raises(TypeError, match="Forgotten names no authorisation rule"):
        RequestServer(broker, "tests").handle(Forgotten, number)


async def test_a_service_that_is_not_there_is_unavailable_at_once(client) -> None:
    started = time.monotonic()
    with pytest.raises(ServiceUnavailableError) as refused:
        await RequestClient(client).call(Elsewhere(), VIEWER, deadline=10)
    assert refused.value.service == "nowhere"
    assert time.monotonic() - started < 1


async def test_one_slow_request_holds_up_none_of_two_hundred(serve, client) -> None:
    release = asyncio.Event()

    async def handle(request: Count, _: RequestContext) -> Answered:
        if request.number == 0:
            await release.wait()
        return Answered(number=request.number)

    await serve(handle)
    asking = RequestClient(client)
    slow = asyncio.create_task(asking.call(Count(number=0), VIEWER, deadline=20))
    async with asyncio.timeout(60):
        answers = await asyncio.gather(*(asking.call(Count(number=n), VIEWER, deadline=20) for n in range(1, 200)))
    assert [answer.number for answer in answers] == list(range(1, 200))
    assert not slow.done()
    release.set()
    assert await slow == Answered(number=0)


async def test_replicas_share_the_work_and_each_request_is_answered_once(jetstream_url, opened, client) -> None:
    answered: list[int] = []

    async def handle(request: Count, _: RequestContext) -> Answered:
        answered.append(request.number)
        return Answered(number=request.number)

    for name in ("one", "two"):
        replica = await opened.enter_async_context(open_broker(jetstream_url, name, on_closed=lambda: None))
        RequestServer(replica, "tests").handle(Count, handle)
        await replica.requests.start()
        await replica.settle()
    asking = RequestClient(client)
    await asyncio.gather(*(asking.call(Count(number=n), VIEWER, deadline=10) for n in range(50)))
    assert sorted(answered) == list(range(50))


async def test_a_service_without_its_database_answers_unavailable(
    serve: Callable[[Handle], Awaitable[None]], client: Client
) -> None:
    async def lean_on_what_is_away(_: Count, __: RequestContext) -> Answered:
        raise ConnectionRefusedError("the database at 10.0.0.7 is away")

    await serve(lean_on_what_is_away)
    with pytest.raises(ServiceUnavailableError, match=r"^tests is not available$"):
        await RequestClient(client).call(Count(), VIEWER, deadline=5)


async def test_a_stopping_replica_answers_its_requests_and_takes_no_more(jetstream_url: str, client: Client) -> None:
    async def slowly(request: Count, _: RequestContext) -> Answered:
        await asyncio.sleep(0.05)
        return Answered(number=request.number)

    asking = RequestClient(client)
    answers: list[asyncio.Task[Any]] = []

    async def ask_on(number: int) -> None:
        for _ in range(number):
            answers.append(asyncio.create_task(asking.call(Count(number=len(answers)), VIEWER, deadline=20)))
            await asyncio.sleep(0.001)

    async with AsyncExitStack() as replicas:
        ending = await replicas.enter_async_context(_replica(jetstream_url, slowly))
        await replicas.enter_async_context(_replica(jetstream_url, slowly))
        await ask_on(100)
        # The first goes while both are asked on and on.
        await asyncio.gather(ending.aclose(), ask_on(200))
        assert [each.number for each in await asyncio.gather(*answers)] == list(range(len(answers)))


@asynccontextmanager
async def _replica(url: str, handle: Handle) -> AsyncIterator[AsyncExitStack]:
    """A process that answers; closing what it yields ends it."""
    async with AsyncExitStack() as replica:
        broker = await replica.enter_async_context(open_broker(url, "replica", on_closed=lambda: None))
        RequestServer(broker, "tests").handle(Count, handle)
        await broker.requests.start()
        await broker.settle()
        yield replica
