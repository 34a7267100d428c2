"""What happened between the last change a client saw and now, read from the stream once more."""

import asyncio
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncGenerator
from contextlib import aclosing

from rapport.gateway.errors import ClientError, Code
from rapport.gateway.events.changes import Happened, read_happened
from rapport.gateway.events.topics import Topic, topics_of
from rapport.kit.errors import ServiceUnavailableError
from rapport.kit.events.stream import AWAY, StreamPosition, StreamReader

_MOST_EVENTS = 50_000
"""Events of an organisation that are looked through for one client; whoever was away for longer loads anew."""
_AT_ONCE = 4
"""Clients whose past is read at the same time: after a restart of the gateway they all come back together."""
_WITHIN = 10.0


class Past:
    """Reads what a client has missed."""

    def __init__(self, stream: StreamReader) -> None:
        """``stream`` is the process's view of the broker's."""
        self._stream = stream
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def between(
        self, org_id: str, topic: Topic, after: StreamPosition, until: StreamPosition
    ) -> AsyncGenerator[Happened, None]:
        """What concerns the topic after one place, up to and with another.

        Raises:
            ClientError: the stream is no longer the one that the client saw, or it was away for too long.
            ServiceUnavailableError: the broker does not answer.
        """
        if after.stream != until.stream:
            raise expired()
        if after.sequence >= until.sequence:
            return  # another gateway, which the client was connected to, was ahead of this one
        try:
            async with self._turns, asyncio.timeout(_WITHIN):
                missed = await self._read(org_id, topic, after, until)
        except AWAY as problem:
            raise ServiceUnavailableError("the stream of changes") from problem
        for happened in missed:
            yield happened

    async def _read(self, org_id: str, topic: Topic, after: StreamPosition, until: StreamPosition) -> list[Happened]:
        subjects = [f"hiring.{org_id}.{subject}" for subject in topic.subjects]
        missed: list[Happened] = []
        looked_at = 0
        reading = self._stream.messages(subjects, after=after.sequence, until=until.sequence)
        async with aclosing(reading) as messages:
            async for message in messages:
                looked_at += 1
                if looked_at > _MOST_EVENTS:
                    raise expired()
                happened = read_happened(message, after.stream)
                if happened and topic in topics_of(happened.event):
                    missed.append(happened)
        return missed


def expired() -> ClientError:
    """The client has to load anew what it shows."""
    message = "too much has happened since, or its order was made anew; load anew what is shown, and subscribe again"
    return ClientError(Code.CURSOR_EXPIRED, message, argument="after")


def cursor_of(place: StreamPosition) -> str:
    """A place, made opaque."""
    return urlsafe_b64encode(f"{place.sequence}@{place.stream}".encode()).rstrip(b"=").decode()


def place_of(cursor: str) -> StreamPosition:
    """The place a cursor stands for.

    Raises:
        ClientError: it is none of ours.
    """
    try:
        sequence, _, stream = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").partition("@")
        found = StreamPosition(stream, int(sequence))
    except ValueError:
        found = None
    if found is None or found.sequence < 0 or cursor_of(found) != cursor:
        raise ClientError(Code.INVALID_CURSOR, "after is not the cursor of a change", argument="after")
    return found
