"""Events on their way into the outbox: stamped with who, why and in which trace."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from rapport.contracts.events import EventData, subject_of
from rapport.kit.identity import derived_id


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as the outbox keeps it, ready to be published as it is."""

    id: UUID
    subject: str
    aggregate_id: UUID
    aggregate_version: int
    traceparent: str | None
    body: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """What all events of one unit of work share."""

    org_id: str
    source: str
    actor: str
    cause: str
    recorded_at: datetime
    traceparent: str | None


def stamped(data: EventData, stamp: Stamp, *, aggregate_id: UUID, version: int, occurred_at: datetime) -> Recorded:
    """Make ``data`` an event; its id follows from aggregate, version and type, so that a repeat is a copy."""
    event_id = derived_id(stamp.org_id, data.type, aggregate_id, version)
    envelope = {
        "specversion": "1.0",
        "id": event_id,
        "type": data.type,
        "source": stamp.source,
        "subject": aggregate_id,
        "time": occurred_at,
        "recordedat": stamp.recorded_at,
        "orgid": stamp.org_id,
        "aggregateversion": version,
        "actor": stamp.actor,
        "cause": stamp.cause,
        "datacontenttype": "application/json",
        "data": data.model_dump(mode="python"),
    }
    if stamp.traceparent:
        envelope["traceparent"] = stamp.traceparent
    return Recorded(
        event_id,
        subject_of(stamp.org_id, data.type),
        aggregate_id,
        version,
        stamp.traceparent,
        orjson.dumps(envelope, default=_plain).decode(),
    )


def _plain(value: object) -> str:
    if isinstance(value, UUID):  # asyncpg's own kind of UUID
        return str(value)
    raise TypeError(f"an event cannot hold a {type(value).__name__}")
