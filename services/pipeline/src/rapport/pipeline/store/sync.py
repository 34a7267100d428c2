"""Runs and their progress, deliveries, writes and comparisons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from rapport.contracts.pipeline import CollectionState, ComparisonState, SyncPhase
from rapport.contracts.vocabulary import ApplicationAction, ApplicationStatus
from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork, transpose
from rapport.pipeline.domain.records import Collection
from rapport.pipeline.store import SQL


@dataclass(frozen=True, slots=True)
class Run:
    """A connection's current or last run."""

    phase: SyncPhase
    full: bool
    started_at: datetime | None
    finished_at: datetime | None
    requested: str | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has read one collection."""

    collection: Collection
    records: int
    done: bool
    next_page: str | None
    read_until: datetime | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook delivery to handle."""

    id: str
    action: str
    body: bytes
    attempts: int
    received_at: datetime
    traceparent: str | None


@dataclass(frozen=True, slots=True)
class Write:
    """What was done to an application, to write to the ATS; the references are the ATS's ids, None if unknown."""

    id: UUID
    application_id: UUID
    action: ApplicationAction
    from_stage_id: UUID
    """Where the ATS is expected to have it."""
    to_stage_id: UUID
    from_status: ApplicationStatus
    ats_stage_id: UUID
    """Where the ATS has it, as far as that has reached us."""
    ats_status: ApplicationStatus
    application_ref: str | None
    from_stage_ref: str | None
    to_stage_ref: str | None
    user_ref: str | None
    reason_ref: str | None
    to_job_id: UUID | None
    to_job_ref: str | None
    opening_ref: str | None
    starts_on: date | None
    note: str | None
    attempts: int
    cause: str
    traceparent: str | None


async def current_run(session: ReadSession, connection: str) -> Run | None:
    """The connection's current or last run, if there was one."""
    row = await session.fetchrow(SQL["current_run"], connection)
    if row is None:
        return None
    return Run(SyncPhase(row["phase"]), row["full"], row["started_at"], row["finished_at"], row["requested"])


async def begin_run(
    unit: UnitOfWork, connection: str, kind: str, *, full: bool, collections: Sequence[Collection]
) -> None:
    """Begin a run at the start of every collection."""
    await unit.execute(SQL["begin_run"], connection, kind, full, unit.now)
    await unit.execute(SQL["reset_collections"], connection, *transpose(((c, n) for n, c in enumerate(collections)), 2))


async def progress(session: ReadSession, connection: str) -> list[Progress]:
    """How far the run has come, in reading order."""
    return [
        Progress(Collection(row["collection"]), row["records"], row["done"], row["next_page"], row["read_until"])
        for row in await session.fetch(SQL["collection_progress"], connection)
    ]


async def save_page(
    unit: UnitOfWork,
    connection: str,
    collection: Collection,
    *,
    records: int,
    next_page: str | None,
    read_until: datetime,
) -> None:
    """A page was ingested; without a next one the collection is read up to ``read_until``."""
    await unit.execute(SQL["save_page"], connection, collection, records, next_page, next_page is None, read_until)


async def next_delivery(session: ReadSession, connection: str) -> Delivery | None:
    """The oldest delivery to handle."""
    row = await session.fetchrow(SQL["next_delivery"], connection)
    if row is None:
        return None
    return Delivery(
        row["delivery_id"], row["action"], bytes(row["body"]), row["attempts"], row["received_at"], row["traceparent"]
    )


async def claim_write(unit: UnitOfWork, connection: str, *, lease_seconds: float, bulk: bool = True) -> Write | None:
    """The oldest due write, claimed for ``lease_seconds``; of what was done to many at once only with ``bulk``."""
    row = await unit.fetchrow(SQL["claim_ats_write"], connection, lease_seconds, bulk)
    if row is None:
        return None
    return Write(
        row["id"],
        row["application_id"],
        ApplicationAction(row["action"]),
        row["from_stage_id"],
        row["to_stage_id"],
        ApplicationStatus(row["from_status"]),
        row["ats_stage_id"],
        ApplicationStatus(row["ats_status"]),
        row["application_ref"],
        row["from_stage_ref"],
        row["to_stage_ref"],
        row["user_ref"],
        row["reason_ref"],
        row["to_job_id"],
        row["to_job_ref"],
        row["opening_ref"],
        row["starts_on"],
        row["note"],
        row["attempts"],
        row["cause"],
        row["traceparent"],
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """The state of a connection's comparison."""

    state: ComparisonState
    requested_at: datetime | None
    accept_missing: bool
    started_at: datetime | None
    version: int
    may_run: bool
    """Whether the first full run is over, and no other is running."""


@dataclass(frozen=True, slots=True)
class ComparedCollection:
    """How far it has come in one collection."""

    collection: Collection
    state: CollectionState
    next_page: str | None
    read: int
    expected: int
    began_at: datetime | None
    partial: bool
    missing_there: int
    missing_here: int
    different: int


async def comparison(session: ReadSession, connection: str) -> Comparison | None:
    """The connection's comparison, if there is one."""
    row = await session.fetchrow(SQL["comparison"], connection)
    return Comparison(**{**row, "state": ComparisonState(row["state"])}) if row else None


async def compared_collection(session: ReadSession, connection: str) -> ComparedCollection | None:
    """The collection to continue with, if one is left."""
    row = await session.fetchrow(SQL["compared_collection"], connection)
    return (
        ComparedCollection(
            **{**row, "collection": Collection(row["collection"]), "state": CollectionState(row["state"])}
        )
        if row
        else None
    )
