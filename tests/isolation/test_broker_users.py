"""Who may do what on the broker: a real server with the users that `deploy/nats` declares, and all tried by each.

The cases come from the contracts and the declared consumers, so that additions are tested automatically; what
each may do is said here once more, in the words of the design, and not read from the permissions themselves.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import nats.errors
import pytest
import pytest_asyncio
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig

from rapport.contracts import analytics, outreach, pipeline, reviews
from rapport.contracts.requests import Request
from rapport.kit.events.pull import PullSubscription
from rapport.kit.rpc.broker import open_broker
from rapport.kit.rpc.server import RequestServer
from rapport.local.provision import declared_databases, declared_jetstream
from rapport.local.readiness import is_ready
from rapport.local.servers.nats import declared_users, inbox_prefix
from rapport.local.waiting import eventually
from rapport.testing import NatsForTests, ProgramFactory
from rapport.testing.identity import serving_issuer
from rapport.testing.servers import jetstream_server

pytestmark = pytest.mark.asyncio(loop_scope="module")

STREAM = "HIRING"
SERVICES = sorted(database.service for database in declared_databases())
USERS = [*SERVICES, "gateway", "operator", "subscriber"]
CONSUMERS = {each["config"]["durable_name"]: each["config"] for each in declared_jetstream()["consumer"]}
_OF_PEOPLE = {
    "rpc.pipeline.get_jobs_by_ids",
    "rpc.pipeline.get_people_by_ids",
    "rpc.pipeline.get_users_by_ids",
}
_ASKS = {
    "reviews": _OF_PEOPLE | {"rpc.pipeline.get_profiles", "rpc.pipeline.link_reviewed_attachment"},
    "outreach": _OF_PEOPLE
    | {"rpc.reviews.render_notification"}
    | {"rpc.pipeline.identify_viewer", "rpc.pipeline.get_applications_by_ids", "rpc.pipeline.check_rejection"},
}
"""What services ask of each other; the gateway asks everything but the text of notifications."""
_NOT_FOR_GATEWAYS = {"rpc.reviews.render_notification", "rpc.pipeline.link_reviewed_attachment"}
_MANAGEMENT = ("STREAM.DELETE", "STREAM.PURGE", "STREAM.UPDATE", "STREAM.MSG.DELETE", "STREAM.SNAPSHOT")
_PATIENCE = 5.0
"""Seconds within which the server of this machine answers."""


def _requests() -> Iterator[str]:
    """The subject of every request that the contracts have."""
    for module in (analytics, outreach, pipeline, reviews):
        for name, found in vars(module).items():
            if isinstance(found, type) and issubclass(found, Request) and hasattr(found, "service") and name[0] != "_":
                yield found.address()


REQUESTS = sorted(set(_requests()))


def owner(consumer: str) -> str:
    """The service that a durable consumer is called after."""
    return consumer.partition("-")[0]


def may_ask(user: str, subject: str) -> bool:
    return subject not in _NOT_FOR_GATEWAYS if user == "gateway" else subject in _ASKS.get(user, ())


def event(service: str) -> str:
    return f"hiring.acme.{service}.something.happened.v1"


class Someone:
    """A user who is logged in, and what the server refused them."""

    def __init__(self, client: Client, user: str, refusals: list[str]) -> None:
        self.client, self.user, self._refusals = client, user, refusals

    async def publish(self, subject: str, body: bytes = b"") -> bool:
        """Publish; return whether the server accepted it."""
        await self.settle()
        self._refusals.clear()
        await self.client.publish(subject, body)
        return not await self._refused(f'publish to "{subject}"')

    async def subscribe(self, subject: str, queue: str = "") -> bool:
        """Subscribe; return whether the server allowed it."""
        await self.settle()
        self._refusals.clear()
        subscription = await self.client.subscribe(subject, queue=queue)
        with_queue = f' using queue "{queue}"' if queue else ""
        allowed = not await self._refused(f'subscription to "{subject}"{with_queue}')
        if allowed:
            await subscription.unsubscribe()
        return allowed

    async def _refused(self, what: str) -> bool:
        """Whether the server refused it; any other error is a mistake of the test."""
        await self.settle()
        refused = [f"nats: permissions violation for {what}".lower()]
        assert self._refusals in ([], refused)
        return self._refusals == refused

    async def settle(self) -> None:
        """Wait until the server has processed what was sent so far, including its refusals."""
        # The library's flush pings ahead of what still waits to be written; a second one comes after it.
        await self.client.flush()
        await self.client.flush()

    async def reply(self, subject: str, body: object = b"") -> dict[str, Any] | None:
        """The response to a request; None if there is no responder."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        await self.settle()
        self._refusals.clear()
        asking = asyncio.create_task(self.client.request(subject, content, timeout=_PATIENCE))
        await self.settle()
        if self._refusals:
            asking.cancel()
            return None
        try:
            result = await asking
        except nats.errors.NoRespondersError:
            return None
        found: dict[str, Any] = json.loads(result.data)
        return found

    async def api(self, subject: str, body: object = b"") -> dict[str, Any] | None:
        """What the JetStream API answers, where this user sees it; None if it does not."""
        prefix = "$JS.rapport.API" if self.user == "subscriber" else "$JS.API"
        return await self.reply(f"{prefix}.{subject}", body)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[NatsForTests]:
    """A broker with the declared users, streams and consumers."""
    async with jetstream_server(tmp_path_factory.mktemp("nats")) as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def everybody(server: NatsForTests) -> AsyncIterator[dict[str, Someone]]:
    """Every declared user, logged in."""
    async with AsyncExitStack() as stack:
        everybody = {}
        for user in declared_users():
            refusals: list[str] = []

            async def note(problem: Exception, refusals: list[str] = refusals) -> None:
                refusals.append(str(problem).lower())

            client = await server.connect(user, error_cb=note)
            stack.push_async_callback(client.close)
            everybody[user] = Someone(client, user, refusals)
        yield everybody


