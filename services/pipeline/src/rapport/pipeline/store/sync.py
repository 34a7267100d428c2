"""Runs, their places in each collection, deliveries and writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rapport.contracts.pipeline import CollectionState, ComparisonState, SyncPhase
from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork, transpose
from rapport.pipeline.connectors.greenhouse.records import Row
from rapport.pipeline.store import SQL


@dataclass(frozen=True, slots=True)
class Run:
    """What a connection was doing when we last wrote it down."""

    phase: SyncPhase
    full: bool
    started_at: datetime | None
    finished_at: datetime | None
    requested: str | None


@dataclass(frozen=True, slots=True)
class Progress:
    """Where one collection of a run stands."""

    collection: str
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
    """A move to write to the ATS; the references are the ATS's own ids, None where we do not know them."""

    id: UUID
    application_id: UUID
    from_stage_id: UUID
    to_stage_id: UUID
    application_ref: str | None
    from_stage_ref: str | None
    to_stage_ref: str | None
    user_ref: str | None
    attempts: int
    cause: str
    traceparent: str | None


async def current_run(session: ReadSession, connection: str) -> Run | None:
    """What the connection was doing, if it ever did anything."""
    row = await session.fetchrow(SQL["current_run"], connection)
    if row is None:
        return None
    return Run(SyncPhase(row["phase"]), row["full"], row["started_at"], row["finished_at"], row["requested"])


async def begin_run(unit: UnitOfWork, connection: str, kind: str, *, full: bool, collections: Sequence[str]) -> None:
    """Begin a run at the start of every collection."""
    await unit.execute(SQL["begin_run"], connection, kind, full, unit.now)
    await unit.execute(SQL["reset_collections"], connection, *transpose(((c, n) for n, c in enumerate(collections)), 2))


async def progress(session: ReadSession, connection: str) -> list[Progress]:
    """Where the run stands, in the order in which the collections are read."""
    return [
        Progress(row["collection"], row["records"], row["done"], row["next_page"], row["read_until"])
        for row in await session.fetch(SQL["collection_progress"], connection)
    ]


async def save_page(
    unit: UnitOfWork, connection: str, collection: str, *, records: int, next_page: str | None, read_until: datetime
) -> None:
    """Note that a page was taken in; without a next one the collection is read until ``read_until``."""
    await unit.execute(SQL["save_page"], connection, collection, records, next_page, next_page is None, read_until)


async def upsert(unit: UnitOfWork, table: str, rows: Sequence[Row]) -> list[UUID]:
    """Insert or update mirrored rows; answers those changed, where the table says which."""
    if not rows:
        return []
    # In one order, so that two units of work cannot wait for each other; one statement cannot write a row twice.
    in_order = sorted({row[0]: row for row in rows}.items())
    changed = await unit.fetch(SQL[f"upsert_{table}"], *transpose((row for _, row in in_order), len(rows[0])))
    return [row["id"] for row in changed]


async def next_delivery(session: ReadSession, connection: str) -> Delivery | None:
    """The oldest delivery to handle."""
    row = await session.fetchrow(SQL["next_delivery"], connection)
    if row is None:
        return None
    return Delivery(
        row["delivery_id"], row["action"], bytes(row["body"]), row["attempts"], row["received_at"], row["traceparent"]
    )


async def claim_write(unit: UnitOfWork, connection: str, *, lease_seconds: float) -> Write | None:
    """The oldest due move, not to be tried by anybody else for ``lease_seconds``."""
    row = await unit.fetchrow(SQL["claim_ats_write"], connection, lease_seconds)
    if row is None:
        return None
    return Write(
        row["id"],
        row["application_id"],
        row["from_stage_id"],
        row["to_stage_id"],
        row["application_ref"],
        row["from_stage_ref"],
        row["to_stage_ref"],
        row["user_ref"],
        row["attempts"],
        row["cause"],
        row["traceparent"],
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """Where the slow comparison of everything stands."""

    state: ComparisonState
    requested_at: datetime | None
    accept_missing: bool
    started_at: datetime | None
    version: int
    may_run: bool
    """Whether the first reading of everything is over, and no other is under way."""


@dataclass(frozen=True, slots=True)
class ComparedCollection:
    """Where it stands in one collection."""

    collection: str
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
    """The connection's comparison, if it was ever noted."""
    row = await session.fetchrow(SQL["comparison"], connection)
    return Comparison(**{**row, "state": ComparisonState(row["state"])}) if row else None


async def compared_collection(session: ReadSession, connection: str) -> ComparedCollection | None:
    """The collection with which it goes on, if one is left."""
    row = await session.fetchrow(SQL["compared_collection"], connection)
    return ComparedCollection(**{**row, "state": CollectionState(row["state"])}) if row else None
