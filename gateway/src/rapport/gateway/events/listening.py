"""Reading the stream of events as they happen, through restarts of the broker, without a gap."""

import asyncio
import logging
from datetime import datetime
from typing import NoReturn

from nats.aio.msg import Msg

from rapport.gateway.events.changes import Changes, read_happened
from rapport.gateway.events.past import expired
from rapport.gateway.kept import Kept
from rapport.kit.events.stream import AWAY, StreamPosition, StreamReader
from rapport.kit.runtime.process import raise_if_cancelled
from rapport.kit.web.http import Check

_EVENTS = ("hiring.*.pipeline.application.>", "hiring.*.reviews.review.>", "hiring.*.outreach.>")
_LOOK_AFTER = 2.0
"""Seconds without an event after which we look whether the broker still knows our consumer."""
_PAUSE = 0.25

_log = logging.getLogger(__name__)


class Listening:
    """One process's ephemeral consumer; several gateways each hear everything."""

    def __init__(self, stream: StreamReader, changes: Changes, kept: Kept) -> None:
        """``changes`` is told what happens; of the answers that are ``kept``, those that it may concern end."""
        self._stream = stream
        self._changes = changes
        self._kept = kept
        self._hears = False

    async def run(self) -> NoReturn:
        """Listen for as long as the process lives."""
        while True:
            try:
                place = await self._where_to_go_on()
                consumer, _ = await self._stream.consumer(_EVENTS, after=place.sequence)
                await self._listen(consumer, place.stream)
            except AWAY as problem:
                _log.warning("cannot listen to the stream (%s)", type(problem).__name__)
            raise_if_cancelled()
            self._hears = False
            await asyncio.sleep(_PAUSE)

    async def _where_to_go_on(self) -> StreamPosition:
        """After the last event heard; the first time, and in a stream made anew, with what happens next."""
        newest = await self._stream.last_position()
        heard = self._changes.heard
        if heard is None or heard.stream != newest.stream or heard.sequence > newest.sequence:
            if heard is not None:
                _log.warning("the stream was made anew or lost its end; whoever watches has to load anew")
                self._changes.end_all(expired())
            self._changes.heard = newest
            return newest
        return heard

    async def _listen(self, consumer: str, stream: str) -> None:
        """Pass on what happens until the broker no longer knows the consumer, or something may have been missed."""
        begun, connection, number = datetime.fromisoformat(stream), self._stream.reconnections, 0
        async with self._stream.pull(consumer) as pull:
            self._hears = True
            while True:
                try:
                    async with asyncio.timeout(_LOOK_AFTER):
                        messages = await pull.next()
                except TimeoutError:
                    messages = []
                for message in messages:
                    number += 1
                    # What was sent to a connection that broke is not sent again: read on after what was heard.
                    if message.metadata.sequence.consumer != number:
                        return
                    self._take(message, stream, begun)
                if self._stream.reconnections != connection or not (messages or pull.present):
                    return

    def _take(self, message: Msg, stream: str, begun: datetime) -> None:
        self._changes.heard = StreamPosition(stream, message.metadata.sequence.stream)
        org_id = message.subject.split(".", 2)[1]
        self._kept.forget(org_id)
        if not self._changes.anyone_in(org_id):
            return
        happened = read_happened(message, stream)
        # A stream that was made anew is filled with what happened before: whoever watches has loaded that.
        if happened and happened.event.recordedat >= begun:
            self._changes.tell(happened)

    def check(self) -> Check:
        """Whether clients hear what happens, for readiness."""

        async def hears() -> str | None:
            return None if self._hears else "does not hear the stream"

        return hears
