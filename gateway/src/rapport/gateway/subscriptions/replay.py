"""Reads from the stream what a client has missed since the last change it saw."""

import asyncio
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncGenerator
from contextlib import aclosing

from rapport.gateway.errors import ClientError, Code
from rapport.gateway.subscriptions.hub import StreamedEvent, parse_streamed_event
from rapport.gateway.subscriptions.topics import Topic, topics_of
from rapport.kit.errors import ServiceUnavailableError
from rapport.kit.events.stream import AWAY, StreamPosition, StreamReader

_MAX_EVENTS = 50_000
"""Events of an organisation that are scanned for one client; a client that was away for longer reloads."""
_MAX_CONCURRENT = 4
"""Clients served at the same time: after a restart of the gateway they all reconnect together."""
_TIME_LIMIT = 10.0


class EventReplay:
    """Replays missed events of a topic."""

    def __init__(self, stream: StreamReader) -> None:
        """``stream`` reads the broker's stream."""
        self._stream = stream
        self._slots = asyncio.Semaphore(_MAX_CONCURRENT)

    async def between(
        self, org_id: str, topic: Topic, after: StreamPosition, until: StreamPosition
    ) -> AsyncGenerator[StreamedEvent, None]:
        """The events of the topic after one position, up to and including another.

        Raises:
            ClientError: the stream was recreated since, or the client was away for too long.
            ServiceUnavailableError: the broker does not answer.
        """
        if after.stream != until.stream:
            raise cursor_expired()
        if after.sequence >= until.sequence:
            return  # another gateway, which the client was connected to, was ahead of this one
        try:
            async with self._slots, asyncio.timeout(_TIME_LIMIT):
                missed = await self._read(org_id, topic, after, until)
        except AWAY as problem:
            raise ServiceUnavailableError("the stream of changes") from problem
        for streamed in missed:
            yield streamed

    async def _read(
        self, org_id: str, topic: Topic, after: StreamPosition, until: StreamPosition
    ) -> list[StreamedEvent]:
        subjects = [f"hiring.{org_id}.{subject}" for subject in topic.subjects]
        missed: list[StreamedEvent] = []
        scanned = 0
        reading = self._stream.messages(subjects, after=after.sequence, until=until.sequence)
        async with aclosing(reading) as messages:
            async for message in messages:
                scanned += 1
                if scanned > _MAX_EVENTS:
                    raise cursor_expired()
                streamed = parse_streamed_event(message, after.stream)
                if streamed and topic in topics_of(streamed.event):
                    missed.append(streamed)
        return missed


def cursor_expired() -> ClientError:
    """The error for a cursor that cannot be continued: the client has to reload."""
    message = "too much has happened since, or the stream was recreated; reload, and subscribe without a cursor"
    return ClientError(Code.CURSOR_EXPIRED, message, argument="after")


def cursor_of(position: StreamPosition) -> str:
    """A position as an opaque cursor."""
    return urlsafe_b64encode(f"{position.sequence}@{position.stream}".encode()).rstrip(b"=").decode()


def position_of(cursor: str) -> StreamPosition:
    """The position a cursor stands for.

    Raises:
        ClientError: it is not a cursor of a change.
    """
    try:
        sequence, _, stream = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").partition("@")
        position = StreamPosition(stream, int(sequence))
    except ValueError:
        position = None
    if position is None or position.sequence < 0 or cursor_of(position) != cursor:
        raise ClientError(Code.INVALID_CURSOR, "after is not the cursor of a change", argument="after")
    return position
