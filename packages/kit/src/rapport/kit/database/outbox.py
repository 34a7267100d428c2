"""Events on their way into the outbox: to_outbox_row with who, why and in which trace."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from rapport.contracts.events import EventData, subject_of
from rapport.kit.identity import derived_id


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """An event as the outbox stores it, ready to be published as it is."""

    id: UUID
    subject: str
    aggregate_id: UUID
    aggregate_version: int
    traceparent: str | None
    body: str


@dataclass(frozen=True, slots=True)
class EventMetadata:
    """What all events of one unit of work have in common."""

    org_id: str
    source: str
    actor: str
    cause: str
    recorded_at: datetime
    traceparent: str | None


def to_outbox_row(
    data: EventData, metadata: EventMetadata, *, aggregate_id: UUID, version: int, occurred_at: datetime
) -> OutboxRow:
    """Make ``data`` an event; its id follows from aggregate, version and type, so that a repeat is a copy."""
    event_id = derived_id(metadata.org_id, data.type, aggregate_id, version)
    envelope = {
        "specversion": "1.0",
        "id": event_id,
        "type": data.type,
        "source": metadata.source,
        "subject": aggregate_id,
        "time": occurred_at,
        "recordedat": metadata.recorded_at,
        "orgid": metadata.org_id,
        "aggregateversion": version,
        "actor": metadata.actor,
        "cause": metadata.cause,
        "datacontenttype": "application/json",
        "data": data.model_dump(mode="python"),
    }
    if metadata.traceparent:
        envelope["traceparent"] = metadata.traceparent
    return OutboxRow(
        event_id,
        subject_of(metadata.org_id, data.type),
        aggregate_id,
        version,
        metadata.traceparent,
        orjson.dumps(envelope, default=_plain).decode(),
    )


def _plain(value: object) -> str:
    if isinstance(value, UUID):  # asyncpg's own kind of UUID
        return str(value)
    raise TypeError(f"an event cannot hold a {type(value).__name__}")
