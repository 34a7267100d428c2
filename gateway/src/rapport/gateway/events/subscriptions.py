"""Watching a board."""

import asyncio
import time
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import strawberry
from opentelemetry import trace
from opentelemetry.trace import SpanKind

from rapport.gateway.context import Context, Info
from rapport.gateway.errors import not_found
from rapport.gateway.events.changes import Happened, Watcher
from rapport.gateway.events.types import BoardChange, change_of
from rapport.gateway.fields import subscription
from rapport.gateway.identity import expired
from rapport.gateway.ids import Kind, uuid_of
from rapport.kit.telemetry import continued

_tracer = trace.get_tracer("rapport.gateway.events")


@strawberry.type
class BoardSubscriptions:
    @subscription(
        "What happens on a job's board, as it happens; ends with an error when the token expires.", shown_as=BoardChange
    )
    async def board_changed(self, info: Info, job_id: strawberry.ID) -> AsyncGenerator[BoardChange, None]:
        job = uuid_of(Kind.JOB, job_id, "jobId")
        if await info.context.loaders.jobs_by_id.load(job) is None:
            raise not_found("job", "jobId")
        return _changes(info.context, job)


async def _changes(context: Context, job_id: UUID) -> AsyncGenerator[BoardChange, None]:
    with context.changes.watching(context.session.viewer.org_id, job_id) as watcher:
        while True:
            happened = await _next(watcher, context.session.expires_at)
            change = change_of(happened, job_id)
            if change is None:
                continue
            context.renew()
            carrier = {"traceparent": happened.traceparent} if happened.traceparent else {}
            # Around the yield: loading what the client selects and handing it over are part of the delivery.
            with continued(carrier, _tracer, "deliver boardChanged", SpanKind.CONSUMER, **_attributes(happened)):
                yield change


async def _next(watcher: Watcher, expires_at: float) -> Happened:
    try:
        async with asyncio.timeout(expires_at - time.time()):
            return await watcher.next()
    except TimeoutError:
        raise expired() from None


def _attributes(happened: Happened) -> dict[str, Any]:
    return {
        "messaging__system": "nats",
        "messaging__operation__type": "process",
        "rapport__fact__type": happened.fact.type,
    }
