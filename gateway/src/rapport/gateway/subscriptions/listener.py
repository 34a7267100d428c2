"""Reads the stream of events live, through restarts of the broker, without a gap."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import NoReturn

from nats.aio.msg import Msg

from rapport.gateway.subscriptions.hub import SubscriptionHub, parse_streamed_event
from rapport.gateway.subscriptions.replay import cursor_expired
from rapport.kit.events.stream import AWAY, StreamPosition, StreamReader
from rapport.kit.runtime.process import raise_if_cancelled
from rapport.kit.web.http import Check

_SUBJECTS = (
    "hiring.*.pipeline.application.>",
    "hiring.*.pipeline.person.created.v1",
    "hiring.*.pipeline.person.assigned.v1",
    "hiring.*.pipeline.project.people_changed.v1",
    "hiring.*.pipeline.note.added.v1",
    "hiring.*.pipeline.note.ats_state_changed.v1",
    "hiring.*.pipeline.sourcing.>",
    "hiring.*.pipeline.import.>",
    "hiring.*.pipeline.bulk_action.>",
    "hiring.*.pipeline.check_in.>",
    "hiring.*.pipeline.agreed_action.>",
    "hiring.*.reviews.review.>",
    "hiring.*.outreach.>",
)
_CHECK_CONSUMER_AFTER = 2.0
"""Seconds without an event after which we check that the broker still has our consumer."""
_RETRY_AFTER = 0.25

_log = logging.getLogger(__name__)


class EventListener:
    """One process's ephemeral consumer; every gateway receives all events."""

    def __init__(self, stream: StreamReader, hub: SubscriptionHub, on_event: Callable[[str], None]) -> None:
        """Publishes every event to ``hub``, after calling ``on_event`` with the event's organisation."""
        self._stream = stream
        self._hub = hub
        self._on_event = on_event
        self._is_listening = False

    async def run(self) -> NoReturn:
        """Listen for as long as the process lives."""
        while True:
            try:
                position = await self._start_position()
                consumer, _ = await self._stream.consumer(_SUBJECTS, after=position.sequence)
                await self._listen(consumer, position.stream)
            except AWAY as problem:
                _log.warning("cannot read the stream (%s)", type(problem).__name__)
            raise_if_cancelled()
            self._is_listening = False
            await asyncio.sleep(_RETRY_AFTER)

    async def _start_position(self) -> StreamPosition:
        """After the last event read; at the end of the stream the first time, and in a recreated stream."""
        last = await self._stream.last_position()
        read = self._hub.position
        if read is None or read.stream != last.stream or read.sequence > last.sequence:
            if read is not None:
                _log.warning("the stream was recreated or truncated; subscribers have to reload")
                self._hub.end_all(cursor_expired())
            self._hub.position = last
            return last
        return read

    async def _listen(self, consumer: str, stream: str) -> None:
        """Publish events until the broker has lost the consumer, or an event may have been missed."""
        created, connection, number = datetime.fromisoformat(stream), self._stream.reconnections, 0
        async with self._stream.pull(consumer) as pull:
            self._is_listening = True
            while True:
                try:
                    async with asyncio.timeout(_CHECK_CONSUMER_AFTER):
                        messages = await pull.next()
                except TimeoutError:
                    messages = []
                for message in messages:
                    number += 1
                    # Messages sent to a broken connection are not sent again: read on after the last one received.
                    if message.metadata.sequence.consumer != number:
                        return
                    self._publish(message, stream, created)
                if self._stream.reconnections != connection or not (messages or pull.present):
                    return

    def _publish(self, message: Msg, stream: str, created: datetime) -> None:
        self._hub.position = StreamPosition(stream, message.metadata.sequence.stream)
        org_id = message.subject.split(".", 2)[1]
        self._on_event(org_id)
        if not self._hub.has_subscribers(org_id):
            return
        streamed = parse_streamed_event(message, stream)
        # A recreated stream is filled with past events, which subscribers have loaded already.
        if streamed and streamed.event.recordedat >= created:
            self._hub.publish(streamed)

    def check(self) -> Check:
        """The readiness check: events are being received."""

        async def listening() -> str | None:
            return None if self._is_listening else "does not receive events"

        return listening
