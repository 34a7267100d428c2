"""The stream as tests read it, and write to it: as other teams do, and as the services."""

from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager

from nats.aio.msg import Msg
from nats.js import JetStreamContext

from rapport.kit.events.relay import STREAM
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


async def publish(stack: Stack, messages: Iterable[tuple[str, bytes]]) -> None:
    """Put messages into the stream without ids, each as the service whose subject it has."""
    async with AsyncExitStack() as opened:
        streams: dict[str, JetStreamContext] = {}
        for subject, body in messages:
            service = subject.split(".")[2]
            if service not in streams:
                streams[service] = (await opened.enter_async_context(stack.nats.client(service))).jetstream()
            await streams[service].publish(subject, body, stream=STREAM)
