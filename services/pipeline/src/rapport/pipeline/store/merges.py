"""Records that are one person: locked, and written with what they say together."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from rapport.contracts.vocabulary import MergedField, MergeOrigin, RemovalReason
from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork, transpose
from rapport.pipeline.domain.merging import Merge, Profile
from rapport.pipeline.domain.records import ContactPoint
from rapport.pipeline.store import SQL


@dataclass(frozen=True, slots=True)
class LockedRecord:
    """A record of a person. ``ended``: its person was erased, or the ATS has merged it."""

    id: UUID
    root: UUID
    ended: bool
    version: int
    profile: Profile
    """What it says itself."""


@dataclass(frozen=True, slots=True)
class MovedApplication:
    """An application that belongs to another person from now on."""

    id: UUID
    person_id: UUID
    record_id: UUID
    removal: RemovalReason | None


async def lock(unit: UnitOfWork, ids: Sequence[UUID]) -> dict[UUID, LockedRecord]:
    """All records of the people to whom these records belong; no other merge is decided until the unit of work ends.

    What the ATS says of them is not ingested meanwhile either.
    """
    for row in await unit.fetch(SQL["connections_of_records"], list(ids)):
        await unit.execute(SQL["lock_records"], row["connection"])
    await unit.execute(SQL["lock_merges"])
    return {row["id"]: _record(row) for row in await unit.fetch(SQL["lock_records_of_people"], list(ids))}


async def of_records(session: ReadSession, records: Iterable[UUID]) -> list[Merge]:
    """The merges in force of these records, into others or of others."""
    return [_merge(row) for row in await session.fetch(SQL["merges_of_records"], list(records))]


async def get(session: ReadSession, merge_id: UUID) -> Merge | None:
    """A merge, in force or undone."""
    row = await session.fetchrow(SQL["get_merge"], merge_id)
    return _merge(row) if row else None


async def insert(unit: UnitOfWork, merge: Merge, *, by: UUID | None) -> None:
    """A merge is in force from now on."""
    await unit.execute(
        SQL["insert_merge"],
        merge.id,
        merge.survivor_id,
        merge.merged_id,
        merge.origin,
        sorted(merge.taken),
        merge.merged_at,
        by,
        unit.metadata.cause,
    )


async def end(unit: UnitOfWork, merges: Iterable[Merge], at: datetime, *, by: UUID | None) -> None:
    """Merges are no longer in force."""
    await unit.execute(SQL["end_merges"], [merge.id for merge in merges], at, by)


async def rewrite(unit: UnitOfWork, merge: Merge) -> None:
    """A merge in force is about other records, or the other way round, from now on."""
    await unit.execute(SQL["rewrite_merge"], merge.id, merge.survivor_id, merge.merged_id, sorted(merge.taken))


async def save(
    unit: UnitOfWork, records: Iterable[LockedRecord], roots: Mapping[UUID, UUID], shown: Mapping[UUID, Profile]
) -> None:
    """Write for whom each record stands, and what the roots in ``shown`` show instead of what they say themselves."""
    rows = (
        (
            record.id,
            roots[record.id],
            _json(record.profile) if record.id in shown else None,
            _json(shown.get(record.id, record.profile)),
            record.version,
        )
        for record in records
    )
    await unit.execute(SQL["save_records"], *transpose(rows, 5))


async def regroup_applications(unit: UnitOfWork, roots: Mapping[UUID, UUID]) -> list[MovedApplication]:
    """Give the applications of these records to those who stand for them."""
    rows = await unit.fetch(SQL["regroup_applications"], list(roots), list(roots.values()))
    return [
        MovedApplication(
            row["id"], row["root"], row["record_id"], RemovalReason(row["removal"]) if row["removal"] else None
        )
        for row in rows
    ]


async def survivors_among(session: ReadSession, records: Sequence[UUID]) -> list[UUID]:
    """Those of the people of these records who have several."""
    return [row["id"] for row in await session.fetch(SQL["survivors_among"], list(records))]


def _merge(row: asyncpg.Record) -> Merge:
    return Merge(
        row["id"],
        row["survivor_id"],
        row["merged_id"],
        MergeOrigin(row["origin"]),
        row["merged_at"],
        frozenset(MergedField(field) for field in row["taken"]),
    )


def _record(row: asyncpg.Record) -> LockedRecord:
    own: dict[str, Any] = json.loads(row["own"])
    for points in ("emails", "phones"):
        own[points] = tuple(ContactPoint(point["value"], point.get("type")) for point in own[points])
    return LockedRecord(row["id"], row["root"], row["ended"], row["version"], Profile(**own))


def _json(profile: Profile) -> str:
    said = asdict(profile)
    for points in ("emails", "phones"):
        # As the ATS's records are stored: what is not known is left out.
        said[points] = [{k: v for k, v in point.items() if k != "record_id" or v} for point in said[points]]
    return json.dumps(said, default=str)