async def published(everybody: dict[str, Someone], service: str) -> int:
    """Publish an event of a service as that service does: its place in the stream."""
    stream = everybody[service].client.jetstream()
    return (await stream.publish(event(service), b"{}", stream=STREAM)).seq


async def messages(everybody: dict[str, Someone]) -> int:
    """How many events the stream holds."""
    info = await everybody["operator"].api(f"STREAM.INFO.{STREAM}")
    assert info
    return int(info["state"]["messages"])


async def consumer(everybody: dict[str, Someone], name: str) -> dict[str, Any]:
    """A consumer as the server has it."""
    info = await everybody["operator"].api(f"CONSUMER.INFO.{STREAM}.{name}")
    assert info
    assert "error" not in info
    return info


def state_of(info: dict[str, Any]) -> tuple[Any, ...]:
    """The state another user could have changed: its settings and its position."""
    return info["config"], info["delivered"]["consumer_seq"], info["ack_floor"]["consumer_seq"], info["num_ack_pending"]


async def test_every_broker_user_is_covered() -> None:
    assert sorted(declared_users()) == sorted(USERS)
    assert {owner(name) for name in CONSUMERS} <= set(SERVICES)


async def test_logins_without_a_user_or_with_another_users_password_are_refused(server: NatsForTests) -> None:
    own = urlsplit(server.url_for("analytics"))
    for login, welcome in (
        ({"user": "analytics", "pass": own.password}, b"PONG"),
        ({"user": "operator", "pass": own.password}, b"Authorization Violation"),
        ({"user": "rapport", "pass": own.password}, b"Authorization Violation"),
        ({}, b"Authorization Violation"),
    ):
        assert own.port
        reading, writing = await asyncio.open_connection(own.hostname, own.port)
        await reading.readline()
        writing.write(b"CONNECT " + json.dumps({"verbose": False} | login).encode() + b"\r\nPING\r\n")
        assert welcome in await reading.readline(), login
        writing.close()
        await writing.wait_closed()


# Events ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("user", USERS)
async def test_a_service_publishes_its_own_events_only(user: str, everybody: dict[str, Someone]) -> None:
    for service in SERVICES:
        before = await messages(everybody)
        acknowledged = await everybody[user].reply(event(service), {})
        assert bool(acknowledged and "seq" in acknowledged) == (user == service), service
        assert await messages(everybody) == before + (user == service)
        assert await everybody[user].publish(event(service), b"{}") == (user == service)


