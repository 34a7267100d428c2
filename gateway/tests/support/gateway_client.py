"""A client of the gateway, as a browser or a phone is one, and the events that services publish."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
import orjson
from nats.aio.client import Client

from gateway.tests.support.gateway_peer import Peer
from rapport.contracts.events import EventData, StageChanged, StagePoint, subject_of
from rapport.contracts.pipeline import Application, Job, Stage
from rapport.gateway.app import Gateway, open_gateway
from rapport.gateway.graph.ids import Kind, global_id
from rapport.gateway.settings import GatewaySettings
from rapport.gateway.subscriptions.topics import Topic, TopicKind
from rapport.kit.identity import new_id
from rapport.testing import NatsForTests

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
RECRUITER = "rita@acme.example"


@dataclass
class Answered:
    """An HTTP answer."""

    status: int
    headers: Any
    body: Any

    @property
    def data(self) -> Any:
        assert "errors" not in self.body, self.body
        return self.body["data"]

    @property
    def error(self) -> dict[str, Any]:
        (error,) = self.body["errors"]
        return error

    @property
    def code(self) -> str:
        return self.error["extensions"]["code"]


@asynccontextmanager
async def relays(server: NatsForTests) -> AsyncIterator[dict[str, Client]]:
    """The connections of those who publish, each as its own user."""
    async with AsyncExitStack() as stack:
        brokers = {}
        for service in ("pipeline", "reviews", "outreach"):
            brokers[service] = await server.connect(service)
            stack.push_async_callback(brokers[service].close)
        yield brokers


@dataclass
class Acme:
    """An organisation that uses the gateway: its people, its jobs, and how they get at them."""

    url: str
    http: aiohttp.ClientSession
    gateway: Gateway
    peer: Peer
    brokers: dict[str, Client]
    token: str

    async def execute(
        self, query: str, variables: Any = None, *, token: str | None = "", accept: str = RESPONSE, **more: Any
    ) -> Answered:
        """POST an operation; ``token=None`` sends none, the default is a recruiter's."""
        body = {"query": query, **({"variables": variables} if variables is not None else {}), **more}
        return await self.post(orjson.dumps(body), token=token, accept=accept)

    async def post(
        self, body: Any, *, token: str | None = "", accept: str | None = RESPONSE, content_type: str = JSON
    ) -> Answered:
        headers = self.headers(token) | {"Content-Type": content_type} | ({"Accept": accept} if accept else {})
        return await self.send("POST", data=body, headers=headers)

    async def send(self, method: str, **given: Any) -> Answered:
        async with self.http.request(method, f"{self.url}/graphql", **given) as response:
            return Answered(response.status, response.headers, orjson.loads(await response.read()))

    def headers(self, token: str | None = "") -> dict[str, str]:
        return {} if token is None else {"Authorization": f"Bearer {token or self.token}"}

    @asynccontextmanager
    async def socket(self, token: str | None = "", **options: Any) -> AsyncIterator["Socket"]:
        """A websocket whose first message brings the token."""
        async with self.http.ws_connect(
            f"{self.url}/graphql", protocols=["graphql-transport-ws"], **options
        ) as connection:
            socket = Socket(connection)
            payload = {} if token is None else {"authorization": f"Bearer {token or self.token}"}
            await connection.send_json({"type": "connection_init", "payload": payload})
            yield socket

    async def publish(self, job: Job, data: EventData, application: Application, **envelope: Any) -> int:
        """Publish an event as the pipeline's relay does; answers its place in the stream."""
        org = self.peer.owners[job.id]
        event = {
            "id": str(new_id()),
            "type": data.type,
            "source": "rapport/pipeline",
            "subject": str(application.id),
            "time": datetime.now(UTC),
            "recordedat": datetime.now(UTC),
            "orgid": org,
            "aggregateversion": application.version + 1,
            "actor": "ats",
            "cause": "test",
            "data": data.model_dump(mode="json"),
        } | envelope
        headers = {"traceparent": envelope["traceparent"]} if "traceparent" in envelope else None
        subject = subject_of(org, data.type)
        return (
            await self.brokers[data.type.split(".")[0]]
            .jetstream()
            .publish(subject, orjson.dumps(event), headers=headers)
        ).seq

    async def move(self, job: Job, application: Application, *, to: int = 1, **envelope: Any) -> int:
        """Publish that an application moved from the first stage to another."""
        return await self.publish(job, moved(job, application, to), application, **envelope)

    async def watched(self, job: Job, by: int = 1) -> None:
        """Wait until so many watch a job's board."""
        org = self.peer.owners[job.id]
        await eventually(lambda: self.gateway.hub.count(org, Topic(TopicKind.BOARD, job.id)) == by)


@dataclass
class Socket:
    """One websocket that speaks graphql-transport-ws."""

    connection: aiohttp.ClientWebSocketResponse

    async def receive(self, within: float = 5.0) -> dict[str, Any]:
        """The next message."""
        return await self.connection.receive_json(timeout=within)

    async def acknowledged(self) -> None:
        assert await self.receive() == {"type": "connection_ack"}

    async def subscribe(self, query: str, variables: Any = None, *, id: str = "1") -> None:  # noqa: A002
        payload = {"query": query, "variables": variables or {}}
        await self.connection.send_json({"id": id, "type": "subscribe", "payload": payload})

    async def change(self) -> dict[str, Any]:
        """What happened on the board."""
        message = await self.receive()
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        return message["payload"]["data"]["boardChanged"]

    async def closed(self) -> tuple[int | None, str]:
        """Why the other side closed."""
        message = await self.connection.receive(timeout=5)
        assert message.type is aiohttp.WSMsgType.CLOSE, message
        return message.data, message.extra


async def eventually(true: Callable[[], bool | Awaitable[bool]], *, within: float = 10.0) -> None:
    """Wait for a condition, with a deadline."""
    async with asyncio.timeout(within):
        while True:
            result = true()
            if result if isinstance(result, bool) else await result:
                return
            await asyncio.sleep(0.005)


def moved(job: Job, application: Application, to: int = 1) -> StageChanged:
    return StageChanged(
        person_id=application.person_id,
        job_id=job.id,
        current_job_id=job.id,
        previous=point(job.stages[0]),
        current=point(job.stages[to]),
    )


def point(stage: Stage) -> StagePoint:
    return StagePoint(stage_id=stage.id, kind=stage.kind, position=stage.position)


def id_of(thing: Any) -> str:
    """The id by which clients know a job, stage, person or application."""
    return global_id(Kind(type(thing).__name__), thing.id)


@asynccontextmanager
async def serving(settings: GatewaySettings) -> AsyncIterator[Gateway]:
    """A gateway that hears what happens."""
    async with open_gateway(settings, on_broker_closed=lambda: None) as gateway:
        listening = asyncio.create_task(gateway.listener.run())
        hears = gateway.listener.check()

        async def ready() -> bool:
            return await hears() is None

        await eventually(ready)
        try:
            yield gateway
        finally:
            listening.cancel()
            await asyncio.wait([listening])
