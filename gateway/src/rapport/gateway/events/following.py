"""Following a topic: what was missed, then what happens, as one sequence without a gap or a repeat."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractContextManager, aclosing
from typing import TypeVar

from opentelemetry import trace
from opentelemetry.trace import SpanKind

from rapport.gateway.context import Context
from rapport.gateway.errors import ClientError, Code
from rapport.gateway.events.changes import Happened, Watcher
from rapport.gateway.events.past import place_of
from rapport.gateway.events.sight import Look
from rapport.gateway.events.topics import Topic
from rapport.gateway.identity import expired
from rapport.kit.errors import ServiceUnavailableError
from rapport.kit.events.stream import StreamPosition
from rapport.kit.telemetry import continued, untraced

_ChangeT = TypeVar("_ChangeT")

_tracer = trace.get_tracer("rapport.gateway.events")


async def follow(
    context: Context,
    name: str,
    topic: Topic,
    after: str | None,
    shown: Callable[[Happened], Awaitable[_ChangeT | None]],
    visible: Look,
    missing: ClientError,
) -> AsyncGenerator[_ChangeT, None]:
    """The changes of a topic as a subscription's events; each in the trace of what caused it.

    Args:
        context: the subscription's; renewed for each event.
        name: of the subscription, for its spans.
        topic: what is watched.
        after: the cursor of the last change that the client has seen, if it has seen any.
        shown: what an event is for this client; None if it does not concern them or they may not see it.
        visible: the thing that is watched, or None if the client does not see it (any more), which ends it.
        missing: what is answered at once if the client does not see it.
    """
    viewer = context.session.viewer
    seeing = (viewer.org_id, viewer.user_id, viewer.roles, topic)
    if not await context.changes.sight.sees(seeing, visible):
        raise missing
    return _following(context, name, topic, after, shown, lambda: context.changes.sight.sees(seeing, visible))


async def _following(
    context: Context,
    name: str,
    topic: Topic,
    after: str | None,
    shown: Callable[[Happened], Awaitable[_ChangeT | None]],
    sees: Callable[[], Awaitable[bool]],
) -> AsyncGenerator[_ChangeT, None]:
    place = place_of(after) if after is not None else None
    with context.changes.watching(context.session.viewer.org_id, topic) as watcher:
        async with aclosing(_happening(context, topic, place, watcher)) as happening:
            async for happened in happening:
                context.renew()
                if not await sees():
                    raise ClientError(Code.NOT_FOUND, "you do not see this any more")
                # Around the yield: loading what the client selects and handing it over are part of the delivery.
                with _delivery(name, happened):
                    change = await shown(happened)
                    if change is not None:
                        yield change


async def _happening(
    context: Context, topic: Topic, after: StreamPosition | None, watcher: Watcher
) -> AsyncGenerator[Happened, None]:
    if after is not None:
        if watcher.since is None:
            raise ServiceUnavailableError("the stream of changes")
        missed = context.past.between(context.session.viewer.org_id, topic, after, watcher.since)
        async with aclosing(missed) as happenings:
            async for happened in happenings:
                yield happened
    while True:
        happened = await _next(watcher, context.session.expires_at)
        if after is None or happened.place.sequence > after.sequence:
            yield happened


async def _next(watcher: Watcher, expires_at: float) -> Happened:
    try:
        async with asyncio.timeout(expires_at - time.time()):
            return await watcher.next()
    except TimeoutError:
        raise expired() from None


def _delivery(name: str, happened: Happened) -> AbstractContextManager[object]:
    if not happened.traceparent:
        return untraced()
    carrier = {"traceparent": happened.traceparent}
    attributes = {
        "messaging__system": "nats",
        "messaging__operation__type": "process",
        "rapport__event__type": happened.event.type,
    }
    return continued(carrier, _tracer, f"deliver {name}", SpanKind.CONSUMER, **attributes)
