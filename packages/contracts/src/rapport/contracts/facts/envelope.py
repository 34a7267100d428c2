"""The envelope of every fact: CloudEvents 1.0 with Rapport's extension attributes."""

from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Generic, Literal, TypeVar, cast
from uuid import UUID

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationInfo, field_validator

from rapport.contracts.identity import OrgId


class FactData(BaseModel):
    """What a fact says. A subclass is one type of fact: ``<service>.<aggregate>.<event>.v<n>``."""

    model_config = ConfigDict(frozen=True)

    type: ClassVar[str]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Register every class that names a type, so that schemas and readers know it."""
        super().__pydantic_init_subclass__(**kwargs)
        if "type" in cls.__dict__:
            fact_types[cls.type] = cls


fact_types: dict[str, type[FactData]] = {}
"""Every type of fact there is, by name."""

DataT = TypeVar("DataT", bound=FactData)


class Fact(BaseModel, Generic[DataT]):
    """One thing that happened, as published; attribute names are CloudEvents' (lower case, no separators)."""

    model_config = ConfigDict(frozen=True)

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    """Also the broker's message id: a copy falls away."""
    type: str
    source: str
    """``rapport/<service>``."""
    subject: UUID
    """The aggregate the fact is about."""
    time: datetime
    """When it happened."""
    recordedat: datetime
    """When it was written down; later than ``time`` for history read from elsewhere."""
    orgid: OrgId
    aggregateversion: int
    """Grows by one with each fact of the aggregate."""
    actor: str
    """``user:<id>``, ``ats`` or ``system:<name>``."""
    cause: str
    """The fact, request or delivery that led here."""
    traceparent: str | None = None
    """The trace in which it happened (W3C trace context); absent for bulk history."""
    datacontenttype: Literal["application/json"] = "application/json"
    data: DataT

    @field_validator("type", "orgid")
    @classmethod
    def _as_its_subject_says(cls, value: str, info: ValidationInfo) -> str:
        """A fact belongs to one organisation: whoever may publish on one's subjects tells nothing of another."""
        if value != (info.context or {}).get(info.field_name, value):
            raise ValueError("is not that of the subject")
        return value


def subject_of(org_id: str, fact_type: str) -> str:
    """The broker's subject of a fact: ``hiring.<org>.<service>.<aggregate>.<event>.v<n>``."""
    return f"hiring.{org_id}.{fact_type}"


def read_fact(body: bytes, subject: str) -> Fact[Any]:
    """Read a published fact by the type its subject names.

    Raises:
        KeyError: no such type is known (a newer service may publish more than we read).
        pydantic.ValidationError: the body is not that fact, or not of the organisation its subject names.
    """
    _, org_id, fact_type = subject.split(".", 2)
    return _reader(fact_types[fact_type]).validate_json(body, context={"orgid": org_id, "type": fact_type})


@cache
def _reader(data: type[FactData]) -> TypeAdapter[Fact[Any]]:
    return TypeAdapter(cast("type[Fact[Any]]", Fact.__class_getitem__(data)))
