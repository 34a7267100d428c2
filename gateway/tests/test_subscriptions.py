"""Watching a board: everybody who may hears what happens, as it happens, and nobody else does."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from gateway.tests.support.gateway_client import JSON, RECRUITER, Acme, Socket, id_of, moved, point, relays
from gateway.tests.support.gateway_peer import Peer
from rapport.contracts import pipeline
from rapport.contracts.events import (
    ApplicationClosed,
    ApplicationDetails,
    ApplicationDetailsChanged,
    ApplicationReceived,
    CardChanged,
    EventData,
    StageChanged,
    SyncChanged,
)
from rapport.contracts.identity import Role
from rapport.contracts.vocabulary import ApplicationStatus, Origin, SyncState
from rapport.gateway.errors import ClientError, Code
from rapport.gateway.graph.ids import Kind, global_id
from rapport.gateway.settings import GatewaySettings
from rapport.kit.rpc.envelope import HandlerResult, RequestContext
from rapport.sandbox.issuer import Issuer
from rapport.testing import NatsForTests

WATCH = """
subscription Watch($job: ID!) { boardChanged(jobId: $job) {
  __typename cursor traceId actor { kind userId } applicationId version
  ... on ApplicationMoved { fromStage { name } toStage { name } }
  ... on ApplicationEntered { stage { name } }
  ... on ApplicationLeft { stage { name } status }
  ... on ApplicationSyncChanged { state atsStage { name } }
} }
"""
BRIEF = "subscription ($job: ID!) { boardChanged(jobId: $job) { applicationId cursor } }"


@pytest.fixture
def job(acme: Acme) -> pipeline.Job:
    return acme.peer.job(cards=3)


@pytest.fixture
def applications(acme: Acme, job: pipeline.Job) -> list[pipeline.Application]:
    return list(acme.peer.applications.values())


async def watching(acme: Acme, client: Socket, job: pipeline.Job, query: str = BRIEF, by: int = 1) -> None:
    await client.acknowledged()
    await client.subscribe(query, {"job": id_of(job)})
    await acme.watched(job, by)


async def test_a_move_is_delivered_to_the_other_clients(
    acme: Acme, job: pipeline.Job, applications: list[pipeline.Application]
) -> None:
    async with acme.socket() as one, acme.socket() as other:
        await watching(acme, one, job, WATCH)
        await watching(acme, other, job, WATCH, by=2)
        user = uuid4()
        trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        await acme.move(job, applications[0], actor=f"user:{user}", traceparent=trace)

        received = await one.change()
        assert received == await other.change()

    assert received.pop("cursor")
    assert received == {
        "__typename": "ApplicationMoved",
        "traceId": "0af7651916cd43dd8448eb211c80319c",
        "actor": {"kind": "USER", "userId": global_id(Kind.USER, user)},
        "applicationId": id_of(applications[0]),
        "version": 2,
        "fromStage": {"name": "Applied"},
        "toStage": {"name": "Screen"},
    }


async def test_each_event_shows_the_application_as_it_is_by_then(
    acme: Acme, job: pipeline.Job, applications: list[pipeline.Application]
) -> None:
    application = applications[0]
    query = "subscription ($job: ID!) { boardChanged(jobId: $job) { application { version stage { name } } } }"
    async with acme.socket() as client:
        await watching(acme, client, job, query)
        for version in (2, 3):
            acme.peer.applications[application.id] = application.model_copy(update={"version": version})
            await acme.move(job, application)
            assert (await client.change())["application"]["version"] == version


async def test_every_kind_of_event_is_delivered_as_a_change_of_the_board(
    acme: Acme, job: pipeline.Job, applications: list[pipeline.Application]
) -> None:
    application, other_job = applications[0], acme.peer.job()
    person, first = application.person_id, point(job.stages[0])
    elsewhere = {"person_id": person, "job_id": job.id, "current_job_id": other_job.id}
    expected_changes: list[tuple[EventData, dict[str, Any]]] = [
        (
            ApplicationReceived(person_id=person, job_id=job.id, origin=Origin.SOURCED, current=first),
            {"__typename": "ApplicationEntered", "stage": {"name": "Applied"}},
        ),
        (
            SyncChanged(
                person_id=person,
                job_id=job.id,
                stage_id=first.stage_id,
                previous=SyncState.PENDING,
                current=SyncState.CONFLICTED,
                ats_stage_id=job.stages[2].id,
            ),
            {"__typename": "ApplicationSyncChanged", "state": "CONFLICTED", "atsStage": {"name": "Onsite"}},
        ),
        (
            ApplicationClosed(
                person_id=person,
                job_id=job.id,
                stage=first,
                previous=ApplicationStatus.ACTIVE,
                current=ApplicationStatus.REJECTED,
            ),
            {"__typename": "ApplicationLeft", "stage": {"name": "Applied"}, "status": "REJECTED"},
        ),
        (
            StageChanged(**elsewhere, previous=first, current=point(other_job.stages[0])),
            {"__typename": "ApplicationLeft", "stage": {"name": "Applied"}, "status": "ACTIVE"},
        ),
    ]
    async with acme.socket() as client, acme.socket() as there:
        await watching(acme, client, job, WATCH)
        await watching(acme, there, other_job, WATCH)
        # Heard of late: it says nothing about where the application is now, and is not told.
        await acme.publish(job, moved(job, application).model_copy(update={"backfilled": True}), application)
        for event, expected in expected_changes:
            await acme.publish(job, event, application)
            assert (await client.change()).items() >= expected.items()
        assert (await there.change()).items() >= {"__typename": "ApplicationEntered"}.items()


async def test_an_organisation_receives_nothing_of_another(
    acme: Acme, job: pipeline.Job, applications: list[pipeline.Application], issuer: Issuer
) -> None:
    acme.peer.user("gus@globex.example", Role.ADMIN, org="globex")
    theirs = acme.peer.job(cards=1, org="globex")
    their_application = next(a for a in acme.peer.applications.values() if a.job_id == theirs.id)
    async with acme.socket(issuer.token("gus@globex.example", organisation="globex")) as gus:
        await watching(acme, gus, theirs)
        await gus.subscribe(BRIEF, {"job": id_of(job)}, id="2")
        refused = await gus.receive()
        assert (refused["id"], refused["type"]) == ("2", "error")
        assert refused["payload"][0]["extensions"]["code"] == "NOT_FOUND"

        await acme.move(job, applications[0])
        # An event that names their job, but is another organisation's.
        await acme.publish(job, moved(theirs, their_application), their_application)
        await acme.move(theirs, their_application)
        first = await gus.change()

    assert first["applicationId"] == id_of(their_application)
    assert _decoded(first["cursor"]).partition("@")[0] == "3"


async def test_events_also_come_as_an_http_stream(
    acme: Acme, job: pipeline.Job, applications: list[pipeline.Application]
) -> None:
    body = {"query": WATCH, "variables": {"job": id_of(job)}}
    headers = acme.headers() | {"Accept": "text/event-stream", "Content-Type": JSON}
    async with acme.http.post(f"{acme.url}/graphql", json=body, headers=headers) as response:
        assert (response.status, response.content_type) == (200, "text/event-stream")
        await acme.watched(job)
        await acme.move(job, applications[0])
        async with asyncio.timeout(60):
            assert await response.content.readline() == b"event: next\r\n"
            received = json.loads((await response.content.readline()).removeprefix(b"data: "))
        assert received["data"]["boardChanged"]["toStage"] == {"name": "Screen"}


class TestWithQuickHeartbeats:
    """As above, with signs of life every tenth of a second."""

    @pytest.fixture
    def settings(self, settings: GatewaySettings) -> GatewaySettings:
        return settings.model_copy(update={"client_heartbeat": 0.1})

    async def test_who_leaves_an_http_stream_is_forgotten_even_if_nothing_happens(
        self, acme: Acme, job: pipeline.Job
    ) -> None:
        body = {"query": BRIEF, "variables": {"job": id_of(job)}}
        headers = acme.headers() | {"Accept": "text/event-stream"}
        async with acme.http.post(f"{acme.url}/graphql", json=body, headers=headers):
            await acme.watched(job)
        await acme.watched(job, by=0)

    async def test_an_http_stream_in_which_nothing_happens_shows_that_it_lives(
        self, acme: Acme, job: pipeline.Job, applications: list[pipeline.Application]
    ) -> None:
        body = {"query": BRIEF, "variables": {"job": id_of(job)}}
        headers = acme.headers() | {"Accept": "text/event-stream"}
        async with acme.http.post(f"{acme.url}/graphql", json=body, headers=headers) as response, asyncio.timeout(60):
            assert [await response.content.readline() for _ in range(4)] == [b":\n", b"\n"] * 2
            await acme.move(job, applications[0])
            while (line := await response.content.readline()) in {b":\n", b"\n"}:
                pass
            assert line == b"event: next\r\n"


class TestWithHeartbeats:
    """As above, with signs of life at a pace that lets a busy machine subscribe before the first is missed."""

    @pytest.fixture
    def settings(self, settings: GatewaySettings) -> GatewaySettings:
        return settings.model_copy(update={"client_heartbeat": 2.0})

    async def test_a_socket_whose_other_side_answers_nothing_is_dropped(self, acme: Acme, job: pipeline.Job) -> None:
        async with acme.socket(autoping=False) as client:
            await client.acknowledged()
            await client.subscribe(BRIEF, {"job": id_of(job)})
            await acme.watched(job)
            await acme.watched(job, by=0)


async def test_who_closes_the_socket_is_forgotten(acme: Acme, job: pipeline.Job) -> None:
    async with acme.socket() as client:
        await watching(acme, client, job)
    await acme.watched(job, by=0)


async def test_who_completes_a_subscription_is_forgotten(acme: Acme, job: pipeline.Job) -> None:
    async with acme.socket() as client:
        await watching(acme, client, job)
        await client.connection.send_json({"id": "1", "type": "complete"})
        await acme.watched(job, by=0)


@pytest.mark.parametrize(
    ("token", "code", "reason"),
    [
        (lambda issuer: None, 4401, "a bearer token is needed"),
        (lambda issuer: "nonsense", 4401, "the token is not a JSON Web Token"),
        (lambda issuer: issuer.token(RECRUITER, lifetime=timedelta(seconds=-1)), 4401, "the token has expired"),
        (lambda issuer: issuer.token(RECRUITER, aud="payroll"), 4401, "the token is meant for another application"),
        (
            lambda issuer: issuer.token("no@acme.example"),
            4403,
            "your e-mail address belongs to no user of the organisation",
        ),
    ],
)
async def test_a_socket_without_a_valid_token_is_closed(
    acme: Acme, issuer: Issuer, token: Callable[[Issuer], str | None], code: int, reason: str
) -> None:
    async with acme.socket(token(issuer)) as client:
        assert await client.closed() == (code, reason)


async def test_a_subscription_ends_when_the_token_expires(acme: Acme, job: pipeline.Job, issuer: Issuer) -> None:
    async with acme.socket(issuer.token(RECRUITER, lifetime=timedelta(seconds=2))) as client:
        await watching(acme, client, job)
        ended = await client.receive()
        assert (ended["type"], ended["payload"]["data"]) == ("next", None)
        (error,) = ended["payload"]["errors"]
        assert error["message"] == "the token has expired"
        assert error["extensions"] == {"code": "UNAUTHENTICATED", "reason": "TOKEN_EXPIRED"}
        assert await client.receive() == {"id": "1", "type": "complete"}

        await client.subscribe("{ me { name } }", id="2")
        refused = await client.receive()
        assert (refused["type"], refused["payload"][0]["message"]) == ("error", "the token has expired")


async def test_a_query_over_a_socket_is_loaded_each_time(acme: Acme, job: pipeline.Job) -> None:
    async with acme.socket() as client:
        await client.acknowledged()
        for title in ("Engineer", "Principal Engineer"):
            acme.peer.jobs[job.id] = job.model_copy(update={"title": title})
            await client.subscribe("query ($id: ID!) { job(id: $id) { title } }", {"id": id_of(job)})
            assert (await client.receive())["payload"]["data"] == {"job": {"title": title}}
            assert (await client.receive())["type"] == "complete"


@pytest.mark.parametrize(
    ("query", "code"), [("subscription {", "GRAPHQL_PARSE_FAILED"), ("{ salaries }", "GRAPHQL_VALIDATION_FAILED")]
)
async def test_an_invalid_document_is_an_error_over_a_socket_too(acme: Acme, query: str, code: str) -> None:
    async with acme.socket() as client:
        await client.acknowledged()
        await client.subscribe(query)
        response = await client.receive()

    assert (response["type"], response["payload"][0]["extensions"]["code"]) == ("error", code)


async def test_what_fails_inside_is_masked_over_a_socket_too(acme: Acme) -> None:
    async def fail(_: object, __: RequestContext | None) -> HandlerResult:
        raise RuntimeError("the password is hunter2")

    acme.peer.answering[pipeline.GetSync] = fail
    async with acme.socket() as client:
        await client.acknowledged()
        await client.subscribe("{ sync { state } }")
        message = await client.receive()

    assert message["payload"]["errors"][0]["message"] == "internal error"


async def test_a_client_that_does_not_read_is_dropped_and_does_not_slow_others(acme: Acme) -> None:
    job = acme.peer.job(cards=1, title="x" * 20_000)
    application = next(iter(acme.peer.applications.values()))
    big = " ".join(f"a{n}: application {{ job {{ title }} }}" for n in range(20))
    query = f"subscription ($job: ID!) {{ boardChanged(jobId: $job) {{ cursor {big} }} }}"
    async with acme.socket(max_msg_size=0) as slow, acme.socket() as quick:
        await watching(acme, slow, job, query)
        await watching(acme, quick, job, by=2)
        transport = slow.connection._response.connection.transport
        transport.pause_reading()
        async with asyncio.timeout(60):
            while not acme.gateway.hub.dropped:
                await acme.move(job, application)
                await quick.change()
        transport.resume_reading()
        last = await _last(slow)

    (error,) = last["payload"]["errors"]
    assert error["extensions"]["code"] == "SLOW_SUBSCRIBER"


async def _last(client: Socket) -> dict[str, Any]:
    """The message before the completion."""
    last: dict[str, Any] = {}
    while (message := await client.receive())["type"] == "next":
        last = message
    return last


async def test_a_restart_of_the_broker_leaves_no_gap(
    acme: Acme, job: pipeline.Job, applications: list[pipeline.Application], jetstream: NatsForTests
) -> None:
    async with acme.socket() as client:
        await watching(acme, client, job)
        await acme.move(job, applications[0])
        received = [(await client.change())["applicationId"]]
        jetstream.kill()
        jetstream.start()
        async with relays(jetstream) as acme.brokers:
            for application in applications[1:3]:
                await acme.move(job, application)
            received += [(await client.change())["applicationId"] for _ in range(2)]

    assert received == [id_of(application) for application in applications[:3]]


async def test_when_the_gateway_ends_its_clients_are_sent_elsewhere(acme: Acme, job: pipeline.Job, peer: Peer) -> None:
    async with acme.socket() as client:
        await watching(acme, client, job)
        acme.gateway.hub.end_all(ClientError(Code.UNAVAILABLE, "subscribe again"))
        ended = await client.receive()

    assert ended["payload"]["errors"][0]["extensions"]["code"] == "UNAVAILABLE"


def _decoded(cursor: str) -> str:
    from base64 import urlsafe_b64decode

    return urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()


async def test_a_card_that_changed_where_it_is_is_told_and_what_no_card_shows_is_not(
    acme: Acme, job: pipeline.Job, applications: list[pipeline.Application]
) -> None:
    one, other, third = applications[:3]

    def details(of: pipeline.Application, **after: Any) -> ApplicationDetailsChanged:
        before = ApplicationDetails(origin=Origin.SOURCED)
        changed = before.model_copy(update=after)
        return ApplicationDetailsChanged(person_id=of.person_id, job_id=job.id, previous=before, current=changed)

    async with acme.socket() as client:
        await watching(acme, client, job, WATCH)
        await acme.publish(job, details(one, credited_user_id=uuid4()), one)
        await acme.publish(job, CardChanged(person_id=other.person_id, job_id=job.id), other)
        await acme.publish(job, details(third, source_id=uuid4()), third)
        received = [await client.change(), await client.change()]
    assert [(change["__typename"], change["applicationId"], change["version"]) for change in received] == [
        ("ApplicationCardChanged", id_of(other), 2),
        ("ApplicationCardChanged", id_of(third), 2),
    ]
