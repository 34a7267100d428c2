"""The envelope of every event: CloudEvents 1.0 with Rapport's extension attributes."""

from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Generic, Literal, TypeVar, cast
from uuid import UUID

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationInfo, field_validator

from rapport.contracts.identity import OrgId


class EventData(BaseModel):
    """What an event says. A subclass is one type of event: ``<service>.<aggregate>.<event>.v<n>``."""

    model_config = ConfigDict(frozen=True)

    type: ClassVar[str]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Register every class that names a type, so that schemas and readers know it."""
        super().__pydantic_init_subclass__(**kwargs)
        if "type" in cls.__dict__:
            event_types[cls.type] = cls


event_types: dict[str, type[EventData]] = {}
"""Every type of event there is, by name."""

DataT = TypeVar("DataT", bound=EventData)


class Event(BaseModel, Generic[DataT]):
    """One thing that happened, as published; attribute names are CloudEvents' (lower case, no separators)."""

    model_config = ConfigDict(frozen=True)

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    """Also the broker's message id: duplicates are dropped."""
    type: str
    source: str
    """``rapport/<service>``."""
    subject: UUID
    """The aggregate the event is about."""
    time: datetime
    """When it happened."""
    recordedat: datetime
    """When it was recorded; later than ``time`` for history read from elsewhere."""
    orgid: OrgId
    aggregateversion: int
    """Grows by one with each event of the aggregate."""
    actor: str
    """``user:<id>``, ``ats`` or ``system:<name>``."""
    cause: str
    """The event, request or delivery that led here."""
    traceparent: str | None = None
    """The trace in which it happened (W3C trace context); absent for bulk history."""
    datacontenttype: Literal["application/json"] = "application/json"
    data: DataT

    @field_validator("type", "orgid")
    @classmethod
    def _as_its_subject_says(cls, value: str, info: ValidationInfo) -> str:
        """An event belongs to the organisation of its subject: a publisher for one cannot speak for another."""
        if value != (info.context or {}).get(info.field_name, value):
            raise ValueError("is not that of the subject")
        return value


def subject_of(org_id: str, event_type: str) -> str:
    """The broker's subject of an event: ``hiring.<org>.<service>.<aggregate>.<event>.v<n>``."""
    return f"hiring.{org_id}.{event_type}"


def parse_event(body: bytes, subject: str) -> Event[Any]:
    """Read a published event by the type its subject names.

    Raises:
        KeyError: no such type is known (a newer service may publish more than we read).
        pydantic.ValidationError: the body is not that event, or not of the organisation its subject names.
    """
    _, org_id, event_type = subject.split(".", 2)
    return _reader(event_types[event_type]).validate_json(body, context={"orgid": org_id, "type": event_type})


@cache
def _reader(data: type[EventData]) -> TypeAdapter[Event[Any]]:
    return TypeAdapter(cast("type[Event[Any]]", Event.__class_getitem__(data)))