@pytest.mark.parametrize("user", SERVICES)
async def test_a_batch_is_published_atomically_and_refused_with_another_services_event(
    user: str, everybody: dict[str, Someone]
) -> None:
    other = next(service for service in SERVICES if service != user)
    for subject, stored in ((event(user), 2), (event(other), 0)):
        before = await messages(everybody)
        client, batch = everybody[user].client, {"Nats-Batch-Id": f"batch-{user}-{stored}"}
        await client.publish(subject, b"{}", headers=batch | {"Nats-Batch-Sequence": "1"})
        commit = batch | {"Nats-Batch-Sequence": "2", "Nats-Batch-Commit": "1"}
        response = json.loads((await client.request(event(user), b"{}", timeout=_PATIENCE, headers=commit)).data)
        assert response.get("count", 0) == stored
        assert await messages(everybody) == before + stored


@pytest.mark.parametrize("user", USERS)
async def test_only_users_who_read_the_stream_receive_events(user: str, everybody: dict[str, Someone]) -> None:
    assert await everybody[user].subscribe("hiring.>") == (user in {"operator", "subscriber"})
    assert not await everybody[user].subscribe(">")


@pytest.mark.parametrize("user", SERVICES)
async def test_a_relay_sees_what_the_stream_holds(user: str, everybody: dict[str, Someone]) -> None:
    place = await published(everybody, user)
    info = await everybody[user].api(f"STREAM.INFO.{STREAM}")
    found = await everybody[user].api(f"STREAM.MSG.GET.{STREAM}", {"seq": place})
    assert info
    assert info["config"]["name"] == STREAM
    assert found
    assert found["message"]["subject"] == event(user)


# Requests -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("user", USERS)
async def test_each_user_sends_only_the_requests_it_needs(user: str, everybody: dict[str, Someone]) -> None:
    assert len(REQUESTS) > 25
    for subject in REQUESTS:
        assert await everybody[user].publish(subject) == may_ask(user, subject), subject


@pytest.mark.parametrize("user", USERS)
async def test_requests_are_answered_only_by_their_service(user: str, everybody: dict[str, Someone]) -> None:
    for service in SERVICES:
        for queue in ("", service):
            assert await everybody[user].subscribe(f"rpc.{service}.*", queue) == (user == service), service
    for subject in REQUESTS:
        assert await everybody[user].subscribe(subject) == (user == subject.split(".")[1]), subject
    assert not await everybody[user].subscribe("rpc.>")


@pytest.mark.parametrize("service", SERVICES)
async def test_only_the_caller_receives_the_response_and_once(service: str, everybody: dict[str, Someone]) -> None:
    answering, gateway = everybody[service], everybody["gateway"]
    replies: list[Msg] = []

    async def answer(message: Msg) -> None:
        await message.respond(b'{"first": true}')
        replies.append(message)

    subscription = await answering.client.subscribe(f"rpc.{service}.*", queue=service, cb=answer)
    await answering.settle()
    subject = next(s for s in REQUESTS if s.split(".")[1] == service and may_ask("gateway", s))
    assert await gateway.reply(subject) == {"first": True}
    # Neither a second time, nor to another user.
    assert not await answering.publish(replies[0].reply, b"again")
    assert not await answering.publish(f"{inbox_prefix('gateway')}.made.up", b"forged")
    await subscription.unsubscribe()


@pytest.mark.parametrize("user", USERS)
async def test_no_user_receives_responses_to_others(user: str, everybody: dict[str, Someone]) -> None:
    for other in USERS:
        received = await everybody[user].subscribe(f"{inbox_prefix(other)}.>")
        assert received == (user == other), other
    assert await everybody[user].subscribe("_INBOX.>") == (user == "subscriber")


async def test_the_account_of_other_teams_receives_no_responses_of_ours(everybody: dict[str, Someone]) -> None:
    received: list[str] = []

    async def hear(message: Msg) -> None:
        received.append(message.subject)

    subscription = await everybody["subscriber"].client.subscribe("_INBOX.>", cb=hear)
    await everybody["subscriber"].settle()
    await everybody["operator"].client.publish(f"$JS.API.STREAM.INFO.{STREAM}", b"", reply="_INBOX.careless")
    assert await everybody["operator"].api(f"STREAM.INFO.{STREAM}")
    await everybody["subscriber"].settle()
    assert received == []
    await subscription.unsubscribe()


