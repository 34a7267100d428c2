"""Imports: where they stand, their files, and their rows."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter

from rapport.contracts.events import ImportChanged
from rapport.contracts.pipeline import ImportColumn, ImportCounts, ImportOptions, ImportProblem, ImportRow
from rapport.contracts.vocabulary import ContactKind, ImportOutcome, ImportState
from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork, transpose
from rapport.pipeline.domain.contact_points import ContactKey
from rapport.pipeline.store import SQL

_columns: TypeAdapter[tuple[ImportColumn, ...]] = TypeAdapter(tuple[ImportColumn, ...])
_problems: TypeAdapter[list[ImportProblem]] = TypeAdapter(list[ImportProblem])


@dataclass(slots=True)
class LockedImport:
    """An import that the unit of work has locked; it is changed, then saved."""

    id: UUID
    created_by: UUID
    state: ImportState
    format: str | None
    bytes: int
    options: ImportOptions | None
    columns: tuple[ImportColumn, ...]
    rows: int
    counts: ImportCounts
    version: int
    problem: ImportProblem | None = None


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row as it was checked."""

    number: int
    line: int
    cells: Sequence[str]
    points: Sequence[tuple[ContactKey, str]]
    """How its person can be reached, with the text of the row."""
    outcome: ImportOutcome
    problems: Sequence[ImportProblem]
    person_id: UUID | None


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A row that is to be imported."""

    number: int
    line: int
    cells: list[str]
    keys: Sequence[str] = ()
    key_values: Sequence[str] | None = None
    """The text of each key; None if the row was not read before."""

    @property
    def points(self) -> list[tuple[ContactKey, str]] | None:
        """How its person can be reached, as it was read before; None if it is still to be read."""
        if self.key_values is None or len(self.keys) != len(self.key_values):
            return None
        parts = (key.partition(":") for key in self.keys)
        return [
            (ContactKey(_KINDS[kind], key), value) for (kind, _, key), value in zip(parts, self.key_values, strict=True)
        ]


_KINDS = {kind.value: kind for kind in ContactKind}


@dataclass(frozen=True, slots=True)
class AppliedRow:
    """What became of a row."""

    number: int
    outcome: ImportOutcome
    person_id: UUID


@dataclass(frozen=True, slots=True)
class EarlierRow:
    """A row of the file that has a contact point, and the name of its person."""

    number: int
    name: str


@dataclass(frozen=True, slots=True)
class KnownDetails:
    """What a known person has already."""

    keys: frozenset[str]
    tags: frozenset[str]


def written(key: ContactKey) -> str:
    """A key as it is stored with rows."""
    return f"{key.kind}:{key.key}"


async def lock(unit: UnitOfWork, import_id: UUID) -> LockedImport | None:
    """The import, locked until the end of the unit of work."""
    row = await unit.fetchrow(SQL["lock_import"], import_id)
    if row is None:
        return None
    return LockedImport(
        row["id"],
        row["created_by"],
        ImportState(row["state"]),
        row["format"],
        row["bytes"],
        ImportOptions.model_validate_json(row["options"]) if row["options"] else None,
        _columns.validate_json(row["columns"]),
        row["rows"],
        ImportCounts.model_validate_json(row["counts"]),
        row["version"],
    )


async def save(unit: UnitOfWork, import_: LockedImport) -> None:
    """Write where a locked import stands, and publish it."""
    import_.version += 1
    await unit.execute(
        SQL["save_import"],
        import_.id,
        import_.state,
        unit.now,
        import_.format,
        import_.options.model_dump_json() if import_.options else None,
        _columns.dump_json(import_.columns).decode(),
        import_.problem.model_dump_json() if import_.problem else None,
        import_.rows,
        import_.counts.model_dump_json(exclude={"rows"}),
        import_.version,
    )
    unit.record(
        ImportChanged(
            state=import_.state, rows=import_.rows, refused=import_.counts.refused, applied=import_.counts.applied
        ),
        aggregate_id=import_.id,
        version=import_.version,
        occurred_at=unit.now,
    )


async def next_with_work(session: ReadSession) -> tuple[UUID, ImportState] | None:
    """The import that has waited longest for the worker."""
    row = await session.fetchrow(SQL["next_import_with_work"])
    return (row["id"], ImportState(row["state"])) if row else None


async def is_running(session: ReadSession) -> bool:
    """Whether rows are being imported."""
    return bool(await session.fetchval(SQL["is_import_running"]))


async def first_with_keys(
    unit: UnitOfWork, import_id: UUID, keys: Iterable[tuple[ContactKey, EarlierRow]]
) -> dict[ContactKey, EarlierRow]:
    """Which row of the file was the first with each of these keys; those who have them are given with the keys."""
    earliest = dict[ContactKey, EarlierRow]()
    for key, row in keys:
        earliest.setdefault(key, row)
    if not earliest:
        return {}
    by_text = {written(key): key for key in earliest}
    numbers, names = [row.number for row in earliest.values()], [row.name for row in earliest.values()]
    rows = await unit.fetch(SQL["first_with_keys"], import_id, list(by_text), numbers, names)
    return {by_text[row["key"]]: EarlierRow(row["number"], row["name"]) for row in rows}


async def add_rows(unit: UnitOfWork, import_id: UUID, rows: Sequence[CheckedRow]) -> None:
    """Store rows of a dry run."""
    columns = transpose(
        (
            (
                row.number,
                row.line,
                json.dumps(list(row.cells)),
                json.dumps([written(key) for key, _ in row.points]),
                json.dumps([value for _, value in row.points]),
                row.outcome,
                _problems.dump_json(list(row.problems)).decode(),
                row.person_id,
            )
            for row in rows
        ),
        8,
    )
    await unit.execute(SQL["add_import_rows"], import_id, *columns)


async def rows_to_apply(session: ReadSession, import_id: UUID, *, after: int = 0, limit: int) -> list[StoredRow]:
    """The next rows behind one that can be imported and were not yet."""
    rows = await session.fetch(SQL["rows_to_apply"], import_id, after, limit)
    return [StoredRow(row["number"], row["line"], row["cells"], row["keys"], row["key_values"]) for row in rows]


async def mark_applied(unit: UnitOfWork, import_id: UUID, rows: Sequence[AppliedRow]) -> None:
    """These rows, of which there is one at least, were imported; they are in the order of the file."""
    columns = transpose(((row.number, row.outcome, row.person_id) for row in rows), 3)
    await unit.execute(SQL["mark_applied"], import_id, unit.now, *columns, rows[0].number, rows[-1].number)


async def lock_row(unit: UnitOfWork, import_id: UUID, number: int) -> tuple[int, datetime | None] | None:
    """The line of a row and when it was imported; the row is locked until the end of the unit of work."""
    row = await unit.fetchrow(SQL["lock_import_row"], import_id, number)
    return (row["line"], row["applied_at"]) if row else None


def answer(row: CheckedRow) -> ImportRow:
    """A row that was not imported yet, as it is answered."""
    return ImportRow(
        number=row.number,
        line=row.line,
        cells=tuple(row.cells),
        outcome=row.outcome,
        problems=tuple(row.problems),
        emails=tuple(key.key for key, _ in row.points if key.kind is ContactKind.EMAIL),
        person_id=row.person_id,
        applied_at=None,
    )


async def fix_row(unit: UnitOfWork, import_id: UUID, row: CheckedRow) -> None:
    """A row as a user fixed it, and as it was found then."""
    await unit.execute(
        SQL["fix_import_row"],
        import_id,
        row.number,
        list(row.cells),
        [written(key) for key, _ in row.points],
        [value for _, value in row.points],
        row.outcome,
        _problems.dump_json(list(row.problems)).decode(),
        row.person_id,
    )


async def details_of(session: ReadSession, people: Iterable[UUID]) -> dict[UUID, KnownDetails]:
    """What known people have already."""
    rows = await session.fetch(SQL["details_of_people"], sorted(people))
    return {row["id"]: KnownDetails(frozenset(row["keys"]), frozenset(row["tags"])) for row in rows}


async def tag_keys(session: ReadSession, tags: Iterable[str]) -> dict[str, str]:
    """Tags as they are compared."""
    return {row["text"]: row["key"] for row in await session.fetch(SQL["search_texts"], sorted(set(tags)))}


async def in_project(session: ReadSession, project_id: UUID, people: Iterable[UUID]) -> set[UUID]:
    """Those of these people who are in the project."""
    return {row["person_id"] for row in await session.fetch(SQL["in_project"], project_id, sorted(people))}


async def existing_notes(session: ReadSession, ids: Iterable[UUID]) -> set[UUID]:
    """Those of these notes that there are."""
    return {row["id"] for row in await session.fetch(SQL["existing_notes"], sorted(ids))}


async def lock_people(unit: UnitOfWork, ids: Iterable[UUID]) -> dict[UUID, UUID | None]:
    """Those of these people who still are, locked until the end of the unit of work, with the imports they are from."""
    return {row["id"]: row["import_id"] for row in await unit.fetch(SQL["lock_people"], sorted(ids))}


async def recount(session: ReadSession, import_: LockedImport) -> None:
    """Count what the rows of a locked import lead to, or have led to."""
    row = await session.fetchrow(SQL["count_import_rows"], import_.id)
    assert row is not None
    import_.counts = import_.counts.model_copy(update=dict(row))
