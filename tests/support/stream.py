"""The stream as tests read it, and write to it: as other teams do, and as the services."""

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager

from nats.aio.msg import Msg
from nats.js import JetStreamContext

from rapport.gateway.subscriptions.replay import cursor_of
from rapport.kit.events.relay import STREAM
from rapport.kit.events.stream import StreamPosition
from rapport.local.waiting import eventually
from rapport.testing.stack import Stack


@asynccontextmanager
async def operating(stack: Stack) -> AsyncIterator[JetStreamContext]:
    """What an operator can do with streams and consumers, and look at."""
    async with stack.nats.client("operator") as client:
        yield client.jetstream()


async def read_stream(stack: Stack) -> list[Msg]:
    """Everything in it, from the first message on."""
    async with stack.nats.client("subscriber") as client:
        stream = client.jetstream(domain="rapport")
        left = (await stream.stream_info(STREAM)).state.messages
        reading = await stream.pull_subscribe("hiring.>", stream=STREAM)
        found: list[Msg] = []
        while len(found) < left:
            batch = await reading.fetch(min(500, left - len(found)), timeout=5)
            for message in batch:
                await message.ack()
            found += batch
        return found


async def relayed(stack: Stack, service: str) -> None:
    """Wait until every event that a service has recorded is in the stream."""

    async def none_waiting() -> bool:
        waiting = await stack.rows(service, "SELECT count(*) AS n FROM publication WHERE stream_sequence IS NULL")
        return bool(waiting[0]["n"] == 0)

    await eventually(none_waiting, within=60, what=f"the relay of every event of {service}")


async def cursor_at_end(stack: Stack) -> str:
    """The cursor of the newest event, once everything recorded so far is published.

    A subscription is set up after the server has read the request, and nothing says when. With this cursor it receives
    all that happens from now on, and nothing earlier.
    """
    for service in stack.databases:
        await relayed(stack, service)
    async with stack.nats.client("operator") as client:
        info = json.loads((await client.request(f"$JS.API.STREAM.INFO.{STREAM}", b"{}")).data)
    return cursor_of(StreamPosition(str(info["created"]), info["state"]["last_seq"]))


async def publish(stack: Stack, messages: Iterable[tuple[str, bytes]]) -> None:
    """Put messages into the stream without ids, each as the service whose subject it has."""
    async with AsyncExitStack() as opened:
        streams: dict[str, JetStreamContext] = {}
        for subject, body in messages:
            service = subject.split(".")[2]
            if service not in streams:
                streams[service] = (await opened.enter_async_context(stack.nats.client(service))).jetstream()
            await streams[service].publish(subject, body, stream=STREAM)