async def test_a_service_responds_only_to_reply_inboxes(server: NatsForTests, everybody: dict[str, Someone]) -> None:
    """Otherwise a caller could make a service publish its response as an event."""
    async with open_broker(server.url_for("pipeline"), "pipeline", on_closed=lambda: None) as broker:
        RequestServer(broker, "pipeline")
        await broker.requests.start()
        await broker.settle()
        before = await messages(everybody)
        await everybody["gateway"].client.publish("rpc.pipeline.get_jobs", b"{}", reply=event("pipeline"))
        reply = await everybody["gateway"].client.request("rpc.pipeline.get_jobs", b"{}", timeout=2)
        assert reply.headers
        assert await messages(everybody) == before


# Consumers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CONSUMERS)
async def test_a_service_reads_its_own_consumer_and_acknowledges(
    name: str, server: NatsForTests, everybody: dict[str, Someone]
) -> None:
    service = owner(name)
    subject = CONSUMERS[name]["filter_subjects"][0].replace("*", "acme").replace(">", "something.happened.v1")
    await everybody[subject.split(".")[2]].client.jetstream().publish(subject, b"{}", stream=STREAM)
    async with (
        open_broker(server.url_for(service), service, on_closed=lambda: None) as broker,
        PullSubscription(broker, STREAM, name) as pull,
        asyncio.timeout(60),
    ):
        waiting = (await consumer(everybody, name))["num_pending"]
        assert waiting > 0
        while waiting > 0:
            taken = await pull.next()
            waiting -= len(taken)
            for message in taken:
                await message.ack()
        assert pull.present

        async def all_acknowledged() -> bool:
            return bool((await consumer(everybody, name))["num_ack_pending"] == 0)

        await eventually(all_acknowledged, within=60, what="the acknowledgements")


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("name", CONSUMERS)
async def test_a_service_cannot_read_acknowledge_or_change_anothers_consumer(
    name: str, user: str, everybody: dict[str, Someone]
) -> None:
    if user in {owner(name), "operator"}:
        return
    subject = CONSUMERS[name]["filter_subjects"][0].replace("*", "acme").replace(">", "something.happened.v1")
    await everybody[subject.split(".")[2]].client.jetstream().publish(subject, b"{}", stream=STREAM)
    acknowledgement = await _taken_by_its_owner(name, everybody)
    before = state_of(await consumer(everybody, name))

    someone = everybody[user]
    assert await someone.api(f"CONSUMER.MSG.NEXT.{STREAM}.{name}", {"batch": 1, "no_wait": True}) is None
    assert not await someone.publish(acknowledgement, b"+ACK")
    config = CONSUMERS[name] | {"name": name, "description": "taken over", "filter_subjects": ["hiring.nobody.>"]}
    one = {key: value for key, value in config.items() if key != "filter_subjects"} | {"filter_subject": "hiring.x"}
    ephemeral = {key: value for key, value in config.items() if key != "durable_name"}
    for where, wanted in (
        (f"CONSUMER.CREATE.{STREAM}.{name}", config),
        (f"CONSUMER.CREATE.{STREAM}.{name}.hiring.x", one),
        (f"CONSUMER.DURABLE.CREATE.{STREAM}.{name}", config),
        (f"CONSUMER.CREATE.{STREAM}", config),
        (f"CONSUMER.CREATE.{STREAM}", ephemeral),  # without a name in the subject: the server takes that of the body
        (f"CONSUMER.CREATE.{STREAM}.{user}-other", config),
    ):
        result = await someone.api(where, {"stream_name": STREAM, "config": wanted})
        assert result is None or "error" in result, where
    for action in ("DELETE", "INFO", "PAUSE", "RESET", "UNPIN", "LEADER.STEPDOWN"):
        assert await someone.api(f"CONSUMER.{action}.{STREAM}.{name}", {}) is None, action
    assert state_of(await consumer(everybody, name)) == before
    await everybody[owner(name)].client.publish(acknowledgement, b"+ACK")


async def _taken_by_its_owner(name: str, everybody: dict[str, Someone]) -> str:
    """Have the owner take a message: the subject on which it would be acknowledged."""
    client = everybody[owner(name)].client
    inbox = client.new_inbox()
    subscription = await client.subscribe(inbox)
    await client.publish(f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{name}", b'{"batch": 1}', reply=inbox)
    taken = await subscription.next_msg(2)
    await subscription.unsubscribe()
    assert taken.reply.startswith(f"$JS.ACK.{STREAM}.{name}.")
    return taken.reply


async def test_a_gateway_creates_and_removes_its_own_consumers(everybody: dict[str, Someone]) -> None:
    gateway, name = everybody["gateway"], "gateway-of-this-test"
    config = {"name": name, "ack_policy": "none", "inactive_threshold": 30_000_000_000, "filter_subjects": ["hiring.>"]}
    await published(everybody, "pipeline")
    made = await gateway.api(f"CONSUMER.CREATE.{STREAM}.{name}", {"stream_name": STREAM, "config": config})
    assert made
    assert made["num_pending"] > 0
    inbox = gateway.client.new_inbox()
    subscription = await gateway.client.subscribe(inbox)
    await gateway.client.publish(f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{name}", b'{"batch": 1}', reply=inbox)
    assert (await subscription.next_msg(2)).subject.startswith("hiring.")
    assert await gateway.api(f"CONSUMER.DELETE.{STREAM}.{name}", {}) == {
        "type": "io.nats.jetstream.api.v1.consumer_delete_response",
        "success": True,
    }


# The stream -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("user", [user for user in USERS if user != "operator"])
async def test_only_the_operator_changes_or_empties_the_stream(user: str, everybody: dict[str, Someone]) -> None:
    place = await published(everybody, "pipeline")
    before = await everybody["operator"].api(f"STREAM.INFO.{STREAM}")
    assert before
    bodies = {"STREAM.MSG.DELETE": {"seq": place}, "STREAM.UPDATE": before["config"] | {"max_msgs": 1}}
    for action in _MANAGEMENT:
        assert await everybody[user].api(f"{action}.{STREAM}", bodies.get(action, {})) is None, action
        # Also where the API of another account of this server would be.
        response = await everybody[user].reply(f"$JS.API.{action}.{STREAM}", bodies.get(action, {}))
        assert response is None, action
    assert await everybody[user].api("STREAM.CREATE.OTHER", {"name": "OTHER", "subjects": ["rpc.>"]}) is None
    after = await everybody["operator"].api(f"STREAM.INFO.{STREAM}")
    assert after
    assert (after["config"], after["state"]["messages"]) == (before["config"], before["state"]["messages"])


async def test_the_operator_manages_streams_and_consumers(everybody: dict[str, Someone]) -> None:
    operator = everybody["operator"]
    config = {"name": "OTHER", "subjects": ["other.>"]}
    assert "error" not in (await operator.api("STREAM.CREATE.OTHER", config) or {"error": "none"})
    of_it = {"stream_name": "OTHER", "config": {"durable_name": "others", "ack_policy": "explicit"}}
    assert "error" not in (await operator.api("CONSUMER.CREATE.OTHER.others", of_it) or {"error": "none"})
    for action in ("CONSUMER.DELETE.OTHER.others", "STREAM.PURGE.OTHER", "STREAM.DELETE.OTHER"):
        assert (await operator.api(action) or {}).get("success"), action


# Other teams ----------------------------------------------------------------------------------------------


async def test_every_consumer_example_in_the_docs_works(everybody: dict[str, Someone]) -> None:
    place = await published(everybody, "pipeline")
    team = everybody["subscriber"].client
    stream = team.jetstream(domain="rapport")
    config = ConsumerConfig(ack_policy=AckPolicy.EXPLICIT)
    durable = await stream.pull_subscribe(event("pipeline"), durable="payroll-hires", stream=STREAM, config=config)
    for message in await durable.fetch(1, timeout=2):
        assert message.subject == event("pipeline")
        await message.ack_sync()
    assert (await consumer(everybody, "payroll-hires"))["ack_floor"]["consumer_seq"] == 1
    ephemeral = await stream.pull_subscribe("hiring.acme.>", stream=STREAM)
    assert len(await ephemeral.fetch(1, timeout=2)) == 1
    newest = await stream.get_last_msg(STREAM, event("pipeline"), direct=True)
    assert newest.seq == place
    assert (await stream.stream_info(STREAM)).state.last_seq >= place
    with pytest.raises(nats.errors.TimeoutError):  # without the domain: permission is denied, and no answer comes
        await team.jetstream(timeout=0.5).stream_info(STREAM)
    received = await team.subscribe("hiring.acme.>")
    await everybody["subscriber"].settle()
    await published(everybody, "reviews")
    assert (await received.next_msg(2)).subject == event("reviews")
    await received.unsubscribe()
    await stream.delete_consumer(STREAM, "payroll-hires")


async def test_another_team_cannot_have_the_broker_publish_for_it(everybody: dict[str, Someone]) -> None:
    """An answer goes where the request says, and a pushed message where its consumer says."""
    await published(everybody, "pipeline")
    team = everybody["subscriber"]
    made = await team.api(
        f"CONSUMER.CREATE.{STREAM}.team-deputy",
        {"stream_name": STREAM, "config": {"name": "team-deputy", "ack_policy": "none", "headers_only": True}},
    )
    assert made
    assert "error" not in made
    acknowledgement = await _taken_by_its_owner("analytics-funnel", everybody)
    received: list[Msg] = []

    async def hear(message: Msg) -> None:
        received.append(message)

    asked = await everybody["pipeline"].client.subscribe("rpc.pipeline.*", cb=hear)
    await everybody["pipeline"].settle()
    before, waiting = await messages(everybody), state_of(await consumer(everybody, "analytics-funnel"))
    for place in (event("pipeline"), "rpc.pipeline.get_jobs", f"$JS.API.STREAM.PURGE.{STREAM}", acknowledgement):
        for question, body in (
            (f"STREAM.INFO.{STREAM}", b""),
            (f"CONSUMER.CREATE.{STREAM}.team-other", b"{}"),
            (f"CONSUMER.MSG.NEXT.{STREAM}.team-deputy", b'{"batch": 1, "no_wait": true}'),
            (f"DIRECT.GET.{STREAM}", b'{"seq": 1}'),
        ):
            await team.client.publish(f"$JS.rapport.API.{question}", body, reply=place)
        pushing = {"name": "team-pushing", "ack_policy": "none", "headers_only": True, "deliver_subject": place}
        await team.api(f"CONSUMER.CREATE.{STREAM}.team-pushing", {"stream_name": STREAM, "config": pushing})
        await team.api(f"CONSUMER.DELETE.{STREAM}.team-pushing")
    assert await team.api(f"STREAM.INFO.{STREAM}")
    await everybody["pipeline"].settle()
    assert received == []
    assert await messages(everybody) == before
    assert state_of(await consumer(everybody, "analytics-funnel")) == waiting
    await everybody["analytics"].client.publish(acknowledgement, b"+ACK")
    await team.api(f"CONSUMER.DELETE.{STREAM}.team-deputy")
    await asked.unsubscribe()


# Passwords ------------------------------------------------------------------------------------------------


async def test_no_password_is_in_the_files_that_every_server_reads(server: NatsForTests) -> None:
    permissions = server.home / "accounts.conf"
    assert (server.home / "nats.conf").stat().st_mode & 0o077 == 0
    for user in declared_users():
        password = urlsplit(server.url_for(user)).password
        assert password
        assert len(password) >= 32
        for file in (permissions, server.home / "nats.conf", server.home / "nats.log"):
            assert password not in file.read_text()


async def test_a_process_with_an_outdated_password_is_not_ready_and_does_not_log_it(
    start_program: ProgramFactory, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with (
        jetstream_server(tmp_path_factory.mktemp("nats")) as server,
        serving_issuer(tmp_path_factory.mktemp("issuer")) as issuer,
    ):
        env = {"NATS_URL": server.url_for("gateway"), "OIDC_ISSUER": issuer.url, "OIDC_AUDIENCE": issuer.audience}
        gateway = await start_program("rapport.gateway", "serve", env=env)
        server.kill()
        server.change_passwords()
        server.start()
        async with aiohttp.ClientSession() as session:

            async def unready() -> bool:
                return not await is_ready(session, gateway.url)

            await eventually(unready, within=60, what="an honest readiness")
        late = await start_program("rapport.gateway", "serve", env=env, wait_ready=False)
        assert await late.ended() == 1
    for program in (gateway, late):
        assert str(urlsplit(env["NATS_URL"]).password) not in program.log


async def test_what_a_process_may_not_do_is_in_its_log(
    everybody: dict[str, Someone], server: NatsForTests, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_broker(server.url_for("analytics"), "analytics", on_closed=lambda: None) as broker:
        await broker.client.publish("rpc.pipeline.get_people", b"{}")
        await broker.settle()
    assert 'broker: nats: permissions violation for publish to "rpc.pipeline.get_people"' in caplog.text.lower()
